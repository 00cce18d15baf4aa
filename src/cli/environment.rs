//! What the surroundings say: variables, the terminal, the language.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal};

use super::settings::{self, Found};
use crate::lesson::check::Style;
use crate::text::Language;

/// The process's surroundings, read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    variables: HashMap<String, String>,
    /// Whether a person can type to us.
    pub(super) input_is_terminal: bool,
    /// Whether a person sees what we print.
    pub(super) output_is_terminal: bool,
    /// The file of settings.
    pub(super) found: Found,
}

/// Languages of Spain, whose speakers are served better by Spanish.
const SPANISH: &[&str] = &["es", "ca", "gl", "eu", "ast", "an"];

impl Environment {
    /// That of this process.
    pub(super) fn of_process() -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            variables: std::env::vars_os().filter_map(text).collect(),
            input_is_terminal: io::stdin().is_terminal(),
            output_is_terminal: io::stdout().is_terminal(),
            found: settings::read(),
        }
    }

    /// A variable that is set and not empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// The language to speak: that of `--lang` among `arguments`, or of the
    /// first of `LAB_LANG`, the file of settings, `LC_ALL`, `LC_MESSAGES` and
    /// `LANG` that the lab knows.
    /// It is needed before the arguments are parsed, for what is said of them.
    pub(super) fn language(&self, arguments: &[OsString]) -> Language {
        let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
        let mut asked = None;
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--lang") {
                Some("") => asked = arguments.next(),
                Some(rest) => asked = rest.strip_prefix('='),
                None => {}
            }
            if argument == "--" || asked.is_some() {
                break;
            }
        }
        let settled = self.found.settings.language.map(Language::code);
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"];
        asked
            .into_iter()
            .chain(self.variable("LAB_LANG"))
            .chain(settled)
            .chain(locale.iter().filter_map(|name| self.variable(name)))
            .find_map(language_of)
            .unwrap_or_default()
    }

    /// What `LAB_LANG` asks for, if the lab does not speak it.
    pub(super) fn unknown_language(&self) -> Option<&str> {
        self.variable("LAB_LANG")
            .filter(|name| language_of(name).is_none())
    }

    /// Whether the locale writes UTF-8. A locale that nobody set does: today's
    /// terminals do, whatever POSIX says of the locale `C`.
    pub(super) fn writes_utf8(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| self.variable(name));
        locale.is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
    }

    /// Whether the terminal can do nothing but print lines.
    pub(super) fn terminal_is_dumb(&self) -> bool {
        self.variable("TERM") == Some("dumb")
    }

    /// How a report about a lesson file looks: in colours on a terminal, unless
    /// somebody set `NO_COLOR` (<https://no-color.org>).
    pub(super) fn report_style(&self) -> Style {
        let coloured = self.output_is_terminal
            && !self.terminal_is_dumb()
            && self.variable("NO_COLOR").is_none();
        if coloured {
            Style::Coloured
        } else {
            Style::Plain
        }
    }
}

/// The language of a locale name such as `es_ES.UTF-8`.
fn language_of(locale: &str) -> Option<Language> {
    let code = locale.split(['_', '.', '@', '-']).next()?;
    if SPANISH.contains(&code) {
        return Some(Language::Es);
    }
    (code == "en").then_some(Language::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Environment {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment {
            variables: variables.iter().map(own).collect(),
            ..Environment::default()
        }
    }

    #[test]
    fn the_language_is_the_first_known_one_that_was_asked_for() {
        let language = |variables, arguments: &[&str]| {
            let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
            with(variables).language(&arguments)
        };
        assert_eq!(language(&[], &["lab"]), Language::Es);
        assert_eq!(language(&[("LANG", "en_GB.UTF-8")], &["lab"]), Language::En);
        assert_eq!(
            language(&[("LANG", "en_GB"), ("LC_ALL", "C")], &["lab"]),
            Language::En
        );
        assert_eq!(
            language(&[("LANG", "en"), ("LAB_LANG", "es")], &["lab"]),
            Language::Es
        );
        assert_eq!(language(&[], &["lab", "run", "--lang", "en"]), Language::En);
        assert_eq!(language(&[], &["lab", "--lang=en", "run"]), Language::En);
        assert_eq!(
            language(&[("LANG", "ca_ES@valencia")], &["lab"]),
            Language::Es
        );
    }

    #[test]
    fn a_locale_without_utf8_is_noticed() {
        assert!(with(&[]).writes_utf8());
        assert!(with(&[("LANG", "es_ES.UTF-8")]).writes_utf8());
        assert!(with(&[("LC_ALL", "C.utf8"), ("LANG", "C")]).writes_utf8());
        assert!(!with(&[("LC_ALL", "C"), ("LANG", "es_ES.UTF-8")]).writes_utf8());
        assert!(!with(&[("LANG", "es_ES@euro")]).writes_utf8());
    }
}
