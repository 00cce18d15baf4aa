//! Finds the lesson and the step that the command line names.

use std::path::Path;

use anyhow::Result;

use super::environment::Environment;
use super::status::Failure;
use crate::lesson::check::{nearest, report};
use crate::lesson::loader::{Faulty, Source};
use crate::lesson::{Lesson, library};
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
        source(Path::new(name), catalogue)?.load()
    } else {
        library::lesson(name).ok_or_else(|| unknown(name, catalogue))?
    };
    loaded.map_err(|Faulty { file, faults }| {
        let report = report(&file, &faults, catalogue, environment.report_style());
        Failure::lesson(report)
    })
}

/// The text of the lesson file at `path`.
pub(super) fn source(path: &Path, catalogue: &Catalogue) -> Result<Source> {
    Source::read(path).map_err(|problem| {
        let arguments = [
            ("file", path.display().to_string().into()),
            ("problem", problem.to_string().into()),
        ];
        Failure::usage(catalogue.say_with("cannot-read", &arguments))
    })
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
    Failure::usage(suggest(said, near.as_deref(), catalogue))
}

fn suggest(mut said: String, near: Option<&str>, catalogue: &Catalogue) -> String {
    if let Some(near) = near {
        said.push(' ');
        said.push_str(&catalogue.say_with("did-you-mean", &[("what", near.into())]));
    }
    said
}
