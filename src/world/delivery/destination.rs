//! What the queue manager knows of a destination: after deliveries that failed
//! again and again it counts as dead, and mail for it is put off without trying
//! (Postfix's `SCHEDULER_README`, "concurrency scheduling").

use std::collections::BTreeMap;
use std::time::Duration;

use super::report::Failure;
use super::route::Hop;
use crate::clock::Moment;
use crate::journal::event::DeliveryStatus;
use crate::postfix::configuration::Service;

/// The destinations that there is news of.
#[derive(Debug, Default)]
pub(in crate::world) struct Destinations {
    known: BTreeMap<(&'static str, String), Destination>,
}

/// How deliveries to a destination went of late.
#[derive(Clone, Debug)]
enum Destination {
    /// It is tried.
    Alive {
        /// Deliveries that may go on at once.
        window: f64,
        /// Failures that are to make the window narrower.
        failure: f64,
        /// Windows full of failures without a success between them.
        failed_cohorts: f64,
    },
    /// It is left alone.
    Dead {
        /// Until then.
        until: Moment,
        /// Why.
        why: Failure,
    },
}

impl Destinations {
    /// Why mail for a destination is not even tried now, if so.
    pub(super) fn suspension(&mut self, hop: &Hop, now: Moment) -> Option<Failure> {
        let name = name(hop);
        match self.known.get(&name)? {
            Destination::Alive { .. } => None,
            Destination::Dead { until, .. } if *until <= now => {
                self.known.remove(&name);
                None
            }
            Destination::Dead { why, .. } => Some(Failure {
                program: "postfix/error",
                status: DeliveryStatus::Deferred,
                dsn: why.dsn.clone(),
                reason: format!("delivery temporarily suspended: {}", why.reason),
                said: None,
            }),
        }
    }

    /// A destination took mail, or said no to this mail only.
    pub(super) fn succeeded(&mut self, hop: &Hop) {
        self.known.remove(&name(hop));
    }

    /// A delivery failed because of its destination.
    pub(super) fn failed(&mut self, main: &Service, hop: &Hop, why: Failure, now: Moment) {
        let destination = self
            .known
            .entry(name(hop))
            .or_insert_with(|| Destination::fresh(main));
        let Destination::Alive {
            window,
            failure,
            failed_cohorts,
        } = destination
        else {
            return;
        };
        *failed_cohorts += 1.0 / *window;
        let limit = number(main, "default_destination_concurrency_failed_cohort_limit");
        if limit > 0.0 && *failed_cohorts >= limit {
            let pause = main.time("minimal_backoff_time");
            *destination = Destination::Dead {
                until: after(now, pause),
                why,
            };
            return;
        }
        // The defaults of `default_destination_concurrency_negative_feedback`: 1, in steps of 1.
        *failure -= 1.0;
        while *failure - 0.5 < 0.0 {
            *window -= 1.0;
            *failure += 1.0;
        }
        *window = window.max(1.0);
    }

    /// Forgets those for which nothing is being delivered any more, but for the dead.
    pub(super) fn settle(&mut self) {
        self.known
            .retain(|_, destination| matches!(destination, Destination::Dead { .. }));
    }

    /// Calls them all alive again (`postqueue -f`).
    pub(super) fn revive(&mut self) {
        self.known.clear();
    }
}

impl Destination {
    fn fresh(main: &Service) -> Self {
        let limit = number(main, "default_destination_concurrency_limit");
        let first = number(main, "initial_destination_concurrency").max(1.0);
        Self::Alive {
            window: if limit > 0.0 { first.min(limit) } else { first },
            failure: 0.0,
            failed_cohorts: 0.0,
        }
    }
}

fn name(hop: &Hop) -> (&'static str, String) {
    (hop.program, hop.written.to_lowercase())
}

fn number(main: &Service, parameter: &str) -> f64 {
    f64::from(u32::try_from(main.number(parameter)).unwrap_or(0))
}

fn after(moment: Moment, time: Duration) -> Moment {
    let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    Moment::from_micros(moment.as_micros().saturating_add(micros))
}
