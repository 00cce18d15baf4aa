//! A mail host alone with a next hop outside, on a clock of its own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::LocalSet;

use crate::clock::{Chance, Clock, Moment};
use crate::journal::{Event, Journal};
use crate::lesson::Lesson;
use crate::postfix::smtpd::{Accepted, Recipient, Services};
use crate::world::delivery;
use crate::world::internet::Internet;
use crate::world::pen::Pen;
use crate::world::pki::Authority;

/// Mail that the host has accepted.
pub(super) struct Letter {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) content: Vec<u8>,
}

/// What happens to letters at a host with this main.cf, these files and this
/// zone, in the time given after they were all tried once.
pub(super) fn happenings(
    main_cf: &str,
    files: &BTreeMap<String, String>,
    zone: &str,
    letters: &[Letter],
    time: Duration,
) -> Vec<Arc<Event>> {
    let clock = Clock::simulated(Moment::LESSON_START);
    let journal = Journal::new(clock.clone());
    let pen = Pen::new(journal.clone(), clock);
    let lesson = lesson(main_cf, files, zone);
    let authority = Authority::new(Moment::LESSON_START).unwrap();
    let chance = Chance::seeded(1);
    let internet = Internet::new(&lesson, &authority, pen, chance, std::rc::Rc::default())
        .unwrap()
        .with_loopback();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, async {
        let host = &internet.hosts[0];
        for letter in letters {
            let queue_id = host.services.borrow_mut().new_queue_id();
            let recipient = |address: &String| Recipient {
                original: address.clone(),
                address: address.clone(),
            };
            let accepted = Accepted {
                queue_id,
                sender: letter.from.clone(),
                recipients: letter.to.iter().map(recipient).collect(),
                message: letter.content.clone(),
                local_client: false,
                hold: false,
            };
            delivery::accept(&internet.pen, host, accepted, None);
            delivery::run(&internet).await;
        }
        if !time.is_zero() {
            delivery::wait(&internet, time).await;
        }
    });
    journal.cursor(0).read()
}

fn lesson(main_cf: &str, files: &BTreeMap<String, String>, zone: &str) -> Lesson {
    let mut text = format!(
        "format = 1\nid = 'x'\nminutes = 1\nstudy = 'mail.aula.example'\n\
         title = {{ es = 'x', en = 'x' }}\nsummary = {{ es = 'x', en = 'x' }}\n\
         zone = '''\n{zone}'''\nstep = []\nclient = []\n\
         [[host]]\nname = 'mail.aula.example'\naddresses = ['10.0.0.10', '2001:db8:aa::10']\n\
         users = [{{ name = 'alumno' }}, {{ name = 'profesor' }}]\nmain_cf = '''\n{main_cf}'''\n"
    );
    for (path, content) in files {
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "[[host.files]]\npath = '{path}'\ntext = '''\n{content}'''\n"
        );
    }
    toml::from_str(&text).unwrap()
}
