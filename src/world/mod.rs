//! The small Internet inside one process: hosts, wires, DNS, certificates,
//! mail servers and the clients that talk to them. The only place, beside the
//! front ends' event loops, that touches tokio, and the only one that touches
//! rustls and rcgen.
//!
//! **Invariant**: a world is told what to do by [`Order`](crate::lesson::Order)s
//! and answers only through the journal.

mod handle;
pub mod zone;

pub use handle::World;
