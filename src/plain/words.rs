//! What is typed in the linear mode for the keys that a lesson names.

use crate::lesson::NamedKey;
use crate::text::Catalogue;

/// The words for `key`: *orden `mailq`*.
pub fn for_key(key: NamedKey, catalogue: &Catalogue) -> String {
    let word = catalogue.say(match key {
        NamedKey::Attack => "plain-word-attack",
        NamedKey::ByHand => "plain-word-by-hand",
        NamedKey::Compare => "plain-word-compare",
        NamedKey::Configure => "plain-word-configure",
        NamedKey::Conversation => "plain-word-conversation",
        NamedKey::DeleteAll => "plain-word-delete-all",
        NamedKey::Delist => "plain-word-delist",
        NamedKey::Dig => "plain-word-dig",
        NamedKey::Journey => "plain-word-journey",
        NamedKey::Queue => "plain-word-queue",
        NamedKey::Undo => "plain-word-undo",
        NamedKey::Wait => "plain-word-wait",
    });
    catalogue.say_with("plain-command", &[("word", word.into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain::command::Command;
    use crate::text::Language;

    #[test]
    fn every_word_is_understood() {
        for language in [Language::Es, Language::En] {
            let catalogue = Catalogue::new(language);
            for key in NamedKey::ALL {
                let said = for_key(key, &catalogue);
                let word = said.split('`').nth(1).unwrap();
                let typed = match key {
                    NamedKey::Dig => format!("{word} example"),
                    _ => word.to_owned(),
                };
                assert_ne!(Command::parse(&typed), Command::Unknown, "{typed}");
            }
        }
    }
}
