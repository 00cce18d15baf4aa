//! The state that both front ends draw.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use super::projection::Projection;
use crate::journal::event::{ConnectionId, Problem};
use crate::journal::{Kind, Observed, Position};
use crate::lesson::{Lesson, Order, Told};
use crate::text::Language;

/// Everything a front end draws. Made by [`Model::new`], changed only by
/// [`Model::update`].
#[derive(Clone, Debug)]
pub struct Model {
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// The language of our own words.
    pub language: Language,
    /// Index of the present step.
    pub step: usize,
    /// What the student has done in each step, by index; as many as the lesson has.
    pub steps: Vec<StepState>,
    /// The journal, arranged for reading; holds the whole journal's events.
    pub projection: Projection,
    /// Which moment is shown.
    pub view: View,
    /// The connection chosen for showing; `None`: the dialogue of the moment.
    pub chosen: Option<ConnectionId>,
    /// Why the last order could not be carried out, until the next thing the student does.
    pub trouble: Option<Problem>,
    /// The edits of this step that can be taken back, oldest first.
    pub edits: Vec<Edit>,
    /// The edits that were taken back and can be made again, the next one last.
    pub undone: Vec<Edit>,
    /// Where programs outside the world can call, by service; empty if they can't.
    pub listening: Vec<(String, SocketAddr)>,
    /// The client that callers from outside count as; `None`: what they are.
    pub outsider: Option<String>,
    /// Orders given that have not settled yet, oldest first.
    pub(super) given: VecDeque<Given>,
    /// How many orders were given in all.
    pub(super) ordered: u64,
    /// Orders to give once those are settled, oldest first.
    pub(super) planned: VecDeque<Order>,
    /// Whether something happened since the goals were last looked at.
    pub(super) goals_stale: bool,
}

/// What the student has done in one step.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StepState {
    /// The answer committed to, if the step asks one.
    pub prediction: Option<Prediction>,
    /// How each run stands since the step (last) began, by index.
    pub played: Vec<Played>,
    /// Whether each goal held when it was last looked at.
    pub goals: Vec<bool>,
    /// What was observed for each goal; empty until the student has tried
    /// something, for it would give answers away.
    pub observed: Vec<Observed>,
    /// The hints that are open, in the order in which they were opened.
    pub hints: Vec<Hint>,
    /// The hint that fits what was tried, as of when the goals were last looked at.
    pub fitting: Option<Told>,
    /// Whether something was tried since the last hint was opened; the next
    /// hint opens only after an attempt.
    pub attempted: bool,
    /// How many things other than dialogues and edits were done to the step's
    /// world since it (last) began: time passed, a queue was flushed.
    pub deeds: usize,
    /// Whether every goal has held once (and the solution was not shown).
    pub solved: bool,
    /// Whether the reference solution was shown.
    pub solution_shown: bool,
    /// The files of the host under study with which the goals last held, as
    /// far as they are not the lesson's own; `None`: they never held.
    pub configuration: Option<BTreeMap<String, String>>,
}

/// Whether a run was played to its end, and in which world.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Played {
    /// Not yet.
    #[default]
    Never,
    /// Before the last change that the student made to the world.
    Before,
    /// In the world as it is.
    Since,
}

/// For whom a server relays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relay {
    /// For everybody: a stranger who tried was let through.
    Open,
    /// Not for everybody, but for another machine, only because of its address.
    ForSome,
    /// For nobody without a password, as far as has been seen.
    Closed,
}

/// A hint that was opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Hint {
    /// The next one of the ladder.
    Rung,
    /// One about what had just been tried.
    Tried(Told),
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

/// How the hints of a step stand: each opens only after an attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NextHint {
    /// One can be opened now.
    Ready,
    /// One can be opened once something was tried.
    AfterAttempt,
    /// All are open.
    None,
    /// The step never had any.
    Never,
}

/// An edit of the configuration that the student made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edit {
    /// The host.
    pub host: String,
    /// What was edited.
    pub place: Place,
    /// The value or text before; `None`: it was not there.
    pub old: Option<String>,
    /// The value or text since; `None`: it was taken out.
    pub new: Option<String>,
}

/// What an edit changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// A directive, by its value.
    Directive {
        /// The master.cf service; `None`: main.cf.
        service: Option<String>,
        /// The parameter.
        parameter: String,
    },
    /// A whole file, by its text.
    File {
        /// Its absolute path.
        path: String,
    },
}

impl Edit {
    /// The edit that an event tells of.
    pub(super) fn told_by(kind: &Kind) -> Option<Self> {
        let (host, place, old, new) = match kind {
            Kind::ParameterSet {
                host,
                service,
                parameter,
                old,
                new,
            } => {
                let (service, parameter) = (service.clone(), parameter.clone());
                (host, Place::Directive { service, parameter }, old, new)
            }
            Kind::FileWritten {
                host,
                path,
                old,
                new,
            } => (host, Place::File { path: path.clone() }, old, new),
            _ => return None,
        };
        Some(Self {
            host: host.clone(),
            place,
            old: old.clone(),
            new: new.clone(),
        })
    }

    /// The order that gives the directive this value, or the file this text.
    pub(super) fn order(&self, value: Option<String>) -> Order {
        let host = self.host.clone();
        match self.place.clone() {
            Place::Directive { service, parameter } => Order::Set {
                host,
                service,
                parameter,
                value,
            },
            Place::File { path } => Order::Write {
                host,
                path,
                text: value,
            },
        }
    }
}

/// An order on its way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Given {
    /// Its number: the world counts the orders that it is sent, from 1 on.
    pub(super) number: u64,
    /// The order.
    pub(super) order: Order,
    /// What it is to the edits that can be taken back.
    pub(super) manner: Manner,
}

/// What an order is to the edits that can be taken back, if it edits anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Manner {
    /// An edit of the student's: nothing can be made again after it.
    Anew,
    /// It takes an edit back, and so is none to be taken back itself.
    Undoes,
    /// It makes an edit again that was taken back.
    Redoes,
}
