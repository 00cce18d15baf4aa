//! What attackers of mail servers try, as tables: each row an attack, with the
//! answer of Postfix 3.7.11 as Debian ships it, byte for byte.
//!
//! The same attacks, recorded from the real one with its log, are
//! `tests/postfix/recorded/attack-*.json`; here they come in over real sockets,
//! and against every lesson.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "attacks/crowd.rs"]
mod crowd;
#[path = "attacks/demonstrations.rs"]
mod demonstrations;
#[path = "attacks/endless.rs"]
mod endless;
#[path = "attacks/greedy.rs"]
mod greedy;
#[path = "attacks/relay.rs"]
mod relay;
mod served;
#[path = "attacks/smuggling.rs"]
mod smuggling;
#[path = "attacks/starttls.rs"]
mod starttls;
