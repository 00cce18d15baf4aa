//! What MAIL, RCPT and VRFY have in common: the address in their argument, and
//! the encoding of their parameters.

use crate::postfix::address::split;
use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;
use crate::postfix::rewrite;
use crate::smtp::address;

use super::command::{Verb, Word};
use super::conversation::Conversation;
use super::interface::Services;
use super::outcome::Refusal;

/// What an address is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    Recipient,
    Sender,
}

/// The address in `argument`, unquoted. `Err`: there is none that Postfix
/// could use, by this rule; the log says so. A domain that is not ASCII needs `smtputf8`.
pub(super) fn address(
    conversation: &mut Conversation,
    verb: Verb,
    argument: &Word,
    role: Role,
    smtputf8: bool,
    services: &mut dyn Services,
) -> Result<String, Rule> {
    if argument.unclosed {
        return Err(Rule::AddressSyntax);
    }
    // VRFY is always read leniently.
    let strict = verb != Verb::Vrfy && conversation.service.boolean("strict_rfc821_envelopes");
    let extracted = address::extract(&argument.text);
    let bracketed = argument.text.starts_with('<');
    let is_loose = extracted.rubble || !bracketed || extracted.internal.starts_with('@');
    let broken =
        if extracted.addresses > 1 || (extracted.internal.is_empty() && role == Role::Recipient) {
            Some(Rule::AddressSyntax)
        } else if strict && is_loose {
            Some(Rule::StrictAddress)
        } else {
            why_unusable(conversation, &extracted.internal, smtputf8, services)
        };
    if let Some(rule) = broken {
        if let Some(fault) = rewrite::literal_fault(&extracted.internal) {
            conversation.log_of("trivial-rewrite", format!("warning: {fault}"));
        }
        conversation.warn(format!(
            "Illegal address syntax from {} in {} command: {}",
            conversation.client_name(),
            verb.name(),
            printable(&argument.text)
        ));
        return Err(rule);
    }
    Ok(extracted.internal)
}

/// Why Postfix could not deliver to this address at all, whoever asks.
fn why_unusable(
    conversation: &Conversation,
    address: &str,
    smtputf8: bool,
    services: &dyn Services,
) -> Option<Rule> {
    let domain = split(address).1.unwrap_or_default();
    if !smtputf8 && !domain.is_ascii() {
        return Some(Rule::UnicodeDomain);
    }
    (!rewrite::is_valid(&conversation.service, address, services)).then_some(Rule::AddressSyntax)
}

/// What a client hears that asks for reports where DSN is not on offer.
pub(super) fn no_dsn() -> Refusal {
    let text = "DSN support is disabled";
    Refusal::new(Rule::KeywordDiscarded, 501, "5.7.1", text).about("DSN")
}

/// What a client hears of a parameter that is not on offer, by this rule.
pub(super) fn unsupported(parameter: &str, rule: Rule) -> Refusal {
    let text = format!("Unsupported option: {parameter}");
    Refusal::new(rule, 555, "5.5.4", text).about(parameter)
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
