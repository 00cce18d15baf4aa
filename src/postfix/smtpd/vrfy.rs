//! VRFY: whether a recipient would be taken (RFC 5321 §3.5).

use crate::postfix::reason::Rule;
use crate::postfix::restrictions;

use super::command::{Verb, Word};
use super::conversation::Conversation;
use super::envelope::{self, Role};
use super::interface::Services;
use super::notice::ErrorClass;
use super::outcome::{Answer, Next, Refusal, refuse};
use super::rcpt::is_too_often;

/// `VRFY address`.
pub(super) fn vrfy(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    if conversation.service.boolean("disable_vrfy_command") {
        let text = "VRFY command is disabled";
        let refusal = Refusal::new(Rule::VrfyOff, 502, "5.5.1", text).about("VRFY");
        return Err(refusal.of(ErrorClass::Policy));
    }
    let smtputf8 = conversation.service.boolean("smtputf8_enable");
    let (mut words, mut declared) = (arguments, false);
    if let [before @ .., last] = words
        && smtputf8
        && !conversation.discarded.has("SMTPUTF8")
        && last.text.eq_ignore_ascii_case("SMTPUTF8")
    {
        words = before;
        declared = true;
    }
    if words.is_empty() {
        let option = if smtputf8 { " [SMTPUTF8]" } else { "" };
        let syntax = format!("Syntax: VRFY address{option}");
        return refuse(Rule::Syntax, 501, "5.5.4", syntax);
    }
    if is_too_often(conversation, services) {
        return Ok(Next::Failed);
    }
    let argument = Word {
        text: words
            .iter()
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        unclosed: false,
    };
    let address = envelope::address(
        conversation,
        Verb::Vrfy,
        &argument,
        Role::Recipient,
        declared,
        services,
    );
    let address = address.map_err(|rule| {
        let refusal = Refusal::new(rule, 501, "5.1.3", "Bad recipient address syntax");
        refusal.about(&argument.text)
    })?;
    if !(declared || address.is_ascii()) && conversation.service.boolean("strict_smtputf8") {
        let text = "Must declare SMTPUTF8 to send unicode address";
        return refuse(Rule::UnicodeAddress, 553, "5.6.7", text);
    }
    let evaluation = restrictions::at_vrfy(
        &conversation.service,
        &conversation.facts(Some(&address)),
        services,
    );
    if !conversation.accept(evaluation) {
        return Ok(Next::Failed);
    }
    conversation.reply(252, "2.0.0", argument.text);
    Ok(Next::Done)
}
