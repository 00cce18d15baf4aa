//! Where a recipient's mail goes: the address class and next hop that `trivial-rewrite` would give
//! (Postfix's `ADDRESS_CLASS_README`).

use std::rc::Rc;

use super::report::Failure;
use crate::journal::event::DeliveryStatus;
use crate::postfix::address;
use crate::postfix::configuration::Service;
use crate::postfix::rewrite::{self, Class};
use crate::postfix::smtpd::Recipient;
use crate::postfix::transport::Transport;
use crate::smtp::reply::enhanced_code;
use crate::world::host::Host;

/// Where mail goes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Route {
    /// Into a mailbox here.
    Local,
    /// To a delivery agent that master.cf does not have.
    Missing(String),
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
    /// As the configuration writes it: `[smtp.proveedor.example]:587`.
    pub(super) written: String,
    /// A domain or a host.
    pub(super) destination: String,
    /// The port.
    pub(super) port: u16,
    /// Whether the destination's mail exchangers are looked up.
    pub(super) by_mx: bool,
    /// Whether it is `relayhost`, so that a fault is not the recipient's.
    pub(super) is_relayhost: bool,
}

impl Hop {
    /// Another next hop, for the same daemon (`smtp_fallback_relay`).
    pub(super) fn instead(&self, written: &str) -> Self {
        hop(self.program, written, false)
    }
}

/// Recipients that one delivery to a next hop may have
/// (`default_destination_recipient_limit`); at least one.
pub(super) fn most_recipients(host: &Host) -> usize {
    let settings = host.settings();
    let main = settings.configuration.main();
    match usize::try_from(main.number("default_destination_recipient_limit")) {
        Ok(0) | Err(_) => usize::MAX,
        Ok(limit) => limit,
    }
}

/// Sorts recipients by where they go, and those that go together by domain, as `qmgr` does.
pub(super) fn sort(host: &Rc<Host>, recipients: Vec<Recipient>) -> Vec<(Route, Vec<Recipient>)> {
    let settings = host.settings();
    let main = settings.configuration.main();
    let mut sorted: Vec<(Route, Vec<Recipient>)> = Vec::new();
    for recipient in recipients {
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
    for (_, together) in &mut sorted {
        together.sort_by_cached_key(|recipient| {
            let address = recipient.address.to_lowercase();
            (address::split(&address).1.map(str::to_owned), address)
        });
    }
    sorted
}

/// Where mail for `address` goes, and under which address.
fn route(host: &Host, main: &Service, address: &str) -> (Route, String) {
    let services = host.services.borrow();
    let chosen = rewrite::classify(main, address, &*services).and_then(|resolved| {
        Ok((
            Transport::of(main, &resolved, &*services)?,
            resolved.recipient,
        ))
    });
    let here = |route| (route, address.to_owned());
    let Ok((Transport { agent, next_hop }, recipient)) = chosen else {
        let words = "4.3.0 address resolver failure";
        return here(Route::Nowhere(failure(DeliveryStatus::Deferred, words)));
    };
    let route = by_agent(main, &agent, &next_hop);
    match route {
        Route::Remote(_) => (route, recipient),
        _ => here(route),
    }
}

/// Where mail goes that `local` leaves to another transport, written as in
/// `mailbox_transport`: `smtp:[mx.remoto.example]`.
pub(super) fn by_transport(host: &Host, transport: &str, recipient: &str) -> Route {
    let (agent, next_hop) = transport.split_once(':').unwrap_or((transport, ""));
    let settings = host.settings();
    let main = settings.configuration.main();
    let next_hop = match next_hop {
        "" => address::split(recipient)
            .1
            .unwrap_or_else(|| main.text("myhostname")),
        next_hop => next_hop,
    };
    by_agent(main, agent, next_hop)
}

/// Where an agent of master.cf takes mail.
fn by_agent(main: &Service, agent: &str, next_hop: &str) -> Route {
    let is_relayhost = main
        .list("relayhost")
        .first()
        .is_some_and(|it| it == next_hop);
    let remote = |program| Route::Remote(hop(program, next_hop, is_relayhost));
    let nowhere = |status, words| Route::Nowhere(failure(status, words));
    match agent {
        "local" => Route::Local,
        "virtual" => Route::Virtual,
        "smtp" => remote("postfix/smtp"),
        "relay" => remote("postfix/relay/smtp"),
        "error" => nowhere(DeliveryStatus::Bounced, next_hop),
        "retry" => nowhere(DeliveryStatus::Deferred, next_hop),
        "discard" => Route::Nowhere(Failure {
            program: "postfix/discard",
            ..failure(DeliveryStatus::Sent, next_hop)
        }),
        // Nobody speaks LMTP in the lab.
        "lmtp" if next_hop.starts_with("unix:") => Route::Nowhere(Failure {
            program: "postfix/lmtp",
            ..failure(
                DeliveryStatus::Deferred,
                &format!(
                    "4.4.1 connect to {}[{}]: No such file or directory",
                    main.text("myhostname"),
                    next_hop.trim_start_matches("unix:")
                ),
            )
        }),
        _ => Route::Missing(agent.to_owned()),
    }
}

/// What is said of mail for an agent that is not there.
pub(super) fn unavailable() -> Failure {
    failure(DeliveryStatus::Deferred, "4.3.0 mail transport unavailable")
}

/// A reason that may begin with an enhanced status code.
fn failure(status: DeliveryStatus, words: &str) -> Failure {
    let (class, usual) = match status {
        DeliveryStatus::Sent => (200, "2.0.0"),
        DeliveryStatus::Deferred => (400, "4.3.0"),
        DeliveryStatus::Bounced => (500, "5.0.0"),
    };
    let given = enhanced_code(class, words);
    let reason = words.strip_prefix(given.unwrap_or_default());
    Failure {
        program: "postfix/error",
        status,
        dsn: given.unwrap_or(usual).to_owned(),
        reason: reason.unwrap_or(words).trim().to_owned(),
        said: None,
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
        written: written.to_owned(),
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
