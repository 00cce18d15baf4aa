//! What goes into a session and what comes out of it.

use std::net::IpAddr;
use std::sync::MutexGuard;
use std::time::Duration;

use crate::clock::Moment;
use crate::postfix::decision::Decision;
use crate::postfix::notification::{Notify, Request};
use crate::sasl::dovecot;

use super::anvil::Anvil;
use super::withheld::Withheld;

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
    /// They are not; each string is a line of the log, in order.
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

/// Why a handshake failed, seen from the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TlsFailure {
    /// The client sent an alert of this number (RFC 8446 §6), such as 48: it
    /// does not know who signed the certificate.
    Alert(u8),
    /// The client hung up.
    HungUp,
    /// What the client sent is no TLS.
    NotTls,
    /// Something else, in the TLS library's words.
    Other(String),
    /// Nothing came for too long.
    TimedOut,
}

/// What a session is told.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The client is there: greet it. With `smtpd_tls_wrappermode` the first
    /// thing the session wants is [`Output::StartTls`]. Bytes that the client
    /// was too hasty to keep may be given before.
    Connected,
    /// Bytes came (decrypted, if TLS is on).
    Bytes(&'a [u8]),
    /// The handshake after [`Output::StartTls`] succeeded.
    TlsEstablished(TlsFacts),
    /// It failed.
    TlsFailed(TlsFailure),
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
    /// Nothing follows in the same batch. Bytes already received as plain text
    /// are gone (RFC 3207 §4.2).
    StartTls,
    /// Wait this long before what follows (`smtpd_error_sleep_time`).
    Pause(Duration),
    /// Hang up. Nothing follows but log lines.
    Close,
    /// The `smtpd` process died with the `fatal:` line just logged, and
    /// `master` says so in the log. Without [`Output::Close`] it died before it
    /// took the client, who stays connected and never hears anything.
    Died,
    /// It was decided about a command: by the policy, or, if it is turned down,
    /// by another rule.
    Decided(Decision),
    /// Keywords lacked in the reply to EHLO.
    Withheld(Withheld),
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
    /// A notice to the postmaster goes into the queue (`notify_classes`).
    Notice(Box<Accepted>),
    /// A line for the mail log.
    Log(LogLine),
}

/// A message with its envelope, as it goes into the queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Accepted {
    /// The queue id that the reply told the client.
    pub queue_id: String,
    /// Envelope sender, without brackets; empty for `<>`.
    pub sender: String,
    /// Envelope recipients, in the order in which they were accepted.
    pub recipients: Vec<Recipient>,
    /// The message: `Received:` header first, lines ended by CRLF, no dot-stuffing.
    pub message: Vec<u8>,
    /// Whether an access table put it into the hold queue (`HOLD`).
    pub hold: bool,
    /// What the sender wants of reports.
    pub request: Request,
}

/// A recipient of an accepted message.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Recipient {
    /// As the client gave it, without brackets: `postmaster`.
    pub original: String,
    /// What local rewriting made of it: `postmaster@aula.example`.
    pub address: String,
    /// What the sender wants to hear of it.
    pub notify: Notify,
    /// The address that the sender first gave, with its type (`ORCPT`):
    /// `rfc822;lista@aula.example`.
    pub first: Option<String>,
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
    /// The host's connection and rate counters. `None`: nothing is counted,
    /// and so nothing limited.
    fn anvil(&mut self) -> Option<MutexGuard<'_, Anvil>> {
        None
    }
    /// The SASL mechanisms that Dovecot offers on the socket `path`, an absolute
    /// one of the host's disk ([`Service::path`](crate::postfix::configuration::Service::path)
    /// of `smtpd_sasl_path`), or why there is no talking to it, such as
    /// `No such file or directory`.
    fn sasl_mechanisms(&self, path: &str) -> Result<Vec<String>, String> {
        match path {
            dovecot::SOCKET_PATH => Ok(vec!["PLAIN".to_owned(), "LOGIN".to_owned()]),
            _ => Err("No such file or directory".to_owned()),
        }
    }
    /// Judges the answer to a CRAM-MD5 challenge (RFC 2195), as the host's
    /// Dovecot would; `digest` is in hexadecimal. Without the mechanism in
    /// [`Self::sasl_mechanisms`] it is never asked.
    fn authenticate_cram_md5(&mut self, _user: &[u8], _challenge: &[u8], _digest: &[u8]) -> bool {
        false
    }
    /// How long the host's Dovecot takes over a failed login before it says so
    /// (`auth_failure_delay`).
    fn failure_delay(&self) -> Duration {
        Duration::ZERO
    }
    /// Bytes left on the disk that holds the queue.
    fn free_space(&self) -> u64 {
        16 << 30
    }
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

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::A,
        Self::Aaaa,
        Self::Cname,
        Self::Mx,
        Self::Ns,
        Self::Ptr,
        Self::Txt,
    ];

    /// Its name in a master file (RFC 1035 §3.2.2, RFC 3596 §2.1): `MX`.
    pub fn word(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Txt => "TXT",
        }
    }
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
