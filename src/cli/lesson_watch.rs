//! `lab lesson watch FILE`: the lesson on the screen while it is being written.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;

use super::environment::Environment;
use super::status::Failure;
use super::{Status, lesson_check, locate, menu, run, usage, utter};
use crate::lesson::check::{prevents, report};
use crate::lesson::loader::Watched;
use crate::plain;
use crate::text::Catalogue;

/// Shows the lesson in the file at `path`, and begins again each time it is
/// saved; while it has faults, or without a terminal, shows what the checker says.
pub(super) fn watch(
    path: &Path,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    let mut wishes = match menu::wishes(catalogue) {
        Ok(wishes) => wishes,
        Err(problem) => return usage::explain(&problem, &[], environment, catalogue),
    };
    // With a folder before it, it can't be taken for the id of a lesson.
    wishes.lesson = Path::new(".").join(path).display().to_string();
    let is_text = run::is_linear(&wishes, environment) || !environment.input_is_terminal;
    loop {
        let (file, faults) = lesson_check::examine(path)?
            .map_err(|problem| Failure::usage(locate::cannot_read(path, &problem, catalogue)))?;
        let report = report(&file, &faults, catalogue, environment.report_style());
        let mut out = io::stdout().lock();
        out.write_all(report.as_bytes())?;
        out.flush()?;
        let watched = Watched::new(path, &file);
        if is_text || prevents(&faults) {
            utter(&catalogue.say("lesson-watched"));
            if !plain::until_saved(&watched)? {
                return Ok(Status::Interrupted);
            }
        } else {
            let left = run::play(&wishes, Some(watched), environment, catalogue)?;
            if !left.saved_anew {
                return Ok(left.ending.into());
            }
        }
    }
}
