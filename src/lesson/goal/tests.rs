use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::clock::Moment;
use crate::journal::event::{Endpoint, HANDSHAKE_CUT, NoConnection, Verification};
use crate::journal::{End, Observation, Way};

/// A journal written by hand.
#[derive(Default)]
struct Story(Vec<Arc<Event>>);

impl Story {
    fn tell(mut self, kind: Kind) -> Self {
        let event = Event {
            position: self.0.len(),
            at: Moment::LESSON_START,
            kind,
        };
        self.0.push(Arc::new(event));
        self
    }

    fn connect(self, number: u32, purpose: Purpose) -> Self {
        let end = |host: &str, port| Endpoint {
            host: host.to_owned(),
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10)),
            port,
        };
        self.tell(Kind::Connected {
            connection: ConnectionId(number),
            from: end("spammer", 40000),
            to: end("mail.aula.example", 25),
            service: "smtp".to_owned(),
            purpose,
        })
    }

    /// Lines as swaks writes them: `-> EHLO spam.example`, `<~ 250 Ok`.
    fn lines(mut self, number: u32, lines: &[&str]) -> Self {
        for line in lines {
            let (arrow, text) = line.split_at(3);
            self = self.tell(Kind::Line {
                connection: ConnectionId(number),
                end: End::Client,
                way: if arrow.contains('>') {
                    Way::Sent
                } else {
                    Way::Received
                },
                protected: arrow.contains('~'),
                line: text.into(),
            });
        }
        self
    }

    fn judge(&self, goal: &str) -> Judgement {
        judge(&parse(goal), &self.0)
    }
}

/// A goal with these lines in it.
fn parse(goal: &str) -> Goal {
    let texts = "text = { es = 'x', en = 'x' }\nexplain = { es = 'x', en = 'x' }\n";
    toml::from_str(&format!("{texts}{goal}")).unwrap()
}

fn probe() -> Story {
    Story::default().connect(1, Purpose::Probe { goal: 0 })
}

const PROBE: &str = "probe = { client = 'spammer', to = 'mail.aula.example:25' }\n";

const REFUSED: &[&str] = &[
    "<- 220 mail.aula.example ESMTP Postfix",
    "-> EHLO spam.example",
    "<- 250-mail.aula.example",
    "<- 250-PIPELINING",
    "<- 250-SIZE 10240000",
    "<- 250-STARTTLS",
    "<- 250 AUTH PLAIN LOGIN",
    "-> MAIL FROM:<oferta@spam.example>",
    "<- 250 2.1.0 Ok",
    "-> RCPT TO:<victima@remoto.example>",
    "<- 454 4.7.1 <victima@remoto.example>: Relay access denied",
    "-> QUIT",
    "<- 221 2.0.0 Bye",
];

#[track_caller]
fn expect(story: &Story, expect: &str, holds: bool, observed: &str) {
    let judgement = story.judge(&format!("{PROBE}expect = {{ {expect} }}"));
    let found = (judgement.holds, judgement.observed.to_string());
    assert_eq!(found, (holds, observed.to_owned()), "{expect}");
}

#[test]
fn a_reply_is_found_at_its_stage() {
    let story = probe().lines(1, REFUSED);
    let refusal = "454 4.7.1 <victima@remoto.example>: Relay access denied";
    expect(&story, "code = 454", true, refusal);
    expect(&story, "code = 454, enhanced = '4.7.1'", true, refusal);
    expect(&story, "text = 'Relay access denied'", true, refusal);
    expect(&story, "code = 250", false, refusal);
    expect(&story, "code = 454, enhanced = '5.7.1'", false, refusal);
    expect(&story, "at = 'mail', code = 250", true, "250 2.1.0 Ok");
    expect(
        &story,
        "at = 'greeting', code = 220",
        true,
        "220 mail.aula.example ESMTP Postfix",
    );
}

