//! Tells what happened, event by event, in lines of text: the client's side of
//! each dialogue with swaks' arrows, and after each reply what the server's
//! policy and its log had to say about it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::markdown::wrap;
use crate::app::{self, Connection, Eavesdropper, Projection, Sight, deed, news};
use crate::journal::event::{Endpoint, NoConnection, Purpose};
use crate::journal::{ConnectionId, End, Event, Kind, Position, Way};
use crate::lesson::Order;
use crate::postfix::decision::{Decision, Verdict};
use crate::text::{Catalogue, difference, policy, visible};

/// Columns of the transcript. The wire's own words are never wrapped.
pub(super) const WIDTH: usize = 80;

/// Who tells, and how far it has come.
#[derive(Debug, Default)]
pub(super) struct Narrator {
    /// The first position not told yet.
    next: Position,
    /// The connection whose lines are being told.
    speaking: Option<ConnectionId>,
    /// Whether its client is a program outside the world, which only the server hears.
    outside: bool,
    /// Whether a line was sent that nobody has answered yet.
    unanswered: bool,
    /// What to tell once the reply is through: the policy and the log.
    asides: Vec<String>,
    /// Who listens to what goes in clear.
    listener: Eavesdropper,
    /// Whether the same mail is being sent over and over: nobody wants to hear
    /// what the logs have to say each time.
    repeating: bool,
    /// What was last told of each host's relay.
    relays: BTreeMap<String, bool>,
}

impl Narrator {
    /// Tells everything that is in the projection and was not told yet.
    pub(super) fn tell(
        &mut self,
        out: &mut impl Write,
        catalogue: &Catalogue,
        projection: &Projection,
    ) -> io::Result<()> {
        let new = projection.events.get(self.next..).unwrap_or_default();
        for event in new {
            self.event(out, catalogue, projection, event)?;
        }
        self.next = projection.events.len();
        // A caller from outside is told of while it talks: what belongs after
        // the reply waits for it.
        if self.outside && self.unanswered {
            return Ok(());
        }
        self.tell_asides(out)
    }

    /// Passes over everything that is in the projection and was not told yet;
    /// only the state of the relays is noted.
    pub(super) fn skip(&mut self, projection: &Projection) {
        let new = projection.events.get(self.next..).unwrap_or_default();
        for event in new {
            if let Kind::RelayAssessed { host, open } = &event.kind {
                self.relays.insert(host.clone(), *open);
            }
        }
        self.next = projection.events.len();
        self.speaking = None;
        self.asides.clear();
    }

    fn event(
        &mut self,
        out: &mut impl Write,
        catalogue: &Catalogue,
        projection: &Projection,
        event: &Event,
    ) -> io::Result<()> {
        let is_told = match &event.kind {
            Kind::Repeating { .. } => {
                self.tell_asides(out)?;
                self.repeating = true;
                false
            }
            Kind::Repeated { .. } => {
                self.repeating = false;
                true
            }
            Kind::Log { .. } | Kind::Stored { .. } => !self.repeating,
            kind => !is_probe(kind, projection),
        };
        if !is_told {
            return Ok(());
        }
        match &event.kind {
            Kind::Log { .. } | Kind::Queued { .. } | Kind::Wire { .. } => {}
            kind => {
                if let Some(connection) = kind.connection() {
                    self.turn_to(out, projection, connection)?;
                    let call = projection.connection(connection);
                    return self.on_a_connection(out, catalogue, call, kind);
                }
            }
        }
        self.in_the_world(out, catalogue, &event.kind)
    }

