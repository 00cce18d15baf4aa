//! The wire, pure: addresses, lines, replies, message data and the client's
//! dialogue. Bytes go in, values come out; nothing here does I/O or knows a
//! policy, a lesson or a language (RFC 5321).

pub mod address;
pub mod dialogue;
pub mod lines;
pub mod proxy;
pub mod reply;

pub use lines::{Line, LineEnd, LineReader, Overlong};
pub use reply::{Reply, ReplyError, ReplyReader};
