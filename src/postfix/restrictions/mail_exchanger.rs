//! `permit_mx_backup`: this host is one of the domain's mail exchangers.

use std::net::IpAddr;

use super::judge::{Conclusion, Finding, Judge};
use crate::postfix::decision::Fact;
use crate::postfix::networks::MatchList;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};
use crate::postfix::table::Unavailable;

/// One MX record.
struct Exchanger {
    preference: u16,
    host: String,
}

impl Judge<'_> {
    pub(super) fn permit_mx_backup(&mut self, subject: &str) -> Finding {
        let resolved = match self.destination() {
            None => return Finding::nothing(Fact::Unconditional),
            Some(Err(Unavailable)) => return self.lookup_failed(subject),
            Some(Ok(resolved)) => resolved,
        };
        let domain = resolved.domain().to_owned();
        if resolved.routed && !self.service.boolean("allow_untrusted_routing") {
            return Finding::nothing(Fact::ForeignDestination { domain });
        }
        if resolved.class.is_final() {
            return Finding::permit(Fact::OurDestination {
                domain,
                parameter: resolved.class.parameter(),
            });
        }
        if domain.starts_with('[') {
            return Finding::nothing(Fact::ForeignDestination { domain });
        }
        match self.lookups.services.resolve(&domain, RecordKind::Mx) {
            DnsAnswer::Failed => {
                let text = format!(
                    "<{subject}>: {} rejected: Unable to look up mail exchanger information",
                    super::ReplyClass::Recipient.words()
                );
                Finding {
                    fact: Fact::DnsFailed { name: domain },
                    conclusion: Conclusion::DeferIfReject(self.refusal(450, "4.4.4", &text)),
                }
            }
            DnsAnswer::NoName | DnsAnswer::NoRecord => {
                if self.is_own_host(&domain) {
                    Finding::permit(Fact::DnsFound {
                        answer: domain.clone(),
                        name: domain,
                    })
                } else {
                    Finding::nothing(Fact::DnsMissing { name: domain })
                }
            }
            DnsAnswer::Found(records) => self.judge_exchangers(domain, &records),
        }
    }

    fn judge_exchangers(&mut self, domain: String, records: &[String]) -> Finding {
        let exchangers: Vec<Exchanger> = records
            .iter()
            .filter_map(|record| {
                let (preference, host) = record.split_once(' ')?;
                Some(Exchanger {
                    preference: preference.parse().ok()?,
                    host: host.trim().trim_end_matches('.').to_owned(),
                })
            })
            .collect();
        let fact = Fact::DnsFound {
            name: domain,
            answer: records.join(", "),
        };
        let is_one = exchangers.iter().any(|it| self.is_own_host(&it.host));
        if is_one && self.primaries_are_allowed(&exchangers) {
            Finding::permit(fact)
        } else {
            Finding::nothing(fact)
        }
    }

    /// Whether every best exchanger is in `permit_mx_backup_networks`, if set.
    fn primaries_are_allowed(&mut self, exchangers: &[Exchanger]) -> bool {
        let parameter = "permit_mx_backup_networks";
        let networks = self.service.list(parameter);
        if networks.is_empty() {
            return true;
        }
        let list = MatchList::parse(parameter, networks, true, &mut self.lookups);
        let best = exchangers.iter().map(|it| it.preference).min();
        exchangers
            .iter()
            .filter(|it| Some(it.preference) == best)
            .all(|it| {
                self.addresses_of(&it.host).iter().any(|address| {
                    list.client(&it.host, *address, &mut self.lookups)
                        .is_ok_and(|found| found.is_found())
                })
            })
    }

    /// Whether a name leads to this machine. What it is called does not count.
    fn is_own_host(&self, host: &str) -> bool {
        self.addresses_of(host)
            .iter()
            .any(|address| self.service.owns(*address))
    }

    /// The addresses that DNS has for a host.
    pub(super) fn addresses_of(&self, host: &str) -> Vec<IpAddr> {
        [RecordKind::A, RecordKind::Aaaa]
            .into_iter()
            .filter_map(|kind| match self.lookups.services.resolve(host, kind) {
                DnsAnswer::Found(addresses) => Some(addresses),
                _ => None,
            })
            .flatten()
            .filter_map(|address| address.parse().ok())
            .collect()
    }
}
