//! Shows faults as rustc shows its own: the line, what is wrong, how to mend it.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use fluent_bundle::FluentValue;

use super::fault::Fault;
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
    let help = Level::HELP.with_name(catalogue.say("check-help"));
    let mut report = String::new();
    for fault in faults {
        let (title, fix) = words(fault, catalogue);
        let place = AnnotationKind::Primary.span(on_one_line(&source, fault));
        let snippet = Snippet::source(&source).path(&name).annotation(place);
        let group = Group::with_title(error.clone().primary_title(title))
            .element(snippet)
            .element(help.clone().message(fix));
        report.push_str(&renderer.render(&[group]));
        report.push_str("\n\n");
    }
    let message = if faults.is_empty() {
        "check-fine"
    } else {
        "check-summary"
    };
    let mut arguments = vec![("file", FluentValue::from(name.as_str()))];
    if !faults.is_empty() {
        arguments.push(("count", faults.len().into()));
    }
    report.push_str(&catalogue.say_with(message, &arguments));
    report.push('\n');
    report
}

/// What is wrong, and how to mend it.
pub(super) fn words(fault: &Fault, catalogue: &Catalogue) -> (String, String) {
    let values: Vec<_> = fault
        .arguments
        .iter()
        .map(|(name, value)| (*name, visible::text(value)))
        .collect();
    let arguments: Vec<_> = values
        .iter()
        .map(|(name, value)| {
            let value = match value.parse::<u32>() {
                Ok(number) if *name == "count" => number.into(),
                _ => FluentValue::from(value.as_str()),
            };
            (*name, value)
        })
        .collect();
    let what = format!("check-{}", fault.id);
    let fix = format!("{what}-fix");
    (
        catalogue.say_with(&what, &arguments),
        catalogue.say_with(&fix, &arguments),
    )
}

/// The fault's place, cut at the end of its first line: a mark over twenty
/// lines of text shows nothing.
fn on_one_line(source: &str, fault: &Fault) -> std::ops::Range<usize> {
    let start = fault.span.start.min(source.len());
    let text = source.get(start..fault.span.end).unwrap_or_default();
    let length = text.lines().next().unwrap_or_default().len();
    start..start + length
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
