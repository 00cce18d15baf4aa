//! The terminal front end: draws [`app::Model`](crate::app::Model) and turns
//! keys into [`app::Msg`](crate::app::Msg)s.
//!
//! **Invariant**: nothing is decided here. What the lesson allows is the
//! model's business; what is on the screen is a pure function of the model and
//! of a [`Screen`](screen::Screen), which remembers only how the student looks
//! at it (what has the focus, how far a pane is scrolled, what is open on top).

mod contents;
mod demonstration;
pub mod draw;
mod event_loop;
pub mod flow;
pub mod keymap;
pub mod layers;
mod layout;
mod lectern;
pub mod markdown;
pub mod menu;
pub mod notes;
pub mod notice;
mod panes;
mod presentation;
pub mod scene;
pub mod screen;
mod seek;
mod signals;
pub mod speed;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod typing;
mod words;

use std::io;

pub use keymap::Keymap;
pub(crate) use layout::SMALLEST;
pub use screen::Panel;
pub use speed::Speed;
pub use terminal::Mouse;
pub use theme::ThemeChoice;
pub use words::for_key as words_for_key;

use crate::app::{Effect, Ending, Model};
use crate::lesson::loader::Watched;
use crate::lesson::progress::Store;
use crate::text::Language;
use crate::world::World;

/// How the screen is to look and behave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The keys.
    pub keymap: Keymap,
    /// The colours.
    pub theme: ThemeChoice,
    /// Whether the terminal may be asked for its background: somebody sits
    /// there, and neither `NO_COLOR`, `CI` nor a dumb terminal speaks against it.
    pub may_ask: bool,
    /// Begin with the presentation.
    pub present: bool,
    /// Whether clicks and the wheel are used.
    pub mouse: Mouse,
    /// Play the reference solutions by itself; the student's progress is left alone.
    pub auto: bool,
    /// How fast.
    pub speed: Speed,
    /// The panel that is open at the beginning.
    pub panel: Panel,
    /// What is said below the lesson before the first key.
    pub remarks: Vec<String>,
    /// The lesson's file, if the session is to end as soon as it is saved anew.
    pub watched: Option<Watched>,
}

/// How a lesson on the screen was left.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Left {
    /// How it ended.
    pub ending: Ending,
    /// The language that was spoken last.
    pub language: Language,
    /// Whether it was left because the lesson's file was saved anew.
    pub saved_anew: bool,
    /// The panel that was open last, where there are panels.
    pub panel: Option<Panel>,
}

/// Shows the lesson until the student leaves, or is made to.
///
/// `effects` are those that came with the new `model`; `world` is one that was
/// just started for the same lesson.
///
/// # Errors
/// The terminal could not be taken, read or written.
pub fn run(
    model: Model,
    effects: Vec<Effect>,
    world: World,
    store: &Store,
    options: &Options,
) -> io::Result<Left> {
    let theme = options.theme.resolve(options.may_ask);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let terminal = terminal::Guard::take(options.mouse)?;
        event_loop::Session::new(model, world, store, options, theme, terminal)
            .run(effects)
            .await
    })
}
