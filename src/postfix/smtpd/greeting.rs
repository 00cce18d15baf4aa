//! The beginning of a session, and what must be put in order at its end.

use std::fmt::Write;

use crate::postfix::reason::Rule;
use crate::postfix::restrictions;

use super::anvil;
use super::auth;
use super::conversation::Conversation;
use super::ehlo::Discarded;
use super::interface::{DnsAnswer, Output, RecordKind, Services, TlsEngine};
use super::lists::is_listed;
use super::outcome::{Greeted, Refusal};
use super::tls::TlsPolicy;

/// The client is there. `hasty`: what it sent before it was greeted.
pub(super) fn connected(
    conversation: &mut Conversation,
    hasty: &[u8],
    services: &mut dyn Services,
) -> Greeted {
    if !start_up(conversation, services) {
        return Greeted::Never;
    }
    warn_of_name(conversation, services);
    conversation.log(format!("connect from {}", conversation.client_name()));
    if !conversation
        .service
        .text("smtpd_authorized_xclient_hosts")
        .is_empty()
    {
        conversation.may_xclient =
            is_listed(conversation, "smtpd_authorized_xclient_hosts", services);
    }
    if conversation.tls_policy.wrapper {
        return wrapped(conversation, services);
    }
    greet(conversation, hasty, services)
}

/// Says so if the client's address has a name that does not lead back to it.
fn warn_of_name(conversation: &mut Conversation, services: &dyn Services) {
    let client = conversation.client.clone();
    let (None, Some(name)) = (client.name, client.reverse_name) else {
        return;
    };
    let is_missing = [RecordKind::A, RecordKind::Aaaa].iter().all(|&kind| {
        matches!(
            services.resolve(&name, kind),
            DnsAnswer::NoName | DnsAnswer::NoRecord
        )
    });
    let reason = if is_missing {
        ": Name or service not known"
    } else {
        ""
    };
    conversation.warn(format!(
        "hostname {name} does not resolve to address {}{reason}",
        client.address
    ));
}

/// What the process does before it takes a client. `false`: it dies.
fn start_up(conversation: &mut Conversation, services: &mut dyn Services) -> bool {
    let sasl = conversation.service.text("smtpd_sasl_type").to_owned();
    if conversation.service.fatal().is_none()
        && conversation.service.boolean("smtpd_sasl_auth_enable")
        && !["cyrus", "dovecot"].contains(&sasl.as_str())
    {
        conversation.warn(format!("unsupported SASL server implementation: {sasl}"));
        conversation.log("fatal: SASL per-process initialization failed");
        return false;
    }
    match restrictions::startup(&conversation.service, services) {
        Ok(lines) => conversation.log_all(lines),
        Err(lines) => {
            conversation.log_all(lines);
            return false;
        }
    }
    match TlsPolicy::complaint(&conversation.service) {
        Ok(complaint) => conversation.log_all(complaint),
        Err(line) => {
            conversation.log(line);
            return false;
        }
    }
    let service = &conversation.service;
    let (free, limit) = (
        service.number("queue_minfree"),
        service.number("message_size_limit"),
    );
    if free > 0 && limit > 0 && free.saturating_mul(2) < limit.saturating_mul(3) {
        conversation.warn(format!(
            "queue_minfree({free}) should be at least 1.5*message_size_limit({limit})"
        ));
    }
    let asks = conversation.service.boolean("smtpd_tls_req_ccert");
    if asks && conversation.tls_policy.offers() && !conversation.tls_policy.requires() {
        conversation.warn("Can't require client certs unless TLS is required");
    }
    if conversation.tls_policy.offers()
        && let TlsEngine::Broken(lines) = conversation.engine.clone()
    {
        conversation.log_all(lines);
    }
    true
}

