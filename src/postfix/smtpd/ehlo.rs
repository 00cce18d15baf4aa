//! HELO and EHLO, and the keywords that EHLO announces.

use crate::postfix::configuration::Service;
use crate::postfix::printable::printable;
use crate::postfix::restrictions;
use crate::smtp::Reply;

use super::command::{Verb, Word};
use super::conversation::{Conversation, Protocol};
use super::interface::{Identity, Services};
use super::lists::is_listed;
use super::notice;
use super::outcome::{Answer, Next, refuse};

/// `EHLO name`, `HELO name`.
pub(super) fn hello(
    conversation: &mut Conversation,
    verb: Verb,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    if arguments.is_empty() {
        return refuse(501, "", format!("Syntax: {} hostname", verb.name()));
    }
    let name = arguments
        .iter()
        .map(|word| word.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    if !conversation.service.boolean("smtpd_delay_reject") {
        let mut facts = conversation.facts(None);
        facts.helo = Some(&name);
        let evaluation =
            restrictions::at_helo(&conversation.service, &facts, services, verb.name());
        if !conversation.accept(evaluation) {
            return Ok(Next::Failed);
        }
    }
    notice::flush_long(conversation, services);
    conversation.reset_mail();
    conversation.helo = Some(neutered(&printable(&name)));
    if verb == Verb::Helo {
        // Whoever said EHLO once speaks ESMTP.
        let text = conversation.myhostname().to_owned();
        conversation.reply(250, "", text);
    } else {
        conversation.protocol = Protocol::Esmtp;
        announce(conversation, services);
    }
    Ok(Next::Done)
}

/// `text` without what could mean something in a header or a log line.
pub(super) fn neutered(text: &str) -> String {
    text.chars()
        .map(|character| {
            if " <>()\\\";@".contains(character) {
                '?'
            } else {
                character
            }
        })
        .collect()
}

fn announce(conversation: &mut Conversation, services: &mut dyn Services) {
    if let Some(line) = conversation.discarded.log_line() {
        conversation.log(line);
    }
    let mut lines = vec![conversation.myhostname().to_owned()];
    let service = conversation.service.clone();
    let tls = conversation.tls_policy.offers() && conversation.tls.is_none();
    let limit = service.number("message_size_limit");
    let size = if limit > 0 {
        format!("SIZE {limit}")
    } else {
        "SIZE".to_owned()
    };
    let fixed = [
        ("PIPELINING", "PIPELINING", true),
        ("SIZE", &size, true),
        ("VRFY", "VRFY", !service.boolean("disable_vrfy_command")),
        ("ETRN", "ETRN", true),
        ("STARTTLS", "STARTTLS", tls),
    ];
    for (keyword, line, supported) in fixed {
        if supported && !conversation.discarded.has(keyword) {
            lines.push(line.to_owned());
        }
    }
    lines.extend(auth_lines(conversation, services));
    let xclient = "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";
    let fixed = [
        ("XCLIENT", xclient, conversation.may_xclient),
        ("ENHANCEDSTATUSCODES", "ENHANCEDSTATUSCODES", true),
        ("8BITMIME", "8BITMIME", true),
        ("DSN", "DSN", true),
        ("SMTPUTF8", "SMTPUTF8", service.boolean("smtputf8_enable")),
        ("CHUNKING", "CHUNKING", true),
    ];
    for (keyword, line, supported) in fixed {
        if supported && !conversation.discarded.has(keyword) {
            lines.push(line.to_owned());
        }
    }
    conversation.say(Reply {
        code: 250,
        enhanced: None,
        lines,
    });
}

/// `AUTH PLAIN LOGIN`, and again in the spelling of clients that know no better
/// (`broken_sasl_auth_clients`); nothing to clients that shall not be tempted
/// (`smtpd_sasl_exceptions_networks`).
fn auth_lines(conversation: &mut Conversation, services: &mut dyn Services) -> Vec<String> {
    let Some(mechanisms) = conversation.mechanisms.clone() else {
        return Vec::new();
    };
    let filter = conversation.service.list("smtpd_sasl_mechanism_filter");
    let mechanisms: Vec<String> = mechanisms
        .into_iter()
        .filter(|mechanism| is_announced(&filter, mechanism))
        .collect();
    let hidden = conversation.discarded.has("AUTH") || mechanisms.is_empty();
    let excepted = !hidden
        && !conversation
            .service
            .text("smtpd_sasl_exceptions_networks")
            .is_empty()
        && is_listed(conversation, "smtpd_sasl_exceptions_networks", services);
    if hidden || excepted {
        return Vec::new();
    }
    let mechanisms = mechanisms.join(" ");
    let mut lines = vec![format!("AUTH {mechanisms}")];
    if conversation.service.boolean("broken_sasl_auth_clients") {
        lines.push(format!("AUTH={mechanisms}"));
    }
    lines
}

/// Whether `smtpd_sasl_mechanism_filter` (`!external, static:rest`) lets a
/// mechanism through: the first entry that speaks of it decides.
fn is_announced(filter: &[String], mechanism: &str) -> bool {
    filter
        .iter()
        .find_map(|entry| {
            let (name, wanted) = match entry.strip_prefix('!') {
                Some(name) => (name, false),
                None => (entry.as_str(), true),
            };
            let matched = name.starts_with("static:") || name.eq_ignore_ascii_case(mechanism);
            matched.then_some(wanted)
        })
        .unwrap_or(filter.is_empty())
}

/// The EHLO keywords that are not announced (`smtpd_discard_ehlo_keywords`).
/// What is not announced is not done either, where that matters.
#[derive(Clone, Debug)]
pub(super) struct Discarded(Vec<&'static str>);

impl Discarded {
    /// Every keyword that can be left out, in the order in which the log names them.
    const KNOWN: [&'static str; 15] = [
        "8BITMIME",
        "AUTH",
        "ETRN",
        "PIPELINING",
        "SIZE",
        "VERP",
        "VRFY",
        "XCLIENT",
        "XFORWARD",
        "ENHANCEDSTATUSCODES",
        "STARTTLS",
        "DSN",
        "SMTPUTF8",
        "CHUNKING",
        "SILENT-DISCARD",
    ];

    /// As the service says to everybody.
    pub(super) fn of(service: &Service) -> Self {
        Self::named(&service.list("smtpd_discard_ehlo_keywords"))
    }

    /// As the service says to this client (`smtpd_discard_ehlo_keyword_address_maps`).
    pub(super) fn for_client(
        service: &Service,
        client: &Identity,
        services: &dyn Services,
    ) -> Self {
        let mut lookups = service.lookups(services);
        let address = client.address.to_string();
        service
            .list("smtpd_discard_ehlo_keyword_address_maps")
            .iter()
            .find_map(|table| lookups.get(table, &address).ok().flatten())
            .map_or_else(
                || Self::of(service),
                |words| {
                    let words: Vec<String> =
                        words.split([',', ' ', '\t']).map(str::to_owned).collect();
                    Self::named(&words)
                },
            )
    }

    fn named(listed: &[String]) -> Self {
        Self(
            Self::KNOWN
                .into_iter()
                .filter(|known| listed.iter().any(|word| word.eq_ignore_ascii_case(known)))
                .collect(),
        )
    }

    /// Whether this keyword is left out.
    pub(super) fn has(&self, keyword: &str) -> bool {
        self.0.contains(&keyword)
    }

    fn log_line(&self) -> Option<String> {
        // To Postfix ENHANCEDSTATUSCODES says to be silent, too.
        let silent =
            self.0.is_empty() || self.has("SILENT-DISCARD") || self.has("ENHANCEDSTATUSCODES");
        let names = self.0.iter().map(|&keyword| match keyword {
            "SMTPUTF8" => "EHLO_MASK_SMTPUTF8",
            keyword => keyword,
        });
        (!silent).then(|| {
            let names: Vec<&str> = names.collect();
            format!("discarding EHLO keywords: {}", names.join(" "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_of_the_filter_that_matches_decides() {
        let filter = |entries: &[&str]| entries.iter().map(|&e| e.to_owned()).collect::<Vec<_>>();
        assert!(is_announced(
            &filter(&["!external", "static:rest"]),
            "PLAIN"
        ));
        assert!(!is_announced(&filter(&["!login", "static:rest"]), "LOGIN"));
        assert!(is_announced(&filter(&["plain"]), "PLAIN"));
        assert!(!is_announced(&filter(&["plain"]), "LOGIN"));
    }

    #[test]
    fn a_name_cannot_smuggle_anything_into_a_header() {
        assert_eq!(neutered("<script> (x)"), "?script???x?");
    }
}
