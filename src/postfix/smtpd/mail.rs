//! MAIL FROM, with the parameters of SIZE (RFC 1870), 8BITMIME (RFC 6152),
//! SMTPUTF8 (RFC 6531), DSN (RFC 3461) and AUTH (RFC 4954 §5).

use crate::postfix::notification::{Extent, Request};
use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;
use crate::postfix::restrictions;

use super::bdat::Chunks;
use super::command::{Verb, Word};
use super::conversation::{Conversation, Transaction};
use super::envelope::{self, Role};
use super::greeting::{Limit, exceeded};
use super::interface::Services;
use super::notice::ErrorClass;
use super::outcome::{Answer, Next, Refusal, refuse};

/// What the parameters of MAIL said.
#[derive(Debug, Default)]
struct Parameters {
    size: u64,
    smtputf8: bool,
    sasl_sender: Option<String>,
    request: Request,
}

/// `MAIL FROM:<sender> [parameters]`.
pub(super) fn mail(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    let (path, options) = match arguments {
        _ if conversation.helo.is_none() && conversation.service.boolean("smtpd_helo_required") => {
            let text = "Error: send HELO/EHLO first";
            return refuse(Rule::HelloFirst, 503, "5.5.1", text);
        }
        _ if conversation.transaction.is_some() => {
            let text = "Error: nested MAIL command";
            return refuse(Rule::MailTwice, 503, "5.5.1", text);
        }
        _ if conversation.chunks != Chunks::None => {
            return refuse(Rule::AfterChunks, 503, "5.5.1", "Error: MAIL after BDAT");
        }
        [from, path, options @ ..] if from.text.eq_ignore_ascii_case("from:") => (path, options),
        _ => {
            let syntax = "Syntax: MAIL FROM:<address>";
            return refuse(Rule::Syntax, 501, "5.5.4", syntax);
        }
    };
    if let Some(rate) = exceeded(conversation, Limit::Message, services) {
        conversation.warn_of_limit(&format!(
            "Message delivery request rate limit exceeded: {rate}"
        ));
        let address = conversation.client.address;
        let text = format!("Error: too much mail from {address}");
        let refusal = Refusal::new(Rule::MailTooOften, 450, "4.7.1", text);
        return Err(refusal.of(ErrorClass::Policy).about(&rate));
    }
    let smtputf8 = options
        .iter()
        .any(|option| option.text.eq_ignore_ascii_case("SMTPUTF8"));
    let role = Role::Sender;
    let sender = envelope::address(conversation, Verb::Mail, path, role, smtputf8, services)
        .map_err(|rule| {
            let refusal = Refusal::new(rule, 501, "5.1.7", "Bad sender address syntax");
            refusal.about(&path.text)
        })?;
    let parameters = parameters(conversation, options)?;
    conversation.transaction = Some(Transaction {
        sender,
        smtputf8: parameters.smtputf8,
        sasl_sender: parameters.sasl_sender,
        arrival: services.now(),
        recipients: Vec::new(),
        overshoot: 0,
        queue_id: None,
        request: parameters.request,
        actions: Vec::new(),
        size: 0,
    });
    if !judge(conversation, parameters.size, services) {
        conversation.reset_mail();
        return Ok(Next::Failed);
    }
    if !conversation
        .service
        .boolean("smtpd_delay_open_until_valid_rcpt")
    {
        conversation.open_queue_file(services);
    }
    conversation.reply(250, "2.1.0", "Ok");
    Ok(Next::Done)
}

