//! The sixteen disguises of nmap's `smtp-open-relay`, against every lesson as
//! its solution leaves it. A foreign address with a foreign sender, with ours,
//! with our address; percent, quotes, two at signs, source route and bang.
//! Postfix undoes them before it judges (`swap_bangpath`,
//! `allow_percent_hack`, `allow_untrusted_routing = no`; `ADDRESS_REWRITING_README`).

use std::sync::Arc;

use smtp_lab::journal::event::{Bytes, Kind};
use smtp_lab::journal::{Cursor, End, Event, Way};
use smtp_lab::lesson::model::Client;
use smtp_lab::lesson::{Lesson, Order, library};
use smtp_lab::world::World;

/// Somebody whom no lesson knows (RFC 5737).
const STRANGER: &str = "203.0.113.251";

/// A domain that exists and is not the server's.
const FOREIGN: &str = "relaytest.example";

/// Senders and recipients: `DOMAIN` is foreign, `HOST` and `ADDRESS` are the
/// server's.
const DISGUISES: [(&str, &str); 16] = [
    ("", "relaytest@DOMAIN"),
    ("antispam@DOMAIN", "relaytest@DOMAIN"),
    ("antispam@HOST", "relaytest@DOMAIN"),
    ("antispam@[ADDRESS]", "relaytest@DOMAIN"),
    ("antispam@[ADDRESS]", "relaytest%DOMAIN@[ADDRESS]"),
    ("antispam@[ADDRESS]", "relaytest%DOMAIN@HOST"),
    ("antispam@[ADDRESS]", "\"relaytest@DOMAIN\""),
    ("antispam@[ADDRESS]", "\"relaytest%DOMAIN\""),
    ("antispam@[ADDRESS]", "relaytest@DOMAIN@[ADDRESS]"),
    ("antispam@[ADDRESS]", "\"relaytest@DOMAIN\"@[ADDRESS]"),
    ("antispam@[ADDRESS]", "relaytest@DOMAIN@HOST"),
    ("antispam@[ADDRESS]", "@[ADDRESS]:relaytest@DOMAIN"),
    ("antispam@[ADDRESS]", "@HOST:relaytest@DOMAIN"),
    ("antispam@[ADDRESS]", "DOMAIN!relaytest"),
    ("antispam@[ADDRESS]", "DOMAIN!relaytest@[ADDRESS]"),
    ("antispam@[ADDRESS]", "DOMAIN!relaytest@HOST"),
];

#[test]
fn no_solved_lesson_leaves_an_open_relay() {
    let mut tried = 0;
    for id in library::ids() {
        let mut lesson = library::lesson(&id).unwrap().unwrap();
        // Nothing but the relay policy is to stand in their way.
        lesson
            .zone
            .push_str("relaytest.example. IN MX 10 mx.relaytest.example.\nmx.relaytest.example. IN A 203.0.113.252\n");
        lesson.clients.push(Client {
            name: "stranger".to_owned(),
            label: lesson.title.clone(),
            addresses: vec![STRANGER.parse().unwrap()],
            dns_name: Some(format!("stranger.{FOREIGN}")),
            helo: format!("stranger.{FOREIGN}"),
        });
        let lesson = Arc::new(lesson);
        let mut stage = Stage::solved(&lesson);
        for (port, implicit_tls) in [(25, false), (587, false), (465, true)] {
            tried += usize::from(stage.test(&lesson, port, implicit_tls));
        }
    }
    assert!(tried > library::ids().len(), "nobody was at home: {tried}");
}

/// A world, with the place up to which its journal was read.
struct Stage {
    world: World,
    cursor: Cursor,
}

impl Stage {
    /// The last step of `lesson`, solved.
    fn solved(lesson: &Arc<Lesson>) -> Self {
        let world = World::start(Arc::clone(lesson), 1).unwrap();
        let cursor = world.journal().cursor(0);
        let mut stage = Self { world, cursor };
        let step = lesson.steps.len() - 1;
        stage.give(Order::Begin { step });
        for action in &lesson.steps[step].solution {
            for order in Order::of_action(&lesson.steps[step], action) {
                stage.give(order);
            }
        }
        stage
    }

    /// Gives an order, and returns what happened until it was settled.
    fn give(&mut self, order: Order) -> Vec<Arc<Event>> {
        let number = self.world.order(order);
        let mut events = Vec::new();
        while self.cursor.block() {
            for event in self.cursor.read() {
                let over = matches!(event.kind, Kind::Settled { order } if order == number);
                events.push(event);
                if over {
                    return events;
                }
            }
        }
        panic!("the world ended");
    }

    /// The last line that the client heard in answer to `line`.
    fn ask(&mut self, line: &str) -> String {
        let bytes = Bytes(format!("{line}\r\n").into_bytes());
        heard(&self.give(Order::Say { bytes }))
            .pop()
            .unwrap_or_default()
    }

    /// Tries every disguise on a port of the host under study. `false`: nobody
    /// listens there.
    fn test(&mut self, lesson: &Lesson, port: u16, implicit_tls: bool) -> bool {
        let host = &lesson.study;
        let call = self.give(Order::Call {
            client: "stranger".to_owned(),
            to: format!("{host}:{port}"),
            implicit_tls,
        });
        let Some(greeting) = heard(&call).pop() else {
            return false;
        };
        let at = format!("{} {host}:{port}", lesson.id);
        assert!(greeting.starts_with("220 "), "{at}: {greeting}");
        self.ask("EHLO stranger.relaytest.example");
        if !implicit_tls && self.ask("STARTTLS").starts_with("220 ") {
            self.ask("EHLO stranger.relaytest.example");
        }
        let address = lesson
            .hosts
            .iter()
            .find(|it| it.name == *host)
            .unwrap()
            .addresses[0]
            .to_string();
        for (sender, recipient) in DISGUISES {
            let in_lesson = |text: &str| {
                text.replace("DOMAIN", FOREIGN)
                    .replace("HOST", host)
                    .replace("ADDRESS", &address)
            };
            self.ask("RSET");
            self.ask(&format!("MAIL FROM:<{}>", in_lesson(sender)));
            let answer = self.ask(&format!("RCPT TO:<{}>", in_lesson(recipient)));
            assert!(
                answer.starts_with('4') || answer.starts_with('5'),
                "{at} relays for <{recipient}>: {answer}"
            );
        }
        assert_eq!(self.ask("QUIT"), "221 2.0.0 Bye", "{at}");
        true
    }
}

/// What the client heard, line by line.
fn heard(events: &[Arc<Event>]) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Line {
                end: End::Client,
                way: Way::Received,
                line,
                ..
            } => Some(String::from_utf8_lossy(&line.0).into_owned()),
            _ => None,
        })
        .collect()
}
