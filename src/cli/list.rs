//! `lab list`, and `lab` alone.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

use super::Status;
use super::environment::Environment;
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

/// What `lab` alone comes to.
pub(super) enum Choice {
    /// Run this lesson.
    Lesson(String),
    /// Nothing was asked for.
    Nothing,
}

/// `lab` alone: where the student stands, and a question for what to do next.
/// Without somebody to answer, the same as a list with a word on how to go on.
pub(super) fn menu(environment: &Environment, catalogue: &Catalogue) -> Result<Choice> {
    let entries = entries(catalogue.language());
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", catalogue.say("menu-title"))?;
    write_table(&mut out, &entries, catalogue)?;
    // The lesson that was begun, or else the first.
    let begun = entries
        .iter()
        .find(|entry| entry.begun && entry.solved < entry.steps);
    let Some(next) = begun.or_else(|| entries.first()) else {
        return Ok(Choice::Nothing);
    };
    let arguments = [("lesson", next.id.as_str().into())];
    if !environment.input_is_terminal || !environment.output_is_terminal {
        writeln!(out, "\n{}", catalogue.say_with("menu-next", &arguments))?;
        return Ok(Choice::Nothing);
    }
    let question = catalogue.say_with("menu-question", &arguments);
    write!(out, "\n{question} ")?;
    out.flush()?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer)? == 0 {
        writeln!(out)?;
        return Ok(Choice::Nothing);
    }
    Ok(match answer.trim() {
        "" => Choice::Lesson(next.id.clone()),
        "q" => Choice::Nothing,
        other => Choice::Lesson(other.to_owned()),
    })
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
