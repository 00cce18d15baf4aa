//! The line below the directives in which a name or a value is typed.

use crossterm::event::{Event, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Point, Rect};
use ratatui::style::Style;
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};

use super::{completion, skip_columns};
use crate::app::Model;
use crate::postfix::{main_cf, master_cf, parameters};
use crate::text::visible;
use crate::tui::flow;
use crate::tui::notice::said_about;
use crate::tui::scene::Scene;

/// A line being typed.
#[derive(Clone, Debug)]
pub(super) struct Prompt {
    input: Input,
    /// The host whose file it goes to.
    host: String,
    /// The master.cf service whose `-o` it is; `None`: main.cf.
    pub(super) service: Option<String>,
    pub(super) asks: Asks,
}

/// What is typed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Asks {
    /// The name of a parameter to add.
    Name,
    /// Another value for this parameter, which stands in the file.
    Value(String),
    /// The value of this parameter, which does not stand there yet.
    FirstValue(String),
}

/// Rows that the line takes: what is asked, the line, what is said of it, and
/// an empty one above.
pub(super) const ROWS: u16 = 4;

impl Prompt {
    /// Asks for the name of a parameter to add.
    pub(super) fn for_name(host: &str, service: Option<String>) -> Self {
        Self {
            input: Input::default(),
            host: host.to_owned(),
            service,
            asks: Asks::Name,
        }
    }

    /// Asks for the value of `parameter`: beginning with the one that it has in
    /// the file, or with nothing.
    pub(super) fn for_value(
        model: &Model,
        host: &str,
        service: Option<String>,
        parameter: String,
    ) -> Self {
        let directives = model.directives(host, service.as_deref());
        let mut directives = directives.into_iter();
        let stands = directives.rfind(|directive| directive.parameter == parameter);
        let (value, asks) = match stands {
            Some(directive) => (directive.value, Asks::Value(parameter)),
            None => (String::new(), Asks::FirstValue(parameter)),
        };
        Self {
            input: Input::new(value),
            host: host.to_owned(),
            service,
            asks,
        }
    }

    /// What was typed, without the blanks around it.
    pub(super) fn typed(&self) -> String {
        self.input.value().trim().to_owned()
    }

    /// Takes a key that is a letter, or moves the cursor.
    pub(super) fn type_key(&mut self, event: KeyEvent) {
        self.input.handle_event(&Event::Key(event));
    }

    /// Takes pasted text, as one line.
    pub(super) fn paste(&mut self, text: &str) {
        let words: Vec<_> = text.split_whitespace().collect();
        for character in words.join(" ").chars() {
            self.input.handle(InputRequest::InsertChar(character));
        }
    }

    /// Completes the name, or the last word of the value, as far as what can
    /// stand there agrees.
    pub(super) fn complete(&mut self, model: &Model) {
        let candidates = self.candidates(model);
        let typed = self.input.value().to_owned();
        let common = completion::common(&candidates);
        if let Some(missing) = common.strip_prefix(self.last_word()) {
            self.input = Input::new(typed + missing);
        }
    }

    /// The parameter whose value is typed.
    fn parameter(&self) -> Option<&str> {
        match &self.asks {
            Asks::Name => None,
            Asks::Value(parameter) | Asks::FirstValue(parameter) => Some(parameter),
        }
    }

    /// What is being typed: the name, or the value behind its last blank or comma.
    fn last_word(&self) -> &str {
        match self.asks {
            Asks::Name => self.input.value(),
            Asks::Value(_) | Asks::FirstValue(_) => completion::last_word(self.input.value()),
        }
    }

    /// What the last word could become.
    fn candidates(&self, model: &Model) -> Vec<String> {
        match self.parameter() {
            None => completion::names(self.input.value()),
            Some(parameter) => {
                completion::values(parameter, self.input.value(), &model.paths(&self.host))
            }
        }
    }

    /// What is in force as long as nothing stands there: what main.cf says, for
    /// a service, or Postfix's default. Nothing where that is a computation.
    fn in_force(&self, scene: &Scene<'_>, parameter: &str) -> Option<String> {
        let main_cf = || {
            let directives = scene.model.directives(&self.host, None);
            directives.into_iter().rfind(|it| it.parameter == parameter)
        };
        if self.service.is_some()
            && let Some(directive) = main_cf()
        {
            let value = visible::text(&directive.value);
            return Some(scene.say_with("tui-editor-in-main-cf", &[("value", &value)]));
        }
        match parameters::default(parameter)? {
            "" => Some(scene.say("tui-editor-default-empty")),
            default if default.contains("${") => None,
            default => Some(scene.say_with("tui-editor-default", &[("value", default)])),
        }
    }

