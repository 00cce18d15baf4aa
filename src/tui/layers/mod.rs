//! What can be open on top of the lesson: one at a time takes the keys, and
//! Esc closes only that one.

mod confirm;
mod editor;
mod help;
mod outside;
mod queue;
mod steps;
mod whole;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Flex, Layout, Margin, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Paragraph, Widget};

pub use confirm::Question;
pub use editor::Editor;
pub use queue::Queue;

use super::panes::more;
use super::scene::Scene;
use crate::app::Model;

/// Something open on top.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A question before something that cannot be taken back.
    Confirm(Question),
    /// The editor of the configuration.
    Editor(Editor),
    /// The keys.
    Help {
        /// Lines scrolled.
        scroll: usize,
    },
    /// How to call from outside the world.
    Outside {
        /// Lines scrolled.
        scroll: usize,
    },
    /// A host's queue.
    Queue(Queue),
    /// The list of steps.
    Steps {
        /// Index of the marked one.
        chosen: usize,
    },
    /// A row of the dialogue, whole.
    Whole {
        /// Index of the row in its connection.
        row: usize,
        /// Lines scrolled.
        scroll: usize,
    },
}

impl Layer {
    /// Moves by `by` lines; `end` is how far the last frame could be scrolled.
    pub fn scroll(&mut self, by: isize, end: usize, model: &Model) {
        let moved = |place: usize| {
            place
                .checked_add_signed(by)
                .unwrap_or(if by < 0 { 0 } else { usize::MAX })
        };
        match self {
            Self::Help { scroll } | Self::Outside { scroll } | Self::Whole { scroll, .. } => {
                *scroll = moved(*scroll).min(end);
            }
            Self::Steps { chosen } => {
                *chosen = moved(*chosen).min(model.lesson.steps.len().saturating_sub(1));
            }
            Self::Editor(editor) => editor.mark(moved(editor.marked()), model),
            Self::Queue(queue) => queue.mark(moved, model),
            Self::Confirm(_) => {}
        }
    }

    /// Keeps the scroll within what the last frame could show.
    pub fn limit(&mut self, end: usize) {
        if let Self::Help { scroll } | Self::Outside { scroll } | Self::Whole { scroll, .. } = self
        {
            *scroll = (*scroll).min(end);
        }
    }

    /// Draws it over what is below, and says how far it could be scrolled.
    pub fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
        match self {
            Self::Confirm(question) => confirm::draw(*question, scene, area, buffer),
            Self::Editor(editor) => editor.draw(scene, area, buffer),
            Self::Help { scroll } => help::draw(*scroll, scene, area, buffer),
            Self::Outside { scroll } => outside::draw(*scroll, scene, area, buffer),
            Self::Queue(queue) => queue.draw(scene, area, buffer),
            Self::Steps { chosen } => steps::draw(*chosen, scene, area, buffer),
            Self::Whole { row, scroll } => whole::draw(*row, *scroll, scene, area, buffer),
        }
    }
}

/// A framed box of at most `width` by `height` in the middle of `area`, empty.
/// Returns its inside.
fn open_box(
    scene: &Scene<'_>,
    area: Rect,
    (width, height): (u16, u16),
    title: String,
    bottom: String,
    buffer: &mut Buffer,
) -> Rect {
    let [across] = Layout::horizontal([Constraint::Max(width)])
        .flex(Flex::Center)
        .areas(area);
    let [place] = Layout::vertical([Constraint::Max(height)])
        .flex(Flex::Center)
        .areas(across);
    let block = Block::bordered()
        .style(scene.theme.text)
        .border_style(scene.theme.focus)
        .title_top(Line::styled(title, scene.theme.heading))
        .title_bottom(Line::styled(bottom, scene.theme.quiet).right_aligned());
    let inside = block.inner(place).inner(Margin::new(1, 0));
    Clear.render(place, buffer);
    block.render(place, buffer);
    inside
}

/// Shows `lines` from `scroll` on with a mark where there is more, and says how far they can be scrolled.
fn show_lines(
    scene: &Scene<'_>,
    lines: Vec<Line<'static>>,
    scroll: usize,
    inside: Rect,
    buffer: &mut Buffer,
) -> usize {
    let end = lines.len().saturating_sub(usize::from(inside.height));
    let scroll = scroll.min(end);
    let visible: Vec<_> = lines
        .into_iter()
        .skip(scroll)
        .take(usize::from(inside.height))
        .collect();
    Paragraph::new(visible).render(inside, buffer);
    more(scene, inside, scroll > 0, scroll < end, buffer);
    end
}

/// The columns inside a box of at most `width` columns in `area`.
fn columns_in(width: u16, area: Rect) -> usize {
    usize::from(width.min(area.width).saturating_sub(4)).max(1)
}

/// The height of a box around so many lines.
fn height_for(lines: usize) -> u16 {
    u16::try_from(lines.saturating_add(2)).unwrap_or(u16::MAX)
}
