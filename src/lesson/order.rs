//! What the world can be told to do. A student's key, a lesson's reference
//! solution and `--auto` all become these, and nothing else reaches the world.

use serde::Serialize;

use super::model::{Action, Deletion, Interference, Listing, Setting, Step, Writing};
use crate::journal::event::{Attack, Bytes};

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
    /// Send no more of the mail that is being sent over and over.
    StopRepeating,
    /// Call a server as a client of the lesson, to say by hand what is to be
    /// said. A dialogue that was still open is closed first.
    Call {
        /// The client's name.
        client: String,
        /// The server, as `HOST:PORT`.
        to: String,
        /// Whether TLS begins with the first byte.
        implicit_tls: bool,
    },
    /// Send exactly these bytes on the connection that was called by hand, and
    /// hear the answer. Where they ask for STARTTLS and the server agrees, the
    /// handshake follows.
    Say {
        /// The bytes, with whatever ends their lines.
        bytes: Bytes,
    },
    /// Hang up what was called by hand.
    HangUp,
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
    /// Write a file and bring it into force as an administrator does: make a
    /// table's index, reload whoever reads it.
    Write {
        /// The host.
        host: String,
        /// The file's absolute path.
        path: String,
        /// Its whole text; `None`: remove it.
        text: Option<String>,
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
        /// The message's queue id; `ALL`: every message of the queue.
        queue_id: String,
    },
    /// Show what waits in a host's queue (`mailq`, `postqueue -p`).
    ListQueue {
        /// The host.
        host: String,
    },
    /// Let the attacker on the wire between two machines do this to the
    /// connections made from now on.
    Attack {
        /// Who calls: a host or a client.
        from: String,
        /// Who is called: a host.
        to: String,
        /// What is done; `None`: nothing any more.
        attack: Option<Attack>,
    },
    /// Ask a block list to take a host off it.
    Delist {
        /// The list's zone.
        list: String,
        /// The host.
        host: String,
    },
    /// Look something up in DNS.
    LookUp {
        /// What is typed after `dig`: `remoto.example MX`.
        question: String,
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
        let run = action.run.as_ref().and_then(named);
        let play = run
            .into_iter()
            .flat_map(|run| [Self::Open { run }, Self::Finish]);
        Self::of_deed(action).into_iter().chain(play).collect()
    }

    /// The order of an action that plays no dialogue.
    pub fn of_deed(action: &Action) -> Option<Self> {
        let edit = || action.set.as_ref().map(Self::of_setting);
        let wait = || action.wait.map(|seconds| Self::Wait { seconds });
        let flush = || action.flush.clone().map(|host| Self::Flush { host });
        let list = || {
            let host = action.list_queue.clone();
            host.map(|host| Self::ListQueue { host })
        };
        let delete = || {
            let deletion = action.delete_queued.clone();
            deletion.map(|Deletion { host, queue_id }| Self::DeleteQueued { host, queue_id })
        };
        let attack = || action.attack.as_ref().map(Self::of_interference);
        let delist = || {
            let delisting = action.delist.clone();
            delisting.map(|Listing { list, host }| Self::Delist { list, host })
        };
        let look_up = || {
            let question = action.dig.clone();
            question.map(|question| Self::LookUp { question })
        };
        let write = || action.write.as_ref().map(Self::of_writing);
        edit()
            .or_else(write)
            .or_else(wait)
            .or_else(flush)
            .or_else(list)
            .or_else(delete)
            .or_else(attack)
            .or_else(delist)
            .or_else(look_up)
    }

    /// The order that lets an attacker loose, or stops them.
    pub fn of_interference(interference: &Interference) -> Self {
        Self::Attack {
            from: interference.from.clone(),
            to: interference.to.clone(),
            attack: interference.does,
        }
    }

    /// Whether it only shows something, and changes nothing.
    pub fn only_looks(&self) -> bool {
        matches!(self, Self::ListQueue { .. } | Self::LookUp { .. })
    }

    /// Whether it edits the configuration of a host.
    pub fn is_edit(&self) -> bool {
        matches!(self, Self::Set { .. } | Self::Write { .. })
    }

    /// The order that writes a file.
    pub fn of_writing(writing: &Writing) -> Self {
        Self::Write {
            host: writing.host.clone(),
            path: writing.path.clone(),
            text: writing.text.clone(),
        }
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
