//! A mail host alone with its DNS and a next hop outside, on a clock of its own.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::LocalSet;

use crate::clock::{Chance, Clock, Moment};
use crate::journal::event::Kind;
use crate::journal::{Event, Journal};
use crate::postfix::notification::Request;
use crate::postfix::smtpd::{Accepted, Recipient, Services};
use crate::world::delivery;
use crate::world::host::Host;
use crate::world::internet::Internet;
use crate::world::pen::Pen;
use crate::world::serve::Folder;

/// Mail that the host has accepted.
pub(super) struct Letter {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) content: Vec<u8>,
}

/// A machine with its Postfix.
pub(super) struct Town {
    pub(super) internet: Internet,
    journal: Journal,
}

impl Town {
    /// The machine that a folder of `lab serve` describes.
    pub(super) fn of(folder: &Path) -> Self {
        let clock = Clock::simulated(Moment::LESSON_START);
        let journal = Journal::new(clock.clone());
        let pen = Pen::new(journal.clone(), clock);
        let folder = Folder::read(folder).unwrap();
        Self {
            internet: folder.internet(pen, Chance::seeded(1), Arc::default()),
            journal,
        }
    }

    /// A machine with this main.cf, and with these other files in its folder.
    pub(super) fn with(main_cf: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().to_str().unwrap();
        let users = "alumno::\nprofesor::\n";
        for (name, text) in [("main.cf", main_cf), ("users", users)].iter().chain(files) {
            std::fs::write(folder.path().join(name), text.replace("{DIR}", here)).unwrap();
        }
        Self::of(folder.path())
    }

    /// Its mail host.
    pub(super) fn host(&self) -> &Rc<Host> {
        &self.internet.hosts[0]
    }

    /// What happened so far.
    pub(super) fn events(&self) -> Vec<Arc<Event>> {
        self.journal.cursor(0).read()
    }

    /// Whether a line of its log has these words.
    pub(super) fn has_logged(&self, words: &str) -> bool {
        let says = |event: &Arc<Event>| matches!(&event.kind, Kind::Log { text, .. } if text.contains(words));
        self.events().iter().any(says)
    }

    /// Lets time pass.
    pub(super) async fn wait(&self, time: Duration) {
        let end = self.internet.pen.now().plus(time);
        while delivery::wait(&self.internet, end).await {}
    }

    /// Takes letters in and tries to deliver each.
    pub(super) async fn post(&self, letters: &[Letter]) {
        for letter in letters {
            let queue_id = self.host().services.borrow_mut().new_queue_id();
            let recipient = |address: &String| Recipient {
                original: address.clone(),
                address: address.clone(),
                ..Recipient::default()
            };
            let accepted = Accepted {
                queue_id,
                sender: letter.from.clone(),
                recipients: letter.to.iter().map(recipient).collect(),
                message: letter.content.clone(),
                hold: false,
                request: Request::default(),
            };
            delivery::accept(&self.internet.pen, self.host(), accepted, None);
            delivery::run(&self.internet).await;
        }
    }
}

/// Lets something happen.
pub(super) fn live<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, what)
}
