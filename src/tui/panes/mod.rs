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
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

pub(crate) use configuration::{Standings, standing_lines};
pub(crate) use dialogue::{
    draw as draw_dialogue, failed_call_words, height as dialogue_height, stalled_words, tls_words,
};
pub(crate) use lesson::{lines as lesson_lines, title as lesson_title};
pub(crate) use log::{Searched, written as log_line};
pub(crate) use network::{Map, draw_strip};
pub(crate) use panel::{PanelText, Scrolled, draw as draw_panel};
pub(crate) use task::{entries as task_entries, lines as task_lines, title as task_title};

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

impl Focus {
    /// What stands before the name of a pane: where the keys go is told by more
    /// than the weight of a line.
    fn sign(self) -> &'static str {
        match self {
            Self::Here => "▶",
            Self::Elsewhere => " ",
        }
    }

    /// The look of a pane's name.
    fn heading(self, scene: &Scene<'_>) -> Style {
        match self {
            Self::Here => scene.theme.heading,
            Self::Elsewhere => scene.theme.strong,
        }
    }

    /// The lines of a pane's frame and their look. In the past they are dashed.
    fn edges(self, scene: &Scene<'_>) -> (border::Set<'static>, Style) {
        let theme = scene.theme;
        match (self, scene.model.is_live()) {
            (Self::Here, true) => (border::PLAIN, theme.focus),
            (Self::Elsewhere, true) => (border::PLAIN, theme.border),
            (Self::Here, false) => (border::LIGHT_DOUBLE_DASHED, theme.focus),
            (Self::Elsewhere, false) => (border::LIGHT_DOUBLE_DASHED, theme.past),
        }
    }
}

/// Draws the frame of a pane, which shares its edges with its neighbours. All
/// frames are drawn before anything is written into their edges.
pub(crate) fn draw_frame(scene: &Scene<'_>, focus: Focus, area: Rect, buffer: &mut Buffer) {
    let (lines, look) = focus.edges(scene);
    Block::bordered()
        .border_set(lines)
        // There are no dashed corners to be merged exactly.
        .merge_borders(MergeStrategy::Fuzzy)
        .border_style(look)
        .render(area, buffer);
}

/// Writes the name of a pane into its frame, and returns its inside.
fn titled(scene: &Scene<'_>, focus: Focus, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
    let room = usize::from(area.width).saturating_sub(6);
    let title = Line::from(vec![
        Span::styled(focus.sign(), scene.theme.focus),
        Span::styled(flow::cut(title, room), focus.heading(scene)),
        Span::raw(" "),
    ]);
    write_into_edge(scene, title, (area.x.saturating_add(1), area.y), buffer);
    area.inner(Margin::new(1, 1))
}

/// Writes `line` over the lines of a frame, of whose look nothing stays.
fn write_into_edge(scene: &Scene<'_>, line: Line<'_>, (x, y): (u16, u16), buffer: &mut Buffer) {
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
    let place = Rect::new(x, y, width, 1).intersection(buffer.area);
    Clear.render(place, buffer);
    buffer.set_style(place, scene.theme.text);
    line.render(place, buffer);
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

/// Draws a pane that has nothing but a text: its title, and its lines from
/// `scroll` on. Says how it stands.
pub(crate) fn draw_text(
    scene: &Scene<'_>,
    focus: Focus,
    (title, lines): (&str, &[Line<'static>]),
    scroll: usize,
    area: Rect,
    buffer: &mut Buffer,
) -> Shown {
    let inside = padded(titled(scene, focus, title, area, buffer));
    show(scene, focus, lines, scroll, inside, buffer)
}

/// Shows `lines` from `scroll` on with a mark where there is more, and lights
/// what is sought if the pane has the focus.
fn show(
    scene: &Scene<'_>,
    focus: Focus,
    lines: &[Line<'static>],
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
