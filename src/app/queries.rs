//! What the front ends ask the model before they draw or offer a key.

use std::net::IpAddr;

use super::connection::Connection;
use super::directives::{self, Directive, Standing};
use super::ending::Ending;
use super::model::{Hint, Model, NextHint, Played, Relay, StepState, View};
use crate::journal::event::{DeliveryStatus, Purpose};
use crate::journal::{ConnectionId, Event, Kind, Position};
use crate::lesson::Order;
use crate::lesson::model::{Run, Step, Toggle};
use crate::postfix::decision::{Decision, Fact, ListTrace, Outcome, Verdict};

impl Model {
    /// The present step; `None` only if the lesson has no steps.
    pub fn present_step(&self) -> Option<&Step> {
        self.lesson.steps.get(self.step)
    }

    /// What the student has done in the present step; `None` only if the
    /// lesson has no steps.
    pub fn present_state(&self) -> Option<&StepState> {
        self.steps.get(self.step)
    }

    /// Whether the student was in the middle of the present step: at the start
    /// of a session, that they take it up again.
    pub fn is_in_the_middle(&self) -> bool {
        self.present_state().is_some_and(StepState::is_begun)
    }

    /// Whether the world is still busy with orders.
    pub fn busy(&self) -> bool {
        !self.given.is_empty() || !self.planned.is_empty()
    }

    /// Whether the step's world is still being made.
    pub fn beginning(&self) -> bool {
        self.given
            .iter()
            .any(|given| matches!(given.order, Order::Begin { .. }))
    }

    /// The position whose world is shown.
    pub fn position(&self) -> Position {
        match self.view {
            View::Live => self.projection.last(),
            View::Past(position) => position,
        }
    }

    /// Whether the shown moment is the present.
    pub fn is_live(&self) -> bool {
        self.view == View::Live
    }

    /// Whether the step's question waits for an answer; before it no run
    /// opens and nothing can be edited.
    pub fn can_predict(&self) -> bool {
        let asked = self
            .present_step()
            .is_some_and(|step| step.predict.is_some());
        asked
            && self
                .present_state()
                .is_some_and(|state| state.prediction.is_none())
    }

    /// The dialogue of the student's that is still open in the present.
    pub fn open_dialogue(&self) -> Option<&Connection> {
        let last = self.dialogues().next_back();
        last.filter(|last| last.closed.is_none())
    }

    /// The connection on which the student types, if one is open in the present.
    pub fn open_by_hand(&self) -> Option<&Connection> {
        self.step_connections(self.projection.last())
            .iter()
            .rfind(|connection| connection.is_own())
            .filter(|last| last.is_by_hand() && last.closed.is_none())
    }

    /// The student's dialogues of this step, oldest first.
    pub fn dialogues(&self) -> impl DoubleEndedIterator<Item = &Connection> {
        self.step_connections(self.projection.last())
            .iter()
            .filter(|connection| connection.run().is_some())
    }

    /// The connections of this step that can be shown at the shown moment:
    /// dialogues and deliveries, oldest first, no probes.
    pub fn showable(&self) -> impl DoubleEndedIterator<Item = &Connection> {
        self.step_connections(self.position())
            .iter()
            .filter(|connection| connection.is_shown())
    }

    /// The conversation after the shown one, after the last the first; `None`:
    /// there is no other.
    pub fn next_conversation(&self) -> Option<ConnectionId> {
        let shown: Vec<_> = self.showable().map(|connection| connection.id).collect();
        let present = self.shown_connection().map(|connection| connection.id);
        let place = shown.iter().position(|id| Some(*id) == present);
        let next = place.map_or(0, |place| (place + 1) % shown.len().max(1));
        shown.get(next).filter(|_| shown.len() > 1).copied()
    }

    /// The connection to show: the chosen one, or the last one that the student
    /// began until the shown moment.
    pub fn shown_connection(&self) -> Option<&Connection> {
        let chosen = self
            .chosen
            .and_then(|id| self.showable().find(|connection| connection.id == id));
        chosen.or_else(|| {
            self.step_connections(self.position())
                .iter()
                .rfind(|connection| connection.is_own())
        })
    }

