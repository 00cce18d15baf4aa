//! What `cleanup` looks at before it takes a message: how many servers it came
//! through, and what its headers and its body say (`header_checks`, `body_checks`).

use super::conversation::Conversation;
use super::interface::{LogLine, Output, Services};

/// What came out of it.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The message may go in; `None`: it is to be thrown away without a word.
    Taken {
        message: Option<Vec<u8>>,
        hold: bool,
    },
    /// It may not: code, enhanced code, text.
    Refused(u16, String, String),
}

/// Looks at the message.
pub(super) fn check(
    conversation: &mut Conversation,
    message: Vec<u8>,
    _services: &mut dyn Services,
) -> Outcome {
    let limit = conversation.service.number("hopcount_limit");
    if i64::try_from(hops(&message)).unwrap_or(i64::MAX) >= limit {
        let text = format!(
            "warning: {}: message rejected: hopcount exceeded",
            conversation.queue_id()
        );
        log(conversation, text);
        return Outcome::Refused(554, "5.4.0".to_owned(), "Error: too many hops".to_owned());
    }
    Outcome::Taken {
        message: Some(message),
        hold: false,
    }
}

/// How many `Received:` headers there are.
fn hops(message: &[u8]) -> usize {
    message
        .split(|&byte| byte == b'\n')
        .take_while(|line| !matches!(line, [] | [b'\r']))
        .filter(|line| {
            line.split_at_checked(9)
                .is_some_and(|(name, _)| name.eq_ignore_ascii_case(b"received:"))
        })
        .count()
}

/// Writes a line of `cleanup`'s log.
fn log(conversation: &mut Conversation, text: String) {
    conversation.outputs.push(Output::Log(LogLine {
        program: "postfix/cleanup".to_owned(),
        text,
    }));
}

/// Whether the client counts as local, so that missing headers are added
/// (`local_header_rewrite_clients`).
pub(super) fn is_local(conversation: &Conversation, _services: &dyn Services) -> bool {
    conversation.client.address.is_loopback()
}
