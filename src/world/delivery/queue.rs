//! The queue manager's deferred queue: when a message is tried again, when it
//! is given up, and what `postqueue` and `postsuper` do with it (qmgr(8)).

use std::rc::Rc;
use std::time::Duration;

use super::report::Attempt;
use crate::clock::Moment;
use crate::journal::event::{DeliveryStatus, Kind};
use crate::postfix::configuration::Service;
use crate::postfix::postqueue;
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// A message that is not being delivered just now.
#[derive(Clone, Debug)]
pub(in crate::world) struct Waiting {
    pub(super) message: Message,
    /// How the last attempt went, for each recipient that is left.
    pub(super) attempts: Vec<Attempt>,
    /// When it may be tried again; `None`: it is on hold.
    pub(super) next: Option<Moment>,
}

/// Puts a message aside until the queue manager's next scan after its backoff:
/// as long as it has been here already, within the limits of main.cf.
pub(super) fn defer(internet: &Internet, host: &Host, message: Message, attempts: Vec<Attempt>) {
    let settings = host.settings();
    let main = settings.configuration.main();
    let now = internet.pen.now();
    let shortest = main.time("minimal_backoff_time");
    let longest = main.time("maximal_backoff_time").max(shortest);
    let backoff = now.since(message.arrived).clamp(shortest, longest);
    host.waiting.borrow_mut().push(Waiting {
        message,
        attempts,
        next: Some(after(now, backoff)),
    });
}

/// Puts a message aside until somebody releases it.
pub(super) fn hold(host: &Host, message: Message) {
    host.waiting.borrow_mut().push(Waiting {
        message,
        attempts: Vec::new(),
        next: None,
    });
}

/// Bytes that a host's queue takes up.
pub(super) fn size(host: &Host) -> u64 {
    let incoming: usize = host.incoming.borrow().iter().map(file_size).sum();
    let waiting = host.waiting.borrow();
    let sizes = waiting.iter().map(|waiting| file_size(&waiting.message));
    let waiting: usize = sizes.sum();
    u64::try_from(incoming + host.active_size.get() + waiting).unwrap_or(u64::MAX)
}

/// Bytes that a message takes up in the queue.
pub(super) fn file_size(message: &Message) -> usize {
    message.content.len() + QUEUE_FILE_OVERHEAD
}

/// Whether a message that could not be delivered has had its time
/// (`maximal_queue_lifetime`, `bounce_queue_lifetime`).
pub(super) fn is_expired(main: &Service, message: &Message, now: Moment) -> bool {
    let lifetime = if message.sender.is_empty() {
        main.time("bounce_queue_lifetime")
    } else {
        main.time("maximal_queue_lifetime")
    };
    now.since(message.arrived) >= lifetime
}

/// Makes everything active that a scan of the deferred queue finds due by now.
pub(super) fn scan(internet: &Internet) {
    let now = internet.pen.now();
    for host in internet.hosts.iter().filter(|it| !it.settings().is_down) {
        let Some(latest) = last_scan(host, now) else {
            continue;
        };
        host.scanned.set(latest);
        release(host, |waiting| {
            waiting.next.is_some_and(|next| next <= latest)
        });
    }
}

/// When the next scan of any host finds a message to be tried again.
pub(super) fn next_release(internet: &Internet) -> Option<Moment> {
    let due = |host: &Rc<Host>| {
        if host.settings().is_down {
            return None;
        }
        let waiting = host.waiting.borrow();
        let next = waiting.iter().filter_map(|waiting| waiting.next).min()?;
        Some(scan_after(host, next))
    };
    internet.hosts.iter().filter_map(due).min()
}

/// Makes everything active that waits, but for what is on hold.
pub(super) fn release_all(host: &Host) {
    release(host, |waiting| waiting.next.is_some());
}

fn release(host: &Host, is_due: impl Fn(&Waiting) -> bool) {
    let (due, rest) = host.waiting.take().into_iter().partition(is_due);
    *host.waiting.borrow_mut() = rest;
    let due: Vec<Waiting> = due;
    let messages = due.into_iter().map(|waiting| waiting.message);
    host.incoming.borrow_mut().extend(messages);
}

/// Takes a message, or `ALL`, out of the queue. `false`: there is none of this id.
pub(in crate::world) fn delete(internet: &Internet, host: &Host, queue_id: &str) -> bool {
    let is_meant = |waiting: &Waiting| queue_id == "ALL" || waiting.message.queue_id == queue_id;
    let (meant, rest) = host.waiting.take().into_iter().partition(is_meant);
    *host.waiting.borrow_mut() = rest;
    let meant: Vec<Waiting> = meant;
    if meant.is_empty() {
        return queue_id == "ALL";
    }
    let log = |text| host.log(&internet.pen, None, "postfix/postsuper", text);
    for Waiting { message, .. } in &meant {
        log(format!("{}: removed", message.queue_id));
        internet.pen.write(Kind::Dequeued {
            host: host.name.clone(),
            queue_id: message.queue_id.clone(),
        });
    }
    let plural = if meant.len() == 1 { "" } else { "s" };
    log(format!("Deleted: {} message{plural}", meant.len()));
    true
}

/// Writes what `mailq` shows.
pub(in crate::world) fn list(internet: &Internet, host: &Host) {
    let waiting = host.waiting.borrow();
    let entries: Vec<postqueue::Entry> = waiting.iter().map(entry).collect();
    internet.pen.write(Kind::QueueListed {
        host: host.name.clone(),
        lines: postqueue::listing(&entries),
    });
}

fn entry(waiting: &Waiting) -> postqueue::Entry {
    let Waiting {
        message, attempts, ..
    } = waiting;
    let reason = |address: &str| {
        let attempt = attempts
            .iter()
            .find(|attempt| attempt.recipient.address == address)?;
        (attempt.status == DeliveryStatus::Deferred).then(|| attempt.reason.clone())
    };
    postqueue::Entry {
        queue_id: message.queue_id.clone(),
        on_hold: waiting.next.is_none(),
        size: message.size,
        arrived: message.arrived,
        sender: message.sender.clone(),
        recipients: message
            .recipients
            .iter()
            .map(|recipient| (recipient.address.clone(), reason(&recipient.address)))
            .collect(),
    }
}

/// The host's last scan up to `now`; `None`: there was none since the one known.
fn last_scan(host: &Host, now: Moment) -> Option<Moment> {
    let delay = run_delay(host);
    let rounds = now.since(host.scanned.get()).as_micros() / delay.as_micros();
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
    (rounds > 0).then(|| after(host.scanned.get(), delay.saturating_mul(rounds)))
}

/// The host's first scan at or after `moment`.
fn scan_after(host: &Host, moment: Moment) -> Moment {
    let delay = run_delay(host);
    let rounds = moment
        .since(host.scanned.get())
        .as_micros()
        .div_ceil(delay.as_micros())
        .max(1);
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
    after(host.scanned.get(), delay.saturating_mul(rounds))
}

/// Time from one scan to the next, at least a second.
pub(in crate::world) fn run_delay(host: &Host) -> Duration {
    let settings = host.settings();
    let delay = settings.configuration.main().time("queue_run_delay");
    delay.max(Duration::from_secs(1))
}

fn after(moment: Moment, time: Duration) -> Moment {
    let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    Moment::from_micros(moment.as_micros().saturating_add(micros))
}

/// Bytes of a queue file beside the message: its envelope.
const QUEUE_FILE_OVERHEAD: usize = 1024;
