//! The panel at the lower right: its tabs, and the one that is open.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::scene::Scene;
use super::super::screen::{Drawn, Hit, Panel};
use super::{
    Focus, certificate, configuration, differences, frame, log, more, padded, queue, show, why,
    wire,
};

/// How a panel stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Scrolled {
    /// How far it is scrolled, as [`Screen::panel_scroll`](super::super::screen::Screen) counts.
    pub(crate) at: usize,
    /// How far it can be.
    pub(crate) end: usize,
}

/// Draws the panel, notes where its tabs can be clicked, and says how it stands.
pub(crate) fn draw(
    scene: &Scene<'_>,
    focus: Focus,
    area: Rect,
    buffer: &mut Buffer,
    drawn: &mut Drawn,
) -> Scrolled {
    let panel = scene.screen.panel;
    let inside = padded(frame(scene, focus, "", area, buffer));
    tabs(scene, area, buffer, &mut drawn.hits);
    let width = usize::from(inside.width).max(1);
    let height = usize::from(inside.height);
    let chosen = scene
        .screen
        .panel_scroll
        .get(panel.index())
        .copied()
        .flatten();
    let scroll = chosen.unwrap_or_default();
    let lines = match panel {
        Panel::Why => {
            let (lines, decided) = why::lines(scene, width);
            // The rule that decided is what is to be read here.
            let at = chosen.unwrap_or_else(|| decided.saturating_sub(height));
            let end = show(scene, lines, at, inside, buffer);
            return Scrolled { at, end };
        }
        Panel::Differences => {
            let (lines, first) = differences::lines(scene, width);
            let at = chosen.unwrap_or_else(|| first.saturating_sub(height));
            let end = show(scene, lines, at, inside, buffer);
            return Scrolled { at, end };
        }
        Panel::Wire => {
            let end = draw_wire(scene, scroll, inside, buffer);
            return Scrolled { at: scroll, end };
        }
        Panel::Log => {
            let page = log::page(scene, width, height, scroll);
            show(scene, page.lines, 0, inside, buffer);
            more(scene, inside, page.older, scroll > 0, buffer);
            let further = if page.older { height } else { 0 };
            drawn.log_line = page.last;
            return Scrolled {
                at: scroll,
                end: scroll.saturating_add(further),
            };
        }
        Panel::Certificate => certificate::lines(scene, width),
        Panel::Queue => queue::lines(scene, width),
        Panel::Configuration => configuration::lines(scene, width),
    };
    let end = show(scene, lines, scroll, inside, buffer);
    Scrolled { at: scroll, end }
}

/// Draws what an eavesdropper sees, from its end. Credentials are too good a
/// catch to be scrolled out of sight: what they say stays at the top.
fn draw_wire(scene: &Scene<'_>, scroll: usize, inside: Rect, buffer: &mut Buffer) -> usize {
    let (lines, catch) = wire::lines(scene, usize::from(inside.width).max(1));
    let height = usize::from(inside.height);
    let first = lines.len().saturating_sub(height).saturating_sub(scroll);
    let Some((_, said)) = catch.filter(|(at, _)| *at < first && height > 1) else {
        show(scene, lines, first, inside, buffer);
        return first.saturating_add(scroll);
    };
    flow::cut_line(said, usize::from(inside.width)).render(inside, buffer);
    let below = Rect {
        y: inside.y.saturating_add(1),
        height: inside.height.saturating_sub(1),
        ..inside
    };
    show(scene, lines, first.saturating_add(1), below, buffer);
    first.saturating_add(scroll)
}

/// The names of the panels in the upper edge; only their numbers where the
/// names do not fit in short either, but always the name of the open one.
fn tabs(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer, hits: &mut Vec<(Rect, Hit)>) {
    let room = usize::from(area.width).saturating_sub(2);
    let named = |panel: Panel, name: &str| format!(" {} {} ", panel.index() + 1, scene.say(name));
    let fits = |name: fn(Panel) -> &'static str| {
        let widths = Panel::ALL
            .iter()
            .map(|panel| named(*panel, name(*panel)).width() + 1);
        widths.sum::<usize>() <= room
    };
    let label = |panel: Panel| {
        if fits(Panel::name) {
            named(panel, panel.name())
        } else if fits(Panel::short_name) {
            named(panel, panel.short_name())
        } else if panel == scene.screen.panel {
            named(panel, panel.name())
        } else {
            format!(" {} ", panel.index() + 1)
        }
    };
    let mut column = area.x.saturating_add(1);
    for panel in Panel::ALL {
        let open = panel == scene.screen.panel;
        let text = label(panel);
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
