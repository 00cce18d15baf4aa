//! Exit statuses.

use std::fmt;
use std::process::ExitCode;

/// How the program ended, as the shell sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// 0: goals reached, or the work asked for is done.
    Reached,
    /// 1: goals not reached, or the student left before.
    NotReached,
    /// 2: the command line asks for something that is not there.
    Usage,
    /// 3: terminal, directory or port will not do.
    Environment,
    /// 4: a lesson file has faults.
    Lesson,
    /// 70: a fault of the program itself (`EX_SOFTWARE` of sysexits(3)).
    Internal,
    /// 130: Ctrl-C, as shells count it (128 + SIGINT).
    Interrupted,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Reached => 0,
            Status::NotReached => 1,
            Status::Usage => 2,
            Status::Environment => 3,
            Status::Lesson => 4,
            Status::Internal => 70,
            Status::Interrupted => 130,
        })
    }
}

/// An end with something to say about it, in the user's language.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: Status,
    pub(super) words: String,
}

impl Failure {
    /// The command line asks for something that is not there.
    pub(super) fn usage(words: String) -> anyhow::Error {
        let status = Status::Usage;
        Self { status, words }.into()
    }

    /// The machine or the terminal will not do.
    pub(super) fn environment(words: String) -> anyhow::Error {
        let status = Status::Environment;
        Self { status, words }.into()
    }

    /// A lesson file has faults, which `report` shows. It is printed as it is:
    /// it may have colours, and whoever made it took care of what is in the file.
    pub(super) fn lesson(report: String) -> anyhow::Error {
        let status = Status::Lesson;
        Self {
            status,
            words: report,
        }
        .into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Failure {}
