//! The file of settings: language, theme, keys.

use std::io;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lesson::check::{Fault, nearest};
use crate::lesson::loader::{Faulty, ReadError, Source};
use crate::text::Language;
use crate::tui::keymap::{Action, Context, Key};
use crate::tui::{Keymap, ThemeChoice};

/// What the student has settled once and for all. A setting at fault is left
/// as if it were not there.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// The language to speak.
    pub(super) language: Option<Language>,
    /// The colours.
    pub(super) theme: Option<ThemeChoice>,
    /// The keys.
    pub(super) keymap: Keymap,
    /// Where keys were put: the place in the file, what they do, and which.
    rebound: Vec<Rebound>,
}

/// Keys for an action of a context, as the file has them.
#[derive(Clone, Debug)]
struct Rebound {
    context: Context,
    action: Action,
    /// Each key with its place in the file.
    keys: Vec<(std::ops::Range<usize>, Key)>,
}

/// The file as it was found, with its faults in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// What it says.
    pub(super) settings: Settings,
    /// The file; `None`: there is none.
    pub(super) file: Option<Source>,
    /// Its faults.
    pub(super) faults: Vec<Fault>,
    /// Why it cannot be read, though it is there.
    pub(super) problem: Option<String>,
}

/// Where the file is: `$XDG_CONFIG_HOME/lab/config.toml`, or under `~/.config`
/// (XDG Base Directory Specification). `None` without a home.
pub(super) fn path() -> Option<PathBuf> {
    let strategy = etcetera::base_strategy::Xdg::new().ok()?;
    Some(strategy.config_dir().join("lab").join("config.toml"))
}

/// Reads the file. That there is none is no fault.
pub(super) fn read() -> Found {
    let Some(path) = path() else {
        return Found::default();
    };
    match Source::read(&path) {
        Ok(file) => {
            let (settings, faults) = Settings::parse(&file.text);
            Found {
                settings,
                file: Some(file),
                faults,
                problem: None,
            }
        }
        Err(ReadError::Faulty(Faulty { file, faults })) => Found {
            file: Some(file),
            faults,
            ..Found::default()
        },
        Err(ReadError::Io(problem)) if problem.kind() == io::ErrorKind::NotFound => {
            Found::default()
        }
        Err(ReadError::Io(problem)) => Found {
            problem: Some(format!("{}: {problem}", path.display())),
            ..Found::default()
        },
    }
}

impl Settings {
    /// Reads the text of the file. Returns what is sound in it, and every fault
    /// in the order of the file.
    pub(super) fn parse(text: &str) -> (Self, Vec<Fault>) {
        let (table, problems) = DeTable::parse_recoverable(text);
        let mut reader = Reader {
            settings: Self::default(),
            faults: problems
                .iter()
                .map(|problem| {
                    let span = problem.span().unwrap_or_default();
                    Fault::new(span, "syntax").with("problem", &problem.message())
                })
                .collect(),
        };
        reader.file(table.get_ref());
        reader.find_clashes();
        if !problems.is_empty() {
            // Where the syntax is wrong, what follows from it would only confuse.
            reader.faults.retain(|fault| fault.id == "syntax");
        }
        reader.faults.sort_by_key(|fault| fault.span.start);
        (reader.settings, reader.faults)
    }

    /// Every plain letter that was put somewhere on the lesson's screen, with
    /// its place in the file: a lesson may want it for a toggle.
    pub(super) fn letters(&self) -> impl Iterator<Item = (std::ops::Range<usize>, char)> {
        self.rebound
            .iter()
            .filter(|rebound| rebound.context.is_over_lesson())
            .flat_map(|rebound| &rebound.keys)
            .filter_map(|(place, key)| Some((place.clone(), key.letter()?)))
    }
}

type Value<'a> = Spanned<DeValue<'a>>;

struct Reader {
    settings: Settings,
    faults: Vec<Fault>,
}

