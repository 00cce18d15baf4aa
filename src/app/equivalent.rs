//! What can be copied of a dialogue: its transcript, and the command of
//! another program that says the same. Received text is made visible and
//! quoted on the way, so that neither a terminal nor a shell does anything
//! with it but take it for text.

use std::iter;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::connection::{Connection, Row};
use super::model::Model;
use crate::journal::event::Tampering;
use crate::journal::{End, Position};
use crate::text::visible;

/// What can be copied of a dialogue.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Copied {
    /// What both ends said, with the arrows of swaks.
    Transcript,
    /// A command of swaks(1).
    Swaks,
    /// A command of openssl-s_client(1); only for what goes inside TLS.
    Openssl,
    /// A command of curl(1); only for a mail.
    Curl,
}

/// How the client came into TLS.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Tls {
    #[default]
    Never,
    Starttls,
    FromTheFirstByte,
}

/// A login, decoded and made visible.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Login {
    mechanism: String,
    user: String,
    password: String,
}

/// What the client of a dialogue said, understood.
#[derive(Clone, Debug, Default)]
struct Said {
    /// Whether it greeted with HELO.
    old_fashioned: bool,
    name: Option<String>,
    tls: Tls,
    login: Option<Login>,
    sender: Option<String>,
    recipients: Vec<String>,
    /// Whether a recipient, or what came after it, was refused.
    refused: bool,
    /// The lines of the message, as they were before their dots were doubled.
    message: Option<Vec<String>>,
    /// What it said inside TLS, line by line.
    inside: Vec<String>,
}

/// What the client's next line is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Next {
    #[default]
    Command,
    /// An answer to a challenge of AUTH (RFC 4954 §4).
    Answer,
    /// A line of the message (RFC 5321 §4.1.1.4).
    Message,
}

impl Copied {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Transcript, Self::Swaks, Self::Openssl, Self::Curl];
}

impl Model {
    /// What `copied` is of the shown connection at the shown moment, safe for
    /// terminals and shells. `None`: there is no such thing, for it has
    /// nothing to do with TLS, or with mail.
    pub fn copied(&self, copied: Copied) -> Option<String> {
        let connection = self.shown_connection()?;
        let at = self.position();
        if copied == Copied::Transcript {
            return Some(transcript(connection, at));
        }
        let said = Said::on(connection, at);
        let server = self.address_of(connection);
        match copied {
            Copied::Transcript => None,
            Copied::Swaks => Some(said.swaks(&server)),
            Copied::Openssl => said.openssl(&server),
            Copied::Curl => said.curl(&server),
        }
    }

    /// Where to call the server of `connection` from outside the world: where
    /// it listens on this machine, or else the name it would really have.
    fn address_of(&self, connection: &Connection) -> String {
        let listens = self
            .listening
            .iter()
            .find(|(service, _)| *service == connection.service)
            .filter(|_| connection.to.host == self.lesson.study);
        match listens {
            Some((_, address)) => address.to_string(),
            None => format!("{}:{}", connection.to.host, connection.to.port),
        }
    }
}

/// The dialogue until `at`, with the arrows and in the words of swaks.
fn transcript(connection: &Connection, at: Position) -> String {
    let to = &connection.to;
    let mut lines = vec![format!("=== Trying {}:{}...", to.host, to.port)];
    for row in connection.rows_at(at) {
        lines.push(match row {
            Row::Said {
                from,
                protected,
                text,
                refusal,
                ..
            } => arrowed(*from, *protected, *refusal, text),
            Row::Tls(tls) => match (&tls.failed, &tls.established) {
                (Some((_, reason)), _) => format!("*** TLS startup failed ({reason})"),
                (None, Some((version, cipher))) => {
                    format!("=== TLS started with cipher {version}:{cipher}")
                }
                (None, None) => continue,
            },
            Row::Tampered(_, tampering) => match tampering {
                Tampering::Removed { line } => format!("╳ - {}", line.visible()),
                Tampering::Answered { reply: line, .. } | Tampering::Injected { line } => {
                    format!("╳ + {}", line.visible())
                }
                Tampering::Impersonated { certificate } => format!("╳ + {}", certificate.subject),
                Tampering::Read { .. } => continue,
            },
            Row::Stalled(_) => "=== …".to_owned(),
            Row::Closed(..) => "=== Connection closed with remote host.".to_owned(),
        });
    }
    let safe: Vec<_> = lines.iter().map(|line| visible::text(line)).collect();
    safe.join("\n") + "\n"
}

