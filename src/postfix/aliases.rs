//! What stands behind an alias, and in `.forward` and `:include:` files:
//! addresses, `|command`, `/file` and `:include:/file` (aliases(5)).

/// One of the things that mail for an alias goes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// Another address, or a user of this host; `\user` is the user's own
    /// mailbox, whatever aliases say.
    Address(String),
    /// The standard input of a command.
    Command(String),
    /// The end of a file.
    File(String),
    /// What is written in another file.
    Include(String),
}

/// The targets on the right-hand side of an alias. Commas and white space
/// separate them; quotes keep one together, and what stands in parentheses is
/// a comment.
pub fn targets(text: &str) -> Vec<Target> {
    words(text).into_iter().map(Target::from_word).collect()
}

/// The targets in a file, each of whose lines is like the right-hand side of
/// an alias. Lines that begin with `#` are comments.
pub fn targets_of_file(text: &str) -> Vec<Target> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(targets)
        .collect()
}

impl Target {
    fn from_word(word: String) -> Self {
        const INCLUDE: &str = ":include:";
        if let Some(command) = word.strip_prefix('|') {
            Self::Command(command.trim().to_owned())
        } else if word.starts_with('/') {
            Self::File(word)
        } else if let Some((start, path)) = word.split_at_checked(INCLUDE.len())
            && start.eq_ignore_ascii_case(INCLUDE)
        {
            Self::Include(path.to_owned())
        } else {
            Self::Address(word)
        }
    }
}

/// The words of the list, without quotes, comments and the names before `<address>`.
fn words(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    // Words since the last comma: names, if an address in angle brackets follows.
    let mut item: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut in_word = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                in_word = true;
                word.push_str(&until('"', &mut characters));
            }
            '(' => skip_comment(&mut characters),
            '<' => {
                item.clear();
                (in_word, word) = (false, String::new());
                done.push(until('>', &mut characters));
            }
            ',' | ' ' | '\t' | '\r' | '\n' => {
                if std::mem::take(&mut in_word) {
                    item.push(std::mem::take(&mut word));
                }
                if character == ',' {
                    done.append(&mut item);
                }
            }
            '\\' => {
                in_word = true;
                // At the beginning it stands for itself: `\user`.
                let escaped = characters.next().unwrap_or('\\');
                if word.is_empty() {
                    word.push('\\');
                }
                if escaped != '\\' {
                    word.push(escaped);
                }
            }
            other => {
                in_word = true;
                word.push(other);
            }
        }
    }
    if in_word {
        item.push(word);
    }
    done.append(&mut item);
    done.retain(|word| !word.is_empty());
    done
}

/// What comes before `end`; a backslash makes the next character an ordinary one.
fn until(end: char, characters: &mut impl Iterator<Item = char>) -> String {
    let mut inside = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\\' => inside.extend(characters.next()),
            other if other == end => break,
            other => inside.push(other),
        }
    }
    inside
}

fn skip_comment(characters: &mut impl Iterator<Item = char>) {
    let mut depth = 1_u32;
    while depth > 0 {
        match characters.next() {
            Some('(') => depth += 1,
            Some(')') => depth -= 1,
            Some('\\') => drop(characters.next()),
            Some(_) => {}
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Target {
        Target::Address(text.to_owned())
    }

    #[test]
    fn the_forms_of_aliases_are_told_apart() {
        assert_eq!(
            targets(r#"alumno, "|/usr/bin/lista -a b", /var/tmp/copia, :include:/etc/lista"#),
            [
                address("alumno"),
                Target::Command("/usr/bin/lista -a b".to_owned()),
                Target::File("/var/tmp/copia".to_owned()),
                Target::Include("/etc/lista".to_owned()),
            ]
        );
    }

    #[test]
    fn names_comments_and_quotes_are_no_part_of_an_address() {
        assert_eq!(
            targets(r#"La Profesora <profesor>, "alumno" (el (otro)) ana bob@remoto.example"#),
            [
                address("profesor"),
                address("alumno"),
                address("ana"),
                address("bob@remoto.example"),
            ]
        );
    }

    #[test]
    fn a_backslash_stays_before_a_user() {
        assert_eq!(
            targets(r"\alumno, \\ana"),
            [address(r"\alumno"), address(r"\ana")]
        );
    }

    #[test]
    fn lines_of_a_file_may_be_comments() {
        assert_eq!(
            targets_of_file("alumno\n# nadie\nana, bob\n"),
            [address("alumno"), address("ana"), address("bob")]
        );
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC*") {
            let _ = targets_of_file(&text);
        }
    }
}
