//! Whatever replies a client hears: it ends, and never says anything in the
//! clear that it must only say inside TLS.

use arbitrary::Arbitrary;
use smtp_lab::smtp::dialogue::{Action, Dialogue, Login, Mail, Mechanism, Plan, Protection};
use smtp_lab::smtp::reply::{Reply, ReplyReader};

#[derive(Arbitrary, Debug)]
pub(crate) struct Call {
    protection: u8,
    logs_in: bool,
    pipelining: bool,
    replies: Vec<Heard>,
}

#[derive(Arbitrary, Debug)]
pub(crate) enum Heard {
    Reply(u16, Vec<String>),
    Ehlo,
    Bytes(Vec<u8>),
}

pub(crate) fn holds(call: Call) {
    let protection = match call.protection % 5 {
        0 => Protection::Clear,
        1 => Protection::Demanded,
        2 => Protection::Implicit,
        3 => Protection::Opportunistic,
        _ => Protection::Required,
    };
    let needs_tls = matches!(
        protection,
        Protection::Demanded | Protection::Implicit | Protection::Required
    );
    let mut dialogue = Dialogue::new(Plan {
        helo: "laptop.aula.example".to_owned(),
        protection,
        login: call.logs_in.then(|| Login {
            mechanism: Mechanism::Plain,
            user: "alumno".to_owned(),
            password: "clase-1234".to_owned(),
            insist: true,
        }),
        mail: Some(Mail {
            sender: "alumno@aula.example".to_owned(),
            recipients: vec!["a@remoto.example".to_owned(), "b@remoto.example".to_owned()],
            content: Some(b"Subject: x\r\n\r\n.dot\r\n".to_vec()),
            request: String::new(),
            wishes: Vec::new(),
            size: None,
        }),
        pipelining: call.pipelining,
    });
    let mut replies = call.replies.into_iter();
    let mut secured = false;
    // Every action but the last needs a reply, and the replies come to an end.
    loop {
        match dialogue.next_action() {
            Action::HangUp => return,
            Action::StartTls => {
                secured = true;
                dialogue.secured();
                if !dialogue.awaits_reply() {
                    continue;
                }
            }
            Action::Send(lines) => {
                for line in &lines {
                    let is_private = line.starts_with("AUTH") || line.starts_with("MAIL");
                    assert!(secured || !needs_tls || !is_private, "in the clear: {line}");
                }
            }
            Action::SendMessage(_) => assert!(secured || !needs_tls),
            Action::Listen => {}
        }
        let Some(heard) = replies.next() else {
            dialogue.break_off();
            return;
        };
        match reply(heard) {
            Some(reply) => dialogue.heard(reply),
            None => dialogue.break_off(),
        }
    }
}

fn reply(heard: Heard) -> Option<Reply> {
    match heard {
        Heard::Reply(code, lines) => {
            let mut reply = Reply::new(200 + code % 400, None, "");
            if !lines.is_empty() {
                reply.lines = lines;
            }
            Some(reply)
        }
        Heard::Ehlo => {
            let mut reply = Reply::new(250, None, "mx.remoto.example");
            let offered = [
                "STARTTLS",
                "PIPELINING",
                "AUTH PLAIN LOGIN",
                "8BITMIME",
                "DSN",
            ];
            reply.lines.extend(offered.map(str::to_owned));
            Some(reply)
        }
        Heard::Bytes(bytes) => {
            let mut reader = ReplyReader::default();
            let mut lines = bytes.split(|&byte| byte == b'\n');
            lines.find_map(|line| reader.push(line).ok().flatten())
        }
    }
}
