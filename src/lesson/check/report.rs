//! Shows faults as rustc shows its own: the line, what is wrong, how to mend it.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use fluent_bundle::FluentValue;

use super::fault::{Fault, Weight};
use crate::lesson::loader::Source;
use crate::text::{Catalogue, visible};

/// How a report looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Style {
    /// For a file, a pipe or a reader.
    Plain,
    /// For a terminal with colours.
    Coloured,
}

/// How many faults are shown. Whoever has more mends these first.
const SHOWN: usize = 200;

/// Every fault of `file` in the catalogue's language, with a line for the sum.
pub fn report(file: &Source, faults: &[Fault], catalogue: &Catalogue, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let name = visible::text(&file.name);
    let source = harmless(&file.text);
    let error = Level::ERROR.with_name(catalogue.say("check-error"));
    let warning = Level::WARNING.with_name(catalogue.say("check-warning"));
    let help = Level::HELP.with_name(catalogue.say("check-help"));
    let mut report = String::new();
    for fault in faults.iter().take(SHOWN) {
        let (title, fix) = words(fault, catalogue);
        let line = Line::of(fault, &source);
        let snippet = Snippet::source(line.text)
            .line_start(line.number)
            .path(&name)
            .annotation(AnnotationKind::Primary.span(line.marked));
        let level = match fault.weight {
            Weight::Fault => &error,
            Weight::Warning => &warning,
        };
        let group = Group::with_title(level.clone().primary_title(title))
            .element(snippet)
            .element(help.clone().message(fix));
        report.push_str(&renderer.render(&[group]));
        report.push_str("\n\n");
    }
    report.push_str(&summary(&name, faults, catalogue));
    report
}

/// How many there are of each weight, a line for each.
fn summary(file: &str, faults: &[Fault], catalogue: &Catalogue) -> String {
    let of = |weight| faults.iter().filter(|fault| fault.weight == weight).count();
    let line = |message, count: usize| {
        let mut arguments = vec![("file", FluentValue::from(file))];
        if count > 0 {
            arguments.push(("count", count.into()));
        }
        format!("{}\n", catalogue.say_with(message, &arguments))
    };
    let mut lines = String::new();
    if let Some(more) = faults.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push_str(&line("check-not-shown", more));
    }
    match of(Weight::Warning) {
        0 => {}
        count => lines.push_str(&line("check-warnings", count)),
    }
    lines.push_str(&match of(Weight::Fault) {
        0 => line("check-fine", 0),
        count => line("check-summary", count),
    });
    lines
}

/// What is wrong, and how to mend it.
pub(super) fn words(fault: &Fault, catalogue: &Catalogue) -> (String, String) {
    let arguments: Vec<_> = fault
        .arguments
        .iter()
        .map(|(name, value)| (*name, FluentValue::from(visible::text(value))))
        .collect();
    let what = format!("check-{}", fault.id);
    let fix = format!("{what}-fix");
    (
        catalogue.say_with(&what, &arguments),
        catalogue.say_with(&fix, &arguments),
    )
}

/// The line that a fault begins on: a mark over twenty lines of text would
/// show nothing.
struct Line<'a> {
    text: &'a str,
    /// Counted from 1.
    number: usize,
    /// The part of it that is at fault.
    marked: std::ops::Range<usize>,
}

impl<'a> Line<'a> {
    fn of(fault: &Fault, source: &'a str) -> Self {
        let start = fault.span.start.min(source.len());
        let (before, rest) = source.split_at_checked(start).unwrap_or((source, ""));
        let begin = before.rfind('\n').map_or(0, |end| end + 1);
        let end = rest.find('\n').map_or(source.len(), |end| start + end);
        let text = source.get(begin..end).unwrap_or_default();
        let text = text.strip_suffix('\r').unwrap_or(text);
        let from = start - begin;
        let to = fault.span.end.saturating_sub(begin);
        Self {
            text,
            number: before.matches('\n').count() + 1,
            marked: from.min(text.len())..to.clamp(from, text.len().max(from)),
        }
    }
}

/// `source` with every character that a terminal might obey replaced by a mark
/// of the same length, so that places stay where they are.
fn harmless(source: &str) -> String {
    let mark = |character: char| match character {
        '\n' | '\t' | '\r' => character,
        _ if !visible::is_unsafe(character) => character,
        _ => match character.len_utf8() {
            1 => '?',
            2 => '¿',
            3 => '\u{FFFD}',
            _ => '\u{1F6AB}',
        },
    };
    source.chars().map(mark).collect()
}
