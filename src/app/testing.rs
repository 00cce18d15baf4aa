//! A small stage for tests: a lesson of two steps and a pretended world that
//! carries out a model's orders by writing the events that a real one would.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Effect, Model, Msg};
use crate::clock::Moment;
use crate::journal::event::{Bytes, Endpoint, NoConnection, Problem, Purpose};
use crate::journal::{ConnectionId, End, Event, Kind, Observation, Observed, Way};
use crate::lesson::progress::Progress;
use crate::lesson::{Lesson, Order};
use crate::postfix::decision::{Decision, Fact, ListTrace, Outcome, RestrictionTrace, Verdict};
use crate::postfix::main_cf::{self, MAIN_CF};
use crate::text::Language;

/// A lesson with a toggle, a question, two runs (the second knocks where
/// nobody listens) and a goal that holds while the relay is closed.
pub(crate) fn lesson() -> Arc<Lesson> {
    Arc::new(toml::from_str(LESSON).expect("the lesson below is good"))
}

/// A model on the stage.
pub(crate) struct Stage {
    pub(crate) model: Model,
    /// Orders the model gave that were not carried out yet.
    pub(crate) orders: VecDeque<(u64, Order)>,
    pub(crate) saves: usize,
    pub(crate) quit: bool,
    events: usize,
    ordered: u64,
    connections: u32,
    main_cf: String,
    files: BTreeMap<String, String>,
    dialogue: Option<Dialogue>,
}

struct Dialogue {
    connection: ConnectionId,
    next: usize,
}

const DIALOGUE: [&str; 4] = [
    "EHLO spam.example",
    "MAIL FROM:<spam@spam.example>",
    "RCPT TO:<victima@remoto.example>",
    "QUIT",
];

impl Stage {
    /// The lesson from its first step, everything carried out.
    pub(crate) fn begun() -> Self {
        let mut stage = Self::resumed(None);
        stage.settle();
        stage
    }

    /// The lesson from its first step, whose question is answered well.
    pub(crate) fn answered() -> Self {
        let mut stage = Self::begun();
        stage.play(Msg::Predict(1));
        stage
    }

    /// The lesson as `progress` has it, nothing carried out yet.
    pub(crate) fn resumed(progress: Option<&Progress>) -> Self {
        let (model, effects) = Model::new(lesson(), Language::Es, progress, None);
        let mut stage = Self {
            model,
            orders: VecDeque::new(),
            saves: 0,
            quit: false,
            events: 0,
            ordered: 0,
            connections: 0,
            main_cf: String::new(),
            files: BTreeMap::new(),
            dialogue: None,
        };
        stage.take(effects);
        stage
    }

    /// Gives a message, and carries out what follows from it.
    pub(crate) fn play(&mut self, msg: Msg) {
        self.give(msg);
        self.settle();
    }

    /// Gives a message only.
    pub(crate) fn give(&mut self, msg: Msg) {
        let effects = self.model.update(msg);
        self.take(effects);
    }

    /// Carries out every order.
    pub(crate) fn settle(&mut self) {
        while self.step() {}
    }

    /// Carries out one order; `false` if there is none.
    pub(crate) fn step(&mut self) -> bool {
        let Some((number, order)) = self.orders.pop_front() else {
            return false;
        };
        match order {
            Order::Begin { step } => self.begin(step),
            Order::Open { run } => self.open(run),
            Order::Advance => self.advance(),
            Order::Finish => {
                while self.dialogue.is_some() {
                    self.advance();
                }
            }
            Order::Set {
                host,
                parameter,
                value,
                service,
            } => self.set(host, service, parameter, value),
            Order::Write { host, path, text } => self.write(&host, &path, text),
            Order::CheckGoals => self.check_goals(),
            Order::Call { client, to, .. } => self.call(&client, &to),
            Order::Say { bytes } => self.say_by_hand(&bytes),
            Order::HangUp => {
                if let Some(dialogue) = self.dialogue.take() {
                    self.close(dialogue.connection);
                }
            }
            // Nothing ever waits in a queue here.
            Order::StopRepeating
            | Order::CountOutsiderAs { .. }
            | Order::Wait { .. }
            | Order::Flush { .. }
            | Order::DeleteQueued { .. }
            | Order::Attack { .. }
            | Order::Delist { .. }
            | Order::LookUp { .. }
            | Order::ListQueue { .. } => {}
        }
        self.happen(Kind::Settled { order: number });
        true
    }

    /// The orders that are still to be carried out.
    pub(crate) fn waiting(&self) -> Vec<Order> {
        self.orders.iter().map(|(_, order)| order.clone()).collect()
    }