#[test]
fn a_stage_that_was_not_reached_shows_how_the_call_ended() {
    let story = probe().lines(1, REFUSED);
    let seen = "RCPT: 454 4.7.1 <victima@remoto.example>: Relay access denied";
    expect(&story, "at = 'message', code = 250", false, seen);
    let nothing = Story::default();
    expect(&nothing, "code = 454", false, "");
}

#[test]
fn keywords_are_those_of_the_last_ehlo() {
    let story = probe().lines(1, REFUSED);
    let both = "EHLO: STARTTLS, AUTH PLAIN LOGIN";
    let seen = "EHLO: AUTH PLAIN LOGIN";
    expect(&story, "offers = ['STARTTLS', 'auth login']", true, both);
    expect(&story, "offers = ['AUTH XOAUTH2']", false, seen);
    expect(&story, "withholds = ['AUTH']", false, seen);
    let none = "EHLO: no CHUNKING";
    expect(&story, "withholds = ['CHUNKING']", true, none);
    expect(&story, "offers = ['chunking']", false, none);
    let again = story.lines(
        1,
        &[
            "-> EHLO spam.example",
            "<- 250-mail.aula.example",
            "<- 250 SIZE",
        ],
    );
    expect(&again, "withholds = ['AUTH']", true, "EHLO: no AUTH");
}

#[test]
fn an_ehlo_that_was_never_answered_withholds_nothing() {
    expect(&probe(), "withholds = ['AUTH']", false, "");
}

#[test]
fn the_lines_of_auth_and_of_the_message_are_no_commands() {
    let story = probe().lines(
        1,
        &[
            "<~ 220 mail.aula.example ESMTP",
            "~> EHLO portatil.example",
            "<~ 250 mail.aula.example",
            "~> AUTH LOGIN",
            "<~ 334 VXNlcm5hbWU6",
            "~> QUIT",
            "<~ 334 UGFzc3dvcmQ6",
            "~> RCPT",
            "<~ 235 2.7.0 Authentication successful",
            "~> MAIL FROM:<alumno@aula.example>",
            "<~ 250 2.1.0 Ok",
            "~> RCPT TO:<a@remoto.example>",
            "<~ 250 2.1.5 Ok",
            "~> RCPT TO:<b@remoto.example>",
            "<~ 550 5.1.1 User unknown",
            "~> DATA",
            "<~ 354 End data with <CR><LF>.<CR><LF>",
            "~> MAIL FROM:<no@command.example>",
            "~> ..",
            "~> .",
            "<~ 250 2.0.0 Ok: queued as 4F2B71C0A2",
        ],
    );
    expect(
        &story,
        "at = 'auth', code = 235",
        true,
        "235 2.7.0 Authentication successful",
    );
    expect(&story, "code = 550", true, "550 5.1.1 User unknown");
    let queued = "250 2.0.0 Ok: queued as 4F2B71C0A2";
    expect(&story, "at = 'message', code = 250", true, queued);
    expect(
        &story,
        "at = 'message', code = 250, protected = true",
        true,
        "250 2.0.0 Ok: queued as 4F2B71C0A2 · ~> MAIL FROM",
    );
    expect(&story, "protected = false", false, "~> MAIL FROM");
}

#[test]
fn the_certificate_is_judged_by_openssls_code() {
    let story = probe().tell(Kind::Certificate {
        connection: ConnectionId(1),
        chain: Vec::new(),
        verification: Verification {
            code: 18,
            words: "self-signed certificate",
            name: "mail.aula.example".to_owned(),
            required: false,
        },
    });
    let seen = "Verify return code: 18 (self-signed certificate)";
    expect(&story, "certificate = 18", true, seen);
    expect(&story, "certificate = 0", false, seen);
}

#[test]
fn silence_is_no_silence_if_somebody_spoke() {
    let stalled = || Kind::Stalled {
        connection: ConnectionId(1),
    };
    expect(&probe().tell(stalled()), "stalled = true", true, "silence");
    expect(&probe(), "stalled = true", false, "");
    expect(&probe(), "stalled = false", false, "");
    let spoken = probe().lines(1, &["<- 220 mail.aula.example ESMTP"]);
    expect(
        &spoken,
        "stalled = false",
        true,
        "220 mail.aula.example ESMTP",
    );
    expect(&spoken.tell(stalled()), "stalled = true", false, "silence");
}

