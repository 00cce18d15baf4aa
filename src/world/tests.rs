//! The world through its door: orders in, events out.

mod attacker;
mod blocklist;
mod by_hand;
mod files;
mod queue;

use std::fmt::Write;
use std::sync::Arc;

use super::World;
use crate::journal::event::{DeliveryStatus, Kind, NoConnection, Purpose, Verification};
use crate::journal::{End, Event, Way};
use crate::lesson::{Lesson, Order};
use crate::postfix::decision::Outcome;

/// A world and its reader.
struct Play {
    world: World,
    lesson: Arc<Lesson>,
    read: usize,
}

type Events = Vec<Arc<Event>>;

impl Play {
    fn begin() -> Self {
        Self::with_seed(1)
    }

    fn with_seed(seed: u64) -> Self {
        let lesson: Lesson = toml::from_str(include_str!("tests/lesson.toml")).unwrap();
        let lesson = Arc::new(lesson);
        let world = World::start(Arc::clone(&lesson), seed).unwrap();
        let mut play = Self {
            world,
            lesson,
            read: 0,
        };
        play.order(Order::Begin { step: 0 });
        play
    }

    /// Gives an order and returns what happened until it was done.
    fn order(&mut self, order: Order) -> Events {
        let number = self.world.order(order);
        self.until(&Kind::Settled { order: number })
    }

    /// What happens until `last` does.
    fn until(&mut self, last: &Kind) -> Events {
        let mut cursor = self.world.journal().cursor(self.read);
        let mut events = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        loop {
            assert!(
                runtime.block_on(cursor.wait()),
                "the world ended: {events:#?}"
            );
            events.extend(cursor.read());
            if events.iter().any(|event| event.kind == *last) {
                self.read += events.len();
                return events;
            }
        }
    }

    fn open(&mut self, id: &str) -> Events {
        let run = self.lesson.steps[0]
            .runs
            .iter()
            .position(|run| run.id == id)
            .unwrap();
        self.order(Order::Open { run })
    }

    fn run(&mut self, id: &str) -> Events {
        let mut events = self.open(id);
        events.extend(self.order(Order::Finish));
        events
    }

    fn set(&mut self, parameter: &str, value: &str) -> Events {
        self.set_on("mail.aula.example", parameter, value)
    }

    fn set_on(&mut self, host: &str, parameter: &str, value: &str) -> Events {
        self.order(Order::Set {
            host: host.to_owned(),
            service: None,
            parameter: parameter.to_owned(),
            value: Some(value.to_owned()),
        })
    }

    fn use_certificate(&mut self, certificate: &str, key: &str) {
        self.set("smtpd_tls_cert_file", certificate);
        self.set("smtpd_tls_key_file", key);
    }
}

/// What the client of the student's dialogue said and heard.
fn dialogue(events: &Events) -> Vec<String> {
    let connection = events.iter().find_map(|event| match &event.kind {
        Kind::Connected {
            connection,
            purpose: Purpose::Dialogue { .. },
            ..
        } => Some(*connection),
        _ => None,
    });
    events
        .iter()
        .filter(|event| event.kind.connection() == connection)
        .filter_map(|event| match &event.kind {
            Kind::Line {
                end: End::Client,
                way,
                protected,
                line,
                ..
            } => {
                let arrow = match (way, protected) {
                    (Way::Sent, false) => "->",
                    (Way::Sent, true) => "~>",
                    (Way::Received, false) => "<-",
                    (Way::Received, true) => "<~",
                };
                Some(format!("{arrow} {}", line.visible()))
            }
            Kind::TlsEstablished {
                end: End::Client,
                version,
                ..
            } => Some(format!("-- {version}")),
            Kind::TlsFailed { end, reason, .. } => {
                Some(format!("-- TLS failed, {end:?}: {reason}"))
            }
            Kind::Stalled { .. } => Some("-- stalled".to_owned()),
            Kind::Closed { by, .. } => Some(format!("-- closed by {by:?}")),
            _ => None,
        })
        .collect()
}

/// The lines of a host's log.
fn log(events: &Events, host: &str) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Log {
                host: writer,
                program,
                text,
                ..
            } if writer == host => Some(format!("{program}: {text}")),
            _ => None,
        })
        .collect()
}