    /// Something happens.
    pub(crate) fn happen(&mut self, kind: Kind) {
        let event = Event {
            position: self.events,
            at: Moment::LESSON_START,
            kind,
        };
        self.events += 1;
        self.give(Msg::Journal(vec![Arc::new(event)]));
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Order(order) => {
                    self.ordered += 1;
                    self.orders.push_back((self.ordered, order));
                }
                Effect::Save => self.saves += 1,
                Effect::Quit => self.quit = true,
            }
        }
    }

    fn begin(&mut self, step: usize) {
        self.dialogue = None;
        let lesson = Arc::clone(&self.model.lesson);
        self.main_cf.clone_from(&lesson.hosts[0].main_cf);
        self.files.clear();
        self.happen(Kind::StepBegan {
            step,
            id: lesson.steps[step].id.clone(),
        });
        self.configured();
    }

    fn configured(&mut self) {
        let host = "mail.aula.example".to_owned();
        self.happen(Kind::Configured {
            host: host.clone(),
            main_cf: self.main_cf.clone(),
            master_cf: "smtp inet n - y - - smtpd\n  -o smtpd_tls_auth_only=yes\n".to_owned(),
            files: self.files.clone(),
        });
        let open = self.is_open();
        self.happen(Kind::RelayAssessed { host, open });
    }

    fn is_open(&self) -> bool {
        self.main_cf.contains("0.0.0.0/0")
    }

    fn set(
        &mut self,
        host: String,
        service: Option<String>,
        parameter: String,
        value: Option<String>,
    ) {
        if host != "mail.aula.example" {
            let problem = Problem::Unknown { what: host };
            return self.happen(Kind::OrderFailed { problem });
        }
        let (entries, _) = main_cf::parse(&self.main_cf);
        let old = entries
            .into_iter()
            .rfind(|entry| entry.name == parameter)
            .map(|entry| entry.value);
        self.main_cf = main_cf::set(&self.main_cf, &parameter, value.as_deref());
        self.happen(Kind::ParameterSet {
            host: host.clone(),
            service,
            parameter,
            old,
            new: value,
        });
        self.happen(Kind::CommandRun {
            host,
            command: "postfix reload".to_owned(),
            lines: Vec::new(),
        });
        self.configured();
    }

    fn write(&mut self, host: &str, path: &str, text: Option<String>) {
        let old = match &text {
            Some(text) if path == MAIN_CF => {
                Some(std::mem::replace(&mut self.main_cf, text.clone()))
            }
            Some(text) => self.files.insert(path.to_owned(), text.clone()),
            None => self.files.remove(path),
        };
        self.happen(Kind::FileWritten {
            host: host.to_owned(),
            path: path.to_owned(),
            old,
            new: text,
        });
        self.happen(Kind::CommandRun {
            host: host.to_owned(),
            command: match path {
                MAIN_CF => "postfix reload".to_owned(),
                path => format!("postmap hash:{path}"),
            },
            lines: Vec::new(),
        });
        self.configured();
    }

    fn open(&mut self, run: usize) {
        if let Some(dialogue) = self.dialogue.take() {
            self.close(dialogue.connection);
        }
        let from = endpoint("spammer", [203, 0, 113, 66], 40_000);
        let purpose = Purpose::Dialogue { run };
        if run == 1 {
            let to = endpoint("mail.aula.example", [192, 0, 2, 10], 26);
            return self.happen(Kind::ConnectionFailed {
                from,
                to,
                purpose,
                how: NoConnection::Refused,
            });
        }
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        self.happen(Kind::Connected {
            connection,
            from,
            to: endpoint("mail.aula.example", [192, 0, 2, 10], 25),
            service: "smtp".to_owned(),
            purpose,
        });
        self.log(connection, "connect from unknown[203.0.113.66]");
        self.say(
            connection,
            End::Server,
            &["220 mail.aula.example ESMTP Postfix (Debian/GNU)"],
        );
        self.dialogue = Some(Dialogue {
            connection,
            next: 0,
        });
    }

    /// A call by hand: to port 25 of the one server there is, or to nobody.
    fn call(&mut self, client: &str, to: &str) {
        if let Some(dialogue) = self.dialogue.take() {
            self.close(dialogue.connection);
        }
        let from = endpoint(client, [203, 0, 113, 66], 40_002);
        let (host, port) = to.rsplit_once(':').unwrap();
        let to = endpoint(host, [192, 0, 2, 10], port.parse().unwrap());
        let purpose = Purpose::ByHand;
        if to.port != 25 {
            return self.happen(Kind::ConnectionFailed {
                from,
                to,
                purpose,
                how: NoConnection::Refused,
            });
        }
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        self.happen(Kind::Connected {
            connection,
            from,
            to,
            service: "smtp".to_owned(),
            purpose,
        });
        self.say(connection, End::Server, &["220 mail.aula.example ESMTP"]);
        self.dialogue = Some(Dialogue {
            connection,
            next: 0,
        });
    }

    /// What is typed is answered as a server without memory would.
    fn say_by_hand(&mut self, bytes: &Bytes) {
        let Some(Dialogue { connection, .. }) = self.dialogue else {
            let problem = Problem::NoDialogue;
            return self.happen(Kind::OrderFailed { problem });
        };
        let line = bytes.visible();
        let line = line.trim_end_matches("\\x0D\\x0A");
        self.say(connection, End::Client, &[line]);
        match line.split(' ').next() {
            Some("QUIT") => {
                self.say(connection, End::Server, &["221 2.0.0 Bye"]);
                self.dialogue = None;
                self.close(connection);
            }
            Some("AUTH") => self.say(connection, End::Server, &["334 VXNlcm5hbWU6"]),
            _ => self.say(connection, End::Server, &["250 2.0.0 Ok"]),
        }
    }

    fn advance(&mut self) {
        let Some(dialogue) = &mut self.dialogue else {
            let problem = Problem::NoDialogue;
            return self.happen(Kind::OrderFailed { problem });
        };
        let (connection, next) = (dialogue.connection, dialogue.next);
        dialogue.next += 1;
        self.say(connection, End::Client, &[DIALOGUE[next]]);
        match next {
            0 => self.say(
                connection,
                End::Server,
                &["250-mail.aula.example", "250 CHUNKING"],
            ),
            1 => self.say(connection, End::Server, &["250 2.1.0 Ok"]),
            2 => self.answer_recipient(connection),
            _ => {
                self.say(connection, End::Server, &["221 2.0.0 Bye"]);
                self.dialogue = None;
                self.close(connection);
            }
        }
    }

    fn answer_recipient(&mut self, connection: ConnectionId) {
        let open = self.is_open();
        let client = [203, 0, 113, 66].into();
        let (fact, outcome) = if open {
            let network = "0.0.0.0/0".to_owned();
            (Fact::ClientInNetworks { client, network }, Outcome::Permit)
        } else {
            let networks = "127.0.0.0/8 [::1]/128".to_owned();
            let fact = Fact::ClientOutsideNetworks { client, networks };
            (fact, Outcome::Continue)
        };
        let mut steps = vec![RestrictionTrace {
            restriction: "permit_mynetworks".to_owned(),
            fact,
            outcome,
        }];
        if !open {
            steps.push(RestrictionTrace {
                restriction: "defer_unauth_destination".to_owned(),
                fact: Fact::ForeignDestination {
                    domain: "remoto.example".to_owned(),
                },
                outcome: Outcome::Defer,
            });
        }
        let refused = Verdict::Refused {
            code: 454,
            enhanced: "4.7.1".to_owned(),
            text: "<victima@remoto.example>: Relay access denied".to_owned(),
        };
        let verdict = if open { Verdict::Accepted } else { refused };
        let reply = match &verdict {
            Verdict::Accepted => "250 2.1.5 Ok".to_owned(),
            refused @ Verdict::Refused { .. } => refused.to_string(),
        };
        self.happen(Kind::Decided {
            connection,
            decision: Decision {
                stage: "RCPT",
                subject: "victima@remoto.example".to_owned(),
                lists: vec![ListTrace {
                    parameter: "smtpd_relay_restrictions",
                    outcome: if open {
                        Outcome::Permit
                    } else {
                        Outcome::Defer
                    },
                    steps,
                }],
                reasons: Vec::new(),
                verdict,
            },
        });
        self.say(connection, End::Server, &[&reply]);
    }

    fn close(&mut self, connection: ConnectionId) {
        let by = End::Client;
        self.happen(Kind::Closed { connection, by });
        self.log(connection, "disconnect from unknown[203.0.113.66]");
    }

    fn check_goals(&mut self) {
        // A probe connects as everybody does, and must not be shown.
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        self.happen(Kind::Connected {
            connection,
            from: endpoint("spammer", [203, 0, 113, 66], 40_001),
            to: endpoint("mail.aula.example", [192, 0, 2, 10], 25),
            service: "smtp".to_owned(),
            purpose: Purpose::Probe { goal: 0 },
        });
        self.say(connection, End::Server, &["220 probe"]);
        let by = End::Client;
        self.happen(Kind::Closed { connection, by });
        // The first step is about opening the relay, the second about closing it.
        let step = self.model.step;
        let open = self.is_open();
        self.happen(Kind::GoalChecked {
            step,
            goal: 0,
            holds: open == (step == 0),
            observed: Observed::one(Observation::words(if open {
                "250 2.1.5 Ok"
            } else {
                "454 4.7.1"
            })),
        });
    }

    /// `end` says lines in one breath; the other end hears them afterwards.
    fn say(&mut self, connection: ConnectionId, end: End, lines: &[&str]) {
        for (end, way) in [(end, Way::Sent), (end.other(), Way::Received)] {
            for line in lines {
                self.happen(Kind::Line {
                    connection,
                    end,
                    way,
                    protected: false,
                    line: (*line).into(),
                });
            }
        }
    }

    fn log(&mut self, connection: ConnectionId, text: &str) {
        self.happen(Kind::Log {
            host: "mail.aula.example".to_owned(),
            connection: Some(connection),
            program: "postfix/smtpd".to_owned(),
            pid: 1234,
            text: text.to_owned(),
        });
    }
}

