//! AUTH (RFC 4954), judged by the host's Dovecot.

use crate::postfix::configuration::Service;
use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;
use crate::sasl::client::encode;
use crate::sasl::server::{self, Mechanism, Step};

use super::command::Word;
use super::conversation::{Conversation, Login};
use super::ehlo;
use super::greeting::{Limit, exceeded};
use super::interface::{Output, Services};
use super::notice::ErrorClass;
use super::outcome::{Answer, Next, Refusal, refuse};

/// An exchange that waits for the client.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// The mechanism, as the client spelled it.
    method: String,
    sasl: server::Exchange,
}

/// Asks Dovecot what it offers, as the connection is now. `false`: there is
/// nothing, and the process dies of it.
pub(super) fn enable(conversation: &mut Conversation, services: &mut dyn Services) -> bool {
    conversation.mechanisms = None;
    if !conversation.service.boolean("smtpd_sasl_auth_enable") {
        return true;
    }
    let path = conversation.service.text("smtpd_sasl_path").to_owned();
    // `unix:` before the path changes nothing.
    let socket = path.strip_prefix("unix:").unwrap_or(&path);
    let offered = match services.sasl_mechanisms(&conversation.service.path(socket)) {
        Ok(offered) => offered,
        Err(problem) => {
            conversation.warn(format!(
                "SASL: Connect to Dovecot auth socket '{path}' failed: {problem}"
            ));
            Vec::new()
        }
    };
    let parameter = if conversation.tls.is_some() {
        "smtpd_sasl_tls_security_options"
    } else {
        "smtpd_sasl_security_options"
    };
    let options = conversation.service.text(parameter).to_owned();
    let unknown = conversation.service.list(parameter).iter().find(|option| {
        !OPTIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(option))
    });
    if let Some(unknown) = unknown {
        conversation.log(format!(
            "fatal: unknown xsasl_dovecot_server_create value \"{unknown}\" in \"{options}\""
        ));
        return false;
    }
    let mechanisms = acceptable(&conversation.service, parameter, offered);
    if mechanisms.is_empty() {
        conversation.log("fatal: no SASL authentication mechanisms");
        return false;
    }
    conversation.mechanisms = Some(mechanisms);
    true
}

/// The security options that Postfix knows for Dovecot.
const OPTIONS: [&str; 6] = [
    "noplaintext",
    "noactive",
    "nodictionary",
    "noanonymous",
    "mutual_auth",
    "forward_secrecy",
];

/// The mechanisms that the security options leave.
fn acceptable(service: &Service, parameter: &str, offered: Vec<String>) -> Vec<String> {
    let options = service.list(parameter);
    let unwanted = |option: &str| options.iter().any(|o| o.eq_ignore_ascii_case(option));
    let faults = |mechanism: &str| match mechanism {
        "PLAIN" | "LOGIN" => &["noplaintext", "mutual_auth", "forward_secrecy"][..],
        "CRAM-MD5" => &["nodictionary", "noactive", "mutual_auth", "forward_secrecy"],
        "ANONYMOUS" => &["noanonymous"],
        _ => &[],
    };
    offered
        .into_iter()
        .filter(|mechanism| {
            !faults(&mechanism.to_ascii_uppercase())
                .iter()
                .any(|fault| unwanted(fault))
        })
        .collect()
}

/// `AUTH mechanism [initial response]`.
pub(super) fn auth(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    if let Some(rate) = exceeded(conversation, Limit::Auth, services) {
        conversation.warn_of_limit(&format!("AUTH command rate limit exceeded: {rate}"));
        let address = conversation.client.address;
        let text = format!("Error: too many AUTH commands from {address}");
        let refusal = Refusal::new(Rule::AuthTooOften, 450, "4.7.1", text);
        return Err(refusal.of(ErrorClass::Policy).about(&rate));
    }
    let (method, initial) = match arguments {
        _ if conversation.helo.is_none() && conversation.service.boolean("smtpd_helo_required") => {
            let text = "Error: send HELO/EHLO first";
            return refuse(Rule::HelloFirst, 503, "5.5.1", text);
        }
        _ if let Some(rule) = ehlo::why_no_auth(conversation) => {
            let text = "Error: authentication not enabled";
            return Err(Refusal::new(rule, 503, "5.5.1", text).about("AUTH"));
        }
        _ if conversation.transaction.is_some() => {
            let text = "Error: MAIL transaction in progress";
            return refuse(Rule::InTransaction, 503, "5.5.1", text);
        }
        _ if conversation.login.is_some() => {
            let text = "Error: already authenticated";
            return refuse(Rule::AuthAlready, 503, "5.5.1", text);
        }
        [method] => (&method.text, None),
        [method, initial] => (&method.text, Some(initial.text.as_str())),
        _ => return refuse(Rule::Syntax, 501, "5.5.4", "Syntax: AUTH mechanism"),
    };
    let offered = conversation
        .mechanisms
        .iter()
        .flatten()
        .any(|offered| offered.eq_ignore_ascii_case(method));
    let Some(mechanism) = Mechanism::named(method).filter(|_| offered) else {
        let reason = "Invalid authentication mechanism";
        let rule = Rule::MechanismUnknown;
        return Ok(fail(conversation, method, rule, reason, None));
    };
    let initial = match initial {
        // An empty response is spelled `=` (RFC 4954 §4).
        Some("=") => Some(Vec::new()),
        Some(text) => {
            let Some(bytes) = server::decode(text) else {
                let reason = "Invalid base64 data in initial response";
                let rule = Rule::NotBase64;
                return Ok(fail(conversation, method, rule, reason, None));
            };
            Some(bytes)
        }
        None => None,
    };
    let now = services.now().as_micros();
    let hostname = conversation.myhostname().to_owned();
    let step = mechanism.begin(initial.as_deref(), || {
        format!("<{now}.{}@{hostname}>", now / 1_000_000).into_bytes()
    });
    Ok(go_on(conversation, method.clone(), step, services))
}

