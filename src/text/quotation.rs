//! Quotation marks within quotation marks.

use super::Language;

/// `text` as it stands between quotation marks: those of its own are of the
/// next level, “ ” and ‘ ’ in Spanish, ‘ ’ in English.
pub fn within(text: &str, language: Language) -> String {
    let next = |mark| match (mark, language) {
        ('«', Language::Es) => '“',
        ('»', Language::Es) => '”',
        ('“', _) | ('«', Language::En) => '‘',
        ('”', _) | ('»', Language::En) => '’',
        (other, _) => other,
    };
    text.chars().map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_down_a_level() {
        let spanish = within("El de «TLS si “puede”»", Language::Es);
        assert_eq!(spanish, "El de “TLS si ‘puede’”");
        let english = within("It doesn’t say “no”", Language::En);
        assert_eq!(english, "It doesn’t say ‘no’");
    }
}
