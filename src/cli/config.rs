//! `lab config path|print|check`.

use std::io::{self, Write};

use anyhow::Result;

use super::environment::Environment;
use super::settings::{self, Found};
use super::status::{Failure, Status};
use crate::lesson::check::{Fault, prevents, report};
use crate::lesson::{course, library};
use crate::text::{Catalogue, visible};
use crate::tui::keymap::Binding;

/// Prints where the file of settings is, whether or not there is one.
pub(super) fn path(catalogue: &Catalogue) -> Result<Status> {
    let path = settings::path().ok_or_else(|| no_home(catalogue))?;
    let path = visible::text(&path.display().to_string());
    writeln!(io::stdout().lock(), "{path}")?;
    Ok(Status::Reached)
}

/// Prints the settings in force as a file of settings, every key with what it does.
pub(super) fn print(environment: &Environment, catalogue: &Catalogue) -> Result<Status> {
    let Found { settings, .. } = &environment.found;
    let mut out = io::stdout().lock();
    for line in catalogue.say("config-about").lines() {
        writeln!(out, "# {line}")?;
    }
    writeln!(out)?;
    let language = catalogue.language().code();
    writeln!(out, "language = \"{language}\"")?;
    let theme = settings.theme.unwrap_or_default();
    writeln!(out, "theme = \"{}\"", theme.name())?;
    let mut context = None;
    let bindings = settings.keymap.bindings();
    let mut in_order: Vec<&Binding> = Vec::with_capacity(bindings.len());
    for binding in bindings {
        // A table of TOML stands in one piece.
        let after = in_order
            .iter()
            .rposition(|it| it.context == binding.context);
        in_order.insert(after.map_or(in_order.len(), |place| place + 1), binding);
    }
    for binding in in_order {
        if context != Some(binding.context) {
            context = Some(binding.context);
            writeln!(out, "\n[keys.{}]", binding.context.name())?;
        }
        let keys: Vec<_> = binding
            .keys
            .iter()
            .map(|key| toml::Value::String(key.to_string()))
            .collect();
        let keys = toml::Value::Array(keys);
        write!(out, "{} = {keys}", binding.action.name())?;
        match binding.help {
            Some(help) => writeln!(out, "  # {}", catalogue.say(help))?,
            None => writeln!(out)?,
        }
    }
    Ok(Status::Reached)
}

/// Reports every fault of the file.
pub(super) fn check(environment: &Environment, catalogue: &Catalogue) -> Result<Status> {
    let Found {
        settings,
        file,
        faults,
        problem,
    } = &environment.found;
    if let Some(problem) = problem {
        return Err(unreadable(problem, catalogue));
    }
    let Some(file) = file else {
        let path = settings::path().ok_or_else(|| no_home(catalogue))?;
        let path = path.display().to_string();
        let said = catalogue.say_with("config-none", &[("file", visible::text(&path).into())]);
        writeln!(io::stdout().lock(), "{said}")?;
        return Ok(Status::Reached);
    };
    let mut faults = faults.clone();
    let toggles = toggles();
    for (place, letter) in settings.letters() {
        let lessons: Vec<_> = toggles
            .iter()
            .filter(|(key, _)| *key == letter)
            .map(|(_, lesson)| lesson.as_str())
            .collect();
        if !lessons.is_empty() {
            let fault = Fault::new(place, "key-of-toggle").warning();
            let fault = fault.with("value", &letter);
            faults.push(fault.with("lessons", &lessons.join(", ")));
        }
    }
    faults.sort_by_key(|fault| fault.span.start);
    let report = report(file, &faults, catalogue, environment.report_style());
    io::stdout().lock().write_all(report.as_bytes())?;
    Ok(if prevents(&faults) {
        Status::Usage
    } else {
        Status::Reached
    })
}

/// The letters that lessons have for their toggles, each with its lesson.
fn toggles() -> Vec<(char, String)> {
    let lessons = course::path();
    let lessons = lessons.iter().filter_map(|id| library::lesson(id)?.ok());
    lessons
        .flat_map(|lesson| {
            let keys: Vec<_> = lesson.toggles.iter().map(|toggle| toggle.key).collect();
            keys.into_iter().map(move |key| (key, lesson.id.clone()))
        })
        .collect()
}

/// Fails if the file of settings has faults, with all of them: whoever put a
/// key somewhere wants to know why it is not there.
pub(super) fn require(environment: &Environment, catalogue: &Catalogue) -> Result<()> {
    let Found {
        file,
        faults,
        problem,
        ..
    } = &environment.found;
    if let Some(problem) = problem {
        return Err(unreadable(problem, catalogue));
    }
    match file {
        Some(file) if prevents(faults) => {
            let report = report(file, faults, catalogue, environment.report_style());
            Err(Failure::settings(report))
        }
        _ => Ok(()),
    }
}

fn no_home(catalogue: &Catalogue) -> anyhow::Error {
    Failure::environment(catalogue.say("config-no-home"))
}

fn unreadable(problem: &str, catalogue: &Catalogue) -> anyhow::Error {
    let problem = [("problem", problem.into())];
    Failure::environment(catalogue.say_with("config-unreadable", &problem))
}
