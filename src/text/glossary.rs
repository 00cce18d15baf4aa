//! The words of the trade, from `assets/glossary.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Language, read_toml};

/// A word with what it means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Term {
    /// The word.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    es: [String; 2],
    en: [String; 2],
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let read = read_toml(include_str!("../../assets/glossary.toml"));
    debug_assert!(
        read.is_ok(),
        "assets/glossary.toml: {:?}",
        read.as_ref().err()
    );
    read.unwrap_or(File { term: Vec::new() })
});

/// Every word, in the alphabet's order.
pub fn terms(language: Language) -> Vec<Term> {
    let mut terms: Vec<Term> = FILE
        .term
        .iter()
        .map(|entry| {
            let [name, meaning] = match language {
                Language::Es => &entry.es,
                Language::En => &entry.en,
            };
            Term { name, meaning }
        })
        .collect();
    terms.sort_by_key(|term| term.name.to_lowercase());
    terms
}

/// The words in whose name or meaning `sought` stands, those first whose name has it.
pub fn find(language: Language, sought: &str) -> Vec<Term> {
    let sought = sought.trim().to_lowercase();
    let mut found: Vec<(bool, Term)> = terms(language)
        .into_iter()
        .filter_map(|term| {
            let in_name = term.name.to_lowercase().contains(&sought);
            (in_name || term.meaning.to_lowercase().contains(&sought)).then_some((!in_name, term))
        })
        .collect();
    found.sort_by_key(|(elsewhere, _)| *elsewhere);
    found.into_iter().map(|(_, term)| term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read_and_no_word_stands_twice() {
        let file: File = read_toml(include_str!("../../assets/glossary.toml")).unwrap();
        for language in [Language::Es, Language::En] {
            let terms = terms(language);
            assert_eq!(terms.len(), file.term.len());
            assert!(
                terms
                    .windows(2)
                    .all(|pair| pair[0].name.to_lowercase() != pair[1].name.to_lowercase())
            );
        }
    }

    #[test]
    fn a_word_is_found_by_its_name_before_its_meaning() {
        let found = find(Language::En, "envelope");
        assert_eq!(found[0].name, "envelope");
        assert!(found.len() > 1);
        assert!(find(Language::Es, "xyzzy").is_empty());
    }
}
