//! What commands and greetings lead to.

use crate::postfix::reason::Rule;
use crate::smtp::Reply;

use super::auth::Exchange;
use super::bdat::Chunk;
use super::data::Reception;
use super::notice::ErrorClass;

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

/// What a command leads to, or the refusal.
pub(super) type Answer = Result<Next, Refusal>;

/// A refusal that no restriction list made: the reply, and the rule behind it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reply: Reply,
    pub(super) rule: Rule,
    /// What the rule was about ([`Reason::found`](crate::postfix::reason::Reason::found)).
    pub(super) found: String,
    /// What is wrong, for the postmaster.
    pub(super) class: Option<ErrorClass>,
}

impl Refusal {
    /// For what is wrong by the protocol.
    pub(super) fn new(rule: Rule, code: u16, enhanced: &str, text: impl Into<String>) -> Self {
        let enhanced = (!enhanced.is_empty()).then_some(enhanced);
        Self {
            reply: Reply::new(code, enhanced, text),
            rule,
            found: String::new(),
            class: Some(ErrorClass::Protocol),
        }
    }

    /// The same, for something else that is wrong.
    pub(super) fn of(self, class: impl Into<Option<ErrorClass>>) -> Self {
        Self {
            class: class.into(),
            ..self
        }
    }

    /// The same, with what was found.
    pub(super) fn about(self, found: &(impl ToString + ?Sized)) -> Self {
        Self {
            found: found.to_string(),
            ..self
        }
    }
}

/// Refuses a command for what is wrong by the protocol.
pub(super) fn refuse(rule: Rule, code: u16, enhanced: &str, text: impl Into<String>) -> Answer {
    Err(Refusal::new(rule, code, enhanced, text))
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
