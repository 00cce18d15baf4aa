//! The commands that `smtpd` knows, and how it cuts a command line into words.

use std::fmt::Write;

/// A command verb that Postfix 3.7 knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verb {
    Helo,
    Ehlo,
    Xclient,
    Xforward,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Vrfy,
    Etrn,
    Quit,
}

impl Verb {
    /// All of them, in the order in which the log counts them.
    const ALL: [Self; 15] = [
        Self::Helo,
        Self::Ehlo,
        Self::Xclient,
        Self::Xforward,
        Self::Starttls,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Bdat,
        Self::Rset,
        Self::Noop,
        Self::Vrfy,
        Self::Etrn,
        Self::Quit,
    ];

    /// The verb spelled `word`, in any letter case.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verb| verb.name().eq_ignore_ascii_case(word))
    }

    /// Its name, as in logs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Helo => "HELO",
            Self::Ehlo => "EHLO",
            Self::Xclient => "XCLIENT",
            Self::Xforward => "XFORWARD",
            Self::Starttls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Bdat => "BDAT",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Vrfy => "VRFY",
            Self::Etrn => "ETRN",
            Self::Quit => "QUIT",
        }
    }

    /// Whether it counts against `smtpd_junk_command_limit`.
    pub(super) fn is_junk(self) -> bool {
        matches!(
            self,
            Self::Helo | Self::Ehlo | Self::Rset | Self::Noop | Self::Vrfy | Self::Etrn
        )
    }

    /// Whether it is allowed before STARTTLS where TLS is required.
    pub(super) fn is_allowed_in_clear(self) -> bool {
        matches!(
            self,
            Self::Helo | Self::Ehlo | Self::Xclient | Self::Starttls | Self::Noop | Self::Quit
        )
    }

    /// Whether it must be the last of a group sent together (RFC 2920 §3.1).
    pub(super) fn ends_group(self) -> bool {
        matches!(
            self,
            Self::Helo | Self::Ehlo | Self::Data | Self::Noop | Self::Vrfy
        )
    }
}

/// How often each command came, and how often it went well: the end of the
/// `disconnect from` line.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    verbs: [Count; Verb::ALL.len()],
    unknown: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    well: u32,
    total: u32,
}

impl Tally {
    /// A command came; `None`: one that nobody knows.
    pub(super) fn came(&mut self, verb: Option<Verb>) {
        match verb {
            Some(verb) => self.of(verb).total += 1,
            None => self.unknown += 1,
        }
    }

    /// A command went well.
    pub(super) fn went_well(&mut self, verb: Verb) {
        self.of(verb).well += 1;
    }

    fn of(&mut self, verb: Verb) -> &mut Count {
        &mut self.verbs[verb as usize]
    }

    /// ` ehlo=1 rcpt=0/1 commands=1/2`.
    pub(super) fn format(&self) -> String {
        let unknown = Count {
            well: 0,
            total: self.unknown,
        };
        let counts = Verb::ALL
            .iter()
            .zip(self.verbs)
            .map(|(verb, count)| (verb.name().to_ascii_lowercase(), count))
            .chain([("unknown".to_owned(), unknown)]);
        let mut text = String::new();
        let mut all = Count::default();
        for (name, Count { well, total }) in counts.filter(|(_, count)| count.total > 0) {
            // Writing into a String cannot fail.
            let _ = write!(text, " {name}={well}");
            if well != total {
                let _ = write!(text, "/{total}");
            }
            all.well += well;
            all.total += total;
        }
        let _ = write!(text, " commands={}", all.well);
        if all.well != all.total || all.total == 0 {
            let _ = write!(text, "/{}", all.total);
        }
        text
    }
}

/// One word of a command line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Word {
    /// Its text, with quotes and brackets.
    pub(super) text: String,
    /// Whether a quote or a bracket was not closed.
    pub(super) unclosed: bool,
}

