//! Orders and bytes typed by hand against a whole world, in clear and inside
//! real TLS: it comes to rest after each, and what it wrote can be played back.

use std::sync::{Arc, OnceLock};

use arbitrary::Arbitrary;
use smtp_lab::app::Projection;
use smtp_lab::journal::event::{Bytes, Kind};
use smtp_lab::lesson::{Lesson, Order, library};
use smtp_lab::world::World;

#[derive(Arbitrary, Debug)]
pub(crate) enum Deed {
    Call(bool),
    Say(Vec<u8>),
    Ehlo,
    Starttls,
    HangUp,
    Open(u8),
    Advance,
    Set(String),
    Wait(u16),
    Goals,
}

pub(crate) fn holds(input: (u64, Vec<Deed>)) {
    let (seed, deeds) = input;
    let lesson = lesson();
    let Ok(mut world) = World::start(Arc::clone(&lesson), seed) else {
        return;
    };
    let mut cursor = world.journal().cursor(0);
    let mut projection = Projection::default();
    let mut last = world.order(Order::Begin { step: 3 });
    for deed in deeds.into_iter().take(24) {
        last = world.order(order(deed, &lesson));
    }
    while cursor.block() {
        for event in cursor.read() {
            projection.feed(&event);
            if matches!(event.kind, Kind::Settled { order } if order == last) {
                return;
            }
        }
    }
    panic!("the world ended before its orders were done");
}

fn order(deed: Deed, lesson: &Lesson) -> Order {
    let say = |bytes: &[u8]| Order::Say {
        bytes: Bytes(bytes.to_vec()),
    };
    match deed {
        Deed::Call(implicit_tls) => Order::Call {
            client: lesson.clients[0].name.clone(),
            to: format!("{}:{}", lesson.study, if implicit_tls { 465 } else { 25 }),
            implicit_tls,
        },
        Deed::Say(bytes) => say(&bytes),
        Deed::Ehlo => say(b"EHLO laptop.aula.example\r\n"),
        Deed::Starttls => say(b"STARTTLS\r\n"),
        Deed::HangUp => Order::HangUp,
        Deed::Open(run) => Order::Open {
            run: usize::from(run % 4),
        },
        Deed::Advance => Order::Advance,
        Deed::Set(value) => Order::Set {
            host: lesson.study.clone(),
            service: None,
            parameter: "mynetworks".to_owned(),
            value: Some(value),
        },
        Deed::Wait(seconds) => Order::Wait {
            seconds: u32::from(seconds),
        },
        Deed::Goals => Order::CheckGoals,
    }
}

fn lesson() -> Arc<Lesson> {
    static LESSON: OnceLock<Arc<Lesson>> = OnceLock::new();
    let lesson = LESSON.get_or_init(|| {
        let lesson = library::lesson("caso5").unwrap();
        Arc::new(lesson.unwrap())
    });
    Arc::clone(lesson)
}
