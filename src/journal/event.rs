//! The one vocabulary of everything that happens: in the world, on the wires,
//! and in the lesson. The screen, the plain mode, `--json`, the goals and the
//! exports know nothing else.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize, Serializer};

use super::observed::Observed;
use crate::clock::Moment;
use crate::postfix::decision::Decision;

/// OpenSSL's words for a peer that hangs up in the middle of a handshake.
pub const HANDSHAKE_CUT: &str = "unexpected eof while reading";

/// An event's place in the journal, counted from 0.
pub type Position = usize;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Its place in the journal.
    pub position: Position,
    /// When it happened, on the world's clock.
    pub at: Moment,
    /// What happened.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Kind {
    // ---- the lesson -------------------------------------------------------
    /// A step began: the world was made anew as the step wants it.
    StepBegan {
        /// Index of the step in the lesson, from 0.
        step: usize,
        /// Its id.
        id: String,
    },
    /// A goal was looked at.
    GoalChecked {
        /// Index of the step.
        step: usize,
        /// Index of the goal within the step.
        goal: usize,
        /// Whether it holds now.
        holds: bool,
        /// What was observed.
        observed: Observed,
    },
    /// An order could not be carried out.
    OrderFailed {
        /// What stood in the way.
        problem: Problem,
    },
    /// Order number `order` is done and the world is at rest.
    Settled {
        /// The number of the order, as given when it was sent.
        order: u64,
    },

    // ---- configuration ----------------------------------------------------
    /// A host read its configuration (at its start, or by a reload).
    Configured {
        /// The host.
        host: String,
        /// Its whole main.cf.
        main_cf: String,
        /// Its whole master.cf.
        master_cf: String,
        /// Its other files that an administrator writes, by absolute path:
        /// lookup tables, Dovecot's configuration, a user's `.forward`.
        files: BTreeMap<String, String>,
    },
    /// A parameter was edited; the reload follows at once.
    ParameterSet {
        /// The host.
        host: String,
        /// The master.cf service whose `-o` was edited; `None`: main.cf.
        service: Option<String>,
        /// The parameter.
        parameter: String,
        /// Its value before; `None`: it was not there.
        old: Option<String>,
        /// Its value now; `None`: it was removed.
        new: Option<String>,
    },
    /// A file of a host was written, or removed. The commands that bring it into
    /// force follow at once.
    FileWritten {
        /// The host.
        host: String,
        /// The file's absolute path.
        path: String,
        /// Its text before; `None`: it was not there.
        old: Option<String>,
        /// Its text now; `None`: it was removed.
        new: Option<String>,
    },
    /// Root typed a command on a host.
    CommandRun {
        /// The host.
        host: String,
        /// The command.
        command: String,
        /// What it printed, line by line.
        lines: Vec<String>,
    },
    /// Whether a stranger can use the host as a relay, judged by its policy as
    /// it stands after a (re)load.
    RelayAssessed {
        /// The host.
        host: String,
        /// `true`: an open relay.
        open: bool,
    },

    // ---- programs outside the world ---------------------------------------
    /// A service of the host under study can be reached from outside.
    Listening {
        /// `smtp`, `submission` or `submissions`.
        service: String,
        /// Where, on this machine.
        address: SocketAddr,
    },
    /// Whom callers from outside count as from now on.
    OutsiderCountsAs {
        /// A client of the lesson; `None`: what they are.
        client: Option<String>,
    },

    // ---- somebody in the middle -------------------------------------------
    /// Whoever listens to the wire between two machines began to tamper with
    /// it, or stopped. It concerns connections made from now on.
    AttackerTurned {
        /// Who calls.
        from: String,
        /// Who is called.
        to: String,
        /// What is done to the wire; `None`: nothing any more.
        attack: Option<Attack>,
    },
    /// What crosses a wire was tampered with.
    Tampered {
        /// The connection.
        connection: ConnectionId,
        /// How.
        tampering: Tampering,
    },

    // ---- connections ------------------------------------------------------
    /// A connection was made.
    Connected {
        /// Its number.
        connection: ConnectionId,
        /// The client.
        from: Endpoint,
        /// The server.
        to: Endpoint,
        /// Name of the server's service in master.cf: `smtp`, `submission`, `submissions`.
        service: String,
        /// Why it was made.
        purpose: Purpose,
    },
    /// A connection could not be made.
    ConnectionFailed {
        /// The client.
        from: Endpoint,
        /// Where it knocked.
        to: Endpoint,
        /// Why it was tried.
        purpose: Purpose,
        /// What the caller learnt.
        how: NoConnection,
    },
    /// One end sent or received a line (without its line end), as that end saw it.
    Line {
        /// The connection.
        connection: ConnectionId,
        /// Whose eyes.
        end: End,
        /// Whether that end sent it or received it.
        way: Way,
        /// Whether it travelled inside TLS.
        protected: bool,
        /// The line.
        line: Bytes,
    },
    /// Bytes crossed the wire, as an eavesdropper sees them: below TLS.
    Wire {
        /// The connection.
        connection: ConnectionId,
        /// Who sent them.
        from: End,
        /// The bytes.
        bytes: WireBytes,
    },
    /// The server showed its certificate and the client looked at it.
    Certificate {
        /// The connection.
        connection: ConnectionId,
        /// The certificates as sent, the server's own first.
        chain: Vec<CertificateFacts>,
        /// What the client made of them.
        verification: Verification,
    },
    /// One end finished the TLS handshake.
    TlsEstablished {
        /// The connection.
        connection: ConnectionId,
        /// Which end.
        end: End,
        /// `TLSv1.3` or `TLSv1.2`.
        version: String,
        /// The cipher suite, in OpenSSL's spelling.
        cipher: String,
    },
    /// One end gave the TLS handshake up.
    TlsFailed {
        /// The connection.
        connection: ConnectionId,
        /// Which end.
        end: End,
        /// Why, in OpenSSL's words: `wrong version number`, [`HANDSHAKE_CUT`], ….
        reason: String,
    },
    /// The server's Dovecot judged an AUTH exchange.
    Authenticated {
        /// The connection.
        connection: ConnectionId,
        /// `PLAIN`, `LOGIN`, ….
        mechanism: String,
        /// The user name that was tried.
        user: Bytes,
        /// Whether it was accepted.
        accepted: bool,
    },
    /// The server's policy decided about a command.
    Decided {
        /// The connection.
        connection: ConnectionId,
        /// The decision with its trace.
        decision: Decision,
    },
    /// One end closed (or lost) the connection.
    Closed {
        /// The connection.
        connection: ConnectionId,
        /// Who closed first.
        by: End,
    },
    /// The client waits and the server says nothing: both wait for the other
    /// (a mode and a port crossed, for instance).
    Stalled {
        /// The connection.
        connection: ConnectionId,
    },

    // ---- the mail's own way ----------------------------------------------
    /// A host took responsibility for a message.
    Queued {
        /// The host.
        host: String,
        /// Its queue id.
        queue_id: String,
        /// The connection by which it came; `None`: made by the host itself.
        connection: Option<ConnectionId>,
        /// Envelope sender; empty for `<>`.
        sender: String,
        /// Envelope recipients.
        recipients: Vec<String>,
        /// Size in bytes, with the `Received:` header.
        size: usize,
    },
    /// A delivery attempt for one recipient ended.
    Delivery {
        /// The host that tried.
        host: String,
        /// Its queue id.
        queue_id: String,
        /// The recipient.
        recipient: String,
        /// How it ended.
        status: DeliveryStatus,
        /// Where it went: `mx.remoto.example[198.51.100.25]:25`, `local`.
        relay: String,
        /// The enhanced status code, such as `2.0.0`.
        dsn: String,
        /// The words in parentheses of the log line.
        reason: String,
    },
    /// A message was put into a mailbox.
    Stored {
        /// The host.
        host: String,
        /// The mailbox: a user of the host.
        mailbox: String,
        /// The recipient address it came for.
        recipient: String,
        /// The message as stored.
        message: Bytes,
    },
    /// A message left the queue.
    Dequeued {
        /// The host.
        host: String,
        /// Its queue id.
        queue_id: String,
    },
    /// Time begins to pass while nobody does anything.
    Waiting {
        /// How long it will, in seconds.
        seconds: u32,
    },
    /// A host was told to try everything again that waits (`postqueue -f`).
    Flushed {
        /// The host.
        host: String,
    },
    /// A run's mail begins to be sent over and over.
    Repeating {
        /// Index of the run within the step.
        run: usize,
        /// The host that it is sent to.
        to: String,
        /// How often it will be sent.
        times: u32,
    },
    /// A run's mail was sent over and over, each time in a connection of its
    /// own of which only the hosts' side is written down.
    Repeated {
        /// Index of the run within the step.
        run: usize,
        /// How often it was sent.
        sent: u32,
        /// How often it was accepted.
        accepted: u32,
    },
    /// A block list put an address on its list.
    Listed {
        /// The list's zone.
        list: String,
        /// The address.
        address: IpAddr,
        /// The spam trap in which its mail was found.
        trap: String,
    },
    /// A block list answered whoever asked to be taken off it.
    DelistingAnswered {
        /// The list's zone.
        list: String,
        /// The host that it was about.
        host: String,
        /// Whether it was taken off.
        removed: bool,
        /// What the host said when the list tried whether it still relays.
        reply: String,
    },
    /// What DNS answered to somebody who looked.
    LookedUp {
        /// The question, as typed after `dig`.
        question: String,
        /// What dig prints.
        lines: Vec<String>,
    },
    /// What `mailq` shows of a host's queue.
    QueueListed {
        /// The host.
        host: String,
        /// Its lines.
        lines: Vec<String>,
    },
    /// A line of a host's mail log.
    Log {
        /// The host.
        host: String,
        /// The connection it speaks of, if one.
        connection: Option<ConnectionId>,
        /// The syslog tag: `postfix/submission/smtpd`.
        program: String,
        /// The process id in brackets.
        pid: u32,
        /// The text after the tag.
        text: String,
    },
}

