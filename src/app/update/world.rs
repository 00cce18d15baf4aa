//! What the world says.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::connection::Connection;
use super::super::model::{Edit, Hint, Manner, Model, Played};
use super::super::msg::Effect;
use super::failed_run;
use crate::journal::{ConnectionId, Event, Kind};
use crate::lesson::{Order, hint};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;

impl Model {
    pub(super) fn take_in(&mut self, event: &Arc<Event>, effects: &mut Vec<Effect>) {
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
            kind @ (Kind::ParameterSet { .. } | Kind::FileWritten { .. }) if !self.beginning() => {
                if let Some(state) = self.steps.get_mut(self.step) {
                    state.attempted = true;
                    state.world_changed();
                }
                let given = self.given.iter().find(|given| given.order.is_edit());
                let manner = given.map(|given| given.manner);
                let edit = Edit::told_by(kind).filter(|edit| edit.old != edit.new);
                if let Some(edit) = edit.filter(|_| manner != Some(Manner::Undoes)) {
                    if manner != Some(Manner::Redoes) {
                        self.undone.clear();
                    }
                    self.edits.push(edit);
                }
            }
            Kind::Settled { order } => self.settled(*order, effects),
            Kind::Listening { service, address } => {
                self.listening.push((service.clone(), *address));
            }
            Kind::OutsiderCountsAs { client } => self.outsider.clone_from(client),
            Kind::Queued {
                connection: Some(connection),
                ..
            } if self.is_free(*connection) => self.goals_stale = true,
            Kind::Closed { connection, .. } if self.is_free(*connection) => {
                if let Some(state) = self.steps.get_mut(self.step) {
                    state.attempted = true;
                }
                self.goals_stale = true;
                self.proceed(effects);
            }
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
            kind => failed_run(kind),
        };
        let Some(run) = run else {
            return;
        };
        if let Some(state) = self.steps.get_mut(self.step) {
            state.attempted = true;
            if let Some(played) = state.played.get_mut(run) {
                *played = Played::Since;
            }
        }
    }

    fn settled(&mut self, number: u64, effects: &mut Vec<Effect>) {
        // Not always the first: others are settled while mail is sent over and over.
        let place = self.given.iter().position(|given| given.number == number);
        let Some(done) = place.and_then(|place| self.given.remove(place)) else {
            return;
        };
        match done.order {
            Order::Begin { .. } | Order::Set { .. } | Order::Write { .. } => {
                self.goals_stale = true;
            }
            Order::Wait { .. }
            | Order::Flush { .. }
            | Order::DeleteQueued { .. }
            | Order::Attack { .. }
            | Order::Delist { .. } => {
                self.note_deed();
                self.goals_stale = true;
            }
            // What changes by a call, or by what was said, is seen when it happens.
            Order::StopRepeating
            | Order::ListQueue { .. }
            | Order::LookUp { .. }
            | Order::CountOutsiderAs { .. }
            | Order::Call { .. }
            | Order::HangUp => {}
            // Whoever is stuck by hand is stuck in the middle of the call.
            Order::Say { .. } => {
                if let Some(state) = self.steps.get_mut(self.step) {
                    state.attempted = true;
                }
            }
            Order::Open { .. } | Order::Advance | Order::Finish => {
                self.goals_stale |= self.open_dialogue().is_none();
            }
            Order::CheckGoals => {
                self.find_fitting_hint();
                self.judge(effects);
            }
        }
        self.proceed(effects);
    }

    /// The student did something to the world that is neither dialogue nor edit.
    fn note_deed(&mut self) {
        if let Some(state) = self.steps.get_mut(self.step) {
            state.attempted = true;
            state.deeds += 1;
            state.world_changed();
        }
    }

    /// The files of the host under study that are not as the lesson has them.
    fn own_files(&self) -> Option<BTreeMap<String, String>> {
        let study = &self.lesson.study;
        let host = self.lesson.hosts.iter().find(|host| host.name == *study)?;
        let present = self.projection.last();
        let text = self.projection.configuration_at(study, present)?;
        let theirs = host.installed_files();
        let files = [
            ("main.cf", MAIN_CF, text.main_cf),
            ("master.cf", MASTER_CF, text.master_cf),
        ];
        let others = text.others.iter();
        let others = others.map(|(path, own)| (path.as_str(), path.as_str(), own.as_str()));
        let own = files
            .into_iter()
            .chain(others)
            .filter(|(_, path, own)| theirs.get(*path).is_none_or(|theirs| theirs != own));
        Some(
            own.map(|(name, _, own)| (name.to_owned(), own.to_owned()))
                .collect(),
        )
    }

    /// Looks for a hint that fits what the student has tried; before anything
    /// was, it would give the answer away.
    pub(super) fn find_fitting_hint(&mut self) {
        let began = self.projection.step_began;
        let events = self.projection.events.get(began..).unwrap_or_default();
        let state = self.present_state();
        let given: Vec<_> = state
            .iter()
            .flat_map(|state| &state.hints)
            .filter_map(|hint| match hint {
                Hint::Rung => None,
                Hint::Tried(told) => Some(told.hint),
            })
            .collect();
        let sought = self.has_acted() && !self.beginning();
        let fitting = if sought {
            hint::fitting(&self.lesson, self.step, events, &given)
        } else {
            None
        };
        if let Some(state) = self.steps.get_mut(self.step) {
            state.fitting = fitting;
        }
    }

    fn is_free(&self, connection: ConnectionId) -> bool {
        let connection = self.projection.connection(connection);
        connection.is_some_and(Connection::is_free)
    }

    fn judge(&mut self, effects: &mut Vec<Effect>) {
        if !self.goals_hold() || self.beginning() {
            return;
        }
        let configuration = self.own_files();
        if let Some(state) = self.steps.get_mut(self.step) {
            let solved = !state.solved && !state.solution_shown;
            state.solved |= solved;
            if solved || state.configuration != configuration {
                state.configuration = configuration;
                effects.push(Effect::Save);
            }
        }
    }
}
