//! What the world can be told to do. A student's key, a lesson's reference
//! solution and `--auto` all become these, and nothing else reaches the world.

use serde::Serialize;

/// One order to the world. What comes of it is written in the journal, and
/// closed by a `settled` event.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "order")]
pub enum Order {
    /// Make the world anew as this step of the lesson wants it.
    Begin {
        /// Index of the step.
        step: usize,
    },
    /// Open the connection of a run of the step and read the greeting. A
    /// dialogue that was still open is closed first.
    Open {
        /// Index of the run within the step.
        run: usize,
    },
    /// Let the open dialogue go one line further: the client sends its next
    /// line (or shakes hands) and reads the answer.
    Advance,
    /// Let the open dialogue go to its end.
    Finish,
    /// Edit a parameter and reload.
    Set {
        /// The host.
        host: String,
        /// The master.cf service whose `-o` is meant; `None`: main.cf.
        service: Option<String>,
        /// The parameter.
        parameter: String,
        /// Its new value; `None`: take it out.
        value: Option<String>,
    },
    /// Look at every goal of the step.
    CheckGoals,
}