impl Reader {
    fn file(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "language" => {
                    let known = [Language::Es, Language::En].map(|it| (it.code(), it));
                    self.settings.language = self.choice(&known, value);
                }
                "theme" => {
                    let known = ThemeChoice::ALL.map(|theme| (theme.name(), theme));
                    self.settings.theme = self.choice(&known, value);
                }
                "keys" => self.contexts(value),
                other => {
                    let known = ["language", "theme", "keys"];
                    self.unknown(key.span(), other, &known);
                }
            }
        }
    }

    /// The value among `known` that is written there.
    fn choice<T: Copy>(&mut self, known: &[(&str, T)], value: &Value<'_>) -> Option<T> {
        let Some(given) = value.get_ref().as_str() else {
            self.wrong_type(value, "string");
            return None;
        };
        let chosen = known.iter().find(|(name, _)| *name == given);
        if chosen.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            let fault = Fault::new(value.span(), "unknown-choice")
                .with("value", given)
                .with("known", &names.join(", "));
            self.faults.push(fault);
        }
        chosen.map(|(_, choice)| *choice)
    }

    /// The table of keys: a table for each context.
    fn contexts(&mut self, value: &Value<'_>) {
        let DeValue::Table(table) = value.get_ref() else {
            return self.wrong_type(value, "object");
        };
        for (key, value) in table {
            let standard = Keymap::default();
            let bindings = standard.bindings().iter();
            let here: Vec<_> = bindings
                .map(|binding| (binding.context.name(), binding))
                .filter(|(name, _)| name == key.get_ref())
                .map(|(_, binding)| (binding.action.name(), binding.context, binding.action))
                .collect();
            if here.is_empty() {
                let bindings = standard.bindings().iter();
                let mut names: Vec<_> = bindings.map(|it| it.context.name()).collect();
                names.dedup();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                self.unknown(key.span(), key.get_ref(), &names);
            } else if let DeValue::Table(table) = value.get_ref() {
                self.actions(&here, table);
            } else {
                self.wrong_type(value, "object");
            }
        }
    }

    /// The table of one context: keys for each action.
    fn actions(&mut self, here: &[(String, Context, Action)], table: &DeTable<'_>) {
        for (key, value) in table {
            let known = here.iter().find(|(name, ..)| name == key.get_ref());
            let Some((_, context, action)) = known else {
                let names: Vec<_> = here.iter().map(|(name, ..)| name.as_str()).collect();
                self.unknown(key.span(), key.get_ref(), &names);
                continue;
            };
            let Some(keys) = self.keys(value) else {
                continue;
            };
            if keys.is_empty() && *action == Action::Quit {
                self.faults.push(Fault::new(value.span(), "no-way-out"));
                continue;
            }
            let plain = keys.iter().map(|(_, key)| *key).collect();
            self.settings.keymap.rebind(*context, *action, plain);
            self.settings.rebound.push(Rebound {
                context: *context,
                action: *action,
                keys,
            });
        }
    }

    /// A key or a list of them, each with its place.
    fn keys(&mut self, value: &Value<'_>) -> Option<Vec<(std::ops::Range<usize>, Key)>> {
        match value.get_ref() {
            DeValue::Array(array) => Some(array.iter().filter_map(|it| self.key(it)).collect()),
            DeValue::String(_) => self.key(value).map(|key| vec![key]),
            _ => {
                self.wrong_type(value, "array");
                None
            }
        }
    }

    fn key(&mut self, value: &Value<'_>) -> Option<(std::ops::Range<usize>, Key)> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, "string");
            return None;
        };
        let key = text.parse().ok();
        if key.is_none() {
            let fault = Fault::new(value.span(), "unknown-key-name").with("value", text);
            self.faults.push(fault);
        }
        key.map(|key| (value.span(), key))
    }

    /// Two things cannot have the same key at the same place. The file is read
    /// whole before: two actions may have changed their keys.
    fn find_clashes(&mut self) {
        for rebound in &self.settings.rebound {
            let (context, action) = (rebound.context, rebound.action);
            for (place, key) in &rebound.keys {
                let Some(other) = self.settings.keymap.clash(context, action, *key) else {
                    continue;
                };
                let name = format!("{}.{}", other.context.name(), other.action.name());
                let fault = Fault::new(place.clone(), "key-clash")
                    .with("value", key)
                    .with("other", &name);
                self.faults.push(fault);
            }
        }
    }

    fn unknown(&mut self, place: std::ops::Range<usize>, key: &str, known: &[&str]) {
        let fault = match nearest(key, known.iter().copied()) {
            Some(near) => Fault::new(place, "unknown-key-near").with("near", near),
            None => Fault::new(place, "unknown-key").with("known", &known.join(", ")),
        };
        self.faults.push(fault.with("key", key));
    }

    fn wrong_type(&mut self, value: &Value<'_>, expected: &str) {
        let found = match value.get_ref() {
            DeValue::Table(_) => "object",
            other => other.type_str(),
        };
        let fault = Fault::new(value.span(), "wrong-type")
            .with("expected", expected)
            .with("found", found);
        self.faults.push(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(&'static str, &str)> {
        let (_, faults) = Settings::parse(text);
        let place = |fault: Fault| (fault.id, text.get(fault.span).unwrap());
        faults.into_iter().map(place).collect()
    }

    #[test]
    fn what_is_sound_counts() {
        let text = "language = \"en\"\ntheme = \"light\"\n[keys.lesson]\nnext-step = [\"w\"]\n";
        let (settings, faults) = Settings::parse(text);
        assert_eq!(faults, []);
        assert_eq!(settings.language, Some(Language::En));
        assert_eq!(settings.theme, Some(ThemeChoice::Light));
        assert_ne!(settings.keymap, Keymap::default());
        assert_eq!(settings.letters().map(|it| it.1).collect::<Vec<_>>(), ['w']);
    }

    #[test]
    fn every_fault_is_found_with_its_place() {
        assert_eq!(
            faults("langage = \"en\"\ntheme = \"pink\"\nkeys = 3\n"),
            [
                ("unknown-key-near", "langage"),
                ("unknown-choice", "\"pink\""),
                ("wrong-type", "3"),
            ]
        );
        assert_eq!(
            faults("[keys.leson]\n[keys.lesson]\nnext-stap = \"w\"\nhint = [\"Hyper-w\", 4]\n"),
            [
                ("unknown-key-near", "leson"),
                ("unknown-key-near", "next-stap"),
                ("unknown-key-name", "\"Hyper-w\""),
                ("wrong-type", "4"),
            ]
        );
        assert_eq!(faults("language = = 3\n").first().unwrap().0, "syntax");
        assert_eq!(
            faults("[keys.everywhere]\nquit = []\n"),
            [("no-way-out", "[]")]
        );
    }

    #[test]
    fn keys_that_clash_are_found_and_keys_that_change_places_are_not() {
        assert_eq!(
            faults("[keys.lesson]\nhint = \"n\"\n"),
            [("key-clash", "\"n\"")]
        );
        assert_eq!(
            faults("[keys.lesson]\nhint = \"n\"\nnext-step = \"h\"\n"),
            []
        );
        assert_eq!(
            faults("[keys.lesson]\nhint = \"q\"\n"),
            [("key-clash", "\"q\"")]
        );
    }
}
