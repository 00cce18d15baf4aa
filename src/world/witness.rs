//! Watches a session of a lesson from the server's side and writes the journal.

use std::rc::Rc;

use super::delivery;
use super::host::Host;
use super::pen::ConnectionPen;
use super::server::Observer;
use crate::journal::event::{Bytes, Kind};
use crate::journal::{End, Way};
use crate::postfix::decision::Decision;
use crate::postfix::smtpd::{Accepted, LogLine, TlsFacts, Withheld};

/// A session's watcher.
pub(super) struct Witness {
    pen: ConnectionPen,
    host: Rc<Host>,
    pid: u32,
    /// The client speaks TLS to a session that does not.
    garbled: bool,
    /// Whether the postmaster hears of what goes wrong (`notify_classes`).
    notifies: bool,
}

impl Witness {
    /// The watcher of a new process of `host`.
    pub(super) fn new(pen: ConnectionPen, host: Rc<Host>) -> Self {
        let pid = host.new_pid();
        Self {
            pen,
            host,
            pid,
            garbled: false,
            notifies: true,
        }
    }

    /// The same for a call that only probes: the lesson looks whether a goal
    /// holds, and nothing of that may turn up in a mailbox.
    pub(super) fn of_probe(mut self) -> Self {
        self.notifies = false;
        self
    }

    /// What it writes with.
    pub(super) fn pen(&self) -> &ConnectionPen {
        &self.pen
    }
}

impl Observer for Witness {
    fn received(&mut self, line: &[u8], protected: bool) {
        if protected || !(self.garbled || line.starts_with(&HANDSHAKE_RECORD)) {
            self.pen.line(End::Server, Way::Received, protected, line);
        } else if !self.garbled {
            // A client's hello in clear: its length, random numbers and keys are
            // nobody's words, and differ in every replay. The wire has them all.
            self.garbled = true;
            let header = line.get(..HANDSHAKE_RECORD.len()).unwrap_or(line);
            self.pen.line(End::Server, Way::Received, protected, header);
        }
    }

    fn sent(&mut self, line: &str, protected: bool) {
        self.pen
            .line(End::Server, Way::Sent, protected, line.as_bytes());
    }

    fn decided(&mut self, decision: Decision) {
        self.pen.pen.write(Kind::Decided {
            connection: self.pen.connection,
            decision,
        });
    }

    fn withheld(&mut self, withheld: &Withheld) {
        if self.pen.pen.hears_connections()
            && let Some(decision) = withheld.decision()
        {
            self.decided(decision);
        }
    }

    fn authenticated(&mut self, mechanism: String, user: Vec<u8>, accepted: bool) {
        self.pen.pen.write(Kind::Authenticated {
            connection: self.pen.connection,
            mechanism,
            user: Bytes(user),
            accepted,
        });
    }

    fn accepted(&mut self, message: Accepted) {
        delivery::accept(
            &self.pen.pen,
            &self.host,
            message,
            Some(self.pen.connection),
        );
    }

    fn noticed(&mut self, notice: Accepted) {
        if self.notifies {
            delivery::post(&self.pen.pen, &self.host, notice);
        }
    }

    fn log(&mut self, line: LogLine) {
        // What came in is `cleanup`'s business, in a process of its own.
        let pid = if line.program.ends_with("/smtpd") {
            self.pid
        } else {
            self.host.pid(&line.program)
        };
        self.pen.pen.write(Kind::Log {
            host: self.host.name.clone(),
            connection: Some(self.pen.connection),
            program: line.program,
            pid,
            text: line.text,
        });
    }

    fn tls_established(&mut self, facts: &TlsFacts) {
        self.pen
            .tls_established(End::Server, (facts.version.clone(), facts.cipher.clone()));
    }

    fn tls_failed(&mut self, reason: &str) {
        self.pen.tls_failed(End::Server, reason.to_owned());
    }

    fn closed(&mut self) {
        self.pen.closed(End::Server);
    }

    fn died(&mut self) {
        let pid = self.pid;
        for text in [
            format!("warning: process /usr/lib/postfix/sbin/smtpd pid {pid} exit status 1"),
            "warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling".to_owned(),
        ] {
            let connection = Some(self.pen.connection);
            self.host
                .log(&self.pen.pen, connection, "postfix/master", text);
        }
    }
}

/// How a TLS record with a handshake message begins (RFC 8446 §5.1).
const HANDSHAKE_RECORD: [u8; 3] = [0x16, 0x03, 0x01];
