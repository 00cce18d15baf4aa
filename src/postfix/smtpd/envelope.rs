//! What MAIL, RCPT and VRFY have in common: the address in their argument, and
//! the encoding of their parameters.

use crate::postfix::address::split;
use crate::postfix::printable::printable;
use crate::postfix::rewrite;
use crate::smtp::address;

use super::command::{Verb, Word};
use super::conversation::Conversation;
use super::interface::Services;

/// What an address is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    Recipient,
    Sender,
}

/// The address in `argument`, unquoted. `None`: there is none that Postfix
/// could use; the log says why. A domain that is not ASCII needs `smtputf8`.
pub(super) fn address(
    conversation: &mut Conversation,
    verb: Verb,
    argument: &Word,
    role: Role,
    smtputf8: bool,
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
        || !is_usable(conversation, &extracted.internal, smtputf8, services);
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
fn is_usable(
    conversation: &Conversation,
    address: &str,
    smtputf8: bool,
    services: &dyn Services,
) -> bool {
    let domain = split(address).1.unwrap_or_default();
    address.is_empty()
        || (smtputf8 || domain.is_ascii())
            && rewrite::is_valid(&conversation.service, address, services)
}

/// What local rewriting makes of an address.
pub(super) fn rewritten(conversation: &Conversation, address: &str) -> String {
    rewrite::rewrite(&conversation.service, address)
}

/// Decodes xtext (RFC 3461 §4), leniently: a bare `=` stands for itself.
pub(super) fn from_xtext(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => decoded.push(hexadecimal(bytes.next()?)? * 16 + hexadecimal(bytes.next()?)?),
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).ok()
}

/// Whether every `\x{…}` of a `utf-8;` address names a character (RFC 6533 §3).
pub(super) fn is_unicode_text(text: &str) -> bool {
    text.split("\\x{").skip(1).all(|rest| {
        rest.split_once('}')
            .and_then(|(digits, _)| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32)
            .is_some()
    })
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
        assert!(is_unicode_text("alu\\x{F1}o"));
        assert!(!is_unicode_text("\\x{110000}"));
        assert_eq!(from_xtext("a=b").as_deref(), Some("a=b"));
    }
}
