//! What helps a student who types SMTP by hand: whom to call, what could be
//! said next, base64, and bytes that no keyboard has.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::connection::{Connection, Row};
use super::model::Model;
use crate::journal::End;
use crate::lesson::model::Call;
use crate::text::explain::Speaking;
use crate::text::visible;

/// What can be said as a command; what follows `<` is completed with addresses.
const COMMANDS: [&str; 12] = [
    "STARTTLS",
    "AUTH PLAIN ",
    "AUTH LOGIN",
    "MAIL FROM:<",
    "RCPT TO:<",
    "DATA",
    "BDAT ",
    "RSET",
    "NOOP",
    "VRFY ",
    "ETRN ",
    "QUIT",
];

/// The ports at which mail servers listen: relay, submission, submissions.
const PORTS: [u16; 3] = [25, 587, 465];

/// Where TLS begins with the first byte (RFC 8314 §3.3).
const IMPLICIT_TLS: u16 = 465;

/// Why escaped text stands for no bytes: what follows the backslash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BadEscape(pub String);

impl Model {
    /// Whom one can call, as `HOST:PORT`: the mail ports of every host, and the
    /// others at which it listens; the host under study first.
    pub fn servers(&self) -> Vec<String> {
        let mut hosts: Vec<&str> = self
            .lesson
            .hosts
            .iter()
            .map(|host| host.name.as_str())
            .collect();
        hosts.sort_by_key(|host| *host != self.lesson.study);
        hosts
            .into_iter()
            .flat_map(|host| {
                let mut ports = PORTS.to_vec();
                let services = self.services(host);
                for port in services.iter().filter_map(|service| service.parse().ok()) {
                    if !ports.contains(&port) {
                        ports.push(port);
                    }
                }
                ports.into_iter().map(move |port| format!("{host}:{port}"))
            })
            .collect()
    }

    /// Every address that the lesson speaks of, and those of its users.
    pub fn addresses(&self) -> Vec<String> {
        let mut all = BTreeSet::new();
        let calls = self.lesson.steps.iter().flat_map(|step| {
            let runs = step.runs.iter().map(|run| &run.call);
            let probes = step.goals.iter().filter_map(|goal| goal.probe.as_ref());
            runs.chain(probes)
        });
        for mail in calls.filter_map(|call: &Call| call.mail.as_ref()) {
            all.extend(mail.to.iter().cloned());
            all.insert(mail.from.clone());
        }
        for host in &self.lesson.hosts {
            let domain = host.name.split_once('.').map_or("", |(_, domain)| domain);
            let users = host.users.iter().map(|user| user.name.as_str());
            all.extend(
                users
                    .chain(["postmaster"])
                    .map(|user| format!("{user}@{domain}")),
            );
        }
        all.remove("");
        all.into_iter().collect()
    }

    /// What `typed` could become, on the connection that was called by hand.
    pub fn completions(&self, typed: &str) -> Vec<String> {
        let Some(connection) = self.open_by_hand() else {
            return Vec::new();
        };
        if connection.next_line() != Speaking::Command {
            return Vec::new();
        }
        let begins = |whole: &str, head: &str| {
            whole
                .get(..head.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(head))
                && whole.len() > head.len()
        };
        let bracket = typed.rfind('<').map(|at| at + 1);
        let word = typed
            .get(..5)
            .filter(|verb| verb.eq_ignore_ascii_case("VRFY "))
            .map(str::len);
        if let Some((head, partial)) = bracket.or(word).and_then(|at| typed.split_at_checked(at)) {
            if partial.contains('>') {
                return Vec::new();
            }
            let end = if bracket.is_some() { ">" } else { "" };
            let addresses = self.addresses().into_iter();
            return addresses
                .filter(|address| begins(address, partial))
                .map(|address| format!("{head}{address}{end}"))
                .collect();
        }
        let helo = self.helo_of(connection);
        let greetings = [format!("EHLO {helo}"), format!("HELO {helo}")];
        let commands = COMMANDS.iter().map(|command| (*command).to_owned());
        greetings
            .into_iter()
            .chain(commands)
            .filter(|command| begins(command, typed))
            .collect()
    }

    fn helo_of(&self, connection: &Connection) -> String {
        let mut clients = self.lesson.clients.iter();
        let client = clients.find(|client| client.name == connection.from.host);
        client.map_or_else(String::new, |client| client.helo.clone())
    }
}

impl Connection {
    /// What the server's last challenge of AUTH says, safe to show, if that is
    /// what the client is to answer now.
    pub fn challenge(&self) -> Option<String> {
        if self.next_line() != Speaking::SaslResponse {
            return None;
        }
        let last = self.rows.iter().rev().find_map(|row| match row {
            Row::Said {
                from: End::Server,
                text,
                ..
            } => Some(text),
            _ => None,
        })?;
        let challenge = STANDARD.decode(last.strip_prefix("334 ")?.trim()).ok()?;
        Some(visible::bytes(&challenge)).filter(|text| !text.is_empty())
    }
}

/// Whether a call to this server, given as `HOST:PORT`, begins with TLS as a
/// rule (RFC 8314 §3.3).
pub fn begins_with_tls(server: &str) -> bool {
    let port = server.rsplit_once(':').map(|(_, port)| port);
    port.and_then(|port| port.parse().ok()) == Some(IMPLICIT_TLS)
}

