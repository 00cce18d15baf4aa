//! DATA, and the message that follows it.

use crate::postfix::reason::Rule;
use crate::postfix::restrictions;
use crate::smtp::{LineEnd, LineReader, Overlong};

use super::bdat::Chunks;
use super::command::Word;
use super::content::{self, Content, Fault, Way};
use super::conversation::Conversation;
use super::interface::{Output, Services};
use super::newline::BareNewline;
use super::outcome::{Answer, Next, Refusal, refuse};

/// A message that is coming in after DATA.
#[derive(Debug)]
pub(super) struct Reception {
    content: Content,
    /// Nothing came yet but lines that separate messages in a mailbox file.
    at_start: bool,
    /// The line before ended in a bare LF.
    after_bare_newline: bool,
    /// The piece before was not the end of its line.
    within_line: bool,
}

/// `DATA`.
pub(super) fn data(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    match &conversation.transaction {
        _ if conversation.chunks != Chunks::None => {
            return refuse(Rule::AfterChunks, 503, "5.5.1", "Error: DATA after BDAT");
        }
        None => {
            let text = "Error: need RCPT command";
            return refuse(Rule::RecipientFirst, 503, "5.5.1", text);
        }
        Some(transaction) if transaction.recipients.is_empty() => {
            let text = "Error: no valid recipients";
            return Err(Refusal::new(Rule::NoValidRecipients, 554, "5.5.1", text).of(None));
        }
        Some(_) => {}
    }
    if !arguments.is_empty() {
        return refuse(Rule::Syntax, 501, "5.5.4", "Syntax: DATA");
    }
    let evaluation =
        restrictions::at_data(&conversation.service, &conversation.facts(None), services);
    if !conversation.accept(evaluation) {
        return Ok(Next::Failed);
    }
    let content = Content::begin(conversation, Way::Data);
    conversation.reply(354, "", "End data with <CR><LF>.<CR><LF>");
    Ok(Next::Content(Reception {
        content,
        at_start: true,
        after_bare_newline: false,
        within_line: false,
    }))
}

/// Takes message lines. `Err`: more must come.
pub(super) fn receive(
    conversation: &mut Conversation,
    input: &mut LineReader,
    mut reception: Reception,
    services: &mut dyn Services,
) -> Result<Next, Reception> {
    let limit = conversation.service.number("line_length_limit");
    let limit = usize::try_from(limit).unwrap_or(2048);
    while let Some(line) = input.next_line(limit, Overlong::Split) {
        // What is said of a line comes after the line.
        let place = conversation.outputs.len();
        let is_complete = reception.take(conversation, &line.bytes, line.end);
        let received = Output::Received(line.bytes);
        conversation.outputs.insert(place, received);
        if is_complete {
            conversation.place = "END-OF-MESSAGE";
            return Ok(content::deliver(conversation, &reception.content, services));
        }
    }
    Err(reception)
}

impl Reception {
    /// The rest does not come any more.
    pub(super) fn abandon(&self, conversation: &mut Conversation, services: &dyn Services) {
        self.content.abandon(conversation, services);
    }

    /// Takes a line, or a piece of one. `true`: the message is complete.
    fn take(&mut self, conversation: &mut Conversation, bytes: &[u8], end: LineEnd) -> bool {
        let mode = conversation.bare_newline;
        let bare = mode != BareNewline::Allowed && end == LineEnd::BareLf;
        let after_bare = std::mem::replace(&mut self.after_bare_newline, bare);
        let within_line = std::mem::replace(&mut self.within_line, end == LineEnd::Limit);
        if bare && mode == BareNewline::Rejected {
            self.content.fault(Fault::BareNewline);
        }
        let mut line = bytes;
        if mode == BareNewline::Allowed && end != LineEnd::Limit {
            while let [rest @ .., b'\r'] = line {
                line = rest;
            }
        }
        if self.at_start {
            if is_mailbox_separator(line) {
                self.content.add(&[b"X-Mailbox-Line: ", line].concat());
                return false;
            }
            self.at_start = false;
            if let [b' ' | b'\t', ..] = line {
                // So that it does not go on with our own header.
                self.content.add(b"");
            }
        }
        if !within_line && let [b'.', rest @ ..] = line {
            if rest.is_empty() {
                // Where CRLF.CRLF is the end, another dot is nothing at all.
                return !(bare || after_bare);
            }
            line = rest;
        }
        self.content.line(conversation, line, end != LineEnd::Limit);
        false
    }
}

/// Whether a line is the `From ` line of a mailbox file, which some clients send.
fn is_mailbox_separator(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|&&byte| byte == b'>').count();
    line.get(quotes..)
        .is_some_and(|rest| rest.starts_with(b"From "))
}

/// Says what `smtpd_forbid_bare_newline = reject` says.
pub(super) fn complain_of_bare_newline(conversation: &mut Conversation, place: &str) {
    let line = format!(
        "{}: reject: {place} from {}: bare <LF> received;{}",
        conversation.queue_id(),
        conversation.client_name(),
        conversation.circumstances()
    );
    conversation.log(line);
    let code = conversation
        .service
        .number("smtpd_forbid_bare_newline_reject_code");
    let text = format!("{} Error: bare <LF> received", conversation.myhostname());
    let code = u16::try_from(code).unwrap_or(550);
    conversation.turn_down(Refusal::new(Rule::BareNewline, code, "5.5.2", text));
}