    /// What happens on a connection.
    fn on_a_connection(
        &mut self,
        out: &mut impl Write,
        catalogue: &Catalogue,
        call: Option<&Connection>,
        kind: &Kind,
    ) -> io::Result<()> {
        match kind {
            Kind::Line {
                end,
                way,
                protected,
                line,
                ..
            } if *end == self.witness() => {
                let way = match (self.outside, way) {
                    (false, Way::Sent) | (true, Way::Received) => Way::Sent,
                    (false, Way::Received) | (true, Way::Sent) => Way::Received,
                };
                let shown = line.visible();
                if way == Way::Sent {
                    self.tell_asides(out)?;
                }
                writeln!(out, "{}", arrowed(way, *protected, &shown).trim_end())?;
                if !protected && let Some(decoded) = self.overheard(way, &line.0) {
                    let decoded = [("decoded", decoded.into())];
                    let said = catalogue.say_with("plain-overheard", &decoded);
                    writeln!(out, "  ! {said}")?;
                }
                self.unanswered = way == Way::Sent;
                if way == Way::Received && is_last_line(&shown) {
                    self.tell_asides(out)?;
                }
            }
            Kind::Certificate { verification, .. } => {
                self.tell_asides(out)?;
                let keeps_mail = call.is_some_and(Connection::keeps_mail);
                for line in policy::verification(catalogue, verification, keeps_mail) {
                    writeln!(out, "=== {line}")?;
                }
            }
            Kind::TlsEstablished {
                end,
                version,
                cipher,
                ..
            } if *end == self.witness() => writeln!(out, "=== TLS: {version}, {cipher}")?,
            Kind::TlsFailed { end, reason, .. } => {
                let id = match end {
                    End::Client => "plain-tls-failed-client",
                    End::Server => "plain-tls-failed-server",
                };
                self.tell_asides(out)?;
                let reason = visible::text(reason);
                let said = catalogue.say_with(id, &[("reason", reason.into())]);
                writeln!(out, "*** {said}")?;
            }
            Kind::Tampered { tampering, .. } => {
                self.tell_asides(out)?;
                writeln!(out, "  ! {}", policy::tampering(catalogue, tampering))?;
            }
            Kind::Stalled { .. } => {
                self.tell_asides(out)?;
                let said = if call.is_none_or(Connection::is_attended) {
                    "plain-stalled"
                } else {
                    "plain-unattended"
                };
                writeln!(out, "*** {}", catalogue.say(said))?;
            }
            Kind::Closed { by, .. } => {
                let id = match by {
                    End::Client => "plain-closed-client",
                    End::Server => "plain-closed-server",
                };
                // The other end may still have something to read.
                self.asides.push(format!("=== {}", catalogue.say(id)));
            }
            // What a reply to EHLO lacks is told to whoever asks.
            Kind::Decided { decision, .. }
                if !decision.lists.is_empty() || decision.verdict != Verdict::Accepted =>
            {
                self.asides.extend(self::decision(catalogue, decision));
            }
            _ => {}
        }
        Ok(())
    }

