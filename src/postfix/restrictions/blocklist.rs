//! DNS block lists and allow lists: `reject_rbl_client`, `reject_rhsbl_*`,
//! `permit_dnswl_client`, `permit_rhswl_client`.

use std::net::IpAddr;

use super::ReplyClass;
use super::attributes::attributes;
use super::judge::{Finding, Judge};
use crate::postfix::address::split;
use crate::postfix::decision::Fact;
use crate::postfix::expand::expand;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};

impl Judge<'_> {
    /// The forerunner of `reject_rbl_client`, with its lists in `maps_rbl_domains`.
    pub(super) fn reject_maps_rbl(&mut self) -> Finding {
        self.warn(
            "support for restriction \"reject_maps_rbl\" will be removed from Postfix; \
             use \"reject_rbl_client domain-name\" instead",
        );
        Finding::nothing(Fact::Unconditional)
    }

    /// `list` is the argument: a domain, perhaps with `=filter` behind it.
    pub(super) fn block_list(&mut self, name: &str, list: &str) -> Finding {
        let (domain, filter) = match list.split_once('=') {
            Some((domain, filter)) => (domain, Some(filter)),
            None => (list, None),
        };
        let (what, class) = match name {
            "reject_rhsbl_client" | "permit_rhswl_client" => {
                (self.facts.client.name.clone(), ReplyClass::Client)
            }
            "reject_rhsbl_reverse_client" => (
                self.facts.client.reverse_name.clone(),
                ReplyClass::ReverseClient,
            ),
            "reject_rhsbl_helo" => (self.facts.helo.map(str::to_owned), ReplyClass::Helo),
            "reject_rhsbl_sender" => (
                self.envelope(ReplyClass::Sender).map(str::to_owned),
                ReplyClass::Sender,
            ),
            "reject_rhsbl_recipient" => (
                self.envelope(ReplyClass::Recipient).map(str::to_owned),
                ReplyClass::Recipient,
            ),
            _ => (
                Some(self.facts.client.address.to_string()),
                ReplyClass::Client,
            ),
        };
        let Some(query) = what.as_deref().and_then(|what| query_name(what, domain)) else {
            return Finding::nothing(Fact::DnsMissing {
                name: domain.to_owned(),
            });
        };
        let answers = match self.lookups.services.resolve(&query, RecordKind::A) {
            DnsAnswer::Found(answers) => answers,
            DnsAnswer::Failed => {
                self.warn(format!(
                    "{query}: RBL lookup error: Host or domain name not found. \
                     Name service error for name={query} type=A: Host not found, try again"
                ));
                return Finding::nothing(Fact::DnsFailed { name: query });
            }
            DnsAnswer::NoName | DnsAnswer::NoRecord => {
                return Finding::nothing(Fact::DnsMissing { name: query });
            }
        };
        let is_listed = answers
            .iter()
            .any(|answer| filter.is_none_or(|filter| filter_matches(filter, answer)));
        if !is_listed {
            return Finding::nothing(Fact::DnsMissing { name: query });
        }
        let text =
            self.block_list_reply(&query, domain, what.as_deref().unwrap_or_default(), class);
        let fact = Fact::DnsFound {
            name: query,
            answer: answers.join(", "),
        };
        if name.starts_with("permit_") {
            return if self.may_go_anywhere() {
                Finding::permit(fact)
            } else {
                Finding::nothing(fact)
            };
        }
        let code = self.service.number("maps_rbl_reject_code");
        Finding::refuse(fact, self.refusal(code, "5.7.1", &text))
    }

    /// `default_rbl_reply`, without the code in front.
    fn block_list_reply(&self, query: &str, domain: &str, what: &str, class: ReplyClass) -> String {
        let reason = match self.lookups.services.resolve(query, RecordKind::Txt) {
            DnsAnswer::Found(texts) => texts
                .first()
                .map(|text| text.trim_matches('"').to_owned())
                .unwrap_or_default(),
            _ => String::new(),
        };
        let code = self.service.text("maps_rbl_reject_code");
        let mut values = attributes(self.service, &self.facts, self.lookups.services.now());
        values.extend([
            ("rbl_code", code.to_owned()),
            ("rbl_class", class.words().to_owned()),
            ("rbl_what", what.replace('$', "$$")),
            ("rbl_domain", domain.to_owned()),
            ("rbl_reason", reason.replace('$', "$$")),
        ]);
        let template = self.service.text("default_rbl_reply");
        let reply =
            expand(template, &|name| values.get(name).map(String::as_str)).unwrap_or_default();
        // Ours to write: the code, and an enhanced one if the template has none.
        reply
            .strip_prefix(code)
            .map_or(reply.as_str(), str::trim_start)
            .trim_start_matches("5.7.1 ")
            .to_owned()
    }
}

/// The name to ask for: an address turned round, or a domain, in the list's domain.
fn query_name(what: &str, list: &str) -> Option<String> {
    let reversed = match what.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        Ok(IpAddr::V6(address)) => {
            let nibbles: Vec<String> = address
                .octets()
                .iter()
                .rev()
                .flat_map(|octet| [octet & 15, octet >> 4])
                .map(|nibble| format!("{nibble:x}"))
                .collect();
            nibbles.join(".")
        }
        Err(_) => {
            let domain = split(what).1.unwrap_or(what);
            if domain.is_empty() || domain.starts_with('[') || domain.parse::<IpAddr>().is_ok() {
                return None;
            }
            domain.to_owned()
        }
    };
    Some(format!("{reversed}.{list}"))
}

/// `127.0.0.[2..4;10]`: one pattern per octet.
fn filter_matches(filter: &str, answer: &str) -> bool {
    let mut octets = answer.split('.').map(|octet| octet.parse::<u8>().ok());
    let patterns = octet_patterns(filter);
    patterns.len() == 4
        && patterns.iter().all(|pattern| {
            octets.next().flatten().is_some_and(|octet| {
                pattern.trim_matches(['[', ']']).split(';').any(|part| {
                    let (low, high) = part.split_once("..").unwrap_or((part, part));
                    let low = low.trim().parse::<u8>();
                    let high = high.trim().parse::<u8>();
                    low.is_ok_and(|low| octet >= low) && high.is_ok_and(|high| octet <= high)
                })
            })
        })
}

/// Splits a filter at the dots outside brackets.
fn octet_patterns(filter: &str) -> Vec<String> {
    let mut patterns = vec![String::new()];
    let mut inside = false;
    for character in filter.chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            '.' if !inside => {
                patterns.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = patterns.last_mut() {
            last.push(character);
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_asked_for_backwards() {
        assert_eq!(
            query_name("203.0.113.66", "rbl.example").as_deref(),
            Some("66.113.0.203.rbl.example")
        );
        assert_eq!(
            query_name("x@spam.example", "dbl.example").as_deref(),
            Some("spam.example.dbl.example")
        );
        assert_eq!(query_name("x@[10.0.0.1]", "dbl.example"), None);
    }

    #[test]
    fn filters_choose_among_answers() {
        assert!(filter_matches("127.0.0.2", "127.0.0.2"));
        assert!(!filter_matches("127.0.0.2", "127.0.0.3"));
        assert!(filter_matches("127.0.[0;1].[2..4;10]", "127.0.1.3"));
        assert!(!filter_matches("127.0.[0;1].[2..4;10]", "127.0.1.9"));
    }
}
