//! What keys and clicks do to the menu.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Choice, Drawn, Layer, Menu};
use crate::tui::keymap::{Action, Context};

/// Lessons or lines moved by half a page.
const HALF_PAGE: usize = 8;

/// What a key or a click came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Came {
    /// Nothing that the menu itself does not show.
    Nothing,
    /// Draw everything again.
    Redraw,
    /// Stop the program, as a shell does on Ctrl-Z.
    Suspend,
    /// The student has chosen.
    Choice(Choice),
}

impl Menu {
    /// Remembers what the last frame found out.
    pub(super) fn remember(&mut self, drawn: Drawn) {
        if let Some(Layer::Help { scroll }) = &mut self.layer {
            *scroll = (*scroll).min(drawn.help_end);
        }
        self.drawn = drawn;
    }

    /// Where keys are pressed now, from the innermost context outwards.
    pub(super) fn contexts(&self) -> &'static [Context] {
        match self.layer {
            Some(Layer::Afresh) => &[Context::Confirmation],
            Some(Layer::Help { .. }) => &[Context::Reading, Context::Everywhere],
            None => &[Context::Menu, Context::Everywhere],
        }
    }

    /// Takes a key.
    pub(super) fn key(&mut self, event: KeyEvent) -> Came {
        let letter = matches!(
            event.code,
            KeyCode::Char(_) | KeyCode::Left | KeyCode::Right
        );
        let edits = letter || matches!(event.code, KeyCode::Backspace | KeyCode::Delete);
        if self.search.is_typing() && (edits || event.code == KeyCode::Esc) {
            self.search.type_key(event);
            self.mark_what_was_found();
            return Came::Nothing;
        }
        match self.keymap.action(self.contexts(), event) {
            Some(action) => self.act(action),
            None => Came::Nothing,
        }
    }

    /// Takes pasted text: it goes where text is being typed, and nowhere else.
    pub(super) fn paste(&mut self, text: &str) -> Came {
        if self.search.is_typing() {
            self.search.paste(text);
            self.mark_what_was_found();
        }
        Came::Nothing
    }

    /// Takes a click or a turn of the wheel. A click marks a lesson, another
    /// one on the marked lesson opens it.
    pub(super) fn mouse(&mut self, event: MouseEvent) -> Came {
        match event.kind {
            MouseEventKind::ScrollUp => self.scroll(false, 1),
            MouseEventKind::ScrollDown => self.scroll(true, 1),
            MouseEventKind::Down(MouseButton::Left) if self.layer.is_none() => {
                let point = Position::new(event.column, event.row);
                let rows = &self.drawn.rows;
                let under = rows.iter().find(|(area, _)| area.contains(point));
                match under.map(|(_, lesson)| *lesson) {
                    Some(lesson) if lesson == self.marked => return self.open(false, false),
                    Some(lesson) => self.marked = lesson,
                    None => {}
                }
            }
            _ => {}
        }
        Came::Nothing
    }

    fn act(&mut self, action: Action) -> Came {
        match action {
            Action::Accept => match self.layer.take() {
                Some(Layer::Afresh) => return self.open(true, false),
                Some(Layer::Help { .. }) => {}
                None => return self.open(false, false),
            },
            Action::Present => return self.open(false, true),
            Action::Afresh => {
                let begun = |lesson: &crate::lesson::course::Standing| lesson.left_at.is_some();
                if self.marked().is_some_and(begun) {
                    self.layer = Some(Layer::Afresh);
                }
            }
            Action::Search => self.search.begin(),
            Action::Language => self.language = self.language.other(),
            Action::Help => self.layer = Some(Layer::Help { scroll: 0 }),
            Action::Close if self.layer.take().is_some() => {}
            Action::Close => {
                self.search.clear();
            }
            Action::Quit => return Came::Choice(Choice::Leave),
            Action::ScrollUp => self.scroll(false, 1),
            Action::ScrollDown => self.scroll(true, 1),
            Action::ScrollHalfUp => self.scroll(false, HALF_PAGE),
            Action::ScrollHalfDown => self.scroll(true, HALF_PAGE),
            Action::ScrollTop => self.scroll(false, usize::MAX),
            Action::ScrollBottom => self.scroll(true, usize::MAX),
            Action::Redraw => return Came::Redraw,
            Action::Suspend => return Came::Suspend,
            _ => {}
        }
        Came::Nothing
    }

    fn open(&self, fresh: bool, present: bool) -> Came {
        match self.marked() {
            Some(lesson) => Came::Choice(Choice::Lesson {
                id: lesson.id.clone(),
                fresh,
                present,
            }),
            None => Came::Nothing,
        }
    }

    /// Moves the mark, or the help if it is open.
    fn scroll(&mut self, down: bool, by: usize) {
        let moved = |place: usize, end: usize| {
            let place = if down {
                place.saturating_add(by)
            } else {
                place.saturating_sub(by)
            };
            place.min(end)
        };
        match &mut self.layer {
            Some(Layer::Help { scroll }) => *scroll = moved(*scroll, self.drawn.help_end),
            Some(Layer::Afresh) => {}
            None => {
                let found = self.found();
                let place = found.iter().position(|lesson| *lesson == self.marked);
                let place = moved(place.unwrap_or_default(), found.len().saturating_sub(1));
                if let Some(lesson) = found.get(place) {
                    self.marked = *lesson;
                }
            }
        }
    }

    /// The mark goes to the lesson that fits best, unless it is on one that fits
    /// as well.
    fn mark_what_was_found(&mut self) {
        let found = self.found();
        let best = found.iter().min_by_key(|lesson| self.remoteness(**lesson));
        if let Some(&best) = best
            && (!found.contains(&self.marked)
                || self.remoteness(self.marked) > self.remoteness(best))
        {
            self.marked = best;
        }
    }

    /// How far what is sought is from being the lesson's name: the name itself,
    /// its beginning, a part of it, the title, anywhere else.
    fn remoteness(&self, lesson: usize) -> u8 {
        let (sought, wanted) = (self.search.sought(), self.search.wanted());
        let Some(lesson) = self.lessons.get(lesson) else {
            return u8::MAX;
        };
        if lesson.id == sought {
            0
        } else if lesson.id.starts_with(&sought) {
            1
        } else if wanted.is_in(&lesson.id) {
            2
        } else if wanted.is_in(lesson.title.in_language(self.language)) {
            3
        } else {
            4
        }
    }
}
