//! `smtp`: gives a message to the first host that will have it (smtp(8)).

use std::rc::Rc;

use super::exchanger::Search;
use super::report::{Attempt, Failure};
use super::route::Hop;
use super::session::{self, Errand, Turn};
use crate::journal::event::DeliveryStatus;
use crate::postfix::configuration::Service;
use crate::postfix::smtpd::Recipient;
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// What came of trying a next hop.
pub(super) struct Outcome {
    /// How it went, for every recipient.
    pub(super) attempts: Vec<Attempt>,
    /// Why the next hop as a whole is no good for now, if so.
    pub(super) trouble: Option<Failure>,
}

/// Tries to deliver to recipients that share a next hop, and to the hosts of
/// `smtp_fallback_relay` if nobody there takes it now.
pub(super) async fn deliver(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    hop: &Hop,
    recipients: &[Recipient],
) -> Outcome {
    let began = internet.pen.now();
    let settings = host.settings();
    let main = settings.configuration.main();
    let fallbacks = main.list("smtp_fallback_relay");
    let others = fallbacks.iter().map(|written| hop.instead(written));
    let hops: Vec<Hop> = std::iter::once(hop.clone()).chain(others).collect();
    let mut attempts = Vec::new();
    let mut waiting = recipients.to_vec();
    let mut last: Option<(String, Failure)> = None;
    for (number, hop) in hops.iter().enumerate() {
        let is_last_hop = number + 1 == hops.len();
        let search = Search {
            internet,
            host,
            main,
            hop,
        };
        let mut sites = match search.sites() {
            Ok(sites) => sites,
            Err(failure) => {
                last = Some(("none".to_owned(), failure));
                continue;
            }
        };
        sites.truncate(limit(main, "smtp_mx_address_limit"));
        let errand = Errand {
            internet,
            host,
            main,
            message,
            hop,
            began,
        };
        let mut sessions_left = limit(main, "smtp_mx_session_limit");
        for (number, site) in sites.iter().enumerate() {
            let turn = Turn {
                is_last: is_last_hop && number + 1 == sites.len(),
                is_last_session: is_last_hop && sessions_left == 1,
            };
            let visit = session::visit(&errand, site, turn, &waiting).await;
            attempts.extend(visit.attempts);
            waiting = visit.waiting;
            last = visit.failure.or(last);
            sessions_left -= usize::from(visit.had_session);
            if waiting.is_empty() || sessions_left == 0 {
                break;
            }
        }
        if waiting.is_empty() {
            return Outcome {
                attempts,
                trouble: None,
            };
        }
    }
    let (relay, failure) = last.unwrap_or_else(|| ("none".to_owned(), unreachable_network(hop)));
    attempts.extend(waiting.iter().map(|recipient| Attempt {
        relay: relay.clone(),
        began,
        ..Attempt::failed(recipient, failure.clone(), &internet.pen)
    }));
    Outcome {
        attempts,
        trouble: (failure.status == DeliveryStatus::Deferred).then_some(failure),
    }
}

/// A limit of main.cf; 0 there stands for none.
fn limit(main: &Service, parameter: &str) -> usize {
    match usize::try_from(main.number(parameter)) {
        Ok(0) | Err(_) => usize::MAX,
        Ok(limit) => limit,
    }
}

fn unreachable_network(hop: &Hop) -> Failure {
    Failure {
        program: hop.program,
        status: DeliveryStatus::Deferred,
        dsn: "4.4.1".to_owned(),
        reason: format!("connect to {}: Network is unreachable", hop.destination),
        said: None,
    }
}
