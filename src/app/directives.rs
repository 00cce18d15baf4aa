//! The directives that a configuration text holds, for reading only: the world
//! is what edits them.

/// A directive as it stands in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Directive {
    /// The parameter.
    pub parameter: String,
    /// Its value, continuation lines joined by single blanks.
    pub value: String,
}

/// The directives of a main.cf, in its order (postconf(5): the last of several
/// of the same name counts).
pub(super) fn of_main_cf(text: &str) -> Vec<Directive> {
    logical_lines(text)
        .iter()
        .filter_map(|line| directive(line))
        .collect()
}

/// The `-o` overrides of a service in master.cf (master(5)).
pub(super) fn of_service(text: &str, service: &str) -> Vec<Directive> {
    let lines = logical_lines(text);
    let Some(line) = lines
        .iter()
        .find(|line| line.split_whitespace().next() == Some(service))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut rest = line.as_str();
    while let Some((_, argument)) = rest.split_once(" -o ") {
        let argument = argument.trim_start();
        let (override_text, after) = match argument.strip_prefix('{') {
            Some(braced) => braced.split_once('}').unwrap_or((braced, "")),
            None => match argument.find(' ') {
                Some(end) => argument.split_at(end),
                None => (argument, ""),
            },
        };
        found.extend(directive(override_text));
        rest = after;
    }
    found
}

/// Whether two values mean the same: Postfix's lists are parted by blanks or
/// commas alike.
pub(super) fn same_value(one: &str, other: &str) -> bool {
    let words = |value: &'_ str| -> Vec<String> {
        value
            .split([',', ' ', '\t', '\n', '\r'])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    words(one) == words(other)
}

fn directive(line: &str) -> Option<Directive> {
    let (parameter, value) = line.split_once('=')?;
    Some(Directive {
        parameter: parameter.trim().to_owned(),
        value: value.split_whitespace().collect::<Vec<_>>().join(" "),
    })
}

/// Lines with their continuations joined; comments and blank lines left out
/// (postconf(5), "the general format of the main.cf file").
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.trim().to_owned()),
        }
    }
    lines
}
