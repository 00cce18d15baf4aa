//! Lessons: the TOML model, loading it, checking it, its goals and the
//! student's progress through it.
//!
//! **Invariant**: nothing here runs anything. A lesson says what the world is
//! and what is asked; the world carries out [`Order`]s.

pub mod check;
pub mod course;
pub mod goal;
pub mod hint;
mod installed;
mod keys;
pub mod library;
pub mod loader;
pub mod model;
mod order;
pub mod progress;
pub mod schema;
pub mod template;
mod transcript;

pub use goal::{Judgement, judge};
pub use hint::Told;
pub use installed::{SNAKEOIL_CERTIFICATE, SNAKEOIL_KEY, TRUSTED_AUTHORITIES};
pub use keys::NamedKey;
pub use model::Lesson;
pub use order::Order;
pub use progress::{Progress, StepProgress, Store};
