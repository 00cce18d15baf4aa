//! Judges goals. Pure: what happened is read from the journal's events, the
//! judgement depends on nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::model::{Arrived, Delivered, Emptied, Expect, Goal, Ran, Stage, Step};
use super::transcript::Transcript;
use crate::journal::event::{DeliveryStatus, Kind, Purpose};
use crate::journal::{ConnectionId, Event, Observation, Observed};

/// Whether a goal holds, and what was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judgement {
    /// Whether it holds.
    pub holds: bool,
    /// What was observed; empty if nothing happened yet.
    pub observed: Observed,
}

/// The events that speak of goal number `goal` of `step`, among those since
/// the step began: for a probe its last call, for a run every call of that
/// run, for a mailbox, a delivery or a queue everything.
pub fn evidence(step: &Step, goal: usize, events: &[Arc<Event>]) -> Vec<Arc<Event>> {
    let Some(sought) = step.goals.get(goal) else {
        return Vec::new();
    };
    if sought.mailbox.is_some() || sought.delivery.is_some() || sought.queue.is_some() {
        return events.to_vec();
    }
    let wanted = match &sought.ran {
        None => Purpose::Probe { goal },
        Some(ran) => match purpose(step, ran) {
            Some(purpose) => purpose,
            None => return Vec::new(),
        },
    };
    let mut calls = Vec::new();
    for event in events {
        let (purpose, connection) = match &event.kind {
            Kind::Connected {
                purpose,
                connection,
                ..
            } => (purpose, Some(*connection)),
            Kind::ConnectionFailed { purpose, .. } => (purpose, None),
            _ => continue,
        };
        if *purpose == wanted {
            if sought.probe.is_some() {
                calls.clear();
            }
            calls.extend(connection);
        }
    }
    let speaks = |event: &&Arc<Event>| match &event.kind {
        Kind::ConnectionFailed { purpose, .. } => *purpose == wanted,
        kind => kind
            .connection()
            .is_some_and(|connection| calls.contains(&connection)),
    };
    events.iter().filter(speaks).cloned().collect()
}

/// Why the calls of a run are made.
fn purpose(step: &Step, ran: &Ran) -> Option<Purpose> {
    let run = step.runs.iter().position(|run| run.id == ran.run)?;
    Some(Purpose::Dialogue { run })
}

/// Holds the last call of the run `ran` of `step` among `events` against
/// `expect`; a call that nobody took shows nothing.
pub(super) fn judge_last_call(
    step: &Step,
    ran: &Ran,
    expect: &Expect,
    events: &[Arc<Event>],
) -> Option<Judgement> {
    let wanted = purpose(step, ran)?;
    let last = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Connected {
            connection,
            purpose,
            ..
        } if *purpose == wanted => Some(Some(*connection)),
        Kind::ConnectionFailed { purpose, .. } if *purpose == wanted => Some(None),
        _ => None,
    });
    Some(judge_call(expect, &Transcript::of(last??, events)))
}

/// Judges `goal` by `events`: the call or calls it speaks of, or, for a
/// mailbox, all that happened since the step began (see [`evidence`]). Of
/// several calls one that shows everything expected is enough.
pub fn judge(goal: &Goal, events: &[Arc<Event>]) -> Judgement {
    if let Some(arrived) = &goal.mailbox {
        return judge_mailbox(arrived, events);
    }
    if let Some(delivered) = &goal.delivery {
        return judge_delivery(delivered, events);
    }
    if let Some(emptied) = &goal.queue {
        return judge_queue(emptied, events);
    }
    let mut calls: Vec<ConnectionId> = Vec::new();
    for event in events {
        if let Some(connection) = event.kind.connection()
            && !calls.contains(&connection)
        {
            calls.push(connection);
        }
    }
    let mut last = Judgement {
        holds: false,
        observed: Observed::default(),
    };
    for call in calls {
        last = judge_call(&goal.expect, &Transcript::of(call, events));
        if last.holds {
            return last;
        }
    }
    if last.observed.is_empty() {
        let failed = events.iter().rev().find_map(|event| match event.kind {
            Kind::ConnectionFailed { how, .. } => Observation::words(how.words()),
            _ => None,
        });
        last.observed = Observed::one(failed);
    }
    last
}

