//! Who waits by a lesson's clock, and no longer than so long. That clock moves
//! only when somebody lets time pass, so that whoever does must tell those
//! whose time is up.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::clock::{Clock, Moment};

/// All who wait. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Alarms(Rc<Board>);

#[derive(Debug, Default)]
struct Board {
    set: RefCell<BTreeMap<Turn, oneshot::Sender<Taken>>>,
    count: Cell<u64>,
}

/// When somebody's time is up; of several at once, whoever waited first.
type Turn = (Moment, u64);

/// Dropped once somebody has heard that their time is up.
type Taken = oneshot::Sender<()>;

impl Alarms {
    /// Waits for what another does. `None`: `clock` has moved on by `limit` before.
    pub(super) async fn wait<T>(
        &self,
        clock: &Clock,
        limit: Duration,
        what: impl Future<Output = T>,
    ) -> Option<T> {
        let (bell, rung) = oneshot::channel();
        let number = self.0.count.get();
        self.0.count.set(number + 1);
        let turn = (clock.now().plus(limit), number);
        self.0.set.borrow_mut().insert(turn, bell);
        let _alarm = Alarm {
            board: &self.0,
            turn,
        };
        tokio::select! {
            biased;
            done = what => Some(done),
            _ = rung => None,
        }
    }

    /// When the next one's time is up.
    pub(super) fn next(&self) -> Option<Moment> {
        let set = self.0.set.borrow();
        set.first_key_value().map(|((moment, _), _)| *moment)
    }

    /// Tells everybody whose time is up by `now`, one after the other. Each has
    /// done by then what can be done without waiting for somebody else.
    pub(super) async fn ring(&self, now: Moment) {
        while let Some(bell) = self.take_due(now) {
            let (taken, is_taken) = oneshot::channel();
            if bell.send(taken).is_ok() {
                // It is dropped, never sent.
                let _ = is_taken.await;
            }
        }
    }

    fn take_due(&self, now: Moment) -> Option<oneshot::Sender<Taken>> {
        let mut set = self.0.set.borrow_mut();
        let first = set.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}

/// Somebody who waits; once they wait no longer, nothing is left of it.
struct Alarm<'a> {
    board: &'a Board,
    turn: Turn,
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        self.board.set.borrow_mut().remove(&self.turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::{LocalSet, spawn_local};

    #[tokio::test]
    async fn everybody_is_told_in_turn_when_their_time_is_up() {
        let clock = Clock::simulated(Moment::LESSON_START);
        let alarms = Alarms::default();
        let told = Rc::new(RefCell::new(Vec::new()));
        let wait = |seconds: u64| {
            let (alarms, clock, told) = (alarms.clone(), clock.clone(), Rc::clone(&told));
            spawn_local(async move {
                let limit = Duration::from_secs(seconds);
                let silence = std::future::pending::<()>();
                assert_eq!(alarms.wait(&clock, limit, silence).await, None);
                told.borrow_mut().push(seconds);
            })
        };
        let all = async {
            let waiting = [wait(20), wait(10), wait(30)];
            let done = alarms.wait(&clock, Duration::from_secs(5), async {
                tokio::task::yield_now().await;
            });
            assert_eq!(done.await, Some(()), "it was not for nothing");
            let ten = Moment::LESSON_START.plus(Duration::from_secs(10));
            assert_eq!(alarms.next(), Some(ten), "who waits no longer is forgotten");
            clock.advance(Duration::from_secs(20));
            alarms.ring(clock.now()).await;
            assert_eq!(*told.borrow(), [10, 20]);
            clock.advance(Duration::from_secs(20));
            alarms.ring(clock.now()).await;
            assert_eq!(alarms.next(), None);
            for who in waiting {
                who.await.unwrap();
            }
        };
        LocalSet::new().run_until(all).await;
        assert_eq!(*told.borrow(), [10, 20, 30]);
    }
}