/// Recipient, status, enhanced code and reason of every delivery attempt.
fn deliveries(events: &Events) -> Vec<(String, DeliveryStatus, String, String)> {
    events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Delivery {
                recipient,
                status,
                dsn,
                reason,
                ..
            } => Some((recipient.clone(), *status, dsn.clone(), reason.clone())),
            _ => None,
        })
        .collect()
}

fn verification(events: &Events) -> Verification {
    let found = events.iter().find_map(|event| match &event.kind {
        Kind::Certificate { verification, .. } => Some(verification.clone()),
        _ => None,
    });
    found.expect("a certificate")
}

/// The answer to the only RCPT, and the restriction that decided it.
fn relaying(events: &Events) -> (String, String, Outcome) {
    let said = dialogue(events);
    let at = said
        .iter()
        .position(|line| line.starts_with("-> RCPT TO:"))
        .unwrap();
    let decided = events.iter().find_map(|event| match &event.kind {
        Kind::Decided { decision, .. } if decision.stage == "RCPT" => {
            let list = decision
                .lists
                .iter()
                .find(|list| list.parameter == "smtpd_relay_restrictions")?;
            let step = list.steps.last()?;
            Some((step.restriction.clone(), step.outcome))
        }
        _ => None,
    });
    let (restriction, outcome) = decided.unwrap();
    (said[at + 1].clone(), restriction, outcome)
}

fn relay_is_open(events: &Events) -> bool {
    let assessed = events.iter().rev().find_map(|event| match &event.kind {
        Kind::RelayAssessed { host, open } if host == "mail.aula.example" => Some(*open),
        _ => None,
    });
    assessed.unwrap()
}

const REFUSED: &str = "<- 454 4.7.1 <victima@remoto.example>: Relay access denied";

#[test]
fn an_open_relay_is_abused_and_closed_again() {
    let mut play = Play::begin();
    let refused = (
        REFUSED.to_owned(),
        "defer_unauth_destination".to_owned(),
        Outcome::Defer,
    );
    assert_eq!(relaying(&play.run("abuso")), refused);

    assert!(relay_is_open(&play.set("mynetworks", "0.0.0.0/0")));
    let events = play.run("abuso");
    let permitted = (
        "<- 250 2.1.5 Ok".to_owned(),
        "permit_mynetworks".to_owned(),
        Outcome::Permit,
    );
    assert_eq!(relaying(&events), permitted);
    let stored: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Stored {
                host,
                mailbox,
                message,
                ..
            } => Some((
                host.as_str(),
                mailbox.as_str(),
                String::from_utf8(message.0.clone()).unwrap(),
            )),
            _ => None,
        })
        .collect();
    let [("mx.remoto.example", "victima", message)] = stored.as_slice() else {
        panic!("{stored:#?}");
    };
    assert!(message.starts_with(
        "Return-Path: <premios@loteria.example>\nX-Original-To: victima@remoto.example\n"
    ));
    assert!(message.contains("Received: from spam.example (unknown [203.0.113.66])"));

    assert!(!relay_is_open(
        &play.set("mynetworks", "127.0.0.0/8 [::1]/128")
    ));
    assert_eq!(relaying(&play.run("abuso")), refused);
}

#[test]
fn submission_needs_starttls_and_auth() {
    let events = Play::begin().run("envio-587");
    let said: Vec<String> = dialogue(&events)
        .into_iter()
        .filter(|line| !line.contains("250-"))
        .collect();
    assert_eq!(
        said[..6],
        [
            "<- 220 mail.aula.example ESMTP Postfix (Debian/GNU)",
            "-> EHLO portatil.proveedor.example",
            "<- 250 CHUNKING",
            "-> STARTTLS",
            "<- 220 2.0.0 Ready to start TLS",
            "-- TLSv1.3",
        ]
    );
    assert_eq!(
        said[8..12],
        [
            "~> AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0",
            "<~ 235 2.7.0 Authentication successful",
            "~> MAIL FROM:<alumno@aula.example>",
            "<~ 250 2.1.0 Ok",
        ]
    );
    assert_eq!(
        said[said.len() - 2..],
        ["<~ 221 2.0.0 Bye", "-- closed by Server"]
    );
    let delivered = deliveries(&events);
    assert_eq!(delivered.len(), 2);
    assert!(
        delivered
            .iter()
            .all(|(recipient, status, ..)| recipient == "bob@remoto.example"
                && *status == DeliveryStatus::Sent)
    );
    let log = log(&events, "mail.aula.example");
    assert!(log.iter().any(|line| line.starts_with(
        "postfix/smtp: Untrusted TLS connection established to mx.remoto.example[198.51.100.25]:25: TLSv1.3 with cipher"
    )));
    assert!(
        log.iter()
            .any(|line| line.contains("sasl_method=PLAIN, sasl_username=alumno"))
    );
    assert!(
        log.iter()
            .any(|line| line.contains("status=sent (250 2.0.0 Ok: queued as "))
    );
}

