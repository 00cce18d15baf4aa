//! What the student sees and can do, without a screen: a [`Model`], the
//! [`Msg`]s that change it, and the [`Effect`]s that follow. Pure: the TUI and
//! the plain mode are two ways to draw the same model and to make the same
//! messages.
//!
//! **Invariant**: the model is a function of the lesson and of the messages
//! seen so far; what happened in the world it knows only from the journal.

mod at_issue;
mod attack;
mod by_hand;
mod comparison;
mod connection;
mod deed;
mod directives;
mod eavesdropper;
mod ending;
mod equivalent;
mod files;
mod journey;
mod mailboxes;
mod map;
mod meaning;
mod model;
mod msg;
mod news;
mod outside;
mod projection;
mod queries;
mod real_thing;
mod remembered;
#[cfg(test)]
pub(crate) mod testing;
mod update;

pub use by_hand::{BadEscape, begins_with_tls, in_base64, unescape};
pub use comparison::{Compared, Comparison};
pub use connection::{Connection, Row, TlsView};
pub use deed::deed;
pub use directives::{Directive, Since, Standing};
pub use eavesdropper::{Eavesdropper, Sight};
pub use ending::Ending;
pub use equivalent::{Copied, arrow, arrowed};
pub use files::last_part;
pub use journey::{Hop, Queued};
pub use mailboxes::StoredMessage;
pub use map::{Crossing, Fate, Stop, Wire};
pub use model::{Edit, Hint, Model, NextHint, Place, Played, Prediction, Relay, StepState, View};
pub use msg::{Effect, Msg};
pub use news::news;
pub use projection::{ConfigurationText, Projection, Repetition};
pub use real_thing::{Block, RealThing};
