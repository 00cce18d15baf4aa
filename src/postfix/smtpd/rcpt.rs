//! RCPT TO, with the parameters of DSN (RFC 3461).

use crate::postfix::notification::Notify;
use crate::postfix::reason::Rule;
use crate::postfix::restrictions;

use super::bdat::Chunks;
use super::command::{Verb, Word};
use super::conversation::Conversation;
use super::envelope::{self, Role};
use super::greeting::{Limit, exceeded};
use super::interface::{Recipient, Services};
use super::notice::ErrorClass;
use super::outcome::{Answer, Next, Refusal, refuse};

/// `RCPT TO:<recipient> [parameters]`.
pub(super) fn rcpt(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    let (path, options) = match arguments {
        _ if conversation.transaction.is_none() => {
            let text = "Error: need MAIL command";
            return refuse(Rule::MailFirst, 503, "5.5.1", text);
        }
        _ if conversation.chunks != Chunks::None => {
            return refuse(Rule::AfterChunks, 503, "5.5.1", "Error: RCPT after BDAT");
        }
        [to, path, options @ ..] if to.text.eq_ignore_ascii_case("to:") => (path, options),
        _ => {
            let syntax = "Syntax: RCPT TO:<address>";
            return refuse(Rule::Syntax, 501, "5.5.4", syntax);
        }
    };
    if is_too_often(conversation, services) {
        return Ok(Next::Failed);
    }
    let smtputf8 = conversation
        .transaction
        .as_ref()
        .is_some_and(|transaction| transaction.smtputf8);
    let role = Role::Recipient;
    let address = envelope::address(conversation, Verb::Rcpt, path, role, smtputf8, services)
        .map_err(|rule| {
            let refusal = Refusal::new(rule, 501, "5.1.3", "Bad recipient address syntax");
            refusal.about(&path.text)
        })?;
    let parameters = parameters(conversation, options)?;
    if let Some(next) = turn_away_excess(conversation) {
        return Ok(next);
    }
    if !(smtputf8 || address.is_ascii()) && conversation.service.boolean("strict_smtputf8") {
        let text = "Must declare SMTPUTF8 to send unicode address";
        return refuse(Rule::UnicodeAddress, 553, "5.6.7", text);
    }
    let evaluation = restrictions::at_rcpt(
        &conversation.service,
        &conversation.facts(Some(&address)),
        services,
    );
    if !conversation.accept(evaluation) {
        return Ok(Next::Failed);
    }
    conversation.open_queue_file(services);
    let rewritten = envelope::rewritten(conversation, &address);
    if let Some(transaction) = &mut conversation.transaction {
        transaction.recipients.push(Recipient {
            original: address,
            address: rewritten,
            ..parameters
        });
    }
    conversation.reply(250, "2.1.5", "Ok");
    Ok(Next::Done)
}

/// Counts a recipient asked for; says so if it was one too many.
pub(super) fn is_too_often(conversation: &mut Conversation, services: &mut dyn Services) -> bool {
    let Some(rate) = exceeded(conversation, Limit::Recipient, services) else {
        return false;
    };
    conversation.warn_of_limit(&format!("Recipient address rate limit exceeded: {rate}"));
    let address = conversation.client.address;
    let text = format!("Error: too many recipients from {address}");
    let refusal = Refusal::new(Rule::RecipientsTooOften, 450, "4.7.1", text);
    conversation.turn_down(refusal.of(ErrorClass::Policy).about(&rate));
    true
}

/// Turns recipients away that exceed `smtpd_recipient_limit`; the first of them
/// are no fault of the client (`smtpd_recipient_overshoot_limit`).
fn turn_away_excess(conversation: &mut Conversation) -> Option<Next> {
    let limit = conversation.service.number("smtpd_recipient_limit");
    let overshoot = conversation
        .service
        .number("smtpd_recipient_overshoot_limit");
    let transaction = conversation.transaction.as_mut()?;
    let accepted = i64::try_from(transaction.recipients.len()).unwrap_or(i64::MAX);
    if limit == 0 || accepted < limit {
        return None;
    }
    let forgiven = transaction.overshoot < overshoot;
    transaction.overshoot += 1;
    let text = "Error: too many recipients";
    let refusal = Refusal::new(Rule::TooManyRecipients, 452, "4.5.3", text).of(None);
    conversation.turn_down(refusal.about(&accepted));
    Some(if forgiven { Next::Done } else { Next::Failed })
}

/// What the parameters say of the recipient.
fn parameters(conversation: &mut Conversation, options: &[Word]) -> Result<Recipient, Refusal> {
    let mut recipient = Recipient::default();
    let malformed = |text: &str| Refusal::new(Rule::ParameterSyntax, 501, "5.5.4", text);
    for Word { text, .. } in options {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.to_ascii_uppercase(), Some(value)),
            None => (String::new(), None),
        };
        match (name.as_str(), value) {
            ("NOTIFY" | "ORCPT", Some(_)) if conversation.discarded.has("DSN") => {
                return Err(envelope::no_dsn());
            }
            ("NOTIFY", Some(value)) => {
                let well_formed = is_notify(conversation, value);
                if recipient.notify != Notify::Usual || !well_formed {
                    let words = "Error: Bad NOTIFY parameter syntax";
                    return Err(malformed(words).about(text));
                }
                recipient.notify = Notify::parse(value);
            }
            ("ORCPT", Some(value)) => {
                let first = value.split_once(';').and_then(|(kind, address)| {
                    let address = if kind.eq_ignore_ascii_case("utf-8") {
                        envelope::is_unicode_text(address).then(|| address.to_owned())
                    } else {
                        envelope::from_xtext(address)
                    };
                    address
                        .filter(|_| !kind.is_empty())
                        .map(|address| format!("{kind};{address}"))
                });
                if first.is_none() || recipient.first.is_some() {
                    let words = "Error: Bad ORCPT parameter syntax";
                    return Err(malformed(words).about(text));
                }
                recipient.first = first;
            }
            _ => return Err(envelope::unsupported(text, Rule::UnknownParameter)),
        }
    }
    Ok(recipient)
}

/// `NEVER` alone, or any of the others (RFC 3461 §4.1); empty words do not count.
fn is_notify(conversation: &mut Conversation, value: &str) -> bool {
    let words: Vec<String> = value
        .split(',')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    if words.iter().any(|word| !NOTIFY.contains(&word.as_str())) {
        let unknown = value
            .split(',')
            .find(|word| !NOTIFY.iter().any(|known| known.eq_ignore_ascii_case(word)))
            .unwrap_or_default()
            .to_owned();
        if !unknown.is_empty() {
            conversation.warn(format!(
                "unknown DSN NOTIFY command value \"{unknown}\" in \"{value}\""
            ));
        }
        return false;
    }
    let never = words.iter().filter(|word| *word == "NEVER").count();
    !words.is_empty() && (never == 0 || never == words.len())
}

const NOTIFY: [&str; 4] = ["DELAY", "FAILURE", "NEVER", "SUCCESS"];
