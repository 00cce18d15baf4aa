//! `update`: the only place where the model changes.

mod student;
#[cfg(test)]
mod tests;
mod world;

use std::collections::VecDeque;
use std::sync::Arc;

use super::model::{Given, Manner, Model, StepState, View};
use super::msg::{Effect, Msg};
use super::projection::Projection;
use super::remembered;
use crate::journal::Kind;
use crate::journal::event::Purpose;
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
            undone: Vec::new(),
            listening: Vec::new(),
            outsider: None,
            given: VecDeque::new(),
            ordered: 0,
            planned: VecDeque::new(),
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
            Msg::Call {
                client,
                to,
                implicit_tls,
            } => self.call(client, to, implicit_tls, &mut effects),
            Msg::Say(bytes) => self.say(bytes, &mut effects),
            Msg::HangUp => self.hang_up(&mut effects),
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
            Msg::Write { host, path, text } => {
                self.edit(Order::Write { host, path, text }, &mut effects);
            }
            Msg::Order(order) => self.order(order, &mut effects),
            Msg::Undo => self.undo(&mut effects),
            Msg::Redo => self.redo(&mut effects),
            Msg::ResetStep => self.begin_step(&mut effects),
            Msg::Hint => self.hint(&mut effects),
            Msg::ShowSolution => self.show_solution(&mut effects),
            Msg::PlaySolution => self.play_solution(&mut effects),
            Msg::GoToStep(step) => self.go_to_step(Some(step), &mut effects),
            Msg::NextStep => self.go_to_step(self.step.checked_add(1), &mut effects),
            Msg::PreviousStep => self.go_to_step(self.step.checked_sub(1), &mut effects),
            Msg::NextOutsider => self.next_outsider(&mut effects),
            Msg::CountOutsiderAs(client) => self.count_outsider_as(client, &mut effects),
            Msg::Speak(language) => self.language = language,
            Msg::Quit => effects.extend([Effect::Save, Effect::Quit]),
        }
        effects
    }

    /// Whether the dialogues are those of the present step, and none is moving.
    fn is_at_rest(&self) -> bool {
        !self.beginning() && !self.is_playing()
    }

    /// Whether an order that moves a dialogue is on its way. One that is given
    /// while the step is being prepared comes after that.
    fn is_playing(&self) -> bool {
        let given = self.given.iter().map(|given| &given.order);
        given.chain(&self.planned).any(|order| {
            let beside = matches!(
                order,
                Order::Begin { .. }
                    | Order::CheckGoals
                    | Order::CountOutsiderAs { .. }
                    | Order::Set { .. }
                    | Order::Write { .. }
            );
            !beside && !order.only_looks()
        })
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
        self.undone.clear();
        self.planned.clear();
        self.return_to_present();
        self.give(Order::Begin { step: self.step }, effects);
    }

    /// Gives an order once those on their way are settled: whether it makes
    /// sense may depend on what comes of them.
    fn plan(&mut self, order: Order, effects: &mut Vec<Effect>) {
        self.planned.push_back(order);
        self.proceed(effects);
    }

    /// Goes on with what is planned, once the world is at rest; then looks at
    /// the goals.
    fn proceed(&mut self, effects: &mut Vec<Effect>) {
        while self.given.is_empty() {
            match self.planned.pop_front() {
                Some(Order::Finish) if self.open_dialogue().is_none() => {}
                Some(order) => self.give(order, effects),
                None if self.goals_stale => {
                    self.goals_stale = false;
                    self.give(Order::CheckGoals, effects);
                }
                None => break,
            }
        }
    }

    fn give(&mut self, order: Order, effects: &mut Vec<Effect>) {
        self.give_as(Manner::Anew, order, effects);
    }

    fn give_as(&mut self, manner: Manner, order: Order, effects: &mut Vec<Effect>) {
        effects.push(Effect::Order(order.clone()));
        self.ordered += 1;
        self.given.push_back(Given {
            number: self.ordered,
            order,
            manner,
        });
    }
}

/// The run whose call nobody took, if that is what happened.
pub(super) fn failed_run(kind: &Kind) -> Option<usize> {
    match kind {
        Kind::ConnectionFailed {
            purpose: Purpose::Dialogue { run },
            ..
        } => Some(*run),
        _ => None,
    }
}
