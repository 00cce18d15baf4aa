//! `smtp`: finds the hosts that take mail for a destination and gives the
//! message to the first that will have it (smtp(8), RFC 5321 §5).

use std::net::IpAddr;
use std::rc::Rc;

use super::report::{self, Attempt, Failure};
use super::route::Hop;
use super::session::{self, Errand, Site};
use crate::journal::event::DeliveryStatus;
use crate::postfix::smtpd::{DnsAnswer, Recipient, RecordKind};
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// Tries to deliver to recipients that share a next hop.
pub(super) async fn deliver(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    hop: &Hop,
    recipients: &[Recipient],
) -> Vec<Attempt> {
    let began = internet.pen.now();
    let sites = match sites(internet, host, hop) {
        Ok(sites) => sites,
        Err(failure) => {
            if hop.is_relayhost {
                let text = "warning: relayhost configuration problem".to_owned();
                report::log(&internet.pen, host, None, hop.program, text);
            }
            let attempt = |recipient| Attempt::failed(recipient, failure.clone(), &internet.pen);
            return recipients.iter().map(attempt).collect();
        }
    };
    let settings = host.settings();
    let errand = Errand {
        internet,
        host,
        main: settings.configuration.main(),
        message,
        hop,
        began,
    };
    let mut attempts = Vec::new();
    let mut waiting = recipients.to_vec();
    let mut last = None;
    for site in sites {
        let visit = session::visit(&errand, &site, &waiting).await;
        attempts.extend(visit.attempts);
        waiting = visit.waiting;
        last = visit.failure.or(last);
        if waiting.is_empty() {
            break;
        }
    }
    let pen = &internet.pen;
    attempts.extend(waiting.iter().map(|recipient| {
        let (relay, failure) = last
            .clone()
            .unwrap_or_else(|| ("none".to_owned(), unreachable_network(hop)));
        Attempt {
            relay,
            began,
            ..Attempt::failed(recipient, failure, pen)
        }
    }));
    attempts
}

/// The hosts to try, best first.
fn sites(internet: &Internet, host: &Host, hop: &Hop) -> Result<Vec<Site>, Failure> {
    if let Ok(address) = hop.destination.parse::<IpAddr>() {
        return Ok(vec![Site {
            name: address.to_string(),
            address,
            port: hop.port,
        }]);
    }
    let exchangers = if hop.by_mx {
        exchangers(internet, hop)?
    } else {
        vec![hop.destination.clone()]
    };
    let mut sites = Vec::new();
    let mut missing = None;
    for (preference, name) in exchangers.iter().enumerate() {
        let addresses: Vec<IpAddr> = internet
            .zone
            .addresses_of(name)
            .into_iter()
            .filter(|address| speaks(host, *address))
            .collect();
        // Mail is never given to a host that is no better than this one.
        if hop.port == 25 && addresses.iter().any(|address| host.has_address(*address)) {
            if preference == 0 {
                return Err(loops_back(hop));
            }
            break;
        }
        if addresses.is_empty() {
            missing.get_or_insert(name);
        }
        sites.extend(addresses.into_iter().map(|address| Site {
            name: name.clone(),
            address,
            port: hop.port,
        }));
    }
    match missing {
        Some(name) if sites.is_empty() => Err(no_address(internet, host, hop, name)),
        _ => Ok(sites),
    }
}

/// The names of the mail exchangers, by preference; the destination itself if
/// it has none (RFC 5321 §5.1).
fn exchangers(internet: &Internet, hop: &Hop) -> Result<Vec<String>, Failure> {
    let records = match internet.zone.resolve(&hop.destination, RecordKind::Mx) {
        DnsAnswer::Found(records) => records,
        DnsAnswer::NoName | DnsAnswer::NoRecord => return Ok(vec![hop.destination.clone()]),
        DnsAnswer::Failed => {
            let reason = format!(
                "Host or domain name not found. Name service error for name={} type=MX: Host not found, try again",
                hop.destination
            );
            return Err(failure(hop, DeliveryStatus::Deferred, "4.4.3", reason));
        }
    };
    let mut exchangers: Vec<(u16, String)> = records
        .iter()
        .filter_map(|record| record.split_once(' '))
        .filter_map(|(preference, name)| Some((preference.parse().ok()?, name.to_owned())))
        .collect();
    exchangers.sort_by_key(|(preference, _)| *preference);
    if let [(_, only)] = exchangers.as_slice()
        && only == "."
    {
        let reason = format!("Domain {} does not accept mail (nullMX)", hop.destination);
        return Err(failure(hop, DeliveryStatus::Bounced, "5.1.0", reason));
    }
    Ok(exchangers.into_iter().map(|(_, name)| name).collect())
}

/// Whether the host can send to an address of this family.
fn speaks(host: &Host, address: IpAddr) -> bool {
    let family = if address.is_ipv4() { "ipv4" } else { "ipv6" };
    let protocols = host.settings().configuration.main().list("inet_protocols");
    protocols
        .iter()
        .any(|protocol| protocol == "all" || protocol == family)
        && (address.is_loopback()
            || host.addresses.is_empty()
            || host
                .addresses
                .iter()
                .any(|own| own.is_ipv4() == address.is_ipv4()))
}

fn no_address(internet: &Internet, host: &Host, hop: &Hop, name: &str) -> Failure {
    let protocols = host.settings().configuration.main().list("inet_protocols");
    let kind = if protocols.iter().all(|protocol| protocol == "ipv4") {
        "A"
    } else {
        "AAAA"
    };
    let exists = internet.zone.resolve(name, RecordKind::A) != DnsAnswer::NoName;
    let why = if exists {
        "Host found but no data record of requested type"
    } else {
        "Host not found"
    };
    let reason = format!(
        "Host or domain name not found. Name service error for name={name} type={kind}: {why}"
    );
    failure(hop, DeliveryStatus::Bounced, "5.4.4", reason)
}

fn loops_back(hop: &Hop) -> Failure {
    let reason = format!("mail for {} loops back to myself", hop.destination);
    failure(hop, DeliveryStatus::Bounced, "5.4.6", reason)
}

fn unreachable_network(hop: &Hop) -> Failure {
    let reason = format!("connect to {}: Network is unreachable", hop.destination);
    failure(hop, DeliveryStatus::Deferred, "4.4.1", reason)
}

/// A failure of the next hop. A fault of `relayhost` is the configuration's,
/// not the recipient's, and so never final.
fn failure(hop: &Hop, status: DeliveryStatus, dsn: &str, reason: String) -> Failure {
    let (status, dsn) = if hop.is_relayhost && status == DeliveryStatus::Bounced {
        (DeliveryStatus::Deferred, "4.3.5")
    } else {
        (status, dsn)
    };
    Failure {
        program: hop.program,
        status,
        dsn: dsn.to_owned(),
        reason,
        said: None,
    }
}
