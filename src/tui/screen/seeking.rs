//! Seeking in the pane with the focus, or in the page that is open on top.

use super::{Pane, Presentation, Screen};
use crate::tui::layers::Layer;
use crate::tui::notice::Notice;
use crate::tui::seek::{Ground, Seek, Start};

impl Screen {
    /// What is sought where the student looks.
    pub(super) fn present_seek(&self) -> Option<&Seek> {
        let on_top = (!self.layers.is_empty()).then_some(Ground::Page(self.layers.len()));
        self.seek.as_ref().filter(|seek| match seek.ground() {
            Ground::Page(_) => on_top == Some(seek.ground()),
            Ground::Pane(_) | Ground::Panel(_) => on_top.is_none(),
        })
    }

    /// What is sought, while it is being typed.
    pub(super) fn seek_being_typed(&mut self) -> Option<&mut Seek> {
        let is_typing = self.present_seek().is_some_and(Seek::is_typing);
        self.seek.as_mut().filter(|_| is_typing)
    }

    /// Begins to seek in what is on top, or in the pane with the focus.
    pub(super) fn search(&mut self) {
        if let Some(search) = self.layers.last_mut().and_then(Layer::search) {
            search.begin();
        } else if let Some((ground, start)) = self.ground() {
            self.seek = Some(Seek::begin(ground, start));
        } else {
            self.notice = Some(Notice::Words("tui-notice-no-search"));
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

    /// Forgets what is sought where the student looks; `false` if nothing is.
    pub(super) fn drop_seek(&mut self) -> bool {
        let sought = self.present_seek().is_some();
        if sought {
            self.seek = None;
        }
        sought
    }

    /// Moves what is searched to where it holds what is sought; `true` if it
    /// has to be drawn again for that.
    pub(super) fn go_where_it_is_found(&mut self) -> bool {
        let ground = self.ground();
        let depth = self.layers.len();
        let Some(seek) = &mut self.seek else {
            return false;
        };
        match (seek.ground(), ground) {
            // The page was closed.
            (Ground::Page(page), _) if page > depth => {
                self.seek = None;
                return true;
            }
            // What is sought in a pane waits until nothing lies on top.
            (Ground::Page(page), _) if page < depth => return false,
            (Ground::Pane(_) | Ground::Panel(_), _) if depth > 0 => return false,
            // The page shows something that is not searched so.
            (Ground::Page(_), None) => {
                self.seek = None;
                return true;
            }
            (old, Some((new, start))) if old != new => {
                seek.turn_to(new, start);
                return true;
            }
            _ => {}
        }
        if !seek.is_moving() {
            return false;
        }
        let found = self.drawn.found.clone().unwrap_or_default();
        let ground = seek.ground();
        let Some(line) = seek.settle(&found) else {
            return true;
        };
        match ground {
            Ground::Pane(Pane::Lesson) => {
                self.lesson_scroll = found.scroll_to(line, self.lesson_scroll);
            }
            Ground::Pane(Pane::Task) => {
                self.task_scroll = found.scroll_to(line, self.task_scroll);
            }
            Ground::Pane(Pane::Dialogue | Pane::Panel) => self.row = Some(line),
            Ground::Panel(panel) => {
                let now = self.drawn.panel.at;
                let to = if panel.follows() {
                    found.scroll_back_to(line, now)
                } else {
                    found.scroll_to(line, now)
                };
                if let Some(scroll) = self.panel_scroll.get_mut(panel.index()) {
                    *scroll = Some(to);
                }
            }
            Ground::Page(_) => {
                if let Some(layer) = self.layers.last_mut() {
                    layer.go_to_found(&found, line);
                }
            }
        }
        true
    }

    /// What would be searched now, and where it stands; `None`: nothing can be.
    fn ground(&self) -> Option<(Ground, Start)> {
        let depth = self.layers.len();
        if let Some(layer) = self.layers.last() {
            let line = layer.searched_at()?;
            return Some((Ground::Page(depth), Start::Line(line)));
        }
        if self.presentation != Presentation::Off {
            return None;
        }
        let start = match self.focus {
            Pane::Lesson => Start::Line(self.lesson_scroll),
            Pane::Task => Start::Line(self.task_scroll),
            Pane::Dialogue => self.row.map_or(Start::End, Start::Line),
            Pane::Panel if !self.panel.follows() => Start::Line(self.drawn.panel.at),
            Pane::Panel if self.drawn.panel.at == 0 => Start::End,
            Pane::Panel => Start::Back(self.drawn.panel.at),
        };
        let ground = match self.focus {
            Pane::Panel => Ground::Panel(self.panel),
            pane => Ground::Pane(pane),
        };
        Some((ground, start))
    }
}
