//! A call as its client saw it: which reply answered which command.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::model::Stage;
use crate::journal::event::{HANDSHAKE_CUT, Kind};
use crate::journal::{ConnectionId, End, Event, Observation, Way};
use crate::smtp::reply::{Reply, ReplyReader};
use crate::text::visible;

/// What the client of one connection said, heard and concluded.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    replies: HashMap<Stage, Reply>,
    /// The last reply, the one to QUIT not counted.
    last: Option<Reply>,
    /// The last refusal, with the moment where it came.
    refusal: Option<(Option<Stage>, Reply)>,
    /// Whether the server hung up before its client said goodbye.
    hung_up: bool,
    said_goodbye: bool,
    /// OpenSSL's code and words for the server's certificate.
    pub(super) certificate: Option<(u8, &'static str)>,
    /// Whether MAIL FROM went inside TLS; `None`: it was never sent.
    pub(super) envelope_protected: Option<bool>,
    /// Both ends wait for the other.
    pub(super) stalled: bool,
    tls: Option<String>,
    tls_failure: Option<String>,
}

impl Transcript {
    /// Reads the events of `connection`.
    pub(super) fn of(connection: ConnectionId, events: &[Arc<Event>]) -> Self {
        let mut transcript = Self::default();
        let mut pairing = Pairing::new();
        for event in events {
            if event.kind.connection() != Some(connection) {
                continue;
            }
            match &event.kind {
                Kind::Line {
                    end: End::Client,
                    way: Way::Sent,
                    protected,
                    line,
                    ..
                } => {
                    let stage = pairing.sent(&line.0);
                    if stage == Some(Stage::Mail) {
                        transcript.envelope_protected = Some(*protected);
                    }
                }
                Kind::Line {
                    end: End::Client,
                    way: Way::Received,
                    line,
                    ..
                } => {
                    if let Some((stage, reply)) = pairing.received(&line.0) {
                        transcript.answered(stage, reply);
                    }
                }
                Kind::Certificate { verification, .. } => {
                    transcript.certificate = Some((verification.code, verification.words));
                }
                Kind::TlsEstablished { version, .. } => {
                    transcript.tls = Some(version.clone());
                    // What was said in clear is forgotten (RFC 3207 §4.2).
                    transcript.replies.remove(&Stage::Ehlo);
                }
                Kind::TlsFailed { reason, .. } => {
                    transcript
                        .tls_failure
                        .get_or_insert_with(|| visible::text(reason));
                }
                Kind::Stalled { .. } => transcript.stalled = true,
                Kind::Closed {
                    by: End::Server, ..
                } => transcript.hung_up = !transcript.said_goodbye,
                _ => {}
            }
        }
        transcript
    }

    fn answered(&mut self, stage: Option<Stage>, reply: Reply) {
        if let Some(stage) = stage {
            self.replies.insert(stage, reply.clone());
        }
        if reply.code >= 400 {
            self.refusal = Some((stage, reply.clone()));
        }
        // 221 closes the connection (RFC 5321 §4.2.3): it answers QUIT and, from
        // Postfix, what is no SMTP at all.
        if reply.code == 221 {
            self.said_goodbye = true;
        } else {
            self.last = Some(reply);
        }
    }

    /// The (last) reply at `stage`.
    pub(super) fn reply(&self, stage: Stage) -> Option<&Reply> {
        self.replies.get(&stage)
    }

    /// Whether the server said anything.
    pub(super) fn spoken(&self) -> bool {
        self.last.is_some()
    }

    /// The keywords of the last EHLO answer, with their parameters.
    pub(super) fn keywords(&self) -> Vec<String> {
        let Some(reply) = self.replies.get(&Stage::Ehlo).filter(|it| it.code == 250) else {
            return Vec::new();
        };
        // The first line is the server's name (RFC 5321 §4.1.1.1).
        reply
            .lines
            .iter()
            .skip(1)
            .map(|line| visible::text(line))
            .collect()
    }

