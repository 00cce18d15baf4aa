//! One connection arranged for reading: what one end sent and the other
//! received stands in one row, in the order in which it was said.

use std::collections::VecDeque;

use crate::journal::event::{Attack, CertificateFacts, Endpoint, Purpose, Tampering, Verification};
use crate::journal::{ConnectionId, End, Kind, Position, Way};
use crate::postfix::decision::Decision;

/// A connection and all that happened on it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its number.
    pub id: ConnectionId,
    /// Where it was made.
    pub opened: Position,
    /// Where it ended, if it did.
    pub closed: Option<Position>,
    /// The client.
    pub from: Endpoint,
    /// The server.
    pub to: Endpoint,
    /// The server's service.
    pub service: String,
    /// Why it was made.
    pub purpose: Purpose,
    /// Lines and TLS boundaries, one row a thing said: what one end sent and
    /// the other received stands in the same row.
    pub rows: Vec<Row>,
    /// Decisions of the policy, with their positions.
    pub decisions: Vec<(Position, Decision)>,
    /// Judgements of Dovecot: their positions.
    pub authentications: Vec<Position>,
    /// Positions of the wire events, and of what an attacker on it did.
    pub wire: Vec<Position>,
    /// Positions of the log lines that speak of this connection.
    pub log: Vec<Position>,
    /// The server's certificate as the client saw it.
    pub certificate: Option<(Position, Vec<CertificateFacts>, Verification)>,
    /// Where it went into TLS, if it did.
    protected: Option<Position>,
    /// What somebody in the middle did to it, and where.
    attacks: Vec<(Position, Attack)>,
    /// Whether a process of the server has taken the call: its first line in
    /// the log says so.
    attended: bool,
    lonely: Lonely,
}

/// Rows of which only one end is known yet, oldest first.
#[derive(Clone, Debug, Default)]
struct Lonely {
    client_sent: VecDeque<usize>,
    client_sent_unseen: VecDeque<usize>,
    server_sent: VecDeque<usize>,
    server_sent_unseen: VecDeque<usize>,
}

/// One row of the two columns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Row {
    /// A line that one end sent and (usually) the other received.
    Said {
        /// When it was sent.
        sent: Option<Position>,
        /// When it was received.
        received: Option<Position>,
        /// Who sent it.
        from: End,
        /// Whether it went inside TLS.
        protected: bool,
        /// The line, safe to show.
        text: String,
        /// Whether it is a reply of class 4 or 5.
        refusal: bool,
    },
    /// The TLS boundary.
    Tls(TlsView),
    /// Somebody in the middle tampered with what crossed the wire.
    Tampered(Position, Tampering),
    /// The connection fell silent, both ends waiting.
    Stalled(Position),
    /// One end hung up.
    Closed(Position, End),
}

/// The TLS handshake as a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsView {
    /// When it was first known.
    pub position: Position,
    /// When both ends had said how it went (the same as `position` until then).
    pub until: Position,
    /// Version and cipher, if it succeeded.
    pub established: Option<(String, String)>,
    /// Why not, if it failed, and at which end that was known first.
    pub failed: Option<(End, String)>,
}

impl Connection {
    /// A connection just made. `None` if the event is not a `connected`.
    pub(super) fn made(position: Position, kind: &Kind) -> Option<Self> {
        let Kind::Connected {
            connection,
            from,
            to,
            service,
            purpose,
        } = kind
        else {
            return None;
        };
        Some(Self {
            id: *connection,
            opened: position,
            closed: None,
            from: from.clone(),
            to: to.clone(),
            service: service.clone(),
            purpose: purpose.clone(),
            rows: Vec::new(),
            decisions: Vec::new(),
            authentications: Vec::new(),
            wire: Vec::new(),
            log: Vec::new(),
            certificate: None,
            protected: None,
            attacks: Vec::new(),
            attended: false,
            lonely: Lonely::default(),
        })
    }

