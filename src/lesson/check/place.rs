//! Finds the place in the file of a value of the lesson.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The way to a value: keys of tables and indices of arrays, from the root.
#[derive(Clone, Debug, Default)]
pub(super) struct Path(Vec<Part>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Key(&'static str),
    Index(usize),
}

impl From<&'static str> for Part {
    fn from(key: &'static str) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Part {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Path {
    /// The path one part further.
    pub(super) fn to(&self, part: impl Into<Part>) -> Self {
        let mut path = self.clone();
        path.0.push(part.into());
        path
    }
}

/// A lesson file as parsed, with the place of every value.
#[derive(Debug)]
pub struct Locator<'a> {
    pub(super) source: &'a str,
    pub(super) root: DeTable<'a>,
}

impl<'a> Locator<'a> {
    /// Parses `source`. What is not TOML in it has no place.
    pub fn new(source: &'a str) -> Self {
        Self::parse(source).0
    }

    /// Parses `source`, with every fault of its syntax.
    pub(super) fn parse(source: &'a str) -> (Self, Vec<toml::de::Error>) {
        let (root, problems) = DeTable::parse_recoverable(source);
        let root = root.into_inner();
        (Self { source, root }, problems)
    }

    /// Where step `step` stands.
    pub fn step(&self, step: usize) -> Range<usize> {
        self.span(&step_path(step).to("id"))
    }

    /// Where goal `goal` of step `step` stands.
    pub fn goal(&self, step: usize, goal: usize) -> Range<usize> {
        self.span(&step_path(step).to("goal").to(goal))
    }

    /// Where action `action` of the solution of step `step` stands.
    pub fn action(&self, step: usize, action: usize) -> Range<usize> {
        self.span(&step_path(step).to("solution").to(action))
    }

    /// Where hint `hint` of step `step` for those who tried something stands.
    pub fn hint_when(&self, step: usize, hint: usize) -> Range<usize> {
        self.span(&step_path(step).to("hint_when").to(hint))
    }

    /// Where line `line` (from 1) of the lesson's zone, whose text is `zone`, stands.
    pub fn zone_line(&self, zone: &str, line: usize) -> Range<usize> {
        self.line(&Path::default().to("zone"), zone, line)
    }

    /// Where the value at `path` stands; if it is not there, the innermost
    /// value around it that is.
    pub(super) fn span(&self, path: &Path) -> Range<usize> {
        let mut parts = path.0.iter();
        let Some(Part::Key(first)) = parts.next() else {
            return first_line(self.source);
        };
        let Some(mut value) = self.root.get(*first) else {
            return first_line(self.source);
        };
        for part in parts {
            let next = match (part, value.get_ref()) {
                (Part::Key(key), DeValue::Table(table)) => table.get(*key),
                (Part::Index(index), DeValue::Array(array)) => array.get(*index),
                _ => None,
            };
            match next {
                Some(next) => value = next,
                None => break,
            }
        }
        narrow(self.source, value)
    }

    /// Where line `line` (from 1) of the text at `path` stands. A text whose
    /// lines are not those of the file (it has escapes) counts as one place.
    pub(super) fn line(&self, path: &Path, text: &str, line: usize) -> Range<usize> {
        let whole = self.span(path);
        let raw = self.source.get(whole.clone()).unwrap_or_default();
        let Some((start, content)) = multiline(raw) else {
            return whole;
        };
        if content.replace("\r\n", "\n") != text.replace("\r\n", "\n") {
            return whole;
        }
        let mut offset = whole.start + start;
        for (index, this) in content.split_inclusive('\n').enumerate() {
            if index + 1 == line {
                return offset..offset + this.trim_end().len();
            }
            offset += this.len();
        }
        whole
    }
}

fn step_path(step: usize) -> Path {
    Path::default().to("step").to(step)
}

/// The content of a multi-line string as written, and where in `raw` it starts.
fn multiline(raw: &str) -> Option<(usize, &str)> {
    for quotes in [r#"""""#, "'''"] {
        if let Some(inner) = raw
            .strip_prefix(quotes)
            .and_then(|rest| rest.strip_suffix(quotes))
        {
            // A line end right after the quotes is no part of the string.
            let content = inner
                .strip_prefix("\r\n")
                .or_else(|| inner.strip_prefix('\n'))
                .unwrap_or(inner);
            return Some((quotes.len() + inner.len() - content.len(), content));
        }
    }
    None
}

/// The place of a value, for showing: of a table or a long array only the first line.
pub(super) fn narrow(source: &str, value: &Spanned<DeValue<'_>>) -> Range<usize> {
    let span = value.span();
    match value.get_ref() {
        DeValue::Table(_) | DeValue::Array(_) => {
            let text = source.get(span.clone()).unwrap_or_default();
            let line = text.lines().next().unwrap_or_default();
            span.start..span.start + line.trim_end().len()
        }
        _ => span,
    }
}

/// The first line of the file that says something.
pub(super) fn first_line(source: &str) -> Range<usize> {
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        if !text.is_empty() && !text.starts_with('#') {
            return start..start + line.trim_end().len();
        }
        start += line.len();
    }
    0..0
}
