//! Whatever next hops do, and whenever: no message is lost, and none arrives
//! twice but where RFC 5321 §4.5.3.2.6 leaves no choice.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::ServerConfig;

use super::next_hop::{self, Answer, Given, NextHop, Script, Seen, Skills};
use super::town::{Letter, Town, live};
use crate::clock::{Chance, Moment};
use crate::journal::event::{DeliveryStatus, Kind};
use crate::journal::{ConnectionId, End, Event};
use crate::world::delivery;
use crate::world::pki::Authority;

/// A domain, and what is wrong with it.
#[derive(Clone, Debug)]
struct Domain {
    name: String,
    zone: String,
    servers: Vec<Server>,
}

/// A mail server that has had bad days.
#[derive(Clone, Debug)]
struct Server {
    address: Ipv4Addr,
    /// What it does on its first connections, one after the other.
    days: Vec<Script>,
    /// What it does for ever after.
    after: Script,
    has_tls: bool,
    garbles_tls: bool,
    /// Whether nobody answers its port.
    is_down: bool,
}

/// Draws what goes wrong.
struct Fate(Chance);

impl Fate {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn domain(&mut self, number: usize) -> Domain {
        let name = format!("d{number}.example");
        let mut servers = Vec::new();
        let mut zone = String::new();
        match self.below(12) {
            0 => {}
            1 => {
                let _ = writeln!(zone, "{name}. MX 0 .");
            }
            2 => {
                let _ = writeln!(zone, "{name}. MX 10 nadie.{name}.");
            }
            // A name server without an address: DNS fails for now.
            3 => {
                let _ = writeln!(zone, "{name}. NS ns.{name}.");
            }
            4 => {
                let server = self.server(number, 0);
                let _ = writeln!(zone, "{name}. A {}", server.address);
                servers.push(server);
            }
            _ => {
                for place in 0..=u8::try_from(self.below(3)).unwrap() {
                    let server = self.server(number, place);
                    let preference = 10 * (1 + self.below(2));
                    let _ = writeln!(
                        zone,
                        "{name}. MX {preference} mx{place}.{name}.\nmx{place}.{name}. A {}",
                        server.address
                    );
                    servers.push(server);
                }
            }
        }
        Domain {
            name,
            zone,
            servers,
        }
    }

    fn server(&mut self, number: usize, place: u8) -> Server {
        let days = self.below(8);
        Server {
            address: Ipv4Addr::new(127, 0, u8::try_from(number + 1).unwrap(), place + 1),
            days: (0..days).map(|_| self.script()).collect(),
            after: if self.one_in(4) {
                self.script()
            } else {
                Script::new()
            },
            has_tls: self.one_in(2),
            garbles_tls: self.one_in(4),
            is_down: self.one_in(8),
        }
    }

    /// A fault at a stage, now and then none.
    fn script(&mut self) -> Script {
        const STAGES: [&str; 10] = [
            "greeting",
            "ehlo",
            "starttls",
            "handshake",
            "mail",
            "rcpt",
            "data",
            "body",
            "message",
            "quit",
        ];
        if self.one_in(6) {
            return Script::new();
        }
        let stage = STAGES[usize::try_from(self.below(10)).unwrap()];
        let mut answers = vec![self.answer()];
        // Recipients may fare differently.
        while stage == "rcpt" && self.one_in(2) {
            answers.push(if self.one_in(2) {
                Answer::Reply("250 2.1.5 Ok".to_owned())
            } else {
                self.answer()
            });
        }
        Script::from([(stage.to_owned(), answers)])
    }

    fn answer(&mut self) -> Answer {
        let reply = |text: &str| Answer::Reply(text.to_owned());
        match self.below(10) {
            0 | 1 => Answer::HangUp,
            2 => Answer::Mute,
            3 => Answer::Nonsense,
            4 => Answer::Endless,
            5 => Answer::EndlessLine,
            6 => reply("421 4.3.2 Service shutting down"),
            7 => reply("550 5.7.1 Service unavailable"),
            _ => reply("451 4.3.0 Error: queue file write error"),
        }
    }

    /// A letter to some of the domains and to people here.
    fn letter(&mut self, number: usize, domains: &[Domain]) -> Letter {
        let mut to = BTreeSet::new();
        for _ in 0..=self.below(3) {
            let domain = usize::try_from(self.below(domains.len() as u64 + 1)).unwrap();
            let user = self.below(3);
            to.insert(match domains.get(domain) {
                Some(domain) => format!("u{user}@{}", domain.name),
                None if user == 0 => "nadie@aula.example".to_owned(),
                None => "alumno@aula.example".to_owned(),
            });
        }
        let from = match self.below(4) {
            0 => String::new(),
            1 => format!("lejos@{}", domains[0].name),
            _ => "profesor@aula.example".to_owned(),
        };
        Letter {
            from,
            to: to.into_iter().collect(),
            content: format!(
                "Subject: prueba\r\nMessage-ID: <{number}@cliente.example>\r\n\r\n.Hola\r\n"
            )
            .into_bytes(),
        }
    }
}

