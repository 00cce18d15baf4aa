//! The command line: its definition, and one file a subcommand.
//!
//! **Invariant**: data goes to stdout, talk to stderr; how it ended is told by
//! the exit status ([`Status`]) and by nothing else.

mod arguments;
mod completions;
mod config;
mod diagnostics;
mod doctor;
mod environment;
mod export;
mod help;
mod instance;
mod layout;
mod lesson_check;
mod lesson_new;
mod lesson_watch;
mod list;
mod locate;
mod man;
mod menu;
mod notes;
mod postconf;
mod rehearsal;
mod run;
mod schema;
mod serve;
mod settings;
mod status;
mod take_home;
mod usage;
mod zone;

pub use status::Status;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use anyhow::Result;
use clap::FromArgMatches;

use crate::text::Catalogue;
use crate::tui::terminal::give_back;
use arguments::{Arguments, Command, ConfigCommand, ExportCommand, LessonCommand};
use environment::Environment;
use status::{Failure, Form};

/// Runs the program and says how it ended.
pub fn main() -> ExitCode {
    guarded(|| {
        let arguments: Vec<_> = std::env::args_os().collect();
        let environment = Environment::of_process();
        diagnostics::start(&environment, environment.language(&arguments));
        start(&arguments, &environment)
    })
    .into()
}

/// The status that `run` comes to; a panic in it is [`Status::Internal`].
/// Whoever holds the terminal has hooked themselves into the panic and given
/// it back by the time it arrives here.
fn guarded(run: impl FnOnce() -> Status) -> Status {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Status::Internal)
}

fn start(arguments: &[OsString], environment: &Environment) -> Status {
    let catalogue = Catalogue::new(environment.language(arguments));
    let mut command = help::in_language(arguments::definition(), &catalogue);
    let parsed = command
        .try_get_matches_from_mut(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let result = match parsed {
        Ok(parsed) => dispatch(parsed, command, environment, &catalogue),
        Err(problem) => usage::explain(&problem, arguments, environment, &catalogue),
    };
    result.unwrap_or_else(|problem| conclude(&problem, &catalogue))
}

fn dispatch(
    arguments: Arguments,
    definition: clap::Command,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    if let Some(value) = environment.unknown_language()
        && arguments.lang.is_none()
    {
        let about = [("value", value.into()), ("what", "LAB_LANG".into())];
        let said = catalogue.say_with("usage-value", &about);
        let known = catalogue.say_with("usage-values", &[("what", "es, en".into())]);
        return Err(Failure::usage(format!("{said}\n{known}")));
    }
    if arguments.command.is_some()
        && let Some(option) = arguments.menu.typed()
    {
        let option = [("what", option.into())];
        return Err(Failure::usage(
            catalogue.say_with("usage-for-the-menu", &option),
        ));
    }
    match arguments.command {
        None => menu::menu(arguments.menu, environment, catalogue),
        Some(Command::Run(run)) => run::run(&run, environment, catalogue),
        Some(Command::Serve(serve)) => serve::serve(&serve, environment, catalogue),
        Some(Command::Postconf(postconf)) => postconf::print(&postconf, catalogue),
        Some(Command::Export {
            command: ExportCommand::Postfix(export),
        }) => export::postfix(&export, environment, catalogue),
        Some(Command::List { json }) => list::list(json, catalogue),
        Some(Command::Lesson {
            command: LessonCommand::Check { files },
        }) => lesson_check::check(&files, environment, catalogue),
        Some(Command::Lesson {
            command: LessonCommand::New { file },
        }) => lesson_new::create(&file, catalogue),
        Some(Command::Lesson {
            command: LessonCommand::Watch { file },
        }) => lesson_watch::watch(&file, environment, catalogue),
        Some(Command::Config { command }) => match command {
            ConfigCommand::Path => config::path(catalogue),
            ConfigCommand::Print => config::print(environment, catalogue),
            ConfigCommand::Check => config::check(environment, catalogue),
        },
        Some(Command::Notes {
            process,
            plain,
            theme,
        }) => notes::follow(process, plain, theme, environment, catalogue),
        Some(Command::Doctor) => doctor::examine(environment, catalogue),
        Some(Command::Completions { shell }) => completions::print(shell, definition),
        Some(Command::Man) => man::print(definition, catalogue),
        Some(Command::Schema) => schema::print(),
    }
}

/// Says what went wrong, and turns it into an exit status.
fn conclude(problem: &anyhow::Error, catalogue: &Catalogue) -> Status {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
    };
    // Whoever reads has seen enough: `lab list | head -1`.
    if problem.chain().any(broken_pipe) {
        return Status::Reached;
    }
    if let Some(failure) = problem.downcast_ref::<Failure>() {
        if failure.form == Form::Report {
            let _ = io::stderr().lock().write_all(failure.words.as_bytes());
        } else {
            talk(&failure.words);
        }
        return failure.status;
    }
    // What the operating system refused (the disk is full) is no fault of ours.
    let refused = |cause: &(dyn std::error::Error + 'static)| {
        let refusal = cause.downcast_ref::<io::Error>();
        refusal.is_some_and(|it| it.raw_os_error().is_some())
    };
    if problem.chain().any(refused) {
        let words = format!("{problem:#}");
        talk(&catalogue.say_with("cannot-go-on", &[("problem", words.into())]));
        return Status::Environment;
    }
    tracing::error!("{problem:?}");
    let words = format!("{problem:#}");
    talk(&catalogue.say_with("internal-error", &[("problem", words.into())]));
    Status::Internal
}

/// Says something on stderr that is no data. If nobody can hear it, so be it.
fn talk(words: &str) {
    utter(&format!("lab: {words}"));
}

/// Says on stderr what a program that is imitated would say there.
fn utter(words: &str) {
    // Between the menu and a lesson it would be said onto their screen.
    give_back();
    let words = words
        .split('\n')
        .map(crate::text::visible::text)
        .collect::<Vec<_>>()
        .join("\n");
    let _ = writeln!(io::stderr().lock(), "{words}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error() {
        assert_eq!(guarded(|| Status::NotReached), Status::NotReached);
        assert_eq!(guarded(|| panic!("on purpose")), Status::Internal);
    }
}