/// Cuts a command line into words: at white space that is not inside quotes or
/// angle brackets, and after `from:` and `to:`.
pub(super) fn words(line: &str) -> Vec<Word> {
    let mut characters = line.chars().peekable();
    let mut words = Vec::new();
    let mut word = Word {
        text: String::new(),
        unclosed: false,
    };
    while let Some(character) = characters.next() {
        let ended = match character {
            _ if is_space(character) => !word.text.is_empty(),
            '<' => {
                quoted(&mut characters, &mut word, '<', '>');
                false
            }
            '"' => {
                quoted(&mut characters, &mut word, '"', '"');
                false
            }
            ':' => {
                word.text.push(':');
                ["to:", "from:"]
                    .iter()
                    .any(|end| word.text.eq_ignore_ascii_case(end))
            }
            '\\' => {
                word.text.push('\\');
                word.text.extend(characters.next());
                false
            }
            _ => {
                word.text.push(character);
                false
            }
        };
        if ended {
            words.push(std::mem::replace(
                &mut word,
                Word {
                    text: String::new(),
                    unclosed: false,
                },
            ));
        }
    }
    if !word.text.is_empty() {
        words.push(word);
    }
    words
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// Takes everything up to the closing character. Quotes may stand inside
/// brackets, and brackets inside brackets.
fn quoted(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    word: &mut Word,
    open: char,
    close: char,
) {
    let mut wanted = vec![close];
    word.text.push(open);
    while let Some(character) = characters.next() {
        word.text.push(character);
        if character == '\\' {
            match characters.next() {
                Some(escaped) => word.text.push(escaped),
                None => break,
            }
        } else if wanted.last() == Some(&character) {
            wanted.pop();
            if wanted.is_empty() {
                return;
            }
        } else if character == '"' {
            wanted.push('"');
        } else if character == '<' && wanted.last() == Some(&'>') {
            wanted.push('>');
        }
    }
    word.unclosed = true;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(line: &str) -> Vec<String> {
        words(line).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_end_at_space_and_after_from_and_to() {
        assert_eq!(
            texts("MAIL FROM:<ana@x.example> SIZE=1"),
            ["MAIL", "FROM:", "<ana@x.example>", "SIZE=1"]
        );
        assert_eq!(texts("RCPT TO:   <a@x>"), ["RCPT", "TO:", "<a@x>"]);
        assert_eq!(texts("  MAIL  FROM: a@x "), ["MAIL", "FROM:", "a@x"]);
        assert_eq!(texts("EHLO http://x:25"), ["EHLO", "http://x:25"]);
        assert_eq!(texts(" \t "), Vec::<String>::new());
    }

    #[test]
    fn space_in_quotes_and_brackets_belongs_to_the_word() {
        assert_eq!(
            texts("RCPT TO:<\"un > alumno\"@x> NOTIFY=NEVER"),
            ["RCPT", "TO:", "<\"un > alumno\"@x>", "NOTIFY=NEVER"]
        );
        assert_eq!(texts("MAIL FROM:<>>"), ["MAIL", "FROM:", "<>>"]);
    }

    #[test]
    fn what_is_not_closed_is_marked() {
        let words = words("MAIL FROM:<ana@x.example");
        assert_eq!(words.len(), 3);
        assert!(words[2].unclosed && !words[1].unclosed);
    }

    #[test]
    fn the_tally_reads_as_in_the_log() {
        let mut tally = Tally::default();
        assert_eq!(tally.format(), " commands=0/0");
        tally.came(Some(Verb::Ehlo));
        tally.went_well(Verb::Ehlo);
        assert_eq!(tally.format(), " ehlo=1 commands=1");
        tally.came(Some(Verb::Rcpt));
        tally.came(None);
        assert_eq!(tally.format(), " ehlo=1 rcpt=0/1 unknown=0/1 commands=1/3");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(line in "\\PC{0,80}") {
            words(&line);
        }
    }
}