    /// What happens elsewhere: in a host's log, its mailboxes, its configuration.
    fn in_the_world(
        &mut self,
        out: &mut impl Write,
        catalogue: &Catalogue,
        kind: &Kind,
    ) -> io::Result<()> {
        match kind {
            Kind::ConnectionFailed { from, to, how, .. } => {
                self.tell_asides(out)?;
                self.speaking = None;
                let unreached = match how {
                    NoConnection::Refused => "plain-connection-refused",
                    NoConnection::TimedOut => "plain-connection-timed-out",
                };
                writeln!(out, "\n=== {}", route(from, to))?;
                writeln!(out, "*** {}", catalogue.say(unreached))?;
            }
            Kind::Log {
                host,
                program,
                pid,
                text,
                ..
            } => self.asides.push(log_line(host, program, *pid, text)),
            Kind::Stored {
                host,
                mailbox,
                recipient,
                ..
            } => {
                let arguments = [
                    ("host", visible::text(host).into()),
                    ("mailbox", visible::text(mailbox).into()),
                    ("recipient", visible::text(recipient).into()),
                ];
                let said = catalogue.say_with("plain-stored", &arguments);
                self.asides.push(format!("  + {said}"));
            }
            kind @ (Kind::ParameterSet { .. }
            | Kind::FileWritten { .. }
            | Kind::CommandRun { .. }) => {
                self.tell_asides(out)?;
                by_root(out, kind)?;
            }
            Kind::Waiting { seconds } => {
                self.tell_asides(out)?;
                let order = Order::Wait { seconds: *seconds };
                writeln!(out, "\n=== {}", deed(catalogue, &order))?;
            }
            Kind::AttackerTurned { from, to, attack } => {
                self.tell_asides(out)?;
                let said = policy::attack(catalogue, from, to, *attack);
                writeln!(out, "=== {said}")?;
            }
            Kind::OutsiderCountsAs { client } => {
                let itself = || catalogue.say("plain-outside-itself");
                let client = client.as_deref().map_or_else(itself, visible::text);
                let said = catalogue.say_with("plain-outside-as", &[("client", client.into())]);
                writeln!(out, "=== {said}")?;
            }
            Kind::RelayAssessed { host, open } => self.relay(out, catalogue, host, *open)?,
            kind @ (Kind::Listed { .. }
            | Kind::DelistingAnswered { .. }
            | Kind::Repeated { .. }) => {
                self.tell_asides(out)?;
                if let Some(told) = news(catalogue, kind) {
                    for line in wrap(&told, WIDTH, "=== ", "    ") {
                        writeln!(out, "{line}")?;
                    }
                }
            }
            Kind::OrderFailed { problem } => {
                self.tell_asides(out)?;
                writeln!(out, "*** {}", policy::problem(catalogue, problem))?;
            }
            kind => {
                if let Some((order, lines)) = typed(kind) {
                    self.tell_asides(out)?;
                    writeln!(out, "\n{}", deed(catalogue, &order))?;
                    for line in lines {
                        writeln!(out, "{}", visible::text(line))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Says whose lines follow, when that changes.
    fn turn_to(
        &mut self,
        out: &mut impl Write,
        projection: &Projection,
        connection: ConnectionId,
    ) -> io::Result<()> {
        if self.speaking == Some(connection) {
            return Ok(());
        }
        self.tell_asides(out)?;
        self.speaking = Some(connection);
        self.unanswered = false;
        self.listener = Eavesdropper::default();
        let known = projection.connection(connection);
        self.outside = known.is_some_and(|known| known.purpose == Purpose::Outside);
        match known {
            Some(known) => writeln!(out, "\n=== {}", route(&known.from, &known.to)),
            None => Ok(()),
        }
    }

    /// Whose ears the telling relies on: the client's, if it is ours.
    fn witness(&self) -> End {
        if self.outside {
            End::Server
        } else {
            End::Client
        }
    }

    /// What the base64 of a line in clear says to whoever listens.
    fn overheard(&mut self, way: Way, line: &[u8]) -> Option<String> {
        let from = match way {
            Way::Sent => End::Client,
            Way::Received => End::Server,
        };
        self.listener.hear(from, &[line, b"\r\n"].concat());
        match self.listener.last() {
            Some(Sight::Line { decoded, .. }) => decoded.clone(),
            _ => None,
        }
    }

    fn relay(
        &mut self,
        out: &mut impl Write,
        catalogue: &Catalogue,
        host: &str,
        open: bool,
    ) -> io::Result<()> {
        if self.relays.insert(host.to_owned(), open) == Some(open) {
            return Ok(());
        }
        let id = if open {
            "plain-relay-open"
        } else {
            "plain-relay-closed"
        };
        let said = catalogue.say_with(id, &[("host", visible::text(host).into())]);
        writeln!(out, "=== {said}")
    }

    fn tell_asides(&mut self, out: &mut impl Write) -> io::Result<()> {
        for aside in self.asides.drain(..) {
            writeln!(out, "{aside}")?;
        }
        Ok(())
    }
}

/// What was decided about a command, and how it came to that; nothing where
/// nobody was asked.
pub(super) fn decision(catalogue: &Catalogue, decision: &Decision) -> Vec<String> {
    let accepted = decision.verdict == Verdict::Accepted;
    if decision.lists.is_empty() && decision.reasons.is_empty() && accepted {
        return Vec::new();
    }
    let verdict = policy::verdict(catalogue, &decision.verdict);
    let mut lines = vec![format!("  ? {}: {verdict}", policy::heading(decision))];
    for list in &decision.lists {
        let outcome = policy::list_outcome(catalogue, list.outcome);
        lines.push(format!("    {}: {outcome}", list.parameter));
        for (number, step) in (1..).zip(&list.steps) {
            let line = format!(
                "{}: {} => {}",
                visible::text(&step.restriction),
                policy::fact(catalogue, &step.fact),
                policy::outcome(catalogue, step.outcome)
            );
            let first = format!("     {number}. ");
            lines.extend(wrap(&line, WIDTH, &first, "        "));
        }
    }
    for reason in &decision.reasons {
        let mut why = policy::rule(catalogue, reason);
        if accepted {
            let keyword = [("keyword", visible::text(&reason.found).into())];
            let lacks = catalogue.say_with("observed-not-offered", &keyword);
            why = format!("{lacks}: {why}");
        }
        lines.extend(wrap(&why, WIDTH, "    ", "      "));
        for setting in &reason.settings {
            let origin = policy::origin(catalogue, setting.origin);
            let line = format!("{} ({origin})", policy::setting(setting));
            lines.extend(wrap(&line, WIDTH, "      ", "        "));
        }
        let source = policy::source(catalogue, reason);
        if !source.is_empty() {
            lines.extend(wrap(&source, WIDTH, "      ", "        "));
        }
    }
    lines
}

/// A line of the log, without its time.
pub(super) fn log_line(host: &str, program: &str, pid: u32, text: &str) -> String {
    format!(
        "    {} {}[{pid}]: {}",
        visible::text(host),
        visible::text(program),
        visible::text(text)
    )
}

/// What root typed on a host: edits, and the commands that bring them into force.
fn by_root(out: &mut impl Write, kind: &Kind) -> io::Result<()> {
    let prompt =
        |host: &str, command: &str| format!("{}# {}", visible::text(host), visible::text(command));
    match kind {
        Kind::ParameterSet {
            host,
            service,
            parameter,
            new,
            ..
        } => {
            let command = postconf(service.as_deref(), parameter, new.as_deref());
            writeln!(out, "\n{}", prompt(host, &command))
        }
        Kind::FileWritten {
            host,
            path,
            old,
            new,
        } => {
            let command = if new.is_some() { "editor" } else { "rm" };
            writeln!(out, "\n{}", prompt(host, &format!("{command} {path}")))?;
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            for (mark, line) in difference::lines(&text(old), &text(new), 0) {
                writeln!(out, "{} {}", mark.sign(), visible::text(&line))?;
            }
            Ok(())
        }
        Kind::CommandRun {
            host,
            command,
            lines,
        } => {
            writeln!(out, "{}", prompt(host, command))?;
            for line in lines {
                writeln!(out, "{}", visible::text(line))?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What was typed on a host or in a terminal, and what came of it there.
fn typed(kind: &Kind) -> Option<(Order, &[String])> {
    Some(match kind {
        Kind::Flushed { host } => (Order::Flush { host: host.clone() }, &[]),
        Kind::LookedUp { question, lines } => {
            let question = question.clone();
            (Order::LookUp { question }, lines)
        }
        Kind::QueueListed { host, lines } => (Order::ListQueue { host: host.clone() }, lines),
        _ => return None,
    })
}

/// Whether the event belongs to a goal's probe, which the student is not shown.
fn is_probe(kind: &Kind, projection: &Projection) -> bool {
    match kind {
        Kind::ConnectionFailed { purpose, .. } => matches!(purpose, Purpose::Probe { .. }),
        kind => kind
            .connection()
            .and_then(|connection| projection.connection(connection))
            .is_some_and(|connection| !connection.is_shown()),
    }
}

/// A line with its arrow, as swaks draws it, seen from the client: `->` and
/// `<-` in clear, `~>` and `<~` inside TLS, an asterisk for a refusal.
pub(super) fn arrowed(way: Way, protected: bool, line: &str) -> String {
    let refused = matches!(line.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', ..]);
    let from = match way {
        Way::Sent => End::Client,
        Way::Received => End::Server,
    };
    app::arrowed(from, protected, refused, line)
}

/// Whether a reply ends with this line (RFC 5321 §4.2.1).
fn is_last_line(line: &str) -> bool {
    !matches!(line.as_bytes(), [_, _, _, b'-', ..])
}

fn route(from: &Endpoint, to: &Endpoint) -> String {
    format!(
        "{} [{}] -> {} [{}]:{}",
        visible::text(&from.host),
        from.address,
        visible::text(&to.host),
        to.address,
        to.port
    )
}

/// The command of postconf(1) that makes the edit.
fn postconf(service: Option<&str>, parameter: &str, value: Option<&str>) -> String {
    match (service, value) {
        (None, Some(value)) => format!("postconf -e '{parameter} = {value}'"),
        (None, None) => format!("postconf -X {parameter}"),
        (Some(service), Some(value)) => {
            format!("postconf -P '{service}/inet/{parameter} = {value}'")
        }
        (Some(service), None) => format!("postconf -PX {service}/inet/{parameter}"),
    }
}
