//! Restrictions on where mail may go: the heart of relay policy.

use super::ReplyClass;
use super::judge::{Finding, Judge};
use crate::postfix::decision::Fact;
use crate::postfix::rewrite::{Class, Resolved, resolve};
use crate::postfix::table::Unavailable;

impl Judge<'_> {
    pub(super) fn permit_auth_destination(&mut self, subject: &str) -> Finding {
        match self.destination() {
            None => Finding::nothing(Fact::Unconditional),
            Some(Err(Unavailable)) => self.lookup_failed(subject),
            Some(Ok(resolved)) => match self.authorised(&resolved) {
                Ok(fact) => Finding::permit(fact),
                Err(fact) => Finding::nothing(fact),
            },
        }
    }

    /// `reject_unauth_destination`; with `less` 100 `defer_unauth_destination`.
    pub(super) fn reject_unauth_destination(&mut self, subject: &str, less: i64) -> Finding {
        let fact = match self.destination() {
            None => return Finding::nothing(Fact::Unconditional),
            Some(Err(Unavailable)) => return self.lookup_failed(subject),
            Some(Ok(resolved)) => match self.authorised(&resolved) {
                Ok(fact) => return Finding::nothing(fact),
                Err(fact) => fact,
            },
        };
        let recipient = self.facts.recipient.unwrap_or_default();
        let text = format!("<{recipient}>: Relay access denied");
        let refusal = self.refusal_with_code_of("relay_domains_reject_code", less, "5.7.1", &text);
        Finding::refuse(fact, refusal)
    }

    /// Whether an allow list may let the client through: none overrides
    /// `reject_unauth_destination`.
    pub(super) fn may_go_anywhere(&mut self) -> bool {
        match self.destination() {
            None => true,
            Some(Err(Unavailable)) => false,
            Some(Ok(resolved)) => self.authorised(&resolved).is_ok(),
        }
    }

    /// `check_relay_domains`, which the two above replaced long ago.
    pub(super) fn check_relay_domains(&mut self, subject: &str) -> Finding {
        self.warn(
            "support for restriction \"check_relay_domains\" will be removed from Postfix; \
             use \"reject_unauth_destination\" instead",
        );
        let fact = match self.destination() {
            None => return Finding::nothing(Fact::Unconditional),
            Some(Err(Unavailable)) => return self.lookup_failed(subject),
            Some(Ok(resolved)) => match self.authorised(&resolved) {
                Ok(fact) => return Finding::permit(fact),
                Err(fact) => fact,
            },
        };
        let code = self.service.number("relay_domains_reject_code");
        let recipient = self.facts.recipient.unwrap_or_default();
        let class = ReplyClass::Recipient.words();
        let text = format!("<{recipient}>: {class} rejected: Relay access denied");
        Finding::refuse(fact, self.refusal(code, "5.7.1", &text))
    }

    pub(super) fn destination(&mut self) -> Option<Result<Resolved, Unavailable>> {
        let recipient = self.facts.recipient?;
        Some(resolve(self.service, &mut self.lookups, recipient))
    }

    /// Whether this host takes mail for the address from anybody.
    fn authorised(&self, resolved: &Resolved) -> Result<Fact, Fact> {
        let domain = resolved.domain().to_owned();
        let is_hidden = resolved.routed && !self.service.boolean("allow_untrusted_routing");
        if !is_hidden && (resolved.class.is_final() || resolved.class == Class::Relay) {
            Ok(Fact::OurDestination {
                domain,
                parameter: resolved.class.parameter(),
            })
        } else {
            Err(Fact::ForeignDestination { domain })
        }
    }
}