#[test]
fn submissions_speaks_tls_from_the_first_byte() {
    let events = Play::begin().run("envio-465");
    let said = dialogue(&events);
    assert_eq!(
        said[..2],
        [
            "-- TLSv1.3",
            "<~ 220 mail.aula.example ESMTP Postfix (Debian/GNU)"
        ]
    );
    assert!(said.contains(&"<~ 334 UGFzc3dvcmQ6".to_owned()));
    assert_eq!(
        deliveries(&events),
        [(
            "profesor@aula.example".to_owned(),
            DeliveryStatus::Sent,
            "2.0.0".to_owned(),
            "delivered to maildir".to_owned(),
        )]
    );
}

#[test]
fn crossed_modes_fall_silent_or_fail() {
    let mut play = Play::begin();
    let events = play.open("claro-465");
    assert_eq!(
        dialogue(&events),
        [
            "-- stalled",
            "-- closed by Client",
            "-- TLS failed, Server: unexpected eof while reading"
        ]
    );
    let said = log(&events, "mail.aula.example");
    assert_eq!(
        said[1],
        "postfix/submissions/smtpd: SSL_accept error from portatil.proveedor.example[198.51.100.77]: lost connection"
    );

    let events = play.open("tls-587");
    assert_eq!(
        dialogue(&events)[..1],
        ["-- TLS failed, Client: wrong version number"]
    );
    // The server took the hello for a command before its client hung up.
    let position = |wanted: &dyn Fn(&Kind) -> bool| {
        events.iter().position(|event| wanted(&event.kind)).unwrap()
    };
    let heard = position(&|kind| {
        matches!(kind,
        Kind::Line { end: End::Server, way: Way::Received, line, .. } if line.0 == [0x16, 0x03, 0x01])
    });
    let answered = position(&|kind| {
        matches!(kind,
        Kind::Line { end: End::Server, way: Way::Sent, line, .. } if line.0.starts_with(b"500 "))
    });
    let gave_up = position(&|kind| matches!(kind, Kind::TlsFailed { .. }));
    assert!(heard < answered && answered < gave_up);
}

#[test]
fn certificates_are_judged_as_openssl_does() {
    let mut play = Play::begin();
    let live = "/etc/letsencrypt/live";
    let snakeoil = (
        "/etc/ssl/certs/ssl-cert-snakeoil.pem".to_owned(),
        "/etc/ssl/private/ssl-cert-snakeoil.key".to_owned(),
    );
    let certbot = |folder: &str, file: &str| {
        (
            format!("{live}/{folder}/{file}.pem"),
            format!("{live}/{folder}/privkey.pem"),
        )
    };
    let cases = [
        (certbot("bueno", "fullchain"), 0, "ok"),
        (
            certbot("caducado", "fullchain"),
            10,
            "certificate has expired",
        ),
        (snakeoil, 18, "self-signed certificate"),
        (
            certbot("bueno", "cert"),
            20,
            "unable to get local issuer certificate",
        ),
        (certbot("otro", "fullchain"), 62, "hostname mismatch"),
    ];
    for ((certificate, key), code, words) in cases {
        play.use_certificate(&certificate, &key);
        let noted = play.run("tolerante");
        let seen = verification(&noted);
        assert_eq!(
            (seen.code, seen.words, seen.required),
            (code, words, false),
            "{certificate}"
        );
        assert!(dialogue(&noted).contains(&"-- TLSv1.3".to_owned()));
        let insisted = play.run("exigente");
        assert_eq!(verification(&insisted).code, code);
        assert_eq!(
            dialogue(&insisted).contains(&"-- TLSv1.3".to_owned()),
            code == 0,
            "{certificate}"
        );
    }
}

