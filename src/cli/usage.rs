//! What the parser of the command line has to say, in the user's language.

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::Result;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::environment::Environment;
use super::status::{Failure, Status};
use crate::text::Catalogue;

/// Prints the help or the version that was asked for, or fails with what is
/// wrong with the command line.
pub(super) fn explain(
    problem: &clap::Error,
    arguments: &[OsString],
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    match problem.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            problem.print()?;
            io::stdout().flush()?;
            return Ok(Status::Reached);
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            problem.print()?;
            return Ok(Status::Usage);
        }
        _ => {}
    }
    let context = |kind| problem.get(kind).map(words).unwrap_or_default();
    let message = |id: &str, kind| catalogue.say_with(id, &[("what", context(kind).into())]);
    let mut said = match problem.kind() {
        ErrorKind::UnknownArgument if !context(ContextKind::InvalidArg).starts_with('-') => {
            message("usage-unexpected", ContextKind::InvalidArg)
        }
        ErrorKind::UnknownArgument => message("usage-unknown-argument", ContextKind::InvalidArg),
        ErrorKind::InvalidSubcommand => {
            message("usage-unknown-command", ContextKind::InvalidSubcommand)
        }
        ErrorKind::MissingRequiredArgument => message("usage-missing", ContextKind::InvalidArg),
        ErrorKind::MissingSubcommand => message("usage-missing", ContextKind::ValidSubcommand),
        ErrorKind::ArgumentConflict => message("usage-twice", ContextKind::InvalidArg),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => catalogue.say_with(
            "usage-value",
            &[
                ("value", context(ContextKind::InvalidValue).into()),
                (
                    "what",
                    origin(&context(ContextKind::InvalidArg), arguments, environment).into(),
                ),
            ],
        ),
        // What is left says something about the shape of the words; the
        // parser's own text is better than none.
        _ => problem.to_string().trim_end().to_owned(),
    };
    for (kind, id) in [
        (ContextKind::SuggestedArg, "did-you-mean"),
        (ContextKind::SuggestedSubcommand, "did-you-mean"),
        (ContextKind::SuggestedValue, "did-you-mean"),
        (ContextKind::ValidValue, "usage-values"),
    ] {
        if problem
            .get(kind)
            .is_some_and(|value| !words(value).is_empty())
        {
            said.push('\n');
            said.push_str(&message(id, kind));
        }
    }
    said.push('\n');
    said.push_str(&catalogue.say("usage-help"));
    Err(Failure::usage(said))
}

/// Where a wrong value came from: the option as the parser shows it
/// (`--seed <N>`), or the variable that stands for it if nobody typed it.
fn origin(option: &str, arguments: &[OsString], environment: &Environment) -> String {
    let flag = option.split(' ').next().unwrap_or_default();
    let variable = format!(
        "LAB_{}",
        flag.trim_start_matches('-')
            .replace('-', "_")
            .to_uppercase()
    );
    let typed = arguments.iter().any(|argument| {
        let rest = argument.to_str().and_then(|it| it.strip_prefix(flag));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    });
    if typed || environment.variable(&variable).is_none() {
        option.to_owned()
    } else {
        variable
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(strings) => strings.join(", "),
        ContextValue::None => String::new(),
        other => other.to_string(),
    }
}
