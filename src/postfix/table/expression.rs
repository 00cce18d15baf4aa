//! `regexp_table`(5) and `pcre_table`(5).

use fancy_regex::Regex;

use super::syntax::{self, Flavour};
use super::{Opened, Table, source};

/// A rule of such a table.
pub(super) struct Rule {
    /// None for `endif`.
    expression: Option<Regex>,
    negated: bool,
    action: Action,
}

enum Action {
    Begin,
    End,
    Result(Vec<Piece>),
}

/// A part of a result.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Piece {
    Text(String),
    /// What the group of this number matched.
    Group(usize),
}

/// A pattern as it stands between its delimiters.
struct Pattern<'a> {
    text: &'a str,
    negated: bool,
    options: &'a str,
}

/// Reads a table. A line that Postfix can't use is passed over, with its words.
pub(super) fn rules(flavour: Flavour, file: &str, text: &str) -> Opened {
    let (lines, mut warnings) = source::lines(file, text);
    let mut rules = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (line, text) in lines {
        let mut said = Said {
            at: format!("{} map {file}, line {line}: ", flavour.name()),
            words: Vec::new(),
        };
        if let Some(rule) = rule(flavour, &text, open.len(), &mut said) {
            match rule.action {
                Action::Begin => open.push(line),
                Action::End => drop(open.pop()),
                Action::Result(_) => {}
            }
            rules.push(rule);
        }
        warnings.append(&mut said.words);
    }
    warnings.extend(open.into_iter().rev().map(|line| {
        format!(
            "{} map {file}, line {line}: IF has no matching ENDIF",
            flavour.name()
        )
    }));
    Opened {
        table: Table::Expressions(rules),
        warnings,
    }
}

/// The result of the first rule that matches, with `$1` and the like filled in.
pub(super) fn find(rules: &[Rule], key: &str) -> Option<String> {
    let mut skipping = 0_usize;
    for rule in rules {
        match &rule.action {
            Action::End => skipping = skipping.saturating_sub(1),
            Action::Begin if skipping > 0 => skipping += 1,
            Action::Begin if !rule.matches(key) => skipping = 1,
            Action::Result(result) if skipping == 0 && rule.matches(key) => {
                return Some(rule.fill(result, key));
            }
            _ => {}
        }
    }
    None
}

impl Rule {
    fn matches(&self, key: &str) -> bool {
        // A pattern that would take for ever has not matched.
        let matched = |expression: &Regex| expression.is_match(key).unwrap_or(false);
        self.expression.as_ref().is_some_and(matched) != self.negated
    }

    fn fill(&self, result: &[Piece], key: &str) -> String {
        let captures = self
            .expression
            .as_ref()
            .and_then(|expression| expression.captures(key).ok().flatten());
        let group = |number: usize| {
            let captures = captures.as_ref()?;
            Some(captures.get(number)?.as_str())
        };
        result
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Group(number) => group(*number).unwrap_or_default(),
            })
            .collect()
    }
}

/// What Postfix says about one line.
struct Said {
    /// Which line.
    at: String,
    words: Vec<String>,
}

impl Said {
    fn say(&mut self, words: &str) {
        self.words.push(format!("{}{words}", self.at));
    }
}

fn rule(flavour: Flavour, line: &str, depth: usize, said: &mut Said) -> Option<Rule> {
    if !line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let (pattern, rest) = pattern(flavour, line, said)?;
        let result = rest.trim_start();
        if result.is_empty() {
            said.say("no replacement text: using empty string");
        }
        let result = replacement(flavour, result, said)?;
        let highest = result.iter().filter_map(Piece::group).max();
        if pattern.negated && highest.is_some() {
            said.say("$number found in negative match replacement text: skipping this rule");
            return None;
        }
        let expression = compile(flavour, &pattern, said)?;
        if let Some(highest) = highest.filter(|&highest| highest >= expression.captures_len()) {
            said.say(&format!(
                "out of range replacement index \"{highest}\": skipping this rule"
            ));
            return None;
        }
        return Some(Rule {
            expression: Some(expression),
            negated: pattern.negated,
            action: Action::Result(result),
        });
    }
    if let Some(rest) = keyword(line, "if") {
        let (pattern, rest) = pattern(flavour, rest, said)?;
        let rest = rest.trim_start();
        if !rest.is_empty() {
            said.say(&format!(
                "ignoring extra text after IF statement: \"{rest}\""
            ));
            said.say("do not prepend whitespace to statements between IF and ENDIF");
        }
        return Some(Rule {
            expression: Some(compile(flavour, &pattern, said)?),
            negated: pattern.negated,
            action: Action::Begin,
        });
    }
    let Some(rest) = keyword(line, "endif") else {
        said.say("ignoring unrecognized request");
        return None;
    };
    if depth == 0 {
        said.say("ignoring ENDIF without matching IF");
        return None;
    }
    if !rest.trim_start().is_empty() {
        said.say("ignoring extra text after ENDIF");
    }
    Some(Rule {
        expression: None,
        negated: false,
        action: Action::End,
    })
}