#[test]
fn a_certificate_alone_is_completed_from_the_file_of_authorities() {
    let mut play = Play::begin();
    let live = "/etc/letsencrypt/live/bueno";
    play.use_certificate(&format!("{live}/cert.pem"), &format!("{live}/privkey.pem"));
    assert_eq!(verification(&play.run("tolerante")).code, 20);
    play.set("smtpd_tls_CAfile", &format!("{live}/chain.pem"));
    assert_eq!(verification(&play.run("tolerante")).code, 0);
    // A chain, even a wrong one, is left as it is.
    play.set(
        "smtpd_tls_cert_file",
        "/etc/letsencrypt/live/otro/fullchain.pem",
    );
    play.set(
        "smtpd_tls_key_file",
        "/etc/letsencrypt/live/otro/privkey.pem",
    );
    assert_eq!(verification(&play.run("tolerante")).code, 62);
}

#[test]
fn a_key_of_another_certificate_leaves_starttls_without_tls() {
    let mut play = Play::begin();
    play.use_certificate(
        "/etc/letsencrypt/live/bueno/fullchain.pem",
        "/etc/letsencrypt/live/otro/privkey.pem",
    );
    let events = play.run("tolerante");
    assert!(
        dialogue(&events)
            .contains(&"<- 454 4.7.0 TLS not available due to local problem".to_owned())
    );
    let said = log(&events, "mail.aula.example");
    assert_eq!(
        said[0],
        "postfix/submission/smtpd: warning: cannot get RSA private key from file \"/etc/letsencrypt/live/otro/privkey.pem\": disabling TLS support"
    );
    assert!(said[1].contains("key values mismatch"));
}

#[test]
fn every_recipient_has_an_end() {
    let events = Play::begin().run("varios");
    assert!(events.iter().any(|event| matches!(
        &event.kind,
        Kind::ConnectionFailed { to, how: NoConnection::TimedOut, .. } if to.host == "mudo.mudo.example"
    )));
    let said: Vec<String> = deliveries(&events)
        .into_iter()
        .map(|(recipient, status, dsn, reason)| format!("{recipient} {status:?} {dsn} {reason}"))
        .filter(|line| !line.contains("queued as") && !line.contains("forwarded as"))
        .collect();
    assert_eq!(
        said,
        [
            "alumno@aula.example Sent 2.0.0 delivered to maildir",
            "alumno@aula.example Sent 2.0.0 delivered to maildir",
            "eva@nullmx.example Bounced 5.1.0 Domain nullmx.example does not accept mail (nullMX)",
            "eva@mudo.example Deferred 4.4.1 connect to mudo.mudo.example[198.51.100.99]:25: Connection timed out",
            "eva@noexiste.example Bounced 5.4.4 Host or domain name not found. Name service error for name=noexiste.example type=AAAA: Host not found",
            "nadie@remoto.example Bounced 5.1.1 host mx.remoto.example[198.51.100.25] said: 550 5.1.1 <nadie@remoto.example>: Recipient address rejected: User unknown in local recipient table (in reply to RCPT TO command)",
            "profesor@aula.example Sent 2.0.0 delivered to maildir",
            "bob@remoto.example Sent 2.0.0 delivered to mailbox",
        ]
    );
}

#[test]
fn a_server_that_is_its_own_exchanger_does_not_call_itself() {
    let mut play = Play::begin();
    play.set("mydestination", "localhost");
    let delivered = deliveries(&play.run("a-casa"));
    let (_, status, dsn, reason) = &delivered[0];
    assert_eq!((*status, dsn.as_str()), (DeliveryStatus::Bounced, "5.4.6"));
    assert_eq!(reason, "mail for aula.example loops back to myself");
}

