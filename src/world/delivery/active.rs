//! A message that the queue manager has made active: the deliveries that its
//! recipients make, and what these come to together (qmgr(8)).

use std::collections::VecDeque;
use std::rc::Rc;

use super::destination::Destinations;
use super::report::{self, Attempt, Failure};
use super::route::{self, Hop, Route};
use super::{bounce, local, queue, remote, virtual_mailbox};
use crate::clock::Moment;
use crate::journal::event::DeliveryStatus;
use crate::postfix::smtpd::Recipient;
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// An active message.
pub(super) struct Active {
    host: Rc<Host>,
    message: Rc<Message>,
    /// When it became active.
    since: Moment,
    /// What is still to be begun.
    due: VecDeque<Delivery>,
    sent: Vec<Attempt>,
    deferred: Vec<Attempt>,
    bounced: Vec<Attempt>,
}

/// Recipients that a delivery agent is given together.
pub(super) struct Delivery {
    route: Route,
    recipients: Vec<Recipient>,
}

/// What came of a delivery.
pub(super) struct Done {
    attempts: Vec<Attempt>,
    /// What the agent left to another one.
    further: Vec<Delivery>,
}

impl Active {
    /// Makes a message active.
    pub(super) fn begin(internet: &Internet, host: &Rc<Host>, mut message: Message) -> Self {
        report::activated(internet, host, &message);
        let recipients = std::mem::take(&mut message.recipients);
        let most = route::most_recipients(host);
        let due = route::sort(host, recipients)
            .into_iter()
            .flat_map(|(route, recipients)| route.deliveries(&recipients, most))
            .collect();
        let size = queue::file_size(&message);
        host.active_size.set(host.active_size.get() + size);
        Self {
            host: Rc::clone(host),
            message: Rc::new(message),
            since: internet.pen.now(),
            due,
            sent: Vec::new(),
            deferred: Vec::new(),
            bounced: Vec::new(),
        }
    }

    /// The message, without its recipients.
    pub(super) fn message(&self) -> &Rc<Message> {
        &self.message
    }

    /// The next delivery to be begun.
    pub(super) fn next_delivery(&mut self) -> Option<Delivery> {
        self.due.pop_front()
    }

    /// Takes note of what came of a delivery.
    pub(super) fn note(&mut self, internet: &Internet, done: Done) {
        let Self { host, message, .. } = self;
        let settings = host.settings();
        let is_soft = settings.configuration.main().boolean("soft_bounce");
        for mut attempt in done.attempts {
            let is_softened = is_soft && attempt.soften();
            report::attempted(internet, host, message, self.since, &attempt, is_softened);
            match attempt.status {
                DeliveryStatus::Sent if attempt.is_passed_on => {}
                DeliveryStatus::Sent => self.sent.push(attempt),
                DeliveryStatus::Deferred => self.deferred.push(attempt),
                DeliveryStatus::Bounced => self.bounced.push(attempt),
            }
        }
        self.due.extend(done.further);
    }

    /// Every recipient was tried: tells the sender what there is to tell, and
    /// puts the message aside if somebody is left.
    pub(super) fn end(self, internet: &Internet) {
        let Self {
            host,
            message,
            sent,
            deferred,
            bounced,
            ..
        } = self;
        let mut message = Rc::unwrap_or_clone(message);
        let size = queue::file_size(&message);
        host.active_size.set(host.active_size.get() - size);
        if !bounced.is_empty() {
            bounce::failed(internet, &host, &message, &bounced);
        }
        bounce::succeeded(internet, &host, &message, &sent);
        let settings = host.settings();
        let main = settings.configuration.main();
        if deferred.is_empty() {
            report::removed(internet, &host, &message);
        } else if queue::is_expired(main, &message, internet.pen.now()) {
            report::expired(internet, &host, &message);
            bounce::failed(internet, &host, &message, &deferred);
            report::removed(internet, &host, &message);
        } else {
            let patience = main.time("delay_warning_time");
            let age = internet.pen.now().since(message.arrived);
            if !patience.is_zero() && age >= patience && !message.is_known_late {
                bounce::delayed(internet, &host, &message, &deferred);
                message.is_known_late = true;
            }
            message.recipients = deferred
                .iter()
                .map(|attempt| attempt.recipient.clone())
                .collect();
            queue::defer(internet, &host, message, deferred);
        }
    }
}

impl Route {
    /// The deliveries for recipients who all go this way: a next hop is given
    /// no more than `most` at once.
    fn deliveries(self, recipients: &[Recipient], most: usize) -> Vec<Delivery> {
        let most = match self {
            Self::Remote(_) => most,
            _ => usize::MAX,
        };
        let delivery = |recipients: &[Recipient]| Delivery {
            route: self.clone(),
            recipients: recipients.to_vec(),
        };
        recipients.chunks(most).map(delivery).collect()
    }
}

impl Delivery {
    /// Lets the delivery agent do its work.
    pub(super) async fn carry_out(
        self,
        internet: &Internet,
        host: &Rc<Host>,
        message: &Message,
    ) -> Done {
        let Self { route, recipients } = self;
        let mut further = Vec::new();
        let all = |failure: Failure| -> Vec<Attempt> {
            let attempt = |recipient| Attempt::failed(recipient, failure.clone(), &internet.pen);
            recipients.iter().map(attempt).collect()
        };
        let attempts = match route {
            Route::Local => {
                let done = local::deliver(internet, host, message, &recipients);
                for (transport, recipient) in done.passed {
                    let route = route::by_transport(host, &transport, &recipient.address);
                    further.push(Self {
                        route,
                        recipients: vec![recipient],
                    });
                }
                done.attempts
            }
            // What a call needs, TLS and all, is far more than any other delivery does:
            // in a place of its own it is not carried around with each of them.
            Route::Remote(hop) => {
                Box::pin(pass_on(internet, host, message, &hop, &recipients)).await
            }
            Route::Virtual => virtual_mailbox::deliver(internet, host, message, &recipients),
            Route::Missing(agent) => {
                let text = format!(
                    "warning: connect to transport private/{agent}: No such file or directory"
                );
                host.log(&internet.pen, None, "postfix/qmgr", text);
                all(route::unavailable())
            }
            Route::Nowhere(failure) => all(failure),
        };
        Done { attempts, further }
    }
}

/// Gives a message to its next hop when it is its turn, unless the next hop
/// counts as dead.
async fn pass_on(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    hop: &Hop,
    recipients: &[Recipient],
) -> Vec<Attempt> {
    let slot = match Destinations::enter(host, hop, &internet.pen).await {
        Ok(slot) => slot,
        Err(failure) => {
            let attempt = |recipient| Attempt::failed(recipient, failure.clone(), &internet.pen);
            return recipients.iter().map(attempt).collect();
        }
    };
    let done = remote::deliver(internet, host, message, hop, recipients).await;
    let settings = host.settings();
    let main = settings.configuration.main();
    slot.leave(main, done.trouble, internet.pen.now());
    done.attempts
}
