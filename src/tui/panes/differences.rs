//! This run of a dialogue against the one before it: what was edited in
//! between, and where the answers part.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use crate::app::{Compared, Edit, Place};
use crate::text::difference;
use crate::text::visible;
use crate::tui::layers::look;

/// The panel's lines in `width` columns, and how many of them there are up to
/// the end of the first difference: so many should be in sight.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> (Vec<Line<'static>>, usize) {
    let theme = scene.theme;
    let Some(comparison) = scene.model.comparison() else {
        let said = Line::styled(scene.say("tui-differences-nothing"), theme.quiet);
        return (flow::wrap(&said, width, 0), 0);
    };
    let mut lines = Vec::new();
    for edit in &comparison.edits {
        for line in changed(scene, edit) {
            lines.extend(flow::wrap(&line, width, 4));
        }
    }
    if comparison.edits.is_empty() {
        let said = Line::styled(scene.say("tui-differences-no-edit"), theme.quiet);
        lines.extend(flow::wrap(&said, width, 0));
    }
    if comparison.first_difference.is_none() {
        let said = Line::styled(scene.say("tui-differences-none"), theme.success);
        lines.extend(flow::wrap(&said, width, 0));
    }
    let mut sought = 0;
    for (index, pair) in comparison.exchanges.iter().enumerate() {
        let first = comparison.first_difference == Some(index);
        lines.extend(exchange(scene, pair, first, width));
        if first {
            sought = lines.len();
        }
    }
    (lines, sought)
}

/// A directive with its value before and now, or a file with the lines that differ.
fn changed(scene: &Scene<'_>, edit: &Edit) -> Vec<Line<'static>> {
    let (service, parameter) = match &edit.place {
        Place::Directive { service, parameter } => (service, parameter),
        Place::File { path } => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let mut lines = vec![Line::styled(visible::text(path), scene.theme.winner)];
            for (mark, line) in difference::lines(&text(&edit.old), &text(&edit.new), 0) {
                let line = format!("{} {}", mark.sign(), visible::text(&line));
                lines.push(Line::styled(line, look(mark, scene.theme)));
            }
            return lines;
        }
    };
    let value = |value: &Option<String>| {
        value
            .as_deref()
            .map_or_else(|| scene.say("tui-differences-default"), visible::text)
    };
    let place = service.as_deref().map_or_else(String::new, |service| {
        format!("{} -o ", visible::text(service))
    });
    vec![Line::from(vec![
        Span::styled(
            format!("{place}{}", visible::text(parameter)),
            scene.theme.winner,
        ),
        Span::styled(format!(": {} ", value(&edit.old)), scene.theme.text),
        Span::styled("→", scene.theme.quiet),
        Span::styled(format!(" {}", value(&edit.new)), scene.theme.strong),
    ])]
}

fn exchange(scene: &Scene<'_>, pair: &Compared, first: bool, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let command = if pair.command.is_empty() {
        scene.say("tui-differences-greeting")
    } else {
        visible::text(&pair.command)
    };
    if pair.is_same() {
        let last = pair.now.iter().flatten().next_back();
        let answer = last.map_or_else(String::new, |line| visible::text(line));
        let line = Line::from(vec![
            Span::styled(format!("  = {command}"), theme.text),
            Span::styled(format!("  {answer}"), theme.quiet),
        ]);
        return vec![flow::cut_line(line, width)];
    }
    let (mark, look) = if first {
        ("▶ ≠", theme.winner)
    } else {
        ("  ≠", theme.strong)
    };
    let head = Line::styled(format!("{mark} {command}"), look);
    let mut lines = flow::wrap_protocol(&head, width, 6);
    for (label, answer) in [
        ("tui-differences-before", &pair.before),
        ("tui-differences-now", &pair.now),
    ] {
        let label = scene.say(label);
        let said = answer
            .clone()
            .unwrap_or_else(|| vec![scene.say("tui-differences-not-said")]);
        for line in said {
            lines.extend(flow::wrap(&answered(scene, &label, &line), width, 13));
        }
    }
    lines
}

fn answered(scene: &Scene<'_>, label: &str, line: &str) -> Line<'static> {
    let refused = line.starts_with(['4', '5']);
    let look: Style = if refused {
        scene.theme.refusal
    } else {
        scene.theme.text
    };
    Line::from(vec![
        Span::styled(format!("    {label:8} "), scene.theme.quiet),
        Span::styled(visible::text(line), look),
    ])
}
