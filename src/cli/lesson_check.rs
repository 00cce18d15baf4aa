//! `lab lesson check FILE...`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::environment::Environment;
use super::rehearsal::rehearse;
use super::{Status, locate, talk, zone};
use crate::lesson::check::{Fault, Locator, check as find_faults, prevents, report};
use crate::lesson::loader::{Faulty, ReadError, Source};
use crate::text::Catalogue;

/// Reports every fault of every file. One that cannot be read does not keep
/// the others from being looked at.
pub(super) fn check(
    files: &[PathBuf],
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    let mut out = io::stdout().lock();
    let mut status = Status::Reached;
    for path in files {
        let (file, faults) = match examine(path)? {
            Ok(examined) => examined,
            Err(problem) => {
                talk(&locate::cannot_read(path, &problem, catalogue));
                if status == Status::Reached {
                    status = Status::Usage;
                }
                continue;
            }
        };
        if prevents(&faults) {
            status = Status::Lesson;
        }
        let report = report(&file, &faults, catalogue, environment.report_style());
        out.write_all(report.as_bytes())?;
    }
    Ok(status)
}

/// The file at `path` with every fault of it, if it can be read.
pub(super) fn examine(path: &Path) -> Result<Result<(Source, Vec<Fault>), io::Error>> {
    Ok(match Source::read(path) {
        Ok(file) => {
            let faults = all_faults(&file.text)?;
            Ok((file, faults))
        }
        Err(ReadError::Faulty(Faulty { file, faults })) => Ok((file, faults)),
        Err(ReadError::Io(problem)) => Err(problem),
    })
}

/// The faults that can be seen in the file's text; if none of them keeps the
/// lesson from being played, also those that show only then.
fn all_faults(text: &str) -> Result<Vec<Fault>> {
    let (lesson, mut faults) = find_faults(text);
    if let Some(lesson) = lesson {
        faults.extend(zone::faults(&lesson, text));
        if !prevents(&faults) {
            faults.extend(rehearse(&Arc::new(lesson), &Locator::new(text))?);
        }
    }
    faults.sort_by_key(|fault| fault.span.start);
    Ok(faults)
}