    /// Takes in an event of this connection.
    pub(super) fn feed(&mut self, position: Position, kind: &Kind) {
        match kind {
            Kind::Line {
                end,
                way,
                protected,
                line,
                ..
            } => self.line(position, *end, *way, *protected, line.visible()),
            Kind::Wire { .. } => self.wire.push(position),
            Kind::Tampered { tampering, .. } => {
                self.wire.push(position);
                if let Some(attack) = attack_by(tampering) {
                    self.attacks.push((position, attack));
                    self.rows.push(Row::Tampered(position, tampering.clone()));
                }
            }
            Kind::Certificate {
                chain,
                verification,
                ..
            } => self.certificate = Some((position, chain.clone(), verification.clone())),
            Kind::TlsEstablished {
                version, cipher, ..
            } => {
                self.protected.get_or_insert(position);
                self.handshake(position, |tls| {
                    tls.established
                        .get_or_insert_with(|| (version.clone(), cipher.clone()));
                });
            }
            Kind::TlsFailed { end, reason, .. } => self.handshake(position, |tls| {
                tls.failed.get_or_insert_with(|| (*end, reason.clone()));
            }),
            Kind::Authenticated { .. } => self.authentications.push(position),
            Kind::Decided { decision, .. } => self.decisions.push((position, decision.clone())),
            Kind::Log { text, .. } => {
                self.attended |= text.starts_with("connect from ");
                self.log.push(position);
            }
            Kind::Stalled { .. } => self.rows.push(Row::Stalled(position)),
            Kind::Closed { by, .. } if self.closed.is_none() => {
                self.closed = Some(position);
                self.rows.push(Row::Closed(position, *by));
            }
            _ => {}
        }
    }

    /// The rows as they were right after the event at `at`. A row's later half
    /// may still lie in the future: see [`Row::Said`]'s positions.
    pub fn rows_at(&self, at: Position) -> &[Row] {
        prefix(&self.rows, |row| row.position() <= at)
    }

    /// Whether it had been closed at `at`: nothing more comes of it.
    fn is_over_at(&self, at: Position) -> bool {
        matches!(self.rows_at(at).last(), Some(Row::Closed(..)))
    }

