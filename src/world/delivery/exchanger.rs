//! Which hosts take mail for a next hop: mail exchangers by preference, their
//! addresses, and never this host itself (RFC 5321 §5.1, smtp(8)).

use std::net::IpAddr;

use super::report::Failure;
use super::route::Hop;
use super::session::Site;
use crate::journal::event::DeliveryStatus;
use crate::postfix::configuration::Service;
use crate::postfix::smtpd::{DnsAnswer, RecordKind};
use crate::world::host::Host;
use crate::world::internet::Internet;

/// A search for the hosts behind a next hop.
pub(super) struct Search<'a> {
    pub(super) internet: &'a Internet,
    pub(super) host: &'a Host,
    pub(super) main: &'a Service,
    pub(super) hop: &'a Hop,
}

/// A host's address with the preference that it is to be tried by.
struct Candidate {
    preference: u16,
    site: Site,
}

impl Search<'_> {
    /// The hosts to try, best first.
    pub(super) fn sites(&self) -> Result<Vec<Site>, Failure> {
        let name = &self.hop.destination;
        if let Ok(address) = name.parse::<IpAddr>() {
            return self.not_myself(vec![self.site(name, address)]);
        }
        if !self.hop.by_mx {
            return self.not_myself(self.addresses(name)?);
        }
        match self.internet.zone.resolve(name, RecordKind::Mx) {
            DnsAnswer::Found(records) => self.by_preference(&records),
            DnsAnswer::NoName | DnsAnswer::NoRecord => self.not_myself(self.addresses(name)?),
            DnsAnswer::Failed => {
                let reason = format!(
                    "Host or domain name not found. Name service error for name={name} type=MX: \
                     Host not found, try again"
                );
                Err(self.failure(DeliveryStatus::Deferred, "4.4.3", reason))
            }
        }
    }

    fn by_preference(&self, records: &[String]) -> Result<Vec<Site>, Failure> {
        let mut exchangers: Vec<(u16, &str)> = records
            .iter()
            .filter_map(|record| record.split_once(' '))
            .filter_map(|(preference, name)| Some((preference.parse().ok()?, name)))
            .collect();
        let domain = &self.hop.destination;
        if let [(_, ".")] = exchangers.as_slice() {
            let reason = format!("Domain {domain} does not accept mail (nullMX)");
            return Err(self.failure(DeliveryStatus::Bounced, "5.1.0", reason));
        }
        // Hosts of the same preference share the load.
        exchangers.sort_by_cached_key(|(preference, _)| {
            (*preference, self.internet.chance.borrow_mut().number())
        });
        let mut candidates = Vec::new();
        let mut problem = None;
        for (preference, name) in &exchangers {
            match self.exchanger(name) {
                Ok(sites) => candidates.extend(sites.into_iter().map(|site| Candidate {
                    preference: *preference,
                    site,
                })),
                Err(failure) => problem = Some(failure),
            }
        }
        let Some(best_found) = candidates.first().map(|candidate| candidate.preference) else {
            self.warn(&format!(
                "no MX host for {domain} has a valid address record"
            ));
            return Err(problem.unwrap_or_else(|| self.loops_back()));
        };
        // Mail is never given to a host that is no better than this one.
        let own = candidates
            .iter()
            .find(|candidate| self.is_myself(&candidate.site))
            .map(|own| own.preference);
        if let Some(own) = own {
            candidates.retain(|candidate| candidate.preference < own);
        }
        if candidates.is_empty() {
            let best = exchangers.first().map(|(preference, _)| *preference);
            if best != Some(best_found) {
                let reason = format!("unable to find primary relay for {domain}");
                return Err(self.failure(DeliveryStatus::Deferred, "4.4.4", reason));
            }
            return Err(self.loops_back());
        }
        Ok(candidates
            .into_iter()
            .map(|candidate| candidate.site)
            .collect())
    }

    /// The addresses of an exchanger. Some domains name an address instead.
    fn exchanger(&self, name: &str) -> Result<Vec<Site>, Failure> {
        let Ok(address) = name.parse::<IpAddr>() else {
            return self.addresses(name);
        };
        self.warn(&format!(
            "numeric domain name in resource data of MX record for {}: {name}",
            self.hop.destination
        ));
        Ok(vec![self.site(name, address)])
    }

    /// The addresses of a host that this one can send to.
    fn addresses(&self, name: &str) -> Result<Vec<Site>, Failure> {
        let zone = &self.internet.zone;
        let sites: Vec<Site> = zone
            .addresses_of(name)
            .into_iter()
            .filter(|address| self.speaks(*address))
            .map(|address| self.site(name, address))
            .collect();
        if !sites.is_empty() {
            return Ok(sites);
        }
        let protocols = self.main.list("inet_protocols");
        let kind = if protocols.iter().all(|protocol| protocol == "ipv4") {
            "A"
        } else {
            "AAAA"
        };
        let (status, dsn, why) = match zone.resolve(name, RecordKind::A) {
            DnsAnswer::NoName => (DeliveryStatus::Bounced, "5.4.4", "Host not found"),
            DnsAnswer::Failed => (
                DeliveryStatus::Deferred,
                "4.4.3",
                "Host not found, try again",
            ),
            DnsAnswer::Found(_) | DnsAnswer::NoRecord => (
                DeliveryStatus::Bounced,
                "5.4.4",
                "Host found but no data record of requested type",
            ),
        };
        let reason = format!(
            "Host or domain name not found. Name service error for name={name} type={kind}: {why}"
        );
        Err(self.failure(status, dsn, reason))
    }

    /// Whether the host can send to an address of this family.
    fn speaks(&self, address: IpAddr) -> bool {
        let family = if address.is_ipv4() { "ipv4" } else { "ipv6" };
        let own = &self.host.addresses;
        self.main
            .list("inet_protocols")
            .iter()
            .any(|protocol| protocol == "all" || protocol == family)
            && (address.is_loopback()
                || own.is_empty()
                || own.iter().any(|own| own.is_ipv4() == address.is_ipv4()))
    }

    fn not_myself(&self, sites: Vec<Site>) -> Result<Vec<Site>, Failure> {
        if sites.iter().any(|site| self.is_myself(site)) {
            return Err(self.loops_back());
        }
        Ok(sites)
    }

    /// Whether mail for a host would come back here: only `smtp`'s own port counts.
    fn is_myself(&self, site: &Site) -> bool {
        self.hop.port == 25 && (self.host.has_address(site.address) || self.main.owns(site.address))
    }

    fn site(&self, name: &str, address: IpAddr) -> Site {
        Site {
            name: name.to_owned(),
            address,
            port: self.hop.port,
        }
    }

    fn loops_back(&self) -> Failure {
        let reason = format!("mail for {} loops back to myself", self.hop.destination);
        self.failure(DeliveryStatus::Bounced, "5.4.6", reason)
    }

    fn warn(&self, text: &str) {
        let pen = &self.internet.pen;
        let program = self.hop.program;
        self.host
            .log(pen, None, program, format!("warning: {text}"));
    }

    /// A failure of the next hop. A fault of `relayhost` is the configuration's,
    /// not the recipient's, and so never final.
    fn failure(&self, status: DeliveryStatus, dsn: &str, reason: String) -> Failure {
        let is_fault = self.hop.is_relayhost && status == DeliveryStatus::Bounced;
        let (status, dsn) = if is_fault {
            self.warn("relayhost configuration problem");
            (DeliveryStatus::Deferred, "4.3.5")
        } else {
            (status, dsn)
        };
        Failure {
            program: self.hop.program,
            status,
            dsn: dsn.to_owned(),
            reason,
            said: None,
        }
    }
}