/// What happened to a world's letters.
struct Story {
    letters: Vec<Letter>,
    events: Vec<Arc<Event>>,
    taken: Vec<Given>,
}

/// A world in which everything may go wrong, until nothing is left in the queue.
fn story(seed: u64, tls: &Arc<ServerConfig>) -> Story {
    let mut fate = Fate(Chance::seeded(seed));
    let domains: Vec<Domain> = (0..4).map(|number| fate.domain(number)).collect();
    let letters: Vec<Letter> = (0..8).map(|number| fate.letter(number, &domains)).collect();
    let level = ["none", "may", "may", "encrypt"][usize::try_from(fate.below(4)).unwrap()];
    let main_cf = format!(
        "compatibility_level = 3.6\nmyhostname = mail.aula.example\nmyorigin = aula.example\n\
         mydestination = $myhostname, aula.example\nmynetworks = 10.0.0.0/24\n\
         home_mailbox = Maildir/\nmaximal_queue_lifetime = 1d\nbounce_queue_lifetime = 1d\n\
         smtp_tls_security_level = {level}\n"
    );
    let zone: String = domains.iter().map(|domain| domain.zone.as_str()).collect();
    let notes: Rc<RefCell<Seen>> = Rc::default();
    let mut next_hops: BTreeMap<SocketAddr, NextHop> = BTreeMap::new();
    let servers = domains.into_iter().flat_map(|domain| domain.servers);
    for server in servers.filter(|server| !server.is_down) {
        let skills = Skills {
            tls: server.has_tls.then(|| Arc::clone(tls)),
            garbles_tls: server.garbles_tls,
            ..Skills::default()
        };
        let next_hop = NextHop::new(skills, &notes, move |number| {
            let script = server.days.get(number).unwrap_or(&server.after);
            Rc::new(RefCell::new(script.clone()))
        });
        next_hops.insert((server.address, 25).into(), next_hop);
    }
    let mut town = Town::with(&main_cf, &[("zone", &format!("$ORIGIN .\n{zone}"))]);
    town.internet = town.internet.with_switchboard(move |address| {
        let next_hop = next_hops.get(&address).map(NextHop::answer);
        next_hop.ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    });
    live(async {
        town.post(&letters).await;
        // Letters and what is reported about them have a day each, and some hours to be tried.
        town.wait(Duration::from_hours(60)).await;
    });
    assert_eq!(delivery::queue_size(town.host()), 0, "seed {seed}");
    let taken = notes.take().taken;
    Story {
        letters,
        events: town.events(),
        taken,
    }
}

impl Story {
    /// Lines of the log that begin with a queue id and have these words.
    fn logged(&self, queue_id: &str, words: &str) -> usize {
        let says = |event: &&Arc<Event>| {
            matches!(&event.kind, Kind::Log { text, .. }
                if text.starts_with(queue_id) && text.contains(words))
        };
        self.events.iter().filter(says).count()
    }

    /// How often a recipient was done with in this way.
    fn delivered(&self, queue_id: &str, to: &str, wanted: DeliveryStatus) -> usize {
        let is_it = |event: &&Arc<Event>| {
            matches!(&event.kind, Kind::Delivery { queue_id: id, recipient, status, .. }
                if id == queue_id && recipient == to && *status == wanted)
        };
        self.events.iter().filter(is_it).count()
    }

    /// Messages that came into a mailbox here.
    fn stored(&self) -> impl Iterator<Item = (&str, String)> {
        self.events.iter().filter_map(|event| match &event.kind {
            Kind::Stored {
                mailbox, message, ..
            } => Some((
                mailbox.as_str(),
                String::from_utf8_lossy(&message.0).into_owned(),
            )),
            _ => None,
        })
    }

    /// Checks what became of each letter for each recipient.
    fn check(&self, seed: u64) {
        let queued: Vec<&str> = self
            .events
            .iter()
            .filter_map(|event| match &event.kind {
                Kind::Queued { queue_id, .. } => Some(queue_id.as_str()),
                _ => None,
            })
            .collect();
        for queue_id in &queued {
            let removed = self.logged(queue_id, ": removed");
            assert_eq!(removed, 1, "seed {seed}: {queue_id} is still there");
        }
        for (number, letter) in self.letters.iter().enumerate() {
            let mark = format!("<{number}@cliente.example>");
            let queue_id = self.queue_id(letter, number);
            for to in &letter.to {
                let what = format!("seed {seed}: letter {number} ({queue_id}) to {to}");
                let sent = self.delivered(&queue_id, to, DeliveryStatus::Sent);
                let bounced = self.delivered(&queue_id, to, DeliveryStatus::Bounced);
                let expired = usize::from(
                    sent + bounced == 0
                        && self.logged(&queue_id, "status=expired, returned to sender") == 1,
                );
                assert_eq!(sent + bounced + expired, 1, "{what}: {sent}/{bounced}");
                assert_eq!(self.arrived(&mark, to), sent, "{what}: arrived");
                let unsure = self.unsure(&mark, to);
                let admitted = self.logged(&queue_id, "message may be sent more than once");
                assert!(unsure <= admitted, "{what}: {unsure} doubled in silence");
                if letter.from == "profesor@aula.example" {
                    let told = self.told(&mark, to);
                    assert_eq!(told, bounced + expired, "{what}: notices");
                }
            }
        }
        for given in &self.taken {
            let is_known = |letter: &Letter| {
                let is_report = given.recipients.iter().all(|to| *to == letter.from);
                is_report || given.recipients.iter().all(|to| letter.to.contains(to))
            };
            assert!(self.letters.iter().any(is_known), "seed {seed}: {given:?}");
        }
    }

