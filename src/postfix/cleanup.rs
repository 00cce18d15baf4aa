//! What `cleanup` does to the header of a message from this machine: addresses
//! get their domain, and fields that are missing are added (cleanup(8),
//! `local_header_rewrite_clients`).

use std::fmt::Write;

use crate::clock::Moment;

use super::configuration::Service;
use super::date::mail_date;
use super::rewrite::rewrite;

/// A header on its way into the queue.
#[derive(Debug, Default)]
pub struct Header {
    seen: Vec<String>,
}

/// What is known of the message whose header it is.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// Its queue id.
    pub queue_id: &'a str,
    /// Its sender; empty for `<>`.
    pub sender: &'a str,
    /// The present moment.
    pub now: Moment,
}

impl Header {
    /// Takes note of a field with its continuation lines. What the log says of
    /// it, if anything.
    pub fn field(&mut self, queue_id: &str, field: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(field);
        let (name, value) = text.split_once(':')?;
        let name = name.trim_end().to_ascii_lowercase();
        let value = value.trim().replace("\r\n", "?");
        let line = matches!(name.as_str(), "message-id" | "resent-message-id")
            .then(|| format!("{queue_id}: {name}={value}"));
        self.seen.push(name);
        line
    }

    /// The header is over: what is added to it, if anything may be, and what
    /// the log says of its Message-ID if it was not among the fields.
    pub fn end(
        &self,
        service: &Service,
        envelope: &Envelope<'_>,
        may_add: bool,
    ) -> (String, Option<String>) {
        let Envelope {
            queue_id,
            sender,
            now,
        } = envelope;
        let lacks = |name: &str| !self.seen.iter().any(|seen| seen == name);
        // Writing into a String cannot fail.
        let mut added = String::new();
        let mut log = None;
        if lacks("message-id") {
            let mut id = "<>".to_owned();
            if may_add {
                let date = now.to_date();
                id = format!(
                    "<{:04}{:02}{:02}{:02}{:02}{:02}.{queue_id}@{}>",
                    date.year(),
                    u8::from(date.month()),
                    date.day(),
                    date.hour(),
                    date.minute(),
                    date.second(),
                    service.text("myhostname")
                );
                added = format!("Message-Id: {id}\r\n");
            }
            log = Some(format!("{queue_id}: message-id={id}"));
        }
        if may_add && lacks("date") {
            let _ = write!(added, "Date: {}\r\n", mail_date(*now));
        }
        if may_add && lacks("from") {
            let from = match *sender {
                "" => "MAILER-DAEMON",
                sender => sender,
            };
            let _ = write!(added, "From: {from}\r\n");
        }
        (added, log)
    }
}

/// A header field with its addresses completed as [`rewrite`] does, if it is
/// one that holds addresses.
pub fn completed(service: &Service, field: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(field) else {
        return field.to_vec();
    };
    match text.split_once(':') {
        Some((name, value)) if holds_addresses(name) => {
            format!("{name}:{}", with_domains(service, value)).into_bytes()
        }
        _ => field.to_vec(),
    }
}

fn holds_addresses(name: &str) -> bool {
    let name = name.trim_end().to_ascii_lowercase();
    let name = name.strip_prefix("resent-").unwrap_or(&name);
    ADDRESS_FIELDS.contains(&name)
}

/// Completes every address of a list; names, comments and groups stay.
fn with_domains(service: &Service, value: &str) -> String {
    let mut done = String::new();
    let mut item = String::new();
    let item_is_over = |item: &mut String, done: &mut String| {
        done.push_str(&with_domain(service, item));
        item.clear();
    };
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_u32);
    for character in value.chars() {
        let is_plain = !quoted && depth == 0;
        match character {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' | ':' | ';' if is_plain => {
                // What stands before a colon is the name of a group.
                if character == ':' {
                    done.push_str(&std::mem::take(&mut item));
                } else {
                    item_is_over(&mut item, &mut done);
                }
                done.push(character);
                continue;
            }
            _ => {}
        }
        item.push(character);
    }
    item_is_over(&mut item, &mut done);
    done
}

/// One address: `user`, `<user>`, `A name <user>`, `user (comment)`.
fn with_domain(service: &Service, item: &str) -> String {
    if let Some((before, rest)) = item.rsplit_once('<') {
        return match rest.split_once('>') {
            Some((address, after)) => {
                format!("{before}<{}>{after}", full(service, address))
            }
            None => item.to_owned(),
        };
    }
    let end = item.find('(').unwrap_or(item.len());
    let (address, comment) = item.split_at(end);
    let bare = address.trim();
    if bare.is_empty() || bare.contains(char::is_whitespace) {
        return item.to_owned();
    }
    format!("{}{comment}", address.replace(bare, &full(service, bare)))
}

fn full(service: &Service, address: &str) -> String {
    if address.is_empty() {
        String::new()
    } else {
        rewrite(service, address)
    }
}

/// Fields whose addresses are rewritten, and each with `Resent-` before it.
const ADDRESS_FIELDS: [&str; 10] = [
    "apparently-to",
    "bcc",
    "cc",
    "disposition-notification-to",
    "errors-to",
    "from",
    "reply-to",
    "return-receipt-to",
    "sender",
    "to",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postfix::configuration::Configuration;

    #[test]
    fn addresses_get_their_domain() {
        let (configuration, _) = Configuration::parse("myorigin = aula.example\n", None);
        let service = configuration.main();
        let whole = |field: &str| {
            String::from_utf8(completed(service, format!("{field}\r\n").as_bytes())).unwrap()
        };
        for (before, after) in [
            ("From: <profesor>", "From: <profesor@aula.example>"),
            ("To: alumno", "To: alumno@aula.example"),
            (
                "Cc: \"Eva, la de B\" <eva>, bob@remoto.example,\r\n\tana (la otra)",
                "Cc: \"Eva, la de B\" <eva@aula.example>, bob@remoto.example,\r\n\tana@aula.example (la otra)",
            ),
            (
                "To: clase: alumno, ana;",
                "To: clase: alumno@aula.example, ana@aula.example;",
            ),
            ("Subject: <profesor>", "Subject: <profesor>"),
            ("To: una persona", "To: una persona"),
        ] {
            assert_eq!(whole(before), format!("{after}\r\n"));
        }
    }
}