#[test]
fn a_handshake_fails_only_if_it_was_tried() {
    let failed = |end| Kind::TlsFailed {
        connection: ConnectionId(1),
        end,
        reason: "wrong version number".to_owned(),
    };
    let established = Kind::TlsEstablished {
        connection: ConnectionId(1),
        end: End::Client,
        version: "TLSv1.3".to_owned(),
        cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
    };
    let crossed = probe().tell(failed(End::Client));
    expect(
        &crossed,
        "handshake = false",
        true,
        "TLS: wrong version number",
    );
    expect(
        &crossed,
        "handshake = true",
        false,
        "TLS: wrong version number",
    );
    let safe = probe().tell(established);
    expect(&safe, "handshake = true", true, "TLSv1.3");
    expect(&safe, "handshake = false", false, "TLSv1.3");
    expect(&probe(), "handshake = false", false, "");
    // The server's end of a call that the client gave up as silent.
    let stalled = Kind::Stalled {
        connection: ConnectionId(1),
    };
    let silent = probe().tell(stalled).tell(failed(End::Server));
    expect(&silent, "stalled = true", true, "silence");
}

#[test]
fn a_dialogue_cut_short_shows_where_it_was_refused() {
    let goodbye = ["-> QUIT", "<- 221 2.0.0 Bye"];
    let host = "<- 450 4.7.25 Client host rejected: cannot find your hostname";
    let turned_away = probe().lines(1, &[host]).lines(1, &goodbye);
    let seen = "CONNECT: 450 4.7.25 Client host rejected: cannot find your hostname";
    expect(&turned_away, "code = 250", false, seen);
    expect(&turned_away, "protected = true", false, seen);
    let no_tls = "<- 454 4.7.0 TLS not available due to local problem";
    let clear = probe()
        .lines(1, &["<- 220 x", "-> EHLO y", "<- 250-x", "<- 250 STARTTLS"])
        .lines(1, &["-> STARTTLS", no_tls])
        .lines(1, &goodbye);
    let seen = "STARTTLS: 454 4.7.0 TLS not available due to local problem";
    expect(&clear, "at = 'message', code = 250", false, seen);
    expect(&clear, "handshake = true", false, seen);
    expect(&clear, "certificate = 0", false, seen);
}

#[test]
fn what_was_not_offered_was_not_asked_for() {
    let plain = probe()
        .lines(
            1,
            &["<- 220 x", "-> EHLO y", "<- 250-x", "<- 250 PIPELINING"],
        )
        .lines(1, &["-> QUIT", "<- 221 2.0.0 Bye"]);
    let seen = "EHLO: no STARTTLS";
    expect(&plain, "at = 'ehlo', handshake = true", false, seen);
    expect(&plain, "at = 'starttls', code = 220", false, seen);
    expect(&plain, "at = 'auth', code = 235", false, "EHLO: no AUTH");
}

#[test]
fn a_server_that_hangs_up_is_said_to() {
    let closed = |by| Kind::Closed {
        connection: ConnectionId(1),
        by,
    };
    let seen = "hung up after 220 2.0.0 Ready to start TLS";
    let ready = probe().lines(1, &["<- 220 x", "-> STARTTLS"]);
    let ready = ready.lines(1, &["<- 220 2.0.0 Ready to start TLS"]);
    let cut = ready.tell(closed(End::Server));
    expect(&cut, "at = 'auth', code = 235", false, seen);
    let mute = probe().tell(closed(End::Server));
    expect(&mute, "code = 250", false, "hung up at once");
    let failed = Kind::TlsFailed {
        connection: ConnectionId(1),
        end: End::Client,
        reason: HANDSHAKE_CUT.to_owned(),
    };
    let cut = probe().tell(failed);
    let seen = "hung up during the TLS handshake";
    expect(&cut, "handshake = true", false, seen);
    let polite = probe()
        .lines(1, &["<- 220 x", "-> QUIT", "<- 221 Bye"])
        .tell(closed(End::Server));
    expect(&polite, "code = 250", false, "220 x");
}

