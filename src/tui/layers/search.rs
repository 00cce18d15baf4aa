//! What is sought in something on top, typed after `/`.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};

use crate::text::{Sought, visible};
use crate::tui::scene::Scene;

/// What is sought; nothing at first.
#[derive(Clone, Debug, Default)]
pub struct Search {
    input: Input,
    typing: bool,
}

impl Search {
    /// Begins to take what is typed.
    pub fn begin(&mut self) {
        self.typing = true;
    }

    /// Takes no more; what was typed stays sought.
    pub fn end(&mut self) {
        self.typing = false;
    }

    /// Whether every key is a letter of what is sought.
    pub fn is_typing(&self) -> bool {
        self.typing
    }

    /// What is sought, in small letters; empty if nothing is.
    pub fn sought(&self) -> String {
        self.input.value().trim().to_lowercase()
    }

    /// What is sought, to look for it in a text.
    pub fn wanted(&self) -> Sought {
        Sought::new(self.input.value())
    }

    /// What was typed, safe to show.
    pub fn typed(&self) -> String {
        visible::text(self.input.value())
    }

    /// Whether `text` holds what is sought, with or without its accents.
    pub fn matches(&self, text: &str) -> bool {
        self.wanted().is_in(text)
    }

    /// Takes a key while it is being typed.
    pub fn type_key(&mut self, event: KeyEvent) {
        match event.code {
            KeyCode::Enter | KeyCode::Down | KeyCode::Up => self.end(),
            KeyCode::Esc => *self = Self::default(),
            KeyCode::Char('c') if event.modifiers == KeyModifiers::CONTROL => {
                *self = Self::default();
            }
            _ => {
                self.input.handle_event(&Event::Key(event));
            }
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        for character in text.chars().filter(|character| !character.is_control()) {
            self.input.handle(InputRequest::InsertChar(character));
        }
    }

    /// Forgets what was sought; `false` if nothing was.
    pub fn clear(&mut self) -> bool {
        let sought = !self.sought().is_empty();
        *self = Self::default();
        sought
    }

    /// What stands in the lower edge: what is sought, or else the keys in `otherwise`.
    pub(super) fn edge(&self, scene: &Scene<'_>, otherwise: &str) -> String {
        self.sought_edge(scene)
            .unwrap_or_else(|| format!(" {} ", scene.say(otherwise)))
    }

    /// What is sought, for the lower edge; `None`: nothing is.
    pub(super) fn sought_edge(&self, scene: &Scene<'_>) -> Option<String> {
        let typed = self.typed();
        if self.typing {
            return Some(format!(" /{typed}▏ {} ", scene.say("tui-search-typing")));
        }
        let found = format!(" /{typed} · {} ", scene.say("tui-search-found"));
        (!self.sought().is_empty()).then_some(found)
    }
}
