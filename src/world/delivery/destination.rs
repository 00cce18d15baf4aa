//! What the queue manager knows of a destination: how many deliveries to it may
//! go on at once, and whether it counts as dead after deliveries that failed
//! again and again, so that mail for it is put off without trying (Postfix's
//! `SCHEDULER_README`, "concurrency scheduling").

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::report::Failure;
use super::route::Hop;
use crate::clock::Moment;
use crate::journal::event::DeliveryStatus;
use crate::postfix::configuration::Service;
use crate::world::host::Host;
use crate::world::pen::Pen;

/// The destinations that there is news of, and who delivers to them.
#[derive(Debug, Default)]
pub(in crate::world) struct Destinations {
    /// By the daemon that delivers, and the next hop as written. Deliveries that
    /// go on or wait for their turn share what is known.
    known: BTreeMap<(&'static str, String), Rc<RefCell<Destination>>>,
    /// Processes that each daemon may still have.
    processes: BTreeMap<&'static str, Arc<Semaphore>>,
}

/// A delivery whose turn it is.
pub(super) struct Slot {
    destination: Rc<RefCell<Destination>>,
    /// The process that delivers. `None` never is.
    _process: Option<OwnedSemaphorePermit>,
}

/// How deliveries to a destination go.
#[derive(Debug)]
struct Destination {
    /// How many go on.
    busy: usize,
    health: Health,
}

/// How deliveries to a destination went of late.
#[derive(Debug)]
enum Health {
    /// It is tried.
    Alive(Window),
    /// It is left alone.
    Dead {
        /// Until then.
        until: Moment,
        /// Why.
        why: Failure,
    },
}

/// How many deliveries to a destination may go on at once.
#[derive(Debug)]
struct Window {
    size: usize,
    /// Successes that are to make it wider.
    success: f64,
    /// Failures that are to make it narrower.
    failure: f64,
    /// Windows full of failures without a success between them.
    failed_cohorts: f64,
    /// Deliveries that may begin now; they do in the order in which they came.
    turns: Arc<Semaphore>,
    /// Deliveries that go on beyond its size, since it has become narrower.
    surplus: usize,
}

impl Destinations {
    /// Waits until a delivery may begin. `Err`: its destination counts as dead,
    /// perhaps only now.
    pub(super) async fn enter(host: &Host, hop: &Hop, pen: &Pen) -> Result<Slot, Failure> {
        let settings = host.settings();
        let main = settings.configuration.main();
        let destination = host.destinations.borrow_mut().destination(main, hop);
        loop {
            let turns = destination.borrow_mut().turns(main, pen.now())?;
            // They are closed when the destination dies.
            if let Ok(turn) = turns.acquire_owned().await {
                turn.forget();
                break;
            }
        }
        destination.borrow_mut().busy += 1;
        let processes = host.destinations.borrow_mut().processes(main, hop);
        Ok(Slot {
            destination,
            _process: processes.acquire_owned().await.ok(),
        })
    }

    /// Forgets destinations for which nothing is being delivered any more, but
    /// for the dead.
    pub(super) fn settle(&mut self) {
        self.known.retain(|_, destination| {
            let is_used = Rc::strong_count(destination) > 1;
            is_used || matches!(destination.borrow().health, Health::Dead { .. })
        });
    }

    /// Calls them all alive again (`postqueue -f`).
    pub(super) fn revive(&mut self, main: &Service) {
        for destination in self.known.values() {
            let mut destination = destination.borrow_mut();
            if matches!(destination.health, Health::Dead { .. }) {
                destination.revive(main);
            }
        }
        self.settle();
    }

    fn destination(&mut self, main: &Service, hop: &Hop) -> Rc<RefCell<Destination>> {
        let name = (hop.program, hop.written.to_lowercase());
        let known = self.known.entry(name).or_insert_with(|| {
            Rc::new(RefCell::new(Destination {
                busy: 0,
                health: Health::Alive(Window::open(first_size(main), 0)),
            }))
        });
        Rc::clone(known)
    }

