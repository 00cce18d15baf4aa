//! What lines and words mean, told as text.

use super::markdown::wrap;
use super::narrator::WIDTH;
use crate::app::{Model, Row};
use crate::journal::End;
use crate::text::explain::{Answering, Explained, Explainer, Speaking};
use crate::text::{Catalogue, glossary, visible};

/// What `what` means: a word, or a line of a dialogue; if it is empty, the last
/// command of the dialogue and its answer.
pub(super) fn explain(model: &Model, catalogue: &Catalogue, what: &str) -> Vec<String> {
    if what.is_empty() {
        return last_exchange(model, catalogue);
    }
    let explainer = model.explainer();
    let mut meanings = explainer.word(what);
    if meanings.is_empty() {
        meanings = line(explainer, what);
    }
    if meanings.is_empty() {
        return glossary(catalogue, what);
    }
    let mut lines = vec![String::new()];
    lines.extend(meanings.iter().flat_map(told));
    lines
}

/// The words of the trade that hold `sought`.
pub(super) fn glossary(catalogue: &Catalogue, sought: &str) -> Vec<String> {
    let found = glossary::find(catalogue.language(), sought);
    let mut lines = vec![String::new()];
    if found.is_empty() {
        let sought = [("sought", visible::text(sought).into())];
        let said = catalogue.say_with("plain-not-explained", &sought);
        lines.extend(wrap(&said, WIDTH, "", ""));
    }
    for term in found {
        let text = format!("{}: {}", term.name, term.meaning);
        lines.extend(wrap(&text, WIDTH, "", "    "));
    }
    lines
}

/// The last thing that the client said, and what was answered.
fn last_exchange(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let Some(connection) = model.shown_connection() else {
        return vec![catalogue.say("plain-nothing-to-explain")];
    };
    let rows = connection.rows_at(model.position());
    let from_client = |row: &Row| {
        matches!(
            row,
            Row::Said {
                from: End::Client,
                ..
            }
        )
    };
    let first = rows.iter().rposition(from_client).unwrap_or_default();
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate().skip(first) {
        lines.push(String::new());
        if let Row::Said { text, .. } = row {
            lines.push(text.clone());
        }
        let meanings = connection.explain(index, model.explainer());
        lines.extend(meanings.iter().flat_map(told));
    }
    lines
}

/// A line that somebody typed: a reply, or a command that SMTP has.
fn line(explainer: Explainer, text: &str) -> Vec<Explained> {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return explainer.reply(text, Answering::Anything);
    }
    let verb = text.split_whitespace().next().unwrap_or_default();
    if explainer.word(verb).is_empty() {
        return Vec::new();
    }
    explainer.client(text, Speaking::Command)
}

fn told(one: &Explained) -> Vec<String> {
    let subject = visible::text(&one.subject);
    let text = if subject.is_empty() {
        one.words.clone()
    } else {
        format!("{subject}: {}", one.words)
    };
    let mut lines = wrap(&text, WIDTH, "  ", "    ");
    lines.extend(wrap(&one.source, WIDTH, "    (", "     "));
    if let Some(last) = lines.last_mut() {
        last.push(')');
    }
    lines
}
