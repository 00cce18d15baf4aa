//! What a student has done in a lesson, kept from one day to the next.

mod store;

pub use store::{Loaded, Locking, Store, StoreError, replace, state_directory};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A student's progress through one lesson. Steps are known by their ids, so
/// that it outlives a lesson that gains or loses steps.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Progress {
    /// The id of the step where the student left off.
    pub step: String,
    /// What was done in each step, by its id. A step without an entry is untouched.
    #[serde(default)]
    pub steps: BTreeMap<String, StepProgress>,
}

/// What was done in one step.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct StepProgress {
    /// Index of the answer committed to.
    #[serde(default)]
    pub prediction: Option<usize>,
    /// Whether every goal has held once.
    #[serde(default)]
    pub solved: bool,
    /// Whether the reference solution was shown.
    #[serde(default)]
    pub solution_shown: bool,
    /// How many hints were opened.
    #[serde(default)]
    pub hints: usize,
    /// The files of the host under study with which the goals last held, as
    /// far as they are not the lesson's own: by their names in `/etc/postfix`,
    /// or by their paths. `None`: they never held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<BTreeMap<String, String>>,
}

impl Progress {
    /// How many steps are solved.
    pub fn solved(&self) -> usize {
        self.steps.values().filter(|step| step.solved).count()
    }

    /// Takes in what another instance of the program saved meanwhile. Nothing
    /// that was reached in either is lost; where only one can be right (the
    /// present step, an answer), this one's stands.
    pub fn merge(&mut self, other: &Self) {
        if self.step.is_empty() {
            self.step.clone_from(&other.step);
        }
        for (id, theirs) in &other.steps {
            let ours = self.steps.entry(id.clone()).or_default();
            ours.prediction = ours.prediction.or(theirs.prediction);
            ours.solved |= theirs.solved;
            ours.solution_shown |= theirs.solution_shown;
            ours.hints = ours.hints.max(theirs.hints);
            if ours.configuration.is_none() {
                ours.configuration.clone_from(&theirs.configuration);
            }
        }
    }
}

#[cfg(test)]
mod tests;
