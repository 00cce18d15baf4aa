//! The files of a host, shown and edited line by line.

use super::session::Session;
use crate::app::{Model, Msg, last_part};
use crate::text::{Catalogue, visible};
use std::io::{self, Write};

/// A file of a host, as typed, and what is to become of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct FileWanted {
    /// The host, if it is not the one under study.
    pub(super) host: Option<String>,
    /// The file: its path, or the last part of it. `None`: which there are.
    pub(super) name: Option<String>,
    /// What is to become of it; `None`: it is only shown.
    pub(super) change: Option<Change>,
}

/// An edit of a file's lines, which are numbered from 1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Change {
    /// Put these lines behind the line with this number; `None`: at the end.
    Add(Option<usize>, Vec<String>),
    /// Put these lines in the place of the one with this number.
    Replace(usize, Vec<String>),
    /// Take the line with this number out.
    Remove(usize),
}

impl FileWanted {
    /// `[[HOST:]NAME [+ LINE | N+ LINE | N LINE | - N]]`, with `\n` between lines.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, rest) = match text.split_once(char::is_whitespace) {
            Some((name, rest)) => (name, rest.trim_start()),
            None => (text, ""),
        };
        let (host, name) = match name.split_once(':') {
            Some((host, name)) => (Some(host), name),
            None => (None, name),
        };
        let change = match rest {
            "" => None,
            rest => Some(Change::parse(rest)?),
        };
        Some(Self {
            host: host.map(str::to_owned),
            name: (!name.is_empty()).then(|| name.to_owned()),
            change,
        })
    }
}

impl Change {
    fn parse(text: &str) -> Option<Self> {
        let (place, line) = text.split_once(' ').unwrap_or((text, ""));
        let lines = || line.split("\\n").map(str::to_owned).collect();
        Some(match place {
            "+" => Self::Add(None, lines()),
            "-" => Self::Remove(line.trim().parse().ok()?),
            place => match place.strip_suffix('+') {
                Some(number) => Self::Add(Some(number.parse().ok()?), lines()),
                None => Self::Replace(place.parse().ok()?, lines()),
            },
        })
    }

    /// The text with the edit made; `None`: it has no such line.
    fn apply(self, text: &str) -> Option<String> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let index = |number: usize| number.checked_sub(1).filter(|index| *index < lines.len());
        let (range, new) = match self {
            Self::Add(None, new) => (lines.len()..lines.len(), new),
            Self::Add(Some(number), new) if number <= lines.len() => (number..number, new),
            Self::Add(..) => return None,
            Self::Replace(number, new) => (index(number)?..number, new),
            Self::Remove(number) => (index(number)?..number, Vec::new()),
        };
        lines.splice(range, new);
        Some(lines.into_iter().map(|line| line + "\n").collect())
    }
}

/// Shows the file that is wanted, or edits it.
pub(super) fn carry_out<W: Write>(
    session: &mut Session<'_, W>,
    wanted: FileWanted,
) -> io::Result<()> {
    let model = &session.model;
    let host = wanted.host.as_ref().unwrap_or(&model.lesson.study).clone();
    let Some(name) = wanted.name else {
        let lines = list(model, session.catalogue(), &host);
        return session.page(&lines);
    };
    let path = match model.find_file(&host, &name) {
        Some(path) => path,
        None if name.starts_with('/') => name,
        None => return session.remark_with("plain-no-such-file", &[("file", name.into())]),
    };
    let Some(change) = wanted.change else {
        let lines = show(model, session.catalogue(), &host, &path);
        return session.page(&lines);
    };
    let text = model.file(&host, &path).unwrap_or_default();
    match change.apply(text) {
        Some(text) => {
            let text = Some(text);
            session.update(Msg::Write { host, path, text });
            Ok(())
        }
        None => session.remark_with("plain-no-such-line", &[("file", path.into())]),
    }
}

/// Which files there are.
fn list(model: &Model, catalogue: &Catalogue, host: &str) -> Vec<String> {
    let mut lines = vec![String::new(), visible::text(host)];
    for path in model.files(host) {
        let missing = match model.file(host, &path) {
            Some(_) => String::new(),
            None => format!(" ({})", catalogue.say("file-missing")),
        };
        lines.push(format!("  {}{missing}", visible::text(&path)));
    }
    lines
}

/// The lines of a file with their numbers.
fn show(model: &Model, catalogue: &Catalogue, host: &str, path: &str) -> Vec<String> {
    let mut lines = vec![String::new(), visible::text(&format!("{host}:{path}"))];
    match model.file(host, path) {
        Some(text) => lines.extend((1..).zip(text.lines()).map(|(number, line)| {
            let line = format!("{number:3} {}", visible::text(line));
            line.trim_end().to_owned()
        })),
        None => lines.push(format!("({})", catalogue.say("file-missing"))),
    }
    let name = [("file", last_part(path).to_owned().into())];
    if model.lesson.is_ours(host) {
        lines.push(catalogue.say_with("plain-file-how", &name));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a b\n# c\nd e\n";

    fn after(typed: &str) -> Option<String> {
        FileWanted::parse(typed)?.change?.apply(TEXT)
    }

    #[test]
    fn lines_are_added_replaced_and_removed() {
        assert_eq!(after("t + x  y").as_deref(), Some("a b\n# c\nd e\nx  y\n"));
        assert_eq!(
            after("t +   -o x=y").as_deref(),
            Some("a b\n# c\nd e\n  -o x=y\n")
        );
        assert_eq!(
            after("t 1+ x\\ny").as_deref(),
            Some("a b\nx\ny\n# c\nd e\n")
        );
        assert_eq!(after("t 0+ x").as_deref(), Some("x\na b\n# c\nd e\n"));
        assert_eq!(after("t 2 x").as_deref(), Some("a b\nx\nd e\n"));
        assert_eq!(after("t - 3").as_deref(), Some("a b\n# c\n"));
        for none in ["t 4 x", "t 0 x", "t - 4", "t 4+ x", "t x y", "t"] {
            assert_eq!(after(none), None, "{none}");
        }
    }

    #[test]
    fn a_host_comes_before_the_name() {
        let wanted = FileWanted::parse("mx.aula.example:transport").unwrap();
        assert_eq!(wanted.host.as_deref(), Some("mx.aula.example"));
        assert_eq!(wanted.name.as_deref(), Some("transport"));
        assert_eq!(FileWanted::parse("").unwrap().name, None);
    }
}