    fn processes(&mut self, main: &Service, hop: &Hop) -> Arc<Semaphore> {
        let most = number(main, "default_process_limit").max(1);
        let processes = self.processes.entry(hop.program);
        Arc::clone(processes.or_insert_with(|| Arc::new(Semaphore::new(most))))
    }
}

impl Slot {
    /// The delivery is over. `trouble`: it failed because of its destination;
    /// otherwise this took the mail, or said no to this mail only.
    pub(super) fn leave(self, main: &Service, trouble: Option<Failure>, now: Moment) {
        let mut destination = self.destination.borrow_mut();
        match trouble {
            Some(why) => destination.failed(main, why, now),
            None => destination.succeeded(main),
        }
        destination.busy -= 1;
        if let Health::Alive(window) = &mut destination.health {
            window.end_turn();
        }
    }
}

impl Destination {
    /// What gives out turns, or why mail is not even tried now.
    fn turns(&mut self, main: &Service, now: Moment) -> Result<Arc<Semaphore>, Failure> {
        match &self.health {
            Health::Alive(window) => Ok(Arc::clone(&window.turns)),
            Health::Dead { until, .. } if *until <= now => Ok(self.revive(main)),
            Health::Dead { why, .. } => Err(Failure {
                program: "postfix/error",
                status: DeliveryStatus::Deferred,
                dsn: why.dsn.clone(),
                reason: format!("delivery temporarily suspended: {}", why.reason),
                said: None,
            }),
        }
    }

    /// Counts it as alive: as wide as it is busy, or as at the beginning.
    fn revive(&mut self, main: &Service) -> Arc<Semaphore> {
        let size = match self.busy {
            0 => first_size(main),
            busy => busy,
        };
        let window = Window::open(size, self.busy);
        let turns = Arc::clone(&window.turns);
        self.health = Health::Alive(window);
        turns
    }

    fn succeeded(&mut self, main: &Service) {
        let busy = self.busy;
        let Health::Alive(window) = &mut self.health else {
            self.revive(main);
            return;
        };
        window.failed_cohorts = 0.0;
        let limit = most(main);
        if window.size >= limit || window.size >= busy + first_size(main) {
            return;
        }
        // The default of `default_destination_concurrency_positive_feedback`: 1, in steps of 1.
        window.success += 1.0;
        while window.success + 0.5 >= 1.0 {
            window.widen();
            window.success -= 1.0;
            window.failure = 0.0;
        }
    }

    fn failed(&mut self, main: &Service, why: Failure, now: Moment) {
        let Health::Alive(window) = &mut self.health else {
            return;
        };
        window.failed_cohorts += 1.0 / count(window.size);
        let limit = number(main, "default_destination_concurrency_failed_cohort_limit");
        if limit > 0 && window.failed_cohorts >= count(limit) {
            window.turns.close();
            let pause = main.time("minimal_backoff_time");
            self.health = Health::Dead {
                until: after(now, pause),
                why,
            };
            return;
        }
        // The default of `default_destination_concurrency_negative_feedback`: 1, in steps of 1.
        window.failure -= 1.0;
        while window.failure - 0.5 < 0.0 {
            window.narrow();
            window.success = 0.0;
            window.failure += 1.0;
        }
    }
}

impl Window {
    /// A window with so many deliveries under way in it.
    fn open(size: usize, busy: usize) -> Self {
        Self {
            size,
            success: 0.0,
            failure: 0.0,
            failed_cohorts: 0.0,
            turns: Arc::new(Semaphore::new(size.saturating_sub(busy))),
            surplus: busy.saturating_sub(size),
        }
    }

    fn widen(&mut self) {
        self.size += 1;
        self.end_turn();
    }

    /// Makes it narrower, by a turn that nobody has taken or, when it ends, by
    /// one that somebody has. One is always left.
    fn narrow(&mut self) {
        if self.size > 1 {
            self.size -= 1;
            self.surplus += 1 - self.turns.forget_permits(1);
        }
    }

    fn end_turn(&mut self) {
        if self.surplus > 0 {
            self.surplus -= 1;
        } else {
            self.turns.add_permits(1);
        }
    }
}

/// Deliveries to a destination that nothing is known of yet.
fn first_size(main: &Service) -> usize {
    let first = number(main, "initial_destination_concurrency").max(1);
    first.min(most(main))
}

/// Deliveries to a destination at most.
fn most(main: &Service) -> usize {
    match number(main, "default_destination_concurrency_limit") {
        0 => Semaphore::MAX_PERMITS,
        limit => limit,
    }
}

fn number(main: &Service, parameter: &str) -> usize {
    usize::try_from(main.number(parameter)).unwrap_or(0)
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn after(moment: Moment, time: Duration) -> Moment {
    let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    Moment::from_micros(moment.as_micros().saturating_add(micros))
}
