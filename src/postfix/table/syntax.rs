//! Patterns as the C library (`regexp:`) and PCRE (`pcre:`) read them, written
//! in the way of the library that matches them here.

/// Which kind of table a pattern stands in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Flavour {
    /// `pcre:`, Perl's expressions.
    Perl,
    /// `regexp:`, POSIX extended expressions as glibc reads them.
    Posix,
}

impl Flavour {
    /// The table's type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Perl => "pcre",
            Self::Posix => "regexp",
        }
    }

    /// The letters that may follow a pattern; each turns something over.
    pub(super) fn options(self) -> &'static str {
        match self {
            Self::Perl => "imsxAEUX",
            Self::Posix => "imx",
        }
    }
}

/// A pattern in the matching library's own writing, options included.
///
/// # Errors
/// The library's words that Postfix puts behind table and line.
pub(super) fn translate(flavour: Flavour, pattern: &str, options: &str) -> Result<String, String> {
    let turned = |option: char| options.matches(option).count() % 2 == 1;
    let mut flags = String::new();
    let mut flag = |letter: char, on: bool| {
        if on {
            flags.push(letter);
        }
    };
    flag('i', !turned('i'));
    flag('m', turned('m'));
    match flavour {
        Flavour::Perl => {
            flag('s', !turned('s'));
            flag('x', turned('x'));
            flag('U', turned('U'));
        }
        Flavour::Posix => flag('s', !turned('m')),
    }
    let anchor = if flavour == Flavour::Perl && turned('A') {
        "\\A"
    } else {
        ""
    };
    let flags = if flags.is_empty() {
        flags
    } else {
        format!("(?{flags})")
    };
    let mut translation = Translation {
        flavour,
        rest: pattern,
        length: pattern.len(),
        out: String::with_capacity(pattern.len() + 8),
        atom: None,
        quantified: false,
        open: Vec::new(),
        groups: 0,
    };
    translation.run()?;
    Ok(format!("{flags}{anchor}(?:{})", translation.out))
}

/// The words about a pattern that the matching library refuses although
/// [`translate`] found nothing wrong with it.
pub(super) fn other_fault(flavour: Flavour, pattern: &str, problem: &str) -> String {
    match flavour {
        Flavour::Perl => format!("error in regex at offset {}: {problem}", pattern.len()),
        Flavour::Posix => "Invalid regular expression".to_owned(),
    }
}

/// A pattern half translated.
struct Translation<'a> {
    flavour: Flavour,
    rest: &'a str,
    length: usize,
    out: String,
    /// Where in `out` the last thing begins that may be repeated.
    atom: Option<usize>,
    /// Whether it already is.
    quantified: bool,
    /// Where in `out` the groups begin that are still open.
    open: Vec<usize>,
    groups: usize,
}

/// What is wrong with a pattern, in POSIX's words and in PCRE's.
struct Fault(&'static str, &'static str);

const NOTHING_TO_REPEAT: Fault = Fault(
    "Invalid preceding regular expression",
    "quantifier does not follow a repeatable item",
);
const OPEN_GROUP: Fault = Fault("Unmatched ( or \\(", "missing closing parenthesis");
const STRAY_CLOSE: Fault = Fault("Unmatched ) or \\)", "unmatched closing parenthesis");
const OPEN_CLASS: Fault = Fault(
    "Unmatched [, [^, [:, [., or [=",
    "missing terminating ] for character class",
);
const LONE_BRACKET: Fault = Fault(
    "Invalid regular expression",
    "missing terminating ] for character class",
);
const BAD_CLASS: Fault = Fault("Invalid character class name", "unknown POSIX class name");
const BAD_RANGE: Fault = Fault("Invalid range end", "range out of order in character class");
const BAD_COUNT: Fault = Fault(
    "Invalid content of \\{\\}",
    "numbers out of order in {} quantifier",
);
const OPEN_COUNT: Fault = Fault("Unmatched \\{", "");
const TRAILING_BACKSLASH: Fault = Fault("Trailing backslash", "\\ at end of pattern");
const BAD_ESCAPE: Fault = Fault("", "unrecognized character follows \\");
const BAD_REFERENCE: Fault = Fault(
    "Invalid back reference",
    "reference to non-existent subpattern",
);

const CLASSES: [&str; 12] = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "xdigit",
];

