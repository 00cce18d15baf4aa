//! The message on its way into the queue: what `smtpd` and `cleanup` do to it
//! between the first line and the reply to the last.

use crate::postfix::addressing::{Addressing, Unreasonable};
use crate::postfix::reason::Rule;
use crate::postfix::restrictions::{self, Action};

use super::checks::{self, Taken};
use super::conversation::{Conversation, Transaction};
use super::data::complain_of_bare_newline;
use super::interface::{Accepted, Output, Recipient, Services};
use super::notice::{self, ErrorClass};
use super::outcome::{Next, Refusal};
use super::received::received;

/// How the message comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Way {
    Bdat,
    Data,
}

/// A message that is coming in.
#[derive(Debug)]
pub(super) struct Content {
    way: Way,
    /// `message_size_limit`, in bytes; 0: none.
    limit: u64,
    /// `cleanup_replace_stray_cr_lf`.
    replaces_stray: bool,
    /// The message so far, with the headers that the server put on top.
    bytes: Vec<u8>,
    fault: Option<Fault>,
}

/// Why a message cannot be taken, found while it came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// A line ended in a bare LF, and that is forbidden.
    BareNewline,
    /// It exceeds `message_size_limit`.
    Size,
}

impl Content {
    /// Begins with the headers that access tables asked for (`PREPEND`) and
    /// with `Received:`.
    pub(super) fn begin(conversation: &Conversation, way: Way) -> Self {
        let service = &conversation.service;
        let mut content = Self {
            way,
            limit: u64::try_from(service.number("message_size_limit")).unwrap_or_default(),
            replaces_stray: service.boolean("cleanup_replace_stray_cr_lf"),
            bytes: Vec::new(),
            fault: None,
        };
        let actions = conversation.transaction.iter().flat_map(|t| &t.actions);
        let prepended = actions.filter_map(|action| match action {
            Action::Prepend(header) => Some(header.clone()),
            _ => None,
        });
        for line in prepended.chain(received(conversation)) {
            content.add(line.as_bytes());
        }
        content
    }

    /// Adds a line that the client did not send.
    pub(super) fn add(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// Adds a line of the client's, or a piece of one that is not `complete`.
    /// A stray CR becomes a space (`cleanup_replace_stray_cr_lf`).
    pub(super) fn line(&mut self, conversation: &mut Conversation, line: &[u8], complete: bool) {
        if self.fault.is_some() {
            return;
        }
        let added = u64::try_from(line.len()).unwrap_or(u64::MAX) + 2;
        let Some(transaction) = &mut conversation.transaction else {
            return;
        };
        let size = transaction.size.saturating_add(added);
        if self.limit > 0 && size > self.limit {
            self.fault = Some(Fault::Size);
            conversation.warn(format!(
                "{}: queue file size limit exceeded",
                conversation.queue_id()
            ));
            return;
        }
        transaction.size = size;
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line);
        if self.replaces_stray {
            for byte in self.bytes.iter_mut().skip(start).filter(|b| **b == b'\r') {
                *byte = b' ';
            }
        }
        if complete {
            self.bytes.extend_from_slice(b"\r\n");
        }
    }

    /// Notes a fault; the worst one is told in the end.
    pub(super) fn fault(&mut self, fault: Fault) {
        self.fault = Some(fault);
    }

    /// `cleanup` is left alone with what came so far.
    pub(super) fn abandon(&self, conversation: &mut Conversation, services: &dyn Services) {
        checks::abandon(conversation, &self.bytes, services);
        if self.fault == Some(Fault::Size) {
            checks::complain_of_size(conversation);
        }
    }

    /// Whether there is a fault.
    pub(super) fn is_faulty(&self) -> bool {
        self.fault.is_some()
    }
}

