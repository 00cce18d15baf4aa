//! The messages that the clients of a lesson write (RFC 5322).

use crate::clock::{Chance, Moment};
use crate::lesson::model::Mail;

/// The message that `mail` describes, its lines ended by CRLF, as a mail
/// program on the machine `helo` would write it.
pub(super) fn compose(mail: &Mail, helo: &str, now: Moment, chance: &mut Chance) -> Vec<u8> {
    let from = mail.header_from.as_deref().unwrap_or(&mail.from);
    let to: Vec<String> = mail
        .to
        .iter()
        .map(|recipient| format!("<{recipient}>"))
        .collect();
    let mut message = String::new();
    let mut line = |text: &str| {
        message.push_str(text);
        message.push_str("\r\n");
    };
    line(&format!("From: {}", bracketed(from)));
    line(&format!("To: {}", to.join(", ")));
    line(&format!(
        "Subject: {}",
        mail.subject.as_deref().unwrap_or("prueba")
    ));
    line(&format!("Date: {}", now.to_rfc2822()));
    line(&format!("Message-ID: <{:x}@{helo}>", chance.number() >> 16));
    if !message_is_ascii(mail) {
        line("MIME-Version: 1.0");
        line("Content-Type: text/plain; charset=utf-8");
        line("Content-Transfer-Encoding: 8bit");
    }
    line("");
    for text in mail.body.as_deref().unwrap_or("Hola.").lines() {
        line(text);
    }
    message.into_bytes()
}

fn message_is_ascii(mail: &Mail) -> bool {
    mail.subject.as_deref().is_none_or(str::is_ascii)
        && mail.body.as_deref().is_none_or(str::is_ascii)
}

/// An address in angle brackets, unless its writer put a name before it.
fn bracketed(address: &str) -> String {
    if address.contains('<') {
        address.to_owned()
    } else {
        format!("<{address}>")
    }
}
