//! The sending side against a next hop that does as it is told: in the words
//! of the recordings of a real Postfix, and whatever goes wrong.

mod faults;
mod next_hop;
mod recorded;
mod town;
