//! The demonstration that runs by itself: the reference solution, at a pace
//! that a class can follow.

use std::time::Duration;

use super::speed::Speed;
use crate::app::{Model, Msg};
use crate::journal::Position;
use crate::lesson::Order;

/// Where the demonstration stands in the present step.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Script {
    /// The step's beginning, by which a new one is recognised.
    began: Option<Position>,
    /// Actions of the solution that were played.
    played: usize,
    /// Whether the end of the step was given time to be read.
    dwelt: bool,
}

/// What comes next.
#[derive(Clone, Debug)]
pub(crate) enum Cue {
    /// Tell the model this, then wait so long.
    Play(Msg, Duration),
    /// Only wait.
    Wait(Duration),
    /// There is nothing left to play.
    Over,
}

/// The pause after a line at speed 1.
pub(crate) const LINE: Duration = Duration::from_millis(1200);
/// The pause before something that has to be read first.
const READ: Duration = Duration::from_secs(5);
/// How soon a world that is busy is looked at again.
const BUSY: Duration = Duration::from_millis(50);

/// What comes next where only the dialogue plays by itself: through the past
/// to the present, and on to the end of the dialogue.
pub(crate) fn next_line(model: &Model, speed: Speed) -> Cue {
    if model.busy() {
        Cue::Wait(BUSY)
    } else if !model.is_live() || model.open_dialogue().is_some() {
        Cue::Play(Msg::Forward, speed.paced(LINE))
    } else {
        Cue::Over
    }
}

impl Script {
    /// What comes next for `model`; `speed` is that of the pauses.
    pub(crate) fn next(&mut self, model: &Model, speed: Speed) -> Cue {
        let Some(step) = model.present_step() else {
            return Cue::Over;
        };
        if model.busy() {
            return Cue::Wait(BUSY);
        }
        let paced = |pause| speed.paced(pause);
        let began = Some(model.projection.step_began);
        if self.began != began {
            *self = Self {
                began,
                ..Self::default()
            };
            return Cue::Wait(paced(READ));
        }
        if model.can_predict() {
            let correct = step
                .predict
                .as_ref()
                .and_then(|predict| predict.options.iter().position(|option| option.correct))
                .unwrap_or_default();
            return Cue::Play(Msg::Predict(correct), paced(LINE));
        }
        if model.open_dialogue().is_some() {
            return Cue::Play(Msg::Forward, paced(LINE));
        }
        if let Some(action) = step.solution.get(self.played) {
            self.played += 1;
            let mut runs = step.runs.iter();
            let run = runs.position(|run| Some(&run.id) == action.run.as_ref());
            let msg = match (&action.set, Order::of_deed(action)) {
                (Some(setting), _) => Msg::Set {
                    host: setting.host.clone(),
                    service: setting.service.clone(),
                    parameter: setting.parameter.clone(),
                    value: setting.value.clone(),
                },
                (None, Some(order)) => Msg::Order(order),
                (None, None) => Msg::OpenRun(run.unwrap_or_default()),
            };
            return Cue::Play(msg, paced(LINE));
        }
        if !model.goals_hold() || model.is_last_step() {
            return Cue::Over;
        }
        if !std::mem::replace(&mut self.dwelt, true) {
            return Cue::Wait(paced(READ));
        }
        Cue::Play(Msg::NextStep, paced(LINE))
    }
}
