//! What `smtp` wants of TLS from one destination (`smtp_tls_security_level`,
//! `smtp_tls_policy_maps`; Postfix's `TLS_README`).

use super::address::is_hostname;
use super::configuration::Service;
use super::smtpd::Services;

/// How much is wanted.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// No TLS.
    None,
    /// TLS if the server offers it.
    May,
    /// TLS with whomever it is.
    Encrypt,
    /// TLS with a certificate for the host's name.
    Verify,
    /// TLS with a certificate for the name that the mail is addressed to.
    Secure,
}

/// The policy for one destination.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsPolicy {
    /// How much is wanted.
    pub level: Level,
    /// The names that the certificate may have, each with or without a dot in
    /// front (`.remoto.example`: any name below it).
    names: Vec<String>,
    /// What the log is warned of, if of anything.
    pub warning: Option<String>,
}

/// A policy that cannot be applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unusable {
    /// What the log says of it.
    pub lines: Vec<String>,
    /// Why the mail has to wait, in the words of the log.
    pub reason: &'static str,
}

impl TlsPolicy {
    /// The policy for mail to `next_hop` (as transport or `relayhost` write
    /// it), to be given to the host `host`.
    ///
    /// # Errors
    /// The table has an entry that makes no sense, cannot be asked, or wants
    /// what the lab's DNS does not have (DNSSEC).
    pub fn of(
        main: &Service,
        next_hop: &str,
        host: &str,
        services: &dyn Services,
    ) -> Result<Self, Unusable> {
        let entry = find(main, next_hop, services)?;
        let (word, attributes) = match &entry {
            Some(entry) => {
                let mut words = entry
                    .split([',', ' ', '\t'])
                    .filter(|word| !word.is_empty());
                (words.next().unwrap_or_default(), words.collect())
            }
            None => (default_level(main), Vec::new()),
        };
        let level = match word {
            "none" => Level::None,
            // Without DNSSEC there are no TLSA records to go by.
            "may" | "dane" => Level::May,
            "encrypt" => Level::Encrypt,
            "verify" => Level::Verify,
            "secure" => Level::Secure,
            "dane-only" => {
                return Err(misconfigured(&without_dnssec(next_hop, word)));
            }
            "fingerprint" => {
                return Err(misconfigured(&format!(
                    "nexthop domain {next_hop}: configured at fingerprint security level, but \
                     with no fingerprints to match."
                )));
            }
            _ => {
                return Err(misconfigured(&format!(
                    "smtp_tls_policy_maps, next-hop destination \"{next_hop}\": \
                     invalid security level \"{word}\""
                )));
            }
        };
        let attributes = read(&attributes, level, word).map_err(|fault| {
            misconfigured(&format!(
                "smtp_tls_policy_maps, next-hop destination \"{next_hop}\": {fault}"
            ))
        })?;
        let given = attributes
            .iter()
            .find(|(name, _)| *name == "match")
            .map(|(_, names)| names.split(':').map(str::to_owned).collect());
        let strategy: Vec<String> = given.unwrap_or_else(|| {
            let usual = match level {
                Level::Secure => main.list("smtp_tls_secure_cert_match"),
                _ => main.list("smtp_tls_verify_cert_match"),
            };
            usual.to_vec()
        });
        let domain = bare(next_hop);
        let names = strategy
            .into_iter()
            .map(|name| match name.as_str() {
                "hostname" => host.to_owned(),
                "nexthop" => domain.to_owned(),
                "dot-nexthop" => format!(".{domain}"),
                _ => name,
            })
            .collect();
        let warning = (word == "dane").then(|| without_dnssec(next_hop, word));
        Ok(Self {
            level,
            names,
            warning,
        })
    }

    /// No TLS at all.
    pub fn none() -> Self {
        Self {
            level: Level::None,
            names: Vec::new(),
            warning: None,
        }
    }

    /// Whether the server has to prove its name.
    pub fn verifies(&self) -> bool {
        self.level >= Level::Verify
    }

    /// The names that the certificate may have; `.domain` stands for every name
    /// below that domain (`smtp_tls_secure_cert_match`).
    pub fn expected_names(&self) -> &[String] {
        &self.names
    }
}

fn misconfigured(warning: &str) -> Unusable {
    Unusable {
        lines: vec![format!("warning: {warning}")],
        reason: "client TLS configuration problem",
    }
}

fn without_dnssec(next_hop: &str, level: &str) -> String {
    format!("{next_hop}: {level} configured with dnssec lookups disabled")
}

/// The attributes of a table's entry: `name=value`, in Postfix's words if one
/// makes no sense at this level.
fn read<'a>(
    attributes: &[&'a str],
    level: Level,
    word: &str,
) -> Result<Vec<(&'a str, &'a str)>, String> {
    attributes
        .iter()
        .map(|attribute| {
            let (name, value) = attribute
                .split_once('=')
                .ok_or_else(|| format!("malformed attribute/value pair \"{attribute}\""))?;
            if !ATTRIBUTES.contains(&name) {
                return Err(format!("invalid attribute name: \"{name}\""));
            }
            if level == Level::None || (name == "match" && level < Level::Verify) {
                return Err(format!(
                    "attribute \"{name}\" invalid at security level \"{word}\""
                ));
            }
            Ok((name, value))
        })
        .collect()
}

/// The level for destinations without a policy of their own.
fn default_level(main: &Service) -> &str {
    match main.text("smtp_tls_security_level") {
        "" if main.boolean("smtp_enforce_tls") && main.boolean("smtp_tls_enforce_peername") => {
            "verify"
        }
        "" if main.boolean("smtp_enforce_tls") => "encrypt",
        "" if main.boolean("smtp_use_tls") => "may",
        "" => "none",
        level => level,
    }
}

/// The table's entry for a destination, or for a domain above it.
fn find(
    main: &Service,
    next_hop: &str,
    services: &dyn Services,
) -> Result<Option<String>, Unusable> {
    let tables = main.list("smtp_tls_policy_maps");
    let mut keys = vec![next_hop.to_lowercase()];
    if is_hostname(next_hop) {
        let parents = next_hop
            .match_indices('.')
            .map(|(dot, _)| next_hop.split_at(dot).1.to_lowercase());
        keys.extend(parents);
    }
    let mut lookups = main.lookups(services);
    for key in &keys {
        for table in tables {
            let Ok(found) = lookups.get(table, key) else {
                let mut lines: Vec<String> = lookups.opening(table);
                lines.append(&mut lookups.log);
                let mut problem = misconfigured(&format!(
                    "smtp_tls_policy_maps, next-hop destination \"{next_hop}\": \
                     policy table lookup error"
                ));
                problem.lines.splice(0..0, lines);
                return Err(problem);
            };
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

/// A next hop's name, without brackets and port.
fn bare(next_hop: &str) -> &str {
    let inner = next_hop
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map_or(next_hop, |(name, _)| name);
    inner.split_once(':').map_or(inner, |(name, _)| name)
}

/// Attributes of a policy (postconf(5), `smtp_tls_policy_maps`).
const ATTRIBUTES: [&str; 7] = [
    "ciphers",
    "connection_reuse",
    "exclude",
    "match",
    "protocols",
    "servername",
    "tafile",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_hops_lose_brackets_and_port() {
        let names = [
            "remoto.example",
            "[mx.remoto.example]:587",
            "remoto.example:25",
        ]
        .map(bare);
        assert_eq!(
            names,
            ["remoto.example", "mx.remoto.example", "remoto.example"]
        );
    }
}
