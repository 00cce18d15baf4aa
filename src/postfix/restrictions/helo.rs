//! Restrictions on the name in HELO or EHLO.

use super::judge::{Conclusion, Finding, Judge};
use crate::postfix::address::{is_hostname, literal};
use crate::postfix::decision::Fact;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};

/// HELO has no SMTPUTF8: its names are ASCII.
fn is_ascii_hostname(name: &str) -> bool {
    name.is_ascii() && is_hostname(name)
}

impl Judge<'_> {
    pub(super) fn reject_invalid_helo_hostname(&self) -> Finding {
        self.helo_form("invalid_hostname_reject_code", "Invalid name", |name| {
            is_ascii_hostname(name) || name.parse::<std::net::IpAddr>().is_ok()
        })
    }

    pub(super) fn reject_non_fqdn_helo_hostname(&self) -> Finding {
        self.helo_form(
            "non_fqdn_reject_code",
            "need fully-qualified hostname",
            |name| is_ascii_hostname(name) && name.contains('.'),
        )
    }

    pub(super) fn reject_unknown_helo_hostname(&mut self) -> Finding {
        let form = self.reject_invalid_literal();
        let Some(name) = self.facts.helo.filter(|name| !name.starts_with('[')) else {
            return form;
        };
        let mut failed = false;
        for kind in [RecordKind::A, RecordKind::Aaaa, RecordKind::Mx] {
            match self.lookups.services.resolve(name, kind) {
                DnsAnswer::Found(answers) => {
                    return Finding::nothing(Fact::DnsFound {
                        name: name.to_owned(),
                        answer: answers.join(", "),
                    });
                }
                DnsAnswer::Failed => failed = true,
                DnsAnswer::NoName | DnsAnswer::NoRecord => {}
            }
        }
        let text = format!("<{name}>: Helo command rejected: Host not found");
        let name = name.to_owned();
        if failed {
            let refusal = self.refusal(450, "4.7.1", &text);
            return Finding {
                fact: Fact::DnsFailed { name },
                conclusion: self.after_failure("unknown_helo_hostname_tempfail_action", refusal),
            };
        }
        let code = self.service.number("unknown_hostname_reject_code");
        Finding::refuse(
            Fact::DnsMissing { name },
            self.refusal(code, "4.7.1", &text),
        )
    }

    /// What a temporary failure leads to (`reject_tempfail_action`).
    pub(super) fn after_failure(
        &self,
        parameter: &str,
        refusal: super::judge::Refusal,
    ) -> Conclusion {
        if self.service.text(parameter).eq_ignore_ascii_case("defer") {
            Conclusion::Refuse(refusal)
        } else {
            Conclusion::DeferIfPermit(refusal)
        }
    }

    fn helo_form(&self, code: &str, complaint: &str, is_good: impl Fn(&str) -> bool) -> Finding {
        let Some(name) = self.facts.helo.filter(|name| !name.starts_with('[')) else {
            return self.reject_invalid_literal();
        };
        let acceptable = is_good(name.strip_suffix('.').unwrap_or(name));
        let fact = Fact::Form {
            subject: name.to_owned(),
            acceptable,
        };
        if acceptable {
            return Finding::nothing(fact);
        }
        let text = format!("<{name}>: Helo command rejected: {complaint}");
        Finding::refuse(
            fact,
            self.refusal(self.service.number(code), "5.5.2", &text),
        )
    }

    /// `[192.0.2.1]` in place of a name.
    fn reject_invalid_literal(&self) -> Finding {
        let name = self.facts.helo.unwrap_or_default();
        let acceptable = !name.starts_with('[') || literal(name).is_some();
        let fact = Fact::Form {
            subject: name.to_owned(),
            acceptable,
        };
        if acceptable {
            return Finding::nothing(fact);
        }
        let code = self.service.number("invalid_hostname_reject_code");
        let text = format!("<{name}>: Helo command rejected: invalid ip address");
        Finding::refuse(fact, self.refusal(code, "5.5.2", &text))
    }
}
