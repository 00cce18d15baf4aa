//! `smtp`: gives a message to the first host that will have it (smtp(8)).

use std::rc::Rc;

use super::exchanger::Search;
use super::report::{Attempt, Failure};
use super::route::Hop;
use super::session::{self, Errand};
use crate::journal::event::DeliveryStatus;
use crate::postfix::smtpd::Recipient;
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// Tries to deliver to recipients that share a next hop, and to the hosts of
/// `smtp_fallback_relay` if nobody there takes it now.
pub(super) async fn deliver(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    hop: &Hop,
    recipients: &[Recipient],
) -> Vec<Attempt> {
    let began = internet.pen.now();
    let settings = host.settings();
    let main = settings.configuration.main();
    let fallbacks = main.list("smtp_fallback_relay");
    let others = fallbacks.iter().map(|written| hop.instead(written));
    let mut attempts = Vec::new();
    let mut waiting = recipients.to_vec();
    let mut last: Option<(String, Failure)> = None;
    for hop in std::iter::once(hop.clone()).chain(others) {
        let search = Search {
            internet,
            host,
            main,
            hop: &hop,
        };
        let sites = match search.sites() {
            Ok(sites) => sites,
            Err(failure) => {
                last = Some(("none".to_owned(), failure));
                continue;
            }
        };
        let errand = Errand {
            internet,
            host,
            main,
            message,
            hop: &hop,
            began,
        };
        for site in sites {
            let visit = session::visit(&errand, &site, &waiting).await;
            attempts.extend(visit.attempts);
            waiting = visit.waiting;
            last = visit.failure.or(last);
            if waiting.is_empty() {
                return attempts;
            }
        }
    }
    let (relay, failure) = last.unwrap_or_else(|| ("none".to_owned(), unreachable_network(hop)));
    attempts.extend(waiting.iter().map(|recipient| Attempt {
        relay: relay.clone(),
        began,
        ..Attempt::failed(recipient, failure.clone(), &internet.pen)
    }));
    attempts
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
