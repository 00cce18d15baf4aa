//! Where a recipient's mail goes: `cleanup`'s virtual aliases, then the
//! address class and next hop that `trivial-rewrite` would give
//! (Postfix's `ADDRESS_CLASS_README`).

use std::rc::Rc;

use super::report::Failure;
use crate::journal::event::DeliveryStatus;
use crate::postfix::address;
use crate::postfix::configuration::Service;
use crate::postfix::maps;
use crate::postfix::smtpd::Recipient;
use crate::world::host::Host;

/// Where mail goes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Route {
    /// Into a mailbox here.
    Local,
    /// To no place: nobody would know what to do with it.
    Nowhere(Failure),
    /// To another host.
    Remote(Hop),
}

/// The next hop of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Hop {
    /// The daemon's tag: `postfix/smtp`, or `postfix/relay/smtp` for relay domains.
    pub(super) program: &'static str,
    /// A domain or a host.
    pub(super) destination: String,
    /// The port.
    pub(super) port: u16,
    /// Whether the destination's mail exchangers are looked up.
    pub(super) by_mx: bool,
    /// Whether it is `relayhost`, so that a fault is not the recipient's.
    pub(super) is_relayhost: bool,
}

/// Sorts recipients by where they go, in their order.
pub(super) fn sort(host: &Rc<Host>, recipients: Vec<Recipient>) -> Vec<(Route, Vec<Recipient>)> {
    let settings = host.settings();
    let main = settings.configuration.main();
    let mut sorted: Vec<(Route, Vec<Recipient>)> = Vec::new();
    for recipient in recipients
        .into_iter()
        .flat_map(|recipient| aliased(host, main, recipient))
    {
        let route = route(host, main, &recipient.address);
        match sorted.iter_mut().find(|(known, _)| *known == route) {
            Some((_, together)) => {
                if !together
                    .iter()
                    .any(|known| known.address == recipient.address)
                {
                    together.push(recipient);
                }
            }
            None => sorted.push((route, vec![recipient])),
        }
    }
    sorted
}

/// Replaces a recipient by what `virtual_alias_maps` make of it (virtual(5)).
fn aliased(host: &Host, main: &Service, recipient: Recipient) -> Vec<Recipient> {
    let mut done: Vec<String> = Vec::new();
    let mut pending = vec![recipient.address.clone()];
    let mut seen: Vec<String> = Vec::new();
    while let Some(address) = pending.pop() {
        if seen.contains(&address) || seen.len() >= VIRTUAL_ALIAS_LIMIT {
            done.push(address);
            continue;
        }
        seen.push(address.clone());
        let services = host.services.borrow();
        let local = is_local(main, address::split(&address).1);
        let found = maps::find_mailbox(main, "virtual_alias_maps", &address, local, &*services);
        match found {
            Ok(Some(value)) => {
                let targets = value
                    .split([',', ' ', '\t'])
                    .filter(|target| !target.is_empty());
                pending.extend(targets.map(|target| qualified(main, target)).rev());
            }
            Ok(None) | Err(_) => done.push(address),
        }
    }
    let original = recipient.original;
    done.into_iter()
        .map(|address| Recipient {
            original: original.clone(),
            address,
        })
        .collect()
}

/// Where mail for `address` goes.
fn route(host: &Host, main: &Service, address: &str) -> Route {
    let domain = address::split(address).1;
    if is_local(main, domain) {
        return Route::Local;
    }
    let domain = domain.unwrap_or_default();
    if let Some(literal) = address::literal(domain) {
        if host.has_address(literal) {
            return Route::Local;
        }
        return Route::Remote(hop("postfix/smtp", domain, false));
    }
    if is_in(main, "virtual_alias_domains", domain) {
        return Route::Nowhere(Failure {
            program: "postfix/error",
            status: DeliveryStatus::Bounced,
            dsn: "5.1.1".to_owned(),
            reason: "User unknown in virtual alias table".to_owned(),
        });
    }
    let program = if is_relay_domain(main, domain) {
        "postfix/relay/smtp"
    } else {
        "postfix/smtp"
    };
    match main.list("relayhost").first() {
        Some(relayhost) => Route::Remote(hop(program, relayhost, true)),
        None => Route::Remote(hop(program, domain, false)),
    }
}

/// A next hop as written: `domain`, `domain:port`, `[host]`, `[host]:port`.
fn hop(program: &'static str, written: &str, is_relayhost: bool) -> Hop {
    let (destination, port, by_mx) = match written
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((host, port)) => (host, port.strip_prefix(':'), false),
        None => match written.split_once(':') {
            Some((domain, port)) => (domain, Some(port), true),
            None => (written, None, true),
        },
    };
    let port = match port {
        Some("submission") => 587,
        Some("smtps" | "submissions") => 465,
        Some(number) => number.parse().unwrap_or(25),
        None => 25,
    };
    let destination = destination
        .strip_prefix("IPv6:")
        .unwrap_or(destination)
        .to_owned();
    Hop {
        program,
        destination,
        port,
        by_mx,
        is_relayhost,
    }
}

/// An alias target in full: bare names belong to `myorigin`.
pub(super) fn qualified(main: &Service, target: &str) -> String {
    if target.contains('@') {
        target.to_owned()
    } else {
        address::join(target, main.text("myorigin"))
    }
}

/// Whether mail for this domain is delivered here (`mydestination`).
pub(super) fn is_local(main: &Service, domain: Option<&str>) -> bool {
    domain.is_none_or(|domain| is_in(main, "mydestination", domain))
}

fn is_in(main: &Service, parameter: &str, domain: &str) -> bool {
    main.list(parameter)
        .iter()
        .any(|listed| listed.eq_ignore_ascii_case(domain))
}

/// `relay_domains` covers the domains below those it lists
/// (`parent_domain_matches_subdomains`).
fn is_relay_domain(main: &Service, domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    main.list("relay_domains").iter().any(|listed| {
        let listed = listed.to_ascii_lowercase();
        let listed = listed.strip_prefix('.').unwrap_or(&listed);
        domain == listed
            || domain
                .strip_suffix(listed)
                .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// Aliases of aliases that are followed (`virtual_alias_recursion_limit`).
const VIRTUAL_ALIAS_LIMIT: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_hops_as_relayhost_may_be_written() {
        let parts = |written| {
            let hop = hop("postfix/smtp", written, true);
            (hop.destination, hop.port, hop.by_mx)
        };
        assert_eq!(
            parts("remoto.example"),
            ("remoto.example".to_owned(), 25, true)
        );
        assert_eq!(
            parts("remoto.example:2525"),
            ("remoto.example".to_owned(), 2525, true)
        );
        assert_eq!(
            parts("[smtp.proveedor.example]:587"),
            ("smtp.proveedor.example".to_owned(), 587, false)
        );
        assert_eq!(
            parts("[IPv6:2001:db8::25]"),
            ("2001:db8::25".to_owned(), 25, false)
        );
    }
}
