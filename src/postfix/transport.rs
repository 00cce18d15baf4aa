//! How mail gets on: the delivery agent and next hop that `trivial-rewrite`
//! chooses for a recipient (transport(5), `default_transport`, `relayhost`).

use super::address::{split, without_extension};
use super::configuration::Service;
use super::rewrite::{Class, Resolved};
use super::smtpd::Services;
use super::table::Unavailable;

/// A delivery agent and where it is to take the mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transport {
    /// The agent's service in master.cf: `smtp`, `local`, `error`, ….
    pub agent: String,
    /// The next hop as written: `remoto.example`, `[mx.remoto.example]:2525`.
    pub next_hop: String,
}

impl Transport {
    /// Where mail for `resolved` goes.
    ///
    /// # Errors
    /// `transport_maps` cannot be asked.
    pub fn of(
        main: &Service,
        resolved: &Resolved,
        services: &dyn Services,
    ) -> Result<Self, Unavailable> {
        let usual = Self::by_class(main, resolved);
        let Some(entry) = find(main, &resolved.recipient, services)? else {
            return Ok(usual);
        };
        let (agent, next_hop) = entry.split_once(':').unwrap_or((&entry, ""));
        Ok(match (agent.trim(), next_hop.trim()) {
            ("", "") => usual,
            ("", next_hop) => Self {
                next_hop: next_hop.to_owned(),
                ..usual
            },
            (agent, "") => Self {
                agent: agent.to_owned(),
                next_hop: resolved.domain().to_owned(),
            },
            (agent, next_hop) => Self {
                agent: agent.to_owned(),
                next_hop: next_hop.to_owned(),
            },
        })
    }

    /// What the address class says by itself.
    fn by_class(main: &Service, resolved: &Resolved) -> Self {
        let parameter = match resolved.class {
            Class::Local => "local_transport",
            Class::Relay => "relay_transport",
            Class::VirtualMailbox => "virtual_transport",
            Class::VirtualAlias => {
                return Self {
                    agent: "error".to_owned(),
                    next_hop: "5.1.1 User unknown in virtual alias table".to_owned(),
                };
            }
            Class::Other => "default_transport",
        };
        let value = main.text(parameter).trim();
        let (agent, next_hop) = value.split_once(':').unwrap_or((value, ""));
        let leaves = matches!(resolved.class, Class::Relay | Class::Other);
        let relayhost = main.list("relayhost").first();
        let next_hop = match (next_hop.trim(), relayhost) {
            ("", Some(relayhost)) if leaves => relayhost.clone(),
            ("", _) => resolved.domain().to_owned(),
            (next_hop, _) => next_hop.to_owned(),
        };
        Self {
            agent: agent.trim().to_owned(),
            next_hop,
        }
    }
}

/// The entry of `transport_maps` for an address: the address, without its
/// extension, its domain, the domains above with a dot in front, `*`.
fn find(
    main: &Service,
    address: &str,
    services: &dyn Services,
) -> Result<Option<String>, Unavailable> {
    let tables = main.list("transport_maps");
    if tables.is_empty() {
        return Ok(None);
    }
    let (local, domain) = split(address);
    let domain = domain.unwrap_or_default().to_lowercase();
    let mut keys = vec![address.to_lowercase()];
    if let Some(bare) = without_extension(local, main.text("recipient_delimiter")) {
        keys.push(format!("{bare}@{domain}").to_lowercase());
    }
    keys.push(domain.clone());
    let parents = domain
        .match_indices('.')
        .map(|(dot, _)| domain.split_at(dot).1);
    keys.extend(parents.map(str::to_owned));
    keys.push("*".to_owned());
    let mut lookups = main.lookups(services);
    for key in keys.iter().filter(|key| !key.is_empty()) {
        for table in tables {
            if let Some(value) = lookups.get(table, key)? {
                return Ok(Some(value));
            }
        }
    }
    Ok(None)
}
