//! A run whose mail is sent over and over, as spammers do. It goes on mail by
//! mail, so that other orders find their place in between.

use super::conversation::Conversation;
use crate::journal::event::Kind;
use crate::lesson::model::{self, Call};

/// A repetition that is on.
pub(super) struct Repetition {
    /// The order that began it, which is not settled before it ends.
    pub(super) order: u64,
    /// Index of the run within the step.
    run: usize,
    /// The call that is repeated.
    call: Call,
    again: model::Repetition,
    sent: u32,
    accepted: u32,
}

impl Repetition {
    /// What repeats the run with index `run` for `order`, if it is of that kind.
    pub(super) fn of(run: usize, of_step: &model::Run, order: u64) -> Option<Self> {
        Some(Self {
            order,
            run,
            call: of_step.call.clone(),
            again: of_step.again.clone()?,
            sent: 0,
            accepted: 0,
        })
    }

    /// What is told of it at its beginning.
    pub(super) fn began(&self) -> Kind {
        let to = &self.call.to;
        let host = to.rsplit_once(':').map_or(to.as_str(), |(host, _)| host);
        Kind::Repeating {
            run: self.run,
            to: host.to_owned(),
            times: self.again.times,
        }
    }

    /// What is told of it at its end.
    pub(super) fn ended(&self) -> Kind {
        Kind::Repeated {
            run: self.run,
            sent: self.sent,
            accepted: self.accepted,
        }
    }

    /// The index of the run, and the call that sends the next mail; `None`: all is sent.
    pub(super) fn next(&self) -> Option<(usize, Call)> {
        if self.sent >= self.again.times {
            return None;
        }
        let mut call = self.call.clone();
        if let Some(mail) = &mut call.mail {
            let number = self.sent + 1;
            mail.to = vec![self.again.to.replace("{n}", &number.to_string())];
        }
        Some((self.run, call))
    }

    /// Takes note of a mail that was sent.
    pub(super) fn note(&mut self, conversation: &Conversation) {
        self.sent += 1;
        self.accepted += u32::from(conversation.dialogue().accepted().is_some());
    }
}
