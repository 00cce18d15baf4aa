//! The map of the house.
//!
//! ```text
//! lesson ─▶ world ─▶ journal ─▶ app ─▶ tui / plain
//!    ▲                                     │
//!    └──── Order ◀── Effect ◀── update ◀── Msg
//! ```
//!
//! | room | what is in it | what is never in it |
//! |---|---|---|
//! | [`smtp`] | the wire: addresses, lines, replies, the PROXY header, the client's dialogue | I/O, lessons, languages |
//! | [`sasl`] | mechanisms, with every intermediate value named | I/O |
//! | [`postfix`] | configuration, policy with its trace, the `smtpd` session | I/O, lessons, languages |
//! | [`world`] | the small Internet: hosts, wires, DNS, certificates, queues | the screen |
//! | [`journal`] | the one vocabulary of events and the append-only log | I/O |
//! | [`lesson`] | the TOML model, loader, checker, goals, progress | the world |
//! | [`app`] | model, message, update → effect | the world, the terminal |
//! | [`notes`] | what a presentation tells the teacher's second terminal | anything that comes in |
//! | [`tui`], [`plain`] | two front ends over the same model | decisions |
//! | [`text`] | catalogues, explanations, glossary, safe display | |
//! | [`cli`] | the command line, one file a subcommand | |
//! | [`clock`] | the one door for time and chance | |
//!
//! `tests/architecture.rs` keeps these rules.

// The tests of the whole in `tests/` share some files with those in here.
#[cfg(test)]
extern crate self as smtp_lab;

pub mod app;
pub mod cli;
pub mod clock;
pub mod journal;
pub mod lesson;
pub mod notes;
pub mod plain;
pub mod postfix;
pub mod sasl;
pub mod smtp;
pub mod text;
pub mod tui;
pub mod world;
