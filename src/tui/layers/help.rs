//! The keys, generated from their table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::keymap::{BINDINGS, Context};
use super::super::scene::Scene;
use super::{columns_in, height_for, open_box, show_lines};

const WIDTH: u16 = 76;

/// The contexts in the order in which the help speaks of them.
const SECTIONS: [(Context, &str); 7] = [
    (Context::Question, "tui-section-question"),
    (Context::Lesson, "tui-section-lesson"),
    (Context::Everywhere, "tui-section-everywhere"),
    (Context::Editor, "tui-section-editor"),
    (Context::Queue, "tui-section-queue"),
    (Context::Presentation, "tui-section-presentation"),
    (Context::Demonstration, "tui-section-demonstration"),
];

pub(super) fn draw(scroll: usize, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
    let width = columns_in(WIDTH, area);
    let lines = lines(scene, width);
    let inside = open_box(
        scene,
        area,
        (WIDTH, height_for(lines.len())),
        format!(" {} ", scene.say("tui-help-title")),
        format!(" {} ", scene.say("tui-layer-keys")),
        buffer,
    );
    show_lines(scene, lines, scroll, inside, buffer)
}

fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let language = scene.model.language;
    let column = BINDINGS
        .iter()
        .filter(|binding| binding.help.is_some())
        .map(|binding| binding.keys(language).width())
        .max()
        .unwrap_or(0)
        + 2;
    let mut lines = Vec::new();
    for (context, name) in SECTIONS {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(scene.say(name), scene.theme.heading));
        let keys = BINDINGS
            .iter()
            .filter(|binding| binding.context == context)
            .filter_map(|binding| Some((binding.keys(language), scene.say(binding.help?))));
        for (keys, words) in keys {
            lines.extend(row(scene, &keys, words, column, width));
        }
        if context == Context::Lesson {
            for toggle in &scene.model.lesson.toggles {
                let words = scene.say_with(
                    "tui-help-toggle",
                    &[("parameter", toggle.parameter.as_str())],
                );
                lines.extend(row(scene, &toggle.key.to_string(), words, column, width));
            }
        }
    }
    lines
}

fn row(
    scene: &Scene<'_>,
    keys: &str,
    words: String,
    column: usize,
    width: usize,
) -> Vec<Line<'static>> {
    let padding = " ".repeat(column.saturating_sub(keys.width() + 1));
    let line = Line::from(vec![
        Span::raw(" "),
        Span::styled(keys.to_owned(), scene.theme.key),
        Span::raw(padding),
        Span::styled(words, scene.theme.text),
    ]);
    flow::wrap(&line, width, column)
}
