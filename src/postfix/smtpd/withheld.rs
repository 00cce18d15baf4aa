//! The keywords that a reply to EHLO lacks, and why: told to whoever wants to
//! know, at no cost to those who don't.

use std::sync::Arc;

use crate::postfix::configuration::Service;
use crate::postfix::decision::{Decision, Verdict};
use crate::postfix::reason::{Reason, Rule};

/// The keywords that a client may miss, those that clients ask for most in front.
const KEYWORDS: [&str; 11] = [
    "STARTTLS",
    "AUTH",
    "SIZE",
    "VRFY",
    "SMTPUTF8",
    "PIPELINING",
    "ETRN",
    "ENHANCEDSTATUSCODES",
    "8BITMIME",
    "DSN",
    "CHUNKING",
];

/// The keywords that one reply to EHLO lacked, each with the rule behind it.
#[derive(Clone, Debug)]
pub struct Withheld {
    service: Arc<Service>,
    rules: [Option<Rule>; KEYWORDS.len()],
}

impl Withheld {
    /// Nothing lacks yet in this service's reply.
    pub(super) fn nothing(service: Arc<Service>) -> Self {
        Self {
            service,
            rules: [None; KEYWORDS.len()],
        }
    }

    /// Notes why `keyword` is not announced.
    pub(super) fn note(&mut self, keyword: &str, rule: Rule) {
        let known = KEYWORDS.iter().position(|known| *known == keyword);
        if let Some(place) = known.and_then(|index| self.rules.get_mut(index)) {
            *place = Some(rule);
        }
    }

    /// What was decided about EHLO; `None` if nothing lacks.
    pub fn decision(&self) -> Option<Decision> {
        let reasons: Vec<Reason> = KEYWORDS
            .iter()
            .zip(self.rules)
            .filter_map(|(keyword, rule)| Some((keyword, rule?)))
            .map(|(keyword, rule)| Reason::new(&self.service, "EHLO", rule, *keyword))
            .collect();
        (!reasons.is_empty()).then_some(Decision {
            stage: "EHLO",
            subject: String::new(),
            lists: Vec::new(),
            reasons,
            verdict: Verdict::Accepted,
        })
    }
}