    /// The message for where nothing was decided on it until `at`.
    pub fn undecided_at(&self, at: Position) -> &'static str {
        if !self.decisions_at(at).is_empty() {
            "tui-why-no-list"
        } else if self.is_over_at(at) {
            "tui-why-over"
        } else {
            "tui-why-nothing"
        }
    }

    /// The message for where nothing went over its wire until `at`.
    pub fn unheard_at(&self, at: Position) -> &'static str {
        if self.is_over_at(at) {
            "tui-wire-over"
        } else {
            "tui-wire-nothing"
        }
    }

    /// The decisions taken until `at`.
    pub fn decisions_at(&self, at: Position) -> &[(Position, Decision)] {
        prefix(&self.decisions, |(position, _)| *position <= at)
    }

    /// The decision that matters at `until`: the last one in which a list had
    /// something to say; before that, what another rule of the server decided
    /// about the last thing that the client said (but goodbye).
    pub fn deciding(&self, until: Position) -> Option<&Decision> {
        let taken = self.decisions_at(until);
        let said_last = self.rows_at(until).iter().rev().find(|row| match row {
            Row::Said {
                from: End::Client,
                text,
                ..
            } => !text.eq_ignore_ascii_case("QUIT"),
            _ => false,
        });
        let said_last = said_last.map_or(0, Row::position);
        let by_rule = |(_, decision): &&(Position, Decision)| !decision.reasons.is_empty();
        let by_list = |(_, decision): &&(Position, Decision)| {
            decision.lists.iter().any(|list| !list.steps.is_empty())
        };
        let fresh = |(position, _): &&(Position, Decision)| *position >= said_last;
        taken
            .last()
            .filter(by_rule)
            .filter(fresh)
            .or_else(|| taken.iter().rfind(by_list))
            .or_else(|| taken.iter().rfind(|decided| !by_rule(decided)))
            .map(|(_, decision)| decision)
    }

    /// The log lines written until `at`.
    pub fn log_at(&self, at: Position) -> &[Position] {
        prefix(&self.log, |position| *position <= at)
    }

    /// The wire events until `at`.
    pub fn wire_at(&self, at: Position) -> &[Position] {
        prefix(&self.wire, |position| *position <= at)
    }

    /// The certificate, if the client had seen it by `at`.
    pub fn certificate_at(&self, at: Position) -> Option<(&[CertificateFacts], &Verification)> {
        self.certificate
            .as_ref()
            .filter(|(position, ..)| *position <= at)
            .map(|(_, chain, verification)| (chain.as_slice(), verification))
    }

    /// What somebody in the middle had done to it by `at`, if anything.
    pub fn attack_at(&self, at: Position) -> Option<Attack> {
        let until = prefix(&self.attacks, |(position, _)| *position <= at);
        until.last().map(|(_, attack)| *attack)
    }

    /// Whether both ends still hold it open at `at`.
    pub fn is_open_at(&self, at: Position) -> bool {
        self.opened <= at && self.closed.is_none_or(|closed| closed > at)
    }

    /// Whether it stands inside TLS at `at`.
    pub fn is_protected_at(&self, at: Position) -> bool {
        self.protected.is_some_and(|position| position <= at)
    }

    /// Whether a process of the server ever took the call. master(8) accepts
    /// connections for processes that die at once, and then nobody is there.
    pub fn is_attended(&self) -> bool {
        let heard = |row: &Row| {
            matches!(
                row,
                Row::Said {
                    from: End::Server,
                    ..
                }
            )
        };
        self.attended || self.rows.iter().any(heard)
    }

    /// Whether the client kept its mail because of the certificate: it shook
    /// hands, and then had nothing to say but goodbye. So does smtp(8) at the
    /// levels that ask for a good one (postconf(5) `smtp_tls_security_level`).
    pub fn keeps_mail(&self) -> bool {
        let mut said = self.rows.iter().filter_map(|row| match row {
            Row::Said {
                from: End::Client,
                protected: true,
                text,
                ..
            } => Some(text.as_str()),
            _ => None,
        });
        matches!(self.purpose, Purpose::Delivery { .. }) && said.next() == Some("QUIT")
    }

    /// The run of the step that it plays, if it is a dialogue of the student.
    pub fn run(&self) -> Option<usize> {
        match self.purpose {
            Purpose::Dialogue { run } => Some(run),
            Purpose::Probe { .. }
            | Purpose::Repetition { .. }
            | Purpose::RelayTest
            | Purpose::Delivery { .. }
            | Purpose::Outside
            | Purpose::ByHand => None,
        }
    }

    /// Whether the student began it: in the lesson, or with a program outside it.
    pub fn is_own(&self) -> bool {
        matches!(self.purpose, Purpose::Dialogue { .. }) || self.is_free()
    }

    /// Whether the student is free to say on it what they like, by hand or with
    /// a program outside the world.
    pub fn is_free(&self) -> bool {
        matches!(self.purpose, Purpose::ByHand | Purpose::Outside)
    }

    /// Whether the student types what the client says.
    pub fn is_by_hand(&self) -> bool {
        self.purpose == Purpose::ByHand
    }

    /// Whether it is part of what the student is shown: everything but probes.
    pub fn is_shown(&self) -> bool {
        !matches!(self.purpose, Purpose::Probe { .. })
    }

    /// The ends of its moments, ascending: a command, a whole reply, a whole
    /// message, a handshake, a hang-up. Stepping back and forth goes by these.
    pub fn moments(&self) -> Vec<Position> {
        let mut moments: Vec<Position> = Vec::new();
        let mut previous: Option<&Row> = None;
        for row in &self.rows {
            // What begins before the last thing has arrived (a hang-up right
            // behind a reply) belongs to its moment, or comes after it.
            let begun = moments.last().copied().unwrap_or_default();
            let end = row.until().max(begun);
            match moments.last_mut() {
                Some(last) if row.position() <= begun => *last = end,
                Some(last) if previous.is_some_and(|previous| previous.continues(row)) => {
                    *last = end;
                }
                _ => moments.push(end),
            }
            previous = Some(row);
        }
        moments
    }

    fn line(&mut self, position: Position, end: End, way: Way, protected: bool, text: String) {
        let from = if way == Way::Sent { end } else { end.other() };
        let (sent, unseen) = match from {
            End::Client => (
                &mut self.lonely.client_sent,
                &mut self.lonely.client_sent_unseen,
            ),
            End::Server => (
                &mut self.lonely.server_sent,
                &mut self.lonely.server_sent_unseen,
            ),
        };
        let (partners, own) = match way {
            Way::Received => (sent, unseen),
            Way::Sent => (unseen, sent),
        };
        let found = partners.iter().position(|index| {
            self.rows
                .get(*index)
                .is_some_and(|row| row.is(protected, &text))
        });
        if let Some(found) = found {
            // Whatever was said before and has not come by now never will:
            // lines do not overtake each other.
            let index = partners.drain(..=found).next_back();
            if let Some(Row::Said { sent, received, .. }) =
                index.and_then(|index| self.rows.get_mut(index))
            {
                match way {
                    Way::Sent => *sent = Some(position),
                    Way::Received => *received = Some(position),
                }
            }
            return;
        }
        own.push_back(self.rows.len());
        let at = |wanted| (way == wanted).then_some(position);
        self.rows.push(Row::Said {
            sent: at(Way::Sent),
            received: at(Way::Received),
            from,
            protected,
            refusal: from == End::Server && is_refusal(&text),
            text,
        });
    }

    /// Notes what one end says of the handshake, in the row that both ends share.
    fn handshake(&mut self, position: Position, note: impl FnOnce(&mut TlsView)) {
        let shared = self.rows.iter_mut().rev().find_map(|row| match row {
            Row::Tls(tls) => Some(tls),
            _ => None,
        });
        if let Some(tls) = shared {
            tls.until = position;
            note(tls);
            return;
        }
        let mut tls = TlsView {
            position,
            until: position,
            established: None,
            failed: None,
        };
        note(&mut tls);
        self.rows.push(Row::Tls(tls));
    }
}

