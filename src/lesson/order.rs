//! What the world can be told to do. A student's key, a lesson's reference
//! solution and `--auto` all become these, and nothing else reaches the world.

use serde::Serialize;

use super::model::{Action, Setting, Step};

/// One order to the world. What comes of it is written in the journal, and
/// closed by a `settled` event.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "order")]
pub enum Order {
    /// Make the world anew as this step of the lesson wants it.
    Begin {
        /// Index of the step.
        step: usize,
    },
    /// Open the connection of a run of the step and read the greeting. A
    /// dialogue that was still open is closed first.
    Open {
        /// Index of the run within the step.
        run: usize,
    },
    /// Let the open dialogue go one line further: the client sends its next
    /// line (or shakes hands) and reads the answer.
    Advance,
    /// Let the open dialogue go to its end.
    Finish,
    /// Edit a parameter and reload.
    Set {
        /// The host.
        host: String,
        /// The master.cf service whose `-o` is meant; `None`: main.cf.
        service: Option<String>,
        /// The parameter.
        parameter: String,
        /// Its new value; `None`: take it out.
        value: Option<String>,
    },
    /// Look at every goal of the step.
    CheckGoals,
    /// Let time pass on the world's clock; the queue managers go on working.
    Wait {
        /// How long, in seconds.
        seconds: u32,
    },
    /// Try everything again that a host could not deliver (`postqueue -f`).
    Flush {
        /// The host.
        host: String,
    },
    /// Take a message out of a host's queue (`postsuper -d`).
    DeleteQueued {
        /// The host.
        host: String,
        /// The message's queue id.
        queue_id: String,
    },
    /// Show what waits in a host's queue (`mailq`, `postqueue -p`).
    ListQueue {
        /// The host.
        host: String,
    },
    /// From now on count a program that calls from outside the world as this
    /// client of the lesson.
    CountOutsiderAs {
        /// The client's name; `None`: count it as what it is.
        client: Option<String>,
    },
}

impl Order {
    /// The orders that carry out one action of the reference solution of `step`.
    pub fn of_action(step: &Step, action: &Action) -> Vec<Self> {
        let named = |id: &String| step.runs.iter().position(|run| run.id == *id);
        let edit = action.set.as_ref().map(Self::of_setting);
        let run = action.run.as_ref().and_then(named);
        let play = run
            .into_iter()
            .flat_map(|run| [Self::Open { run }, Self::Finish]);
        edit.into_iter().chain(play).collect()
    }

    /// The order that makes an edit.
    pub fn of_setting(setting: &Setting) -> Self {
        Self::Set {
            host: setting.host.clone(),
            service: setting.service.clone(),
            parameter: setting.parameter.clone(),
            value: setting.value.clone(),
        }
    }
}
