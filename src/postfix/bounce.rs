//! The non-delivery report that `bounce` writes to a sender, in the words of
//! its built-in templates (bounce(5)) and the form of RFC 3462 and RFC 3464.

use std::fmt::Write;

use super::line_wrap::line_wrap;

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
    /// Who did not get it.
    pub failures: Vec<Failure<'a>>,
}

/// A recipient who did not get the message.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// Their address.
    pub recipient: &'a str,
    /// The address as the sender gave it.
    pub original: &'a str,
    /// The enhanced status code.
    pub status: &'a str,
    /// Why, in the words of the log.
    pub reason: &'a str,
    /// The host that refused, and its reply, if it was one.
    pub said: Option<(&'a str, &'a str)>,
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
        if !self.is_notice {
            let _ = write!(
                text,
                "This is the mail system at host {}.\n\n{EXPLANATION}\n",
                self.host
            );
        }
        for failure in &self.failures {
            let Failure {
                recipient,
                original,
                reason,
                ..
            } = failure;
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
             Reporting-MTA: dns; {}\nX-{mail}-Queue-ID: {}\n\
             X-{mail}-Sender: rfc822; {}\nArrival-Date: {}\n",
            self.host,
            self.lost_id,
            self.sender,
            self.arrived,
            mail = self.mail_name
        );
        for failure in &self.failures {
            self.delivery_status(&mut text, failure);
        }
        let whole = !self.is_notice && self.message.len() <= self.size_limit;
        let (kind, format) = if whole {
            ("Undelivered Message", "message/rfc822")
        } else {
            ("Undelivered Message Headers", "text/rfc822-headers")
        };
        let _ = write!(
            text,
            "\n--{boundary}\nContent-Description: {kind}\nContent-Type: {format}\n\
             Content-Transfer-Encoding: 8bit\n\nReturn-Path: <{}>\n",
            self.sender
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

    fn header(&self, boundary: &str) -> String {
        let copy = if self.is_notice {
            "Postmaster Copy: Undelivered Mail"
        } else {
            "Undelivered Mail Returned to Sender"
        };
        format!(
            "Received: by {} ({})\n\tid {}; {date}\nDate: {date}\n\
             From: Mail Delivery System <MAILER-DAEMON@{}>\nSubject: {copy}\nTo: {}\n\
             Auto-Submitted: auto-replied\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status;\n\
             \tboundary=\"{boundary}\"\nContent-Transfer-Encoding: 8bit\n",
            self.host,
            self.mail_name,
            self.queue_id,
            self.origin,
            self.to,
            date = self.date
        )
    }

    /// What RFC 3464 §2.3 wants to be said of a recipient.
    fn delivery_status(&self, text: &mut String, failure: &Failure<'_>) {
        let _ = writeln!(text, "\nFinal-Recipient: rfc822; {}", failure.recipient);
        if !failure.original.is_empty() {
            let _ = writeln!(text, "Original-Recipient: rfc822;{}", failure.original);
        }
        let _ = writeln!(text, "Action: failed\nStatus: {}", failure.status);
        match failure.said {
            Some((host, words)) => {
                let _ = writeln!(text, "Remote-MTA: dns; {host}");
                wrap(text, &format!("Diagnostic-Code: smtp; {words}"));
            }
            None => wrap(
                text,
                &format!("Diagnostic-Code: X-{}; {}", self.mail_name, failure.reason),
            ),
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

/// What every sender is told.
const EXPLANATION: &str = "\
I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.

                   The mail system
";
