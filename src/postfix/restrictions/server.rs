//! `check_…_{a,mx,ns}_access`: access by the servers of a domain.

use super::ReplyClass;
use super::access::{Subject, address_keys};
use super::judge::{Conclusion, Finding, Judge};
use crate::postfix::address::split;
use crate::postfix::decision::Fact;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};

/// Which servers of a domain are looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ServerKind {
    Address,
    MailExchanger,
    NameServer,
}

impl ServerKind {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "a" => Some(Self::Address),
            "mx" => Some(Self::MailExchanger),
            "ns" => Some(Self::NameServer),
            _ => None,
        }
    }
}

/// Whether the table had anything to say.
fn is_decisive(finding: &Finding) -> bool {
    !matches!(finding.fact, Fact::TableSilent { .. })
        || !matches!(finding.conclusion, Conclusion::Continue)
}

impl Judge<'_> {
    /// `name` is the restriction's whole name, `of` whose servers it means.
    pub(super) fn server_access(
        &mut self,
        name: &str,
        of: &str,
        kind: ServerKind,
        table: &str,
    ) -> Finding {
        let (subject, class, domain) = match of {
            "client" => {
                let peer = self.facts.client.name.as_deref();
                (Some(self.facts.client_name()), ReplyClass::Client, peer)
            }
            "reverse_client" => {
                let peer = self.facts.client.reverse_name.as_deref();
                (peer.map(str::to_owned), ReplyClass::ReverseClient, peer)
            }
            "helo" => (
                self.facts.helo.map(str::to_owned),
                ReplyClass::Helo,
                self.facts.helo,
            ),
            "sender" | "recipient" => {
                let class = match of {
                    "sender" => ReplyClass::Sender,
                    _ => ReplyClass::Recipient,
                };
                let address = self.envelope(class);
                (
                    address.map(str::to_owned),
                    class,
                    // Of a bare name the name itself is looked up.
                    address.map(|it| split(it).1.unwrap_or(it)),
                )
            }
            _ => return self.misconfigured(&format!("unknown smtpd restriction: \"{name}\"")),
        };
        let silent = Finding::nothing(Fact::TableSilent {
            table: table.to_owned(),
            subject: subject.clone().unwrap_or_default(),
        });
        let (Some(subject), Some(domain)) = (subject, domain) else {
            return silent;
        };
        let servers = self.servers(domain, kind);
        if servers.is_empty() && kind == ServerKind::NameServer {
            self.warn(format!(
                "Unable to look up NS host for {subject}: Host not found"
            ));
        }
        for server in servers {
            let addresses = self.addresses_of(&server);
            if kind == ServerKind::Address && addresses.is_empty() {
                continue;
            }
            let names = Subject {
                name: subject.clone(),
                class,
                keys: self.domain_keys(&server),
                is_suspicious: false,
            };
            let finding = self.look_up(table, &names);
            if is_decisive(&finding) {
                return self.no_permission(name, finding, &subject);
            }
            if addresses.is_empty() {
                let type_name = match kind {
                    ServerKind::NameServer => "NS",
                    ServerKind::MailExchanger | ServerKind::Address => "MX",
                };
                self.warn(format!(
                    "Unable to look up {type_name} host {server} for {} {subject}: \
                     Name or service not known",
                    class.words()
                ));
            }
            let addresses = Subject {
                name: subject.clone(),
                class,
                keys: addresses.into_iter().flat_map(address_keys).collect(),
                is_suspicious: false,
            };
            let finding = self.look_up(table, &addresses);
            if is_decisive(&finding) {
                return self.no_permission(name, finding, &subject);
            }
        }
        silent
    }

    fn servers(&self, domain: &str, kind: ServerKind) -> Vec<String> {
        if kind == ServerKind::Address {
            return vec![domain.to_owned()];
        }
        let record = match kind {
            ServerKind::NameServer => RecordKind::Ns,
            _ => RecordKind::Mx,
        };
        let mut name = domain;
        loop {
            if let DnsAnswer::Found(records) = self.lookups.services.resolve(name, record) {
                return records
                    .iter()
                    .map(|value| value.rsplit(' ').next().unwrap_or_default())
                    .map(|host| host.trim_end_matches('.').to_owned())
                    .filter(|host| !host.is_empty())
                    .collect();
            }
            // A host has the name servers of the zone above it.
            match name.split_once('.') {
                Some((_, parent)) if kind == ServerKind::NameServer => name = parent,
                _ if kind == ServerKind::MailExchanger => return vec![domain.to_owned()],
                _ => return Vec::new(),
            }
        }
    }
}
