//! `lab list`, and `lab` alone.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

use super::Status;
use crate::lesson::progress::state_directory;
use crate::lesson::{Lesson, Progress, Store, library};
use crate::text::{Catalogue, Language, visible};

/// One line of the list.
#[derive(Debug, Serialize)]
struct Entry {
    id: String,
    title: String,
    summary: String,
    minutes: u32,
    steps: usize,
    solved: usize,
    /// Whether the student has been there at all.
    begun: bool,
}

/// `lab` alone: where the student stands, and what to type next.
pub(super) fn menu(catalogue: &Catalogue) -> Result<Status> {
    let entries = entries(catalogue.language());
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", catalogue.say("menu-title"))?;
    write_table(&mut out, &entries, catalogue)?;
    // The lesson that was begun, or else the first.
    let begun = entries
        .iter()
        .find(|entry| entry.begun && entry.solved < entry.steps);
    if let Some(next) = begun.or_else(|| entries.first()) {
        let arguments = [("lesson", next.id.as_str().into())];
        writeln!(out, "\n{}", catalogue.say_with("menu-next", &arguments))?;
    }
    Ok(Status::Reached)
}

/// Prints the lessons with their progress.
pub(super) fn list(json: bool, catalogue: &Catalogue) -> Result<Status> {
    let entries = entries(catalogue.language());
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &entries).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        write_table(&mut out, &entries, catalogue)?;
    }
    Ok(Status::Reached)
}

fn write_table(out: &mut impl Write, entries: &[Entry], catalogue: &Catalogue) -> io::Result<()> {
    for entry in entries {
        let arguments = [
            ("minutes", entry.minutes.into()),
            ("solved", entry.solved.into()),
            ("steps", entry.steps.into()),
        ];
        let facts = catalogue.say_with("list-facts", &arguments);
        writeln!(out, "{}  {}", entry.id, visible::text(&entry.title))?;
        writeln!(out, "    {}", visible::text(&entry.summary))?;
        writeln!(out, "    {facts}")?;
    }
    Ok(())
}

fn entries(language: Language) -> Vec<Entry> {
    let lessons = library::ids().into_iter().filter_map(|id| {
        // A built-in lesson with a fault is a test failure, not news for a student.
        let lesson = library::lesson(&id)?.ok()?;
        Some(entry(&lesson, language))
    });
    lessons.collect()
}

fn entry(lesson: &Lesson, language: Language) -> Entry {
    let progress = progress(&lesson.id);
    let solved = |progress: &Progress| {
        let steps = lesson.steps.iter();
        steps
            .filter_map(|step| progress.steps.get(&step.id))
            .filter(|step| step.solved)
            .count()
    };
    Entry {
        id: lesson.id.clone(),
        title: lesson.title.in_language(language).to_owned(),
        summary: lesson.summary.in_language(language).to_owned(),
        minutes: lesson.minutes,
        steps: lesson.steps.len(),
        solved: progress.as_ref().map_or(0, solved),
        begun: progress.is_some(),
    }
}

/// What is kept of a lesson. Looking leaves everything as it is: a damaged
/// file is dealt with when the lesson is run.
fn progress(id: &str) -> Option<Progress> {
    Store::new(&state_directory()?, id).peek()
}
