//! `regexp_table`(5) and `pcre_table`(5).

use regex::{Regex, RegexBuilder};

use super::source;

pub(super) struct Rule {
    expression: Option<Regex>,
    negated: bool,
    action: Action,
}

enum Action {
    Begin,
    End,
    Result(String),
}

/// The rules of a table. A line that Postfix could not use is skipped.
pub(super) fn rules(text: &str) -> Vec<Rule> {
    source::lines(text)
        .iter()
        .filter_map(|(_, line)| rule(line))
        .collect()
}

/// The result of the first rule that matches, with `$1` and the like filled in.
pub(super) fn find(rules: &[Rule], key: &str) -> Option<String> {
    let mut skipping = 0_usize;
    for rule in rules {
        let matched =
            || rule.expression.as_ref().is_some_and(|it| it.is_match(key)) != rule.negated;
        match &rule.action {
            Action::End => skipping = skipping.saturating_sub(1),
            Action::Begin if skipping > 0 => skipping += 1,
            Action::Begin if !matched() => skipping = 1,
            Action::Result(result) if skipping == 0 && matched() => {
                let captures = rule.expression.as_ref().and_then(|it| it.captures(key));
                return Some(match captures {
                    Some(captures) if !rule.negated => {
                        let mut filled = String::new();
                        captures.expand(&braced(result), &mut filled);
                        filled
                    }
                    _ => result.clone(),
                });
            }
            _ => {}
        }
    }
    None
}

fn rule(line: &str) -> Option<Rule> {
    if line.eq_ignore_ascii_case("endif") {
        return Some(Rule {
            expression: None,
            negated: false,
            action: Action::End,
        });
    }
    let (begin, line) = match line.split_once(char::is_whitespace) {
        Some((first, rest)) if first.eq_ignore_ascii_case("if") => (true, rest.trim_start()),
        _ => (false, line),
    };
    let negated = line.starts_with('!');
    let line = line.trim_start_matches('!').trim_start();
    let delimiter = line.chars().next().filter(|c| !c.is_alphanumeric())?;
    let body = line.strip_prefix(delimiter)?;
    let end = closing(body, delimiter)?;
    let (pattern, rest) = body.split_at(end);
    let rest = rest.strip_prefix(delimiter)?;
    let flags_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (flags, result) = rest.split_at(flags_end);
    let expression = RegexBuilder::new(pattern)
        // Both kinds ignore case unless `i` says otherwise.
        .case_insensitive(!flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(!flags.contains('s'))
        .build()
        .ok()?;
    Some(Rule {
        expression: Some(expression),
        negated,
        action: if begin {
            Action::Begin
        } else {
            Action::Result(result.trim().to_owned())
        },
    })
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

/// `$1x` means the first group and an `x`, which the library writes `${1}x`.
fn braced(result: &str) -> String {
    let mut out = String::with_capacity(result.len() + 4);
    let mut rest = result;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let inner = after.trim_start_matches(['(', '{']);
        let end = inner
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(inner.len());
        let (number, tail) = inner.split_at(end);
        if number.is_empty() {
            out.push_str("$$");
            rest = after.strip_prefix('$').unwrap_or(after);
        } else {
            out.push_str("${");
            out.push_str(number);
            out.push('}');
            rest = if inner.len() < after.len() {
                tail.trim_start_matches([')', '}'])
            } else {
                tail
            };
        }
    }
    out.push_str(rest);
    out
}
