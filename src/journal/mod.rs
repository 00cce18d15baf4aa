//! The journal: everything that happens becomes an event in one append-only
//! log, and everything shown is read from it.
//!
//! **Invariant**: events are only ever appended; a position, once given, means
//! the same event for ever. Readers hold cursors and are woken; nobody can
//! miss an event and no reader can hold the writer up.

pub mod event;
mod log;
pub mod observed;

pub use event::{ConnectionId, End, Event, Kind, Position, Way};
pub use log::{Cursor, Journal};
pub use observed::{Observation, Observed};
