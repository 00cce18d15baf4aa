//! A file of a host as text: read line by line beside what it was when the step
//! began, and written as in any editor. What is written is a draft until it is
//! saved; what Postfix or Dovecot would say of it stands below.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Point, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

use super::super::{look, show_lines};
use super::skip_columns;
use crate::app::{Model, Msg, Place};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::text::difference::{self, Mark};
use crate::text::visible;
use crate::tui::flow;
use crate::tui::keymap::Action;
use crate::tui::panes::Shown;
use crate::tui::scene::Scene;
use crate::tui::screen::Command;
use crate::tui::seek::{self, Found};

/// A file that is looked at.
#[derive(Clone, Debug)]
pub(super) struct FileView {
    pub(super) host: String,
    /// Its absolute path.
    pub(super) path: String,
    /// Index of the marked row.
    pub(super) marked: usize,
    /// Whether every key is a letter of the text.
    pub(super) is_writing: bool,
    /// What was written and not saved yet.
    draft: Option<Draft>,
}

/// A text being written.
#[derive(Clone, Debug)]
struct Draft {
    lines: Vec<String>,
    /// Index of the line with the cursor.
    row: usize,
    /// That line.
    input: Input,
}

/// Lines moved by a page key.
const PAGE: usize = 10;

/// Columns before a line: its number and its mark.
const MARGIN: u16 = 6;

/// How many lines of what is said of the text are shown.
const REMARKS: usize = 4;

impl FileView {
    pub(super) fn new(host: &str, path: &str) -> Self {
        Self {
            host: host.to_owned(),
            path: path.to_owned(),
            marked: 0,
            is_writing: false,
            draft: None,
        }
    }

    /// Whether something was written that is not in the file.
    pub(super) fn is_unsaved(&self, model: &Model) -> bool {
        let file = model.file(&self.host, &self.path).unwrap_or_default();
        self.draft
            .as_ref()
            .is_some_and(|draft| draft.text() != file)
    }

    /// The file was written: a draft that is in it now is no draft any more.
    pub(super) fn follow(&mut self, model: &Model) {
        if !self.is_writing && !self.is_unsaved(model) {
            self.draft = None;
        }
        self.mark(self.marked, model);
    }

    /// Marks a row.
    pub(super) fn mark(&mut self, row: usize, model: &Model) {
        self.marked = row.min(self.rows(model).len().saturating_sub(1));
    }

    /// The parameter that is set in the marked line, or in the one that it goes
    /// on with.
    pub(super) fn parameter(&self, model: &Model) -> Option<String> {
        let rows = self.rows(model);
        let mut lines = rows.iter().map(|(_, text)| text.as_str());
        let marked = lines.nth(self.marked)?;
        let is_said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let line = match self.path.as_str() {
            MASTER_CF => marked.trim_start().strip_prefix("-o")?,
            MAIN_CF if is_said(marked) => {
                let above = rows.get(..=self.marked)?.iter().rev();
                let mut above = above.map(|(_, text)| text.as_str());
                above.find(|line| is_said(line) && !line.starts_with(char::is_whitespace))?
            }
            _ => return None,
        };
        let (name, _) = line.split_once('=')?;
        Some(name.trim().to_owned())
    }

    /// Carries out a key while the file is only read.
    pub(super) fn act(&mut self, action: Action, model: &Model) -> Option<Command> {
        match action {
            Action::Accept => self.write_line(model),
            Action::Add => self.write_below(model),
            Action::Remove => {
                let line = self.marked_line(model)?;
                let draft = self.draft_of(model);
                if line < draft.lines.len() {
                    draft.lines.remove(line);
                }
                draft.go_to(line.saturating_sub(1), 0);
                return self.save();
            }
            Action::Save => return self.save(),
            _ => {}
        }
        None
    }

    /// Takes a key while the text is being written.
    pub(super) fn type_key(&mut self, event: KeyEvent, model: &Model) -> Option<Command> {
        let control = event.modifiers == KeyModifiers::CONTROL;
        match event.code {
            KeyCode::Char('s') if control => return self.stop(model, true),
            KeyCode::Esc => return self.stop(model, false),
            KeyCode::Char('c') if control => return self.stop(model, false),
            _ => {}
        }
        let draft = self.draft.as_mut()?;
        draft.type_key(event);
        self.marked = draft.row;
        None
    }

