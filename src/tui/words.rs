//! What the full screen calls the keys that a lesson names.

use super::keymap::Keymap;
use crate::lesson::NamedKey;
use crate::text::Catalogue;

/// The words for `key`: *tecla `Q`*, or whichever the student put in its place.
pub fn for_key(key: NamedKey, keymap: &Keymap, catalogue: &Catalogue) -> String {
    let name = keymap
        .named(key)
        .map_or_else(|| "—".to_owned(), |key| key.name(catalogue.language()));
    catalogue.say_with("tui-named-key", &[("key", name.into())])
}
