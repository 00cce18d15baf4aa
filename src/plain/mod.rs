//! The linear front end: the same model as the screen's, told as text from top
//! to bottom. For screen readers, pipes and transcripts (`--plain`), for
//! demonstrations (`--auto`) and for programs (`--json`).
//!
//! **Invariant**: what the lesson and the world say goes to standard output;
//! prompts and the program's own remarks go to standard error. No cursor is
//! moved and nothing received reaches the terminal raw.

mod auto;
mod by_hand;
mod command;
mod differences;
mod explanations;
mod file;
mod find;
mod input;
mod json;
mod markdown;
mod narrator;
mod notes;
mod output;
mod pages;
mod session;
mod signals;
mod student;
#[cfg(test)]
mod tests;
mod watch;
mod words;

use std::io;

use crate::app::{Effect, Ending, Model};
use crate::lesson::progress::Store;
use crate::world::World;

pub use notes::follow_notes;
pub use watch::until_saved;
pub use words::for_key as words_for_key;

/// How the lesson is to be told.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// Play the reference solutions instead of asking the student. Leaves the
    /// student's progress alone.
    pub auto: bool,
    /// What goes to standard output.
    pub form: Form,
    /// Whether somebody sits in front of standard input: then each command is
    /// prompted for.
    pub interactive: bool,
    /// The seed that the world was started with, for the header of the JSON form.
    pub seed: u64,
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Form {
    /// The lesson as text.
    #[default]
    Text,
    /// The journal, one JSON object a line.
    Json {
        /// With the bytes of the wires, which TLS makes different at each run.
        wire: bool,
    },
}

/// Tells the lesson until its end, the student's leave, or an interruption.
///
/// `effects` are those that came with the new `model`; `world` is one that was
/// just started for the same lesson.
///
/// # Errors
/// Standard output could not be written. A reader that went away is
/// [`io::ErrorKind::BrokenPipe`], which is no failure of the program.
pub fn run(
    model: Model,
    effects: Vec<Effect>,
    world: World,
    store: &Store,
    options: &Options,
) -> io::Result<Ending> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let out = io::BufWriter::with_capacity(64 * 1024, io::stdout());
        let store = (!options.auto).then_some(store);
        let mut session = session::Session::new(model, world, store, options.form, out)?;
        session.header(options.seed)?;
        session.perform(effects);
        let ending = if options.auto {
            auto::play(&mut session).await?
        } else {
            student::guide(&mut session, options.interactive).await?
        };
        session.end(ending)
    })
}