/// What an attacker in the middle of a wire does to the connections on it (RFC 3207 §6).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Attack {
    /// Takes `250-STARTTLS` out of what the server offers.
    StripStarttls,
    /// Answers STARTTLS with an error in the server's place.
    RefuseStarttls,
    /// Puts a command in clear behind STARTTLS, for the server to take it for
    /// something that was said inside TLS (CVE-2011-0411).
    InjectCommand,
    /// Shows the client a certificate of its own and speaks TLS with both ends.
    FalseCertificate,
}

impl Attack {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 4] = [
        Self::StripStarttls,
        Self::RefuseStarttls,
        Self::InjectCommand,
        Self::FalseCertificate,
    ];
}

/// One thing that an attacker did.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "did")]
pub enum Tampering {
    /// A line of the server's never reached the client.
    Removed {
        /// The line.
        line: Bytes,
    },
    /// A command never reached the server: the attacker answered it.
    Answered {
        /// The command.
        command: Bytes,
        /// The answer.
        reply: Bytes,
    },
    /// The server heard a line that the client never said.
    Injected {
        /// The line.
        line: Bytes,
    },
    /// The client was shown this certificate in place of the server's.
    Impersonated {
        /// The certificate.
        certificate: CertificateFacts,
    },
    /// A line was read that both ends believe protected.
    Read {
        /// Who said it.
        from: End,
        /// The line.
        line: Bytes,
    },
}

