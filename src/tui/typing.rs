//! The line that a student types to a server by hand, below the dialogue.

use crossterm::event::{Event, KeyEvent};
use ratatui::text::{Line, Span};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

use super::flow;
use super::keymap::Action;
use super::notice::Notice;
use super::scene::Scene;
use super::screen::Command;
use crate::app::{Connection, Model, Msg, in_base64, unescape};
use crate::text::visible;

/// The line being typed, and those typed before.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    input: Input,
    /// Whether exactly what is typed is sent, without an end of line.
    raw: bool,
    /// Lines sent before, oldest first.
    history: Vec<String>,
    /// The line of the history that is shown.
    recalled: Option<usize>,
    /// What Tab goes through, and which one is shown.
    completing: Option<(Vec<String>, usize)>,
}

/// Lines of the history that are kept.
const KEPT: usize = 200;

impl Typing {
    /// Takes a key that writes.
    pub(super) fn type_key(&mut self, event: KeyEvent) {
        self.completing = None;
        self.input.handle_event(&Event::Key(event));
    }

    /// Takes pasted text: each whole line of it is sent.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Command> {
        let mut commands = Vec::new();
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        for piece in text.split_inclusive('\n') {
            for character in piece.trim_end_matches('\n').chars() {
                self.input.handle(InputRequest::InsertChar(character));
            }
            if piece.ends_with('\n') {
                commands.extend(self.send().ok());
            }
        }
        commands
    }

    /// Carries out a key; what could not be done is said.
    pub(super) fn act(&mut self, action: Action, model: &Model) -> Result<Option<Command>, Notice> {
        match action {
            Action::Send => return self.send().map(Some),
            Action::Complete => self.complete(model),
            Action::HistoryOlder => self.recall(true),
            Action::HistoryNewer => self.recall(false),
            Action::Raw => self.raw = !self.raw,
            Action::Base64 => {
                let answers = connection(model).is_some_and(|open| open.challenge().is_some());
                let encoded = in_base64(self.input.value(), answers)
                    .map_err(|bad| Notice::BadEscape(bad.0))?;
                self.input = Input::new(encoded);
            }
            Action::HangUp => return Ok(Some(Command::Tell(Msg::HangUp))),
            _ => {}
        }
        Ok(None)
    }

    /// Sends what was typed, with an end of line unless it is to go as it is.
    fn send(&mut self) -> Result<Command, Notice> {
        let typed = self.input.value().to_owned();
        let bytes = if self.raw {
            unescape(&typed).map_err(|bad| Notice::BadEscape(bad.0))?
        } else {
            format!("{typed}\r\n").into_bytes()
        };
        if !typed.is_empty() && self.history.last() != Some(&typed) {
            self.history.push(typed);
            let surplus = self.history.len().saturating_sub(KEPT);
            self.history.drain(..surplus);
        }
        self.input.reset();
        self.recalled = None;
        self.completing = None;
        Ok(Command::Tell(Msg::Say(bytes)))
    }

    fn complete(&mut self, model: &Model) {
        let (candidates, next) = match self.completing.take() {
            Some((candidates, at)) => {
                let next = (at + 1) % candidates.len().max(1);
                (candidates, next)
            }
            None => (model.completions(self.input.value()), 0),
        };
        if let Some(candidate) = candidates.get(next) {
            self.input = Input::new(candidate.clone());
            // A single one leads on: after a verb come its addresses.
            if candidates.len() > 1 {
                self.completing = Some((candidates, next));
            }
        }
    }

    fn recall(&mut self, older: bool) {
        let last = self.history.len().checked_sub(1);
        let next = match (self.recalled, older) {
            (None, true) => last,
            (None, false) => None,
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) => Some(at + 1).filter(|at| Some(*at) <= last),
        };
        let line = next.and_then(|at| self.history.get(at));
        self.input = Input::new(line.cloned().unwrap_or_default());
        self.recalled = next;
        self.completing = None;
    }

    /// The lines of the prompt in `width` columns: with whom one speaks and
    /// what could be said, and what is typed.
    pub(super) fn lines(&self, scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
        let theme = scene.theme;
        let Some(open) = connection(scene.model) else {
            return vec![Line::styled(scene.say("tui-preparing"), theme.quiet)];
        };
        let protected = open.is_protected_at(scene.model.projection.last());
        let how = if protected {
            scene.say("tui-explain-protected")
        } else {
            scene.say("tui-explain-clear")
        };
        let mut head = format!(
            "{} → {}:{} · {how}",
            visible::text(&open.from.host),
            visible::text(&open.to.host),
            open.to.port
        );
        if self.raw {
            head.push_str(" · ");
            head.push_str(&scene.say("tui-typing-raw"));
        }
        let hint = self.hint(scene, open);
        let head = Line::from(vec![
            Span::styled(head, theme.heading),
            Span::styled(format!("  {hint}"), theme.quiet),
        ]);
        vec![flow::cut_line(head, width), self.prompt(scene, width)]
    }

    /// What helps with the next line.
    fn hint(&self, scene: &Scene<'_>, open: &Connection) -> String {
        if let Some(challenge) = open.challenge() {
            return scene.instruct("tui-typing-challenge", &[("challenge", &challenge)]);
        }
        let typed = self.input.value();
        if typed.is_empty() {
            return String::new();
        }
        if typed
            .to_ascii_uppercase()
            .trim_end()
            .ends_with("AUTH PLAIN")
        {
            return scene.instruct("tui-typing-plain", &[]);
        }
        let candidates = scene.model.completions(typed);
        let shown: Vec<String> = candidates.iter().map(|text| visible::text(text)).collect();
        shown.join("  ")
    }

    /// What is typed, with the cursor; its part around the cursor if it is long.
    fn prompt(&self, scene: &Scene<'_>, width: usize) -> Line<'static> {
        let mark = if self.raw { "»" } else { ">" };
        let typed: Vec<char> = self.input.value().chars().collect();
        let at = self.input.cursor().min(typed.len());
        let (before, after) = typed.split_at(at);
        let text = |part: &[char]| visible::text(&part.iter().collect::<String>());
        let room = width.saturating_sub(5);
        let mut first = 0;
        while before
            .get(first..)
            .is_some_and(|part| text(part).width() > room)
        {
            first += 1;
        }
        let (under, rest) = after.split_first().map_or_else(
            || (" ".to_owned(), &[][..]),
            |(under, rest)| (text(&[*under]), rest),
        );
        let line = Line::from(vec![
            Span::styled(mark, scene.theme.key),
            Span::raw(" "),
            Span::styled(if first > 0 { flow::CUT } else { "" }, scene.theme.quiet),
            Span::styled(
                text(before.get(first..).unwrap_or_default()),
                scene.theme.client,
            ),
            Span::styled(under, scene.theme.selection),
            Span::styled(text(rest), scene.theme.client),
        ]);
        flow::cut_line(line, width)
    }
}

fn connection(model: &Model) -> Option<&Connection> {
    model.open_by_hand()
}