    /// The queue id of a letter: they were queued in order, reports later.
    fn queue_id(&self, letter: &Letter, number: usize) -> String {
        let of_letter = |event: &Arc<Event>| match &event.kind {
            Kind::Queued {
                queue_id,
                recipients,
                sender,
                ..
            } if *sender == letter.from && *recipients == letter.to => Some(queue_id.clone()),
            _ => None,
        };
        let alike = self.letters[..number].iter();
        let alike = alike.filter(|other| other.from == letter.from && other.to == letter.to);
        self.events
            .iter()
            .filter_map(of_letter)
            .nth(alike.count())
            .unwrap()
    }

    /// How often a letter came to a recipient for certain.
    fn arrived(&self, mark: &str, to: &str) -> usize {
        let given = |given: &&Given| given.is_taken && is_for(given, mark, to);
        let box_of = to.strip_suffix("@aula.example");
        let stored = self.stored().filter(|(mailbox, message)| {
            Some(*mailbox) == box_of
                && message.contains(&format!("Message-ID: {mark}"))
                && !message.contains("multipart/report")
        });
        self.taken.iter().filter(given).count() + stored.count()
    }

    /// How often a next hop had all of a letter, but never said what it did with it.
    fn unsure(&self, mark: &str, to: &str) -> usize {
        let given = |given: &&Given| !given.was_answered && is_for(given, mark, to);
        self.taken.iter().filter(given).count()
    }

    /// How often the sender was told that a letter did not reach a recipient.
    fn told(&self, mark: &str, to: &str) -> usize {
        let reports = self.stored().filter(|(mailbox, message)| {
            *mailbox == "profesor"
                && message.contains(&format!("Message-ID: {mark}"))
                && message.contains(&format!("Final-Recipient: rfc822; {to}\n"))
                && message.contains("Action: failed\n")
        });
        reports.count()
    }
}

fn is_for(given: &Given, mark: &str, to: &str) -> bool {
    given.text.contains(&format!("Message-ID: {mark}"))
        && !given.text.contains("multipart/report")
        && given.recipients.iter().any(|recipient| recipient == to)
}

/// What a server offers for TLS.
fn tls() -> Arc<ServerConfig> {
    let authority = Authority::new(Moment::LESSON_START).unwrap();
    let pair = authority.snakeoil(&["mx.siguiente.example".to_owned()], false);
    let pair = pair.unwrap();
    next_hop::tls(&pair.leaf, &pair.key)
}

#[test]
fn nothing_is_lost_or_doubled() {
    let tls = tls();
    for seed in 0..24 {
        story(seed, &tls).check(seed);
    }
}

#[test]
fn an_endless_answer_takes_bounded_memory() {
    for answer in [Answer::Endless, Answer::EndlessLine] {
        for stage in ["greeting", "ehlo", "mail", "rcpt", "data", "message"] {
            let seen: Rc<RefCell<Seen>> = Rc::default();
            let script = Script::from([(stage.to_owned(), vec![answer.clone()])]);
            let script = Rc::new(RefCell::new(script));
            let next_hop = NextHop::new(Skills::default(), &seen, move |_| Rc::clone(&script));
            let main_cf = "compatibility_level = 3.6\nmyhostname = mail.aula.example\n\
                           default_transport = smtp:[127.0.0.2]\n";
            let mut town = Town::with(main_cf, &[]);
            town.internet = town
                .internet
                .with_switchboard(move |_| Ok(next_hop.answer()));
            let letter = Letter {
                from: "profesor@aula.example".to_owned(),
                to: vec!["bob@remoto.example".to_owned()],
                content: b"Subject: prueba\r\n\r\nHola\r\n".to_vec(),
            };
            live(town.post(&[letter]));
            let mut read: BTreeMap<ConnectionId, usize> = BTreeMap::new();
            for event in town.events() {
                if let Kind::Wire {
                    connection,
                    from: End::Server,
                    bytes,
                } = &event.kind
                {
                    *read.entry(*connection).or_default() += bytes.0.len();
                }
            }
            assert_eq!(read.len(), 1);
            for bytes in read.into_values() {
                assert!(bytes < 1_200_000, "{stage}: {bytes} bytes");
            }
            assert!(town.has_logged("timed out while"), "{stage}");
        }
    }
}
