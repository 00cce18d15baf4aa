//! What becomes of a message that a host has accepted: `cleanup` takes it into
//! the queue, `qmgr` makes it active, `local` and `smtp` deliver it, each in
//! the words of its log. Every recipient gets an outcome: nothing is lost in
//! silence.

mod active;
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

use std::rc::Rc;

use tokio::task::JoinSet;

use super::host::{Host, Message};
use super::internet::Internet;
use super::pen::Pen;
use super::statistics;
use crate::clock::Moment;
use crate::journal::ConnectionId;
use crate::postfix::smtpd::Accepted;
use active::Active;
pub(super) use destination::Destinations;
pub(super) use queue::{Waiting, delete, list, run_delay};

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

/// Delivers until no host has anything left to do for now: one thing after the
/// other, so that a lesson can be followed and always goes the same way.
pub(super) async fn run(internet: &Internet) {
    while let Some((host, message)) = next(internet) {
        let mut active = Active::begin(internet, &host, message);
        while let Some(delivery) = active.next_delivery() {
            let done = delivery.carry_out(internet, &host, active.message()).await;
            active.note(internet, done);
        }
        active.end(internet);
    }
    for host in &internet.hosts {
        host.destinations.borrow_mut().settle();
    }
}

/// The next message that a queue manager takes up, if one is due.
pub(super) fn next(internet: &Internet) -> Option<(Rc<Host>, Message)> {
    queue::scan(internet);
    let take = |host: &Rc<Host>| {
        if host.settings().is_down {
            return None;
        }
        let message = host.incoming.borrow_mut().pop_front()?;
        Some((Rc::clone(host), message))
    };
    internet.hosts.iter().find_map(take)
}

/// Tries every recipient of a message once, and all destinations at the same
/// time: where real time passes, none is to wait for another.
pub(super) async fn deliver(internet: Rc<Internet>, host: Rc<Host>, message: Message) {
    let mut active = Active::begin(&internet, &host, message);
    let mut under_way = JoinSet::new();
    loop {
        while let Some(delivery) = active.next_delivery() {
            let (internet, host) = (Rc::clone(&internet), Rc::clone(&host));
            let message = Rc::clone(active.message());
            under_way
                .spawn_local(async move { delivery.carry_out(&internet, &host, &message).await });
        }
        match under_way.join_next().await {
            Some(Ok(done)) => active.note(&internet, done),
            // Nobody cancels it: it has panicked.
            Some(Err(end)) => std::panic::resume_unwind(end.into_panic()),
            None => break,
        }
    }
    active.end(&internet);
    host.destinations.borrow_mut().settle();
}

/// Lets time pass until `end`, or until the moment before it when something is
/// due, which happens then: a queue manager tries messages again, a server
/// waits for its client no longer. `true`: that was not the end.
pub(super) async fn wait(internet: &Internet, end: Moment) -> bool {
    let left = end.since(internet.pen.now());
    let next = queue::next_release(internet).into_iter();
    let pause = next
        .chain(statistics::next(internet))
        .chain(internet.alarms.next())
        .min()
        .map_or(left, |next| next.since(internet.pen.now()))
        .min(left);
    internet.pen.pass(pause);
    internet.alarms.ring(internet.pen.now()).await;
    statistics::log(internet);
    run(internet).await;
    pause < left
}

/// Bytes that a host's queue takes up.
pub(super) fn queue_size(host: &Host) -> u64 {
    queue::size(host)
}

/// Tries everything again that waits in a host's queue (`postqueue -f`).
pub(super) async fn flush(internet: &Internet, host: &Host) {
    let settings = host.settings();
    if settings.is_down {
        return;
    }
    let main = settings.configuration.main();
    host.destinations.borrow_mut().revive(main);
    queue::release_all(host);
    run(internet).await;
}
