//! Restrictions on the form and the domain of envelope addresses.

use super::ReplyClass;
use super::judge::{Finding, Judge};
use crate::postfix::address::{is_hostname, split};
use crate::postfix::decision::Fact;
use crate::postfix::rewrite::resolve;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};

impl<'a> Judge<'a> {
    /// The envelope address of a class; none for the null sender.
    pub(super) fn envelope(&self, class: ReplyClass) -> Option<&'a str> {
        match class {
            ReplyClass::Sender => self.facts.sender,
            _ => self.facts.recipient,
        }
        .filter(|address| !address.is_empty())
    }

    pub(super) fn reject_non_fqdn_address(&self, class: ReplyClass) -> Finding {
        let Some(address) = self.envelope(class) else {
            return Finding::nothing(Fact::Form {
                subject: String::new(),
                acceptable: true,
            });
        };
        let domain = split(address).1.unwrap_or_default();
        let domain = domain.trim_end_matches('.');
        let acceptable = domain.starts_with('[') && domain.ends_with(']')
            || is_hostname(domain) && domain.contains('.');
        let fact = Fact::Form {
            subject: address.to_owned(),
            acceptable,
        };
        if acceptable {
            return Finding::nothing(fact);
        }
        let code = self.service.number("non_fqdn_reject_code");
        let text = format!(
            "<{address}>: {} rejected: need fully-qualified address",
            class.words()
        );
        Finding::refuse(fact, self.refusal(code, "5.5.2", &text))
    }

    pub(super) fn reject_unknown_domain(&mut self, class: ReplyClass) -> Finding {
        let Some(address) = self.envelope(class) else {
            return Finding::nothing(Fact::NoAddress);
        };
        let Ok(resolved) = resolve(self.service, &mut self.lookups, address) else {
            return self.lookup_failed(address);
        };
        let name = resolved.domain().to_owned();
        if resolved.class.is_final() {
            return Finding::nothing(Fact::OurDestination {
                domain: name,
                parameter: resolved.class.parameter(),
            });
        }
        if name.starts_with('[') {
            return Finding::nothing(Fact::ForeignDestination { domain: name });
        }
        self.mail_host(address, name, class)
    }

    /// Whether DNS knows a host for the domain: an MX, or else an address.
    fn mail_host(&mut self, address: &str, name: String, class: ReplyClass) -> Finding {
        let is_sender = class == ReplyClass::Sender;
        let rejected = format!("<{address}>: {} rejected:", class.words());
        let mut failed = false;
        for kind in [RecordKind::Mx, RecordKind::A, RecordKind::Aaaa] {
            match self.lookups.services.resolve(&name, kind) {
                DnsAnswer::Found(answers) => {
                    let answer = answers.join(", ");
                    // RFC 7505: `0 .` says that the domain takes no mail.
                    let is_null = kind == RecordKind::Mx
                        && answers.len() == 1
                        && matches!(answer.split_whitespace().nth(1), None | Some("."));
                    if !is_null {
                        return Finding::nothing(Fact::DnsFound { name, answer });
                    }
                    let text = format!("{rejected} Domain {name} does not accept mail (nullMX)");
                    let (code, enhanced) = if is_sender {
                        (550, "5.7.27")
                    } else {
                        (556, "5.1.10")
                    };
                    let refusal = self.refusal(code, enhanced, &text);
                    return Finding::refuse(Fact::DnsFound { name, answer }, refusal);
                }
                DnsAnswer::Failed => failed = true,
                DnsAnswer::NoName => break,
                DnsAnswer::NoRecord => {}
            }
        }
        let enhanced = if is_sender { "4.1.8" } else { "4.1.2" };
        let text = format!("{rejected} Domain not found");
        if failed {
            let refusal = self.refusal(450, enhanced, &text);
            return Finding {
                fact: Fact::DnsFailed { name },
                conclusion: self.after_failure("unknown_address_tempfail_action", refusal),
            };
        }
        let code = self.service.number("unknown_address_reject_code");
        Finding::refuse(
            Fact::DnsMissing { name },
            self.refusal(code, enhanced, &text),
        )
    }

    pub(super) fn reject_multi_recipient_bounce(
        &self,
        subject: &str,
        class: ReplyClass,
    ) -> Finding {
        // At RCPT the recipient under judgement is not counted yet.
        let most = usize::from(self.stage != "RCPT");
        let is_bounce_to_many = self.facts.sender == Some("") && self.facts.recipients > most;
        let fact = Fact::Form {
            subject: subject.to_owned(),
            acceptable: !is_bounce_to_many,
        };
        if !is_bounce_to_many {
            return Finding::nothing(fact);
        }
        let code = self.service.number("multi_recipient_bounce_reject_code");
        let text = format!(
            "<{subject}>: {} rejected: Multi-recipient bounce",
            class.words()
        );
        Finding::refuse(fact, self.refusal(code, "5.5.3", &text))
    }
}
