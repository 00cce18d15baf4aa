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
    pub(super) form: Form,
}

/// How what there is to say is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// As a sentence of the program's own.
    Sentence,
    /// As a report on a file. It is printed as it is: it may have colours, and
    /// whoever made it took care of what is in the file.
    Report,
}

impl Failure {
    /// The command line asks for something that is not there.
    pub(super) fn usage(words: String) -> anyhow::Error {
        Self::with_form(Status::Usage, words, Form::Sentence)
    }

    /// The machine or the terminal will not do.
    pub(super) fn environment(words: String) -> anyhow::Error {
        Self::with_form(Status::Environment, words, Form::Sentence)
    }

    /// A lesson file has faults, which `report` shows.
    pub(super) fn lesson(report: String) -> anyhow::Error {
        Self::with_form(Status::Lesson, report, Form::Report)
    }

    /// The file of settings has faults, which `report` shows.
    pub(super) fn settings(report: String) -> anyhow::Error {
        Self::with_form(Status::Usage, report, Form::Report)
    }

    fn with_form(status: Status, words: String, form: Form) -> anyhow::Error {
        Self {
            status,
            words,
            form,
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