impl Row {
    /// The first position at which the row is there at all.
    pub fn position(&self) -> Position {
        match self {
            Self::Said { sent, received, .. } => {
                let first = match (sent, received) {
                    (Some(sent), Some(received)) => sent.min(received),
                    (Some(one), None) | (None, Some(one)) => one,
                    (None, None) => return 0,
                };
                *first
            }
            Self::Tls(tls) => tls.position,
            Self::Tampered(position, _) | Self::Stalled(position) | Self::Closed(position, _) => {
                *position
            }
        }
    }

    /// The position from which on the row is complete.
    pub fn until(&self) -> Position {
        match self {
            Self::Said { sent, received, .. } => (*sent).max(*received).unwrap_or_default(),
            Self::Tls(tls) => tls.until,
            Self::Tampered(position, _) | Self::Stalled(position) | Self::Closed(position, _) => {
                *position
            }
        }
    }

    /// The way of this row, seen from `end`.
    pub fn way(&self, end: End) -> Option<Way> {
        match self {
            Self::Said { from, .. } if *from == end => Some(Way::Sent),
            Self::Said { .. } => Some(Way::Received),
            _ => None,
        }
    }

    /// Whether `end` has seen (said or heard) this row by `at`.
    pub fn is_known_to(&self, end: End, at: Position) -> bool {
        match self {
            Self::Said {
                sent,
                received,
                from,
                ..
            } => {
                let when = if *from == end { sent } else { received };
                when.is_some_and(|when| when <= at)
            }
            other => other.position() <= at,
        }
    }

    /// Whether `next` belongs to the same thing said: a further line of the
    /// same reply or message.
    fn continues(&self, next: &Self) -> bool {
        match (self, next) {
            (
                Self::Said {
                    from, protected, ..
                },
                Self::Said {
                    from: next_from,
                    protected: next_protected,
                    ..
                },
            ) => from == next_from && protected == next_protected,
            _ => false,
        }
    }

    fn is(&self, wanted: bool, line: &str) -> bool {
        matches!(self, Self::Said { protected, text, .. } if *protected == wanted && text == line)
    }
}

/// The attack of which something was seen; to read on is none of its own.
fn attack_by(tampering: &Tampering) -> Option<Attack> {
    match tampering {
        Tampering::Removed { .. } => Some(Attack::StripStarttls),
        Tampering::Answered { .. } => Some(Attack::RefuseStarttls),
        Tampering::Injected { .. } => Some(Attack::InjectCommand),
        Tampering::Impersonated { .. } => Some(Attack::FalseCertificate),
        Tampering::Read { .. } => None,
    }
}

/// Whether a line is (part of) a reply of class 4 or 5 (RFC 5321 §4.2.1).
fn is_refusal(line: &str) -> bool {
    let mut characters = line.chars();
    matches!(characters.next(), Some('4' | '5'))
        && characters.next().is_some_and(|c| c.is_ascii_digit())
        && characters.next().is_some_and(|c| c.is_ascii_digit())
        && matches!(characters.next(), None | Some(' ' | '-'))
}

/// The first elements, as long as `holds`; by bisection.
pub(super) fn prefix<T>(all: &[T], holds: impl FnMut(&T) -> bool) -> &[T] {
    let end = all.partition_point(holds);
    all.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
