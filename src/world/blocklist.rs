//! Block lists that learn: whoever sends mail to an address that nobody was
//! ever given gets onto the list, and off it only once that is over (RFC 5782,
//! RFC 6471).

use std::net::IpAddr;

use super::internet::Internet;
use super::zone::{Record, reverse_name};
use crate::journal::Position;
use crate::journal::event::{Bytes, Kind};
use crate::lesson::model::Blocklist;
use crate::postfix::smtpd::RecordKind;

/// The lists of a world, with how far they have read what arrives in their traps.
pub(super) struct Blocklists {
    read: Position,
}

impl Blocklists {
    /// Lists that have not heard of anything before `position`.
    pub(super) fn since(position: Position) -> Self {
        Self { read: position }
    }

    /// Looks into the traps, and lists whoever has sent something there.
    pub(super) fn look(&mut self, lists: &[Blocklist], internet: &Internet) {
        let new = internet.pen.journal().cursor(self.read).read();
        self.read += new.len();
        for event in new {
            let Kind::Stored {
                recipient, message, ..
            } = &event.kind
            else {
                continue;
            };
            for list in lists {
                let mut traps = list.traps.iter();
                if traps.any(|trap| trap.eq_ignore_ascii_case(recipient))
                    && let Some(sender) = handed_over_by(message)
                {
                    enter(list, sender, recipient, internet);
                }
            }
        }
    }
}

/// Puts an address on a list, as if it had run into its first trap.
pub(super) fn put(list: &Blocklist, address: IpAddr, internet: &Internet) {
    let trap = list.traps.first().map_or("", String::as_str);
    enter(list, address, trap, internet);
}

/// Takes addresses off a list. `false`: none of them was on it.
pub(super) fn strike(list: &Blocklist, addresses: &[IpAddr], internet: &Internet) -> bool {
    let mut struck = false;
    for address in addresses {
        struck |= internet.zone.retract(&entry(list, *address));
    }
    struck
}

fn enter(list: &Blocklist, address: IpAddr, trap: &str, internet: &Internet) {
    let record = |kind, value: &str| Record {
        kind,
        value: value.to_owned(),
        ttl: LIFETIME,
    };
    let records = vec![
        record(RecordKind::A, LISTED),
        record(RecordKind::Txt, &list.text),
    ];
    if internet.zone.publish(&entry(list, address), records) {
        internet.pen.write(Kind::Listed {
            list: list.zone.clone(),
            address,
            trap: trap.to_owned(),
        });
    }
}

/// The name under which a list is asked about an address (RFC 5782 §2.1, §2.4).
fn entry(list: &Blocklist, address: IpAddr) -> String {
    let reverse = reverse_name(address);
    let labels = reverse
        .strip_suffix(".in-addr.arpa")
        .or_else(|| reverse.strip_suffix(".ip6.arpa"))
        .unwrap_or(&reverse);
    format!("{labels}.{}", list.zone)
}

/// The address of the machine that handed a message over: the last server's
/// own `Received:` header says it, `from name (name [address])`.
fn handed_over_by(message: &Bytes) -> Option<IpAddr> {
    let text = String::from_utf8_lossy(&message.0);
    let (_, received) = text.split_once("Received: from ")?;
    let (from, _) = received
        .split_once(" by ")
        .or_else(|| received.split_once("\tby "))?;
    let (_, bracketed) = from.rsplit_once('[')?;
    let (address, _) = bracketed.split_once(']')?;
    address.trim_start_matches("IPv6:").parse().ok()
}

/// What a list answers about an address that is on it (RFC 5782 §2.1).
const LISTED: &str = "127.0.0.2";

/// Seconds for which the answer may be remembered.
const LIFETIME: u32 = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_who_handed_the_message_over() {
        let by = |text: &str| handed_over_by(&text.into()).map(|address| address.to_string());
        assert_eq!(
            by(
                "Return-Path: <a@b.example>\nReceived: from mail.aula.example (mail.aula.example [192.0.2.10])\n\tby mx.remoto.example (Postfix)\n"
            ),
            Some("192.0.2.10".to_owned())
        );
        assert_eq!(
            by(
                "Received: from x (unknown [IPv6:2001:db8::10])\n\tby y\nReceived: from z (z [203.0.113.66])\n\tby x\n"
            ),
            Some("2001:db8::10".to_owned())
        );
        assert_eq!(by("Subject: x\n\nReceived: by y (Postfix)\n"), None);
    }

    #[test]
    fn a_list_is_asked_by_the_address_backwards() {
        let list = Blocklist {
            zone: "rbl.example".to_owned(),
            text: "spam".to_owned(),
            traps: Vec::new(),
            tester: "probador".to_owned(),
        };
        let name = |address: &str| entry(&list, address.parse().unwrap());
        assert_eq!(name("192.0.2.10"), "10.2.0.192.rbl.example");
        assert!(name("2001:db8::1").ends_with(".8.b.d.0.1.0.0.2.rbl.example"));
    }
}
