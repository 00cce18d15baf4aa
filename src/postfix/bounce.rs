//! The reports that `bounce` writes to a sender, of mail that did not arrive,
//! is late, or did arrive: in the words of its built-in templates (bounce(5))
//! and the form of RFC 3462 and RFC 3464.

use std::fmt::Write;

use super::line_wrap::line_wrap;
use super::notification::{Extent, Occasion, Request};

/// What is to be reported.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// `myhostname`.
    pub host: &'a str,
    /// `mail_name`.
    pub mail_name: &'a str,
    /// `myorigin`.
    pub origin: &'a str,
    /// Who is told.
    pub to: &'a str,
    /// Whether this goes to the postmaster, who needs no explanations.
    pub is_notice: bool,
    /// What is to be told.
    pub news: News<'a>,
    /// What the sender wants of reports.
    pub request: &'a Request,
    /// The queue id of the report.
    pub queue_id: &'a str,
    /// When it is written, as a `Date:` header has it.
    pub date: &'a str,
    /// The same, in seconds since 1970.
    pub seconds: i64,
    /// The queue id of the message that was lost.
    pub lost_id: &'a str,
    /// Its envelope sender.
    pub sender: &'a str,
    /// When it arrived, as a `Date:` header has it.
    pub arrived: &'a str,
    /// The message itself, its lines ended by CRLF.
    pub message: &'a [u8],
    /// How much of it may be sent back, in bytes (`bounce_size_limit`).
    pub size_limit: usize,
    /// Whom it is about.
    pub recipients: Vec<Told<'a>>,
}

/// What a report tells.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// The mail is late.
    Delay {
        /// For how many hours (`delay_warning_time`).
        hours: u64,
        /// After how many days it is given up (`maximal_queue_lifetime`).
        days: u64,
        /// When that is, as a `Date:` header has it.
        until: &'a str,
    },
    /// The mail did not arrive.
    Failure,
    /// The mail arrived, or went to where nothing more will be heard of it.
    Success,
}

/// A recipient whom a report is about.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Their address.
    pub recipient: &'a str,
    /// The address as the client gave it.
    pub original: &'a str,
    /// The address that the sender first gave, with its type (`ORCPT`).
    pub first: Option<&'a str>,
    /// The enhanced status code.
    pub status: &'a str,
    /// Why, in the words of the log.
    pub reason: &'a str,
    /// The host that decided, and its reply, if it was one.
    pub said: Option<(&'a str, &'a str)>,
}

impl News<'_> {
    /// Which of the things this is that a sender may want to hear of.
    pub fn occasion(&self) -> Occasion {
        match self {
            Self::Delay { .. } => Occasion::Delay,
            Self::Failure => Occasion::Failure,
            Self::Success => Occasion::Success,
        }
    }

    /// The explanation that every sender gets.
    fn explanation(&self) -> String {
        match self {
            Self::Failure => EXPLANATION.to_owned(),
            Self::Success => SUCCESS.to_owned(),
            Self::Delay { hours, days, .. } => format!(
                "{WARNING}\nYour message could not be delivered for more than {hours} hour(s).\n\
                 It will be retried until it is {days} day(s) old.\n\n{ASSISTANCE}"
            ),
        }
    }
}