    /// The student's last call, if nobody took it (`connection-failed`), as
    /// of the shown moment.
    pub fn failed_call(&self) -> Option<&Event> {
        if self.beginning() {
            return None;
        }
        let at = self.position();
        let failed = self.projection.failed_calls_at(at).iter().rev();
        let last = failed
            .filter_map(|position| self.projection.event(*position))
            .find(|event| is_own_failure(&event.kind))?;
        let newer = self
            .step_connections(at)
            .iter()
            .rfind(|connection| connection.run().is_some() || connection.is_by_hand())
            .is_some_and(|connection| connection.opened > last.position);
        (!newer).then_some(last)
    }

    /// The run to play next: after the one last opened, and then round, the
    /// first that was not played since the world was changed. What an edit
    /// brought about is seen by playing it again, whether or not the goals hold.
    pub fn next_run(&self) -> Option<usize> {
        let played = &self.present_state()?.played;
        let after = self.last_run().map_or(0, |last| last + 1);
        let mut round = (after..played.len()).chain(0..after);
        round.find(|run| played.get(*run).is_some_and(|it| *it != Played::Since))
    }

    /// Whether every run of the step was played, and goals are open still:
    /// which of them to play again is the student's choice.
    pub fn can_only_repeat(&self) -> bool {
        let repeats =
            |state: &StepState| !state.played.is_empty() && !state.played.contains(&Played::Never);
        !self.goals_hold() && self.present_state().is_some_and(repeats)
    }

    /// A run of the present step.
    pub fn run(&self, index: usize) -> Option<&Run> {
        self.present_step()?.runs.get(index)
    }

    /// The run last opened in this step, whether somebody answered or not.
    pub fn last_run(&self) -> Option<usize> {
        let dialogue = self.dialogues().next_back();
        let failed = self
            .projection
            .failed_calls_at(self.projection.last())
            .iter()
            .rev()
            .filter_map(|position| self.projection.event(*position))
            .find_map(|event| {
                super::update::failed_run(&event.kind).map(|run| (event.position, run))
            })
            .filter(|_| !self.beginning());
        match (dialogue, failed) {
            (Some(dialogue), Some((at, run))) if at > dialogue.opened => Some(run),
            (Some(dialogue), _) => dialogue.run(),
            (None, failed) => failed.map(|(_, run)| run),
        }
    }

    /// For whom the host under study relays at the shown moment, as far as has
    /// been seen; `None`: nobody has judged yet.
    pub fn relay(&self) -> Option<Relay> {
        let at = self.position();
        let study = &self.lesson.study;
        let (judged, open) = self.projection.relay_judged_at(study, at)?;
        if open {
            return Some(Relay::Open);
        }
        let own = self.lesson.hosts.iter().find(|host| host.name == *study);
        let own = own.map_or(&[] as &[_], |host| host.addresses.as_slice());
        let mut shown = self.showable().filter(|call| call.to.host == *study);
        let relayed = shown.any(|call| {
            let decisions = call.decisions_at(at).iter();
            let mut since = decisions.filter(|(position, _)| *position > judged);
            since.any(|(_, decision)| relays_for_network(decision, own))
        });
        Some(if relayed {
            Relay::ForSome
        } else {
            Relay::Closed
        })
    }

    /// The directives that a host's main.cf (`service`: `None`) or the `-o` of a
    /// master.cf service hold at the shown moment, in the file's order.
    pub fn directives(&self, host: &str, service: Option<&str>) -> Vec<Directive> {
        self.directives_at(host, service, self.position())
    }

    /// The same directives beside what they were when the step began, those
    /// that were taken out among them.
    pub fn standings(&self, host: &str, service: Option<&str>) -> Vec<Standing> {
        let now = self.directives(host, service);
        let before = self.projection.configuration_at_start(host);
        let before = before.map(|text| directives::of(text, service));
        directives::compare(&before.unwrap_or_else(|| now.clone()), now)
    }