#[test]
fn a_relayhost_that_is_not_there_is_the_configurations_fault() {
    let mut play = Play::begin();
    let reloaded = log(
        &play.set("relayhost", "[smtp.noexiste.example]"),
        "mail.aula.example",
    );
    assert_eq!(
        reloaded[0],
        "postfix/postfix-script: refreshing the Postfix mail system"
    );
    let events = play.run("envio-587");
    let [(_, status, dsn, reason)] = &deliveries(&events)[..] else {
        panic!("one delivery");
    };
    assert_eq!((*status, dsn.as_str()), (DeliveryStatus::Deferred, "4.3.5"));
    assert_eq!(
        reason,
        "Host or domain name not found. Name service error for name=smtp.noexiste.example type=AAAA: Host not found"
    );
    let said = log(&events, "mail.aula.example");
    assert!(said.contains(&"postfix/smtp: warning: relayhost configuration problem".to_owned()));
}

#[test]
fn interfaces_change_when_postfix_is_stopped_and_started() {
    let mut play = Play::begin();
    let pid = |events: &Events, wanted: &str| {
        events.iter().find_map(|event| match &event.kind {
            Kind::Log { pid, text, .. } if text.starts_with(wanted) => Some(*pid),
            _ => None,
        })
    };
    let events = play.set("inet_interfaces", "192.0.2.10");
    assert_eq!(
        log(&events, "mail.aula.example"),
        [
            "postfix/postfix-script: stopping the Postfix mail system",
            "postfix/master: terminating on signal 15",
            "postfix/postfix-script: starting the Postfix mail system",
            "postfix/master: daemon started -- version 3.7.11, configuration /etc/postfix",
        ]
    );
    assert_ne!(pid(&events, "terminating"), pid(&events, "daemon started"));
    // Loopback is not among the addresses it listens on now.
    let refused = |events: &Events| {
        events.iter().any(|event| {
            matches!(
                event.kind,
                Kind::ConnectionFailed {
                    how: NoConnection::Refused,
                    ..
                }
            )
        })
    };
    let mut call = |client: &str| {
        play.order(Order::Call {
            client: client.to_owned(),
            to: "mail.aula.example:25".to_owned(),
            implicit_tls: false,
        })
    };
    assert!(refused(&call("servidor")));
    assert!(!refused(&call("portatil")));
}

#[test]
fn servers_that_send_mail_in_circles_stop() {
    let mut play = Play::begin();
    for (host, other) in [
        ("mail.aula.example", "mx.remoto.example"),
        ("mx.remoto.example", "mail.aula.example"),
    ] {
        play.set_on(host, "relayhost", &format!("[{other}]"));
        play.set_on(host, "mynetworks", "0.0.0.0/0");
        play.set_on(host, "hopcount_limit", "5");
    }
    play.set_on("mx.remoto.example", "mydestination", "localhost");
    let delivered = deliveries(&play.run("abuso"));
    let (_, status, dsn, reason) = delivered.last().unwrap();
    assert_eq!((*status, dsn.as_str()), (DeliveryStatus::Bounced, "5.4.0"));
    assert!(
        reason.ends_with("said: 554 5.4.0 Error: too many hops (in reply to end of DATA command)")
    );
}

#[test]
fn between_servers_the_level_decides_what_tls_is_worth() {
    let mut play = Play::begin();
    let mut outcome = |level: &str, remote: &str| {
        play.set("smtp_tls_security_level", level);
        play.set_on("mx.remoto.example", "smtpd_tls_security_level", remote);
        let delivered = deliveries(&play.run("envio-587"));
        delivered
            .into_iter()
            .map(|(_, _, dsn, reason)| (dsn, reason))
            .next()
            .unwrap()
    };
    assert_eq!(
        outcome("verify", "may"),
        (
            "4.7.5".to_owned(),
            "Server certificate not verified".to_owned()
        )
    );
    assert_eq!(
        outcome("encrypt", "none"),
        (
            "4.7.4".to_owned(),
            "TLS is required, but was not offered by host mx.remoto.example[198.51.100.25]"
                .to_owned()
        )
    );
    assert_eq!(outcome("may", "none").0, "2.0.0");
    assert_eq!(
        outcome("none", "encrypt").1,
        "host mx.remoto.example[198.51.100.25] said: 530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL FROM command)"
    );
}