/// In wrapper mode TLS comes before everything.
fn wrapped(conversation: &mut Conversation, services: &mut dyn Services) -> Greeted {
    let name = conversation.client_name();
    let service = conversation.service.name().to_owned();
    if matches!(conversation.engine, TlsEngine::Broken(_)) {
        conversation.warn(format!(
            "Wrapper-mode request dropped from {name} for service {service}. TLS context \
             initialization failed. For details see earlier warnings in your logs."
        ));
        return Greeted::Refused;
    }
    if exceeded(conversation, Limit::NewTlsSoFar, services).is_some() {
        conversation.warn(format!(
            "Refusing TLS service request from {name} for service {service}"
        ));
        return Greeted::Refused;
    }
    Greeted::AfterHandshake
}

/// Greets the client, or turns it away.
pub(super) fn greet(
    conversation: &mut Conversation,
    hasty: &[u8],
    services: &mut dyn Services,
) -> Greeted {
    if is_out_of_turn(conversation, hasty) {
        conversation.turn_down(out_of_turn());
        return Greeted::Refused;
    }
    if !admit(conversation, services) {
        return Greeted::Refused;
    }
    conversation.discarded =
        Discarded::for_client(&conversation.service, &conversation.client, services);
    if !conversation.service.boolean("smtpd_delay_reject") {
        let evaluation =
            restrictions::at_connect(&conversation.service, &conversation.facts(None), services);
        if !conversation.accept(evaluation) {
            conversation.denied = true;
            conversation.errors += 1;
        }
    }
    if !conversation.denied {
        let banner = conversation.service.text("smtpd_banner").to_owned();
        conversation.reply(220, "", banner);
    }
    let plain = conversation.tls.is_none() && !conversation.tls_policy.protects_auth();
    if plain && !auth::enable(conversation, services) {
        // What was said is lost in the buffer of the dead process.
        conversation
            .outputs
            .retain(|output| !matches!(output, Output::Reply(_)));
        return Greeted::Died;
    }
    Greeted::Welcome
}

/// What a client hears that spoke when it should have waited.
pub(super) fn out_of_turn() -> Refusal {
    let text = "Error: SMTP protocol synchronization";
    Refusal::new(Rule::OutOfTurn, 554, "5.5.0", text)
}

/// Whether the client spoke when it should have waited, and is turned away for
/// it (`smtpd_forbid_unauth_pipelining`). It is noted only once.
pub(super) fn is_out_of_turn(conversation: &mut Conversation, pending: &[u8]) -> bool {
    if conversation.pipelined || pending.is_empty() {
        return false;
    }
    conversation.pipelined = true;
    let beginning = pending.get(..100).unwrap_or(pending);
    conversation.log(format!(
        "improper command pipelining after {} from {}: {}",
        conversation.place,
        conversation.client_name(),
        escaped(beginning)
    ));
    conversation
        .service
        .boolean("smtpd_forbid_unauth_pipelining")
}

/// Bytes as Postfix's `escape()` writes them.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            11 => text.push_str("\\v"),
            12 => text.push_str("\\f"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                // Writing into a String cannot fail.
                let _ = write!(text, "\\{byte:03o}");
            }
        }
    }
    text
}

/// Counts the connection; turns the client away if it has too many.
fn admit(conversation: &mut Conversation, services: &mut dyn Services) -> bool {
    if conversation.may_xclient
        || conversation.counted
        || !has_limits(conversation)
        || is_exempt(conversation, services)
    {
        return true;
    }
    let (service, address) = (conversation.service.name(), conversation.client.address);
    let Some(count) = services
        .anvil()
        .map(|mut anvil| anvil.connect(service, address, conversation.now))
    else {
        return true;
    };
    conversation.counted = true;
    let rate = count_event(conversation, anvil::Event::Connection, services).unwrap_or_default();
    let limit = |parameter| conversation.service.number(parameter);
    let (rule, found, complaint) = match (
        limit("smtpd_client_connection_count_limit"),
        limit("smtpd_client_connection_rate_limit"),
    ) {
        (most, _) if most > 0 && i64::from(count) > most => {
            let complaint = format!("Connection concurrency limit exceeded: {count}");
            (Rule::TooManyConnections, count, complaint)
        }
        (_, most) if most > 0 && i64::from(rate) > most => {
            let complaint = format!("Connection rate limit exceeded: {rate}");
            (Rule::ConnectionsTooOften, rate, complaint)
        }
        _ => return true,
    };
    conversation.warn_of_limit(&complaint);
    let text = format!(
        "{} Error: too many connections from {}",
        conversation.myhostname(),
        conversation.client.address
    );
    let refusal = Refusal::new(rule, 421, "4.7.0", text).of(None);
    conversation.turn_down(refusal.about(&found));
    false
}

