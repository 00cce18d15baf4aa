//! `cleanup`: completes the header of a message from this machine, notes its
//! Message-ID and puts it into the queue (cleanup(8)).

use std::fmt::Write;
use std::rc::Rc;

use super::{queue, report};
use crate::journal::ConnectionId;
use crate::journal::event::Kind;
use crate::postfix::header;
use crate::postfix::rewrite::rewrite;
use crate::postfix::smtpd::Accepted;
use crate::world::host::{Host, Message};
use crate::world::pen::Pen;

/// Takes a message into the queue.
pub(super) fn accept(
    pen: &Pen,
    host: &Rc<Host>,
    accepted: Accepted,
    connection: Option<ConnectionId>,
) {
    let Accepted {
        queue_id,
        sender,
        recipients,
        message: mut content,
        local_client,
        hold,
    } = accepted;
    let sender = if sender.is_empty() {
        sender
    } else {
        rewrite(host.settings().configuration.main(), &sender)
    };
    if local_client {
        content = complete(&content, pen, host, &queue_id, &sender);
    }
    let id = header::field(&content, "Message-ID").unwrap_or_default();
    let id = if id.is_empty() { "<>" } else { &id };
    report::log(
        pen,
        host,
        connection,
        "postfix/cleanup",
        format!("{queue_id}: message-id={id}"),
    );
    pen.write(Kind::Queued {
        host: host.name.clone(),
        queue_id: queue_id.clone(),
        connection,
        sender: sender.clone(),
        recipients: recipients
            .iter()
            .map(|recipient| recipient.address.clone())
            .collect(),
        size: size(&content),
    });
    let message = Message {
        queue_id,
        sender,
        recipients,
        content,
        arrived: pen.now(),
    };
    if hold {
        queue::hold(host, message);
    } else {
        host.incoming.borrow_mut().push_back(message);
    }
}

/// A message's size as Postfix counts it: in the queue a line ends with one byte.
pub(super) fn size(content: &[u8]) -> usize {
    content.len() - content.windows(2).filter(|pair| pair == b"\r\n").count()
}

/// Adds the headers that a message from this machine may lack
/// (`local_header_rewrite_clients`), in Postfix's order.
fn complete(content: &[u8], pen: &Pen, host: &Host, queue_id: &str, sender: &str) -> Vec<u8> {
    // Writing into a String cannot fail.
    let mut added = String::new();
    let lacks = |name| header::field(content, name).is_none();
    if lacks("Message-ID") {
        let date = pen.now().to_date();
        let stamp = format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            date.year(),
            u8::from(date.month()),
            date.day(),
            date.hour(),
            date.minute(),
            date.second()
        );
        let name = host
            .settings()
            .configuration
            .main()
            .text("myhostname")
            .to_owned();
        let _ = write!(added, "Message-Id: <{stamp}.{queue_id}@{name}>\r\n");
    }
    if lacks("Date") {
        let _ = write!(added, "Date: {}\r\n", pen.now().to_rfc2822());
    }
    if lacks("From") {
        let from = if sender.is_empty() {
            "MAILER-DAEMON"
        } else {
            sender
        };
        let _ = write!(added, "From: {from}\r\n");
    }
    let head = header::head(content);
    let rest = content.get(head.len()..).unwrap_or_default();
    [head, added.as_bytes(), rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_counts_as_one_byte() {
        assert_eq!(size(b"Subject: a\r\n\r\nHola.\r\n"), 18);
    }
}
