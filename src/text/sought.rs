//! What somebody seeks, and where a text holds it. Small and capital letters
//! are the same, as are letters with and without the accents of Spanish, and
//! it does not matter how a text was broken into lines.

use std::ops::Range;

/// A text that is sought.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Sought {
    letters: Vec<Wanted>,
}

/// A letter of what is sought, folded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Wanted {
    folded: char,
    /// Whether a word begins with it that is not the first.
    begins: bool,
}

/// A letter of a text that is searched, folded; blanks are none.
#[derive(Clone, Copy, Debug)]
struct Letter {
    folded: char,
    before: Gap,
    line: usize,
    start: usize,
    end: usize,
}

/// What stands between a letter and the one before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Gap {
    Nothing,
    Blank,
    /// The end of a line: a blank, or the middle of a word that did not fit.
    Break,
}

/// A place where a text holds what is sought: a part of a line, or of several
/// if it is broken there. Never empty; the ranges count bytes.
pub type Place = Vec<(usize, Range<usize>)>;

impl Sought {
    /// What was `typed`; blanks around it don't count.
    pub fn new(typed: &str) -> Self {
        let mut letters = Vec::new();
        for (word, text) in typed.split_whitespace().enumerate() {
            letters.extend(text.chars().enumerate().map(|(place, letter)| Wanted {
                folded: fold(letter),
                begins: word > 0 && place == 0,
            }));
        }
        Self { letters }
    }

    /// Whether nothing is sought, which is everywhere.
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Whether `text` holds it.
    pub fn is_in(&self, text: &str) -> bool {
        let Some(first) = self.letters.first() else {
            return true;
        };
        text.char_indices().any(|(at, letter)| {
            fold(letter) == first.folded
                && text.get(at..).is_some_and(|rest| self.begins(rest.chars()))
        })
    }

    /// Whether `text` begins with it.
    fn begins(&self, text: impl Iterator<Item = char>) -> bool {
        let mut text = text.peekable();
        self.letters.iter().all(|wanted| {
            let mut blank = false;
            while wanted.begins && text.next_if(|letter| letter.is_whitespace()).is_some() {
                blank = true;
            }
            blank == wanted.begins && text.next().is_some_and(|it| fold(it) == wanted.folded)
        })
    }

    /// Every place in a text of these lines that holds it, in order; none
    /// overlaps another.
    pub fn find<'a>(&self, lines: impl Iterator<Item = &'a str>) -> Vec<Place> {
        let Some(first) = self.letters.first() else {
            return Vec::new();
        };
        let text = letters_of(lines);
        let mut places = Vec::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let held =
                rest.first().is_some_and(|it| it.folded == first.folded)
                    && rest.len() >= self.letters.len()
                    && rest.iter().zip(&self.letters).enumerate().all(
                        |(place, (letter, wanted))| {
                            letter.folded == wanted.folded
                                && (place == 0 || follows(letter.before, *wanted))
                        },
                    );
            if held {
                places.push(place(rest.get(..self.letters.len()).unwrap_or_default()));
                at += self.letters.len();
            } else {
                at += 1;
            }
        }
        places
    }
}

/// Whether a letter with this gap before it can be the wanted one.
fn follows(before: Gap, wanted: Wanted) -> bool {
    match before {
        Gap::Nothing => !wanted.begins,
        Gap::Blank => wanted.begins,
        Gap::Break => true,
    }
}

fn letters_of<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Letter> {
    let mut letters = Vec::new();
    for (line, text) in lines.enumerate() {
        let mut before = Gap::Break;
        for (start, letter) in text.char_indices() {
            if letter.is_whitespace() {
                before = if before == Gap::Break {
                    Gap::Break
                } else {
                    Gap::Blank
                };
                continue;
            }
            letters.push(Letter {
                folded: fold(letter),
                before,
                line,
                start,
                end: start + letter.len_utf8(),
            });
            before = Gap::Nothing;
        }
    }
    letters
}

/// The parts of lines that these letters take.
fn place(letters: &[Letter]) -> Place {
    let mut parts: Place = Vec::new();
    for letter in letters {
        match parts.last_mut() {
            Some((line, part)) if *line == letter.line => part.end = letter.end,
            _ => parts.push((letter.line, letter.start..letter.end)),
        }
    }
    parts
}

/// A letter as it is typed by whoever is in a hurry: small, and without the
/// accents of Spanish.
fn fold(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    match letter.to_lowercase().next().unwrap_or(letter) {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(sought: &str, lines: &[&str]) -> Vec<Vec<String>> {
        let words = |(line, part): (usize, Range<usize>)| lines[line].get(part).unwrap().to_owned();
        Sought::new(sought)
            .find(lines.iter().copied())
            .into_iter()
            .map(|place| place.into_iter().map(words).collect())
            .collect()
    }

    #[test]
    fn case_accents_and_blanks_make_no_difference() {
        assert_eq!(
            found("politica", &["La POLÍTICA, la política"]),
            [["POLÍTICA"], ["política"]]
        );
        assert_eq!(
            found("relay  access", &["Relay access denied"]),
            [["Relay access"]]
        );
        assert_eq!(
            found("relayaccess", &["Relay access denied"]),
            Vec::<Vec<String>>::new()
        );
        assert_eq!(
            found("re lay", &["Relay access denied"]),
            Vec::<Vec<String>>::new()
        );
        assert!(Sought::new("acción").is_in("Por ACCION"));
        assert!(Sought::new("a b").is_in("xa   b"));
        assert!(!Sought::new("a b").is_in("ab"));
        assert!(!Sought::new("ab").is_in("a b"));
        assert!(Sought::new("  ").is_in(""));
    }

    #[test]
    fn what_was_broken_at_the_end_of_a_line_is_found() {
        assert_eq!(
            found(
                "victima@remoto.example",
                &["RCPT TO:<victima@re", "    moto.example>"]
            ),
            [["victima@re", "moto.example"]]
        );
        assert_eq!(
            found("access denied", &["Relay access", "  denied"]),
            [["access", "denied"]]
        );
    }

    #[test]
    fn places_do_not_overlap() {
        assert_eq!(found("aa", &["aaaa a"]), [["aa"], ["aa"]]);
    }

    proptest! {
        #[test]
        fn a_line_holds_what_is_found_in_it(sought in "[ab ÁÑ]{1,4}", text in "[ab áÑ]{0,20}") {
            let sought = Sought::new(&sought);
            prop_assume!(!sought.is_empty());
            let places = sought.find([text.as_str()].into_iter());
            prop_assert_eq!(sought.is_in(&text), !places.is_empty());
            for (_, part) in places.into_iter().flatten() {
                prop_assert!(sought.is_in(text.get(part).unwrap()));
            }
        }
    }
}