/// Number of a connection, counted from 1 through the whole journal.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ConnectionId(pub u32);

/// One end of a connection.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Who connected.
    Client,
    /// Who listens.
    Server,
}

/// Whether a line went out or came in, seen from an end.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It came in.
    Received,
    /// It went out.
    Sent,
}

/// Why a connection could not be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoConnection {
    /// The machine is there, and nobody listens on that port.
    Refused,
    /// Nothing came back.
    TimedOut,
}

impl NoConnection {
    /// In the C library's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Refused => "Connection refused",
            Self::TimedOut => "Connection timed out",
        }
    }
}

/// A host, with the address and port used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Endpoint {
    /// The host's name in the lesson: `spammer`, `mail.aula.example`.
    pub host: String,
    /// The address.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
}

/// Why a connection exists.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "for")]
pub enum Purpose {
    /// The student runs a dialogue of the step.
    Dialogue {
        /// Index of the run within the step.
        run: usize,
    },
    /// A goal is being probed; no part of what the student is shown as theirs.
    Probe {
        /// Index of the goal within the step.
        goal: usize,
    },
    /// A mail server passes a queued message on.
    Delivery {
        /// The queue id at the sending host.
        queue_id: String,
    },
    /// The same mail again, one of many; what is said is not written down.
    Repetition {
        /// Index of the run within the step.
        run: usize,
    },
    /// A block list tries whether a host still relays for strangers.
    RelayTest,
    /// A program outside the world calls, over a real socket.
    Outside,
    /// The student types what the client says.
    ByHand,
}