/// The arrow of a line as swaks(1) draws it, seen from the client.
pub fn arrow(from: End, protected: bool, refusal: bool) -> &'static str {
    match (from, protected, refusal) {
        (End::Client, false, _) => "->",
        (End::Client, true, _) => "~>",
        (End::Server, false, false) => "<-",
        (End::Server, true, false) => "<~",
        (End::Server, false, true) => "<**",
        (End::Server, true, true) => "<~*",
    }
}

/// A line with its arrow in swaks' three columns, which point at each other.
pub fn arrowed(from: End, protected: bool, refusal: bool, text: &str) -> String {
    let arrow = arrow(from, protected, refusal);
    match from {
        End::Client => format!("{arrow:>3} {text}"),
        End::Server => format!("{arrow:<3} {text}"),
    }
}

impl Said {
    fn on(connection: &Connection, at: Position) -> Self {
        let mut said = Self::default();
        let mut next = Next::Command;
        let mut answers = Vec::new();
        for row in connection.rows_at(at) {
            match row {
                Row::Said {
                    from: End::Client,
                    protected,
                    text,
                    ..
                } => {
                    if *protected {
                        said.inside.push(text.clone());
                    }
                    match next {
                        Next::Command => said.command(text, &mut answers),
                        Next::Answer => answers.push(text.clone()),
                        Next::Message if text == "." => next = Next::Command,
                        Next::Message => {
                            let line = text.strip_prefix('.').unwrap_or(text);
                            said.message.get_or_insert_default().push(line.to_owned());
                        }
                    }
                }
                Row::Said {
                    from: End::Server,
                    text,
                    refusal,
                    ..
                } => {
                    said.refused |= *refusal && !said.recipients.is_empty();
                    next = match text.get(..3) {
                        Some("334") => Next::Answer,
                        Some("354") => Next::Message,
                        _ => Next::Command,
                    };
                    if next == Next::Message {
                        said.message = Some(Vec::new());
                    }
                }
                Row::Tls(_) if said.name.is_none() => said.tls = Tls::FromTheFirstByte,
                Row::Tls(_) => said.tls = Tls::Starttls,
                Row::Tampered(..) | Row::Stalled(_) | Row::Closed(..) => {}
            }
        }
        if let Some(login) = &mut said.login {
            login.learn(&answers);
        }
        said
    }

    fn command(&mut self, text: &str, answers: &mut Vec<String>) {
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        let path = || {
            let path = rest
                .split_once('<')
                .and_then(|(_, path)| path.split_once('>'));
            path.map_or_else(String::new, |(path, _)| path.to_owned())
        };
        match verb.to_ascii_uppercase().as_str() {
            verb @ ("EHLO" | "HELO") => {
                self.old_fashioned = verb == "HELO";
                self.name = Some(rest.trim().to_owned());
            }
            "AUTH" => {
                answers.clear();
                let mut words = rest.split_whitespace();
                let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
                answers.extend(words.next().map(str::to_owned));
                self.login = Some(Login {
                    mechanism,
                    ..Login::default()
                });
            }
            "MAIL" => self.sender = Some(path()),
            "RCPT" => self.recipients.push(path()),
            _ => {}
        }
    }

    /// A call of swaks that stops where this one did.
    fn swaks(&self, server: &str) -> String {
        let mut parts = vec![format!("swaks --server {}", quoted(server))];
        if self.old_fashioned {
            parts[0].push_str(" --protocol SMTP");
        }
        match self.tls {
            Tls::Never => {}
            Tls::Starttls => parts[0].push_str(" --tls"),
            Tls::FromTheFirstByte => parts[0].push_str(" --tls-on-connect"),
        }
        if let Some(name) = &self.name {
            parts.push(format!("--helo {}", quoted(name)));
        }
        if let Some(login) = &self.login {
            parts.push(format!(
                "--auth {} --auth-user {} --auth-password {}",
                quoted(&login.mechanism),
                quoted(&login.user),
                quoted(&login.password)
            ));
        }
        if let Some(sender) = &self.sender {
            let sender = if sender.is_empty() { "<>" } else { sender };
            parts.push(format!("--from {}", quoted(sender)));
        }
        if !self.recipients.is_empty() {
            parts.push(format!("--to {}", quoted(&self.recipients.join(","))));
        }
        match &self.message {
            // swaks reads `\n` as the end of a line, and `@` as the name of a file.
            Some(lines) => {
                let mut data = lines.join("\\n") + "\\n";
                if data.starts_with('@') {
                    data.insert(0, '@');
                }
                parts.push(format!("--data {}", quoted(&data)));
            }
            None => parts.push(format!("--quit-after {}", self.last_stage())),
        }
        parts.join(CONTINUED)
    }

