//! The append-only log and its cursors.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::event::{Event, Kind, Position};
use crate::clock::Clock;

/// The log. Clones share the same events.
#[derive(Clone, Debug)]
pub struct Journal {
    shared: Arc<Mutex<Shared>>,
    /// Woken with every waiting reader, for those that wait by standing still.
    changed: Arc<Condvar>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Shared {
    events: VecDeque<Arc<Event>>,
    /// How many events before those were forgotten.
    forgotten: Position,
    waiting: Vec<(Waker, Until)>,
    /// How many readers stand still until something happens.
    standing: usize,
    closed: bool,
}

/// What a reader waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Until {
    /// Any event.
    Anything,
    /// The end of an order: the world is at rest again, or at the next one.
    Rest,
}

/// A reader's place in the log.
#[derive(Clone, Debug)]
pub struct Cursor {
    journal: Journal,
    next: Position,
}

impl Journal {
    /// An empty log whose events are stamped by `clock`.
    pub fn new(clock: Clock) -> Self {
        Self {
            shared: Arc::default(),
            changed: Arc::default(),
            clock,
        }
    }

    /// Appends an event, stamps it, wakes the readers that wait for such a one,
    /// and says where it stands.
    pub fn append(&self, kind: Kind) -> Position {
        let at = self.clock.now();
        let is_rest = matches!(kind, Kind::Settled { .. });
        let mut shared = self.lock();
        let position = shared.end();
        shared
            .events
            .push_back(Arc::new(Event { position, at, kind }));
        self.wake(shared, is_rest);
        position
    }

    /// Says that no event will follow, so that waiting readers come back.
    pub fn close(&self) {
        let mut shared = self.lock();
        shared.closed = true;
        self.wake(shared, true);
    }

    /// Tells those who wait, and lets go of the log before they look.
    fn wake(&self, mut shared: MutexGuard<'_, Shared>, is_rest: bool) {
        let woken = shared.wake(is_rest);
        let is_awaited = shared.standing > 0;
        drop(shared);
        // To tell nobody costs a call of the system all the same.
        if is_awaited {
            self.changed.notify_all();
        }
        for (waker, _) in woken {
            waker.wake();
        }
    }

    /// How many events there were, ever.
    pub fn len(&self) -> usize {
        self.lock().end()
    }

    /// Forgets the events before `position`, so that a server may run for
    /// months. Readers that are behind go on with the first one that is kept.
    pub fn forget(&self, position: Position) {
        let mut shared = self.lock();
        let count = position
            .saturating_sub(shared.forgotten)
            .min(shared.events.len());
        shared.events.drain(..count);
        shared.forgotten += count;
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A reader that starts at `position`; 0 is the beginning.
    pub fn cursor(&self, position: Position) -> Cursor {
        Cursor {
            journal: self.clone(),
            next: position,
        }
    }

    // A panic elsewhere cannot leave the vector half written, so a poisoned
    // lock is still good to read: the promise is that nothing is lost.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// The position of the next event.
    fn end(&self) -> Position {
        self.forgotten + self.events.len()
    }

    /// Takes out those who waited for what has come.
    fn wake(&mut self, is_rest: bool) -> Vec<(Waker, Until)> {
        if is_rest {
            return std::mem::take(&mut self.waiting);
        }
        let woken = |(_, until): &mut (Waker, Until)| *until == Until::Anything;
        self.waiting.extract_if(.., woken).collect()
    }
}

impl Cursor {
    /// Where the next event stands that it will read.
    pub fn position(&self) -> Position {
        self.next
    }

    /// The events that have come since the last call; empty if there are none.
    pub fn read(&mut self) -> Vec<Arc<Event>> {
        let shared = self.journal.lock();
        let skip = self.next.saturating_sub(shared.forgotten);
        let skip = skip.min(shared.events.len());
        let new: Vec<_> = shared.events.range(skip..).cloned().collect();
        self.next = self.next.max(shared.end());
        new
    }

    /// Waits until there is something to read. `false`: the journal is closed
    /// and everything was read.
    pub async fn wait(&self) -> bool {
        let anything = |shared: &Shared| shared.end() > self.next;
        self.wait_until(Until::Anything, anything).await
    }

    /// Waits until an order is settled that this reader has not read of: for
    /// those who would not do anything with what comes before. `false`: the
    /// journal is closed.
    pub async fn wait_for_rest(&self) -> bool {
        let settled = |shared: &Shared| {
            let skip = self.next.saturating_sub(shared.forgotten);
            let new = shared.events.iter().skip(skip);
            new.rev()
                .any(|event| matches!(event.kind, Kind::Settled { .. }))
        };
        self.wait_until(Until::Rest, settled).await
    }

