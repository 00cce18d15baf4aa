//! The host that the recordings were made on, as far as a session asks for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use smtp_lab::clock::{Clock, Moment};
use smtp_lab::postfix::smtpd::anvil::Anvil;
use smtp_lab::postfix::smtpd::{DnsAnswer, Identity, RecordKind, Services};

use super::scenario::{Scenario, baseline};

/// The configuration directory, `{DIR}` in the recordings.
pub(crate) const DIRECTORY: &str = "/golden";

pub(crate) struct Host {
    clock: Clock,
    queue_ids: u32,
    passwords: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
    mechanisms: Vec<String>,
    failure_delay: Duration,
    dns: bool,
    anvil: Mutex<Anvil>,
}

impl Host {
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let mut tables = baseline().tables.clone();
        tables.extend(scenario.tables.clone());
        let users = scenario.users.as_ref().unwrap_or_else(|| &baseline().users);
        let mechanisms = scenario
            .dovecot
            .get("auth_mechanisms")
            .map_or("plain login", String::as_str);
        let failure_delay = scenario.dovecot.get("auth_failure_delay");
        Self {
            clock: Clock::simulated(Moment::LESSON_START),
            queue_ids: 0,
            passwords: users
                .iter()
                .map(|user| (user.user.clone(), user.password.clone()))
                .collect(),
            files: tables
                .into_iter()
                .map(|(name, rows)| {
                    let text = rows.join("\n").replace("{DIR}", DIRECTORY);
                    (format!("{DIRECTORY}/tables/{name}"), text + "\n")
                })
                .collect(),
            mechanisms: mechanisms
                .split_whitespace()
                .map(str::to_ascii_uppercase)
                .collect(),
            // The recordings were made without, unless they say so.
            failure_delay: failure_delay.map_or(Duration::ZERO, |delay| {
                let seconds = delay.strip_suffix(" secs").unwrap();
                Duration::from_secs(seconds.parse().unwrap())
            }),
            dns: scenario.dns != "off",
            anvil: Mutex::default(),
        }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// What the host finds out about a client.
    pub(crate) fn identify(&self, address: &str) -> Identity {
        let dns = &baseline().dns;
        let reverse_name = match address {
            "127.0.0.1" | "::1" => Some("localhost".to_owned()),
            _ if self.dns => dns.hosts.get(address).cloned(),
            _ => None,
        };
        Identity {
            address: address.parse().unwrap(),
            port: 40000,
            name: reverse_name
                .clone()
                .filter(|name| !dns.unconfirmed.contains(name)),
            reverse_name,
        }
    }

    fn records(name: &str, kind: RecordKind) -> Option<Vec<String>> {
        let dns = &baseline().dns;
        let mut records = dns
            .records
            .get(name)
            .map(|kinds| kinds.get(kind.word()).cloned().unwrap_or_default());
        for (address, host) in &dns.hosts {
            let version = if address.contains(':') { "AAAA" } else { "A" };
            if host == name && !dns.unconfirmed.contains(host) {
                let records = records.get_or_insert_default();
                if version == kind.word() {
                    records.push(address.clone());
                }
            }
        }
        records
    }
}

impl Services for Host {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn new_queue_id(&mut self) -> String {
        self.queue_ids += 1;
        format!("4F2B71{:04X}", self.queue_ids)
    }

    fn authenticate(&mut self, user: &[u8], password: &[u8]) -> bool {
        std::str::from_utf8(user)
            .ok()
            .and_then(|user| self.passwords.get(user))
            .is_some_and(|known| !known.is_empty() && known.as_bytes() == password)
    }

    fn authenticate_cram_md5(&mut self, user: &[u8], challenge: &[u8], digest: &[u8]) -> bool {
        std::str::from_utf8(user)
            .ok()
            .and_then(|user| self.passwords.get(user))
            .is_some_and(|password| {
                smtp_lab::sasl::server::cram_md5(password.as_bytes(), challenge).as_bytes()
                    == digest
            })
    }

    fn failure_delay(&self) -> Duration {
        self.failure_delay
    }

    fn has_user(&self, name: &str) -> bool {
        baseline().local_users.iter().any(|user| user == name)
    }

    fn resolve(&self, name: &str, kind: RecordKind) -> DnsAnswer {
        if !self.dns {
            return DnsAnswer::Failed;
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        match Self::records(&name, kind) {
            None => DnsAnswer::NoName,
            Some(records) if records.is_empty() => DnsAnswer::NoRecord,
            Some(records) => DnsAnswer::Found(records),
        }
    }

    fn read_file(&self, path: &str) -> Result<String, String> {
        self.files
            .get(path)
            .cloned()
            .ok_or_else(|| "No such file or directory".to_owned())
    }

    fn anvil(&mut self) -> Option<MutexGuard<'_, Anvil>> {
        self.anvil.lock().ok()
    }

    fn sasl_mechanisms(&self, path: &str) -> Result<Vec<String>, String> {
        if path == "/var/spool/postfix/private/auth" {
            Ok(self.mechanisms.clone())
        } else {
            Err("No such file or directory".to_owned())
        }
    }
}
