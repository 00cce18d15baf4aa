//! What goes into a session and what comes out of it.

use std::net::IpAddr;
use std::time::Duration;

use crate::clock::Moment;
use crate::postfix::decision::Decision;

/// What is known of the client when it connects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// Its verified name: the PTR name that points back to the address.
    pub name: Option<String>,
    /// Its PTR name, verified or not.
    pub reverse_name: Option<String>,
}

/// Whether this service can do TLS at all.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TlsEngine {
    /// Certificate and key are in order.
    Ready,
    /// They are not; each string is a `warning:` line of the log, in order.
    Broken(Vec<String>),
}

/// What came out of a handshake, seen from the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsFacts {
    /// `TLSv1.3`.
    pub version: String,
    /// `TLS_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// Effective key bits of the cipher, such as 256.
    pub bits: u16,
    /// The rest of Postfix's log line: ` key-exchange X25519 server-signature ECDSA (P-256) …`.
    pub details: String,
}

/// What a session is told.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The client is there: greet it.
    Connected,
    /// Bytes came (decrypted, if TLS is on).
    Bytes(&'a [u8]),
    /// The handshake after [`Output::StartTls`] succeeded.
    TlsEstablished(TlsFacts),
    /// It failed, for this reason in the TLS library's words.
    TlsFailed(String),
    /// The client hung up.
    Hangup,
    /// Nothing came for [`Session::timeout`](super::Session).
    Timeout,
}

/// What a session wants done, in order.
#[derive(Clone, Debug)]
pub enum Output {
    /// A line was understood as one line of input (without its line end).
    Received(Vec<u8>),
    /// Write this line of a reply (without CRLF). The driver writes all lines
    /// of one call to `handle` at once.
    Reply(String),
    /// Write what was said so far, then do the server's side of a handshake.
    /// Nothing follows in the same batch.
    StartTls,
    /// Wait this long before what follows (`smtpd_error_sleep_time`).
    Pause(Duration),
    /// Hang up. Nothing follows but log lines.
    Close,
    /// The policy decided about a command.
    Decided(Decision),
    /// Dovecot judged an AUTH exchange.
    Authenticated {
        /// The mechanism.
        mechanism: String,
        /// The user name that was tried.
        user: Vec<u8>,
        /// Whether it was accepted.
        accepted: bool,
    },
    /// A message was accepted into the queue.
    Accepted(Box<Accepted>),
    /// A line for the mail log.
    Log(LogLine),
}

/// A message with its envelope, as `cleanup` receives it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Accepted {
    /// The queue id that the reply told the client.
    pub queue_id: String,
    /// Envelope sender, without brackets; empty for `<>`.
    pub sender: String,
    /// Envelope recipients, without brackets, each with what local rewriting
    /// made of it (`postmaster` → `postmaster@aula.example`).
    pub recipients: Vec<String>,
    /// The message: `Received:` header first, lines ended by CRLF, no dot-stuffing.
    pub message: Vec<u8>,
    /// Whether the client counts as local, so that missing headers are added
    /// (`local_header_rewrite_clients`).
    pub local_client: bool,
}

/// A line for the mail log, without time, host and process id.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogLine {
    /// The syslog tag: `postfix/submission/smtpd`.
    pub program: String,
    /// The text.
    pub text: String,
}

/// What a session needs from the host it runs on.
pub trait Services {
    /// The present moment.
    fn now(&self) -> Moment;
    /// A new queue id, unique on this host.
    fn new_queue_id(&mut self) -> String;
    /// Judges a user name and password, as the host's Dovecot would.
    fn authenticate(&mut self, user: &[u8], password: &[u8]) -> bool;
    /// Whether the host has an account of this name (its mailbox users).
    fn has_user(&self, name: &str) -> bool;
    /// Asks DNS.
    fn resolve(&self, name: &str, kind: RecordKind) -> DnsAnswer;
    /// The text of a lookup table's source file, or why it cannot be read.
    fn read_file(&self, path: &str) -> Result<String, String>;
}

/// A kind of DNS record.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RecordKind {
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Canonical name.
    Cname,
    /// Mail exchanger.
    Mx,
    /// Name server.
    Ns,
    /// Name of an address.
    Ptr,
    /// Text.
    Txt,
}

/// What DNS said. Values in master-file form: `10 mail.aula.example`, without
/// the final dot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DnsAnswer {
    /// These records.
    Found(Vec<String>),
    /// The name does not exist (NXDOMAIN).
    NoName,
    /// The name exists, but has no record of this kind.
    NoRecord,
    /// No answer (SERVFAIL, timeout).
    Failed,
}
