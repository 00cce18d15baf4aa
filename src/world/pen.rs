//! What the world writes its journal with. It also moves the simulated clock:
//! every line takes a moment to travel, so that the log's times look like a
//! log's, and are the same in every replay.

use std::time::Duration;

use crate::clock::{Clock, Moment};
use crate::journal::event::{Endpoint, Kind, Purpose};
use crate::journal::{ConnectionId, End, Journal, Way};
use crate::postfix::printable::{cut_for_log, printable};

/// The writer of the journal.
#[derive(Clone, Debug)]
pub(super) struct Pen {
    journal: Journal,
    clock: Clock,
    detail: Detail,
}

/// How much of what happens is written down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Detail {
    /// All of it.
    Everything,
    /// What hosts write and do, and nothing of what is said on connections: for
    /// what happens a thousand times alike.
    Hosts,
    /// The lines of the log alone: for a server that nobody looks into.
    Log,
}

impl Pen {
    /// A pen for `journal`, whose events `clock` stamps.
    pub(super) fn new(journal: Journal, clock: Clock) -> Self {
        Self {
            journal,
            clock,
            detail: Detail::Everything,
        }
    }

    /// A pen that leaves out what is said on connections, and writes only what
    /// the hosts write about it: for what happens a thousand times alike.
    pub(super) fn terse(&self) -> Self {
        Self {
            detail: Detail::Hosts,
            ..self.clone()
        }
    }

    /// A pen that writes the lines of the log, and nothing else.
    pub(super) fn logging(self) -> Self {
        Self {
            detail: Detail::Log,
            ..self
        }
    }

    /// Writes an event. Log lines come out as the logging of every daemon
    /// writes them (`msg_vprintf`): with nothing unprintable, and not too long.
    pub(super) fn write(&self, mut kind: Kind) {
        if let Kind::Log { text, .. } = &mut kind {
            if text.bytes().any(|byte| byte.is_ascii_control()) {
                *text = printable(text);
            }
            cut_for_log(text);
        }
        self.clock.advance(duration(&kind));
        let kind = match self.detail {
            Detail::Everything => Some(kind),
            Detail::Hosts => tersely(kind),
            Detail::Log => matches!(kind, Kind::Log { .. }).then_some(kind),
        };
        if let Some(kind) = kind {
            self.journal.append(kind);
        }
    }

    /// Whether what is said on connections is written down.
    pub(super) fn hears_connections(&self) -> bool {
        self.detail == Detail::Everything
    }

    /// Whether what hosts do is written down, beside what they log.
    pub(super) fn writes_deeds(&self) -> bool {
        self.detail != Detail::Log
    }

    /// Lets time pass.
    pub(super) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// The present moment.
    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The clock.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The journal.
    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }
}

/// The event without the connection that it came about on; `None` if nothing
/// is left without it.
fn tersely(mut kind: Kind) -> Option<Kind> {
    if let Kind::Queued { connection, .. } | Kind::Log { connection, .. } = &mut kind {
        *connection = None;
    }
    kind.connection().is_none().then_some(kind)
}

/// How long what happened took.
fn duration(kind: &Kind) -> Duration {
    match kind {
        Kind::Line {
            way: Way::Received, ..
        } => TRAVEL,
        Kind::TlsEstablished { .. } => Duration::from_millis(15),
        Kind::Stored { .. } => Duration::from_millis(5),
        Kind::Wire { .. } | Kind::CommandRun { .. } => Duration::ZERO,
        _ => MOMENT,
    }
}

/// How long a line is under way.
const TRAVEL: Duration = Duration::from_millis(8);

/// How long anything takes that takes hardly any time.
const MOMENT: Duration = Duration::from_micros(250);

/// A connection, as both of its ends and the eavesdropper write about it.
#[derive(Clone, Debug)]
pub(super) struct ConnectionPen {
    /// The pen.
    pub(super) pen: Pen,
    /// The connection's number.
    pub(super) connection: ConnectionId,
    /// Whether one end has closed it already.
    closed: std::rc::Rc<std::cell::Cell<bool>>,
}

impl ConnectionPen {
    /// Writes that a connection was made.
    pub(super) fn open(
        pen: Pen,
        connection: ConnectionId,
        from: Endpoint,
        to: Endpoint,
        service: String,
        purpose: Purpose,
    ) -> Self {
        pen.write(Kind::Connected {
            connection,
            from,
            to,
            service,
            purpose,
        });
        Self {
            pen,
            connection,
            closed: std::rc::Rc::default(),
        }
    }

    /// Writes a line that one end said or heard.
    pub(super) fn line(&self, end: End, way: Way, protected: bool, line: &[u8]) {
        if !self.pen.hears_connections() {
            // The time passes all the same; the copy is spared.
            return self.pen.pass(match way {
                Way::Received => TRAVEL,
                Way::Sent => MOMENT,
            });
        }
        self.pen.write(Kind::Line {
            connection: self.connection,
            end,
            way,
            protected,
            line: crate::journal::event::Bytes(line.to_vec()),
        });
    }

    /// Writes what an eavesdropper sees.
    pub(super) fn wire(&self, from: End, bytes: &[u8]) {
        if !self.pen.hears_connections() {
            return;
        }
        self.pen.write(Kind::Wire {
            connection: self.connection,
            from,
            bytes: crate::journal::event::WireBytes(bytes.to_vec()),
        });
    }

    /// Writes that an end's handshake succeeded.
    pub(super) fn tls_established(&self, end: End, (version, cipher): (String, String)) {
        self.pen.write(Kind::TlsEstablished {
            connection: self.connection,
            end,
            version,
            cipher,
        });
    }

    /// Writes that an end's handshake failed.
    pub(super) fn tls_failed(&self, end: End, reason: String) {
        self.pen.write(Kind::TlsFailed {
            connection: self.connection,
            end,
            reason,
        });
    }

    /// Writes that an end closed the connection, unless the other was first.
    pub(super) fn closed(&self, by: End) {
        if !self.closed.replace(true) {
            self.pen.write(Kind::Closed {
                connection: self.connection,
                by,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    #[test]
    fn a_log_line_is_one_line_and_printable() {
        let clock = Clock::simulated(Moment::LESSON_START);
        let pen = Pen::new(Journal::new(clock.clone()), clock);
        let mut cursor = pen.journal().cursor(0);
        pen.write(Kind::Log {
            host: "mail.aula.example".to_owned(),
            connection: None,
            program: "postfix/smtpd".to_owned(),
            pid: 1,
            text: "to=<a\nb\u{1b}[2J> señal".to_owned(),
        });
        let written = cursor.read();
        assert!(
            matches!(&written[0].kind, Kind::Log { text, .. } if text == "to=<a?b?[2J> señal"),
            "{written:?}"
        );
    }
}