/// The bytes that escaped text stands for: `\r`, `\n`, `\t`, `\0`, `\\` and
/// `\xHH`; everything else stands for itself.
///
/// # Errors
/// A backslash with anything else behind it.
pub fn unescape(text: &str) -> Result<Vec<u8>, BadEscape> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        let code = escape.chars().next();
        let (byte, length) = match code {
            Some('r') => (b'\r', 1),
            Some('n') => (b'\n', 1),
            Some('t') => (b'\t', 1),
            Some('0') => (0, 1),
            Some('\\') => (b'\\', 1),
            Some('x') => {
                let digits = escape.get(1..3);
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                (byte.ok_or_else(|| BadEscape(head(escape, 3)))?, 3)
            }
            _ => return Err(BadEscape(head(escape, 1))),
        };
        bytes.push(byte);
        rest = escape.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// `typed` with its last word in base64, or all of it if that `answers` a
/// challenge; `\0` stands for NUL, as PLAIN needs it (RFC 4616).
///
/// # Errors
/// A backslash that is no escape.
pub fn in_base64(typed: &str, answers: bool) -> Result<String, BadEscape> {
    let at = if answers {
        0
    } else {
        typed.rfind(' ').map_or(0, |blank| blank + 1)
    };
    let (before, secret) = typed.split_at(at);
    Ok(format!("{before}{}", STANDARD.encode(unescape(secret)?)))
}

/// The beginning of what follows a backslash.
fn head(escape: &str, length: usize) -> String {
    escape.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::Stage;
    use crate::app::{Effect, Msg};
    use crate::lesson::Order;
    use proptest::prelude::*;

    fn called() -> Stage {
        let mut stage = Stage::answered();
        stage.play(Msg::Call {
            client: "spammer".to_owned(),
            to: "mail.aula.example:25".to_owned(),
            implicit_tls: false,
        });
        stage
    }

    #[test]
    fn what_is_typed_reaches_the_server_and_the_end_is_noticed() {
        let mut stage = called();
        assert!(stage.model.open_by_hand().is_some());
        assert!(stage.model.open_dialogue().is_none());
        stage.play(Msg::Say(b"NOOP\r\n".to_vec()));
        let rows = &stage.model.shown_connection().unwrap().rows;
        assert_eq!(rows.len(), 3);
        assert!(matches!(&rows[1], Row::Said { text, .. } if text == "NOOP"));
        stage.play(Msg::Say(b"QUIT\r\n".to_vec()));
        assert!(stage.model.open_by_hand().is_none());
        assert!(stage.model.has_acted());
        assert!(
            stage
                .model
                .update(Msg::Say(b"NOOP\r\n".to_vec()))
                .is_empty()
        );
    }

    #[test]
    fn nobody_calls_before_the_answer() {
        let mut stage = Stage::begun();
        let call = Msg::Call {
            client: "spammer".to_owned(),
            to: "mail.aula.example:25".to_owned(),
            implicit_tls: false,
        };
        assert!(stage.model.update(call).is_empty());
    }

    #[test]
    fn a_call_that_nobody_takes_is_shown() {
        let mut stage = Stage::answered();
        stage.play(Msg::Call {
            client: "spammer".to_owned(),
            to: "mail.aula.example:587".to_owned(),
            implicit_tls: false,
        });
        assert!(stage.model.open_by_hand().is_none());
        assert!(stage.model.failed_call().is_some());
    }

    #[test]
    fn a_dialogue_of_the_lesson_ends_the_one_by_hand() {
        let mut stage = called();
        let effects = stage.model.update(Msg::OpenRun(0));
        assert_eq!(effects, [Effect::Order(Order::Open { run: 0 })]);
    }

    #[test]
    fn verbs_and_addresses_are_completed() {
        let mut stage = called();
        let model = &stage.model;
        assert_eq!(model.completions("eh"), ["EHLO spam.example"]);
        assert_eq!(model.completions("MA"), ["MAIL FROM:<"]);
        assert_eq!(
            model.completions("RCPT TO:<post"),
            ["RCPT TO:<postmaster@aula.example>"]
        );
        assert!(model.completions("RCPT TO:<a> ").is_empty());
        assert_eq!(model.completions("").len(), 14);
        stage.play(Msg::Say(b"AUTH LOGIN\r\n".to_vec()));
        assert!(stage.model.completions("eh").is_empty());
        let connection = stage.model.open_by_hand().unwrap();
        assert_eq!(connection.challenge().as_deref(), Some("Username:"));
    }

    #[test]
    fn every_mail_port_of_every_host_can_be_called() {
        let servers = Stage::answered().model.servers();
        assert_eq!(servers[0], "mail.aula.example:25");
        assert!(servers.iter().any(|server| begins_with_tls(server)));
    }

    #[test]
    fn secrets_are_encoded_and_odd_bytes_written() {
        assert_eq!(
            in_base64(r"AUTH PLAIN \0alumno\0clase-1234", false).unwrap(),
            "AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0"
        );
        assert_eq!(in_base64("una clave", true).unwrap(), "dW5hIGNsYXZl");
        assert_eq!(unescape(r"a\r\n\x2e\\").unwrap(), b"a\r\n.\\");
        assert_eq!(unescape(r"\q"), Err(BadEscape("q".to_owned())));
        assert_eq!(unescape(r"\xñ"), Err(BadEscape("xñ".to_owned())));
        assert!(unescape(r"\").is_err());
    }

    proptest! {
        #[test]
        fn nothing_typed_is_too_strange(typed in "[\\\\<>a-zñ0 ]{0,30}") {
            let stage = called();
            stage.model.completions(&typed);
            let _ = unescape(&typed);
            let _ = in_base64(&typed, false);
        }
    }
}
