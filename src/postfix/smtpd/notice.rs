//! What `smtpd` tells the postmaster of a session in which something went
//! wrong (`notify_classes`): a message with all that was said.

use crate::postfix::date::mail_date;
use crate::postfix::line_wrap::line_wrap;
use crate::postfix::notification::Request;
use crate::postfix::printable::printable_characters;
use crate::postfix::rewrite::rewrite;

use super::conversation::Conversation;
use super::interface::{Accepted, Output, Recipient, Services};

/// Classes of problems, by the names that `notify_classes` gives them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum ErrorClass {
    /// Mail that would have bounced.
    Bounce,
    /// Refused by a policy.
    Policy,
    /// The client breaks the protocol.
    Protocol,
    /// The server lacks disk or memory.
    Resource,
    /// The server's configuration is at fault.
    Software,
}

/// What was said in a session, kept for a notice.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// Its lines, one after the other: hardly any transcript is ever read.
    text: String,
    lines: i64,
    /// What went wrong since the transcript began.
    errors: Vec<ErrorClass>,
}

impl ErrorClass {
    fn name(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Policy => "policy",
            Self::Protocol => "protocol",
            Self::Resource => "resource",
            Self::Software => "software",
        }
    }
}

impl Transcript {
    /// The client said this.
    pub(super) fn heard(&mut self, line: &[u8]) {
        self.text.push_str("In:  ");
        // What is no UTF-8 has no characters.
        match std::str::from_utf8(line) {
            Ok(text) => self.text.extend(printable_characters(text)),
            Err(_) => self.text.extend(line.iter().map(|&byte| visible(byte))),
        }
        self.end_line();
    }

    /// The server said this.
    pub(super) fn said(&mut self, line: &str) {
        self.text.push_str("Out: ");
        self.text.extend(printable_characters(line));
        self.end_line();
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }

    /// Something went wrong.
    pub(super) fn went_wrong(&mut self, class: ErrorClass) {
        self.errors.push(class);
    }
}

fn visible(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '?',
    }
}

/// Ends the transcript if it has more lines than `smtpd_history_flush_threshold`,
/// and tells the postmaster if anything went wrong that is to be told.
pub(super) fn flush_long(conversation: &mut Conversation, services: &mut dyn Services) {
    let threshold = conversation.service.number("smtpd_history_flush_threshold");
    if conversation.transcript.lines > threshold {
        flush(conversation, None, services);
    }
}

/// Ends the transcript, and tells the postmaster if anything went wrong that is
/// to be told. `reason`: why the session was aborted, if it was.
pub(super) fn flush(
    conversation: &mut Conversation,
    reason: Option<&str>,
    services: &mut dyn Services,
) {
    let transcript = std::mem::take(&mut conversation.transcript);
    let classes = conversation.service.list("notify_classes");
    let is_wanted = |error: &ErrorClass| classes.iter().any(|class| class == error.name());
    if !transcript.errors.iter().any(is_wanted) {
        return;
    }
    let service = &conversation.service;
    let to = if transcript.errors.contains(&ErrorClass::Bounce) {
        service.text("bounce_notice_recipient")
    } else {
        service.text("error_notice_recipient")
    };
    let queue_id = services.new_queue_id();
    let message = compose(conversation, &transcript, &queue_id, reason, services);
    let notice = Accepted {
        queue_id,
        sender: format!(
            "{}@{}",
            service.text("double_bounce_sender"),
            service.text("myhostname")
        ),
        recipients: vec![Recipient {
            original: to.to_owned(),
            address: rewrite(service, to),
            ..Recipient::default()
        }],
        message,
        hold: false,
        request: Request::default(),
    };
    conversation.outputs.push(Output::Notice(Box::new(notice)));
}

fn compose(
    conversation: &Conversation,
    transcript: &Transcript,
    queue_id: &str,
    reason: Option<&str>,
    services: &dyn Services,
) -> Vec<u8> {
    let service = &conversation.service;
    let (host, system) = (service.text("myhostname"), service.text("mail_name"));
    let date = mail_date(services.now());
    let mut lines = vec![
        format!("Received: by {host} ({system})"),
        format!("\tid {queue_id}; {date}"),
        format!("Date: {date}"),
        format!("From: Mail Delivery System <MAILER-DAEMON@{host}>"),
        format!(
            "To: Postmaster <{}>",
            rewrite(service, service.text("error_notice_recipient"))
        ),
        format!(
            "Subject: {system} SMTP server: errors from {}",
            conversation.client_name()
        ),
        String::new(),
        "Transcript of session follows.".to_owned(),
        String::new(),
    ];
    for line in transcript.text.lines() {
        // The space keeps what strangers said from being anything but text.
        let wrapped = line_wrap(line, TRANSCRIPT_LENGTH, TRANSCRIPT_INDENT);
        lines.extend(wrapped.into_iter().map(|line| format!(" {line}")));
    }
    lines.push(String::new());
    lines.extend(reason.map(|reason| format!("Session aborted, reason: {reason}")));
    lines.push(String::new());
    lines.push("For other details, see the local mail logfile".to_owned());
    let mut message = lines.join("\r\n");
    message.push_str("\r\n");
    message.into_bytes()
}

/// Columns of the transcript's lines.
const TRANSCRIPT_LENGTH: usize = 78;

/// By how much the continuation of a line is indented.
const TRANSCRIPT_INDENT: usize = 4;
