//! A conversation typed by hand: what is typed is what is sent.

use super::{Events, Play, log};
use crate::clock::Moment;
use crate::journal::event::{Bytes, Kind, NoConnection};
use crate::journal::{End, Way};
use crate::lesson::Order;

impl Play {
    fn call(&mut self, client: &str, to: &str, implicit_tls: bool) -> Events {
        self.order(Order::Call {
            client: client.to_owned(),
            to: to.to_owned(),
            implicit_tls,
        })
    }

    fn say(&mut self, bytes: &[u8]) -> Events {
        let bytes = Bytes(bytes.to_vec());
        self.order(Order::Say { bytes })
    }

    fn say_line(&mut self, line: &str) -> Events {
        self.say(format!("{line}\r\n").as_bytes())
    }
}

/// What the client heard, with whether it went inside TLS.
fn heard(events: &Events) -> Vec<(bool, String)> {
    events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Line {
                end: End::Client,
                way: Way::Received,
                protected,
                line,
                ..
            } => Some((*protected, line.visible())),
            _ => None,
        })
        .collect()
}

fn codes(events: &Events) -> Vec<String> {
    let heard = heard(events).into_iter();
    heard
        .map(|(_, line)| line.chars().take(3).collect())
        .collect()
}

#[test]
fn a_message_typed_by_hand_is_delivered() {
    let mut play = Play::begin();
    assert_eq!(
        codes(&play.call("portatil", "mail.aula.example:25", false)),
        ["220"]
    );
    assert!(codes(&play.say_line("EHLO pc.aula.example")).len() > 3);
    assert_eq!(
        codes(&play.say_line("mail from:<alumno@aula.example>")),
        ["250"]
    );
    assert_eq!(
        codes(&play.say_line("RCPT TO:<alumno@aula.example>")),
        ["250"]
    );
    assert_eq!(codes(&play.say_line("DATA")), ["354"]);
    assert!(heard(&play.say_line("Subject: a mano")).is_empty());
    assert!(heard(&play.say_line("")).is_empty());
    let last = play.say_line(".");
    assert_eq!(codes(&last), ["250"]);
    assert!(
        last.iter()
            .any(|event| matches!(event.kind, Kind::Stored { .. }))
    );
    let farewell = play.say_line("QUIT");
    assert_eq!(codes(&farewell), ["221"]);
    assert!(
        farewell
            .iter()
            .any(|event| matches!(event.kind, Kind::Closed { .. }))
    );
    let after = play.say_line("NOOP");
    assert!(
        after
            .iter()
            .any(|event| matches!(event.kind, Kind::OrderFailed { .. }))
    );
}

#[test]
fn what_is_typed_after_starttls_goes_inside_tls() {
    let mut play = Play::begin();
    play.call("portatil", "mail.aula.example:25", false);
    play.say_line("EHLO pc.aula.example");
    assert!(!heard(&play.say_line("starttls"))[0].0);
    let inside = heard(&play.say_line("EHLO pc.aula.example"));
    assert!(inside.len() > 3 && inside.iter().all(|(protected, _)| *protected));
}

#[test]
fn raw_bytes_are_sent_exactly() {
    let mut play = Play::begin();
    play.call("portatil", "mail.aula.example:25", false);
    assert!(heard(&play.say(b"NO")).is_empty());
    let events = play.say(b"OP\n");
    assert_eq!(codes(&events), ["250"], "Postfix takes a bare LF");
    let sent: Vec<u8> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Wire {
                from: End::Client,
                bytes,
                ..
            } => Some(bytes.0.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(sent, b"OP\n");
}

#[test]
fn a_crossed_port_and_a_closed_one_are_told() {
    let mut play = Play::begin();
    let events = play.call("portatil", "mail.aula.example:25", true);
    assert!(
        events
            .iter()
            .any(|event| matches!(event.kind, Kind::TlsFailed { .. }))
    );
    let events = play.call("portatil", "mail.aula.example:26", false);
    assert!(events.iter().any(|event| matches!(
        event.kind,
        Kind::ConnectionFailed {
            how: NoConnection::Refused,
            ..
        }
    )));
    let events = play.call("portatil", "nadie.example:25", false);
    assert!(
        events
            .iter()
            .any(|event| matches!(event.kind, Kind::OrderFailed { .. }))
    );
}

#[test]
fn whoever_hangs_up_is_gone() {
    let mut play = Play::begin();
    play.call("portatil", "mail.aula.example:25", false);
    let events = play.order(Order::HangUp);
    let log = |wanted: &str| {
        events
            .iter()
            .any(|event| matches!(&event.kind, Kind::Log { text, .. } if text.starts_with(wanted)))
    };
    assert!(log("lost connection after CONNECT"));
    assert!(log("disconnect from"));
}

/// The log's lines on a connection, without the process that wrote them.
fn texts(events: &Events) -> Vec<String> {
    let lines = log(events, "mail.aula.example").into_iter();
    let smtpd = lines.filter_map(|line| Some(line.strip_prefix("postfix/smtpd: ")?.to_owned()));
    smtpd.collect()
}

/// When the server last said something.
fn last_word(events: &Events) -> Moment {
    let is_said = |kind: &Kind| {
        matches!(
            kind,
            Kind::Line {
                end: End::Server,
                way: Way::Sent,
                ..
            }
        )
    };
    let said = events.iter().rfind(|event| is_said(&event.kind));
    said.unwrap().at
}

#[test]
fn whoever_is_silent_for_too_long_is_hung_up_on() {
    let mut play = Play::begin();
    play.call("portatil", "mail.aula.example:25", false);
    let last = play.say_line("EHLO pc.aula.example");
    let before = play.order(Order::Wait { seconds: 290 });
    assert!(heard(&before).is_empty() && texts(&before).is_empty());

    let events = play.order(Order::Wait { seconds: 600 });
    let line = "421 4.4.2 mail.aula.example Error: timeout exceeded";
    assert_eq!(heard(&events), [(false, line.to_owned())]);
    assert_eq!(
        texts(&events),
        [
            "timeout after EHLO from portatil.proveedor.example[198.51.100.77]",
            "disconnect from portatil.proveedor.example[198.51.100.77] ehlo=1 commands=1",
        ]
    );
    let silence = last_word(&events).since(last_word(&last));
    assert_eq!(silence.as_secs(), 300, "`smtpd_timeout`");
    assert!(
        play.say_line("QUIT")
            .iter()
            .any(|event| matches!(event.kind, Kind::OrderFailed { .. }))
    );
}

#[test]
fn a_dialogue_of_the_lesson_can_be_silent_for_too_long_inside_tls() {
    let mut play = Play::begin();
    play.set("smtpd_timeout", "20s");
    play.open("envio-587");
    while !heard(&play.order(Order::Advance))
        .iter()
        .any(|(_, line)| line.starts_with("354"))
    {}
    let events = play.order(Order::Wait { seconds: 30 });
    let line = "421 4.4.2 mail.aula.example Error: timeout exceeded";
    assert_eq!(heard(&events), [(true, line.to_owned())]);
    let log = log(&events, "mail.aula.example");
    assert_eq!(
        log,
        [
            "postfix/submission/smtpd: timeout after DATA (0 bytes) from portatil.proveedor.example[198.51.100.77]",
            "postfix/submission/smtpd: disconnect from portatil.proveedor.example[198.51.100.77] \
             ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=0/1 commands=6/7",
        ]
    );
    let failed = play.order(Order::Advance);
    assert!(
        failed
            .iter()
            .any(|event| matches!(event.kind, Kind::OrderFailed { .. }))
    );
}
