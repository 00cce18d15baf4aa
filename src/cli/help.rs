//! Puts the catalogue's words into the definition of the command line.

use std::ffi::OsStr;

use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command};

use crate::text::Catalogue;

/// `command` with its help in the catalogue's language. Message ids are made
/// from what they describe: `help-run`, `help-run-step`.
pub(super) fn in_language(command: Command, catalogue: &Catalogue) -> Command {
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help(catalogue.say("help-version"));
    dress(command, "help", "lab", catalogue)
        .disable_version_flag(true)
        .arg(version.help_heading(catalogue.say("help-options")))
}

/// `command` with its words, whose ids begin with `id`; `path` is how it is called.
pub(super) fn dress(command: Command, id: &str, path: &str, catalogue: &Catalogue) -> Command {
    let heading = catalogue.say("help-usage");
    let inner = |command: Command| {
        let id = format!("{id}-{}", command.get_name());
        let path = format!("{path} {}", command.get_name());
        dress(command, &id, &path, catalogue)
    };
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(catalogue.say("help-help"))
        .help_heading(catalogue.say("help-options"));
    let command = command
        .about(catalogue.say(id))
        .mut_args(|argument| describe(argument, id, catalogue))
        .mut_subcommands(inner)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .subcommand_help_heading(catalogue.say("help-commands"))
        .subcommand_value_name(catalogue.say("help-any-command"))
        .help_template(format!(
            "{{about-with-newline}}\n{heading}: {{usage}}\n\n{{all-args}}"
        ));
    let usage = usage(&command, path, catalogue);
    command.override_usage(usage)
}

/// The line that shows how `command` is written. The parser makes it from the
/// definition, with one English word in it.
fn usage(command: &Command, path: &str, catalogue: &Catalogue) -> String {
    let usage = command.clone().bin_name(path).render_usage().to_string();
    usage
        .trim_start_matches("Usage: ")
        .replace("[OPTIONS]", &catalogue.say("help-any-options"))
}

/// A variable that is set to nothing counts as not set, like all of XDG's.
fn is_set_empty(variable: &OsStr) -> bool {
    std::env::var_os(variable).is_some_and(|value| value.is_empty())
}

fn describe(argument: Arg, id: &str, catalogue: &Catalogue) -> Arg {
    let mut words = catalogue.say(&format!("{id}-{}", argument.get_id()));
    if let Some(variable) = argument.get_env().and_then(|name| name.to_str()) {
        words.push_str(" [");
        words.push_str(variable);
        words.push(']');
    }
    let mut argument = argument;
    if argument.get_env().is_some_and(is_set_empty) {
        argument = argument.env(Resettable::Reset);
    }
    let mut heading = "help-options";
    if argument.is_positional() {
        heading = "help-arguments";
        let name = format!("help-value-{}", argument.get_id());
        argument = argument.value_name(catalogue.say(&name));
    }
    let argument = argument
        .help(words)
        .help_heading(catalogue.say(heading))
        .hide_env(true);
    if argument.get_action().takes_values() {
        argument.hide_default_value(true).hide_possible_values(true)
    } else {
        argument
    }
}