/// What follows `word` at the start of the line.
fn keyword<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = line.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    (start.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// The pattern that a statement begins with, and what follows it.
fn pattern<'a>(flavour: Flavour, text: &'a str, said: &mut Said) -> Option<(Pattern<'a>, &'a str)> {
    let body = text.trim_start_matches(|c: char| c == '!' || c.is_ascii_whitespace());
    let marks = text.strip_suffix(body).unwrap_or_default();
    let negated = marks.matches('!').count() % 2 == 1;
    let Some(delimiter) = body.chars().next() else {
        said.say("no regexp: skipping this rule");
        return None;
    };
    let body = body.strip_prefix(delimiter)?;
    let Some(end) = closing(body, delimiter) else {
        said.say(&format!(
            "no closing regexp delimiter \"{delimiter}\": {} this rule",
            match flavour {
                Flavour::Posix => "skipping",
                Flavour::Perl => "ignoring",
            }
        ));
        return None;
    };
    let (text, rest) = body.split_at(end);
    let rest = rest.strip_prefix(delimiter)?;
    let (options, rest) = rest.split_at(
        rest.find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(rest.len()),
    );
    if let Some(unknown) = options.chars().find(|&it| !flavour.options().contains(it)) {
        said.say(&format!(
            "unknown regexp option \"{unknown}\": skipping this rule"
        ));
        return None;
    }
    let pattern = Pattern {
        text,
        negated,
        options,
    };
    Some((pattern, rest))
}

fn compile(flavour: Flavour, pattern: &Pattern<'_>, said: &mut Said) -> Option<Regex> {
    if pattern.options.contains('X') {
        said.say("ignoring obsolete regexp option \"X\"");
    }
    let words = match syntax::translate(flavour, pattern.text, pattern.options) {
        Ok(translated) => match Regex::new(&translated) {
            Ok(expression) => return Some(expression),
            Err(problem) => syntax::other_fault(flavour, pattern.text, &problem.to_string()),
        },
        Err(words) => words,
    };
    said.say(&words);
    None
}

/// Where the unescaped delimiter stands.
fn closing(body: &str, delimiter: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in body.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == delimiter {
            return Some(at);
        }
    }
    None
}

/// A result with its `$1`, `${1}` and `$(1)`; `$$` stands for a dollar sign.
fn replacement(flavour: Flavour, text: &str, said: &mut Said) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        pieces.push(Piece::Text(before.to_owned()));
        if let Some(after) = after.strip_prefix('$') {
            pieces.push(Piece::Text("$".to_owned()));
            rest = after;
            continue;
        }
        match reference(flavour, text, after) {
            Ok((number, after)) => {
                pieces.push(Piece::Group(number));
                rest = after;
            }
            Err(fault) => {
                match fault {
                    ReferenceFault::Macro(words) => said.words.push(words),
                    ReferenceFault::Index(words) => said.say(&words),
                }
                said.say("bad replacement syntax: skipping this rule");
                return None;
            }
        }
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Some(pieces)
}

/// What is wrong with a `$name` in a result, in the words of Postfix's macro
/// parser or of the table.
enum ReferenceFault {
    Macro(String),
    Index(String),
}

/// The number of the group that `after` (what follows a `$`) names, and the rest.
fn reference<'a>(
    flavour: Flavour,
    text: &str,
    after: &'a str,
) -> Result<(usize, &'a str), ReferenceFault> {
    let truncated = || ReferenceFault::Macro(format!("truncated macro reference: \"{text}\""));
    let (name, rest) = if let Some(inner) = after.strip_prefix('{') {
        inner.split_once('}').ok_or_else(truncated)?
    } else if let Some(inner) = after.strip_prefix('(') {
        inner.split_once(')').ok_or_else(truncated)?
    } else {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        after.split_at(after.find(|c| !is_name(c)).unwrap_or(after.len()))
    };
    if name.is_empty() {
        return Err(ReferenceFault::Macro(format!(
            "empty macro name: \"{text}\""
        )));
    }
    match (name.parse(), flavour) {
        (Ok(0), Flavour::Posix) => Err("out-of-range replacement index \"0\"".to_owned()),
        (Ok(0), Flavour::Perl) => Err("out of range replacement index \"0\"".to_owned()),
        (Ok(number), _) => Ok((number, rest)),
        (Err(_), _) => Err(format!("non-numeric replacement index \"{name}\"")),
    }
    .map_err(ReferenceFault::Index)
}

impl Piece {
    fn group(&self) -> Option<usize> {
        match self {
            Self::Group(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}
