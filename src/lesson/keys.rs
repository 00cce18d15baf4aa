//! Keys that the texts of a lesson name. Which key it is depends on who reads:
//! on the full screen it may have been put elsewhere, and in the linear mode a
//! word takes its place. So a text says `{key:queue}`, and the front end puts
//! there what its reader has to press or to type.

use std::ops::Range;

use super::Lesson;
use super::model::Text;
use crate::text::Language;

/// Something that a text may tell the student to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NamedKey {
    /// Let the attacker do the next thing.
    Attack,
    /// Be the client.
    ByHand,
    /// Compare the dialogue with the one before.
    Compare,
    /// Open the configuration.
    Configure,
    /// Show another conversation of the step.
    Conversation,
    /// Take every message out of the queue.
    DeleteAll,
    /// Ask the block list to take the server off it.
    Delist,
    /// Ask DNS.
    Dig,
    /// Show the journey of the message.
    Journey,
    /// Show the queue.
    Queue,
    /// Take the last edit back.
    Undo,
    /// Let a while pass.
    Wait,
}

/// How a name of a key begins in a text.
const BEGINS: &str = "{key:";

impl NamedKey {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Attack,
        Self::ByHand,
        Self::Compare,
        Self::Configure,
        Self::Conversation,
        Self::DeleteAll,
        Self::Delist,
        Self::Dig,
        Self::Journey,
        Self::Queue,
        Self::Undo,
        Self::Wait,
    ];

    /// What stands after `key:` in a text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attack => "attack",
            Self::ByHand => "by-hand",
            Self::Compare => "compare",
            Self::Configure => "configure",
            Self::Conversation => "conversation",
            Self::DeleteAll => "delete-all",
            Self::Delist => "delist",
            Self::Dig => "dig",
            Self::Journey => "journey",
            Self::Queue => "queue",
            Self::Undo => "undo",
            Self::Wait => "wait",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

/// The names of keys in `text`: the whole place of each, and the name.
pub(super) fn names(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    text.match_indices(BEGINS).filter_map(|(start, _)| {
        let inside = text.get(start + BEGINS.len()..)?;
        let (name, _) = inside.split_once('}')?;
        Some((start..start + BEGINS.len() + name.len() + 1, name))
    })
}

impl Lesson {
    /// Puts the words of `say` in the place of each key that a text names.
    pub fn name_keys(&mut self, say: impl Fn(NamedKey, Language) -> String) {
        for (text, language) in self.texts() {
            if text.contains(BEGINS) {
                *text = named(text, |key| say(key, language));
            }
        }
    }

    /// Every text of a step, with its language.
    fn texts(&mut self) -> Vec<(&mut String, Language)> {
        let mut texts = Vec::new();
        for step in &mut self.steps {
            let mut both = vec![&mut step.title, &mut step.text, &mut step.explain];
            both.extend(&mut step.notes);
            both.extend(&mut step.standard);
            both.extend(step.hints_when.iter_mut().map(|hint| &mut hint.text));
            both.extend(step.runs.iter_mut().map(|run| &mut run.label));
            for goal in &mut step.goals {
                both.extend([&mut goal.text, &mut goal.explain]);
            }
            if let Some(predict) = &mut step.predict {
                both.push(&mut predict.question);
                for option in &mut predict.options {
                    both.push(&mut option.why);
                    texts.push((&mut option.es, Language::Es));
                    texts.push((&mut option.en, Language::En));
                }
            }
            for Text { es, en } in both {
                texts.extend([(es, Language::Es), (en, Language::En)]);
            }
            texts.extend(step.hints.es.iter_mut().map(|hint| (hint, Language::Es)));
            texts.extend(step.hints.en.iter_mut().map(|hint| (hint, Language::En)));
        }
        texts
    }
}

/// `text` with the words of `say` in the place of each key that it names.
fn named(text: &str, say: impl Fn(NamedKey) -> String) -> String {
    let mut said = String::with_capacity(text.len());
    let mut done = 0;
    for (place, name) in names(text) {
        let Some(key) = NamedKey::named(name) else {
            continue;
        };
        said.push_str(text.get(done..place.start).unwrap_or_default());
        said.push_str(&say(key));
        done = place.end;
    }
    said.push_str(text.get(done..).unwrap_or_default());
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_said() {
        let say = |key: NamedKey| format!("<{}>", key.name());
        assert_eq!(
            named("Mira ({key:queue}) y {key:undo}.", say),
            "Mira (<queue>) y <undo>."
        );
        for same in ["{key:nada} y {value}", "{key:", "{key:queue", ""] {
            assert_eq!(named(same, say), same);
        }
    }
}