    async fn wait_until(&self, until: Until, come: impl Fn(&Shared) -> bool) -> bool {
        poll_fn(|context| {
            let mut shared = self.journal.lock();
            if come(&shared) {
                return Poll::Ready(true);
            }
            if shared.closed {
                return Poll::Ready(false);
            }
            let waker = context.waker();
            let waits = |known: &(Waker, Until)| known.1 == until && known.0.will_wake(waker);
            if !shared.waiting.iter().any(waits) {
                shared.waiting.push((waker.clone(), until));
            }
            Poll::Pending
        })
        .await
    }

    /// As [`Cursor::wait`], for a reader without an event loop: the thread
    /// stands still meanwhile.
    pub fn block(&self) -> bool {
        let mut shared = self.journal.lock();
        shared.standing += 1;
        let idle = |shared: &mut Shared| shared.end() <= self.next && !shared.closed;
        let mut shared = self
            .journal
            .changed
            .wait_while(shared, idle)
            .unwrap_or_else(PoisonError::into_inner);
        shared.standing -= 1;
        shared.end() > self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use futures_util::FutureExt;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Wake};

    fn journal() -> Journal {
        Journal::new(Clock::simulated(Moment::LESSON_START))
    }

    #[test]
    fn a_cursor_sees_each_event_once_and_in_order() {
        let journal = journal();
        let mut cursor = journal.cursor(0);
        for order in 0..3 {
            assert_eq!(
                journal.append(Kind::Settled { order }),
                usize::try_from(order).unwrap()
            );
        }
        let seen: Vec<_> = cursor.read().iter().map(|event| event.position).collect();
        assert_eq!(seen, [0, 1, 2]);
        assert!(cursor.read().is_empty());
        assert_eq!(journal.cursor(2).read().len(), 1);
        assert!(journal.cursor(9).read().is_empty());
    }

    #[test]
    fn what_is_forgotten_leaves_the_positions_of_the_rest() {
        let journal = journal();
        for order in 0..4 {
            journal.append(Kind::Settled { order });
        }
        let mut reader = journal.cursor(0);
        journal.forget(3);
        assert_eq!(journal.len(), 4);
        let seen: Vec<_> = reader.read().iter().map(|event| event.position).collect();
        assert_eq!((seen, reader.position()), (vec![3], 4));
        journal.forget(9);
        assert_eq!(journal.append(Kind::Settled { order: 4 }), 4);
        assert_eq!(reader.read().len(), 1);
    }

    #[test]
    fn waiting_ends_by_an_event_or_by_the_end_of_the_journal() {
        let journal = journal();
        let mut cursor = journal.cursor(0);
        assert_eq!(cursor.wait().now_or_never(), None);
        journal.append(Kind::Settled { order: 1 });
        assert_eq!(cursor.wait().now_or_never(), Some(true));
        cursor.read();
        journal.close();
        assert_eq!(cursor.wait().now_or_never(), Some(false));
    }

    #[test]
    fn a_reader_may_sleep_through_all_that_comes_before_an_order_is_settled() {
        let journal = journal();
        let mut cursor = journal.cursor(0);
        let asleep = journal.cursor(0);
        let mut rest = Box::pin(asleep.wait_for_rest());
        let woken = Arc::new(Alarm::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        assert!(rest.as_mut().poll(&mut context).is_pending());
        journal.append(Kind::Waiting { seconds: 1 });
        assert!(!woken.0.load(Ordering::Relaxed));
        journal.append(Kind::Settled { order: 1 });
        assert!(woken.0.load(Ordering::Relaxed));
        assert_eq!(rest.as_mut().poll(&mut context), Poll::Ready(true));
        assert_eq!(cursor.read().len(), 2);
        assert_eq!(cursor.wait_for_rest().now_or_never(), None);
        journal.close();
        assert_eq!(cursor.wait_for_rest().now_or_never(), Some(false));
    }

    #[derive(Default)]
    struct Alarm(AtomicBool);

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_reader_may_stand_still_until_something_happens() {
        let journal = journal();
        let mut cursor = journal.cursor(0);
        let writer = journal.clone();
        let thread = std::thread::spawn(move || {
            writer.append(Kind::Settled { order: 1 });
            writer.close();
        });
        let mut seen = 0;
        while cursor.block() {
            seen += cursor.read().len();
        }
        thread.join().unwrap();
        assert_eq!(seen, 1);
    }
}
