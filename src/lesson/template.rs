//! The lesson that `lab lesson new` writes: small, whole, and commented.

use crate::text::Language;

/// The template with its comments in `language`; the lesson in it speaks both.
pub fn template(language: Language) -> &'static str {
    match language {
        Language::Es => include_str!("template/es.toml"),
        Language::En => include_str!("template/en.toml"),
    }
}
