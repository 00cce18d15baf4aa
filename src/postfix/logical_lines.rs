//! The lines of Postfix's files, main.cf and tables alike: comments and blank
//! lines left out, a line that begins with white space joined to the one before
//! (postconf(5), `DATABASE_README`).

use std::borrow::Cow;

/// One logical line.
pub(super) struct Logical<'a> {
    /// Index of its first physical line, from 0.
    pub(super) first: usize,
    /// Index behind its last physical line; comments and blank lines in
    /// between belong to it.
    pub(super) end: usize,
    /// Its text: of the physical lines only the ends are gone.
    pub(super) text: Cow<'a, str>,
}

impl Logical<'_> {
    /// Postfix's words about a line that begins with white space where there is
    /// nothing to continue. It passes over such a line.
    pub(super) fn orphan(&self, file: &str) -> Option<String> {
        if !self.text.starts_with(is_space) {
            return None;
        }
        let shown: String = self.text.chars().take(SHOWN).collect();
        let dots = if shown.len() < self.text.len() {
            "..."
        } else {
            ""
        };
        Some(format!(
            "{file}: logical line must not start with whitespace: \"{shown}{dots}\""
        ))
    }
}

/// How much of such a line the warning shows, in characters.
const SHOWN: usize = 30;

/// White space as Postfix knows it. A no-break space, as web pages have it,
/// is none.
pub(super) fn is_space(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\x0B'
}

/// The logical lines of a file.
pub(super) fn logical_lines(text: &str) -> Vec<Logical<'_>> {
    let mut logicals: Vec<Logical<'_>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start_matches(is_space);
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match logicals.last_mut() {
            Some(last) if line.starts_with(is_space) => {
                last.text.to_mut().push_str(line);
                last.end = index + 1;
            }
            _ => logicals.push(Logical {
                first: index,
                end: index + 1,
                text: Cow::Borrowed(line),
            }),
        }
    }
    logicals
}