    fn question(&self, scene: &Scene<'_>) -> String {
        match (self.parameter(), &self.service) {
            (None, None) => scene.say("tui-editor-ask-name"),
            (None, Some(service)) => {
                scene.say_with("tui-editor-ask-override", &[("service", service)])
            }
            (Some(parameter), _) => format!("{} =", visible::text(parameter)),
        }
    }

    /// What is known beside the question: what holds without an answer, and what
    /// the answer could be.
    fn advice(&self, scene: &Scene<'_>) -> String {
        let mut advice = Vec::new();
        if let Asks::FirstValue(parameter) = &self.asks
            && self.input.value().is_empty()
        {
            advice.extend(self.in_force(scene, parameter));
        }
        let candidates = self.candidates(scene.model);
        // As in a shell: without the folder that is typed already.
        let common = completion::common(&candidates);
        let folder = common.rfind('/').map_or(0, |slash| slash + 1);
        let shown = candidates.iter().filter_map(|it| it.get(folder..));
        advice.extend(shown.map(visible::text));
        advice.join("  ")
    }

    /// What Postfix would say about the value that is being typed.
    fn said(&self, scene: &Scene<'_>) -> Vec<String> {
        let projection = &scene.model.projection;
        let text = projection.configuration_at(&self.host, projection.last());
        let (Some(parameter), Some(text)) = (self.parameter(), text) else {
            return Vec::new();
        };
        // Of nothing typed yet there is nothing to say.
        if matches!(self.asks, Asks::FirstValue(_)) && self.input.value().is_empty() {
            return Vec::new();
        }
        let value = Some(self.input.value().trim());
        let service = self.service.as_deref();
        let (main_cf, master_cf) = match service {
            None => (
                main_cf::set(text.main_cf, parameter, value),
                text.master_cf.to_owned(),
            ),
            Some(service) => {
                let edited = master_cf::set(text.master_cf, service, parameter, value);
                let edited = edited.unwrap_or_else(|| text.master_cf.to_owned());
                (text.main_cf.to_owned(), edited)
            }
        };
        said_about(service, parameter, &main_cf, &master_cf, scene)
    }

    /// Draws it at the bottom of `inside`.
    pub(super) fn draw(&self, scene: &Scene<'_>, inside: Rect, buffer: &mut Buffer) {
        let top = inside.bottom().saturating_sub(ROWS - 1).max(inside.y);
        let width = usize::from(inside.width);
        let (left, theme) = (inside.x, scene.theme);
        let question = flow::cut(&self.question(scene), width);
        let (end, _) = buffer.set_stringn(left, top, question, width, theme.heading);
        let room = usize::from(inside.right().saturating_sub(end)).saturating_sub(2);
        let advice = flow::cut(&self.advice(scene), room);
        buffer.set_stringn(end.saturating_add(2), top, advice, room, theme.quiet);
        let row = top.saturating_add(1);
        if row >= inside.bottom() {
            return;
        }
        // Two columns for the mark, one for a cursor behind the last character.
        let room = width.saturating_sub(3).max(1);
        let scroll = self.input.visual_scroll(room);
        let typed = visible::text(self.input.value());
        let shown = skip_columns(&typed, scroll);
        let text = left.saturating_add(2);
        buffer.set_stringn(left, row, ">", 1, theme.key);
        buffer.set_stringn(text, row, &shown, room, theme.text);
        let cursor = self.input.visual_cursor().saturating_sub(scroll);
        let column = text.saturating_add(u16::try_from(cursor).unwrap_or_default());
        if let Some(cell) = buffer.cell_mut(Point::new(column.min(inside.right() - 1), row)) {
            cell.set_style(Style::new().reversed());
        }
        let below = row.saturating_add(1);
        if below < inside.bottom()
            && let Some(said) = self.said(scene).first()
        {
            let said = flow::cut(said, width);
            buffer.set_stringn(left, below, said, width, theme.refusal);
        }
    }
}
