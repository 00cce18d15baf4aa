//! The world from outside: orders go in, events come out.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::director::Director;
use super::listen::{self, Listeners, Reception};
use super::pen::Pen;
use crate::clock::{Chance, Clock, Moment};
use crate::journal::Journal;
use crate::lesson::{Lesson, Order};

/// A running world. It lives on a thread of its own, so that whatever it is
/// busy with, the front end answers every key. Dropping it ends it.
#[derive(Debug)]
pub struct World {
    journal: Journal,
    sent: u64,
    /// `None` once the world is being ended.
    orders: Option<UnboundedSender<(u64, Order)>>,
    thread: Option<JoinHandle<()>>,
}

impl World {
    /// Starts a world for `lesson`, whose chances are decided by `seed`.
    /// Nothing happens before the first [`Order::Begin`].
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(lesson: Arc<Lesson>, seed: u64) -> io::Result<Self> {
        Self::start_listening(lesson, seed, None)
    }

    /// Starts a world whose host under study can also be reached by programs
    /// outside it, if there are `listeners`. Such a world's journal depends on
    /// what they do as well.
    ///
    /// # Errors
    ///
    /// When the system gives no thread or no event loop.
    pub fn start_listening(
        lesson: Arc<Lesson>,
        seed: u64,
        listeners: Option<Listeners>,
    ) -> io::Result<Self> {
        let clock = Clock::simulated(Moment::LESSON_START);
        let journal = Journal::new(clock.clone());
        let (orders, incoming) = unbounded_channel();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        if listeners.is_some() {
            runtime.enable_all();
        }
        let runtime = runtime.build()?;
        let pen = Pen::new(journal.clone(), clock);
        let last = Closing(journal.clone());
        let thread = thread::Builder::new()
            .name("world".to_owned())
            .spawn(move || {
                let _last = last;
                let reception = Rc::new(Reception::new(&lesson));
                let chance = Chance::seeded(seed);
                let director = Director::new(
                    Arc::clone(&lesson),
                    pen.clone(),
                    chance,
                    Rc::clone(&reception),
                );
                LocalSet::new().block_on(&runtime, async {
                    if let Some(listeners) = listeners {
                        listen::receive_all(listeners, &pen, &lesson, &reception);
                    }
                    live(director, incoming).await;
                });
            })?;
        Ok(Self {
            journal,
            sent: 0,
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Sends an order. It is carried out after those sent before; its number,
    /// given here, comes back in a `settled` event when it is done. Where a run's
    /// mail is sent over and over, that is after the last one, and orders sent
    /// meanwhile are carried out, and settled, before.
    pub fn order(&mut self, order: Order) -> u64 {
        self.sent += 1;
        if let Some(orders) = &self.orders {
            // A world that is no more has closed its journal: the reader knows.
            let _ = orders.send((self.sent, order));
        }
        self.sent
    }

    /// Goes down with a world that broke: its panic goes on in the caller. Does
    /// nothing if the world ended as it should. To be called when the journal
    /// was closed by the world, which is at its end then.
    pub fn share_fate(&mut self) {
        self.orders = None;
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            // What happened was said when it happened.
            std::panic::resume_unwind(panic);
        }
    }

    /// The journal in which everything appears.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // If it panicked, its message has been seen, and there is nothing left to end.
            let _ = thread.join();
        }
    }
}

/// Closes the journal however the world ends, so that no reader waits for ever.
struct Closing(Journal);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The world's life: one order after the other until nobody can give any more.
/// While mail is sent over and over, an order is carried out between two mails.
async fn live(mut director: Director, mut orders: UnboundedReceiver<(u64, Order)>) {
    loop {
        let next = if director.is_repeating() {
            match orders.try_recv() {
                Ok(next) => Some(next),
                Err(TryRecvError::Disconnected) => None,
                Err(TryRecvError::Empty) => {
                    director.repeat().await;
                    continue;
                }
            }
        } else {
            orders.recv().await
        };
        match next {
            Some((number, order)) => director.carry_out(number, order).await,
            None => break,
        }
    }
    director.close().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    fn broken() -> World {
        let journal = Journal::new(Clock::simulated(Moment::LESSON_START));
        let last = Closing(journal.clone());
        let thread = thread::spawn(move || {
            let _last = last;
            // As a panic, but without its words in the midst of the tests'.
            resume_unwind(Box::new("broken"));
        });
        World {
            journal,
            sent: 0,
            orders: None,
            thread: Some(thread),
        }
    }

    #[test]
    fn a_world_that_breaks_lets_its_readers_go_and_its_owner_share_its_fate() {
        let mut world = broken();
        assert!(!world.journal().cursor(0).block());
        let fate = catch_unwind(AssertUnwindSafe(|| world.share_fate()));
        assert_eq!(fate.unwrap_err().downcast_ref(), Some(&"broken"));
    }
}
