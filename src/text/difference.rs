//! Two texts line by line: what went, what came.

use similar::{Change, ChangeTag, TextDiff};

/// Whether a line stands in the text before, in the one after, or in both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// In both.
    Same,
    /// Only before.
    Removed,
    /// Only after.
    Added,
}

impl Mark {
    /// The sign of diff(1).
    pub fn sign(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// The lines that differ, each with up to `context` lines that do not around
/// it; nothing where the texts are the same.
pub fn lines(before: &str, after: &str, context: usize) -> Vec<(Mark, String)> {
    let difference = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for group in difference.grouped_ops(context) {
        for change in group
            .iter()
            .flat_map(|operation| difference.iter_changes(operation))
        {
            lines.push(marked(&change));
        }
    }
    lines
}

/// Every line of both texts, each with its mark.
pub fn whole(before: &str, after: &str) -> Vec<(Mark, String)> {
    let difference = TextDiff::from_lines(before, after);
    let changes = difference.iter_all_changes();
    changes.map(|change| marked(&change)).collect()
}

fn marked(change: &Change<&str>) -> (Mark, String) {
    let mark = match change.tag() {
        ChangeTag::Equal => Mark::Same,
        ChangeTag::Delete => Mark::Removed,
        ChangeTag::Insert => Mark::Added,
    };
    let line = change.value().trim_end_matches('\n');
    (mark, line.to_owned())
}

/// The difference between two states of the file `name` as `diff -u` prints
/// it, ready for patch(1); nothing where they are the same.
pub fn unified(name: &str, before: &str, after: &str) -> String {
    let difference = TextDiff::from_lines(before, after);
    let mut unified = difference.unified_diff();
    unified.header(&format!("a/{name}"), &format!("b/{name}"));
    unified.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_comes_before_what_came() {
        let lines = lines("a\nb\nc\nd\n", "a\nB\nc\nd\n", 1);
        let marked: Vec<_> = lines
            .iter()
            .map(|(mark, line)| (mark.sign(), line.as_str()))
            .collect();
        assert_eq!(marked, [(' ', "a"), ('-', "b"), ('+', "B"), (' ', "c")]);
        assert_eq!(super::lines("a\n", "a\n", 3), []);
    }

    #[test]
    fn a_unified_difference_can_be_applied() {
        assert_eq!(
            unified("main.cf", "a = 1\n", "a = 2\n"),
            "--- a/main.cf\n+++ b/main.cf\n@@ -1 +1 @@\n-a = 1\n+a = 2\n"
        );
        assert_eq!(unified("main.cf", "a\n", "a\n"), "");
    }
}