/// How a delivery attempt ended, as in the log's `status=`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryStatus {
    /// Delivered.
    Sent,
    /// To be tried again.
    Deferred,
    /// Returned to the sender.
    Bounced,
}

/// What a certificate says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct CertificateFacts {
    /// Subject, as `CN=…`.
    pub subject: String,
    /// Issuer, as `CN=…`.
    pub issuer: String,
    /// DNS names and addresses in the subject alternative name.
    pub names: Vec<String>,
    /// First moment of validity.
    pub not_before: Moment,
    /// Last moment of validity.
    pub not_after: Moment,
    /// Whether it signs itself.
    pub self_signed: bool,
}

/// What a client concluded from the certificate, in OpenSSL's terms.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Verification {
    /// The number that `openssl s_client` prints as *Verify return code*: 0, 10, 18, 20, 62, ….
    pub code: u8,
    /// OpenSSL's words for it: `ok`, `self-signed certificate`, ….
    pub words: &'static str,
    /// The name that the client expected.
    pub name: String,
    /// Whether the client insists (and hangs up when `code` is not 0) or only takes note.
    pub required: bool,
}

/// Why an order failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "problem")]
pub enum Problem {
    /// There is no dialogue open to go on with.
    NoDialogue,
    /// Postfix would not start with that, and says why.
    Refused {
        /// Postfix's own words.
        words: String,
    },
    /// The host is somebody else's: the student can't edit it.
    NotOurs {
        /// The host.
        host: String,
    },
    /// The host, service or parameter is not in this world.
    Unknown {
        /// What was asked for.
        what: String,
    },
}

/// Bytes received from somebody: never to be shown raw. They serialise as
/// text in which everything but printable characters is written `\xHH`.
#[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Bytes(pub Vec<u8>);

/// Bytes of a wire: they serialise as hexadecimal.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct WireBytes(pub Vec<u8>);

impl Bytes {
    /// The bytes as text that is safe to show; see [`crate::text::visible`].
    pub fn visible(&self) -> String {
        crate::text::visible::bytes(&self.0)
    }

    /// The first line of a header field, if these bytes are a message that has
    /// it (RFC 5322 §2.2); safe to show.
    pub fn header(&self, name: &str) -> Option<String> {
        let value = self
            .0
            .split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .take_while(|line| !line.is_empty())
            .find_map(|line| {
                let (found, rest) = line.split_at_checked(name.len())?;
                let value = rest.strip_prefix(b":")?;
                found.eq_ignore_ascii_case(name.as_bytes()).then_some(value)
            })?;
        Some(crate::text::visible::bytes(value.trim_ascii()))
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.visible())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.visible())
    }
}

impl fmt::Debug for WireBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for WireBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use fmt::Write;
        let mut hexadecimal = String::with_capacity(self.0.len() * 2);
        for byte in &self.0 {
            // Writing into a String cannot fail.
            let _ = write!(hexadecimal, "{byte:02x}");
        }
        serializer.serialize_str(&hexadecimal)
    }
}

impl Kind {
    /// The connection this event belongs to, if it belongs to one.
    pub fn connection(&self) -> Option<ConnectionId> {
        match self {
            Self::Connected { connection, .. }
            | Self::Line { connection, .. }
            | Self::Wire { connection, .. }
            | Self::Certificate { connection, .. }
            | Self::TlsEstablished { connection, .. }
            | Self::TlsFailed { connection, .. }
            | Self::Authenticated { connection, .. }
            | Self::Decided { connection, .. }
            | Self::Closed { connection, .. }
            | Self::Tampered { connection, .. }
            | Self::Stalled { connection } => Some(*connection),
            Self::Queued { connection, .. } | Self::Log { connection, .. } => *connection,
            _ => None,
        }
    }
}

impl End {
    /// The other end.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_up_to_the_blank_line_and_made_visible() {
        let message = Bytes::from("From: a@b\r\nSUBJECT:  hola \u{1b}[2J\r\n\r\nSubject: no\r\n");
        assert_eq!(message.header("Subject").as_deref(), Some(r"hola \x1B[2J"));
        assert_eq!(message.header("To"), None);
    }
}