    /// Takes pasted text, its lines as lines.
    pub(super) fn paste(&mut self, text: &str) {
        let Some(draft) = self.draft.as_mut().filter(|_| self.is_writing) else {
            return;
        };
        for character in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
            match character {
                '\n' => draft.split(),
                '\t' => draft.indent(),
                control if control.is_control() => {}
                other => _ = draft.input.handle(InputRequest::InsertChar(other)),
            }
        }
        self.marked = draft.row;
    }

    /// Draws the lines, what is sought in them lit, and below them what is said
    /// of them.
    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Shown {
        let said = self.said(scene, usize::from(area.width).max(1));
        let room = area.height.saturating_sub(3);
        let below = u16::try_from(said.len()).unwrap_or(u16::MAX).min(room);
        let list = Rect {
            height: area.height.saturating_sub(below),
            ..area
        };
        let width = usize::from(list.width.saturating_sub(MARGIN)).max(1);
        let mut number = 0;
        let rows = self.rows(scene.model);
        let sought = seek::sought_in_page(scene);
        let texts = rows.iter().map(|(_, text)| text);
        let found = sought.as_ref().map(|sought| Found::among(sought, texts));
        let mut lines: Vec<Line<'static>> = Vec::with_capacity(rows.len());
        let mut marked = 0..0;
        // Where a row begins that holds what is sought, and whether it is looked at.
        let mut holding = Vec::new();
        for (index, (mark, text)) in rows.iter().enumerate() {
            let place = match mark {
                Mark::Removed => "   ".to_owned(),
                Mark::Same | Mark::Added => {
                    number += 1;
                    format!("{number:3}")
                }
            };
            let style = match mark {
                _ if index == self.marked && !self.is_writing => scene.theme.selection,
                Mark::Same => scene.theme.text,
                mark => look(*mark, scene.theme),
            };
            let text = visible::text(text);
            let first = lines.len();
            let mut wrapped = if index == self.marked && self.is_writing {
                // The line with the cursor is drawn over it, and scrolls by itself.
                vec![Line::styled(flow::cut(&text, width), style)]
            } else {
                flow::wrap(&Line::styled(text, style), width, 0)
            };
            if let (Some(sought), Some(found)) = (&sought, &found)
                && let Ok(nth) = found.lines.binary_search(&index)
            {
                let is_chosen = seek::chosen(scene, found.count) == Some(nth);
                seek::light_entry(sought, &mut wrapped, is_chosen);
                holding.push((first, is_chosen));
            }
            let margin = format!("{place} {} ", mark.sign());
            let margins =
                std::iter::once(margin).chain(std::iter::repeat(" ".repeat(MARGIN.into())));
            for (line, margin) in wrapped.iter_mut().zip(margins) {
                line.spans.insert(0, Span::styled(margin, style));
            }
            lines.extend(wrapped);
            if index == self.marked {
                marked = first..lines.len();
            }
        }
        if lines.is_empty() {
            lines.push(Line::styled(scene.say("file-missing"), scene.theme.quiet));
        }
        let height = usize::from(list.height);
        let scroll = marked.end.saturating_sub((height * 2 / 3).max(1));
        let end = show_lines(scene, lines, scroll, list, buffer);
        for (line, is_chosen) in holding {
            let row = line
                .checked_sub(scroll.min(end))
                .filter(|row| *row < height);
            if let Some(row) = row.and_then(|row| u16::try_from(row).ok()) {
                let place = (list.x.saturating_sub(1), list.y.saturating_add(row));
                seek::mark(is_chosen, place, scene.theme.notice, buffer);
            }
        }
        if let Some(draft) = self.draft.as_ref().filter(|_| self.is_writing) {
            let row = marked.start.saturating_sub(scroll.min(end));
            let row = list
                .y
                .saturating_add(u16::try_from(row).unwrap_or_default());
            draft.draw(scene, (list, row), width, buffer);
        }
        let below = Rect {
            y: list.bottom(),
            height: below,
            ..area
        };
        Paragraph::new(said).render(below, buffer);
        Shown { end, found }
    }

    /// What is said of the text as it is written; of one just saved, what was
    /// typed to bring it into force and what that printed.
    fn said(&self, scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
        let remarks = self.remarks(scene);
        let wrapped = remarks.iter().flat_map(|line| flow::wrap(line, width, 2));
        let mut lines: Vec<_> = wrapped.collect();
        if lines.len() > REMARKS {
            lines.truncate(REMARKS);
            if let Some(last) = lines.last_mut() {
                last.push_span(format!(" {}", flow::CUT));
                *last = flow::cut_line(std::mem::take(last), width);
            }
        }
        lines
    }

    /// The same, one paragraph a line.
    fn remarks(&self, scene: &Scene<'_>) -> Vec<Line<'static>> {
        let model = scene.model;
        let last = model.edits.last();
        let is_last = last.is_some_and(|edit| {
            edit.host == self.host
                && matches!(&edit.place, Place::File { path } if *path == self.path)
        });
        let remark = |line: &String| {
            let fatal = line.to_lowercase().contains("fatal: ");
            let style = if fatal {
                scene.theme.refusal
            } else {
                scene.theme.notice
            };
            Line::styled(visible::text(line), style)
        };
        if is_last && self.draft.is_none() && model.is_live() {
            let mut lines = Vec::new();
            for (command, said) in model.commands_after_edit() {
                let command = format!("# {command}");
                lines.push(Line::styled(visible::text(&command), scene.theme.code));
                lines.extend(said.iter().map(remark));
            }
            return lines;
        }
        let text = self.text(model);
        let said = model.said_of_file(&self.host, &self.path, &text);
        said.iter().map(remark).collect()
    }

    fn text(&self, model: &Model) -> String {
        match &self.draft {
            Some(draft) => draft.text(),
            None => model
                .file(&self.host, &self.path)
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// The columns that the longest line needs, with what is before it.
    pub(super) fn longest_line(&self, model: &Model) -> usize {
        let text = self.text(model);
        let longest = text.lines().map(|line| visible::text(line).width()).max();
        longest.unwrap_or_default() + usize::from(MARGIN)
    }

    /// The lines beside those with which the step began; while the text is
    /// written, without those that are gone.
    fn rows(&self, model: &Model) -> Vec<(Mark, String)> {
        let before = model.file_at_start(&self.host, &self.path);
        let before = before.unwrap_or_default();
        let mut rows = difference::whole(before, &self.text(model));
        rows.retain(|(mark, _)| !self.is_writing || *mark != Mark::Removed);
        rows
    }

    /// Index of the line of the text at the marked row.
    fn marked_line(&self, model: &Model) -> Option<usize> {
        let rows = self.rows(model);
        let above = rows.get(..self.marked.min(rows.len()))?;
        let lines = above.iter().filter(|(mark, _)| *mark != Mark::Removed);
        Some(lines.count())
    }

    fn draft_of(&mut self, model: &Model) -> &mut Draft {
        let text = self.text(model);
        self.draft.get_or_insert_with(|| Draft::of(&text))
    }

    /// Begins to write at the end of the marked line.
    fn write_line(&mut self, model: &Model) {
        let line = self.marked_line(model).unwrap_or_default();
        let draft = self.draft_of(model);
        draft.go_to(line, usize::MAX);
        self.marked = draft.row;
        self.is_writing = true;
    }

    /// Begins to write on a new line below the marked one; an empty file has one.
    fn write_below(&mut self, model: &Model) {
        self.write_line(model);
        let draft = self.draft_of(model);
        if draft.lines.len() > 1 || !draft.input.value().is_empty() {
            draft.split();
            self.marked = draft.row;
        }
    }

    /// Stops writing; what was written stays a draft unless it is saved.
    fn stop(&mut self, model: &Model, saved: bool) -> Option<Command> {
        if let Some(draft) = &mut self.draft {
            draft.keep();
        }
        self.is_writing = false;
        let line = self.marked;
        let rows = self.rows(model);
        let mut places = rows.iter().enumerate();
        let place = places
            .by_ref()
            .filter(|(_, (mark, _))| *mark != Mark::Removed)
            .nth(line);
        self.marked = place.map_or(line, |(index, _)| index);
        if saved {
            return self.save();
        }
        self.follow(model);
        None
    }

    fn save(&mut self) -> Option<Command> {
        let text = self.draft.as_ref()?.text();
        Some(Command::Tell(Msg::Write {
            host: self.host.clone(),
            path: self.path.clone(),
            text: Some(text),
        }))
    }
}

impl Draft {
    fn of(text: &str) -> Self {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            lines.push(String::new());
        }
        let mut draft = Self {
            lines,
            row: 0,
            input: Input::default(),
        };
        draft.take_up(0);
        draft
    }

    /// The whole text; the empty line that an empty file is written on is none.
    fn text(&self) -> String {
        let lines = self.lines.iter().enumerate();
        let mut text = String::new();
        for (index, line) in lines {
            let line = if index == self.row {
                self.input.value()
            } else {
                line
            };
            text.push_str(line);
            text.push('\n');
        }
        if text == "\n" { String::new() } else { text }
    }

    /// Puts the line with the cursor back among the others.
    fn keep(&mut self) {
        if let Some(line) = self.lines.get_mut(self.row) {
            self.input.value().clone_into(line);
        }
    }

    fn take_up(&mut self, column: usize) {
        let line = self.lines.get(self.row).cloned().unwrap_or_default();
        let column = column.min(line.chars().count());
        self.input = Input::new(line).with_cursor(column);
    }

    /// Moves the cursor to another line.
    fn go_to(&mut self, row: usize, column: usize) {
        if self.lines.is_empty() {
            self.lines.push(String::new());
        } else if self.row < self.lines.len() && !self.input.value().is_empty() {
            self.keep();
        }
        self.row = row.min(self.lines.len() - 1);
        self.take_up(column);
    }

    fn type_key(&mut self, event: KeyEvent) {
        let column = self.input.cursor();
        let end = self.input.value().chars().count();
        self.keep();
        match event.code {
            KeyCode::Enter => self.split(),
            KeyCode::Tab => self.indent(),
            KeyCode::Up => self.go_to(self.row.saturating_sub(1), column),
            KeyCode::Down => self.go_to(self.row + 1, column),
            KeyCode::PageUp => self.go_to(self.row.saturating_sub(PAGE), column),
            KeyCode::PageDown => self.go_to(self.row + PAGE, column),
            KeyCode::Backspace if column == 0 => {
                if self.row > 0 {
                    let rest = self.lines.remove(self.row);
                    self.row -= 1;
                    self.join(&rest);
                }
            }
            KeyCode::Delete if column == end => {
                if self.row + 1 < self.lines.len() {
                    let rest = self.lines.remove(self.row + 1);
                    self.join(&rest);
                }
            }
            _ => _ = self.input.handle_event(&Event::Key(event)),
        }
        self.keep();
    }

    /// Two blanks, as continuation lines begin.
    fn indent(&mut self) {
        for _ in 0..2 {
            self.input.handle(InputRequest::InsertChar(' '));
        }
    }

    /// Ends the line at the cursor; the rest goes to one of its own.
    fn split(&mut self) {
        let line = self.input.value().to_owned();
        let at = line
            .char_indices()
            .nth(self.input.cursor())
            .map_or(line.len(), |(at, _)| at);
        let (head, rest) = line.split_at(at);
        if let Some(line) = self.lines.get_mut(self.row) {
            head.clone_into(line);
        }
        self.row += 1;
        self.lines
            .insert(self.row.min(self.lines.len()), rest.to_owned());
        self.take_up(0);
    }

    /// Puts what stood on the next line behind this one.
    fn join(&mut self, rest: &str) {
        let Some(line) = self.lines.get_mut(self.row) else {
            return;
        };
        let column = line.chars().count();
        line.push_str(rest);
        self.take_up(column);
    }

    /// Draws the line with the cursor, scrolled so far that the cursor shows.
    fn draw(&self, scene: &Scene<'_>, (list, row): (Rect, u16), width: usize, buffer: &mut Buffer) {
        if row >= list.bottom() {
            return;
        }
        let room = width.saturating_sub(1).max(1);
        let scroll = self.input.visual_scroll(room);
        let shown = skip_columns(&visible::text(self.input.value()), scroll);
        let left = list.x.saturating_add(MARGIN);
        let blank = " ".repeat(width);
        buffer.set_stringn(left, row, blank, width, scene.theme.text);
        buffer.set_stringn(left, row, shown, room, scene.theme.strong);
        let cursor = self.input.visual_cursor().saturating_sub(scroll);
        let column = left.saturating_add(u16::try_from(cursor).unwrap_or_default());
        let edge = list.right().saturating_sub(1);
        if let Some(cell) = buffer.cell_mut(Point::new(column.min(edge), row)) {
            cell.set_style(Style::new().reversed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(draft: &mut Draft, keys: &[KeyCode]) {
        for key in keys {
            draft.type_key(KeyEvent::new(*key, KeyModifiers::NONE));
        }
    }

    #[test]
    fn lines_are_split_joined_and_walked_through() {
        let mut draft = Draft::of("one two\nthree\n");
        draft.go_to(0, 3);
        typed(&mut draft, &[KeyCode::Enter, KeyCode::Char('ñ')]);
        assert_eq!(draft.text(), "one\nñ two\nthree\n");
        typed(&mut draft, &[KeyCode::Down, KeyCode::End, KeyCode::Delete]);
        assert_eq!(draft.text(), "one\nñ two\nthree\n", "there is no next line");
        typed(&mut draft, &[KeyCode::Home, KeyCode::Backspace]);
        assert_eq!(draft.text(), "one\nñ twothree\n");
        typed(&mut draft, &[KeyCode::Up, KeyCode::End, KeyCode::Delete]);
        assert_eq!(draft.text(), "oneñ twothree\n");
        typed(
            &mut draft,
            &[KeyCode::PageDown, KeyCode::Home, KeyCode::Tab],
        );
        assert_eq!(draft.text(), "  oneñ twothree\n");
    }

    #[test]
    fn an_empty_file_stays_empty_until_something_is_written() {
        let mut draft = Draft::of("");
        assert_eq!(draft.text(), "");
        typed(&mut draft, &[KeyCode::Char('a')]);
        assert_eq!(draft.text(), "a\n");
    }
}
