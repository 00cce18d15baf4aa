//! The words of the trade.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::flow;
use super::super::scene::Scene;
use super::search::Search;
use super::{columns_in, open_box, show_lines};
use crate::text::glossary;

const WIDTH: u16 = 84;

pub(super) fn draw(
    search: &Search,
    scroll: usize,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> usize {
    let width = columns_in(WIDTH, area);
    let mut lines = Vec::new();
    for term in glossary::find(scene.model.language, &search.sought()) {
        lines.push(Line::styled(term.name, scene.theme.heading));
        let meaning = Line::styled(format!("  {}", term.meaning), scene.theme.text);
        lines.extend(flow::wrap(&meaning, width, 2));
        lines.push(Line::default());
    }
    if lines.is_empty() {
        lines.push(Line::styled(
            scene.say("tui-search-nothing"),
            scene.theme.quiet,
        ));
    }
    // As high as it can be, so that the box stays where it is while one seeks.
    let inside = open_box(
        scene,
        area,
        (WIDTH, area.height),
        scene.say("tui-glossary-title"),
        search.edge(scene, "tui-search-keys"),
        buffer,
    );
    show_lines(scene, lines, scroll, inside, buffer)
}