/// The client is gone.
pub(super) fn disconnected(conversation: &mut Conversation, services: &mut dyn Services) {
    if conversation.may_xclient || is_exempt(conversation, services) {
        return;
    }
    if std::mem::take(&mut conversation.counted)
        && let Some(mut anvil) = services.anvil()
    {
        let service = &conversation.service;
        let idle = service.time("max_idle");
        // `smtpd` lets go of it when it ends, and it does not end within a time unit.
        let idle = idle + idle.max(service.time("anvil_rate_time_unit"));
        let address = conversation.client.address;
        anvil.disconnect(service.name(), address, conversation.now, idle);
    }
}

/// Whether the service limits anything that anvil(8) counts; otherwise it is not asked.
fn has_limits(conversation: &Conversation) -> bool {
    let limits = [
        "smtpd_client_connection_count_limit",
        "smtpd_client_connection_rate_limit",
        "smtpd_client_message_rate_limit",
        "smtpd_client_recipient_rate_limit",
        "smtpd_client_new_tls_session_rate_limit",
        "smtpd_client_auth_rate_limit",
    ];
    limits
        .iter()
        .any(|limit| conversation.service.number(limit) > 0)
}

/// Whether this client may do things as often as it likes.
fn is_exempt(conversation: &mut Conversation, services: &dyn Services) -> bool {
    is_listed(
        conversation,
        "smtpd_client_event_limit_exceptions",
        services,
    )
}

/// A limit on what one client may do in a time unit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Limit {
    Auth,
    Message,
    NewTls,
    /// As [`Self::NewTls`], looked at without counting.
    NewTlsSoFar,
    Recipient,
}

impl Limit {
    fn parameter(self) -> &'static str {
        match self {
            Self::Auth => "smtpd_client_auth_rate_limit",
            Self::Message => "smtpd_client_message_rate_limit",
            Self::NewTls | Self::NewTlsSoFar => "smtpd_client_new_tls_session_rate_limit",
            Self::Recipient => "smtpd_client_recipient_rate_limit",
        }
    }
}

/// Counts an event against its limit, if the service has one. Returns the
/// number of events if it is too high.
pub(super) fn exceeded(
    conversation: &mut Conversation,
    limit: Limit,
    services: &mut dyn Services,
) -> Option<u32> {
    let most = conversation.service.number(limit.parameter());
    if most <= 0 || conversation.may_xclient || is_exempt(conversation, services) {
        return None;
    }
    let rate = match limit {
        Limit::Auth => count_event(conversation, anvil::Event::Auth, services),
        Limit::Message => count_event(conversation, anvil::Event::Message, services),
        Limit::NewTls => count_event(conversation, anvil::Event::NewTls, services),
        Limit::Recipient => count_event(conversation, anvil::Event::Recipient, services),
        Limit::NewTlsSoFar => {
            let now = services.now();
            services.anvil().map(|mut anvil| {
                anvil.status(
                    conversation.service.name(),
                    conversation.client.address,
                    anvil::Event::NewTls,
                    now,
                    conversation.service.time("anvil_rate_time_unit"),
                )
            })
        }
    };
    rate.filter(|&rate| i64::from(rate) > most)
}

fn count_event(
    conversation: &Conversation,
    event: anvil::Event,
    services: &mut dyn Services,
) -> Option<u32> {
    let now = services.now();
    let mut anvil = services.anvil()?;
    Some(anvil.count(
        conversation.service.name(),
        conversation.client.address,
        event,
        now,
        conversation.service.time("anvil_rate_time_unit"),
    ))
}
