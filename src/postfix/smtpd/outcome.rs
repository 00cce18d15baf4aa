//! What commands and greetings lead to.

use crate::smtp::Reply;

use super::auth::Exchange;
use super::bdat::Chunk;
use super::data::Reception;

/// What a command leads to.
#[derive(Debug)]
pub(super) enum Next {
    /// It went well.
    Done,
    /// It did not.
    Failed,
    /// The client must answer a SASL challenge.
    Exchange(Exchange),
    /// The message follows.
    Content(Reception),
    /// A chunk of the message follows.
    Chunk(Chunk),
    /// The handshake follows.
    Handshake,
    /// The client is to be greeted anew (XCLIENT).
    Greet,
    /// The client is leaving.
    Leave,
}

/// What a command leads to, or the reply that refuses it.
pub(super) type Answer = Result<Next, Reply>;

/// A reply that refuses a command.
pub(super) fn refuse(code: u16, enhanced: &str, text: impl Into<String>) -> Answer {
    let enhanced = (!enhanced.is_empty()).then_some(enhanced);
    Err(Reply::new(code, enhanced, text))
}

/// What a greeting leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Greeted {
    /// The conversation goes on.
    Welcome,
    /// The server hangs up.
    Refused,
    /// The process died before it took the client.
    Never,
    /// TLS comes first.
    AfterHandshake,
    /// The process died, and the connection with it.
    Died,
}
