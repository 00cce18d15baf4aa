//! `bounce`: tells the sender what became of a message (bounce(8)). What cannot
//! be returned either is the postmaster's, once, and is dropped then: reports
//! never beget reports without end.

use std::rc::Rc;
use std::time::Duration;

use super::cleanup;
use super::report::Attempt;
use crate::clock::Moment;
use crate::postfix::bounce::{News, Report, Told};
use crate::postfix::configuration::Service;
use crate::postfix::date::mail_date;
use crate::postfix::notification::Request;
use crate::postfix::rewrite::rewrite;
use crate::postfix::smtpd::{Accepted, Recipient, Services};
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// Reports the recipients whose attempts `failed` for good.
pub(super) fn failed(internet: &Internet, host: &Rc<Host>, message: &Message, failed: &[Attempt]) {
    let settings = host.settings();
    let main = settings.configuration.main();
    let Some(post) = Post::about(internet, host, main, message, failed, News::Failure) else {
        return;
    };
    if message.sender.eq_ignore_ascii_case(&double_bounce(main)) {
        let text = format!(
            "warning: {}: undeliverable postmaster notification discarded",
            message.queue_id
        );
        host.log(&internet.pen, None, PROGRAM, text);
    } else if message.sender.is_empty() {
        if post.is_wanted("2bounce") {
            post.notice("non-delivery", main.text("2bounce_notice_recipient"));
        }
    } else {
        post.to_sender("non-delivery");
        if post.is_wanted("bounce") {
            post.notice("non-delivery", main.text("bounce_notice_recipient"));
        }
    }
}

/// Reports recipients whose mail arrived, if the sender wants to hear of it.
pub(super) fn succeeded(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    arrived: &[Attempt],
) {
    let settings = host.settings();
    let main = settings.configuration.main();
    if message.sender.is_empty() {
        return;
    }
    let told: Vec<Attempt> = arrived
        .iter()
        .map(|attempt| Attempt {
            reason: format!("delivery via {}: {}", attempt.relay, attempt.reason),
            ..attempt.clone()
        })
        .collect();
    if let Some(post) = Post::about(internet, host, main, message, &told, News::Success) {
        post.to_sender("delivery status");
    }
}

/// Warns of recipients whose mail has to wait (`delay_warning_time`).
pub(super) fn delayed(internet: &Internet, host: &Rc<Host>, message: &Message, late: &[Attempt]) {
    let settings = host.settings();
    let main = settings.configuration.main();
    if message.sender.is_empty() || message.sender.eq_ignore_ascii_case(&double_bounce(main)) {
        return;
    }
    let lifetime = main.time("maximal_queue_lifetime");
    let end = Moment::from_micros(
        message
            .arrived
            .as_micros()
            .saturating_add(i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX)),
    );
    let until = mail_date(end);
    let news = News::Delay {
        hours: main.time("delay_warning_time").as_secs() / HOUR.as_secs(),
        days: lifetime.as_secs() / (24 * HOUR.as_secs()),
        until: &until,
    };
    if let Some(post) = Post::about(internet, host, main, message, late, news) {
        post.to_sender("delay");
        if post.is_wanted("delay") {
            post.notice("delay", main.text("delay_notice_recipient"));
        }
    }
}

/// A report that is being written.
struct Post<'a> {
    internet: &'a Internet,
    host: &'a Rc<Host>,
    main: &'a Service,
    message: &'a Message,
    attempts: Vec<&'a Attempt>,
    news: News<'a>,
}

impl<'a> Post<'a> {
    /// About those recipients of whom the sender wants to hear; `None`: of nobody.
    fn about(
        internet: &'a Internet,
        host: &'a Rc<Host>,
        main: &'a Service,
        message: &'a Message,
        attempts: &'a [Attempt],
        news: News<'a>,
    ) -> Option<Self> {
        let wanted = |attempt: &&Attempt| attempt.recipient.notify.wants(news.occasion());
        let attempts: Vec<&Attempt> = attempts.iter().filter(wanted).collect();
        (!attempts.is_empty()).then_some(Self {
            internet,
            host,
            main,
            message,
            attempts,
            news,
        })
    }

    fn is_wanted(&self, class: &str) -> bool {
        let classes = self.main.list("notify_classes");
        classes.iter().any(|wanted| wanted == class)
    }

    fn to_sender(&self, what: &str) {
        let sender = &self.message.sender;
        let queue_id = self.send(String::new(), sender, false);
        self.log(&format!("sender {what} notification"), &queue_id);
    }

    fn notice(&self, what: &str, postmaster: &str) {
        let queue_id = self.send(double_bounce(self.main), postmaster, true);
        self.log(&format!("postmaster {what} notification"), &queue_id);
    }

    /// Gives the report to the queue; its queue id comes back.
    fn send(&self, from: String, to: &str, is_notice: bool) -> String {
        let pen = &self.internet.pen;
        let queue_id = self.host.services.borrow_mut().new_queue_id();
        let address = rewrite(self.main, to);
        let report = Report {
            host: self.main.text("myhostname"),
            mail_name: self.main.text("mail_name"),
            origin: self.main.text("myorigin"),
            to: &address,
            is_notice,
            news: self.news,
            request: &self.message.request,
            queue_id: &queue_id,
            date: &mail_date(pen.now()),
            seconds: pen.now().as_seconds(),
            lost_id: &self.message.queue_id,
            sender: &self.message.sender,
            arrived: &mail_date(self.message.arrived),
            message: &self.message.content,
            size_limit: usize::try_from(self.main.number("bounce_size_limit")).unwrap_or(0),
            recipients: self.attempts.iter().map(|attempt| told(attempt)).collect(),
        };
        let message = report.compose();
        let accepted = Accepted {
            queue_id: queue_id.clone(),
            sender: from,
            recipients: vec![Recipient {
                original: to.to_owned(),
                address,
                // Reports of reports are nobody's wish.
                ..Recipient::default()
            }],
            message,
            hold: false,
            request: Request::default(),
        };
        cleanup::post(pen, self.host, accepted);
        queue_id
    }

    fn log(&self, what: &str, queue_id: &str) {
        let text = format!("{}: {what}: {queue_id}", self.message.queue_id);
        self.host.log(&self.internet.pen, None, PROGRAM, text);
    }
}

fn told(attempt: &Attempt) -> Told<'_> {
    Told {
        recipient: &attempt.recipient.address,
        original: &attempt.recipient.original,
        first: attempt.recipient.first.as_deref(),
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

const HOUR: Duration = Duration::from_hours(1);
