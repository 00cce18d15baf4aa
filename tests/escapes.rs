//! The promise that received bytes are data: hostile strings through every
//! door, and nothing but what can be seen out of every way out.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "escapes/corpus.rs"]
mod corpus;
#[path = "escapes/folder.rs"]
mod folder;
#[path = "escapes/lesson.rs"]
mod lesson;
#[path = "escapes/next_hop.rs"]
mod next_hop;
#[expect(dead_code, reason = "only a part of it is needed here")]
#[path = "terminal/screen.rs"]
mod screen;
#[path = "escapes/sequences.rs"]
mod sequences;
#[path = "escapes/terminal.rs"]
mod terminal;
#[path = "escapes/words.rs"]
mod words;