    /// How far the client went, as `swaks --quit-after` calls it.
    fn last_stage(&self) -> &'static str {
        if !self.recipients.is_empty() {
            "RCPT"
        } else if self.sender.is_some() {
            "MAIL"
        } else if self.login.is_some() {
            "AUTH"
        } else if self.name.is_some() {
            "EHLO"
        } else if self.tls == Tls::FromTheFirstByte {
            "TLS"
        } else {
            "CONNECT"
        }
    }

    /// A connection of openssl, with what was said inside TLS typed into it.
    fn openssl(&self, server: &str) -> Option<String> {
        let mut connect = "openssl s_client -quiet -crlf".to_owned();
        match self.tls {
            Tls::Never => return None,
            Tls::Starttls => {
                connect.push_str(" -starttls smtp");
                if let Some(name) = &self.name {
                    connect.extend([" -name ", &quoted(name)]);
                }
            }
            Tls::FromTheFirstByte => {}
        }
        connect.extend([" -connect ", &quoted(server)]);
        let ends = self
            .inside
            .iter()
            .any(|line| line.eq_ignore_ascii_case("QUIT"));
        let farewell = (!ends).then_some("QUIT");
        let lines = self.inside.iter().map(String::as_str).chain(farewell);
        Some(typed(lines, &connect))
    }

    /// A mail sent by curl. It knows no way to stop before the message.
    fn curl(&self, server: &str) -> Option<String> {
        let sender = self.sender.as_deref()?;
        let nothing = Vec::new();
        let message = match &self.message {
            Some(message) => message,
            None if self.refused => &nothing,
            None => return None,
        };
        let scheme = match self.tls {
            Tls::FromTheFirstByte => "smtps",
            Tls::Never | Tls::Starttls => "smtp",
        };
        let name = in_url(self.name.as_deref().unwrap_or_default());
        let mut call = format!(
            "curl --url {}",
            quoted(&format!("{scheme}://{server}/{name}"))
        );
        match self.tls {
            Tls::Never => {}
            Tls::Starttls => call.push_str(" --ssl-reqd --insecure"),
            Tls::FromTheFirstByte => call.push_str(" --insecure"),
        }
        let mut parts = vec![call];
        if let Some(login) = &self.login {
            let user = format!("{}:{}", login.user, login.password);
            let mechanism = format!("AUTH={}", login.mechanism);
            parts.push(format!(
                "--login-options {} --user {}",
                quoted(&mechanism),
                quoted(&user)
            ));
        }
        parts.push(format!("--mail-from {}", quoted(sender)));
        let recipients = self.recipients.iter();
        parts.extend(recipients.map(|recipient| format!("--mail-rcpt {}", quoted(recipient))));
        parts.push("--crlf --upload-file -".to_owned());
        let lines = message.iter().map(String::as_str);
        Some(typed(lines, &parts.join(CONTINUED)))
    }
}

impl Login {
    /// Reads user and password out of the answers that the client gave
    /// (RFC 4616 §2; LOGIN asks for the one, then for the other).
    fn learn(&mut self, answers: &[String]) {
        let decoded = |text: &String| STANDARD.decode(text.trim()).unwrap_or_default();
        let mut given = answers.iter().map(decoded);
        if self.mechanism == "PLAIN" {
            let all = given.next().unwrap_or_default();
            let mut parts = all.split(|byte| *byte == 0).skip(1).map(visible::bytes);
            self.user = parts.next().unwrap_or_default();
            self.password = parts.next().unwrap_or_default();
        } else {
            let mut parts = given.map(|part| visible::bytes(&part));
            self.user = parts.next().unwrap_or_default();
            self.password = parts.next().unwrap_or_default();
        }
    }
}

/// Goes on with a shell's command on the next line.
const CONTINUED: &str = " \\\n  ";

/// `lines` given to a program as its input.
fn typed<'a>(lines: impl Iterator<Item = &'a str>, program: &str) -> String {
    let lines = lines.map(quoted);
    let print: Vec<_> = iter::once(r"printf '%s\n'".to_owned())
        .chain(lines)
        .collect();
    format!("{} |{CONTINUED}{program}", print.join(CONTINUED))
}

/// `text` as one word of a POSIX shell (XCU §2.2.2), with nothing in it that a
/// terminal would not just show.
fn quoted(text: &str) -> String {
    let text = visible::text(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:/@,+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// `text` in the path of a URL (RFC 3986 §2.1).
fn in_url(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(format!("%{byte:02X}").chars());
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
