//! The last dialogue against the one before it, told as text.

use super::markdown::wrap;
use super::narrator::WIDTH;
use crate::app::{Compared, Edit, Model, Place};
use crate::text::{Catalogue, difference, visible};

/// What was edited between the two, and what was answered otherwise.
pub(super) fn lines(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = vec![String::new()];
    let Some(comparison) = model.comparison() else {
        lines.extend(wrap(
            &catalogue.say("tui-differences-nothing"),
            WIDTH,
            "",
            "",
        ));
        return lines;
    };
    for edit in &comparison.edits {
        lines.extend(edited(edit, catalogue));
    }
    if comparison.edits.is_empty() {
        lines.push(catalogue.say("tui-differences-no-edit"));
    }
    if comparison.first_difference.is_none() {
        lines.push(catalogue.say("tui-differences-none"));
    }
    let different = comparison.exchanges.iter().filter(|pair| !pair.is_same());
    lines.extend(different.flat_map(|pair| told(pair, catalogue)));
    lines
}

/// What was edited: a directive with both values, a file with the lines that differ.
fn edited(edit: &Edit, catalogue: &Catalogue) -> Vec<String> {
    match &edit.place {
        Place::Directive { service, parameter } => {
            let value = |value: &Option<String>| {
                value
                    .clone()
                    .unwrap_or_else(|| catalogue.say("tui-differences-default"))
            };
            let service = service.as_ref();
            let service = service.map_or_else(String::new, |service| format!("{service}/"));
            let (old, new) = (value(&edit.old), value(&edit.new));
            vec![visible::text(&format!(
                "{service}{parameter}: {old} => {new}"
            ))]
        }
        Place::File { path } => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let mut lines = vec![visible::text(path)];
            for (mark, line) in difference::lines(&text(&edit.old), &text(&edit.new), 0) {
                lines.push(format!("{} {}", mark.sign(), visible::text(&line)));
            }
            lines
        }
    }
}

fn told(pair: &Compared, catalogue: &Catalogue) -> Vec<String> {
    let command = if pair.command.is_empty() {
        catalogue.say("tui-differences-greeting")
    } else {
        visible::text(&pair.command)
    };
    let mut lines = vec![command];
    for (label, answer) in [
        ("tui-differences-before", &pair.before),
        ("tui-differences-now", &pair.now),
    ] {
        let label = catalogue.say(label);
        match answer {
            None => lines.push(format!(
                "  {label}: {}",
                catalogue.say("tui-differences-not-said")
            )),
            Some(answer) => lines.extend(
                answer
                    .iter()
                    .map(|line| format!("  {label}: {}", visible::text(line))),
            ),
        }
    }
    lines
}
