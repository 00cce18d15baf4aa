//! The keys in force: those of the table, or what somebody put in their place.

use std::borrow::Cow;

use crossterm::event::KeyEvent;

use super::{Action, BINDINGS, Binding, Context, Key};
use crate::lesson::NamedKey;
use crate::tui::screen::Panel;

/// The keys in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Keymap(Cow<'static, [Binding]>);

impl Default for Keymap {
    fn default() -> Self {
        Self(Cow::Borrowed(BINDINGS))
    }
}

impl Keymap {
    /// Every binding, in the order of the help and of the footer.
    pub fn bindings(&self) -> &[Binding] {
        &self.0
    }

    /// What `event` asks for in `contexts`, given from the innermost outwards.
    pub fn action(&self, contexts: &[Context], event: KeyEvent) -> Option<Action> {
        let pressed = Key::of(event);
        contexts.iter().find_map(|context| {
            self.0
                .iter()
                .find(|binding| binding.context == *context && binding.keys.contains(&pressed))
                .map(|binding| binding.action)
        })
    }

    /// The first key of `binding` that means nothing in the `inner` contexts;
    /// `None`: each of them does something else there.
    pub fn free_key(&self, binding: &Binding, inner: &[Context]) -> Option<Key> {
        let taken = |key: &Key| {
            let mut bindings = self.0.iter();
            bindings.any(|other| inner.contains(&other.context) && other.keys.contains(key))
        };
        binding.keys.iter().copied().find(|key| !taken(key))
    }

    /// The key for what a lesson names; `None`: it was given none.
    pub fn named(&self, key: NamedKey) -> Option<Key> {
        let (context, action) = match key {
            NamedKey::Attack => (Context::Lesson, Action::Attack),
            NamedKey::ByHand => (Context::Lesson, Action::ByHand),
            NamedKey::Compare => (Context::Lesson, Action::Panel(Panel::Differences.index())),
            NamedKey::Configure => (Context::Lesson, Action::Configure),
            NamedKey::Conversation => (Context::Lesson, Action::Conversation),
            NamedKey::DeleteAll => (Context::Queue, Action::RemoveAll),
            NamedKey::Delist => (Context::Lesson, Action::Delist),
            NamedKey::Dig => (Context::Lesson, Action::Dig),
            NamedKey::Journey => (Context::Lesson, Action::Journey),
            NamedKey::Queue => (Context::Lesson, Action::Queue),
            NamedKey::Undo => (Context::Lesson, Action::Undo),
            NamedKey::Wait => (Context::Queue, Action::Wait),
        };
        self.first(context, action)
    }

    /// The first key for `action` in `context`, if it has any.
    pub fn first(&self, context: Context, action: Action) -> Option<Key> {
        let mut bindings = self.0.iter();
        let binding = bindings.find(|it| (it.context, it.action) == (context, action))?;
        binding.keys.first().copied()
    }

    /// Puts `keys` in the place of those for `action` in `context`; `false`:
    /// nothing there asks for that.
    pub fn rebind(&mut self, context: Context, action: Action, keys: Vec<Key>) -> bool {
        let binding = self
            .0
            .to_mut()
            .iter_mut()
            .find(|binding| (binding.context, binding.action) == (context, action));
        match binding {
            Some(binding) => {
                binding.keys = Cow::Owned(keys);
                true
            }
            None => false,
        }
    }

    /// Another thing that `key` asks for where it asks for `action` of `context`.
    pub fn clash(&self, context: Context, action: Action, key: Key) -> Option<&Binding> {
        // An inner context may hide a key of an outer one, as a question does
        // with the digits; but the lesson's screen leaves nothing hidden of
        // what holds everywhere.
        let also = match context {
            Context::Lesson => Context::Everywhere,
            Context::Everywhere => Context::Lesson,
            other => other,
        };
        self.0.iter().find(|binding| {
            (binding.context == context || binding.context == also)
                && (binding.context, binding.action) != (context, action)
                && binding.keys.contains(&key)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};

    fn press(letter: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)
    }

    #[test]
    fn a_key_that_was_put_elsewhere_does_the_new_thing_only() {
        let mut keymap = Keymap::default();
        let keys = vec!["w".parse().unwrap(), "Ctrl-N".parse().unwrap()];
        assert!(keymap.rebind(Context::Lesson, Action::NextStep, keys));
        let contexts = [Context::Lesson, Context::Everywhere];
        assert_eq!(keymap.action(&contexts, press('w')), Some(Action::NextStep));
        assert_eq!(keymap.action(&contexts, press('n')), None);
        assert!(!keymap.rebind(Context::Menu, Action::NextStep, Vec::new()));
    }

    #[test]
    fn what_a_lesson_names_has_a_key_and_it_is_the_students_own() {
        let mut keymap = Keymap::default();
        for key in NamedKey::ALL {
            assert!(keymap.named(key).is_some(), "{}", key.name());
        }
        keymap.rebind(Context::Lesson, Action::Queue, vec!["w".parse().unwrap()]);
        let queue = keymap.named(NamedKey::Queue);
        assert_eq!(queue, Some("w".parse().unwrap()));
        keymap.rebind(Context::Lesson, Action::Queue, Vec::new());
        assert_eq!(keymap.named(NamedKey::Queue), None);
    }

    #[test]
    fn no_key_of_the_table_clashes_and_a_second_use_does() {
        let mut keymap = Keymap::default();
        for binding in BINDINGS {
            for key in binding.keys.iter() {
                let other = keymap.clash(binding.context, binding.action, *key);
                assert_eq!(other.map(|other| other.action), None, "{binding:?}");
            }
        }
        let quit: Key = "q".parse().unwrap();
        keymap.rebind(Context::Lesson, Action::NextStep, vec![quit]);
        let other = keymap.clash(Context::Lesson, Action::NextStep, quit);
        assert_eq!(other.map(|other| other.action), Some(Action::Quit));
    }
}