    /// What the list of keywords has of those in `asked`; without a list, how
    /// the call ended.
    pub(super) fn keywords_seen<'a>(
        &self,
        asked: impl IntoIterator<Item = &'a str>,
    ) -> Option<Observation> {
        let keywords = self.keywords();
        if keywords.is_empty() {
            return self.answer_seen(Stage::Ehlo);
        }
        let (mut offered, mut missing) = (Vec::new(), Vec::new());
        for name in asked.into_iter().filter_map(keyword) {
            let has = |line: &&String| {
                keyword(line).is_some_and(|listed| listed.eq_ignore_ascii_case(name))
            };
            let (seen, into) = match keywords.iter().find(has) {
                Some(line) => (line.clone(), &mut offered),
                None => (name.to_ascii_uppercase(), &mut missing),
            };
            if !into.contains(&seen) {
                into.push(seen);
            }
        }
        Some(Observation::Keywords { offered, missing })
    }

    /// The client's verdict on the server's certificate, as `openssl s_client` prints it.
    pub(super) fn certificate_seen(&self) -> Option<Observation> {
        let (code, words) = self.certificate?;
        Observation::words(format!("Verify return code: {code} ({words})"))
    }

    /// The reply at `stage`, or why there is none.
    pub(super) fn answer_seen(&self, stage: Stage) -> Option<Observation> {
        match self.reply(stage) {
            Some(reply) => Observation::words(seen(reply)),
            // A client that finds them on no list does not ask for them.
            None if stage == Stage::Starttls => self.unasked("STARTTLS"),
            None if stage == Stage::Auth => self.unasked("AUTH"),
            None => self.end_seen(),
        }
    }

    /// Why the client did not ask for `keyword`: what went wrong, or that it was
    /// not offered.
    pub(super) fn unasked(&self, keyword: &str) -> Option<Observation> {
        if self.broke() || self.keywords().is_empty() {
            return self.end_seen();
        }
        self.keywords_seen([keyword])
    }

    /// How the call ended: what went wrong, or else the last thing the client learnt.
    pub(super) fn end_seen(&self) -> Option<Observation> {
        // A handshake that ends because the client gave up waiting is no news.
        if self.stalled {
            return Some(Observation::Silence);
        }
        if let Some(reason) = &self.tls_failure {
            return match self.certificate {
                Some((code, _)) if code != 0 => self.certificate_seen(),
                _ if reason == HANDSHAKE_CUT => Some(Observation::HandshakeCut),
                _ => Observation::words(format!("TLS: {reason}")),
            };
        }
        if let Some((stage, reply)) = &self.refusal {
            return Observation::words(match stage {
                Some(stage) => format!("{}: {}", moment(*stage), seen(reply)),
                None => seen(reply),
            });
        }
        let last = self.last.as_ref().map(seen);
        if self.hung_up {
            return Some(Observation::HungUp { after: last });
        }
        // Whoever leaves after EHLO has missed something in the list.
        if self.last.is_some() && self.last.as_ref() == self.replies.get(&Stage::Ehlo) {
            let keywords = self.keywords();
            if !keywords.is_empty() {
                return listed(&keywords);
            }
        }
        last.and_then(Observation::words)
    }

    /// Whether something went wrong.
    fn broke(&self) -> bool {
        self.stalled || self.tls_failure.is_some() || self.refusal.is_some() || self.hung_up
    }

    /// How the TLS handshake ended; `None`: it was never tried. A client that
    /// hangs up over the certificate has let it fail.
    pub(super) fn handshake(&self) -> Option<bool> {
        match (&self.tls_failure, &self.tls) {
            (Some(_), _) => Some(false),
            (None, Some(_)) => Some(true),
            (None, None) => None,
        }
    }

    /// `TLSv1.3`; empty without TLS.
    pub(super) fn tls_version(&self) -> &str {
        self.tls.as_deref().unwrap_or_default()
    }
}

/// Pairs what comes in with what went out.
struct Pairing {
    /// What still waits for a reply; the greeting is waited for first.
    waiting: VecDeque<Option<Stage>>,
    sending: Sending,
    reader: ReplyReader,
}

/// What the next line that is sent will be.
#[derive(Clone, Copy)]
enum Sending {
    Command,
    AuthResponse,
    Message,
}

impl Pairing {
    fn new() -> Self {
        Self {
            waiting: VecDeque::from([Some(Stage::Greeting)]),
            sending: Sending::Command,
            reader: ReplyReader::default(),
        }
    }

    /// Takes a line that the client sent; its stage, if it begins one.
    fn sent(&mut self, line: &[u8]) -> Option<Stage> {
        let stage = match self.sending {
            Sending::Message if line != b"." => return None,
            Sending::Message => Some(Stage::Message),
            Sending::AuthResponse => Some(Stage::Auth),
            Sending::Command => stage_of(line),
        };
        self.sending = Sending::Command;
        self.waiting.push_back(stage);
        stage
    }

    /// Takes a line that the client received; the reply, if it is complete.
    fn received(&mut self, line: &[u8]) -> Option<(Option<Stage>, Reply)> {
        let reply = self.reader.push(line).ok().flatten()?;
        let stage = self.waiting.pop_front().flatten();
        self.sending = match (stage, reply.code) {
            (Some(Stage::Auth), 334) => Sending::AuthResponse,
            (Some(Stage::Data), 354) => Sending::Message,
            _ => Sending::Command,
        };
        Some((stage, reply))
    }
}

/// The keywords of an EHLO answer as something seen.
fn listed(keywords: &[String]) -> Option<Observation> {
    Observation::words(format!("EHLO: {}", keywords.join(", ")))
}

/// The keyword of a line of an EHLO answer, without its parameters.
fn keyword(line: &str) -> Option<&str> {
    line.split_ascii_whitespace().next()
}

/// A reply in one line; of several lines the first says enough.
fn seen(reply: &Reply) -> String {
    let first = reply.lines.first().cloned().unwrap_or_default();
    let reply = Reply::new(reply.code, reply.enhanced.as_deref(), first);
    visible::text(reply.to_string().trim_end())
}

/// A moment of a session by the name that Postfix's log gives it (`reject: CONNECT from …`).
fn moment(stage: Stage) -> &'static str {
    match stage {
        Stage::Greeting => "CONNECT",
        Stage::Ehlo => "EHLO",
        Stage::Starttls => "STARTTLS",
        Stage::Auth => "AUTH",
        Stage::Mail => "MAIL",
        Stage::Rcpt => "RCPT",
        Stage::Data => "DATA",
        Stage::Message => "END-OF-MESSAGE",
    }
}

/// The stage that a command opens.
fn stage_of(command: &[u8]) -> Option<Stage> {
    let verb = command
        .split(|byte| *byte == b' ')
        .next()?
        .to_ascii_uppercase();
    match verb.as_slice() {
        b"EHLO" | b"HELO" | b"LHLO" => Some(Stage::Ehlo),
        b"STARTTLS" => Some(Stage::Starttls),
        b"AUTH" => Some(Stage::Auth),
        b"MAIL" => Some(Stage::Mail),
        b"RCPT" => Some(Stage::Rcpt),
        b"DATA" => Some(Stage::Data),
        _ => None,
    }
}