#[test]
fn of_a_certificate_refused_openssls_verdict_is_enough() {
    let story = probe()
        .tell(Kind::Certificate {
            connection: ConnectionId(1),
            chain: Vec::new(),
            verification: Verification {
                code: 20,
                words: "unable to get local issuer certificate",
                name: "mail.aula.example".to_owned(),
                required: true,
            },
        })
        .tell(Kind::TlsFailed {
            connection: ConnectionId(1),
            end: End::Client,
            reason: "certificate verify failed: unable to get local issuer certificate".to_owned(),
        });
    expect(
        &story,
        "certificate = 0, at = 'message', code = 250",
        false,
        "Verify return code: 20 (unable to get local issuer certificate)",
    );
}

#[test]
fn of_several_runs_one_that_shows_it_is_enough() {
    let accepted = [
        "<- 220 x",
        "-> MAIL FROM:<>",
        "<- 250 Ok",
        "-> RCPT TO:<a@b.example>",
        "<- 250 2.1.5 Ok",
    ];
    let story = Story::default()
        .connect(1, Purpose::Dialogue { run: 0 })
        .lines(1, &accepted)
        .connect(2, Purpose::Dialogue { run: 0 })
        .lines(2, REFUSED);
    let judgement = story.judge("ran = { run = 'abuso' }\nexpect = { code = 250 }");
    assert!(judgement.holds);
    assert_eq!(judgement.observed.to_string(), "250 2.1.5 Ok");
    let judgement = story.judge("ran = { run = 'abuso' }\nexpect = { code = 550 }");
    assert!(!judgement.holds);
    assert!(judgement.observed.to_string().starts_with("454 4.7.1"));
}

#[test]
fn a_mailbox_holds_what_arrived_for_its_address() {
    let stored = |from: &str| Kind::Stored {
        host: "mx.remoto.example".to_owned(),
        mailbox: "victima".to_owned(),
        recipient: "victima@remoto.example".to_owned(),
        message: format!(
            "Return-Path: <{from}>\r\nSubject: x\r\n\r\nReturn-Path: <no@body.example>\r\n"
        )
        .as_str()
        .into(),
    };
    let story = Story::default().tell(stored("oferta@spam.example"));
    let judge = |goal| story.judge(goal);
    assert!(judge("mailbox = { recipient = 'Victima@REMOTO.example' }").holds);
    assert!(
        judge("mailbox = { recipient = 'victima@remoto.example', from = 'oferta@spam.example' }")
            .holds
    );
    let other =
        judge("mailbox = { recipient = 'victima@remoto.example', from = 'no@body.example' }");
    assert!(!other.holds);
    assert_eq!(
        other.observed.to_string(),
        "from=<oferta@spam.example>, to=<victima@remoto.example>, status=sent"
    );
    assert!(!judge("mailbox = { recipient = 'alumno@aula.example' }").holds);
}

#[test]
fn mail_that_was_rewritten_came_for_its_first_address() {
    let story = Story::default().tell(Kind::Stored {
        host: "mail.aula.example".to_owned(),
        mailbox: "profesor".to_owned(),
        recipient: "profesor@aula.example".to_owned(),
        message:
            "Return-Path: <a@remoto.example>\r\nX-Original-To: info@liga.example\r\n\r\nhola\r\n"
                .into(),
    });
    let judgement = story.judge("mailbox = { recipient = 'info@liga.example' }");
    assert!(judgement.holds);
    assert_eq!(
        judgement.observed.to_string(),
        "from=<a@remoto.example>, to=<profesor@aula.example>, status=sent"
    );
}

