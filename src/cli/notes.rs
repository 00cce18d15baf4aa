//! `lab notes`: the teacher's second terminal.

use std::io::{self, Write};

use anyhow::Result;

use super::environment::Environment;
use super::status::{Failure, Status};
use super::{config, run};
use crate::app::Ending;
use crate::notes::{Presentation, presentations};
use crate::plain;
use crate::text::Catalogue;
use crate::tui::{Options, ThemeChoice, notes};

/// Follows the presentation of the process `wanted`, or the only one there is.
pub(super) fn follow(
    wanted: Option<u32>,
    plain: bool,
    theme: Option<ThemeChoice>,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    if !cfg!(unix) {
        return Err(Failure::environment(catalogue.say("notes-nowhere")));
    }
    let ending = if plain || run::can_only_print(environment) {
        let presentation = choose(wanted, catalogue)?;
        plain::follow_notes(&presentation, catalogue, environment.input_is_terminal).map_err(
            |problem| misunderstood(&problem, catalogue).unwrap_or_else(|| problem.into()),
        )?
    } else {
        full_screen(wanted, theme, environment, catalogue)?
    };
    if ending == Ending::Reached {
        writeln!(io::stdout().lock(), "{}", catalogue.say("notes-over"))?;
    }
    Ok(match ending {
        Ending::Interrupted => Status::Interrupted,
        _ => Status::Reached,
    })
}

fn full_screen(
    wanted: Option<u32>,
    theme: Option<ThemeChoice>,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Ending> {
    config::require(environment, catalogue)?;
    run::check_terminal(environment, catalogue)?;
    let presentation = choose(wanted, catalogue)?;
    let options = Options {
        theme: run::theme(theme, environment),
        may_ask: environment.variable("CI").is_none(),
        keymap: environment.found.settings.keymap.clone(),
        ..Options::default()
    };
    let ending = notes::follow(&presentation, catalogue.language(), &options);
    ending.map_err(|problem| {
        misunderstood(&problem, catalogue).unwrap_or_else(|| {
            let arguments = [("problem", problem.to_string().into())];
            Failure::environment(catalogue.say_with("no-terminal", &arguments))
        })
    })
}

/// That what the presenting instance tells is no page we know, if that is it.
fn misunderstood(problem: &io::Error, catalogue: &Catalogue) -> Option<anyhow::Error> {
    let is_no_page = problem.kind() == io::ErrorKind::InvalidData;
    is_no_page.then(|| Failure::environment(catalogue.say("notes-misunderstood")))
}

fn choose(wanted: Option<u32>, catalogue: &Catalogue) -> Result<Presentation> {
    let mut found = presentations();
    if let Some(wanted) = wanted {
        found.retain(|presentation| presentation.process == wanted);
    }
    if found.len() > 1 {
        let commands = found
            .iter()
            .map(|presentation| format!("lab notes {}", presentation.process));
        let commands = commands.collect::<Vec<_>>().join("\n  ");
        let arguments = [("commands", commands.into())];
        return Err(Failure::usage(
            catalogue.say_with("notes-several", &arguments),
        ));
    }
    found
        .pop()
        .ok_or_else(|| Failure::environment(catalogue.say("notes-none")))
}
