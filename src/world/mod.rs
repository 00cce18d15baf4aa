//! The small Internet inside one process: hosts, wires, DNS, certificates,
//! mail servers and the clients that talk to them. The only place, beside the
//! front ends' event loops, that touches tokio, and the only one that touches
//! rustls and rcgen.
//!
//! **Invariant**: a world is told what to do by [`Order`](crate::lesson::Order)s
//! and answers only through the journal. Same lesson, same seed, same orders:
//! same journal, but for the bytes that TLS makes random.

mod alarm;
mod attacker;
mod blocklist;
mod by_hand;
mod client_end;
mod conversation;
mod delivery;
mod dig;
mod director;
mod disk;
mod fabric;
mod handle;
mod host;
mod installation;
mod internet;
mod letter;
mod listen;
mod outside;
mod pen;
mod pki;
mod repetition;
pub mod serve;
mod server;
mod services;
mod shared;
mod statistics;
mod tapped;
mod timeouts;
mod tls;
mod transport;
mod upkeep;
mod witness;
pub mod zone;

pub use handle::World;
pub use listen::Listeners;

#[cfg(test)]
mod tests;