/// The message is complete: takes it or turns it away.
pub(super) fn deliver(
    conversation: &mut Conversation,
    content: &Content,
    services: &mut dyn Services,
) -> Next {
    if content.fault.is_some() {
        content.abandon(conversation, services);
    }
    match content.fault {
        Some(Fault::BareNewline) => complain_of_bare_newline(conversation, "END-OF-MESSAGE"),
        Some(Fault::Size) => {
            let text = "Error: message file too big";
            let refusal = Refusal::new(Rule::TooBig, 552, "5.3.4", text);
            conversation.turn_down(refusal.of(ErrorClass::Bounce));
        }
        None => {
            let evaluation = restrictions::at_end_of_data(
                &conversation.service,
                &conversation.facts(None),
                services,
            );
            if !conversation.accept(evaluation) {
                content.abandon(conversation, services);
                // The transaction goes on; only the queue file is gone.
                if let Some(transaction) = &mut conversation.transaction {
                    transaction.queue_id = None;
                }
                return Next::Failed;
            }
            // Nobody sees what is thrown away.
            let is_discarded = conversation
                .transaction
                .as_ref()
                .is_some_and(Transaction::is_discarded);
            if is_discarded {
                return take(conversation, content.way, Taken::default(), services);
            }
            if has_endless_alias(conversation, services) {
                let text = "Alias expansion error";
                let refusal = Refusal::new(Rule::EndlessAlias, 451, "4.6.0", text);
                conversation.turn_down(refusal.of(None));
                conversation.reset_mail();
                return Next::Failed;
            }
            match checks::check(conversation, &content.bytes, services) {
                Err(refusal) => conversation.turn_down(refusal),
                Ok(taken) => return take(conversation, content.way, taken, services),
            }
        }
    }
    conversation.reset_mail();
    Next::Failed
}

/// Whether `cleanup` finds no end to the aliases of a recipient, and logs it.
fn has_endless_alias(conversation: &mut Conversation, services: &dyn Services) -> bool {
    let addressing = Addressing {
        main: &conversation.service,
        services,
    };
    let mut recipients = conversation
        .transaction
        .iter()
        .flat_map(|it| &it.recipients);
    let found = recipients.find_map(|recipient| addressing.recipients(recipient).err());
    let Some(Unreasonable(words)) = found else {
        return false;
    };
    let text = format!("warning: {}: {words}", conversation.queue_id());
    conversation.log_of("cleanup", text);
    true
}

/// Puts the message into the queue. All earlier mistakes are forgiven.
fn take(
    conversation: &mut Conversation,
    way: Way,
    taken: Taken,
    services: &mut dyn Services,
) -> Next {
    let Some(transaction) = conversation.transaction.take() else {
        return Next::Failed;
    };
    conversation.reset_mail();
    conversation.errors = 0;
    conversation.junk = 0;
    let discarded = taken.discard || transaction.is_discarded();
    let queue_id = transaction.queue_id.unwrap_or_default();
    let text = match way {
        Way::Bdat => format!("Ok: {} bytes queued as {queue_id}", transaction.size),
        Way::Data => format!("Ok: queued as {queue_id}"),
    };
    if !discarded {
        let mut accepted = Accepted {
            queue_id,
            sender: transaction.sender,
            recipients: transaction.recipients,
            message: taken.message,
            hold: taken.hold,
            request: transaction.request,
        };
        for action in transaction.actions {
            apply(action, &mut accepted);
        }
        accepted.recipients.extend(taken.bcc);
        if let Some(other) = taken.redirect {
            accepted.recipients = vec![other];
        }
        conversation
            .outputs
            .push(Output::Accepted(Box::new(accepted)));
    }
    conversation.reply(250, "2.0.0", text);
    notice::flush_long(conversation, services);
    Next::Done
}

/// Carries out what an access table asked for, as `cleanup` does.
fn apply(action: Action, accepted: &mut Accepted) {
    let only = |address: String| Recipient {
        original: address.clone(),
        address,
        ..Recipient::default()
    };
    match action {
        Action::Bcc(address) => accepted.recipients.push(only(address)),
        Action::Redirect(address) => accepted.recipients = vec![only(address)],
        Action::Hold => accepted.hold = true,
        // The others did their work before, or ask for a transport of which
        // the lab has none.
        Action::Discard | Action::Filter(_) | Action::Prepend(_) => {}
    }
}
