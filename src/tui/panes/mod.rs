//! The panes: each draws one part of a [`Scene`](super::scene::Scene) into an
//! area and keeps nothing.

pub(crate) mod bar;
mod certificate;
mod configuration;
mod dialogue;
mod differences;
mod lesson;
mod log;
mod network;
mod panel;
mod queue;
mod task;
mod why;
mod wire;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::Line;
use ratatui::widgets::{Block, Widget};

pub(crate) use configuration::{draw as draw_configuration, standing_lines};
pub(crate) use dialogue::{draw as draw_dialogue, failed_call_words, stalled_words, tls_words};
pub(crate) use lesson::draw as draw_lesson;
pub(crate) use log::{Searched, written as log_line};
pub(crate) use network::{draw as draw_network, height as network_height};
pub(crate) use panel::{Scrolled, draw as draw_panel};
pub(crate) use task::{draw as draw_task, lines as task_lines};

use super::flow;
use super::scene::Scene;
use super::seek::{self, Found};

/// Whether a pane has the focus.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Focus {
    /// The scrolling keys move it.
    Here,
    /// They move another one.
    Elsewhere,
}

/// The look of a pane's frame and of its title. In the past the frames say so too.
fn edges(scene: &Scene<'_>, focus: Focus) -> (Style, Style) {
    let (border, heading) = match focus {
        Focus::Here => (scene.theme.focus, scene.theme.heading),
        Focus::Elsewhere => (scene.theme.border, scene.theme.strong),
    };
    if scene.model.is_live() {
        (border, heading)
    } else {
        (scene.theme.notice, heading)
    }
}

/// Draws a frame that shares its edges with its neighbours, and returns its inside.
fn frame(scene: &Scene<'_>, focus: Focus, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
    let (border, heading) = edges(scene, focus);
    let room = usize::from(area.width).saturating_sub(4);
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .style(scene.theme.text)
        .border_style(border)
        .title_top(Line::styled(
            flow::cut(&format!(" {title} "), room),
            heading,
        ));
    let inside = block.inner(area);
    block.render(area, buffer);
    inside
}

/// How a pane stands after it was drawn.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Shown {
    /// How far it can be scrolled.
    pub(crate) end: usize,
    /// Where it holds what is sought, if it has the focus and anything is.
    pub(crate) found: Option<Found>,
}

impl From<usize> for Shown {
    fn from(end: usize) -> Self {
        Self { end, found: None }
    }
}

/// Shows `lines` from `scroll` on with a mark where there is more, and lights
/// what is sought if the pane has the focus.
fn show(
    scene: &Scene<'_>,
    focus: Focus,
    lines: Vec<Line<'static>>,
    scroll: usize,
    inside: Rect,
    buffer: &mut Buffer,
) -> Shown {
    let end = lines.len().saturating_sub(usize::from(inside.height));
    let scroll = scroll.min(end);
    let sought = seek::sought_in_pane(scene).filter(|_| focus == Focus::Here);
    let found = seek::show(scene, sought, lines, scroll, inside, buffer);
    more(scene, inside, scroll > 0, scroll < end, buffer);
    Shown { end, found }
}

/// Marks in the column to the right of `inside` that there is more above or below.
pub(crate) fn more(scene: &Scene<'_>, inside: Rect, above: bool, below: bool, buffer: &mut Buffer) {
    if inside.is_empty() {
        return;
    }
    let column = inside.right();
    if above {
        buffer.set_string(column, inside.y, "▲", scene.theme.notice);
    }
    if below {
        buffer.set_string(column, inside.bottom() - 1, "▼", scene.theme.notice);
    }
}

/// Room for text inside a frame: one blank column on each side.
fn padded(inside: Rect) -> Rect {
    Rect {
        x: inside.x.saturating_add(1),
        width: inside.width.saturating_sub(2),
        ..inside
    }
}
