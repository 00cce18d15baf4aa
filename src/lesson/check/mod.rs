//! Finds every fault of a lesson file that can be seen without running it.
//!
//! The file is held against its schema (`shape.rs`), and what it says against
//! the rules of good lessons (`rules.rs`, `steps.rs`). Whether the goals can be reached is
//! for `lab lesson check` to find out, which may start a world.

mod configuration;
mod fault;
mod keys;
mod place;
mod report;
mod rules;
mod shape;
mod steps;

pub use fault::{Fault, Weight, nearest};
pub use place::Locator;
pub use report::{Style, report};

use serde::Deserialize;

use super::Lesson;
use super::schema::schema;
use rules::Rules;
use shape::Shape;

/// Checks the text of a lesson file. Returns the lesson, if there is one to
/// speak of, and every fault in the order of the file. A lesson that came with
/// faults (see [`prevents`]) has something harmless in their places.
pub fn check(source: &str) -> (Option<Lesson>, Vec<Fault>) {
    let (locator, problems) = Locator::parse(source);
    let syntax: Vec<_> = problems
        .iter()
        .map(|problem| {
            let span = problem.span().unwrap_or_default();
            Fault::new(span, "syntax").with("problem", &problem.message())
        })
        .collect();
    let (table, mut faults) = Shape::check(source, schema(), &locator.root);
    let lesson = Lesson::deserialize(table).ok();
    if !syntax.is_empty() {
        // Where the syntax is wrong, what follows from it would only confuse.
        faults.retain(|fault| fault.id.starts_with("unknown-key"));
        faults.extend(syntax);
        faults.sort_by_key(|fault| fault.span.start);
        return (None, faults);
    }
    faults.extend(keys::check(source, &locator.root));
    if let Some(lesson) = &lesson {
        let broken = Rules::check(lesson, &locator);
        // A rule broken by what was put in a fault's place is no fault of the file.
        let shape = faults.len();
        for fault in broken {
            if !faults
                .iter()
                .take(shape)
                .any(|other| other.span == fault.span)
            {
                faults.push(fault);
            }
        }
    }
    faults.sort_by_key(|fault| fault.span.start);
    (lesson, faults)
}

/// Whether a lesson with these faults cannot be used.
pub fn prevents(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| fault.weight == Weight::Fault)
}

#[cfg(test)]
mod tests;
