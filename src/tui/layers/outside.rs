//! How programs outside the world can call the lesson's server.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::flow;
use super::super::panes::Shown;
use super::super::scene::Scene;
use super::{columns_in, show_page};
use crate::text::visible;

const WIDTH: u16 = 100;

pub(super) fn draw(scroll: usize, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Shown {
    let lines = lines(scene, columns_in(WIDTH, area));
    let edges = (&*scene.say("tui-outside-title"), "tui-layer-keys");
    show_page(scene, area, WIDTH, edges, (lines, scroll), buffer)
}

fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let mut lines = flow::wrap(&Line::styled(scene.outsider(), theme.heading), width, 0);
    lines.push(Line::default());
    let said = Line::styled(scene.say("tui-outside-try"), theme.text);
    lines.extend(flow::wrap(&said, width, 0));
    for command in scene.model.commands_from_outside() {
        lines.push(Line::default());
        let line = Line::styled(visible::text(&command), theme.code);
        lines.extend(flow::wrap(&line, width, 2));
    }
    lines
}
