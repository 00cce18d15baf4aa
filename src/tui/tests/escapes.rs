//! Whatever is in the journal, the screen holds nothing that acts on a
//! terminal or hides in it.

use super::*;

#[path = "../../../tests/escapes/corpus.rs"]
mod corpus;

use corpus::{MARK, assert_harmless, bytes, text};

/// A conversation and a message in which everything is hostile.
#[expect(clippy::too_many_lines, reason = "a list")]
fn events() -> Vec<Kind> {
    let connection = ConnectionId(2);
    let host = || "mail.aula.example".to_owned();
    let certificate = || CertificateFacts {
        subject: text(),
        issuer: text(),
        names: vec![text()],
        not_before: Moment::LESSON_START,
        not_after: Moment::LESSON_START,
        self_signed: false,
    };
    let heard = |from: End, line: Vec<u8>, protected| {
        [(from, Way::Sent), (from.other(), Way::Received)].map(|(end, way)| Kind::Line {
            connection,
            end,
            way,
            protected,
            line: Bytes(line.clone()),
        })
    };
    let reply = [b"550-5.1.0 ", &bytes()[..]].concat();
    let tampered = |tampering| Kind::Tampered {
        connection,
        tampering,
    };
    let line = || Bytes(bytes());
    let mut events = Vec::new();
    events.extend(heard(End::Client, bytes(), false));
    events.extend(heard(End::Server, reply.clone(), false));
    events.extend(
        [
            Tampering::Removed { line: line() },
            Tampering::Answered {
                command: line(),
                reply: line(),
            },
            Tampering::Injected { line: line() },
            Tampering::Impersonated {
                certificate: certificate(),
            },
            Tampering::Read {
                from: End::Client,
                line: line(),
            },
        ]
        .map(tampered),
    );
    events.push(Kind::Wire {
        connection,
        from: End::Client,
        bytes: WireBytes([b"AUTH PLAIN ", &bytes()[..], b"\r\n"].concat()),
    });
    events.push(Kind::Certificate {
        connection,
        chain: vec![certificate(), certificate()],
        verification: Verification {
            code: 20,
            words: "unable to get local issuer certificate",
            name: text(),
            required: true,
        },
    });
    events.push(Kind::TlsFailed {
        connection,
        end: End::Client,
        reason: text(),
    });
    events.extend(heard(End::Client, bytes(), true));
    events.extend(heard(End::Server, reply, true));
    events.push(Kind::Authenticated {
        connection,
        mechanism: text(),
        user: line(),
        accepted: false,
    });
    events.push(Kind::Queued {
        host: host(),
        queue_id: "4Zx1".to_owned(),
        connection: Some(connection),
        sender: text(),
        recipients: vec![text()],
        size: 400,
    });
    events.push(Kind::Delivery {
        host: host(),
        queue_id: "4Zx1".to_owned(),
        recipient: text(),
        status: DeliveryStatus::Deferred,
        relay: text(),
        dsn: text(),
        reason: text(),
    });
    events.push(Kind::Log {
        host: host(),
        connection: Some(connection),
        program: text(),
        pid: 1,
        text: format!("4Zx1: to=<{}>", text()),
    });
    let message = [
        b"From: ",
        &bytes()[..],
        b"\r\nSubject: ",
        &bytes(),
        b"\r\n\r\n",
        &bytes(),
    ];
    events.push(Kind::Stored {
        host: host(),
        mailbox: text(),
        recipient: text(),
        message: Bytes(message.concat()),
    });
    for lines in [vec![text()], vec![format!("4Zx1 {}", text()), text()]] {
        events.push(Kind::QueueListed {
            host: host(),
            lines,
        });
    }
    events.push(Kind::LookedUp {
        question: text(),
        lines: vec![text()],
    });
    events.push(Kind::CommandRun {
        host: host(),
        command: text(),
        lines: vec![text()],
    });
    events.push(Kind::Configured {
        host: host(),
        main_cf: format!("mynetworks = {0}\n{0} = {0}\n", text()),
        master_cf: format!("{0} inet n - y - - smtpd\n  -o {0}={0}\n", text()),
        files: [(format!("/{}", text()), text())].into(),
    });
    events.push(Kind::ParameterSet {
        host: host(),
        service: Some(text()),
        parameter: text(),
        old: Some(text()),
        new: Some(text()),
    });
    events
}

#[test]
fn nothing_hostile_in_the_journal_acts_on_the_terminal() {
    let mut shown = 0;
    for (columns, rows) in [(160, 48), (80, 24)] {
        let mut seat = Seat::at(columns, rows, Stage::begun());
        seat.press("2⏎⏎");
        for event in events() {
            seat.happen(event);
        }
        for keys in [
            "1", "2", "3", "4", "5", "⏎", "⎋", "6", "⇥", "↑e", "⎋", "y", "⎋", "J", "⎋", "Q", "⎋",
            "D", "⎋", "R", "⎋", "d", "c", "⎋", "?", "⎋",
        ] {
            seat.press(keys);
            let seen = seat.look();
            assert_harmless(&format!("after {keys:?}"), seen.as_bytes());
            shown += usize::from(seen.contains(MARK));
        }
    }
    assert!(shown > 20, "seen in {shown} frames");
}

#[test]
fn nothing_hostile_reaches_the_clipboard() {
    let mut seat = Seat::at(120, 36, Stage::begun());
    seat.press("2⏎⏎");
    for event in events() {
        seat.happen(event);
    }
    for offer in ["↓", "↓↓", "↓↓↓", "↓↓↓↓"] {
        seat.press(&format!("y{offer}⏎⎋"));
    }
    let commands = seat.copied.len();
    assert_eq!(commands, 3, "curl has nothing to send");
    // Every line of the dialogue and of the log.
    for pane in ["", "3"] {
        seat.press(pane);
        for _ in 0..40 {
            seat.press("y⏎⎋↑");
        }
    }
    let mut shown = 0;
    for text in &seat.copied {
        assert_harmless("the clipboard", text.as_bytes());
        shown += usize::from(text.contains(MARK));
    }
    assert!(shown > 40, "seen in {shown} of {}", seat.copied.len());
}
