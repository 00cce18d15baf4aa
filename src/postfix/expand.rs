//! `$name` in parameter values: `$name`, `${name}`, `$(name)`, `${name?text}`,
//! `${name:text}`, `${name?{text}:{text}}` and comparisons such as
//! `${{$compatibility_level} <level {2} ? {subnet} : {host}}` (postconf(5)).

use std::cmp::Ordering;

/// How much of what follows a fault is shown, in characters.
const SHOWN: usize = 20;

/// How deep values may refer to values before Postfix gives up.
const DEEPEST: usize = 100;

/// Expands every reference in `text`. `value_of` gives a parameter's value
/// unexpanded; an unknown name expands to nothing.
///
/// # Errors
/// Postfix's own words (without `fatal: `): a reference that does not end, or
/// values that refer to each other in a circle.
pub fn expand<'a>(
    text: &str,
    value_of: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    expand_into(text, value_of, 0, &mut expanded)?;
    Ok(expanded)
}

/// The names that `text` refers to directly, conditions included.
pub fn references(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        let inner = after.trim_start_matches(['{', '(']);
        let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
        let (name, _) = inner.split_at(end);
        if !name.is_empty() {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

fn expand_into<'a>(
    text: &str,
    value_of: &dyn Fn(&str) -> Option<&'a str>,
    depth: usize,
    out: &mut String,
) -> Result<(), String> {
    if depth > DEEPEST {
        let name = references(text).into_iter().next().unwrap_or_default();
        return Err(format!("unreasonable macro call nesting: \"{name}\""));
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if after.starts_with(['{', '(']) {
            let (inner, after) =
                bracketed(after).ok_or_else(|| format!("truncated macro reference: \"{text}\""))?;
            if inner.trim().is_empty() {
                return Err(format!("empty macro name: \"{text}\""));
            }
            expand_reference(inner, value_of, depth, out)?;
            rest = after;
        } else {
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            if name.is_empty() {
                return Err(format!("empty macro name: \"{text}\""));
            }
            if let Some(value) = value_of(name) {
                expand_into(value, value_of, depth + 1, out)?;
            }
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(())
}

/// What stands inside `${…}`.
fn expand_reference<'a>(
    inner: &str,
    value_of: &dyn Fn(&str) -> Option<&'a str>,
    depth: usize,
    out: &mut String,
) -> Result<(), String> {
    let inner = inner.trim_start();
    let (holds, value, choice) = if inner.starts_with('{') {
        let (holds, choice) = compare(inner, value_of, depth)?;
        (holds, None, choice)
    } else {
        let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
        let (name, choice) = inner.split_at(end);
        let value = value_of(name).unwrap_or_default();
        let mut expanded = String::new();
        expand_into(value, value_of, depth + 1, &mut expanded)?;
        (!expanded.is_empty(), Some(expanded), choice)
    };
    let choice = choice.trim_start();
    if !choice.is_empty() && !choice.starts_with(['?', ':']) && value.is_some() {
        let (name, rest) = inner.split_at(inner.find(|c| !is_name(c)).unwrap_or(inner.len()));
        let rest: String = rest.chars().take(SHOWN).collect();
        return Err(format!(
            "attribute name syntax error at: \"...{name}>>>{rest}\""
        ));
    }
    let chosen = if let Some(texts) = choice.strip_prefix('?') {
        let (first, second) = alternatives(texts);
        if holds { Some(first) } else { second }
    } else if let Some(otherwise) = choice.strip_prefix(':') {
        if holds {
            None
        } else {
            Some(alternatives(otherwise).0)
        }
    } else {
        out.push_str(value.as_deref().unwrap_or_default());
        None
    };
    match chosen {
        Some(text) => expand_into(text, value_of, depth + 1, out),
        None => Ok(()),
    }
}

/// `{left} operator {right}` and what follows it.
fn compare<'t, 'a>(
    expression: &'t str,
    value_of: &dyn Fn(&str) -> Option<&'a str>,
    depth: usize,
) -> Result<(bool, &'t str), String> {
    let malformed = || format!("malformed expression: \"{expression}\"");
    let (left, rest) = bracketed(expression).ok_or_else(malformed)?;
    let (operator, rest) = rest.split_at(rest.find('{').ok_or_else(malformed)?);
    let (right, rest) = bracketed(rest).ok_or_else(malformed)?;
    let mut left_value = String::new();
    expand_into(left, value_of, depth + 1, &mut left_value)?;
    let mut right_value = String::new();
    expand_into(right, value_of, depth + 1, &mut right_value)?;
    let (left, right) = (left_value.trim(), right_value.trim());
    let operator = operator.trim();
    let (operator, order) = match operator.strip_suffix("level") {
        Some(operator) => (operator, compare_levels(left, right)),
        None => (operator, compare_plain(left, right)),
    };
    let holds = match operator {
        "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        _ => return Err(malformed()),
    };
    Ok((holds, rest))
}

/// Numbers as numbers, anything else as text.
fn compare_plain(left: &str, right: &str) -> Ordering {
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => left.cmp(right),
    }
}

/// Compatibility levels: `major.minor.patch`, missing parts being 0.
fn compare_levels(left: &str, right: &str) -> Ordering {
    let parts = |level: &str| {
        let mut numbers = level
            .split('.')
            .map(|part| part.parse::<u32>().unwrap_or(0));
        [(); 3].map(|()| numbers.next().unwrap_or(0))
    };
    parts(left).cmp(&parts(right))
}

/// `{first}:{second}`, or one text without braces.
fn alternatives(texts: &str) -> (&str, Option<&str>) {
    match bracketed(texts.trim_start()) {
        Some((first, rest)) if texts.trim_start().starts_with('{') => {
            let second = rest
                .trim_start()
                .strip_prefix(':')
                .map(|second| bracketed(second.trim_start()).map_or(second, |(inner, _)| inner));
            (first, second)
        }
        _ => (texts, None),
    }
}

/// The inside of the bracket that `text` begins with, and what follows it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (open, close) = match text.chars().next()? {
        '{' => ('{', '}'),
        '(' => ('(', ')'),
        _ => return None,
    };
    let mut level = 0_usize;
    for (at, character) in text.char_indices() {
        if character == open {
            level += 1;
        } else if character == close {
            level -= 1;
            if level == 0 {
                return Some((text.get(1..at)?, text.get(at + 1..)?));
            }
        }
    }
    None
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value_of(name: &str) -> Option<&'static str> {
        match name {
            "myhostname" => Some("mail.aula.example"),
            "mydomain" => Some("aula.example"),
            "mydestination" => Some("$myhostname, localhost.$mydomain"),
            "empty" => Some(""),
            "compatibility_level" => Some("3.6"),
            "circle" => Some("$circle"),
            _ => None,
        }
    }

    fn expanded(text: &str) -> String {
        expand(text, &value_of).unwrap()
    }

    #[test]
    fn names_are_replaced_through_several_levels() {
        assert_eq!(
            expanded("$mydestination $(mydomain) ${empty}x$nobody$$"),
            "mail.aula.example, localhost.aula.example aula.example x$"
        );
    }

    #[test]
    fn conditions_choose_by_emptiness() {
        assert_eq!(expanded("${mydomain?si}${empty?no}"), "si");
        assert_eq!(expanded("${empty:otro}${mydomain:no}"), "otro");
        assert_eq!(expanded("${mydomain?{<$mydomain>}:{no}}"), "<aula.example>");
        assert_eq!(expanded("${empty?{a}:{$mydomain}}"), "aula.example");
    }

    #[test]
    fn compatibility_levels_are_compared_part_by_part() {
        let style = "${{$compatibility_level} <level {2} ? {subnet} : {host}}";
        assert_eq!(expanded(style), "host");
        assert_eq!(
            expanded("${{$compatibility_level} >=level {3.10} ? {a} : {b}}"),
            "b"
        );
        assert_eq!(expanded("${{x} == {x} ? {a} : {b}}"), "a");
    }

    #[test]
    fn faults_have_the_words_of_postfix() {
        let words = |text| expand(text, &value_of).unwrap_err();
        assert_eq!(words("a $ b"), "empty macro name: \"a $ b\"");
        assert_eq!(words("${}"), "empty macro name: \"${}\"");
        assert_eq!(words("x ${a"), "truncated macro reference: \"x ${a\"");
        assert_eq!(
            words("${a b}"),
            "attribute name syntax error at: \"...a>>> b\""
        );
        assert_eq!(
            words("$circle"),
            "unreasonable macro call nesting: \"circle\""
        );
    }

    #[test]
    fn circles_and_open_brackets_are_fatal() {
        assert!(
            expand("$circle", &value_of)
                .unwrap_err()
                .starts_with("unreasonable macro")
        );
        assert!(
            expand("${mydomain", &value_of)
                .unwrap_err()
                .starts_with("truncated macro")
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "[${}()?:a-z<= ]{0,40}") {
            let _ = expand(&text, &value_of);
            references(&text);
        }
    }
}
