//! From the model to the progress that is kept, and back.

use std::collections::BTreeMap;

use super::model::{Hint, Model, Played, Prediction, StepState};
use crate::journal::Observed;
use crate::lesson::Lesson;
use crate::lesson::model::Step;
use crate::lesson::progress::{Progress, StepProgress};

impl Model {
    /// What is worth keeping of this model.
    pub fn progress(&self) -> Progress {
        let mut steps = BTreeMap::new();
        for (step, state) in self.lesson.steps.iter().zip(&self.steps) {
            let kept = StepProgress {
                prediction: state.prediction.map(|prediction| prediction.option),
                solved: state.solved,
                solution_shown: state.solution_shown,
                hints: state.rungs(),
                configuration: state.configuration.clone(),
            };
            if kept != StepProgress::default() {
                steps.insert(step.id.clone(), kept);
            }
        }
        Progress {
            step: self
                .present_step()
                .map_or_else(String::new, |step| step.id.clone()),
            steps,
        }
    }
}

impl StepState {
    /// The state of `step`, as far as it was kept. What no longer fits the
    /// lesson (an option that is gone) is forgotten.
    pub(super) fn remembered(step: &Step, kept: Option<&StepProgress>) -> Self {
        let mut state = Self::default();
        state.begin(step);
        let Some(kept) = kept else {
            return state;
        };
        state.prediction = kept.prediction.and_then(|option| prediction(step, option));
        state.solved = kept.solved;
        state.solution_shown = kept.solution_shown;
        state.configuration.clone_from(&kept.configuration);
        state.hints = vec![Hint::Rung; kept.hints.min(step.hints.es.len())];
        state
    }

    /// Forgets what was seen of the world, which is made anew.
    pub(super) fn begin(&mut self, step: &Step) {
        self.played = vec![Played::Never; step.runs.len()];
        self.goals = vec![false; step.goals.len()];
        self.observed = vec![Observed::default(); step.goals.len()];
        self.deeds = 0;
        self.hints.retain(|hint| *hint == Hint::Rung);
        self.fitting = None;
    }

    /// How many hints of the ladder are open.
    pub fn rungs(&self) -> usize {
        let hints = self.hints.iter();
        hints.filter(|hint| **hint == Hint::Rung).count()
    }

    /// Whether something was done in the step, and it is not over.
    pub(super) fn is_begun(&self) -> bool {
        let over = self.solved || self.solution_shown;
        !over && (self.prediction.is_some() || !self.hints.is_empty())
    }

    /// What was played until now was played in another world.
    pub(super) fn world_changed(&mut self) {
        for played in &mut self.played {
            if *played == Played::Since {
                *played = Played::Before;
            }
        }
    }
}

/// The answer `option` to the question of `step`, if there is such an option.
pub(super) fn prediction(step: &Step, option: usize) -> Option<Prediction> {
    let chosen = step.predict.as_ref()?.options.get(option)?;
    Some(Prediction {
        option,
        correct: chosen.correct,
    })
}

/// The index of the step at which to go on: the one where the student left
/// off; the first one if it is not known.
pub(super) fn resumed_step(lesson: &Lesson, progress: &Progress) -> usize {
    lesson
        .steps
        .iter()
        .position(|step| step.id == progress.step)
        .unwrap_or_default()
}