/// Holds one call against what is expected. What was observed has a part for
/// each thing expected; a part that is not as expected comes first.
fn judge_call(expect: &Expect, call: &Transcript) -> Judgement {
    let mut parts = Parts::default();
    if expect.code.is_some() || expect.enhanced.is_some() || expect.text.is_some() {
        parts.add(answers(expect, call), call.answer_seen(expect.at));
    }
    if !expect.offers.is_empty() || !expect.withholds.is_empty() {
        let keywords = call.keywords();
        let listed = |wanted: &String| keywords.iter().any(|keyword| lists(keyword, wanted));
        let holds = call.reply(Stage::Ehlo).is_some()
            && expect.offers.iter().all(listed)
            && !expect.withholds.iter().any(listed);
        let asked = expect.offers.iter().chain(&expect.withholds);
        parts.add(holds, call.keywords_seen(asked.map(String::as_str)));
    }
    if let Some(code) = expect.certificate {
        let seen = call.certificate_seen().or_else(|| call.end_seen());
        parts.add(
            call.certificate
                .as_ref()
                .is_some_and(|(found, _)| *found == code),
            seen,
        );
    }
    if let Some(protected) = expect.protected {
        let seen = match call.envelope_protected {
            Some(true) => {
                Observation::words(format!("~> MAIL FROM {}", call.tls_version()).trim_end())
            }
            Some(false) => Observation::words("-> MAIL FROM"),
            None => call.end_seen(),
        };
        parts.add(call.envelope_protected == Some(protected), seen);
    }
    if let Some(stalled) = expect.stalled {
        let silent = call.stalled && !call.spoken();
        parts.add(
            silent == stalled && (stalled || call.spoken()),
            call.end_seen(),
        );
    }
    if let Some(handshake) = expect.handshake {
        let seen = match call.handshake() {
            Some(true) => Observation::words(call.tls_version()),
            Some(false) => call.end_seen(),
            None => call.unasked("STARTTLS"),
        };
        parts.add(call.handshake() == Some(handshake), seen);
    }
    parts.into_judgement()
}

/// Whether the reply at the stage in question is the expected one.
fn answers(expect: &Expect, call: &Transcript) -> bool {
    call.reply(expect.at).is_some_and(|reply| {
        expect.code.is_none_or(|code| code == reply.code)
            && expect
                .enhanced
                .as_ref()
                .is_none_or(|enhanced| reply.enhanced.as_ref() == Some(enhanced))
            && expect
                .text
                .as_ref()
                .is_none_or(|text| reply.lines.iter().any(|line| line.contains(text)))
    })
}

/// Whether the EHLO line `keyword` (`AUTH PLAIN LOGIN`) says what `wanted` asks
/// for: the keyword, and every parameter that is given with it.
fn lists(keyword: &str, wanted: &str) -> bool {
    let mut said = keyword.split_ascii_whitespace();
    let mut asked = wanted.split_ascii_whitespace();
    let (Some(verb), Some(first)) = (said.next(), asked.next()) else {
        return false;
    };
    let parameters: Vec<_> = said.collect();
    verb.eq_ignore_ascii_case(first)
        && asked.all(|one| {
            parameters
                .iter()
                .any(|other| other.eq_ignore_ascii_case(one))
        })
}

fn judge_mailbox(arrived: &Arrived, events: &[Arc<Event>]) -> Judgement {
    let is_theirs = |sender: &str| {
        let wanted = arrived.from.as_ref();
        wanted.is_none_or(|wanted| same_address(sender, wanted))
    };
    let mut senders = HashMap::new();
    let mut observed = String::new();
    for event in events {
        match &event.kind {
            Kind::Queued {
                host,
                queue_id,
                sender,
                ..
            } => {
                senders.insert((host, queue_id), sender);
            }
            Kind::Stored {
                recipient, message, ..
            } => {
                // `local` and `virtual` put both before what they store (RFC 5321
                // §4.4, local(8)).
                let original = message.header("X-Original-To").unwrap_or_default();
                let came_for = same_address(recipient, &arrived.recipient)
                    || same_address(&original, &arrived.recipient);
                let from = message.header("Return-Path").unwrap_or_default();
                let from = from.trim_start_matches('<').trim_end_matches('>');
                if came_for {
                    observed = format!("from=<{from}>, to=<{recipient}>, status=sent");
                    if is_theirs(from) {
                        return Judgement {
                            holds: true,
                            observed: words(&observed),
                        };
                    }
                }
            }
            Kind::Delivery {
                host,
                queue_id,
                recipient,
                status,
                dsn,
                reason,
                ..
            } if same_address(recipient, &arrived.recipient)
                && senders
                    .get(&(host, queue_id))
                    .is_none_or(|sender| is_theirs(sender)) =>
            {
                let status = word(*status);
                let reason = crate::text::visible::text(reason);
                observed = format!("to=<{recipient}>, dsn={dsn}, status={status} ({reason})");
            }
            _ => {}
        }
    }
    Judgement {
        holds: false,
        observed: words(&observed),
    }
}

