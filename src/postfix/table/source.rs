//! The text that tables are written in.

use std::collections::HashMap;

use super::Form;
use crate::postfix::parameters;

/// A table's logical lines with their numbers: comments and blank lines left
/// out, lines that begin with white space joined to the one before.
pub(super) fn lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match lines.last_mut() {
            Some((_, last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(content);
            }
            _ => lines.push((index + 1, content.to_owned())),
        }
    }
    lines
}

/// Entries by lower-case key. As `postmap` does: of two with the same key the
/// first stays, and a key without a value is no entry.
pub(super) fn entries(text: &str, form: Form) -> HashMap<String, String> {
    let mut entries = HashMap::new();
    for (_, line) in lines(text) {
        let Some((key, value)) = split(&line, form) else {
            continue;
        };
        if !value.is_empty() {
            entries
                .entry(key.to_lowercase())
                .or_insert_with(|| value.to_owned());
        }
    }
    entries
}

/// What stands behind `inline:`: `{ key=value, {key = value} }`.
pub(super) fn inline(text: &str) -> Result<HashMap<String, String>, String> {
    let inner = text
        .trim()
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
        .ok_or("need \"inline:{name=value...}\"")?;
    let mut entries = HashMap::new();
    for item in parameters::list(inner) {
        let (key, value) = unbraced(&item)
            .split_once('=')
            .ok_or("missing '=' after attribute name")?;
        entries.insert(key.trim().to_lowercase(), value.trim().to_owned());
    }
    if entries.is_empty() {
        return Err("empty inline table".to_owned());
    }
    Ok(entries)
}

/// The inside of `{…}`, or the text itself.
pub(super) fn unbraced(text: &str) -> &str {
    text.trim()
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
        .map_or(text, str::trim)
}

fn split(line: &str, form: Form) -> Option<(&str, &str)> {
    let (key, value) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => match form {
            Form::Aliases => return line.split_once(':').map(|(k, v)| (k.trim(), v.trim())),
            Form::Map => line.split_once(char::is_whitespace)?,
        },
    };
    let value = value.trim_start();
    let value = match form {
        Form::Aliases => value.strip_prefix(':')?.trim_start(),
        Form::Map => value,
    };
    Some((key, value))
}
