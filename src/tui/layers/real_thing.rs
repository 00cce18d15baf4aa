//! The step's changes as an administrator makes them on a real server.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::panes::Shown;
use super::super::scene::Scene;
use super::{columns_in, show_page};
use crate::text::difference::Mark;
use crate::text::visible;
use crate::tui::theme::Theme;

const WIDTH: u16 = 110;

pub(super) fn draw(scroll: usize, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Shown {
    let lines = lines(scene, columns_in(WIDTH, area));
    let edges = (&*scene.say("real-thing-title"), "tui-layer-keys");
    show_page(scene, area, WIDTH, edges, (lines, scroll), buffer)
}

fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let hosts = scene.model.real_thing();
    if hosts.is_empty() {
        let said = Line::styled(scene.say("real-thing-nothing"), theme.quiet);
        return flow::wrap(&said, width, 0);
    }
    let mut lines = Vec::new();
    for changed in &hosts {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        let host = visible::text(&changed.host);
        lines.push(Line::styled(host, theme.heading));
        let root = |command: &String| {
            Line::from(vec![
                Span::styled("# ", theme.quiet),
                Span::styled(visible::text(command), theme.code),
            ])
        };
        for command in &changed.commands {
            lines.extend(flow::wrap(&root(command), width, 4));
        }
        for block in &changed.blocks {
            lines.push(Line::default());
            lines.push(Line::styled(block.file, theme.strong));
            for line in &block.lines {
                let line = Line::styled(visible::text(line), theme.code);
                lines.extend(flow::wrap(&line, width, 6));
            }
        }
        for (file, difference) in &changed.differences {
            lines.push(Line::default());
            let heading = scene.say_with("real-thing-difference", &[("file", file.as_str())]);
            lines.push(Line::styled(heading, theme.strong));
            for (mark, line) in difference {
                let text = format!("{} {}", mark.sign(), visible::text(line));
                let line = Line::styled(text, look(*mark, theme));
                lines.extend(flow::wrap(&line, width, 4));
            }
        }
    }
    lines
}

/// The look of a line of a difference.
pub(in crate::tui) fn look(mark: Mark, theme: &Theme) -> Style {
    match mark {
        Mark::Same => theme.quiet,
        Mark::Removed => theme.removed,
        Mark::Added => theme.success,
    }
}
