//! STARTTLS (RFC 3207), and the end of every handshake.

use super::auth;
use super::command::Word;
use super::conversation::Conversation;
use super::ehlo;
use super::greeting::{Limit, exceeded};
use super::interface::{Services, TlsEngine, TlsFacts, TlsFailure};
use super::notice::ErrorClass;
use super::outcome::{Answer, Greeted, Next, Refusal, refuse};
use crate::postfix::openssl;
use crate::postfix::reason::Rule;

/// `STARTTLS`. The client's side of what follows is not trusted to know
/// anything said before.
pub(super) fn starttls(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    if !arguments.is_empty() {
        return refuse(Rule::Syntax, 501, "5.5.4", "Syntax: STARTTLS");
    }
    if conversation.tls.is_some() {
        return refuse(Rule::TlsAlready, 554, "5.5.1", "Error: TLS already active");
    }
    if let Some(rule) = ehlo::why_no_starttls(conversation) {
        let text = "Error: command not implemented";
        return Err(Refusal::new(rule, 502, "5.5.1", text).about("STARTTLS"));
    }
    if let TlsEngine::Broken(lines) = &conversation.engine {
        let text = "TLS not available due to local problem";
        let refusal = Refusal::new(Rule::NoCertificate, 454, "4.7.0", text);
        let complaint = lines.first().map_or("", |line| complaint(line));
        return Err(refusal.of(ErrorClass::Software).about(complaint));
    }
    if let Some(rate) = exceeded(conversation, Limit::NewTlsSoFar, services) {
        let name = conversation.client_name();
        conversation.warn(format!(
            "Refusing STARTTLS request from {name} for service {}",
            conversation.service.name()
        ));
        let text = format!("Error: too many new TLS sessions from {name}");
        let refusal = Refusal::new(Rule::TlsTooOften, 454, "4.7.0", text);
        return Err(refusal.of(ErrorClass::Policy).about(&rate));
    }
    conversation.reply(220, "2.0.0", "Ready to start TLS");
    conversation.reset_helo();
    conversation.reset_mail();
    Ok(Next::Handshake)
}

/// A line of the log without the word that says how grave it is.
fn complaint(line: &str) -> &str {
    line.strip_prefix("warning: ").unwrap_or(line)
}

/// The handshake succeeded; the session may end all the same.
pub(super) fn established(
    conversation: &mut Conversation,
    facts: TlsFacts,
    services: &mut dyn Services,
) -> Greeted {
    let name = conversation.client_name();
    if conversation.service.number("smtpd_tls_loglevel") >= 1 {
        conversation.log(format!(
            "Anonymous TLS connection established from {name}: {} with cipher {} ({bits}/{bits} bits){}",
            facts.version,
            facts.cipher,
            facts.details,
            bits = facts.bits,
        ));
    }
    conversation.tls = Some(facts);
    conversation.login = None;
    if let Some(rate) = is_too_often(conversation, services) {
        let text = format!(
            "{} Error: too many new TLS sessions from {name}",
            conversation.myhostname()
        );
        let refusal = Refusal::new(Rule::TlsTooOften, 421, "4.7.0", text).of(None);
        conversation.turn_down(refusal.about(&rate));
        return Greeted::Refused;
    }
    if conversation.tls_policy.requires() && conversation.service.boolean("smtpd_tls_req_ccert") {
        // The lab's clients have no certificates.
        let complaint = "No client certificate presented";
        conversation.log(format!("NOQUEUE: abort: TLS from {name}: {complaint}"));
        let text = format!("{} Error: {complaint}", conversation.myhostname());
        let refusal = Refusal::new(Rule::ClientCertificate, 421, "4.7.1", text);
        conversation.turn_down(refusal.of(None));
        return if conversation.tls_policy.wrapper {
            Greeted::Refused
        } else {
            Greeted::Welcome
        };
    }
    if auth::enable(conversation, services) {
        Greeted::Welcome
    } else {
        Greeted::Died
    }
}

/// Counts a handshake, however it ended; says so in the log if it was one too many.
pub(super) fn is_too_often(
    conversation: &mut Conversation,
    services: &mut dyn Services,
) -> Option<u32> {
    let rate = exceeded(conversation, Limit::NewTls, services)?;
    conversation.warn_of_limit(&format!("New TLS session rate limit exceeded: {rate}"));
    Some(rate)
}

/// The handshake failed: says so in the log, in OpenSSL's words.
pub(super) fn failed(conversation: &mut Conversation, failure: &TlsFailure) {
    let problem = match failure {
        TlsFailure::HungUp => "lost connection",
        TlsFailure::TimedOut => "Connection timed out",
        _ => "-1",
    };
    conversation.log(format!(
        "SSL_accept error from {}: {problem}",
        conversation.client_name()
    ));
    let library = match failure {
        TlsFailure::HungUp | TlsFailure::TimedOut => return,
        TlsFailure::NotTls => "error:0A00010B:SSL routines::wrong version number:\
                               ../ssl/record/ssl3_record.c:350:"
            .to_owned(),
        TlsFailure::Alert(number) => openssl::alert_received(*number, 1586),
        TlsFailure::Other(problem) => problem.clone(),
    };
    conversation.warn(format!("TLS library problem: {library}"));
}
