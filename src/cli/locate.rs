//! Finds the lesson and the step that the command line names.

use std::io;
use std::path::Path;

use anyhow::Result;

use super::environment::Environment;
use super::status::Failure;
use super::zone;
use crate::lesson::check::{nearest, report};
use crate::lesson::loader::{Faulty, ReadError, Source};
use crate::lesson::{Lesson, course, library};
use crate::text::Catalogue;

/// The lesson called `name`: the id of a built-in one, or a path to a file.
pub(super) fn lesson(
    name: &str,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Lesson> {
    let is_path = name.contains(['/', '\\'])
        || Path::new(name)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let loaded = if is_path {
        own(Path::new(name), catalogue)?
    } else {
        library::lesson(name).ok_or_else(|| unknown(name, catalogue))?
    };
    loaded.map_err(|Faulty { file, faults }| {
        let report = report(&file, &faults, catalogue, environment.report_style());
        Failure::lesson(report)
    })
}

/// The lesson in the file at `path`, which somebody may have written just now.
fn own(path: &Path, catalogue: &Catalogue) -> Result<Result<Lesson, Faulty>> {
    let file = match Source::read(path) {
        Ok(file) => file,
        Err(ReadError::Faulty(faulty)) => return Ok(Err(faulty)),
        Err(ReadError::Io(problem)) => {
            return Err(Failure::usage(cannot_read(path, &problem, catalogue)));
        }
    };
    let loaded = file.clone().load();
    Ok(loaded.and_then(|lesson| {
        let faults = zone::faults(&lesson, &file.text);
        if faults.is_empty() {
            Ok(lesson)
        } else {
            Err(Faulty { file, faults })
        }
    }))
}

/// Why the file at `path` cannot be read.
pub(super) fn cannot_read(path: &Path, problem: &io::Error, catalogue: &Catalogue) -> String {
    let arguments = [
        ("file", path.display().to_string().into()),
        ("problem", problem.to_string().into()),
    ];
    catalogue.say_with("cannot-read", &arguments)
}

/// The index of the step `wanted`: its number, counted from 1, or its id.
pub(super) fn step(lesson: &Lesson, wanted: &str, catalogue: &Catalogue) -> Result<usize> {
    let by_number = wanted
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1))
        .filter(|index| *index < lesson.steps.len());
    let by_id = || lesson.steps.iter().position(|step| step.id == wanted);
    by_number.or_else(by_id).ok_or_else(|| {
        let arguments = [
            ("step", wanted.into()),
            ("lesson", lesson.id.as_str().into()),
            ("count", lesson.steps.len().into()),
        ];
        let said = catalogue.say_with("no-such-step", &arguments);
        let ids = lesson.steps.iter().map(|step| step.id.as_str());
        Failure::usage(suggest(said, nearest(wanted, ids), catalogue))
    })
}

fn unknown(name: &str, catalogue: &Catalogue) -> anyhow::Error {
    let said = catalogue.say_with("no-such-lesson", &[("lesson", name.into())]);
    let near = library::did_you_mean(name);
    let mut said = suggest(said, near.as_deref(), catalogue);
    if near.is_none() {
        let ids = course::path().join(", ");
        said.push(' ');
        said.push_str(&catalogue.say_with("lessons-are", &[("ids", ids.into())]));
    }
    Failure::usage(said)
}

fn suggest(mut said: String, near: Option<&str>, catalogue: &Catalogue) -> String {
    if let Some(near) = near {
        said.push(' ');
        said.push_str(&catalogue.say_with("did-you-mean", &[("what", near.into())]));
    }
    said
}
