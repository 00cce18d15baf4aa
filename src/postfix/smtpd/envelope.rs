//! What MAIL, RCPT and VRFY have in common: the address in their argument, and
//! the encoding of their parameters.

use crate::postfix::rewrite;
use crate::smtp::address;

use super::command::{Verb, Word};
use super::conversation::{Conversation, printable};
use super::interface::Services;

/// What an address is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    Recipient,
    Sender,
}

/// The address in `argument`, unquoted. `None`: there is none that Postfix
/// could use; the log says why.
pub(super) fn address(
    conversation: &mut Conversation,
    verb: Verb,
    argument: &Word,
    role: Role,
    services: &mut dyn Services,
) -> Option<String> {
    if argument.unclosed {
        return None;
    }
    // VRFY is always read leniently.
    let strict = verb != Verb::Vrfy && conversation.service.boolean("strict_rfc821_envelopes");
    let extracted = address::extract(&argument.text);
    let bracketed = argument.text.starts_with('<');
    let wrong = extracted.addresses > 1
        || (strict && (extracted.rubble || !bracketed || extracted.internal.starts_with('@')))
        || (extracted.internal.is_empty() && role == Role::Recipient)
        || !is_usable(conversation, &extracted.internal, services);
    if wrong {
        if let Some(fault) = rewrite::literal_fault(&extracted.internal) {
            conversation.log_of("trivial-rewrite", format!("warning: {fault}"));
        }
        conversation.warn(format!(
            "Illegal address syntax from {} in {} command: {}",
            conversation.client_name(),
            verb.name(),
            printable(&argument.text)
        ));
        return None;
    }
    Some(extracted.internal)
}

/// Whether Postfix could deliver to this address at all, whoever asks.
fn is_usable(conversation: &Conversation, address: &str, services: &dyn Services) -> bool {
    address.is_empty() || rewrite::is_valid(&conversation.service, address, services)
}

/// What local rewriting makes of an address.
pub(super) fn rewritten(conversation: &Conversation, address: &str) -> String {
    rewrite::rewrite(&conversation.service, address)
}

/// Decodes xtext (RFC 3461 §4).
pub(super) fn from_xtext(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => decoded.push(hexadecimal(bytes.next()?)? * 16 + hexadecimal(bytes.next()?)?),
            b'=' => return None,
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).ok()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtext_is_decoded() {
        assert_eq!(from_xtext("abc+2Bd").as_deref(), Some("abc+d"));
        assert_eq!(from_xtext("abc+2"), None);
        assert_eq!(from_xtext("a=b"), None);
    }
}
