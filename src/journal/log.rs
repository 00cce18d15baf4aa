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
    waiting: Vec<Waker>,
    closed: bool,
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

    /// Appends an event, stamps it, wakes the readers, and says where it stands.
    pub fn append(&self, kind: Kind) -> Position {
        let at = self.clock.now();
        let mut shared = self.lock();
        let position = shared.end();
        shared
            .events
            .push_back(Arc::new(Event { position, at, kind }));
        let waiting = std::mem::take(&mut shared.waiting);
        drop(shared);
        self.changed.notify_all();
        waiting.into_iter().for_each(Waker::wake);
        position
    }

    /// Says that no event will follow, so that waiting readers come back.
    pub fn close(&self) {
        let mut shared = self.lock();
        shared.closed = true;
        let waiting = std::mem::take(&mut shared.waiting);
        drop(shared);
        self.changed.notify_all();
        waiting.into_iter().for_each(Waker::wake);
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
        poll_fn(|context| {
            let mut shared = self.journal.lock();
            if shared.end() > self.next {
                return Poll::Ready(true);
            }
            if shared.closed {
                return Poll::Ready(false);
            }
            if !shared
                .waiting
                .iter()
                .any(|waker| waker.will_wake(context.waker()))
            {
                shared.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }

    /// As [`Cursor::wait`], for a reader without an event loop: the thread
    /// stands still meanwhile.
    pub fn block(&self) -> bool {
        let shared = self.journal.lock();
        let idle = |shared: &mut Shared| shared.end() <= self.next && !shared.closed;
        let shared = self
            .journal
            .changed
            .wait_while(shared, idle)
            .unwrap_or_else(PoisonError::into_inner);
        shared.end() > self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use futures_util::FutureExt;

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
