//! The state that both front ends draw.

use std::sync::Arc;

use super::projection::Projection;
use crate::journal::Position;
use crate::lesson::Lesson;
use crate::text::Language;

/// Everything a front end draws.
#[derive(Clone, Debug)]
pub struct Model {
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// The language of our own words.
    pub language: Language,
    /// Index of the present step.
    pub step: usize,
    /// What the student has done in each step, by index.
    pub steps: Vec<StepState>,
    /// The journal, arranged for reading; holds the whole journal's events.
    pub projection: Projection,
    /// Which moment is shown.
    pub view: View,
    /// Number of orders given that have not settled yet.
    pub pending: usize,
}

/// What the student has done in one step.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StepState {
    /// The answer committed to, if the step asks one.
    pub prediction: Option<Prediction>,
    /// Whether each goal held when it was last looked at.
    pub goals: Vec<bool>,
    /// What was observed for each goal, in the words of the wire.
    pub observed: Vec<String>,
    /// How many hints are open.
    pub hints: usize,
    /// Whether something was tried since the last hint was opened; the next
    /// hint opens only after an attempt.
    pub attempted: bool,
    /// Whether every goal has held once (and the solution was not shown).
    pub solved: bool,
    /// Whether the reference solution was shown.
    pub solution_shown: bool,
}

/// A committed answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Prediction {
    /// Index of the option.
    pub option: usize,
    /// Whether it was the right one.
    pub correct: bool,
}

/// The moment that is shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum View {
    /// The present; what happens next appears at once.
    #[default]
    Live,
    /// The world as it was right after this event.
    Past(Position),
}