    /// The services in a host's master.cf, at the shown moment, that listen on
    /// the network, in the file's order.
    pub fn services(&self, host: &str) -> Vec<String> {
        self.projection
            .configuration_at(host, self.position())
            .map_or_else(Vec::new, |text| directives::services(text.master_cf))
    }

    pub(super) fn directives_at(
        &self,
        host: &str,
        service: Option<&str>,
        at: Position,
    ) -> Vec<Directive> {
        let text = self.projection.configuration_at(host, at);
        text.map_or_else(Vec::new, |text| directives::of(text, service))
    }

    /// What `mailq` last showed of a host's queue in this step, as of the shown
    /// moment, and when.
    pub fn queue_listing(&self, host: &str) -> Option<(Position, &[String])> {
        if self.beginning() {
            return None;
        }
        self.projection.listing_at(host, self.position())
    }

    /// Why the last attempt to deliver a message that waits did not succeed.
    pub fn last_deferral(&self, host: &str, id: &str) -> Option<&str> {
        let mail = self.projection.mail_at(self.position()).iter().rev();
        mail.filter_map(|position| self.projection.event(*position))
            .find_map(|event| match &event.kind {
                Kind::Delivery {
                    host: at,
                    queue_id,
                    status: DeliveryStatus::Deferred,
                    reason,
                    ..
                } if at == host && queue_id == id => Some(reason.as_str()),
                _ => None,
            })
    }

    /// The queue ids of the messages that wait in a host's queue at the shown
    /// moment, oldest first.
    pub fn waiting_at(&self, host: &str) -> Vec<&str> {
        let waiting = self.projection.queue_at(self.position());
        let ids = waiting.into_iter().filter_map(|position| {
            match &self.projection.event(position)?.kind {
                Kind::Queued {
                    host: at, queue_id, ..
                } if at == host => Some(queue_id.as_str()),
                _ => None,
            }
        });
        ids.collect()
    }

    /// Which of a toggle's values is in force at the shown moment.
    pub fn toggle_value(&self, toggle: &Toggle) -> Option<usize> {
        self.toggle_value_at(toggle, self.position())
    }

    pub(super) fn toggle_value_at(&self, toggle: &Toggle, at: Position) -> Option<usize> {
        let directives = self.directives_at(&toggle.host, toggle.service.as_deref(), at);
        let present = directives
            .iter()
            .rfind(|directive| directive.parameter == toggle.parameter)?;
        toggle_position(toggle, &present.value)
    }

    /// How the hints of the present step stand.
    pub fn next_hint(&self) -> NextHint {
        let rungs = self
            .present_step()
            .map_or(0, |step| step.hints.in_language(self.language).len());
        match self.present_state() {
            Some(state) if state.fitting.is_some() || state.rungs() < rungs => {
                if state.attempted {
                    NextHint::Ready
                } else {
                    NextHint::AfterAttempt
                }
            }
            _ if rungs == 0 => NextHint::Never,
            _ => NextHint::None,
        }
    }

    /// The open hints of the present step in the order in which they were
    /// opened, Markdown, each with whether it is about what had been tried.
    pub fn open_hints(&self) -> Vec<(String, bool)> {
        let (Some(step), Some(state)) = (self.present_step(), self.present_state()) else {
            return Vec::new();
        };
        let mut ladder = step.hints.in_language(self.language).iter();
        let hints = state.hints.iter().filter_map(|hint| match hint {
            Hint::Rung => Some((ladder.next()?.clone(), false)),
            Hint::Tried(told) => Some((told.text(step, self.language), true)),
        });
        hints.collect()
    }

