//! What can happen to the model, and what it asks for in return.

use std::sync::Arc;

use crate::journal::{ConnectionId, Event};
use crate::lesson::Order;
use crate::text::Language;

/// Something that happened: a key that meant something, or news from the world.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The world wrote these events.
    Journal(Vec<Arc<Event>>),
    /// The student chose an answer to the step's question (index of the option).
    Predict(usize),
    /// Start a run of the step (index), opening its connection.
    OpenRun(usize),
    /// One line further in the open dialogue; with none open, start the next
    /// run that was not played yet in the world as it is. In the past: one
    /// moment forward.
    Forward,
    /// Go back one moment in what happened.
    Back,
    /// Let the open dialogue go to its end; in the past, return to the present.
    ToEnd,
    /// Go back to the first moment of the step.
    ToStart,
    /// Run the last dialogue again, to its end.
    Rerun,
    /// Call a server as a client of the lesson, to type what is to be said, once
    /// the step's question is answered.
    Call {
        /// The client's name.
        client: String,
        /// The server, as `HOST:PORT`.
        to: String,
        /// Whether TLS begins with the first byte.
        implicit_tls: bool,
    },
    /// Say exactly these bytes on the connection that was called by hand.
    Say(Vec<u8>),
    /// Hang up what was called by hand.
    HangUp,
    /// Show this connection (a delivery between servers, an earlier dialogue);
    /// `None`: the dialogue of the moment again.
    Show(Option<ConnectionId>),
    /// Cycle the toggle bound to this key; like every edit, only once the
    /// step's question is answered.
    Toggle(char),
    /// Edit a directive of a host, once the step's question is answered.
    Set {
        /// The host.
        host: String,
        /// The master.cf service; `None`: main.cf.
        service: Option<String>,
        /// The parameter.
        parameter: String,
        /// The new value; `None`: take it out.
        value: Option<String>,
    },
    /// Write a file of a host, once the step's question is answered.
    Write {
        /// The host.
        host: String,
        /// The file's absolute path.
        path: String,
        /// Its whole text; `None`: remove it.
        text: Option<String>,
    },
    /// An order that moves no dialogue and edits no configuration: about queues and
    /// time. What changes anything waits for the answer to the step's question.
    Order(Order),
    /// Take the last edit of this step back.
    Undo,
    /// Make the edit again that was taken back last.
    Redo,
    /// Begin the step again: the world as the step wants it. Answers, hints
    /// and what was solved stay.
    ResetStep,
    /// Open the next hint of the ladder.
    Hint,
    /// Begin the step again and play its reference solution; a step not solved
    /// before then does not count as solved.
    ShowSolution,
    /// Play the reference solution on the world as it is, without any mark
    /// left on the student's record: for demonstrations.
    PlaySolution,
    /// Go to a step (index).
    GoToStep(usize),
    /// The next step.
    NextStep,
    /// The step before.
    PreviousStep,
    /// Count callers from outside the world as the next client of the lesson.
    NextOutsider,
    /// Count callers from outside the world as this client; `None`: as what they are.
    CountOutsiderAs(Option<String>),
    /// Change the language.
    Speak(Language),
    /// Leave.
    Quit,
}

/// What the front end must do because of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Effect {
    /// Give this order to the world.
    Order(Order),
    /// Save the progress.
    Save,
    /// Leave the program.
    Quit,
}
