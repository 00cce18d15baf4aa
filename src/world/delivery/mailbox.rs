//! The last step: a message becomes a file (or a part of one) in a mailbox.

use crate::postfix::configuration::Service;
use crate::postfix::smtpd::Recipient;
use crate::world::host::Message;

/// The words of the log for a delivery, which depend on how mailboxes are kept
/// (`mailbox_command`, `home_mailbox`; local(8)).
pub(super) fn delivered(main: &Service) -> String {
    let command = main.text("mailbox_command").trim();
    let home = main.text("home_mailbox").trim();
    if !command.is_empty() {
        format!("delivered to command: {command}")
    } else if home.ends_with('/') {
        "delivered to maildir".to_owned()
    } else {
        "delivered to mailbox".to_owned()
    }
}

/// The message as it is stored: envelope in front, lines ended as on a Unix disk.
pub(super) fn stored(message: &Message, recipient: &Recipient, delivered_to: &str) -> Vec<u8> {
    let mut stored = format!(
        "Return-Path: <{}>\nX-Original-To: {}\nDelivered-To: {delivered_to}\n",
        message.sender, recipient.original
    )
    .into_bytes();
    for line in message.content.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                stored.extend_from_slice(text);
                stored.push(b'\n');
            }
            None => stored.extend_from_slice(line),
        }
    }
    stored
}