#[test]
fn what_became_of_another_senders_mail_is_not_told_of_a_mailbox() {
    let queued = |sender: &str| Kind::Queued {
        host: "mail.aula.example".to_owned(),
        queue_id: "4Zx1".to_owned(),
        connection: None,
        sender: sender.to_owned(),
        recipients: vec!["bob@remoto.example".to_owned()],
        size: 1,
    };
    let goal = "mailbox = { recipient = 'bob@remoto.example', from = 'a@aula.example' }";
    let observed = |sender| {
        let story = Story::default().tell(queued(sender));
        let story = delivery(story, DeliveryStatus::Bounced, "5.4.6", "loops");
        story.judge(goal).observed.to_string()
    };
    assert_eq!(observed("root@aula.example"), "");
    assert!(observed("a@aula.example").ends_with("status=bounced (loops)"));
}

#[test]
fn what_ehlo_said_in_clear_is_forgotten_inside_tls() {
    let secured = Kind::TlsEstablished {
        connection: ConnectionId(1),
        end: End::Client,
        version: "TLSv1.3".to_owned(),
        cipher: "x".to_owned(),
    };
    let story = Story::default()
        .connect(1, Purpose::Probe { goal: 0 })
        .lines(
            1,
            &[
                "<- 220 x",
                "-> EHLO x",
                "<- 250-x",
                "<- 250-STARTTLS",
                "<- 250 AUTH PLAIN",
                "-> STARTTLS",
                "<- 220 2.0.0 Ready to start TLS",
            ],
        )
        .tell(secured)
        .lines(1, &["-> EHLO x"])
        .tell(Kind::Closed {
            connection: ConnectionId(1),
            by: End::Server,
        });
    let judgement = story.judge(&format!(
        "{PROBE}expect = {{ at = 'ehlo', offers = ['AUTH'] }}"
    ));
    assert!(!judgement.holds);
    let after = Some("220 2.0.0 Ready to start TLS".to_owned());
    assert_eq!(judgement.observed.0, [Observation::HungUp { after }]);
}

#[test]
fn whoever_leaves_after_ehlo_missed_something_in_its_list() {
    let story = Story::default()
        .connect(1, Purpose::Probe { goal: 0 })
        .lines(
            1,
            &[
                "<- 220 x",
                "-> EHLO x",
                "<- 250-x",
                "<- 250 SIZE 10240000",
                "-> QUIT",
                "<- 221 2.0.0 Bye",
            ],
        );
    expect(&story, "code = 250", false, "EHLO: SIZE 10240000");
}