/// Something observed in Postfix's words, once it is safe to show.
fn words(seen: &str) -> Observed {
    Observed::one(Observation::words(crate::text::visible::text(seen)))
}

/// Holds the last attempt to deliver against what is wanted of it.
fn judge_delivery(wanted: &Delivered, events: &[Arc<Event>]) -> Judgement {
    let attempt = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Delivery {
            host,
            queue_id,
            recipient,
            status,
            dsn,
            reason,
            ..
        } if *host == wanted.host && same_address(recipient, &wanted.recipient) => {
            Some((event.position, queue_id, *status, dsn, reason))
        }
        _ => None,
    });
    let Some((position, queue_id, status, dsn, reason)) = attempt else {
        return Judgement {
            holds: false,
            observed: Observed::default(),
        };
    };
    let mut parts = Parts::default();
    let holds = status == wanted.status
        && wanted.dsn.as_ref().is_none_or(|wanted| wanted == dsn)
        && wanted
            .text
            .as_ref()
            .is_none_or(|text| reason.contains(text));
    let (to, reason) = (&wanted.recipient, crate::text::visible::text(reason));
    let seen = format!("to=<{to}>, dsn={dsn}, status={} ({reason})", word(status));
    parts.add(holds, Observation::words(crate::text::visible::text(&seen)));
    if wanted.protected.is_some() || wanted.certificate.is_some() {
        let before = events.iter().filter(|event| event.position < position);
        let call = before.rev().find_map(|event| match &event.kind {
            Kind::Connected {
                connection,
                purpose: Purpose::Delivery { queue_id: id },
                ..
            } if id == queue_id => Some(*connection),
            _ => None,
        });
        let travelled = Expect {
            protected: wanted.protected,
            certificate: wanted.certificate,
            ..Expect::default()
        };
        if let Some(call) = call {
            let judged = judge_call(&travelled, &Transcript::of(call, events));
            parts.add(judged.holds, judged.observed.0);
        } else {
            parts.add(false, None);
        }
    }
    parts.into_judgement()
}

/// Looks for mail of the sender that waits in the queue.
fn judge_queue(emptied: &Emptied, events: &[Arc<Event>]) -> Judgement {
    let mut waiting = HashSet::new();
    for event in events {
        match &event.kind {
            Kind::Queued {
                host,
                queue_id,
                sender,
                ..
            } if *host == emptied.host && same_address(sender, &emptied.without) => {
                waiting.insert(queue_id);
            }
            Kind::Dequeued { host, queue_id } if *host == emptied.host => {
                waiting.remove(queue_id);
            }
            _ => {}
        }
    }
    // As `postqueue -p` counts them.
    let observed = match waiting.len() {
        0 => "Mail queue is empty".to_owned(),
        1 => "1 Request".to_owned(),
        count => format!("{count} Requests"),
    };
    Judgement {
        holds: waiting.is_empty(),
        observed: words(&observed),
    }
}

/// The status as the mail log writes it.
fn word(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Sent => "sent",
        DeliveryStatus::Deferred => "deferred",
        DeliveryStatus::Bounced => "bounced",
    }
}

/// Whether two addresses are the same mailbox: the domain is no matter of
/// case (RFC 5321 §2.4), and neither is the local part to Postfix's `local`.
fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// What was observed for each thing expected, and whether it was as expected.
#[derive(Default)]
struct Parts(Vec<(bool, Vec<Observation>)>);

impl Parts {
    fn add(&mut self, holds: bool, seen: impl IntoIterator<Item = Observation>) {
        self.0.push((holds, seen.into_iter().collect()));
    }

    fn into_judgement(self) -> Judgement {
        let holds = !self.0.is_empty() && self.0.iter().all(|(holds, _)| *holds);
        let mut observed = Observed::default();
        for (_, seen) in self.0.into_iter().filter(|part| part.0 == holds) {
            for one in seen {
                if !observed.0.contains(&one) {
                    observed.0.push(one);
                }
            }
        }
        Judgement { holds, observed }
    }
}

#[cfg(test)]
mod tests;