/// Whether the transaction may begin: size, policy, disk.
fn judge(conversation: &mut Conversation, size: u64, services: &mut dyn Services) -> bool {
    let limit = unsigned(conversation.service.number("message_size_limit"));
    if limit > 0 && size > limit {
        let text = "Message size exceeds fixed limit";
        let refusal = Refusal::new(Rule::TooBig, 552, "5.3.4", text);
        conversation.reject(refusal.of(ErrorClass::Policy).about(&size));
        return false;
    }
    if !conversation.service.boolean("smtpd_delay_reject") {
        let evaluation =
            restrictions::at_mail(&conversation.service, &conversation.facts(None), services);
        if !conversation.accept(evaluation) {
            return false;
        }
    }
    let transaction = conversation.transaction.as_ref();
    let ascii = transaction.is_none_or(|t| t.smtputf8 || t.sender.is_ascii());
    if !ascii && conversation.service.boolean("strict_smtputf8") {
        let text = "Must declare SMTPUTF8 to send unicode address";
        let refusal = Refusal::new(Rule::UnicodeAddress, 553, "5.6.7", text);
        conversation.turn_down(refusal.of(None));
        return false;
    }
    let free = services.free_space();
    let reserve = unsigned(conversation.service.number("queue_minfree"));
    if reserve >= free || limit.saturating_add(limit / 2) >= free {
        // The log does not know the sender yet.
        let transaction = conversation.transaction.take();
        let text = "Insufficient system storage";
        let refusal = Refusal::new(Rule::DiskFull, 452, "4.3.1", text);
        conversation.reject(refusal.of(ErrorClass::Resource).about(&free));
        conversation.transaction = transaction;
        conversation.warn(format!(
            "not enough free space in mail queue: {free} bytes < 1.5*message size limit"
        ));
        return false;
    }
    true
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn parameters(conversation: &Conversation, options: &[Word]) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters::default();
    let malformed = |text: &str| Refusal::new(Rule::ParameterSyntax, 501, "5.5.4", text);
    let smtputf8 =
        conversation.service.boolean("smtputf8_enable") && !conversation.discarded.has("SMTPUTF8");
    for Word { text, .. } in options {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.to_ascii_uppercase(), Some(value)),
            None => (text.to_ascii_uppercase(), None),
        };
        match (name.as_str(), value) {
            ("BODY", Some(body))
                if ["8BITMIME", "7BIT"]
                    .iter()
                    .any(|b| body.eq_ignore_ascii_case(b)) => {}
            ("SIZE", Some(size)) => {
                if size.is_empty() || !size.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(malformed("Bad message size syntax").about(text));
                }
                let Ok(size) = size.parse::<i64>() else {
                    let words = "Message size exceeds file system imposed limit";
                    let refusal = Refusal::new(Rule::SizeOverflow, 552, "5.3.4", words);
                    return Err(refusal.about(size));
                };
                parameters.size = unsigned(size);
            }
            ("SMTPUTF8", None) if smtputf8 => parameters.smtputf8 = true,
            // Taken down even where nobody can log in.
            ("AUTH", Some(_)) if parameters.sasl_sender.is_some() => {
                let words = "Error: multiple AUTH= options";
                let refusal = Refusal::new(Rule::ParameterSyntax, 503, "5.5.4", words);
                return Err(refusal.about(text));
            }
            ("AUTH", Some(sender)) => {
                if sender != "<>" {
                    parameters.sasl_sender = Some(printable(sender));
                }
            }
            ("RET" | "ENVID", Some(_)) if conversation.discarded.has("DSN") => {
                return Err(envelope::no_dsn());
            }
            ("RET", Some(ret)) => {
                let extent = match ret.to_ascii_uppercase().as_str() {
                    "FULL" => Some(Extent::Full),
                    "HDRS" => Some(Extent::Headers),
                    _ => None,
                };
                if extent.is_none() || parameters.request.extent.is_some() {
                    return Err(malformed("Bad RET parameter syntax").about(text));
                }
                parameters.request.extent = extent;
            }
            ("ENVID", Some(envid)) => {
                let id = envelope::from_xtext(envid).filter(|id| {
                    !id.is_empty() && id.bytes().all(|byte| matches!(byte, b' '..=b'~'))
                });
                if id.is_none() || parameters.request.envelope_id.is_some() {
                    return Err(malformed("Bad ENVID parameter syntax").about(text));
                }
                parameters.request.envelope_id = id;
            }
            ("SMTPUTF8", None) if conversation.discarded.has("SMTPUTF8") => {
                let rule = Rule::KeywordDiscarded;
                return Err(envelope::unsupported(text, rule));
            }
            ("SMTPUTF8", None) => return Err(envelope::unsupported(text, Rule::SmtpUtf8Off)),
            _ => return Err(envelope::unsupported(text, Rule::UnknownParameter)),
        }
    }
    Ok(parameters)
}