/// The client's answer to a challenge.
pub(super) fn respond(
    conversation: &mut Conversation,
    exchange: Exchange,
    response: &str,
    services: &mut dyn Services,
) -> Next {
    let Exchange { method, sasl } = exchange;
    if response == "*" {
        conversation.warn(format!(
            "{}: SASL {method} authentication aborted",
            conversation.client_name()
        ));
        let text = "Authentication aborted";
        let refusal = Refusal::new(Rule::AuthAborted, 501, "5.7.0", text);
        conversation.turn_down(refusal.of(None));
        return Next::Failed;
    }
    let Some(bytes) = server::decode(response) else {
        let reason = "Invalid base64 data in continued response";
        return fail(conversation, &method, Rule::NotBase64, reason, None);
    };
    go_on(conversation, method, sasl.step(&bytes), services)
}

fn go_on(
    conversation: &mut Conversation,
    method: String,
    step: Step,
    services: &mut dyn Services,
) -> Next {
    let (user, accepted) = match step {
        Step::Ask { challenge, next } => {
            conversation.reply(334, "", encode(&challenge));
            return Next::Exchange(Exchange { method, sasl: next });
        }
        Step::Password { user, password } => {
            let user = account(&user);
            let accepted = services.authenticate(&user, &password);
            (user, accepted)
        }
        Step::Digest {
            user,
            challenge,
            digest,
        } => {
            let user = account(&user);
            let accepted = services.authenticate_cram_md5(&user, &challenge, &digest);
            (user, accepted)
        }
        Step::Malformed { user } => {
            linger(conversation, services);
            let rule = Rule::AuthMalformed;
            return fail(conversation, &method, rule, NO_REASON, user.as_deref());
        }
    };
    if !accepted {
        linger(conversation, services);
    }
    conversation.outputs.push(Output::Authenticated {
        mechanism: method.clone(),
        user: user.clone(),
        accepted,
    });
    if !accepted {
        let rule = Rule::WrongCredentials;
        return fail(conversation, &method, rule, NO_REASON, Some(&user));
    }
    conversation.reply(235, "2.7.0", "Authentication successful");
    conversation.login = Some(Login {
        method: printable(&method),
        user: printable(&String::from_utf8_lossy(&user)),
    });
    Next::Done
}

/// Dovecot takes its time before it says that a login failed, whatever the
/// reason: so the time tells nothing, and whoever guesses is slow.
fn linger(conversation: &mut Conversation, services: &dyn Services) {
    let delay = services.failure_delay();
    if !delay.is_zero() {
        conversation.outputs.push(Output::Pause(delay));
    }
}

/// Dovecot tells no reasons to those who guess.
const NO_REASON: &str = "(reason unavailable)";

/// A user name as Dovecot's `auth_username_format = %Lu` makes it.
fn account(user: &[u8]) -> Vec<u8> {
    user.to_ascii_lowercase()
}

fn fail(
    conversation: &mut Conversation,
    method: &str,
    rule: Rule,
    reason: &str,
    user: Option<&[u8]>,
) -> Next {
    let user = user.map(|user| printable(&String::from_utf8_lossy(user)));
    conversation.warn(format!(
        "{}: SASL {method} authentication failed: {reason}, sasl_username={}",
        conversation.client_name(),
        user.as_deref().unwrap_or("(unavailable)")
    ));
    let text = format!("Error: authentication failed: {reason}");
    let found = match rule {
        Rule::MechanismUnknown => method.to_owned(),
        _ => user.unwrap_or_default(),
    };
    let refusal = Refusal::new(rule, 535, "5.7.8", text).about(&found);
    conversation.turn_down(refusal.of(None));
    Next::Failed
}