impl Report<'_> {
    /// The report as a message, its lines ended by CRLF. `cleanup` adds the
    /// Message-ID.
    pub fn compose(&self) -> Vec<u8> {
        let boundary = format!("{}.{}/{}", self.lost_id, self.seconds, self.host);
        let mut text = self.header(&boundary);
        let _ = write!(
            text,
            "\nThis is a MIME-encapsulated message.\n\n--{boundary}\n\
             Content-Description: Notification\n\
             Content-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\n"
        );
        if self.is_notice {
            text.push('\n');
        } else {
            let _ = write!(
                text,
                "This is the mail system at host {}.\n\n{}\n                   The mail system\n\n",
                self.host,
                self.news.explanation()
            );
        }
        for told in &self.recipients {
            let Told {
                recipient,
                original,
                reason,
                ..
            } = told;
            let who = if original.is_empty() || recipient.eq_ignore_ascii_case(original) {
                format!("<{recipient}>: {reason}")
            } else {
                format!("<{recipient}> (expanded from <{original}>): {reason}")
            };
            wrap(&mut text, &who);
            text.push('\n');
        }
        let _ = write!(
            text,
            "--{boundary}\nContent-Description: Delivery report\n\
             Content-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; {}\n{}X-{mail}-Queue-ID: {}\n\
             X-{mail}-Sender: rfc822; {}\nArrival-Date: {}\n",
            self.host,
            self.request
                .envelope_id
                .as_ref()
                .map_or_else(String::new, |id| format!("Original-Envelope-Id: {id}\n")),
            self.lost_id,
            self.named_sender(),
            self.arrived,
            mail = self.mail_name
        );
        for told in &self.recipients {
            self.delivery_status(&mut text, told);
        }
        let is_failure = matches!(self.news, News::Failure);
        let whole = is_failure
            && (!self.is_notice || self.sender.is_empty())
            && self.request.extent != Some(Extent::Headers)
            && self.message.len() <= self.size_limit;
        let undelivered = match self.news {
            News::Success => "",
            News::Delay { .. } | News::Failure => "Undelivered ",
        };
        let (kind, format) = if whole {
            (format!("{undelivered}Message"), "message/rfc822")
        } else {
            (
                format!("{undelivered}Message Headers"),
                "text/rfc822-headers",
            )
        };
        let _ = write!(
            text,
            "\n--{boundary}\nContent-Description: {kind}\nContent-Type: {format}\n\
             Content-Transfer-Encoding: 8bit\n\nReturn-Path: <{}>\n",
            self.named_sender()
        );
        let mut report = text.replace('\n', "\r\n").into_bytes();
        report.extend_from_slice(if whole {
            self.message
        } else {
            super::header::head(self.message)
        });
        report.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        report
    }

    /// The sender of the message; for `<>` the one that Postfix writes instead.
    fn named_sender(&self) -> String {
        match self.sender {
            "" => format!("MAILER-DAEMON@{}", self.host),
            sender => sender.to_owned(),
        }
    }

    fn header(&self, boundary: &str) -> String {
        let copy = match (self.is_notice, self.news) {
            (true, News::Delay { .. }) => "Postmaster Warning: Delayed Mail",
            (true, _) => "Postmaster Copy: Undelivered Mail",
            (false, News::Delay { .. }) => "Delayed Mail (still being retried)",
            (false, News::Failure) => "Undelivered Mail Returned to Sender",
            (false, News::Success) => "Successful Mail Delivery Report",
        };
        format!(
            "Received: by {} ({})\n\tid {}; {date}\nDate: {date}\n\
             From: Mail Delivery System <MAILER-DAEMON@{}>\nSubject: {copy}\nTo: {}\n\
             Auto-Submitted: {}\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status;\n\
             \tboundary=\"{boundary}\"\nContent-Transfer-Encoding: 8bit\n",
            self.host,
            self.mail_name,
            self.queue_id,
            self.origin,
            self.to,
            if self.is_notice {
                "auto-generated"
            } else {
                "auto-replied"
            },
            date = self.date
        )
    }

    /// What RFC 3464 §2.3 wants to be said of a recipient.
    fn delivery_status(&self, text: &mut String, told: &Told<'_>) {
        let _ = writeln!(text, "\nFinal-Recipient: rfc822; {}", told.recipient);
        match told.first {
            Some(first) => {
                let _ = writeln!(text, "Original-Recipient: {first}");
            }
            None if told.original.is_empty() => {}
            None => {
                let _ = writeln!(text, "Original-Recipient: rfc822;{}", told.original);
            }
        }
        let action = match (self.news, told.said) {
            (News::Delay { .. }, _) => "delayed",
            (News::Failure, _) => "failed",
            // Where this host's word ends.
            (News::Success, Some(_)) => "relayed",
            (News::Success, None) => "delivered",
        };
        let _ = writeln!(text, "Action: {action}\nStatus: {}", told.status);
        match told.said {
            Some((host, words)) => {
                let _ = writeln!(text, "Remote-MTA: dns; {host}");
                wrap(text, &format!("Diagnostic-Code: smtp; {words}"));
            }
            None => wrap(
                text,
                &format!("Diagnostic-Code: X-{}; {}", self.mail_name, told.reason),
            ),
        }
        if let News::Delay { until, .. } = self.news {
            let _ = writeln!(text, "Will-Retry-Until: {until}");
        }
    }
}

/// Adds `line`, broken where it is too long.
fn wrap(text: &mut String, line: &str) {
    for line in line_wrap(line, LINE_LENGTH, 4) {
        text.push_str(&line);
        text.push('\n');
    }
}

/// Columns of the report's lines.
const LINE_LENGTH: usize = 79;

/// What the sender of lost mail is told.
const EXPLANATION: &str = "\
I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.
";

/// What the sender of late mail is told first.
const WARNING: &str = "\
####################################################################
# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
####################################################################
";

/// And last.
const ASSISTANCE: &str = "\
For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.
";

/// What the sender of mail that arrived is told, if they asked for it.
const SUCCESS: &str = "\
Your message was successfully delivered to the destination(s)
listed below. If the message was delivered to mailbox you will
receive no further notifications. Otherwise you may still receive
notifications of mail delivery errors from other systems.
";
