//! XCLIENT: a trusted client says whom it speaks for
//! (`smtpd_authorized_xclient_hosts`).

use std::net::{IpAddr, Ipv6Addr};

use crate::postfix::address::is_hostname;
use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;

use super::bdat::Chunks;
use super::command::Word;
use super::conversation::{Conversation, Login, Protocol};
use super::ehlo::neutered;
use super::envelope::from_xtext;
use super::greeting;
use super::interface::{Identity, Services};
use super::lists;
use super::notice::{self, ErrorClass};
use super::outcome::{Answer, Next, Refusal, refuse};

/// What XCLIENT claims.
#[derive(Debug)]
struct Claims {
    client: Identity,
    helo: Option<String>,
    protocol: Option<Protocol>,
    login: Option<String>,
}

/// `XCLIENT name=value …`.
pub(super) fn xclient(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    if conversation.transaction.is_some() {
        let text = "Error: MAIL transaction in progress";
        return refuse(Rule::InTransaction, 503, "5.5.1", text);
    }
    if arguments.is_empty() {
        let syntax = "Syntax: XCLIENT attribute=value...";
        return refuse(Rule::Syntax, 501, "5.5.4", syntax);
    }
    if !conversation.may_xclient {
        return Err(unauthorized(Rule::XclientNotTrusted));
    }
    match claims(conversation, arguments) {
        Ok(claims) => {
            believe(conversation, claims, services);
            Ok(Next::Greet)
        }
        Err(text) => {
            let said: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
            let refusal = Refusal::new(Rule::ParameterSyntax, 501, "5.5.4", text);
            Err(refusal.about(&said.join(" ")))
        }
    }
}

/// `XFORWARD name=value …`: what a filter before the queue would say for the
/// log. No host of the lab has one, and nobody is trusted to be it.
pub(super) fn xforward(conversation: &Conversation, arguments: &[Word]) -> Answer {
    if conversation.transaction.is_some() {
        let text = "Error: MAIL transaction in progress";
        return refuse(Rule::InTransaction, 503, "5.5.1", text);
    }
    if arguments.is_empty() {
        let syntax = "Syntax: XFORWARD attribute=value...";
        return refuse(Rule::Syntax, 501, "5.5.4", syntax);
    }
    Err(unauthorized(Rule::XforwardNotTrusted))
}

/// What a client hears that is not trusted to speak of others.
fn unauthorized(rule: Rule) -> Refusal {
    let text = "Error: insufficient authorization";
    Refusal::new(rule, 550, "5.7.0", text).of(ErrorClass::Policy)
}

fn claims(conversation: &Conversation, arguments: &[Word]) -> Result<Claims, String> {
    let mut claims = Claims {
        client: conversation.client.clone(),
        helo: None,
        protocol: None,
        login: None,
    };
    for Word { text, .. } in arguments {
        let (name, raw) = text
            .split_once('=')
            .filter(|(_, value)| !value.is_empty())
            .ok_or("Error: attribute=value expected")?;
        if raw.len() > 255 {
            return Err("Error: attribute value too long".to_owned());
        }
        let value = printable(&from_xtext(raw).unwrap_or_else(|| raw.to_owned()));
        let name = name.to_ascii_uppercase();
        let unavailable = ["[UNAVAILABLE]", "[TEMPUNAVAIL]"]
            .iter()
            .any(|absent| value.eq_ignore_ascii_case(absent));
        let bad = || format!("Bad {name} syntax: {value}");
        match name.as_str() {
            "NAME" | "REVERSE_NAME" => {
                if !unavailable && !is_hostname(&value) {
                    return Err(bad());
                }
                let known = (!unavailable).then(|| value.clone());
                if name == "NAME" {
                    claims.client.name.clone_from(&known);
                    if known.is_some() {
                        claims.client.reverse_name = known;
                    }
                } else {
                    claims.client.reverse_name = known;
                }
            }
            "ADDR" | "PORT" if unavailable => {}
            "DESTADDR" | "DESTPORT" => {}
            "ADDR" => claims.client.address = address(&value).ok_or_else(bad)?,
            "PORT" => claims.client.port = value.parse().map_err(|_| bad())?,
            "HELO" => claims.helo = (!unavailable).then(|| neutered(&value)),
            "PROTO" => {
                claims.protocol = Some(match value.to_ascii_uppercase().as_str() {
                    "SMTP" => Protocol::Smtp,
                    "ESMTP" => Protocol::Esmtp,
                    _ => return Err(bad()),
                });
            }
            "LOGIN" => claims.login = (!unavailable).then(|| value.clone()),
            _ => return Err(format!("Bad XCLIENT attribute name: {text}")),
        }
    }
    Ok(claims)
}

/// `198.51.100.7`, `IPV6:2001:db8::7`, `2001:db8::7`.
fn address(value: &str) -> Option<IpAddr> {
    match value.split_at_checked(5) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("IPV6:") => {
            rest.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
        }
        _ => value.parse().ok(),
    }
}

/// Goes on as with a new client; the TLS session stays.
fn believe(conversation: &mut Conversation, claims: Claims, services: &mut dyn Services) {
    notice::flush(conversation, None, services);
    greeting::disconnected(conversation, services);
    conversation.client = claims.client;
    conversation.helo = claims.helo;
    conversation.protocol = claims.protocol.unwrap_or(Protocol::Smtp);
    conversation.login = claims.login.map(|user| Login {
        method: "XCLIENT".to_owned(),
        user,
    });
    conversation.transaction = None;
    conversation.chunks = Chunks::None;
    conversation.denied = false;
    conversation.may_xclient =
        lists::is_listed(conversation, "smtpd_authorized_xclient_hosts", services);
}
