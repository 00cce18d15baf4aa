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

    /// The message `id` with its arguments filled in.
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
            values.set(*name, value.clone());
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

    #[test]
    fn both_languages_say_the_same_messages_with_the_same_arguments() {
        assert_eq!(messages(Language::Es), messages(Language::En));
    }
}