    /// Whether the student has done anything to this step's world: played a run
    /// or edited a directive, called from outside, or let time pass.
    pub fn has_acted(&self) -> bool {
        let played = self
            .present_state()
            .is_some_and(|state| state.played.iter().any(|run| *run != Played::Never));
        let last = self.projection.last();
        let edited = !self.beginning() && !self.projection.edits_at(last).is_empty();
        let acted = self.present_state().is_some_and(|state| state.deeds > 0);
        played || edited || acted || self.step_connections(last).iter().any(Connection::is_free)
    }

    /// Whether every goal of the present step holds as the world stands.
    pub fn goals_hold(&self) -> bool {
        self.present_state()
            .is_some_and(|state| !state.goals.is_empty() && state.goals.iter().all(|holds| *holds))
    }

    /// Whether the step at `index` is done with: solved, or its solution shown.
    pub fn is_finished(&self, index: usize) -> bool {
        self.steps
            .get(index)
            .is_some_and(|state| state.solved || state.solution_shown)
    }

    /// How many steps of the lesson are still to be solved.
    pub fn unsolved_steps(&self) -> usize {
        self.steps.iter().filter(|state| !state.solved).count()
    }

    /// Whether the goals hold because the reference solution was played.
    pub fn is_solved_for_them(&self) -> bool {
        let shown = |state: &StepState| state.solution_shown && !state.solved;
        self.goals_hold() && self.present_state().is_some_and(shown)
    }

    /// Whether the present step is the last.
    pub fn is_last_step(&self) -> bool {
        self.step + 1 >= self.lesson.steps.len()
    }

    /// How the session would end if it ended now.
    pub fn ending(&self) -> Ending {
        if self.steps.iter().all(|state| state.solved) {
            Ending::Reached
        } else {
            Ending::Left
        }
    }

    /// The moments between which Back and Forward step: of the chosen
    /// connection, or of every dialogue of the step. Ascending.
    pub(super) fn moments(&self) -> Vec<Position> {
        let connections = self.step_connections(self.projection.last());
        let in_play = |connection: &&Connection| match self.chosen {
            Some(id) => connection.id == id,
            None => connection.run().is_some() || connection.is_by_hand(),
        };
        let mut moments: Vec<_> = connections
            .iter()
            .filter(in_play)
            .flat_map(Connection::moments)
            .collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// The connection with this number, if it belongs to this step and can be shown.
    pub(super) fn can_show(&self, id: ConnectionId) -> bool {
        self.step_connections(self.projection.last())
            .iter()
            .any(|connection| connection.id == id && connection.is_shown())
    }

    /// The connections of this step until `at`; none while the step's world is
    /// still being made, for what the journal has is the step before.
    fn step_connections(&self, at: Position) -> &[Connection] {
        if self.beginning() {
            return &[];
        }
        self.projection.connections_at(at)
    }
}

/// Whether nobody took a call of the student's.
fn is_own_failure(kind: &Kind) -> bool {
    match kind {
        Kind::ConnectionFailed { purpose, .. } => {
            matches!(purpose, Purpose::Dialogue { .. } | Purpose::ByHand)
        }
        _ => false,
    }
}

/// Whether a recipient was accepted for no other reason than the client's
/// network, and that is another machine than the server itself (`own`).
fn relays_for_network(decision: &Decision, own: &[IpAddr]) -> bool {
    let relay = |list: &&ListTrace| {
        list.parameter == "smtpd_relay_restrictions" && list.outcome == Outcome::Permit
    };
    let permits = decision.lists.iter().find(relay);
    let fact = permits
        .and_then(|list| list.steps.last())
        .map(|step| &step.fact);
    let elsewhere = |client: &IpAddr| !client.is_loopback() && !own.contains(client);
    decision.stage == "RCPT"
        && decision.verdict == Verdict::Accepted
        && matches!(fact, Some(Fact::ClientInNetworks { client, .. }) if elsewhere(client))
}

/// Which of the toggle's values `value` is, if it is one of them.
pub(super) fn toggle_position(toggle: &Toggle, value: &str) -> Option<usize> {
    toggle
        .values
        .iter()
        .position(|position| directives::same_value(&position.value, value))
}
