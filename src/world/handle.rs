//! The world from outside: orders go in, events come out.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::director::Director;
use super::pen::Pen;
use crate::clock::{Chance, Clock, Moment};
use crate::journal::Journal;
use crate::journal::event::Kind;
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
        let clock = Clock::simulated(Moment::LESSON_START);
        let journal = Journal::new(clock.clone());
        let (orders, incoming) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let pen = Pen::new(journal.clone(), clock);
        let last = Closing(journal.clone());
        let thread = thread::Builder::new()
            .name("world".to_owned())
            .spawn(move || {
                let _last = last;
                let director = Director::new(lesson, pen.clone(), Chance::seeded(seed));
                LocalSet::new().block_on(&runtime, live(director, pen, incoming));
            })?;
        Ok(Self {
            journal,
            sent: 0,
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Sends an order. It is carried out after those sent before; its number,
    /// given here, comes back in a `settled` event when it is done.
    pub fn order(&mut self, order: Order) -> u64 {
        self.sent += 1;
        if let Some(orders) = &self.orders {
            // A world that is no more has closed its journal: the reader knows.
            let _ = orders.send((self.sent, order));
        }
        self.sent
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
async fn live(mut director: Director, pen: Pen, mut orders: UnboundedReceiver<(u64, Order)>) {
    while let Some((number, order)) = orders.recv().await {
        director.carry_out(order).await;
        pen.write(Kind::Settled { order: number });
    }
    director.close().await;
}
