//! `bounce`: tells the sender that a message did not arrive (bounce(8)). What
//! cannot be returned either is the postmaster's, once, and is dropped then:
//! reports never beget reports without end.

use std::rc::Rc;

use super::cleanup;
use super::report::{self, Attempt};
use crate::postfix::bounce::{Failure, Report};
use crate::postfix::configuration::Service;
use crate::postfix::date::mail_date;
use crate::postfix::rewrite::rewrite;
use crate::postfix::smtpd::{Accepted, Recipient, Services};
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// Reports the recipients whose attempts `failed` for good.
pub(super) fn report(internet: &Internet, host: &Rc<Host>, message: &Message, failed: &[Attempt]) {
    let settings = host.settings();
    let main = settings.configuration.main();
    let post = Post {
        internet,
        host,
        main,
        message,
        failed,
    };
    let classes = main.list("notify_classes");
    let is_wanted = |class: &str| classes.iter().any(|wanted| wanted == class);
    if message.sender.eq_ignore_ascii_case(&double_bounce(main)) {
        let text = format!(
            "warning: {}: undeliverable postmaster notification discarded",
            message.queue_id
        );
        report::log(&internet.pen, host, None, PROGRAM, text);
    } else if message.sender.is_empty() {
        if is_wanted("2bounce") {
            post.notice(main.text("2bounce_notice_recipient"));
        }
    } else {
        post.to_sender();
        if is_wanted("bounce") {
            post.notice(main.text("bounce_notice_recipient"));
        }
    }
}

/// A report that is being written.
struct Post<'a> {
    internet: &'a Internet,
    host: &'a Rc<Host>,
    main: &'a Service,
    message: &'a Message,
    failed: &'a [Attempt],
}

impl Post<'_> {
    fn to_sender(&self) {
        let sender = &self.message.sender;
        let queue_id = self.send(String::new(), sender, false);
        self.log("sender non-delivery notification", &queue_id);
    }

    fn notice(&self, postmaster: &str) {
        let queue_id = self.send(double_bounce(self.main), postmaster, true);
        self.log("postmaster non-delivery notification", &queue_id);
    }

    /// Gives the report to the queue; its queue id comes back.
    fn send(&self, from: String, to: &str, is_notice: bool) -> String {
        let pen = &self.internet.pen;
        let queue_id = self.host.services.borrow_mut().new_queue_id();
        let report = Report {
            host: self.main.text("myhostname"),
            mail_name: self.main.text("mail_name"),
            origin: self.main.text("myorigin"),
            to,
            is_notice,
            queue_id: &queue_id,
            date: &mail_date(pen.now()),
            seconds: pen.now().as_seconds(),
            lost_id: &self.message.queue_id,
            sender: &self.message.sender,
            arrived: &mail_date(self.message.arrived),
            message: &self.message.content,
            size_limit: usize::try_from(self.main.number("bounce_size_limit")).unwrap_or(0),
            failures: self.failed.iter().map(failure).collect(),
        };
        let accepted = Accepted {
            queue_id: queue_id.clone(),
            sender: from,
            recipients: vec![Recipient {
                original: to.to_owned(),
                address: rewrite(self.main, to),
            }],
            message: report.compose(),
            hold: false,
        };
        cleanup::post(pen, self.host, accepted);
        queue_id
    }

    fn log(&self, what: &str, queue_id: &str) {
        let text = format!("{}: {what}: {queue_id}", self.message.queue_id);
        report::log(&self.internet.pen, self.host, None, PROGRAM, text);
    }
}

fn failure(attempt: &Attempt) -> Failure<'_> {
    Failure {
        recipient: &attempt.recipient.address,
        original: &attempt.recipient.original,
        status: &attempt.dsn,
        reason: &attempt.reason,
        said: attempt
            .said
            .as_ref()
            .map(|(host, words)| (host.as_str(), words.as_str())),
    }
}

/// The sender of notices to the postmaster, who is never told twice.
fn double_bounce(main: &Service) -> String {
    format!(
        "{}@{}",
        main.text("double_bounce_sender"),
        main.text("myhostname")
    )
}

const PROGRAM: &str = "postfix/bounce";
