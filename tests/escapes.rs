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
#[path = "escapes/words.rs"]
mod words;
