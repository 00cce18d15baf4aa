//! The text that tables are written in.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Form, Opened, Table};
use crate::postfix::logical_lines::{is_space, logical_lines};
use crate::postfix::parameters;

/// A table's logical lines with their numbers, and what Postfix says about
/// those that it passes over.
pub(super) fn lines(file: &str, text: &str) -> (Vec<(usize, String)>, Vec<String>) {
    let mut lines = Vec::new();
    let mut warnings = Vec::new();
    for logical in logical_lines(text) {
        match logical.orphan(file) {
            Some(words) => warnings.push(words),
            None => lines.push((
                logical.first + 1,
                logical.text.trim_end_matches(is_space).to_owned(),
            )),
        }
    }
    (lines, warnings)
}

/// A table of keys and values. As `postmap` does: of two entries with the same
/// key the first stays, and a key without a value is no entry. A table that has
/// an index does not know the line of an entry that is there already.
pub(super) fn entries(file: &str, text: &str, form: Form, is_indexed: bool) -> Opened {
    let (lines, mut warnings) = lines(file, text);
    let place = |line| {
        if is_indexed {
            format!("{file}.db")
        } else {
            format!("{file}, line {line}")
        }
    };
    let mut entries: HashMap<String, String> = HashMap::new();
    for (line, text) in lines {
        match split(&text, form) {
            Ok((key, value)) => {
                if form == Form::Map && key.ends_with(':') {
                    warnings.push(format!(
                        "{file}, line {line}: record is in \"key: value\" format; \
                         is this an alias file?"
                    ));
                }
                match entries.entry(key.to_lowercase()) {
                    Entry::Occupied(earlier) => warnings.push(format!(
                        "{}: duplicate entry: \"{}\"",
                        place(line),
                        earlier.key()
                    )),
                    Entry::Vacant(place) => drop(place.insert(value.to_owned())),
                }
            }
            Err(words) if form == Form::Aliases => {
                warnings.push(format!("{file}, line {line}: {words}"));
            }
            Err(words) => warnings.push(format!(
                "{file}, line {line}: {words} -- ignoring this line"
            )),
        }
    }
    Opened {
        table: Table::Entries(entries),
        warnings,
    }
}

/// What stands behind `inline:`: `{ key=value, {key = value} }`.
///
/// # Errors
/// Postfix's words about the text.
pub(super) fn inline(name: &str, text: &str) -> Result<HashMap<String, String>, String> {
    let need = |problem: &str| format!("{problem}: \"{name}\"; need \"inline:{{name=value...}}\"");
    let inner = text
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
        .filter(|inner| !inner.is_empty())
        .ok_or_else(|| need("bad syntax"))?;
    let mut entries = HashMap::new();
    for item in parameters::list(inner) {
        let missing = || need("missing '=' after attribute name");
        let setting = braced(&item).map_err(|problem| need(&problem))?;
        let (key, value) = setting.split_once('=').ok_or_else(missing)?;
        let key = key.trim_matches(is_space);
        if key.contains(is_space) {
            return Err(missing());
        }
        entries.insert(key.to_lowercase(), value.trim_matches(is_space).to_owned());
    }
    if entries.is_empty() {
        return Err(need("empty table"));
    }
    Ok(entries)
}

/// The rules of a table of patterns that stands in main.cf itself:
/// `{ {pattern result}, … }`. `None`: the text is a file's name.
///
/// # Errors
/// Postfix's words about the text.
pub(super) fn inline_rules(kind: &str, text: &str) -> Option<Result<String, String>> {
    if !text.starts_with('{') {
        return None;
    }
    let words = |problem: String| format!("{kind} map: {problem}");
    let rules = braced(text).map_err(words).and_then(|inner| {
        let mut rules = String::new();
        for item in parameters::list(inner) {
            if !item.starts_with('{') {
                return Err(words(format!("no '{{' at start of text in \"{item}\"")));
            }
            rules.push_str(braced(&item).map_err(words)?);
            rules.push('\n');
        }
        Ok(rules)
    });
    Some(rules)
}

/// The inside of `{…}`, or the text itself.
///
/// # Errors
/// Postfix's words about a brace that does not end, or ends too early.
pub(super) fn braced(text: &str) -> Result<&str, String> {
    let Some(inner) = text.strip_prefix('{') else {
        return Ok(text);
    };
    let mut depth = 1_usize;
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (inside, rest) = inner.split_at(at);
            return if rest == "}" {
                Ok(inside.trim_matches(is_space))
            } else {
                Err(format!("syntax error after '}}' in \"{text}\""))
            };
        }
    }
    Err(format!("missing '}}' in \"{text}\""))
}

/// Key and value of a line.
fn split(line: &str, form: Form) -> Result<(&str, &str), String> {
    if form == Form::Aliases {
        let (key, value) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').and_then(|(key, rest)| {
                Some((key, rest.trim_start_matches(is_space).strip_prefix(':')?))
            }),
            None => line.split_once(':'),
        }
        .ok_or("need name:value pair")?;
        return Ok((key.trim_matches(is_space), value.trim_matches(is_space)));
    }
    let end = end_of_key(line).ok_or_else(|| format!("unbalanced '\"' in '{line}'"))?;
    let (key, value) = line.split_at(end);
    let value = value.trim_matches(is_space);
    if value.is_empty() {
        return Err("expected format: key whitespace value".to_owned());
    }
    Ok((key, value))
}

/// Where the key ends: at the first white space outside quotes.
fn end_of_key(line: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == '"' {
            quoted = !quoted;
        } else if !quoted && is_space(character) {
            return Some(at);
        }
    }
    (!quoted).then_some(line.len())
}
