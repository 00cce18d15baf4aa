//! `lab list`: the lessons in the order of the course, with what was done.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

use super::Status;
use crate::lesson::course::{self, Standing};
use crate::lesson::progress::state_directory;
use crate::text::{Catalogue, Language, visible};

/// A lesson as `--json` has it.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    summary: &'a str,
    part: &'a str,
    /// What had better be done before.
    after: &'a [String],
    minutes: u32,
    steps: usize,
    solved: usize,
    /// Whether the student has been there at all.
    begun: bool,
}

/// Prints the lessons with their progress.
pub(super) fn list(json: bool, catalogue: &Catalogue) -> Result<Status> {
    let standings = course::standings(state_directory().as_deref());
    let mut out = io::stdout().lock();
    if json {
        let language = catalogue.language();
        let entry = |it| entry(it, language);
        let entries: Vec<_> = standings.iter().map(entry).collect();
        serde_json::to_writer_pretty(&mut out, &entries).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        write_list(&mut out, &standings, catalogue)?;
    }
    Ok(Status::Reached)
}

/// The same with a word on how to go on, for `lab` alone. Returns the lesson to
/// go on with.
pub(super) fn invite(catalogue: &Catalogue) -> Result<Option<String>> {
    let state = state_directory();
    let standings = course::standings(state.as_deref());
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", catalogue.say("menu-title"))?;
    write_list(&mut out, &standings, catalogue)?;
    let next = course::next(&standings, state.as_deref()).and_then(|it| standings.get(it));
    if let Some(next) = next {
        let arguments = [("lesson", next.id.as_str().into())];
        writeln!(out, "\n{}", catalogue.say_with("menu-next", &arguments))?;
    }
    Ok(next.map(|next| next.id.clone()))
}

fn write_list(
    out: &mut impl Write,
    standings: &[Standing],
    catalogue: &Catalogue,
) -> io::Result<()> {
    let language = catalogue.language();
    let mut part = "";
    for standing in standings {
        let own = standing.part.in_language(language);
        if own != part {
            let gap = if part.is_empty() { "" } else { "\n" };
            writeln!(out, "{gap}{own}\n")?;
            part = own;
        }
        let title = visible::text(standing.title.in_language(language));
        let summary = visible::text(standing.summary.in_language(language));
        writeln!(out, "  {}  {title}", standing.id)?;
        writeln!(out, "      {summary}")?;
        writeln!(out, "      {}", facts(standing, catalogue))?;
    }
    Ok(())
}

/// Minutes, progress, and what had better come before.
fn facts(standing: &Standing, catalogue: &Catalogue) -> String {
    let arguments = [
        ("minutes", standing.minutes.into()),
        ("solved", standing.solved().into()),
        ("steps", standing.steps.len().into()),
    ];
    let mut facts = catalogue.say_with("list-facts", &arguments);
    if !standing.after.is_empty() {
        let lessons = standing.after.join(", ");
        let after = catalogue.say_with("list-after", &[("lessons", lessons.into())]);
        facts.push_str(" · ");
        facts.push_str(&after);
    }
    facts
}

fn entry(standing: &Standing, language: Language) -> Entry<'_> {
    Entry {
        id: &standing.id,
        title: standing.title.in_language(language),
        summary: standing.summary.in_language(language),
        part: standing.part.in_language(language),
        after: &standing.after,
        minutes: standing.minutes,
        steps: standing.steps.len(),
        solved: standing.solved(),
        begun: standing.left_at.is_some(),
    }
}
