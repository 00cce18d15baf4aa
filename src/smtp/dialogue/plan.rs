//! What a client wants of a connection.

/// What a client wants of a connection.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The name it gives with EHLO.
    pub helo: String,
    /// How it wants the connection protected.
    pub protection: Protection,
    /// Who it says it is.
    pub login: Option<Login>,
    /// What it wants to send; without it, it only introduces itself.
    pub mail: Option<Mail>,
    /// Whether it sends MAIL, RCPT and DATA without waiting for the answers
    /// in between, if the server lists PIPELINING (RFC 2920).
    pub pipelining: bool,
}

/// How a client wants its connection protected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protection {
    /// Not at all.
    Clear,
    /// By STARTTLS, sent whether the server lists it or not.
    Demanded,
    /// By TLS from the first byte.
    Implicit,
    /// By STARTTLS if the server lists it and agrees; else in clear.
    Opportunistic,
    /// By STARTTLS; without it, or if it is refused, nothing is sent.
    Required,
}

/// A user's claim.
#[derive(Clone, Debug)]
pub struct Login {
    /// How it is put.
    pub mechanism: Mechanism,
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
    /// Whether AUTH is sent even if the server does not list it.
    pub insist: bool,
}

/// A SASL mechanism that the client speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mechanism {
    /// draft-murchison-sasl-login.
    Login,
    /// RFC 4616.
    Plain,
}

/// A message with its envelope.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Envelope sender; empty for `<>`.
    pub sender: String,
    /// Envelope recipients.
    pub recipients: Vec<String>,
    /// The message, its lines ended by CRLF. Without it the client stops
    /// before DATA: it only asks what it would be told.
    pub content: Option<Vec<u8>>,
    /// What the sender wants of reports: parameters of MAIL for a server that
    /// lists DSN (RFC 3461), such as `RET=HDRS`.
    pub request: String,
    /// The same for RCPT, for each recipient: `NOTIFY=NEVER`.
    pub wishes: Vec<String>,
    /// The size to declare where the server lists SIZE (RFC 1870), in bytes.
    pub size: Option<usize>,
}

impl Mechanism {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "LOGIN",
            Self::Plain => "PLAIN",
        }
    }
}
