//! Puts the catalogue's words into the definition of the command line.

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
    dress(command, "help", catalogue)
        .disable_version_flag(true)
        .arg(version.help_heading(catalogue.say("help-options")))
}

fn dress(command: Command, id: &str, catalogue: &Catalogue) -> Command {
    let usage = catalogue.say("help-usage");
    let options = catalogue.say("help-options");
    let inner = |command: Command| {
        let id = format!("{id}-{}", command.get_name());
        dress(command, &id, catalogue)
    };
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(catalogue.say("help-help"));
    command
        .about(catalogue.say(id))
        .mut_args(|argument| describe(argument, id, catalogue))
        .mut_subcommands(inner)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help.help_heading(options))
        .subcommand_help_heading(catalogue.say("help-commands"))
        .help_template(format!(
            "{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}"
        ))
}

fn describe(argument: Arg, id: &str, catalogue: &Catalogue) -> Arg {
    let mut words = catalogue.say(&format!("{id}-{}", argument.get_id()));
    if let Some(variable) = argument.get_env().and_then(|name| name.to_str()) {
        words.push_str(" [");
        words.push_str(variable);
        words.push(']');
    }
    let heading = if argument.is_positional() {
        "help-arguments"
    } else {
        "help-options"
    };
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
