//! What becomes of a message that a host has accepted: `cleanup` takes it into
//! the queue, `qmgr` makes it active, `local` and `smtp` deliver it, each in
//! the words of its log. Every recipient gets an outcome: nothing is lost in
//! silence.

mod cleanup;
mod local;
mod mailbox;
mod remote;
mod report;
mod route;
mod session;
mod virtual_mailbox;

use std::rc::Rc;

use super::host::{Host, Message};
use super::internet::Internet;
use super::pen::Pen;
use crate::journal::ConnectionId;
use crate::journal::event::{DeliveryStatus, Kind};
use crate::postfix::smtpd::{Accepted, Recipient};
use report::Attempt;
use route::Route;

/// Takes a message over from a session (or from the host itself).
pub(super) fn accept(
    pen: &Pen,
    host: &Rc<Host>,
    message: Accepted,
    connection: Option<ConnectionId>,
) {
    cleanup::accept(pen, host, message, connection);
}

/// Delivers until no host has anything left to do.
pub(super) async fn run(internet: &Internet) {
    loop {
        let next = internet
            .hosts
            .iter()
            .find_map(|host| Some((host, host.incoming.borrow_mut().pop_front()?)));
        match next {
            Some((host, message)) => deliver(internet, host, message).await,
            None => return,
        }
    }
}

/// Tries every recipient of a message once.
async fn deliver(internet: &Internet, host: &Rc<Host>, mut message: Message) {
    report::activated(internet, host, &message);
    let active = internet.pen.now();
    let mut rest = Vec::new();
    for (route, recipients) in route::sort(host, std::mem::take(&mut message.recipients)) {
        let attempts = match route {
            Route::Local => local::deliver(internet, host, &message, &recipients),
            Route::Remote(hop) => {
                remote::deliver(internet, host, &message, &hop, &recipients).await
            }
            Route::Virtual => virtual_mailbox::deliver(internet, host, &message, &recipients),
            Route::Nowhere(failure) => {
                let attempt = |recipient: &Recipient| {
                    Attempt::failed(recipient, failure.clone(), &internet.pen)
                };
                recipients.iter().map(attempt).collect()
            }
        };
        for attempt in attempts {
            report::attempted(internet, host, &message, active, &attempt);
            if attempt.status == DeliveryStatus::Deferred {
                rest.push(attempt.recipient);
            }
        }
    }
    if rest.is_empty() {
        report::removed(internet, host, &message);
        internet.pen.write(Kind::Dequeued {
            host: host.name.clone(),
            queue_id: message.queue_id,
        });
    } else {
        message.recipients = rest;
        host.deferred.borrow_mut().push(message);
    }
}