#[test]
fn an_open_session_keeps_the_configuration_it_began_with() {
    let mut play = Play::begin();
    let mut events = play.open("abuso");
    play.set("mynetworks", "0.0.0.0/0");
    events.extend(play.order(Order::Finish));
    assert!(dialogue(&events).contains(&REFUSED.to_owned()));
}

#[test]
fn nobody_listens_there() {
    let events = Play::begin().open("nadie");
    assert!(
        events.iter().any(
            |event| matches!(&event.kind, Kind::ConnectionFailed { to, .. } if to.port == 2525)
        )
    );
}

#[test]
fn goals_are_probed_without_leaving_anything_behind() {
    let mut play = Play::begin();
    let mut goals = || -> Vec<(bool, String)> {
        let events = play.order(Order::CheckGoals);
        assert!(
            !events
                .iter()
                .any(|event| matches!(event.kind, Kind::Queued { .. }))
        );
        events
            .iter()
            .filter_map(|event| match &event.kind {
                Kind::GoalChecked {
                    holds, observed, ..
                } => Some((*holds, observed.to_string())),
                _ => None,
            })
            .collect()
    };
    let before = goals();
    assert!(before[0].0);
    assert!(before[0].1.starts_with("454 4.7.1"));
    assert!(!before[1].0);
    play.set("mynetworks", "0.0.0.0/0");
    play.run("abuso");
    let mut holds = Vec::new();
    for event in play.order(Order::CheckGoals) {
        if let Kind::GoalChecked { holds: it, .. } = event.kind {
            holds.push(it);
        }
    }
    assert_eq!(holds, [false, true]);
}

#[test]
fn the_same_seed_and_orders_give_the_same_journal() {
    let play = |seed| {
        let mut play = Play::with_seed(seed);
        let mut said = String::new();
        let runs: Vec<String> = play.lesson.steps[0]
            .runs
            .iter()
            .map(|run| run.id.clone())
            .collect();
        for run in &runs {
            for event in play.run(run) {
                if !matches!(event.kind, Kind::Wire { .. }) {
                    writeln!(said, "{} {:?}", event.at, event.kind).unwrap();
                }
            }
        }
        said
    };
    let first = play(7);
    assert_eq!(first, play(7));
    assert_ne!(first, play(8));
}

#[test]
fn a_server_that_dies_after_the_handshake_hangs_up() {
    let mut play = Play::begin();
    play.set("smtpd_sasl_path", "private/auht");
    let events = play.run("envio-465");
    assert_eq!(
        dialogue(&events),
        ["-- TLSv1.3", "-- closed by Server"],
        "nobody waits for a process that is no more"
    );
}

#[test]
fn what_probes_do_leaves_no_notice_for_the_postmaster() {
    let mut play = Play::begin();
    play.set("notify_classes", "resource,software,policy,protocol");
    let notices = |events: &Events| {
        let queued = |event: &&Arc<Event>| matches!(event.kind, Kind::Queued { .. });
        events.iter().filter(queued).count()
    };
    assert_eq!(notices(&play.order(Order::CheckGoals)), 0);
    assert_ne!(
        notices(&play.run("abuso")),
        0,
        "a client's refusal leaves one"
    );
}

#[test]
fn the_master_is_the_oldest_process_and_each_script_a_new_one() {
    let mut play = Play::begin();
    let mut events = play.run("abuso");
    events.extend(play.set("mynetworks", "127.0.0.0/8"));
    events.extend(play.set("mynetworks", "10.0.0.0/8"));
    let pids = |wanted: &str| -> Vec<u32> {
        let pids = events.iter().filter_map(|event| match &event.kind {
            Kind::Log { program, pid, .. } if program == wanted => Some(*pid),
            _ => None,
        });
        pids.collect()
    };
    let [smtpd, ..] = pids("postfix/smtpd")[..] else {
        panic!("nobody was served");
    };
    let [first, second] = pids("postfix/postfix-script")[..] else {
        panic!("two reloads");
    };
    let [master, same] = pids("postfix/master")[..] else {
        panic!("two reloads");
    };
    assert!(master == same && master < smtpd && smtpd < first && first < second);
}
