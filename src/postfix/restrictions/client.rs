//! Restrictions on who the client is.

use super::ReplyClass;
use super::judge::{Finding, Judge};
use crate::postfix::configuration::Service;
use crate::postfix::decision::Fact;
use crate::postfix::networks::{Match, MatchList};
use crate::postfix::smtpd::{Identity, Services};

/// Whether a client is in the list that a parameter holds.
pub(super) fn is_in(
    service: &Service,
    parameter: &str,
    client: &Identity,
    services: &dyn Services,
) -> (bool, Vec<String>) {
    let mut lookups = service.lookups(services);
    let list = MatchList::parse(
        parameter,
        service.list(parameter),
        parents_match(service, parameter),
        &mut lookups,
    );
    let name = client.name.as_deref().unwrap_or("unknown");
    let found = list.client(name, client.address, &mut lookups);
    (found.is_ok_and(|found| found.is_found()), lookups.log)
}

/// Whether `example.com` also means its subdomains in a feature
/// (`parent_domain_matches_subdomains`).
pub(super) fn parents_match(service: &Service, parameter: &str) -> bool {
    service
        .list("parent_domain_matches_subdomains")
        .iter()
        .any(|feature| feature.eq_ignore_ascii_case(parameter))
}

impl Judge<'_> {
    pub(super) fn permit_mynetworks(&mut self, subject: &str) -> Finding {
        let client = self.facts.client.address;
        let networks = self.service.text("mynetworks");
        let parents = parents_match(self.service, "mynetworks");
        let words = self.service.list("mynetworks");
        let list = MatchList::parse("mynetworks", words, parents, &mut self.lookups);
        match list.client(self.facts.peer_name(), client, &mut self.lookups) {
            Ok(Match::Found(network)) => {
                Finding::permit(Fact::ClientInNetworks { client, network })
            }
            Ok(_) => Finding::nothing(Fact::ClientOutsideNetworks {
                client,
                networks: networks.to_owned(),
            }),
            Err(_) => self.lookup_failed(subject),
        }
    }

    pub(super) fn permit_inet_interfaces(&self) -> Finding {
        let client = self.facts.client.address;
        if self.service.owns(client) {
            Finding::permit(Fact::ClientInNetworks {
                client,
                network: client.to_string(),
            })
        } else {
            Finding::nothing(Fact::ClientOutsideNetworks {
                client,
                networks: self.service.text("inet_interfaces").to_owned(),
            })
        }
    }

    pub(super) fn permit_sasl_authenticated(&self) -> Finding {
        match self.facts.sasl_user {
            Some(user) => Finding::permit(Fact::Authenticated {
                user: user.to_owned(),
            }),
            None => Finding::nothing(Fact::NotAuthenticated),
        }
    }

    /// Whether the client names itself by its bare address in HELO.
    pub(super) fn permit_naked_ip_address(&mut self) -> Finding {
        self.warn(
            "restriction permit_naked_ip_address is deprecated. \
             Use permit_mynetworks or permit_sasl_authenticated instead",
        );
        let name = self.facts.helo.unwrap_or_default();
        let acceptable = name.parse::<std::net::IpAddr>().is_ok();
        let fact = Fact::Form {
            subject: name.to_owned(),
            acceptable,
        };
        if acceptable {
            Finding::permit(fact)
        } else {
            Finding::nothing(fact)
        }
    }

    pub(super) fn reject_plaintext_session(&self) -> Finding {
        let acceptable = self.facts.tls.is_some();
        let fact = Fact::Form {
            subject: self.facts.protocol.to_owned(),
            acceptable,
        };
        if acceptable {
            return Finding::nothing(fact);
        }
        let code = self.service.number("plaintext_reject_code");
        Finding::refuse(
            fact,
            self.refusal(code, "4.7.1", "Session encryption is required"),
        )
    }

    pub(super) fn reject_unauth_pipelining(&self, subject: &str, class: ReplyClass) -> Finding {
        let fact = Fact::Form {
            subject: subject.to_owned(),
            acceptable: !self.facts.pipelined,
        };
        if !self.facts.pipelined {
            return Finding::nothing(fact);
        }
        let text = format!(
            "<{subject}>: {} rejected: Improper use of SMTP command pipelining",
            class.words()
        );
        Finding::refuse(fact, self.refusal(503, "5.5.0", &text))
    }

    pub(super) fn reject_unknown_client_hostname(&self) -> Finding {
        let address = self.facts.client.address;
        let text = format!("Client host rejected: cannot find your hostname, [{address}]");
        self.known_name(self.facts.client.name.as_deref(), "4.7.25", &text)
    }

    pub(super) fn reject_unknown_reverse_client_hostname(&self) -> Finding {
        let address = self.facts.client.address;
        let text = format!("Client host rejected: cannot find your reverse hostname, [{address}]");
        self.known_name(self.facts.client.reverse_name.as_deref(), "4.7.1", &text)
    }

    fn known_name(&self, found: Option<&str>, enhanced: &str, text: &str) -> Finding {
        let name = self.facts.client.address.to_string();
        if let Some(answer) = found {
            return Finding::nothing(Fact::DnsFound {
                name,
                answer: answer.to_owned(),
            });
        }
        let code = self.service.number("unknown_client_reject_code");
        Finding::refuse(
            Fact::DnsMissing { name },
            self.refusal(code, enhanced, text),
        )
    }
}
