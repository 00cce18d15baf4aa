//! Seeking in the pane with the focus.

use super::{Pane, Panel, Presentation, Screen};
use crate::tui::notice::Notice;
use crate::tui::seek::{Seek, Start};

impl Screen {
    /// What is sought, while it is being typed.
    pub(super) fn seek_being_typed(&mut self) -> Option<&mut Seek> {
        self.seek.as_mut().filter(|seek| seek.is_typing())
    }

    /// Begins to seek in what is on top, or in the pane with the focus.
    pub(super) fn search(&mut self) {
        match self.layers.last_mut() {
            Some(layer) => match layer.search() {
                Some(search) => search.begin(),
                None => self.notice = Some(Notice::Words("tui-notice-no-search")),
            },
            None if self.presentation != Presentation::Off => {
                self.notice = Some(Notice::Words("tui-notice-no-search"));
            }
            None => self.seek = Some(Seek::begin(self.place_sought(), self.start())),
        }
    }

    /// The next place where it is found, or the one before.
    pub(super) fn go_on_seeking(&mut self, forward: bool) {
        let found = self.drawn.found.clone().unwrap_or_default();
        if let Some(seek) = &mut self.seek {
            seek.go_on(&found, forward);
        }
    }

    /// Ends the typing; nothing typed is nothing sought.
    pub(super) fn keep_seeking(&mut self) {
        match &mut self.seek {
            Some(seek) if !seek.is_empty() => seek.keep(),
            _ => self.seek = None,
        }
    }

    /// Moves the pane with the focus to where it holds what is sought; `true`
    /// if it has to be drawn again for that.
    pub(super) fn go_where_it_is_found(&mut self) -> bool {
        let (place, start) = (self.place_sought(), self.start());
        let Some(seek) = &mut self.seek else {
            return false;
        };
        if seek.turn_to(place, start) {
            return true;
        }
        if !seek.is_moving() {
            return false;
        }
        let found = self.drawn.found.clone().unwrap_or_default();
        let Some(line) = seek.settle(&found) else {
            return true;
        };
        match self.focus {
            Pane::Lesson => self.lesson_scroll = found.scroll_to(line, self.lesson_scroll),
            Pane::Task => self.task_scroll = found.scroll_to(line, self.task_scroll),
            Pane::Dialogue => self.row = Some(line),
            Pane::Panel => {
                let now = self.drawn.panel.at;
                let to = if self.panel.follows() {
                    found.scroll_back_to(line, now)
                } else {
                    found.scroll_to(line, now)
                };
                if let Some(scroll) = self.panel_scroll.get_mut(self.panel.index()) {
                    *scroll = Some(to);
                }
            }
        }
        true
    }

    /// Where the pane with the focus stands.
    fn start(&self) -> Start {
        match self.focus {
            Pane::Lesson => Start::Line(self.lesson_scroll),
            Pane::Task => Start::Line(self.task_scroll),
            Pane::Dialogue => self.row.map_or(Start::End, Start::Line),
            Pane::Panel if !self.panel.follows() => Start::Line(self.drawn.panel.at),
            Pane::Panel if self.drawn.panel.at == 0 => Start::End,
            Pane::Panel => Start::Back(self.drawn.panel.at),
        }
    }

    /// What is searched.
    fn place_sought(&self) -> (Pane, Option<Panel>) {
        (
            self.focus,
            (self.focus == Pane::Panel).then_some(self.panel),
        )
    }
}
