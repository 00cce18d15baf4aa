//! `update`: the only place where the model changes.

use std::collections::VecDeque;
use std::sync::Arc;

use super::connection::Connection;
use super::model::{Edit, Given, Model, StepState, View};
use super::msg::{Effect, Msg};
use super::projection::Projection;
use super::remembered;
use crate::journal::event::Purpose;
use crate::journal::{ConnectionId, Event, Kind};
use crate::lesson::progress::Progress;
use crate::lesson::{Lesson, Order};
use crate::text::Language;

impl Model {
    /// The model with which a session begins, and what must be done at once.
    ///
    /// `progress`: what was kept of earlier sessions. `start`: the index of the
    /// step to begin with; without one, where the student left off.
    pub fn new(
        lesson: Arc<Lesson>,
        language: Language,
        progress: Option<&Progress>,
        start: Option<usize>,
    ) -> (Self, Vec<Effect>) {
        let kept = |id: &str| progress.and_then(|progress| progress.steps.get(id));
        let steps = lesson
            .steps
            .iter()
            .map(|step| StepState::remembered(step, kept(&step.id)))
            .collect();
        let resumed = progress.map_or(0, |progress| remembered::resumed_step(&lesson, progress));
        let last = lesson.steps.len().saturating_sub(1);
        let mut model = Self {
            step: start.unwrap_or(resumed).min(last),
            lesson,
            language,
            steps,
            projection: Projection::default(),
            view: View::Live,
            chosen: None,
            trouble: None,
            edits: Vec::new(),
            given: VecDeque::new(),
            goals_stale: false,
        };
        let mut effects = Vec::new();
        model.begin_step(&mut effects);
        (model, effects)
    }

