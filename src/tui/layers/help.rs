//! The keys, generated from their table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::keymap::Context;
use super::super::scene::Scene;
use super::search::Search;
use super::{columns_in, height_for, open_box, show_lines};

/// The box around one column of text.
const WIDTH: u16 = 76;

/// The box around two of them.
const TWICE: u16 = 190;

/// Columns between the two.
const GAP: usize = 3;

/// The contexts in the order in which the help speaks of them.
const SECTIONS: [(Context, &str); 11] = [
    (Context::Question, "tui-section-question"),
    (Context::Lesson, "tui-section-lesson"),
    (Context::Everywhere, "tui-section-everywhere"),
    (Context::Seeking, "tui-section-seeking"),
    (Context::Sought, "tui-section-sought"),
    (Context::Reading, "tui-section-reading"),
    (Context::Typing, "tui-section-typing"),
    (Context::Editor, "tui-section-editor"),
    (Context::Mailboxes, "tui-section-mailboxes"),
    (Context::Queue, "tui-section-queue"),
    (Context::Presentation, "tui-section-presentation"),
];

pub(super) fn draw(
    search: &Search,
    scroll: usize,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> usize {
    let width = columns_in(WIDTH, area);
    let mut lines = lines(scene, search, width);
    if lines.is_empty() {
        let said = scene.say("tui-search-nothing");
        lines.push(Line::styled(said, scene.theme.quiet));
    }
    let mut across = WIDTH;
    let half = columns_in(TWICE, area).saturating_sub(GAP) / 2;
    if half >= width && height_for(lines.len()) > area.height {
        lines = beside(self::lines(scene, search, half), half + GAP);
        across = TWICE;
    }
    let inside = open_box(
        scene,
        area,
        (across, height_for(lines.len())),
        scene.say("tui-help-title"),
        search.edge(scene, "tui-search-keys"),
        buffer,
    );
    show_lines(scene, lines, scroll, inside, buffer)
}

fn lines(scene: &Scene<'_>, search: &Search, width: usize) -> Vec<Line<'static>> {
    let language = scene.model.language;
    let bindings = scene.screen.keymap.bindings();
    let column = bindings
        .iter()
        .filter(|binding| binding.help.is_some())
        .map(|binding| binding.keys(language).width())
        .max()
        .unwrap_or(0)
        + 2;
    let mut lines = Vec::new();
    for (context, name) in SECTIONS {
        let mut keys: Vec<(String, String)> = bindings
            .iter()
            .filter(|binding| binding.context == context)
            .filter_map(|binding| Some((binding.keys(language), scene.say(binding.help?))))
            .collect();
        if context == Context::Lesson {
            keys.extend(scene.model.lesson.toggles.iter().map(|toggle| {
                let parameter = [("parameter", toggle.parameter.as_str())];
                let words = scene.say_with("tui-help-toggle", &parameter);
                (toggle.key.to_string(), words)
            }));
        }
        let section = scene.say(name);
        keys.retain(|(keys, words)| search.matches(&format!("{keys} {words} {section}")));
        if keys.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(section, scene.theme.heading));
        for (keys, words) in keys {
            lines.extend(row(scene, &keys, words, column, width));
        }
    }
    lines
}

/// The lines in two columns, the second one beginning at column `second`:
/// where a section does, nearest to the middle.
fn beside(mut lines: Vec<Line<'static>>, second: usize) -> Vec<Line<'static>> {
    let blank = |(_, line): &(usize, &Line<'_>)| line.width() == 0;
    let gaps = lines.iter().enumerate().filter(blank);
    let middle = lines.len() / 2;
    let gap = gaps
        .map(|(gap, _)| gap)
        .min_by_key(|gap| gap.abs_diff(middle));
    let mut right = lines.split_off(gap.unwrap_or(middle));
    if gap.is_some() {
        right.remove(0);
    }
    let rows = lines.len().max(right.len());
    lines.resize(rows, Line::default());
    for (left, right) in lines.iter_mut().zip(right) {
        let padding = " ".repeat(second.saturating_sub(left.width()));
        // What is the whole line's look is that of its words alone now.
        for span in &mut left.spans {
            span.style = left.style.patch(span.style);
        }
        left.style = Style::default();
        left.push_span(Span::raw(padding));
        let look = right.style;
        left.extend(right.spans.into_iter().map(|span| {
            let style = look.patch(span.style);
            span.style(style)
        }));
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
