//! `lab` alone: the menu. Whoever leaves a lesson is back in it.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, FromArgMatches};

use super::arguments::{self, Run};
use super::environment::Environment;
use super::status::{Failure, Status};
use super::{config, help, list, run, usage};
use crate::app::Ending;
use crate::lesson::course;
use crate::lesson::progress::state_directory;
use crate::text::Catalogue;
use crate::tui::menu::{Choice, Menu, choose};
use crate::tui::terminal::Kept;

/// Shows the menu and runs what is chosen, until the student leaves. Without
/// somebody to answer, it is a list with a word on how to go on.
pub(super) fn menu(
    typed: arguments::Menu,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    if !environment.input_is_terminal || !environment.output_is_terminal {
        list::invite(catalogue)?;
        return Ok(Status::Reached);
    }
    let wishes = match wishes(catalogue) {
        Ok(run) => Run {
            theme: typed.theme.or(run.theme),
            plain: typed.plain || run.plain,
            present: typed.present || run.present,
            no_mouse: typed.no_mouse || run.no_mouse,
            ..run
        },
        Err(problem) => return usage::explain(&problem, &[], environment, catalogue),
    };
    if run::is_linear(&wishes, environment) {
        linear(&wishes, environment, catalogue)
    } else {
        config::require(environment, catalogue)?;
        run::check_terminal(environment, catalogue)?;
        full_screen(wishes, environment, catalogue)
    }
}

/// What the variables of `lab run` ask for, but for a place in a lesson.
pub(super) fn wishes(catalogue: &Catalogue) -> Result<Run, clap::Error> {
    let command = Run::augment_args(clap::Command::new("run"));
    let command = help::dress(command, "help-run", "lab run", catalogue);
    let run = Run::from_arg_matches(&command.try_get_matches_from(["run", ""])?)?;
    Ok(Run {
        step: None,
        fresh: false,
        ..run
    })
}

fn full_screen(
    mut wishes: Run,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    let state = state_directory();
    let mut options = run::full_screen(&wishes, environment);
    // The terminal is asked for its colours only once.
    options.theme = options.theme.settle(options.may_ask);
    wishes.theme = Some(options.theme);
    let mut menu = Menu::new(catalogue.language(), options.keymap.clone());
    let _kept = Kept::from_now_on();
    loop {
        let standings = course::standings(state.as_deref());
        let next = course::next(&standings, state.as_deref());
        menu.show(standings, next);
        let choice = choose(&mut menu, &options).map_err(|problem| {
            let arguments = [("problem", problem.to_string().into())];
            Failure::environment(catalogue.say_with("no-terminal", &arguments))
        })?;
        let (lesson, fresh, present) = match choice {
            Choice::Lesson { id, fresh, present } => (id, fresh, present),
            Choice::Leave => return Ok(Status::Reached),
            Choice::Interrupted => return Ok(Status::Interrupted),
        };
        let run = Run {
            lesson,
            fresh,
            present: present || wishes.present,
            ..wishes.clone()
        };
        let left = run::play(&run, None, environment, &Catalogue::new(menu.language))?;
        if left.ending == Ending::Interrupted {
            return Ok(Status::Interrupted);
        }
        menu.language = left.language;
    }
}

/// The same line by line: the list, and a question.
fn linear(wishes: &Run, environment: &Environment, catalogue: &Catalogue) -> Result<Status> {
    loop {
        let next = list::invite(catalogue)?.unwrap_or_default();
        let question = catalogue.say_with("menu-question", &[("lesson", next.as_str().into())]);
        let mut out = io::stdout().lock();
        write!(out, "{question} ")?;
        out.flush()?;
        let mut answer = String::new();
        if io::stdin().read_line(&mut answer)? == 0 {
            writeln!(out)?;
            return Ok(Status::Reached);
        }
        drop(out);
        let lesson = match answer.trim() {
            "q" => return Ok(Status::Reached),
            "" => next,
            other => other.to_owned(),
        };
        let run = Run {
            lesson,
            ..wishes.clone()
        };
        match run::play(&run, None, environment, catalogue) {
            Ok(left) if left.ending == Ending::Interrupted => return Ok(Status::Interrupted),
            Ok(_) => {}
            // A wrong name is no reason to leave.
            Err(problem) => match problem.downcast_ref::<Failure>() {
                Some(failure) if failure.status == Status::Usage => super::talk(&failure.words),
                _ => return Err(problem),
            },
        }
    }
}
