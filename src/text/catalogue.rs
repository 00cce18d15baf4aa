//! The Fluent catalogues of the program's own words, one file a room:
//! `assets/locale/{es,en}/{cli,lesson,plain,policy,tui}.ftl`.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::Language;

/// Every message of one language.
pub struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// The catalogue of `language`.
    pub fn new(language: Language) -> Self {
        // The codes are constants of ours, which a test reads.
        let identifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // The marks that Fluent puts around arguments would show on terminals.
        bundle.set_use_isolating(false);
        for source in sources(language) {
            let resource = match FluentResource::try_new(source.to_owned()) {
                // A faulty catalogue is a test failure; at run time the good
                // messages of the file still count.
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The message `id`.
    pub fn say(&self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// The message `id` with its arguments filled in. One that is written as a
    /// number counts: what is said with it follows the plural rules.
    pub fn say_with(&self, id: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
        let pattern = self
            .bundle
            .get_message(id)
            .and_then(|message| message.value());
        let Some(pattern) = pattern else {
            debug_assert!(false, "no message `{id}` in {}", self.language.code());
            return id.to_owned();
        };
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            values.set(*name, counted(value));
        }
        let mut faults = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut faults)
            .into_owned();
        debug_assert!(faults.is_empty(), "message `{id}`: {faults:?}");
        said
    }
}

/// A whole number, if that is what the text of an argument is; so written that
/// it reads the same afterwards. Fluent chooses plurals by numbers only.
fn counted<'a>(value: &FluentValue<'a>) -> FluentValue<'a> {
    /// So many digits a number of Fluent's, a double, holds exactly.
    const DIGITS: usize = 15;
    let FluentValue::String(text) = value else {
        return value.clone();
    };
    let plain = (1..=DIGITS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    let number = plain.then(|| text.parse::<u64>().ok()).flatten();
    number.map_or_else(|| value.clone(), FluentValue::from)
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Catalogue({})", self.language.code())
    }
}

fn sources(language: Language) -> [&'static str; 5] {
    match language {
        Language::Es => [
            include_str!("../../assets/locale/es/cli.ftl"),
            include_str!("../../assets/locale/es/lesson.ftl"),
            include_str!("../../assets/locale/es/plain.ftl"),
            include_str!("../../assets/locale/es/policy.ftl"),
            include_str!("../../assets/locale/es/tui.ftl"),
        ],
        Language::En => [
            include_str!("../../assets/locale/en/cli.ftl"),
            include_str!("../../assets/locale/en/lesson.ftl"),
            include_str!("../../assets/locale/en/plain.ftl"),
            include_str!("../../assets/locale/en/policy.ftl"),
            include_str!("../../assets/locale/en/tui.ftl"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Message ids with the arguments each uses.
    fn messages(language: Language) -> BTreeMap<String, Vec<String>> {
        let mut messages = BTreeMap::new();
        for source in sources(language) {
            let resource = FluentResource::try_new(source.to_owned())
                .unwrap_or_else(|(_, faults)| panic!("{language:?}: {faults:?}"));
            drop(resource);
            let mut id = String::new();
            for line in source.lines() {
                if let Some((name, _)) = line.split_once(" =")
                    && !line.starts_with([' ', '#', '-'])
                {
                    name.clone_into(&mut id);
                    let old = messages.insert(id.clone(), Vec::new());
                    assert!(old.is_none(), "{language:?}: `{id}` stands twice");
                }
                for argument in line.split('$').skip(1) {
                    let name: String = argument
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
                        .collect();
                    if let Some(arguments) = messages.get_mut(&id) {
                        arguments.push(name);
                        arguments.sort();
                        arguments.dedup();
                    }
                }
            }
        }
        messages
    }

    /// Arguments that are numbers, at least in some message.
    const NUMBERS: [&str; 12] = [
        "accepted", "count", "en", "es", "found", "left", "length", "minutes", "sent", "solved",
        "steps", "value",
    ];

    /// Words that end as a plural does, and are none.
    const SINGULAR: [&str; 3] = ["is", "es", "belongs"];

    /// What a line says with a number before a word in the plural, outside of
    /// the variant for such numbers.
    fn uneven(line: &str) -> Option<String> {
        if line.trim_start().starts_with("*[other]") {
            return None;
        }
        let mut pieces = line.split("{ $").skip(1);
        pieces.find_map(|piece| {
            let (name, after) = piece.split_once(" } ")?;
            let word = after.split(|it: char| !it.is_alphabetic()).next()?;
            let plural = word.ends_with('s') && !SINGULAR.contains(&word);
            (NUMBERS.contains(&name) && plural).then(|| format!("{name} {word}"))
        })
    }

    #[test]
    fn a_number_and_what_it_counts_agree() {
        for language in [Language::Es, Language::En] {
            for source in sources(language) {
                for line in source.lines() {
                    // It is said of numbers beyond all that a machine holds.
                    if line.starts_with("rule-size-overflow") {
                        continue;
                    }
                    assert_eq!(uneven(line), None, "{line}");
                }
            }
        }
    }

    #[test]
    fn a_number_in_an_argument_counts_however_it_comes() {
        let spanish = Catalogue::new(Language::Es);
        let said = |value: FluentValue<'_>| spanish.say_with("tui-wire-bytes", &[("count", value)]);
        assert_eq!(said("1".into()), "1 byte");
        assert_eq!(said(1.into()), "1 byte");
        for text in ["0", "2", "1048576", "01", "1.0", "inf", "uno", ""] {
            assert_eq!(said(text.into()), format!("{text} bytes"));
        }
    }

    #[test]
    fn both_languages_say_the_same_messages_with_the_same_arguments() {
        assert_eq!(messages(Language::Es), messages(Language::En));
    }
}
