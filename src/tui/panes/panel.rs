//! The panel at the lower right: its tabs, and the one that is open.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::scene::Scene;
use super::super::screen::{Drawn, Hit, Panel};
use super::super::seek::{self, Found};
use super::{
    Focus, Shown, certificate, configuration, differences, log, more, padded, queue, show, why,
    wire, write_into_edge,
};

/// How a panel stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Scrolled {
    /// How far it is scrolled, as [`Screen::panel_scroll`](super::super::screen::Screen) counts.
    pub(crate) at: usize,
    /// How far it can be.
    pub(crate) end: usize,
}

/// What stands in a panel that has lines of its own, however high it is.
pub(crate) struct PanelText {
    /// Its lines.
    pub(crate) lines: Vec<Line<'static>>,
    /// How many of them, from the first, should be in sight.
    sought: usize,
}

impl PanelText {
    /// What stands in the open panel in `width` columns; `None` for those that
    /// show as much as there is room for.
    pub(crate) fn of(scene: &Scene<'_>, width: usize) -> Option<Self> {
        let (lines, sought) = match scene.screen.panel {
            Panel::Wire | Panel::Log => return None,
            // The rule that decided is what is to be read here.
            Panel::Why => why::lines(scene, width),
            Panel::Differences => differences::lines(scene, width),
            Panel::Certificate => (certificate::lines(scene, width), 0),
            Panel::Queue => (queue::lines(scene, width), 0),
            Panel::Configuration => configuration::lines(scene, width),
        };
        Some(Self { lines, sought })
    }
}

/// Draws the panel with this text in it, notes where its tabs can be clicked, and says how it stands.
pub(crate) fn draw(
    scene: &Scene<'_>,
    focus: Focus,
    text: Option<&PanelText>,
    area: Rect,
    buffer: &mut Buffer,
    drawn: &mut Drawn,
) -> (Scrolled, Option<Found>) {
    let panel = scene.screen.panel;
    let inside = padded(area.inner(Margin::new(1, 1)));
    tabs(scene, focus, area, buffer, &mut drawn.hits);
    let height = usize::from(inside.height);
    let chosen = scene
        .screen
        .panel_scroll
        .get(panel.index())
        .copied()
        .flatten();
    if let Some(PanelText { lines, sought }) = text {
        let at = chosen.unwrap_or_else(|| sought.saturating_sub(height));
        return stands(at, show(scene, focus, lines, at, inside, buffer));
    }
    let scroll = chosen.unwrap_or_default();
    if panel == Panel::Wire {
        return stands(scroll, draw_wire(scene, focus, scroll, inside, buffer));
    }
    draw_log(scene, focus, scroll, inside, buffer, drawn)
}

/// Draws the log from its end.
fn draw_log(
    scene: &Scene<'_>,
    focus: Focus,
    scroll: usize,
    inside: Rect,
    buffer: &mut Buffer,
    drawn: &mut Drawn,
) -> (Scrolled, Option<Found>) {
    let (width, height) = (usize::from(inside.width).max(1), usize::from(inside.height));
    let page = log::page(scene, focus, (width, height), scroll);
    flow::write(&page.lines, inside, buffer);
    more(scene, inside, page.older, scroll > 0, buffer);
    for (row, is_chosen) in page.marked {
        let place = (inside.x.saturating_sub(1), inside.y.saturating_add(row));
        seek::mark(is_chosen, place, scene.theme.notice, buffer);
    }
    let further = if page.older { height } else { 0 };
    drawn.log_line = page.looked_at;
    drawn.searched = page.searched;
    let end = scroll.saturating_add(further);
    (Scrolled { at: scroll, end }, page.found)
}

fn stands(at: usize, Shown { end, found }: Shown) -> (Scrolled, Option<Found>) {
    (Scrolled { at, end }, found)
}

/// Draws what an eavesdropper sees, from its end. Credentials are too good a
/// catch to be scrolled out of sight: what they say stays at the top.
fn draw_wire(
    scene: &Scene<'_>,
    focus: Focus,
    scroll: usize,
    inside: Rect,
    buffer: &mut Buffer,
) -> Shown {
    let (lines, catch) = wire::lines(scene, usize::from(inside.width).max(1));
    let height = usize::from(inside.height);
    let first = lines.len().saturating_sub(height).saturating_sub(scroll);
    let end = first.saturating_add(scroll);
    let Some((_, said)) = catch.filter(|(at, _)| *at < first && height > 1) else {
        let shown = show(scene, focus, &lines, first, inside, buffer);
        return Shown { end, ..shown };
    };
    flow::cut_line(said, usize::from(inside.width)).render(inside, buffer);
    let below = Rect {
        y: inside.y.saturating_add(1),
        height: inside.height.saturating_sub(1),
        ..inside
    };
    let shown = show(scene, focus, &lines, first.saturating_add(1), below, buffer);
    Shown { end, ..shown }
}

/// The names of the panels in the upper edge; only their numbers where the
/// names do not fit in short either, but always the name of the open one.
fn tabs(
    scene: &Scene<'_>,
    focus: Focus,
    area: Rect,
    buffer: &mut Buffer,
    hits: &mut Vec<(Rect, Hit)>,
) {
    let room = usize::from(area.width).saturating_sub(2);
    let named = |panel: Panel, name: &str| format!("{} {} ", panel.index() + 1, scene.say(name));
    let fits = |name: fn(Panel) -> &'static str| {
        let widths = Panel::ALL
            .iter()
            .map(|panel| named(*panel, name(*panel)).width() + 2);
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
            format!("{} ", panel.index() + 1)
        }
    };
    let mut column = area.x.saturating_add(1);
    for panel in Panel::ALL {
        let open = panel == scene.screen.panel;
        let text = label(panel);
        let width = u16::try_from(text.width() + 1).unwrap_or(u16::MAX);
        if column.saturating_add(width) >= area.right() {
            break;
        }
        let (sign, look) = if open {
            (focus.sign(), scene.theme.selection)
        } else {
            (Focus::Elsewhere.sign(), scene.theme.text)
        };
        let place = Rect {
            x: column,
            y: area.y,
            width,
            height: 1,
        };
        let text = format!("{sign}{text}");
        write_into_edge(
            scene,
            Span::styled(text, look).into(),
            (column, area.y),
            buffer,
        );
        hits.push((place, Hit::Tab(panel)));
        column = column.saturating_add(width).saturating_add(1);
    }
}
