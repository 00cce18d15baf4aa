//! What the student does.

use std::sync::Arc;

use super::super::model::{Hint, Manner, Model, NextHint, View};
use super::super::msg::Effect;
use super::super::queries::toggle_position;
use super::super::remembered;
use crate::journal::ConnectionId;
use crate::journal::event::Bytes;
use crate::lesson::Order;

impl Model {
    pub(super) fn predict(&mut self, option: usize, effects: &mut Vec<Effect>) {
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

    pub(super) fn open_run(&mut self, run: usize, effects: &mut Vec<Effect>) {
        if !self.can_predict() && self.run(run).is_some() && !self.is_playing() {
            self.return_to_present();
            self.give(Order::Open { run }, effects);
        }
    }

    pub(super) fn forward(&mut self, effects: &mut Vec<Effect>) {
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
        } else if self.beginning() {
            // Nothing is known of the step yet but where it begins.
            self.open_run(0, effects);
        } else if self.open_dialogue().is_some() {
            self.chosen = None;
            self.give(Order::Advance, effects);
        } else if let Some(run) = self.next_run() {
            self.open_run(run, effects);
        }
    }

    pub(super) fn back(&mut self) {
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

    pub(super) fn finish_or_return(&mut self, effects: &mut Vec<Effect>) {
        let opening = self
            .given
            .iter()
            .any(|given| matches!(given.order, Order::Open { .. } | Order::Advance));
        if !self.is_live() {
            self.return_to_present();
        } else if opening || (self.open_dialogue().is_some() && self.is_at_rest()) {
            self.plan(Order::Finish, effects);
        }
    }

    pub(super) fn go_to_start(&mut self) {
        if let [first, _, ..] = self.moments().as_slice() {
            self.view = View::Past(*first);
        }
    }

    pub(super) fn rerun(&mut self, effects: &mut Vec<Effect>) {
        if !self.is_at_rest() {
            return;
        }
        if let Some(run) = self.last_run() {
            self.return_to_present();
            self.give(Order::Open { run }, effects);
            self.plan(Order::Finish, effects);
        }
    }

    pub(super) fn call(
        &mut self,
        client: String,
        to: String,
        implicit_tls: bool,
        effects: &mut Vec<Effect>,
    ) {
        if !self.can_predict() && !self.is_playing() {
            self.return_to_present();
            let call = Order::Call {
                client,
                to,
                implicit_tls,
            };
            self.give(call, effects);
        }
    }

    pub(super) fn say(&mut self, bytes: Vec<u8>, effects: &mut Vec<Effect>) {
        if self.open_by_hand().is_some() {
            self.return_to_present();
            let bytes = Bytes(bytes);
            self.give(Order::Say { bytes }, effects);
        }
    }

    pub(super) fn hang_up(&mut self, effects: &mut Vec<Effect>) {
        if self.open_by_hand().is_some() {
            self.return_to_present();
            self.give(Order::HangUp, effects);
        }
    }

    pub(super) fn show(&mut self, connection: Option<ConnectionId>) {
        let connection = connection.filter(|id| self.can_show(*id));
        if connection != self.chosen {
            self.chosen = connection;
            self.view = View::Live;
        }
    }

    pub(super) fn toggle(&mut self, key: char, effects: &mut Vec<Effect>) {
        if self.beginning() {
            return;
        }
        let lesson = Arc::clone(&self.lesson);
        let Some(toggle) = lesson.toggles.iter().find(|toggle| toggle.key == key) else {
            return;
        };
        // A quick second press goes on from the edit that is still on its way.
        let on_its_way = self
            .given
            .iter()
            .rev()
            .find_map(|given| match &given.order {
                Order::Set {
                    host,
                    service,
                    parameter,
                    value,
                } if *host == toggle.host
                    && *service == toggle.service
                    && *parameter == toggle.parameter =>
                {
                    Some(
                        value
                            .as_deref()
                            .and_then(|value| toggle_position(toggle, value)),
                    )
                }
                _ => None,
            });
        let present =
            on_its_way.unwrap_or_else(|| self.toggle_value_at(toggle, self.projection.last()));
        let next = present.map_or(0, |present| present + 1);
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

    pub(super) fn edit(&mut self, edit: Order, effects: &mut Vec<Effect>) {
        if !self.can_predict() {
            self.return_to_present();
            self.give(edit, effects);
        }
    }

    pub(super) fn order(&mut self, order: Order, effects: &mut Vec<Effect>) {
        if !self.beginning() && (order.only_looks() || !self.can_predict()) {
            self.return_to_present();
            self.give(order, effects);
        }
    }

    pub(super) fn undo(&mut self, effects: &mut Vec<Effect>) {
        if let Some(edit) = self.edits.pop() {
            self.return_to_present();
            let order = edit.order(edit.old.clone());
            self.undone.push(edit);
            self.give_as(Manner::Undoes, order, effects);
        }
    }

    pub(super) fn redo(&mut self, effects: &mut Vec<Effect>) {
        if let Some(edit) = self.undone.pop() {
            self.return_to_present();
            let order = edit.order(edit.new.clone());
            self.give_as(Manner::Redoes, order, effects);
        }
    }

    pub(super) fn hint(&mut self, effects: &mut Vec<Effect>) {
        if self.next_hint() != NextHint::Ready {
            return;
        }
        if let Some(state) = self.steps.get_mut(self.step) {
            let fitting = state.fitting.take();
            state.hints.push(fitting.map_or(Hint::Rung, Hint::Tried));
            state.attempted = false;
            effects.push(Effect::Save);
        }
        self.find_fitting_hint();
    }

    pub(super) fn show_solution(&mut self, effects: &mut Vec<Effect>) {
        if let Some(state) = self.steps.get_mut(self.step) {
            state.solution_shown |= !state.solved;
            effects.push(Effect::Save);
            self.begin_step(effects);
            self.play_solution(effects);
        }
    }

    pub(super) fn play_solution(&mut self, effects: &mut Vec<Effect>) {
        let lesson = Arc::clone(&self.lesson);
        let Some(step) = lesson.steps.get(self.step) else {
            return;
        };
        self.return_to_present();
        for action in &step.solution {
            for order in Order::of_action(step, action) {
                self.plan(order, effects);
            }
        }
    }

    pub(super) fn next_outsider(&mut self, effects: &mut Vec<Effect>) {
        let clients = &self.lesson.clients;
        let next = match &self.outsider {
            None => clients.first(),
            Some(present) => clients
                .iter()
                .skip_while(|client| client.name != *present)
                .nth(1),
        };
        let next = next.map(|client| client.name.clone());
        self.count_outsider_as(next, effects);
    }

    pub(super) fn count_outsider_as(&mut self, client: Option<String>, effects: &mut Vec<Effect>) {
        if !self.listening.is_empty() {
            self.give(Order::CountOutsiderAs { client }, effects);
        }
    }

    pub(super) fn go_to_step(&mut self, step: Option<usize>, effects: &mut Vec<Effect>) {
        if let Some(step) = step.filter(|step| *step < self.lesson.steps.len()) {
            self.step = step;
            effects.push(Effect::Save);
            self.begin_step(effects);
        }
    }
}