impl Translation<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(character) = self.next() {
            match character {
                '(' => self.begin_group(),
                ')' => self.end_group()?,
                '|' => self.plain('|'),
                '^' => self.plain('^'),
                '$' | '.' => self.push_atom(&character.to_string()),
                '*' | '+' | '?' => self.quantify(&character.to_string())?,
                '{' => self.count()?,
                '[' => self.class()?,
                '\\' => self.escape()?,
                other => self.literal(other),
            }
        }
        if self.open.is_empty() {
            Ok(())
        } else {
            Err(self.fault(&OPEN_GROUP))
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
        Some(next)
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The words for a fault at the present place.
    fn fault(&self, fault: &Fault) -> String {
        self.fault_at(self.length - self.rest.len(), fault)
    }

    fn fault_at(&self, offset: usize, Fault(posix, perl): &Fault) -> String {
        match self.flavour {
            Flavour::Posix => (*posix).to_owned(),
            Flavour::Perl => format!("error in regex at offset {offset}: {perl}"),
        }
    }

    fn before(&self) -> usize {
        (self.length - self.rest.len()).saturating_sub(1)
    }

    /// Something that can't be repeated.
    fn plain(&mut self, character: char) {
        self.out.push(character);
        self.atom = None;
    }

    fn push_atom(&mut self, text: &str) {
        self.atom = Some(self.out.len());
        self.quantified = false;
        self.out.push_str(text);
    }

    fn literal(&mut self, character: char) {
        // Escapes are not wanted where white space must be free to vanish (`x`).
        if !character.is_ascii() {
            // Both libraries see bytes, and know no other case of these.
            self.push_atom(&format!("(?-i:{character})"));
        } else if character.is_ascii_punctuation() && !matches!(character, '#' | '<' | '>') {
            self.push_atom(&format!("\\{character}"));
        } else {
            self.push_atom(&character.to_string());
        }
    }

    fn begin_group(&mut self) {
        self.open.push(self.out.len());
        self.plain('(');
        if self.flavour == Flavour::Perl && self.rest.starts_with('?') {
            // What a group is, up to where its pattern begins.
            let end = self
                .rest
                .find([':', '=', '!', '>', ')'])
                .map_or(0, |at| at + 1);
            let (head, rest) = self.rest.split_at(end);
            let (head, rest) = match head.strip_suffix(')') {
                Some(head) => (head, self.rest.get(end - 1..).unwrap_or(rest)),
                None => (head, rest),
            };
            self.out.push_str(head);
            self.rest = rest;
        } else {
            self.groups += 1;
        }
    }

    fn end_group(&mut self) -> Result<(), String> {
        match self.open.pop() {
            Some(start) => {
                self.out.push(')');
                self.atom = Some(start);
                self.quantified = false;
            }
            None if self.flavour == Flavour::Posix => self.literal(')'),
            None => return Err(self.fault_at(self.before(), &STRAY_CLOSE)),
        }
        Ok(())
    }

    fn quantify(&mut self, quantifier: &str) -> Result<(), String> {
        let Some(atom) = self.atom else {
            return Err(self.fault_at(self.before(), &NOTHING_TO_REPEAT));
        };
        if self.quantified {
            match self.flavour {
                // Another repetition, where Perl's expressions have `.*?`.
                Flavour::Posix => {
                    self.out.insert_str(atom, "(?:");
                    self.out.push(')');
                }
                // Lazy or possessive; after that nothing can follow.
                Flavour::Perl if quantifier == "*" => {
                    return Err(self.fault_at(self.before(), &NOTHING_TO_REPEAT));
                }
                Flavour::Perl => self.atom = None,
            }
        }
        self.out.push_str(quantifier);
        self.quantified = true;
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,3}` and glibc's `{,3}`.
    fn count(&mut self) -> Result<(), String> {
        let Some((inside, rest)) = self.rest.split_once('}') else {
            return if self.flavour == Flavour::Posix {
                Err(self.fault(&OPEN_COUNT))
            } else {
                self.literal('{');
                Ok(())
            };
        };
        let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
        let number = |text: &str| text.parse::<u16>().ok();
        let good = match (number(least), number(most)) {
            (Some(least), Some(most)) => least <= most,
            (Some(_), None) => most.is_empty(),
            (None, Some(_)) => least.is_empty() && self.flavour == Flavour::Posix,
            (None, None) => false,
        };
        let numbers = inside.bytes().all(|it| it.is_ascii_digit() || it == b',')
            && inside.starts_with(|c: char| c.is_ascii_digit());
        if !good && self.flavour == Flavour::Perl && !numbers {
            self.literal('{');
            return Ok(());
        }
        if good && self.atom.is_none() {
            return Err(self.fault_at(self.before(), &NOTHING_TO_REPEAT));
        }
        self.rest = rest;
        if !good {
            return Err(self.fault_at(self.before(), &BAD_COUNT));
        }
        let least = if least.is_empty() { "0" } else { least };
        let quantifier = if inside.contains(',') {
            format!("{{{least},{most}}}")
        } else {
            format!("{{{least}}}")
        };
        self.quantify(&quantifier)
    }

    fn class(&mut self) -> Result<(), String> {
        if self.rest.is_empty() {
            return Err(self.fault(&LONE_BRACKET));
        }
        let mut class = String::from("[");
        if self.take("^") {
            class.push('^');
        }
        let mut first = true;
        loop {
            let Some(character) = self.next() else {
                return Err(self.fault(&OPEN_CLASS));
            };
            match character {
                ']' if !first => break,
                '[' if self.rest.starts_with(':') => {
                    let named = self
                        .rest
                        .strip_prefix(':')
                        .and_then(|it| it.split_once(":]"));
                    let Some((name, rest)) = named else {
                        return Err(self.fault(&OPEN_CLASS));
                    };
                    if !CLASSES.contains(&name) {
                        let inside = self.length - self.rest.len() + 1;
                        return Err(self.fault_at(inside, &BAD_CLASS));
                    }
                    class.push_str("[:");
                    class.push_str(name);
                    class.push_str(":]");
                    self.rest = rest;
                }
                '\\' if self.flavour == Flavour::Perl => {
                    class.push('\\');
                    class.extend(self.next());
                }
                // A range, unless the hyphen is the last in the class.
                low if self.rest.starts_with('-')
                    && !self.rest.starts_with("-]")
                    && self.rest.len() > 1 =>
                {
                    self.take("-");
                    let mut high = self.next().unwrap_or(low);
                    if high == '\\' && self.flavour == Flavour::Perl {
                        high = self.next().unwrap_or(high);
                    }
                    if high < low {
                        return Err(self.fault_at(self.before(), &BAD_RANGE));
                    }
                    push_escaped(&mut class, low);
                    class.push('-');
                    push_escaped(&mut class, high);
                }
                other => push_escaped(&mut class, other),
            }
            first = false;
        }
        class.push(']');
        self.push_atom(&class);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(character) = self.next() else {
            return Err(self.fault(&TRAILING_BACKSLASH));
        };
        if let Some(number) = character.to_digit(10).filter(|&number| number > 0)
            && (self.flavour == Flavour::Posix || self.groups < 10)
        {
            if usize::try_from(number).is_ok_and(|number| number > self.groups) {
                return Err(self.fault(&BAD_REFERENCE));
            }
            self.push_atom(&format!("\\{number}"));
            return Ok(());
        }
        match (self.flavour, character) {
            (Flavour::Posix, '<') => self.push_atom("\\b(?=\\w)"),
            (Flavour::Posix, '>') => self.push_atom("\\b(?<=\\w)"),
            (Flavour::Posix, '`') => self.push_atom("\\A"),
            (Flavour::Posix, '\'') => self.push_atom("\\z"),
            (Flavour::Posix, 'b' | 'B' | 'w' | 'W' | 's' | 'S') => {
                self.push_atom(&format!("\\{character}"));
            }
            // glibc finds such a letter nowhere.
            (Flavour::Posix, other) if other.is_ascii_alphanumeric() => {
                self.push_atom("[^\\s\\S]");
            }
            (Flavour::Perl, letter) if "iIjJlLmMOqTUyYF".contains(letter) => {
                return Err(self.fault_at(self.before(), &BAD_ESCAPE));
            }
            (Flavour::Perl, letter) if letter.is_ascii_alphanumeric() => {
                self.push_atom(&format!("\\{letter}"));
            }
            (_, other) if other.is_ascii_whitespace() || other == '#' => {
                self.push_atom(&format!("[{other}]"));
            }
            (_, other) => self.literal(other),
        }
        Ok(())
    }
}

/// A character of a class, which stands for nothing but itself.
fn push_escaped(class: &mut String, character: char) {
    if character.is_ascii_punctuation() {
        class.push('\\');
    }
    class.push(character);
}
