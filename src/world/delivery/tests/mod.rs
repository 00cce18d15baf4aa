//! The sending side against a next hop that does as it is told: in the words
//! of the recordings of a real Postfix, and whatever goes wrong.

mod faults;
mod next_hop;
mod recorded;
mod town;

// The player of the recorded dialogues, which `tests/postfix.rs` has too.
#[path = "../../../../tests/postfix/host.rs"]
mod host;
#[path = "../../../../tests/postfix/normal.rs"]
mod normal;
#[expect(dead_code, reason = "what was said is compared there")]
#[path = "../../../../tests/postfix/player.rs"]
mod player;
#[expect(dead_code, reason = "what was said is compared there")]
#[path = "../../../../tests/postfix/scenario.rs"]
mod scenario;
