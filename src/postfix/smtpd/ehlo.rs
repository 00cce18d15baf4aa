//! HELO and EHLO, and the keywords that EHLO announces.

use std::sync::Arc;

use crate::postfix::configuration::Service;
use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;
use crate::postfix::restrictions;
use crate::smtp::Reply;

use super::command::{Verb, Word};
use super::conversation::{Conversation, Protocol};
use super::interface::{Identity, Output, Services};
use super::lists::is_listed;
use super::notice;
use super::outcome::{Answer, Next, refuse};
use super::withheld::Withheld;

/// `EHLO name`, `HELO name`.
pub(super) fn hello(
    conversation: &mut Conversation,
    verb: Verb,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    if arguments.is_empty() {
        let syntax = format!("Syntax: {} hostname", verb.name());
        return refuse(Rule::Syntax, 501, "", syntax);
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
    let service = Arc::clone(&conversation.service);
    let mut lines = vec![conversation.myhostname().to_owned()];
    let mut withheld = Withheld::nothing(Arc::clone(&service));
    let limit = service.number("message_size_limit");
    let size = if limit > 0 {
        format!("SIZE {limit}")
    } else {
        "SIZE".to_owned()
    };
    let vrfy_off = service.boolean("disable_vrfy_command");
    let fixed = [
        ("PIPELINING", "PIPELINING", None),
        ("SIZE", &size, None),
        ("VRFY", "VRFY", vrfy_off.then_some(Rule::VrfyOff)),
        ("ETRN", "ETRN", None),
        ("STARTTLS", "STARTTLS", why_no_starttls(conversation)),
    ];
    for (keyword, line, lacks) in fixed {
        match lacks.or_else(|| conversation.discarded.rule(keyword)) {
            None => lines.push(line.to_owned()),
            Some(rule) => withheld.note(keyword, rule),
        }
    }
    match auth_lines(conversation, services) {
        Ok(auth) => lines.extend(auth),
        Err(rule) => withheld.note("AUTH", rule),
    }
    let xclient = "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";
    let no_xclient = (!conversation.may_xclient).then_some(Rule::XclientNotTrusted);
    let no_utf8 = (!service.boolean("smtputf8_enable")).then_some(Rule::SmtpUtf8Off);
    let fixed = [
        ("XCLIENT", xclient, no_xclient),
        ("ENHANCEDSTATUSCODES", "ENHANCEDSTATUSCODES", None),
        ("8BITMIME", "8BITMIME", None),
        ("DSN", "DSN", None),
        ("SMTPUTF8", "SMTPUTF8", no_utf8),
        ("CHUNKING", "CHUNKING", None),
    ];
    for (keyword, line, lacks) in fixed {
        match lacks.or_else(|| conversation.discarded.rule(keyword)) {
            None => lines.push(line.to_owned()),
            Some(rule) => withheld.note(keyword, rule),
        }
    }
    conversation.outputs.push(Output::Withheld(withheld));
    conversation.say(Reply {
        code: 250,
        enhanced: None,
        lines,
    });
}

/// Why there is no STARTTLS on this connection; `None`: there is.
pub(super) fn why_no_starttls(conversation: &Conversation) -> Option<Rule> {
    if conversation.tls.is_some() {
        Some(Rule::TlsAlready)
    } else if conversation.tls_policy.offers() {
        conversation.discarded.rule("STARTTLS")
    } else {
        Some(Rule::TlsOff)
    }
}

/// Why there is no AUTH on this connection as it is now; `None`: there is.
pub(super) fn why_no_auth(conversation: &Conversation) -> Option<Rule> {
    if conversation.mechanisms.is_some() {
        conversation.discarded.rule("AUTH")
    } else if conversation.service.boolean("smtpd_sasl_auth_enable") {
        // Where it is on and not there, it waits for TLS: a server without
        // mechanisms dies before it says anything.
        Some(Rule::AuthNeedsTls)
    } else {
        Some(Rule::AuthOff)
    }
}

/// `AUTH PLAIN LOGIN`, and again in the spelling of clients that know no better
/// (`broken_sasl_auth_clients`); nothing to clients that shall not be tempted
/// (`smtpd_sasl_exceptions_networks`). `Err`: the rule by which there is nothing.
fn auth_lines(
    conversation: &mut Conversation,
    services: &mut dyn Services,
) -> Result<Vec<String>, Rule> {
    if let Some(rule) = why_no_auth(conversation) {
        return Err(rule);
    }
    let filter = conversation.service.list("smtpd_sasl_mechanism_filter");
    let mechanisms: Vec<&str> = conversation
        .mechanisms
        .iter()
        .flatten()
        .map(String::as_str)
        .filter(|mechanism| is_announced(filter, mechanism))
        .collect();
    if mechanisms.is_empty() {
        return Err(Rule::AuthFiltered);
    }
    let mechanisms = mechanisms.join(" ");
    let exceptions = "smtpd_sasl_exceptions_networks";
    if is_listed(conversation, exceptions, services) {
        return Err(Rule::AuthExcepted);
    }
    let mut lines = vec![format!("AUTH {mechanisms}")];
    if conversation.service.boolean("broken_sasl_auth_clients") {
        lines.push(format!("AUTH={mechanisms}"));
    }
    Ok(lines)
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
        Self::named(service.list("smtpd_discard_ehlo_keywords"))
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

    /// The rule by which this keyword is left out, if it is.
    fn rule(&self, keyword: &str) -> Option<Rule> {
        self.has(keyword).then_some(Rule::KeywordDiscarded)
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
