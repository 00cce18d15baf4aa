//! `virtual`: mailboxes of addresses that are no users of the system
//! (virtual(8), `virtual_mailbox_maps`).

use std::rc::Rc;

use super::mailbox;
use super::report::Attempt;
use crate::journal::event::{Bytes, DeliveryStatus, Kind};
use crate::postfix::maps;
use crate::postfix::smtpd::Recipient;
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// Delivers to recipients in virtual mailbox domains.
pub(super) fn deliver(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    recipients: &[Recipient],
) -> Vec<Attempt> {
    let settings = host.settings();
    let main = settings.configuration.main();
    let deliver = |recipient: &Recipient| {
        let address = &recipient.address;
        let found = maps::find_mailbox(
            main,
            "virtual_mailbox_maps",
            address,
            false,
            &*host.services.borrow(),
        );
        let (status, dsn, reason) = match found {
            Ok(Some(path)) => {
                internet.pen.write(Kind::Stored {
                    host: host.name.clone(),
                    mailbox: address.clone(),
                    recipient: address.clone(),
                    message: Bytes(mailbox::stored(message, recipient, address)),
                });
                let kind = if path.ends_with('/') {
                    "maildir"
                } else {
                    "mailbox"
                };
                (
                    DeliveryStatus::Sent,
                    "2.0.0",
                    format!("delivered to {kind}"),
                )
            }
            Ok(None) => (
                DeliveryStatus::Bounced,
                "5.1.1",
                format!("unknown user: \"{address}\""),
            ),
            Err(_) => (
                DeliveryStatus::Deferred,
                "4.3.0",
                "mailbox lookup failure".to_owned(),
            ),
        };
        let now = internet.pen.now();
        Attempt {
            recipient: recipient.clone(),
            program: "postfix/virtual",
            status,
            relay: "virtual".to_owned(),
            dsn: dsn.to_owned(),
            reason,
            said: None,
            began: now,
            connected: None,
            done: now,
            is_passed_on: false,
        }
    };
    recipients.iter().map(deliver).collect()
}
