//! The log lines and events of the queue and of each delivery attempt.

use std::rc::Rc;
use std::time::Duration;

use crate::clock::Moment;
use crate::journal::event::{DeliveryStatus, Kind};
use crate::postfix::address::quoted;
use crate::postfix::smtpd::Recipient;
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;
use crate::world::pen::Pen;

/// How an attempt for one recipient ended.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The recipient.
    pub(super) recipient: Recipient,
    /// The daemon that tried: `postfix/local`.
    pub(super) program: &'static str,
    /// How it ended.
    pub(super) status: DeliveryStatus,
    /// Where it went: `local`, `mx.remoto.example[198.51.100.25]:25`, `none`.
    pub(super) relay: String,
    /// The enhanced status code.
    pub(super) dsn: String,
    /// The words in parentheses.
    pub(super) reason: String,
    /// The host that said no, and its words, if it was one.
    pub(super) said: Option<(String, String)>,
    /// When the delivery agent began.
    pub(super) began: Moment,
    /// When it was connected, if it connected anywhere.
    pub(super) connected: Option<Moment>,
    /// When it was done.
    pub(super) done: Moment,
    /// Whether the next host tells the sender what becomes of the mail.
    pub(super) is_passed_on: bool,
}

/// Why nothing could be tried.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Failure {
    /// The daemon that says so.
    pub(super) program: &'static str,
    /// Whether it may be different later.
    pub(super) status: DeliveryStatus,
    /// The enhanced status code.
    pub(super) dsn: String,
    /// The words in parentheses.
    pub(super) reason: String,
    /// The host that said so, and its words, if it was one.
    pub(super) said: Option<(String, String)>,
}

impl Attempt {
    /// An attempt that failed before it reached anybody.
    pub(super) fn failed(recipient: &Recipient, failure: Failure, pen: &Pen) -> Self {
        Self {
            recipient: recipient.clone(),
            program: failure.program,
            status: failure.status,
            relay: "none".to_owned(),
            dsn: failure.dsn,
            reason: failure.reason,
            said: failure.said,
            began: pen.now(),
            connected: None,
            done: pen.now(),
            is_passed_on: false,
        }
    }

    /// Makes a failure for good one that may be different later
    /// (`soft_bounce`). Whether it was one.
    pub(super) fn soften(&mut self) -> bool {
        let is_hard = self.status == DeliveryStatus::Bounced;
        if is_hard {
            self.status = DeliveryStatus::Deferred;
            self.dsn = self.dsn.replacen('5', "4", 1);
        }
        is_hard
    }
}

/// `qmgr` made a message active.
pub(super) fn activated(internet: &Internet, host: &Rc<Host>, message: &Message) {
    let text = format!(
        "{}: from=<{}>, size={}, nrcpt={} (queue active)",
        message.queue_id,
        message.sender,
        message.size,
        message.recipients.len()
    );
    host.log(&internet.pen, None, "postfix/qmgr", text);
}

/// `qmgr` gives up a message.
pub(super) fn expired(internet: &Internet, host: &Rc<Host>, message: &Message) {
    let Message {
        queue_id, sender, ..
    } = message;
    let text = format!("{queue_id}: from=<{sender}>, status=expired, returned to sender");
    host.log(&internet.pen, None, "postfix/qmgr", text);
}

/// `qmgr` is done with a message.
pub(super) fn removed(internet: &Internet, host: &Rc<Host>, message: &Message) {
    host.log(
        &internet.pen,
        None,
        "postfix/qmgr",
        format!("{}: removed", message.queue_id),
    );
    internet.pen.write(Kind::Dequeued {
        host: host.name.clone(),
        queue_id: message.queue_id.clone(),
    });
}

/// An attempt ended; `active` is when the message became active, and
/// `is_softened` says that it failed for good but for `soft_bounce`.
pub(super) fn attempted(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    active: Moment,
    attempt: &Attempt,
    is_softened: bool,
) {
    let Recipient {
        address, original, ..
    } = &attempt.recipient;
    let (address, original) = (quoted(address), quoted(original));
    let original = if original == address {
        String::new()
    } else {
        format!(", orig_to=<{original}>")
    };
    let status = match attempt.status {
        _ if is_softened => "SOFTBOUNCE",
        DeliveryStatus::Sent => "sent",
        DeliveryStatus::Deferred => "deferred",
        DeliveryStatus::Bounced => "bounced",
    };
    let connected = attempt.connected.unwrap_or(attempt.began);
    let delays = [
        active.since(message.arrived),
        attempt.began.since(active),
        connected.since(attempt.began),
        attempt.done.since(connected),
    ]
    .map(delay);
    let text = format!(
        "{}: to=<{address}>{original}, relay={}, delay={}, delays={}, dsn={}, status={status} ({})",
        message.queue_id,
        attempt.relay,
        delay(attempt.done.since(message.arrived)),
        delays.join("/"),
        attempt.dsn,
        attempt.reason
    );
    host.log(&internet.pen, None, attempt.program, text);
    internet.pen.write(Kind::Delivery {
        host: host.name.clone(),
        queue_id: message.queue_id.clone(),
        recipient: address.clone(),
        status: attempt.status,
        relay: attempt.relay.clone(),
        dsn: attempt.dsn.clone(),
        reason: attempt.reason.clone(),
    });
}

/// A delay as Postfix logs it: two significant digits, hundredths at most
/// (`delay_logging_resolution_limit`).
fn delay(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 10.0 {
        format!("{seconds:.0}")
    } else if seconds >= 1.0 {
        trimmed(&format!("{seconds:.1}"))
    } else {
        trimmed(&format!("{seconds:.2}"))
    }
}

/// Without zeros at the end of a fraction.
fn trimmed(number: &str) -> String {
    number
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_have_two_significant_digits() {
        let said =
            [0, 4, 12, 310, 1234, 9000, 12_345].map(|millis| delay(Duration::from_millis(millis)));
        assert_eq!(said, ["0", "0", "0.01", "0.31", "1.2", "9", "12"]);
    }
}
