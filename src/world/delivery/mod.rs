//! What becomes of a message that a host has accepted: `cleanup` takes it into
//! the queue, `qmgr` makes it active, `local` and `smtp` deliver it, each in
//! the words of its log. Every recipient gets an outcome: nothing is lost in
//! silence.

mod addressing;
mod bounce;
mod cleanup;
mod destination;
mod exchanger;
mod local;
mod login;
mod mailbox;
mod queue;
mod remote;
mod report;
mod route;
mod session;
#[cfg(test)]
mod tests;
mod virtual_mailbox;

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::host::{Host, Message};
use super::internet::Internet;
use super::pen::Pen;
use crate::journal::ConnectionId;
use crate::journal::event::DeliveryStatus;
use crate::postfix::smtpd::{Accepted, Recipient};
pub(super) use destination::Destinations;
pub(super) use queue::{Waiting, delete, list};
use report::Attempt;
use route::{Hop, Route};

/// Takes over a message that a host writes itself.
pub(super) fn post(pen: &Pen, host: &Rc<Host>, message: Accepted) {
    cleanup::post(pen, host, message);
}

/// Takes a message over from a session.
pub(super) fn accept(
    pen: &Pen,
    host: &Rc<Host>,
    message: Accepted,
    connection: Option<ConnectionId>,
) {
    cleanup::accept(pen, host, message, connection);
}

/// Delivers until no host has anything left to do for now.
pub(super) async fn run(internet: &Internet) {
    loop {
        queue::scan(internet);
        let next = internet
            .hosts
            .iter()
            .find_map(|host| Some((host, host.incoming.borrow_mut().pop_front()?)));
        match next {
            Some((host, message)) => deliver(internet, host, message).await,
            None => break,
        }
    }
    for host in &internet.hosts {
        host.destinations.borrow_mut().settle();
    }
}

/// Lets time pass. Whenever a queue manager tries messages again, that happens
/// at its moment.
pub(super) async fn wait(internet: &Internet, time: Duration) {
    let began = internet.pen.now();
    loop {
        let left = time.saturating_sub(internet.pen.now().since(began));
        let pause = queue::next_release(internet)
            .map_or(left, |next| next.since(internet.pen.now()))
            .min(left);
        internet.pen.pass(pause);
        run(internet).await;
        if pause == left {
            return;
        }
    }
}

/// Bytes that a host's queue takes up.
pub(super) fn queue_size(host: &Host) -> u64 {
    queue::size(host)
}

/// Tries everything again that waits in a host's queue (`postqueue -f`).
pub(super) async fn flush(internet: &Internet, host: &Host) {
    host.destinations.borrow_mut().revive();
    queue::release_all(host);
    run(internet).await;
}

/// Gives a message to its next hop, unless that counts as dead.
async fn pass_on(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    hop: &Hop,
    recipients: &[Recipient],
) -> Vec<Attempt> {
    let now = internet.pen.now();
    let suspension = host.destinations.borrow_mut().suspension(hop, now);
    if let Some(failure) = suspension {
        let attempt =
            |recipient: &Recipient| Attempt::failed(recipient, failure.clone(), &internet.pen);
        return recipients.iter().map(attempt).collect();
    }
    let done = remote::deliver(internet, host, message, hop, recipients).await;
    let settings = host.settings();
    let main = settings.configuration.main();
    let now = internet.pen.now();
    let mut destinations = host.destinations.borrow_mut();
    match done.trouble {
        Some(why) => destinations.failed(main, hop, why, now),
        None => destinations.succeeded(hop),
    }
    done.attempts
}

/// Tries every recipient of a message once.
async fn deliver(internet: &Internet, host: &Rc<Host>, mut message: Message) {
    report::activated(internet, host, &message);
    let active = internet.pen.now();
    let (mut sent, mut deferred, mut bounced) = (Vec::new(), Vec::new(), Vec::new());
    let mut routes: VecDeque<_> = route::sort(host, std::mem::take(&mut message.recipients)).into();
    while let Some((route, recipients)) = routes.pop_front() {
        let attempts = match route {
            Route::Local => {
                let done = local::deliver(internet, host, &message, &recipients);
                for (transport, recipient) in done.passed {
                    let route = route::by_transport(host, &transport, &recipient.address);
                    routes.push_back((route, vec![recipient]));
                }
                done.attempts
            }
            Route::Remote(hop) => {
                let mut attempts = Vec::new();
                for together in recipients.chunks(route::most_recipients(host)) {
                    let done = pass_on(internet, host, &message, &hop, together).await;
                    attempts.extend(done);
                }
                attempts
            }
            Route::Virtual => virtual_mailbox::deliver(internet, host, &message, &recipients),
            Route::Missing(agent) => {
                let text = format!(
                    "warning: connect to transport private/{agent}: No such file or directory"
                );
                report::log(&internet.pen, host, None, "postfix/qmgr", text);
                let failure = route::unavailable();
                let attempt =
                    |recipient| Attempt::failed(recipient, failure.clone(), &internet.pen);
                recipients.iter().map(attempt).collect()
            }
            Route::Nowhere(failure) => {
                let attempt = |recipient: &Recipient| {
                    Attempt::failed(recipient, failure.clone(), &internet.pen)
                };
                recipients.iter().map(attempt).collect()
            }
        };
        let is_soft = host.settings().configuration.main().boolean("soft_bounce");
        for mut attempt in attempts {
            let is_softened = is_soft && attempt.soften();
            report::attempted(internet, host, &message, active, &attempt, is_softened);
            match attempt.status {
                DeliveryStatus::Sent if attempt.is_passed_on => {}
                DeliveryStatus::Sent => sent.push(attempt),
                DeliveryStatus::Deferred => deferred.push(attempt),
                DeliveryStatus::Bounced => bounced.push(attempt),
            }
        }
    }
    if !bounced.is_empty() {
        bounce::failed(internet, host, &message, &bounced);
    }
    bounce::succeeded(internet, host, &message, &sent);
    let settings = host.settings();
    if deferred.is_empty() {
        report::removed(internet, host, &message);
    } else if queue::is_expired(settings.configuration.main(), &message, internet.pen.now()) {
        report::expired(internet, host, &message);
        bounce::failed(internet, host, &message, &deferred);
        report::removed(internet, host, &message);
    } else {
        let patience = settings.configuration.main().time("delay_warning_time");
        let age = internet.pen.now().since(message.arrived);
        if !patience.is_zero() && age >= patience && !message.is_known_late {
            bounce::delayed(internet, host, &message, &deferred);
            message.is_known_late = true;
        }
        message.recipients = deferred
            .iter()
            .map(|attempt| attempt.recipient.clone())
            .collect();
        queue::defer(internet, host, message, deferred);
    }
}