    /// Changes the model as `msg` says, and returns what must be done about
    /// it, in order. The front end gives each [`Effect::Order`] to the world in
    /// that order, and feeds every event of the journal back.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !matches!(msg, Msg::Journal(_)) {
            self.trouble = None;
        }
        match msg {
            Msg::Journal(events) => {
                for event in &events {
                    self.take_in(event, &mut effects);
                }
            }
            Msg::Predict(option) => self.predict(option, &mut effects),
            Msg::OpenRun(run) => self.open_run(run, &mut effects),
            Msg::Forward => self.forward(&mut effects),
            Msg::Back => self.back(),
            Msg::ToEnd => self.finish_or_return(&mut effects),
            Msg::ToStart => self.go_to_start(),
            Msg::Rerun => self.rerun(&mut effects),
            Msg::Show(connection) => self.show(connection),
            Msg::Toggle(key) => self.toggle(key, &mut effects),
            Msg::Set {
                host,
                service,
                parameter,
                value,
            } => {
                let set = Order::Set {
                    host,
                    service,
                    parameter,
                    value,
                };
                self.edit(set, &mut effects);
            }
            Msg::Undo => self.undo(&mut effects),
            Msg::ResetStep => self.begin_step(&mut effects),
            Msg::Hint => self.hint(&mut effects),
            Msg::ShowSolution => self.show_solution(&mut effects),
            Msg::PlaySolution => self.play_solution(&mut effects),
            Msg::GoToStep(step) => self.go_to_step(Some(step), &mut effects),
            Msg::NextStep => self.go_to_step(self.step.checked_add(1), &mut effects),
            Msg::PreviousStep => self.go_to_step(self.step.checked_sub(1), &mut effects),
            Msg::Speak(language) => self.language = language,
            Msg::Quit => effects.extend([Effect::Save, Effect::Quit]),
        }
        effects
    }

    // ---- what the student does -------------------------------------------

    fn predict(&mut self, option: usize, effects: &mut Vec<Effect>) {
        if !self.can_predict() {
            return;
        }
        let Some(prediction) = self
            .present_step()
            .and_then(|step| remembered::prediction(step, option))
        else {
            return;
        };
        if let Some(state) = self.steps.get_mut(self.step) {
            state.prediction = Some(prediction);
            state.attempted |= !prediction.correct;
            effects.push(Effect::Save);
        }
    }

    fn open_run(&mut self, run: usize, effects: &mut Vec<Effect>) {
        if !self.can_predict() && self.run(run).is_some() && !self.is_playing() {
            self.return_to_present();
            self.give(Order::Open { run }, effects);
        }
    }

    fn forward(&mut self, effects: &mut Vec<Effect>) {
        if let View::Past(position) = self.view {
            self.view = match self.moments().as_slice() {
                [earlier @ .., _] => earlier
                    .iter()
                    .find(|moment| **moment > position)
                    .map_or(View::Live, |moment| View::Past(*moment)),
                [] => View::Live,
            };
        } else if self.can_predict() || self.is_playing() {
            // An answer, or the world's, comes first.
        } else if self.open_dialogue().is_some() {
            self.chosen = None;
            self.give(Order::Advance, effects);
        } else if let Some(run) = self.next_run() {
            self.open_run(run, effects);
        }
    }

    fn back(&mut self) {
        let moments = self.moments();
        let now = match self.view {
            View::Past(position) => position,
            // The present is what the last moment left behind.
            View::Live => match moments.last() {
                Some(last) => *last,
                None => return,
            },
        };
        if let Some(earlier) = moments.iter().rfind(|moment| **moment < now) {
            self.view = View::Past(*earlier);
        }
    }

    fn finish_or_return(&mut self, effects: &mut Vec<Effect>) {
        let opening = self
            .given
            .back()
            .is_some_and(|given| matches!(given.order, Order::Open { .. } | Order::Advance));
        if !self.is_live() {
            self.return_to_present();
        } else if opening || (self.open_dialogue().is_some() && !self.is_playing()) {
            self.give(Order::Finish, effects);
        }
    }

    fn go_to_start(&mut self) {
        if let [first, _, ..] = self.moments().as_slice() {
            self.view = View::Past(*first);
        }
    }

    fn rerun(&mut self, effects: &mut Vec<Effect>) {
        if self.is_playing() {
            return;
        }
        if let Some(run) = self.last_run() {
            self.return_to_present();
            self.give(Order::Open { run }, effects);
            self.give(Order::Finish, effects);
        }
    }

    fn show(&mut self, connection: Option<ConnectionId>) {
        let connection = connection.filter(|id| self.can_show(*id));
        if connection != self.chosen {
            self.chosen = connection;
            self.view = View::Live;
        }
    }

    fn toggle(&mut self, key: char, effects: &mut Vec<Effect>) {
        // Until an edit on its way has arrived, the value in force is not known.
        let editing = self
            .given
            .iter()
            .any(|given| matches!(given.order, Order::Begin { .. } | Order::Set { .. }));
        if editing {
            return;
        }
        let lesson = Arc::clone(&self.lesson);
        let Some(toggle) = lesson.toggles.iter().find(|toggle| toggle.key == key) else {
            return;
        };
        let next = self
            .toggle_value_at(toggle, self.projection.last())
            .map_or(0, |present| present + 1);
        let Some(value) = toggle.values.iter().cycle().nth(next) else {
            return;
        };
        let set = Order::Set {
            host: toggle.host.clone(),
            service: toggle.service.clone(),
            parameter: toggle.parameter.clone(),
            value: Some(value.value.clone()),
        };
        self.edit(set, effects);
    }

    fn edit(&mut self, set: Order, effects: &mut Vec<Effect>) {
        if !self.can_predict() {
            self.return_to_present();
            self.give(set, effects);
        }
    }

    fn undo(&mut self, effects: &mut Vec<Effect>) {
        if let Some(edit) = self.edits.pop() {
            self.return_to_present();
            let order = Order::Set {
                host: edit.host,
                service: edit.service,
                parameter: edit.parameter,
                value: edit.old,
            };
            effects.push(Effect::Order(order.clone()));
            self.given.push_back(Given {
                order,
                undoes: true,
            });
        }
    }

    fn hint(&mut self, effects: &mut Vec<Effect>) {
        if !self.can_hint() {
            return;
        }
        if let Some(state) = self.steps.get_mut(self.step) {
            state.hints += 1;
            state.attempted = false;
            effects.push(Effect::Save);
        }
    }

    fn show_solution(&mut self, effects: &mut Vec<Effect>) {
        if let Some(state) = self.steps.get_mut(self.step) {
            state.solution_shown |= !state.solved;
            effects.push(Effect::Save);
            self.begin_step(effects);
            self.play_solution(effects);
        }
    }

    fn play_solution(&mut self, effects: &mut Vec<Effect>) {
        let lesson = Arc::clone(&self.lesson);
        let Some(step) = lesson.steps.get(self.step) else {
            return;
        };
        self.return_to_present();
        for action in &step.solution {
            if let Some(setting) = &action.set {
                let set = Order::Set {
                    host: setting.host.clone(),
                    service: setting.service.clone(),
                    parameter: setting.parameter.clone(),
                    value: setting.value.clone(),
                };
                self.give(set, effects);
            }
            let named = |id: &String| step.runs.iter().position(|run| run.id == *id);
            if let Some(run) = action.run.as_ref().and_then(named) {
                self.give(Order::Open { run }, effects);
                self.give(Order::Finish, effects);
            }
        }
    }

    fn go_to_step(&mut self, step: Option<usize>, effects: &mut Vec<Effect>) {
        if let Some(step) = step.filter(|step| *step < self.lesson.steps.len()) {
            self.step = step;
            effects.push(Effect::Save);
            self.begin_step(effects);
        }
    }

    // ---- what the world says ---------------------------------------------

    fn take_in(&mut self, event: &Arc<Event>, effects: &mut Vec<Effect>) {
        self.projection.feed(event);
        match &event.kind {
            Kind::GoalChecked {
                step,
                goal,
                holds,
                observed,
            } if *step == self.step && !self.beginning() => {
                let acted = self.has_acted();
                if let Some(state) = self.steps.get_mut(self.step)
                    && let Some(known) = state.goals.get_mut(*goal)
                    && let Some(seen) = state.observed.get_mut(*goal)
                {
                    *known = *holds;
                    // Before anything was tried it would give the answer away.
                    if acted {
                        seen.clone_from(observed);
                    }
                }
            }
            Kind::OrderFailed { problem } => self.trouble = Some(problem.clone()),
            Kind::ParameterSet {
                host,
                service,
                parameter,
                old,
                new,
            } if !self.beginning() => {
                if let Some(state) = self.steps.get_mut(self.step) {
                    state.attempted = true;
                }
                let undoes = self.given.front().is_some_and(|given| given.undoes);
                if !undoes && old != new {
                    self.edits.push(Edit {
                        host: host.clone(),
                        service: service.clone(),
                        parameter: parameter.clone(),
                        old: old.clone(),
                        new: new.clone(),
                    });
                }
            }
            Kind::Settled { .. } => self.settled(effects),
            kind if !self.beginning() => self.note_played(kind),
            _ => {}
        }
    }

    /// A run was played when its dialogue ended, or nobody answered its call.
    fn note_played(&mut self, kind: &Kind) {
        let run = match kind {
            Kind::Closed { connection, .. } => self
                .projection
                .connection(*connection)
                .filter(|connection| connection.opened >= self.projection.step_began)
                .and_then(Connection::run),
            kind => refused_run(kind),
        };
        let Some(run) = run else {
            return;
        };
        if let Some(state) = self.steps.get_mut(self.step) {
            state.attempted = true;
            if let Some(played) = state.played.get_mut(run) {
                *played = true;
            }
        }
    }

    fn settled(&mut self, effects: &mut Vec<Effect>) {
        let Some(done) = self.given.pop_front() else {
            return;
        };
        match done.order {
            Order::Begin { .. } | Order::Set { .. } => self.goals_stale = true,
            Order::Open { .. } | Order::Advance | Order::Finish => {
                self.goals_stale |= self.open_dialogue().is_none();
            }
            Order::CheckGoals => self.judge(effects),
        }
        // A step that begins anew behind this order makes the goals stale again.
        if self.given.is_empty() && self.goals_stale {
            self.goals_stale = false;
            self.give(Order::CheckGoals, effects);
        }
    }

    fn judge(&mut self, effects: &mut Vec<Effect>) {
        if !self.goals_hold() || self.beginning() {
            return;
        }
        if let Some(state) = self.steps.get_mut(self.step)
            && !state.solved
            && !state.solution_shown
        {
            state.solved = true;
            effects.push(Effect::Save);
        }
    }

    // ---- what both come to -----------------------------------------------

    /// Whether an order that moves a dialogue (or replaces the world under it)
    /// is on its way.
    fn is_playing(&self) -> bool {
        self.given
            .iter()
            .any(|given| !matches!(given.order, Order::CheckGoals | Order::Set { .. }))
    }

    fn return_to_present(&mut self) {
        self.view = View::Live;
        self.chosen = None;
    }

    fn begin_step(&mut self, effects: &mut Vec<Effect>) {
        let lesson = Arc::clone(&self.lesson);
        let Some(step) = lesson.steps.get(self.step) else {
            return;
        };
        if let Some(state) = self.steps.get_mut(self.step) {
            state.begin(step);
        }
        self.edits.clear();
        self.return_to_present();
        self.give(Order::Begin { step: self.step }, effects);
    }

    fn give(&mut self, order: Order, effects: &mut Vec<Effect>) {
        effects.push(Effect::Order(order.clone()));
        self.given.push_back(Given {
            order,
            undoes: false,
        });
    }
}

/// The run whose call nobody took, if that is what happened.
pub(super) fn refused_run(kind: &Kind) -> Option<usize> {
    match kind {
        Kind::ConnectionRefused {
            purpose: Purpose::Dialogue { run },
            ..
        } => Some(*run),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
