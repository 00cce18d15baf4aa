//! `cleanup`'s last act: a message goes into the queue (cleanup(8)). For those
//! that come in, the session has done the rest.

use std::rc::Rc;

use super::queue;
use crate::journal::ConnectionId;
use crate::journal::event::Kind;
use crate::postfix::addressing::{Addressing, Unreasonable};
use crate::postfix::cleanup::{Envelope, Header};
use crate::postfix::header;
use crate::postfix::smtpd::{Accepted, Recipient};
use crate::world::host::{Host, Message};
use crate::world::pen::Pen;

/// Takes a message of this host's own into the queue.
pub(super) fn post(pen: &Pen, host: &Rc<Host>, message: Accepted) {
    file(pen, host, message, true);
}

/// Takes a message into the queue once more, for other recipients: its header
/// is complete already.
pub(super) fn post_again(pen: &Pen, host: &Rc<Host>, message: Accepted) {
    file(pen, host, message, false);
}

fn file(pen: &Pen, host: &Rc<Host>, mut message: Accepted, may_add: bool) {
    let head = header::head(&message.message);
    let rest = message.message.get(head.len()..).unwrap_or_default();
    let log = |line: String| host.log(pen, None, "postfix/cleanup", line);
    let mut known = Header::default();
    for field in header::fields(head) {
        if let Some(line) = known.field(&message.queue_id, field) {
            log(line);
        }
    }
    let envelope = Envelope {
        queue_id: &message.queue_id,
        sender: &message.sender,
        now: pen.now(),
    };
    let settings = host.settings();
    let (added, line) = known.end(settings.configuration.main(), &envelope, may_add);
    if let Some(line) = line {
        log(line);
    }
    message.message = [head, added.as_bytes(), rest].concat();
    enqueue(pen, host, message, None, false);
}

/// Takes a message from elsewhere into the queue.
pub(super) fn accept(
    pen: &Pen,
    host: &Rc<Host>,
    accepted: Accepted,
    connection: Option<ConnectionId>,
) {
    enqueue(pen, host, accepted, connection, true);
}

/// Takes a message into the queue; `is_copied` if some may want copies of it.
fn enqueue(
    pen: &Pen,
    host: &Rc<Host>,
    accepted: Accepted,
    connection: Option<ConnectionId>,
    is_copied: bool,
) {
    let Accepted {
        queue_id,
        sender,
        mut recipients,
        message: content,
        hold,
        request,
    } = accepted;
    let settings = host.settings();
    let services = host.services.borrow();
    let addressing = Addressing {
        main: settings.configuration.main(),
        services: &*services,
    };
    let sender = addressing.sender(&sender);
    if is_copied {
        let copies = addressing.copies(&sender, &recipients);
        recipients.extend(copies);
    }
    let named = |recipient: Recipient| {
        addressing
            .recipients(&recipient)
            .unwrap_or_else(|Unreasonable(words)| {
                // The host's own mail is taken all the same, rather than lost.
                let text = format!("warning: {queue_id}: {words}");
                host.log(pen, None, "postfix/cleanup", text);
                vec![recipient]
            })
    };
    let recipients: Vec<Recipient> = recipients.into_iter().flat_map(named).collect();
    drop(services);
    let size = size(&content);
    pen.write(Kind::Queued {
        host: host.name.clone(),
        queue_id: queue_id.clone(),
        connection,
        sender: sender.clone(),
        recipients: recipients
            .iter()
            .map(|recipient| recipient.address.clone())
            .collect(),
        size,
    });
    let message = Message {
        queue_id,
        sender,
        recipients,
        content,
        size,
        arrived: pen.now(),
        is_known_late: false,
        request,
    };
    if hold {
        queue::hold(host, message);
    } else {
        host.incoming.borrow_mut().push_back(message);
        host.arrivals.notify_one();
    }
}

/// A message's size as Postfix counts it: in the queue a line ends with one byte.
fn size(content: &[u8]) -> usize {
    let pairs = content.iter().zip(content.iter().skip(1));
    content.len() - pairs.filter(|pair| *pair == (&b'\r', &b'\n')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_counts_as_one_byte() {
        assert_eq!(size(b"Subject: a\r\n\r\nHola.\r\n"), 18);
    }
}
