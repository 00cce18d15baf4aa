//! `lab lesson check FILE...`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use super::Status;
use super::environment::Environment;
use super::locate;
use super::rehearsal::rehearse;
use crate::lesson::check::{Locator, check as find_faults, report};
use crate::text::Catalogue;

/// Reports every fault of every file. A file without faults to be seen is
/// played, to find those that show only then.
pub(super) fn check(
    files: &[PathBuf],
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    let mut out = io::stdout().lock();
    let mut status = Status::Reached;
    for path in files {
        let file = locate::source(path, catalogue)?;
        let (lesson, mut faults) = find_faults(&file.text);
        if let Some(lesson) = lesson.filter(|_| faults.is_empty()) {
            faults = rehearse(&Arc::new(lesson), &Locator::new(&file.text))?;
        }
        if !faults.is_empty() {
            status = Status::Lesson;
        }
        let report = report(&file, &faults, catalogue, environment.report_style());
        out.write_all(report.as_bytes())?;
    }
    Ok(status)
}