#[test]
fn the_evidence_of_a_probe_is_its_last_call_and_of_a_run_every_call() {
    let step: Step = toml::from_str(
        "id = 'x'\ntitle = { es = 'x', en = 'x' }\ntext = { es = 'x', en = 'x' }\nexplain = { es = 'x', en = 'x' }\n\
         [[run]]\nid = 'abuso'\nlabel = { es = 'x', en = 'x' }\nclient = 'spammer'\nto = 'mail.aula.example:25'\n\
         [[goal]]\ntext = { es = 'x', en = 'x' }\nexplain = { es = 'x', en = 'x' }\nprobe = { client = 'spammer', to = 'x:25' }\n\
         [[goal]]\ntext = { es = 'x', en = 'x' }\nexplain = { es = 'x', en = 'x' }\nran = { run = 'abuso' }\n",
    )
    .unwrap();
    let story = Story::default()
        .connect(1, Purpose::Probe { goal: 0 })
        .connect(2, Purpose::Dialogue { run: 0 })
        .connect(3, Purpose::Probe { goal: 0 })
        .connect(4, Purpose::Probe { goal: 1 })
        .connect(5, Purpose::Dialogue { run: 0 });
    let connections = |story: &Story, goal| -> Vec<u32> {
        let events = evidence(&step, goal, &story.0);
        let numbers = events.iter().filter_map(|event| event.kind.connection());
        numbers.map(|connection| connection.0).collect()
    };
    assert_eq!(connections(&story, 0), [3]);
    assert_eq!(connections(&story, 1), [2, 5]);
    assert!(connections(&story, 9).is_empty());
    // Of a call that did not come about there is nothing but that.
    let nobody = || Endpoint {
        host: "x".to_owned(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 25,
    };
    let refused = story.tell(Kind::ConnectionFailed {
        from: nobody(),
        to: nobody(),
        purpose: Purpose::Probe { goal: 0 },
        how: NoConnection::Refused,
    });
    assert!(connections(&refused, 0).is_empty());
    let judged = judge(&step.goals[0], &evidence(&step, 0, &refused.0));
    assert_eq!(judged.observed.to_string(), "Connection refused");
}

fn delivery(story: Story, status: DeliveryStatus, dsn: &str, reason: &str) -> Story {
    story.tell(Kind::Delivery {
        host: "mail.aula.example".to_owned(),
        queue_id: "4Zx1".to_owned(),
        recipient: "bob@remoto.example".to_owned(),
        status,
        relay: "mx.remoto.example[198.51.100.25]:25".to_owned(),
        dsn: dsn.to_owned(),
        reason: reason.to_owned(),
    })
}

#[test]
fn of_several_deliveries_the_last_one_counts() {
    let goal = "delivery = { host = 'mail.aula.example', recipient = 'bob@remoto.example', status = 'deferred', dsn = '4.7.4', text = 'wrong words', protected = false }";
    let purpose = || Purpose::Delivery {
        queue_id: "4Zx1".to_owned(),
    };
    let story = Story::default().connect(1, purpose());
    let story = story.lines(1, &["-> MAIL FROM:<x@aula.example>"]);
    let reason = "TLS is required, but was not offered by host mx";
    let story = delivery(story, DeliveryStatus::Sent, "2.0.0", "250 2.0.0 Ok");
    let sent = story.judge(goal);
    assert!(!sent.holds);
    assert_eq!(
        sent.observed.to_string(),
        "to=<bob@remoto.example>, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
    );
    let story = story.connect(2, purpose());
    let story = story.lines(2, &["-> MAIL FROM:<x@aula.example>"]);
    let story = delivery(story, DeliveryStatus::Deferred, "4.7.4", reason);
    assert!(!story.judge(goal).holds, "these are other words");
    let fitting = goal.replace("wrong words", "was not offered");
    assert!(story.judge(&fitting).holds, "{:?}", story.judge(&fitting));
    let inside = fitting.replace("protected = false", "protected = true");
    let judged = story.judge(&inside);
    assert!(!judged.holds);
    assert_eq!(judged.observed.to_string(), "-> MAIL FROM");
    assert!(!Story::default().judge(&fitting).holds);
}

#[test]
fn a_queue_holds_once_nothing_of_the_sender_waits_in_it() {
    let goal = "queue = { host = 'mail.aula.example', without = 'premios@loteria.example' }";
    let queued = |story: Story, id: &str, sender: &str| {
        story.tell(Kind::Queued {
            host: "mail.aula.example".to_owned(),
            queue_id: id.to_owned(),
            connection: None,
            sender: sender.to_owned(),
            recipients: vec!["cliente1@caido.example".to_owned()],
            size: 1,
        })
    };
    let removed = |story: Story, id: &str| {
        story.tell(Kind::Dequeued {
            host: "mail.aula.example".to_owned(),
            queue_id: id.to_owned(),
        })
    };
    let judged = |story: &Story| {
        let Judgement { holds, observed } = story.judge(goal);
        (holds, observed.to_string())
    };
    let empty = "Mail queue is empty".to_owned();
    let story = queued(Story::default(), "AAA", "profesor@aula.example");
    assert_eq!(judged(&story), (true, empty.clone()));
    let story = queued(story, "BBB", "premios@loteria.example");
    let story = queued(story, "CCC", "premios@loteria.example");
    assert_eq!(judged(&story), (false, "2 Requests".to_owned()));
    let story = removed(story, "BBB");
    assert_eq!(judged(&story), (false, "1 Request".to_owned()));
    assert_eq!(judged(&removed(story, "CCC")), (true, empty));
}
