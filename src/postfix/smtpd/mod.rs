//! The `smtpd` session: a state machine that consumes input and returns
//! outputs. It awaits nothing; [`crate::world`] drives it over any stream.
//!
//! ```text
//!              Connected            STARTTLS
//!   Waiting ────────────▶ Command ───────────▶ Handshake
//!                          │ ▲ │ ▲                 │
//!                     AUTH ▼ │ ▼ │ DATA, BDAT ◀────┘
//!                     Exchange   Content, Chunk            ──▶ Over
//! ```
//!
//! The order of checks, the replies and the log lines are those of Postfix
//! 3.7's `smtpd(8)` and, for what becomes of the message, `cleanup(8)`.

pub mod anvil;
mod auth;
mod bdat;
mod checks;
mod client;
mod command;
mod content;
mod conversation;
mod data;
mod ehlo;
mod envelope;
mod etrn;
mod filter;
mod footer;
mod greeting;
mod interface;
mod lists;
mod mail;
mod newline;
mod notice;
mod outcome;
mod protocols;
mod rcpt;
mod received;
mod session;
mod starttls;
mod tls;
mod vrfy;
mod withheld;
mod xclient;

pub use interface::{
    Accepted, DnsAnswer, Identity, Input, LogLine, Output, Recipient, RecordKind, Services,
    TlsEngine, TlsFacts, TlsFailure,
};
pub use protocols::TlsProtocols;
pub use session::Session;
pub use withheld::Withheld;
