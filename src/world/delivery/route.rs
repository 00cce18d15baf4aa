//! Where a recipient's mail goes: `cleanup`'s virtual aliases, then the
//! address class and next hop that `trivial-rewrite` would give
//! (Postfix's `ADDRESS_CLASS_README`).

use std::rc::Rc;

use super::report::Failure;
use crate::journal::event::DeliveryStatus;
use crate::postfix::configuration::Service;
use crate::postfix::maps;
use crate::postfix::rewrite::{self, Class};
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
    /// Into a mailbox here that belongs to no user of the system.
    Virtual,
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
        let (route, address) = route(host, main, &recipient.address);
        // Mail for elsewhere goes to the address that was hidden in the local part.
        let recipient = Recipient {
            address,
            ..recipient
        };
        match sorted.iter_mut().find(|(known, _)| *known == route) {
            Some((_, together)) => {
                if !together.contains(&recipient) {
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
        let local = is_local(host, main, &address);
        let found = maps::find_mailbox(main, "virtual_alias_maps", &address, local, &*services);
        match found {
            Ok(Some(value)) => {
                let targets = value
                    .split([',', ' ', '\t'])
                    .filter(|target| !target.is_empty());
                pending.extend(targets.map(|target| rewrite::rewrite(main, target)).rev());
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

/// Where mail for `address` goes, and under which address.
fn route(host: &Host, main: &Service, address: &str) -> (Route, String) {
    let nowhere = |status, dsn: &str, reason: &str| {
        let failure = Failure {
            program: "postfix/error",
            status,
            dsn: dsn.to_owned(),
            reason: reason.to_owned(),
            said: None,
        };
        (Route::Nowhere(failure), address.to_owned())
    };
    let Ok(resolved) = rewrite::classify(main, address, &*host.services.borrow()) else {
        return nowhere(
            DeliveryStatus::Deferred,
            "4.3.0",
            "address resolver failure",
        );
    };
    let program = match resolved.class {
        Class::Local => return (Route::Local, address.to_owned()),
        Class::VirtualMailbox => return (Route::Virtual, address.to_owned()),
        Class::VirtualAlias => {
            return nowhere(
                DeliveryStatus::Bounced,
                "5.1.1",
                "User unknown in virtual alias table",
            );
        }
        Class::Relay => "postfix/relay/smtp",
        Class::Other => "postfix/smtp",
    };
    let hop = match main.list("relayhost").first() {
        Some(relayhost) => hop(program, relayhost, true),
        None => hop(program, resolved.domain(), false),
    };
    (Route::Remote(hop), resolved.recipient)
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

/// Whether mail for this address is delivered to this host's own users.
pub(super) fn is_local(host: &Host, main: &Service, address: &str) -> bool {
    rewrite::classify(main, address, &*host.services.borrow())
        .is_ok_and(|resolved| resolved.class == Class::Local)
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
