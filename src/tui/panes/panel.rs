//! The panel at the lower right: its tabs, and the one that is open.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::scene::Scene;
use super::super::screen::{Hit, Panel};
use super::{Focus, certificate, configuration, frame, log, more, padded, queue, show, why, wire};

/// Draws the panel, notes where its tabs can be clicked, and says how far it
/// can be scrolled.
pub(crate) fn draw(
    scene: &Scene<'_>,
    focus: Focus,
    area: Rect,
    buffer: &mut Buffer,
    hits: &mut Vec<(Rect, Hit)>,
) -> usize {
    let panel = scene.screen.panel;
    let inside = padded(frame(scene, focus, "", area, buffer));
    tabs(scene, area, buffer, hits);
    let width = usize::from(inside.width).max(1);
    let height = usize::from(inside.height);
    let scroll = scene
        .screen
        .panel_scroll
        .get(panel.index())
        .copied()
        .unwrap_or_default();
    let lines = match panel {
        Panel::Why => why::lines(scene, width),
        Panel::Wire => {
            let lines = wire::lines(scene, width);
            let end = lines.len().saturating_sub(height);
            show(scene, lines, end.saturating_sub(scroll), inside, buffer);
            return end;
        }
        Panel::Log => {
            let (lines, older) = log::lines(scene, width, height, scroll);
            show(scene, lines, 0, inside, buffer);
            more(scene, inside, older, scroll > 0, buffer);
            return if older {
                scroll.saturating_add(height)
            } else {
                scroll
            };
        }
        Panel::Certificate => certificate::lines(scene, width),
        Panel::Queue => queue::lines(scene, width),
        Panel::Configuration => configuration::lines(scene, width),
    };
    show(scene, lines, scroll, inside, buffer)
}

/// The names of the panels in the upper edge; only their numbers where the
/// names do not fit, but always the name of the open one.
fn tabs(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer, hits: &mut Vec<(Rect, Hit)>) {
    let room = usize::from(area.width).saturating_sub(2);
    let label = |panel: Panel, named: bool| {
        let number = panel.index() + 1;
        if named {
            format!(" {number} {} ", scene.say(panel.name()))
        } else {
            format!(" {number} ")
        }
    };
    let full: usize = Panel::ALL
        .iter()
        .map(|panel| label(*panel, true).width() + 1)
        .sum();
    let mut column = area.x.saturating_add(1);
    for panel in Panel::ALL {
        let open = panel == scene.screen.panel;
        let text = label(panel, full <= room || open);
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
        if column.saturating_add(width) >= area.right() {
            break;
        }
        let look = if open {
            scene.theme.selection
        } else {
            scene.theme.text
        };
        let place = Rect {
            x: column,
            y: area.y,
            width,
            height: 1,
        };
        Line::from(Span::styled(text, look)).render(place, buffer);
        hits.push((place, Hit::Tab(panel)));
        column = column.saturating_add(width).saturating_add(1);
    }
}
