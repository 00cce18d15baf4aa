//! main.cf: comments, `name = value`, continuation lines (postconf(5)).

use super::logical_lines::{Logical, is_space, logical_lines};

/// One `name = value` of main.cf.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The line it begins on, from 1.
    pub line: usize,
    /// The parameter.
    pub name: String,
    /// The value as written, white space within it and all; of continuation
    /// lines only the line ends are left out.
    pub value: String,
}

/// A line of main.cf or master.cf that Postfix complains about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// Whether Postfix reads on.
    pub severity: Severity,
    /// Postfix's own words, with its name for the file.
    pub words: String,
}

/// How Postfix takes a faulty line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// No program that reads the file starts.
    Fatal,
    /// The line is passed over.
    Warning,
}

/// Where the file is, and the name under which Postfix's messages know it.
pub const MAIN_CF: &str = "/etc/postfix/main.cf";

/// Reads a main.cf: every setting in order (the last of a name wins), and the
/// lines that Postfix refuses.
pub fn parse(text: &str) -> (Vec<Entry>, Vec<Fault>) {
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    for logical in logical_lines(text) {
        let line = logical.first + 1;
        if let Some(words) = logical.orphan(MAIN_CF) {
            faults.push(Fault {
                line,
                severity: Severity::Warning,
                words,
            });
            continue;
        }
        match split_setting(&logical.text) {
            Ok((name, value)) => entries.push(Entry {
                line,
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            Err(problem) => faults.push(Fault {
                line,
                severity: Severity::Fatal,
                words: format!(
                    "{MAIN_CF}, line {line}: {problem}: \"{}\"",
                    logical.text.trim_end_matches(is_space)
                ),
            }),
        }
    }
    (entries, faults)
}

/// A parameter's value as a main.cf has it: the last of several.
pub fn value_of(text: &str, parameter: &str) -> Option<String> {
    let (entries, _) = parse(text);
    let mut settings = entries.into_iter().rev();
    settings
        .find(|entry| entry.name == parameter)
        .map(|entry| entry.value)
}

/// Edits main.cf as `postconf -e` (a value) or `postconf -X` (`None`) does:
/// every other line stays as it is. The last setting of the name is replaced
/// where it stands, earlier ones are dropped; a new one goes to the end.
pub fn set(text: &str, parameter: &str, value: Option<&str>) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let ours: Vec<Logical<'_>> = logical_lines(text)
        .into_iter()
        .filter(|logical| {
            logical.orphan(MAIN_CF).is_none()
                && split_setting(&logical.text).is_ok_and(|(name, _)| name == parameter)
        })
        .collect();
    let setting = value.map(|value| format!("{parameter} = {value}").trim_end().to_owned() + "\n");

    let mut edited = String::with_capacity(text.len() + 80);
    for (index, line) in lines.iter().enumerate() {
        let Some(place) = ours
            .iter()
            .position(|logical| (logical.first..logical.end).contains(&index))
        else {
            edited.push_str(line);
            continue;
        };
        if line.trim_start().starts_with('#') || line.trim().is_empty() {
            edited.push_str(line);
        } else if place + 1 == ours.len() && ours.get(place).is_some_and(|it| it.first == index) {
            edited.push_str(setting.as_deref().unwrap_or_default());
        }
    }
    if ours.is_empty()
        && let Some(setting) = setting
    {
        if !edited.is_empty() && !edited.ends_with('\n') {
            edited.push('\n');
        }
        edited.push_str(&setting);
    }
    edited
}

/// `name = value`, or what Postfix finds missing.
fn split_setting(text: &str) -> Result<(&str, &str), &'static str> {
    let (name, value) = text
        .split_once('=')
        .ok_or("missing '=' after attribute name")?;
    let name = name.trim_matches(is_space);
    if name.is_empty() {
        Err("missing attribute name")
    } else if name.contains(is_space) {
        Err("missing '=' after attribute name")
    } else {
        Ok((name, value.trim_matches(is_space)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEBIAN: &str = "# See /usr/share/postfix/main.cf.dist\n\
        smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)\n\
        biff = no\n\
        mynetworks = 127.0.0.0/8\n  # the classroom\n  10.0.0.0/24\n\n\
        \t[::1]/128\n\
        recipient_delimiter=+\n";

    #[test]
    fn continuation_lines_pass_over_comments_and_blank_lines() {
        let (entries, faults) = parse(DEBIAN);
        assert!(faults.is_empty());
        assert_eq!(entries.len(), 4);
        assert_eq!(entries[2].value, "127.0.0.0/8  10.0.0.0/24\t[::1]/128");
        assert_eq!((entries[2].line, entries[3].line), (4, 9));
        assert_eq!(entries[3].value, "+");
    }

    #[test]
    fn a_line_without_equals_sign_is_a_fault() {
        let (_, faults) = parse("biff = no\nhola\n");
        assert_eq!(faults[0].line, 2);
        assert_eq!(
            faults[0].words,
            "/etc/postfix/main.cf, line 2: missing '=' after attribute name: \"hola\""
        );
    }

    #[test]
    fn a_first_line_that_continues_nothing_is_passed_over() {
        let (entries, faults) =
            parse("# c\n  biff = no, in a line that is rather long\n x\nb = 1\n");
        assert_eq!(entries.len(), 1);
        assert_eq!((faults[0].line, faults[0].severity), (2, Severity::Warning));
        assert_eq!(
            faults[0].words,
            "/etc/postfix/main.cf: logical line must not start with whitespace: \
             \"  biff = no, in a line that is...\""
        );
        assert_eq!(set(" a = 1\n", "a", Some("2")), " a = 1\na = 2\n");
    }

    #[test]
    fn a_no_break_space_is_no_space() {
        assert_eq!(value_of("biff =\u{a0}no\r\n", "biff").unwrap(), "\u{a0}no");
    }

    #[test]
    fn set_replaces_in_place_and_keeps_comments() {
        let edited = set(DEBIAN, "mynetworks", Some("0.0.0.0/0"));
        assert_eq!(
            edited,
            "# See /usr/share/postfix/main.cf.dist\n\
             smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)\n\
             biff = no\n\
             mynetworks = 0.0.0.0/0\n  # the classroom\n\n\
             recipient_delimiter=+\n"
        );
    }

    #[test]
    fn set_appends_what_is_not_there_and_removes_what_is() {
        assert_eq!(
            set("biff = no", "relayhost", Some("")),
            "biff = no\nrelayhost =\n"
        );
        assert_eq!(set("a = 1\nb = 2\na = 3\n", "a", None), "b = 2\n");
        assert_eq!(
            set("a = 1\nb = 2\na = 3\n", "a", Some("4")),
            "b = 2\na = 4\n"
        );
    }

    proptest! {
        #[test]
        fn parse_never_panics(text in "(?s).{0,200}") {
            parse(&text);
        }

        #[test]
        fn set_changes_only_its_own_parameter(
            text in "([a-c] ?= ?[a-z$ ]{0,8}\n|#[a-z ]{0,6}\n|\n|  [a-z]{1,5}\n){0,12}",
            value in "[a-z0-9][a-z0-9 ./]{0,10}",
        ) {
            let edited = set(&text, "b", Some(&value));
            prop_assert_eq!(value_of(&edited, "b"), Some(value.trim().to_owned()));
            prop_assert_eq!(value_of(&edited, "a"), value_of(&text, "a"));
            prop_assert_eq!(value_of(&edited, "c"), value_of(&text, "c"));
            prop_assert_eq!(value_of(&set(&text, "b", None), "b"), None);
        }
    }
}
