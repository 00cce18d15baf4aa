//! What can be open on top of the lesson: one at a time takes the keys, and
//! Esc closes only that one.

mod call;
mod confirm;
mod copy;
mod dig;
mod editor;
mod explain;
mod glossary;
mod help;
mod journey;
mod mailbox;
mod outside;
mod queue;
mod real_thing;
mod search;
mod steps;

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Flex, Layout, Margin, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Paragraph, Widget};

pub use call::Call;
pub use confirm::Question;
pub use copy::Copy;
pub use dig::Dig;
pub use editor::Editor;
pub use explain::Subject;
pub use journey::chosen as chosen_hop;
pub use mailbox::{neighbour as neighbouring_message, newest as newest_message};
pub use queue::Queue;
pub(in crate::tui) use real_thing::look;
pub use search::Search;

use super::panes::{Shown, more};
use super::scene::Scene;
use super::screen::Command;
use super::seek::{self, Found};
use crate::app::Model;
use crate::journal::Position;

/// Something open on top.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A call being prepared.
    Call(Call),
    /// A question before something that cannot be taken back.
    Confirm(Question),
    /// What can be copied.
    Copy(Copy),
    /// A look at DNS.
    Dig(Dig),
    /// The editor of the configuration.
    Editor(Editor),
    /// A line, and what it means.
    Explain {
        /// The line.
        subject: Subject,
        /// Lines scrolled.
        scroll: usize,
    },
    /// The words of the trade.
    Glossary {
        /// The words that are sought.
        search: Search,
        /// Lines scrolled.
        scroll: usize,
    },
    /// The keys.
    Help {
        /// The keys that are sought.
        search: Search,
        /// Lines scrolled.
        scroll: usize,
    },
    /// How to call from outside the world.
    Outside {
        /// Lines scrolled.
        scroll: usize,
    },
    /// The journey of the message.
    Journey {
        /// Index of the marked hop.
        chosen: usize,
    },
    /// A message in a mailbox.
    Mailbox {
        /// Position of the `stored` event.
        at: Position,
        /// Lines scrolled.
        scroll: usize,
    },
    /// A host's queue.
    Queue(Queue),
    /// The step's changes as on a real server.
    RealThing {
        /// Lines scrolled.
        scroll: usize,
    },
    /// The list of steps.
    Steps {
        /// The steps that are sought.
        search: Search,
        /// Index of the marked one among those.
        chosen: usize,
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
            Self::Explain { scroll, .. }
            | Self::Glossary { scroll, .. }
            | Self::Help { scroll, .. }
            | Self::Mailbox { scroll, .. }
            | Self::Outside { scroll }
            | Self::RealThing { scroll } => {
                *scroll = moved(*scroll).min(end);
            }
            Self::Steps { search, chosen } => {
                let found = steps::found(search, model).len();
                *chosen = moved(*chosen).min(found.saturating_sub(1));
            }
            Self::Editor(editor) => editor.mark(moved(editor.marked()), model),
            Self::Queue(queue) => queue.mark(moved, model),
            Self::Dig(dig) => dig.move_to(moved, end),
            Self::Journey { chosen } => {
                *chosen = moved(*chosen).min(model.journey().len().saturating_sub(1));
            }
            Self::Call(call) => call.mark(moved),
            // Line by line the choice, by pages the text of what is chosen.
            Self::Copy(copy) if by.unsigned_abs() > 1 => copy.turn_page(moved, end),
            Self::Copy(copy) => copy.mark(moved),
            Self::Confirm(_) => {}
        }
    }

    /// Keeps the scroll within what the last frame could show.
    pub fn limit(&mut self, end: usize) {
        if let Self::Explain { scroll, .. }
        | Self::Glossary { scroll, .. }
        | Self::Help { scroll, .. }
        | Self::Mailbox { scroll, .. }
        | Self::Outside { scroll }
        | Self::RealThing { scroll } = self
        {
            *scroll = (*scroll).min(end);
        } else if let Self::Dig(dig) = self {
            dig.limit(end);
        }
    }

    /// At which line a page of text stands that can be searched: how far it is
    /// scrolled, or the marked one; `None`: it is none.
    pub(super) fn searched_at(&self) -> Option<usize> {
        match self {
            Self::Explain { scroll, .. }
            | Self::Mailbox { scroll, .. }
            | Self::Outside { scroll }
            | Self::RealThing { scroll } => Some(*scroll),
            Self::Editor(editor) => editor.line_of_file(),
            _ => None,
        }
    }

    /// Goes to a line where what is sought was `found`.
    pub(super) fn go_to_found(&mut self, found: &Found, line: usize) {
        match self {
            Self::Explain { scroll, .. }
            | Self::Mailbox { scroll, .. }
            | Self::Outside { scroll }
            | Self::RealThing { scroll } => *scroll = found.scroll_to(line, *scroll),
            Self::Editor(editor) => editor.go_to_line_of_file(line),
            _ => {}
        }
    }

    /// What is sought in it, if it shows only what is found.
    pub fn search(&mut self) -> Option<&mut Search> {
        match self {
            Self::Glossary { search, .. }
            | Self::Help { search, .. }
            | Self::Steps { search, .. } => Some(search),
            Self::Editor(editor) => editor.search(),
            _ => None,
        }
    }

    /// Whether every key is a letter of what is being typed.
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Glossary { search, .. }
            | Self::Help { search, .. }
            | Self::Steps { search, .. } => search.is_typing(),
            Self::Editor(editor) => editor.is_typing(),
            Self::Dig(_) => true,
            _ => false,
        }
    }

    /// Takes a key while a text is being typed.
    pub fn type_key(&mut self, event: KeyEvent, model: &Model) -> Option<Command> {
        match self {
            Self::Editor(editor) => editor.type_key(event, model),
            Self::Dig(dig) => dig.type_key(event, model),
            Self::Steps { search, chosen } => {
                search.type_key(event);
                *chosen = 0;
                None
            }
            Self::Glossary { search, scroll } | Self::Help { search, scroll } => {
                search.type_key(event);
                *scroll = 0;
                None
            }
            _ => None,
        }
    }

    /// Takes pasted text: it goes where text is being typed, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        match self {
            Self::Editor(editor) => editor.paste(text),
            Self::Dig(dig) => dig.paste(text),
            other => {
                if let Some(search) = other.search().filter(|search| search.is_typing()) {
                    search.paste(text);
                }
            }
        }
    }

    /// The step that is marked in the list of steps.
    pub fn chosen_step(&self, model: &Model) -> Option<usize> {
        match self {
            Self::Steps { search, chosen } => steps::found(search, model).get(*chosen).copied(),
            _ => None,
        }
    }

    /// Draws it over what is below, and says how it stands.
    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Shown {
        match self {
            Self::Call(call) => call.draw(scene, area, buffer),
            Self::Copy(copy) => copy.draw(scene, area, buffer).into(),
            Self::Confirm(question) => confirm::draw(*question, scene, area, buffer).into(),
            Self::Editor(editor) => editor.draw(scene, area, buffer),
            Self::Explain { subject, scroll } => {
                explain::draw(*subject, *scroll, scene, area, buffer)
            }
            Self::Glossary { search, scroll } => {
                glossary::draw(search, *scroll, scene, area, buffer).into()
            }
            Self::Help { search, scroll } => {
                help::draw(search, *scroll, scene, area, buffer).into()
            }
            Self::Outside { scroll } => outside::draw(*scroll, scene, area, buffer),
            Self::Dig(dig) => dig.draw(scene, area, buffer).into(),
            Self::Journey { chosen } => journey::draw(*chosen, scene, area, buffer).into(),
            Self::Mailbox { at, scroll } => mailbox::draw(*at, *scroll, scene, area, buffer),
            Self::Queue(queue) => queue.draw(scene, area, buffer).into(),
            Self::RealThing { scroll } => real_thing::draw(*scroll, scene, area, buffer),
            Self::Steps { search, chosen } => {
                steps::draw(search, *chosen, scene, area, buffer).into()
            }
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
        .title_top(scene.theme.title(title))
        .title_bottom(Line::styled(bottom, scene.theme.quiet).right_aligned());
    let inside = block.inner(place).inner(Margin::new(1, 0));
    Clear.render(place, buffer);
    block.render(place, buffer);
    inside
}

/// A box just around `lines`, shown from `scroll` on with what is sought in
/// them lit; says how it stands. `keys` is the message that names its keys.
/// Those that move it are not named where there is nothing to be moved.
fn show_page(
    scene: &Scene<'_>,
    area: Rect,
    width: u16,
    (title, keys): (&str, &str),
    (lines, scroll): (Vec<Line<'static>>, usize),
    buffer: &mut Buffer,
) -> Shown {
    let height = height_for(lines.len());
    let keys = match keys {
        "tui-layer-keys" if height <= area.height => "tui-layer-close",
        keys => keys,
    };
    let inside = open_box(
        scene,
        area,
        (width, height),
        title.to_owned(),
        format!(" {} ", scene.say(keys)),
        buffer,
    );
    let end = lines.len().saturating_sub(usize::from(inside.height));
    let scroll = scroll.min(end);
    let sought = seek::sought_in_page(scene);
    let found = seek::show(scene, sought, &lines, scroll, inside, buffer);
    more(scene, inside, scroll > 0, scroll < end, buffer);
    if let Some(found) = &found {
        let edge = Rect {
            y: inside.y.saturating_sub(1),
            height: 1,
            ..inside
        };
        seek::draw_edge(scene, found, edge, buffer);
    }
    Shown { end, found }
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
