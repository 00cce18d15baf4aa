//! The world from outside: orders go in, events come out.

use std::sync::Arc;

use crate::journal::Journal;
use crate::lesson::{Lesson, Order};

/// A running world. It lives on a thread of its own, so that whatever it is
/// busy with, the front end answers every key. Dropping it ends it.
#[derive(Debug)]
pub struct World {
    journal: Journal,
    sent: u64,
}

impl World {
    /// Starts a world for `lesson`, whose chances are decided by `seed`.
    /// Nothing happens before the first [`Order::Begin`].
    pub fn start(lesson: Arc<Lesson>, seed: u64) -> std::io::Result<Self> {
        let _ = (lesson, seed);
        unimplemented!("being built")
    }

    /// Sends an order. It is carried out after those sent before; its number,
    /// given here, comes back in a `settled` event when it is done.
    pub fn order(&mut self, order: Order) -> u64 {
        let _ = order;
        self.sent += 1;
        self.sent
    }

    /// The journal in which everything appears.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }
}
