//! What keys, actions and contexts are called in the file of settings, the same
//! in every language.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyModifiers};
use serde::Serialize;
use serde_json::Value;

use super::{Action, Context, Key};

/// Keys that have a name, which is written as here.
const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
];

/// What may be held down, in the order in which it is written.
const HELD: &[(&str, KeyModifiers)] = &[
    ("Ctrl-", KeyModifiers::CONTROL),
    ("Alt-", KeyModifiers::ALT),
    ("Shift-", KeyModifiers::SHIFT),
];

/// There is no key of that name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such key")]
pub struct NoSuchKey;

impl FromStr for Key {
    type Err = NoSuchKey;

    /// Reads `n`, `Ctrl-D`, `Shift-Right`, `PageDown`, `F5`; small and capital
    /// letters are the same but where the letter stands alone.
    fn from_str(text: &str) -> Result<Self, NoSuchKey> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        while let Some((after, held)) = HELD.iter().find_map(|(name, held)| {
            let (head, after) = rest.split_at_checked(name.len())?;
            (head.eq_ignore_ascii_case(name) && !after.is_empty()).then_some((after, *held))
        }) {
            rest = after;
            modifiers |= held;
        }
        let mut letters = rest.chars();
        let code = match (letters.next(), letters.next()) {
            (Some(letter), None) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(letter.to_ascii_lowercase())
            }
            // A letter with Shift is its capital.
            (Some(letter), None) if modifiers.contains(KeyModifiers::SHIFT) => {
                modifiers.remove(KeyModifiers::SHIFT);
                KeyCode::Char(letter.to_ascii_uppercase())
            }
            (Some(letter), None) if !letter.is_control() => KeyCode::Char(letter),
            (Some('f' | 'F'), Some(_)) => {
                let number = letters_after_first(rest).parse().map_err(|_| NoSuchKey)?;
                if !(1..=24).contains(&number) {
                    return Err(NoSuchKey);
                }
                KeyCode::F(number)
            }
            _ => {
                let named = NAMED
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(rest));
                named.ok_or(NoSuchKey)?.1
            }
        };
        Ok(Self { code, modifiers })
    }
}

fn letters_after_first(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next();
    letters.as_str()
}

impl fmt::Display for Key {
    /// As [`Key::from_str`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, held) in HELD {
            if self.modifiers.contains(*held) {
                f.write_str(name)?;
            }
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        match (named, self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(letter)) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                write!(f, "{}", letter.to_ascii_uppercase())
            }
            (None, KeyCode::Char(letter)) => write!(f, "{letter}"),
            (None, KeyCode::F(number)) => write!(f, "F{number}"),
            (None, other) => write!(f, "{other}"),
        }
    }
}

impl Action {
    /// `next-step`, `panel-1`.
    pub fn name(self) -> String {
        name(self)
    }
}

impl Context {
    /// `lesson`, `everywhere`.
    pub fn name(self) -> String {
        name(self)
    }
}

/// The name of a variant; one with a number in it counts from 1.
fn name(variant: impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(fields)) => match fields.iter().next() {
            Some((name, number)) => {
                format!("{name}-{}", number.as_u64().unwrap_or_default() + 1)
            }
            None => String::new(),
        },
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::BINDINGS;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_key_of_the_table_is_written_as_it_is_read() {
        for key in BINDINGS.iter().flat_map(|binding| binding.keys.iter()) {
            assert_eq!(key.to_string().parse(), Ok(*key), "{key}");
        }
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        for (written, meant) in [
            ("ctrl-d", "Ctrl-D"),
            ("pagedown", "PageDown"),
            ("Shift-g", "G"),
            ("f5", "F5"),
            ("ñ", "ñ"),
            ("-", "-"),
            ("Alt-x", "Alt-x"),
            ("Shift-Right", "Shift-Right"),
        ] {
            let key: Key = written.parse().unwrap();
            assert_eq!(key.to_string(), meant);
        }
        for wrong in ["", "F0", "F99", "Ctrl-", "Pgdn", "nn", "\n", "Fx"] {
            assert_eq!(wrong.parse::<Key>(), Err(NoSuchKey), "{wrong:?}");
        }
    }

    #[test]
    fn every_binding_has_a_name_of_its_own() {
        let mut seen = BTreeSet::new();
        for binding in BINDINGS {
            let name = format!("{}.{}", binding.context.name(), binding.action.name());
            assert!(seen.insert(name.clone()), "{name} twice");
        }
        assert!(seen.contains("lesson.next-step") && seen.contains("lesson.panel-1"));
        assert!(seen.contains("question.answer-number-1"));
    }
}