fn endpoint(host: &str, address: [u8; 4], port: u16) -> Endpoint {
    Endpoint {
        host: host.to_owned(),
        address: address.into(),
        port,
    }
}

const LESSON: &str = r#"
format = 1
id = "prueba"
title = { es = "Prueba", en = "Test" }
summary = { es = "Un relay.", en = "A relay." }
minutes = 5
study = "mail.aula.example"

[[host]]
name = "mail.aula.example"
addresses = ["192.0.2.10"]
main_cf = "mynetworks = 127.0.0.0/8, [::1]/128\n"

[[client]]
name = "spammer"
label = { es = "spammer", en = "spammer" }
addresses = ["203.0.113.66"]
helo = "spam.example"

[[toggle]]
key = "m"
host = "mail.aula.example"
parameter = "mynetworks"
values = [
    { label = { es = "solo él", en = "itself" }, value = "127.0.0.0/8 [::1]/128" },
    { label = { es = "todo", en = "all" }, value = "0.0.0.0/0" },
]

[[step]]
id = "abrir"
title = { es = "Abrir", en = "Open" }
text = { es = "Abre el **relay**.", en = "Open the **relay**." }
explain = { es = "Todos caben en 0.0.0.0/0.", en = "All are in 0.0.0.0/0." }
hints = { es = ["Mira quién.", "Mira qué lista."], en = ["Look who.", "Look which list."] }
hint_when = [
    { edited = { parameter = "mynetworks", contains = "203.0.113.0/25" }, unmet = { goal = "pasa" }, text = { es = "Con `{value}` se oye `{observed}`.", en = "With `{value}` one hears `{observed}`." }, tried = [{ set = { host = "mail.aula.example", parameter = "mynetworks", value = "203.0.113.0/25" } }] },
]
predict.question = { es = "¿Qué dirá?", en = "What will it say?" }
predict.options = [
    { es = "250", en = "250", why = { es = "Aún no.", en = "Not yet." } },
    { es = "454", en = "454", why = { es = "Eso es.", en = "Right." }, correct = true },
]
run = [
    { id = "spam", label = { es = "Spam", en = "Spam" }, client = "spammer", to = "mail.aula.example:25" },
    { id = "nadie", label = { es = "Nadie", en = "Nobody" }, client = "spammer", to = "mail.aula.example:26" },
]
goal = [
    { id = "pasa", text = { es = "El extraño pasa.", en = "The stranger passes." }, probe = { client = "spammer", to = "mail.aula.example:25" }, expect = { code = 250 }, explain = { es = "Que pase.", en = "To pass." } },
]
solution = [
    { set = { host = "mail.aula.example", parameter = "mynetworks", value = "0.0.0.0/0" } },
    { run = "spam" },
]

[[step]]
id = "cerrar"
title = { es = "Cerrar", en = "Close" }
text = { es = "Ciérralo.", en = "Close it." }
explain = { es = "Cerrado.", en = "Closed." }
run = [
    { id = "spam", label = { es = "Spam", en = "Spam" }, client = "spammer", to = "mail.aula.example:25" },
]
goal = [
    { text = { es = "El extraño no pasa.", en = "The stranger does not pass." }, probe = { client = "spammer", to = "mail.aula.example:25" }, expect = { code = 454 }, explain = { es = "Que no pase.", en = "Not to pass." } },
]
"#;
