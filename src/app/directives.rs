//! The directives that a configuration text holds, for reading only: the world
//! is what edits them.

use crate::postfix::main_cf;

/// A directive as it stands in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Directive {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The parameter.
    pub parameter: String,
    /// Its value, continuation lines joined by single blanks.
    pub value: String,
}

/// The directives of a main.cf, in its order (postconf(5): the last of several
/// of the same name counts).
pub(super) fn of_main_cf(text: &str) -> Vec<Directive> {
    let (entries, _) = main_cf::parse(text);
    entries
        .into_iter()
        .map(|entry| Directive {
            line: entry.line,
            parameter: entry.name,
            value: words(&entry.value).join(" "),
        })
        .collect()
}

/// The `-o` overrides of a service in master.cf (master(5)).
pub(super) fn of_service(text: &str, service: &str) -> Vec<Directive> {
    let mut inside = false;
    let mut found = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if !content.starts_with([' ', '\t']) {
            inside = content.split_whitespace().next() == Some(service);
        }
        let Some((_, setting)) = content.split_once("-o").filter(|_| inside) else {
            continue;
        };
        let setting = setting.trim().trim_matches(['{', '}']);
        if let Some((parameter, value)) = setting.split_once('=') {
            found.push(Directive {
                line,
                parameter: parameter.trim().to_owned(),
                value: words(value).join(" "),
            });
        }
    }
    found
}

/// The network services of a master.cf.
pub(super) fn services(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| !line.starts_with([' ', '\t', '#']))
        .map(words)
        .filter(|words| words.get(1) == Some(&"inet"))
        .filter_map(|words| words.first().map(|name| (*name).to_owned()))
        .collect()
}

/// Whether two values mean the same: Postfix's lists are parted by blanks or
/// commas alike.
pub(super) fn same_value(one: &str, other: &str) -> bool {
    let entries = |value| -> Vec<String> {
        words(value)
            .iter()
            .flat_map(|word| word.split(','))
            .filter(|entry| !entry.is_empty())
            .map(str::to_owned)
            .collect()
    };
    entries(one) == entries(other)
}

fn words(value: &str) -> Vec<&str> {
    value.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_the_same_however_they_are_parted() {
        assert!(same_value(
            "127.0.0.0/8, [::1]/128",
            "127.0.0.0/8\n  [::1]/128"
        ));
        assert!(same_value("", "  "));
        assert!(!same_value("127.0.0.0/8", "0.0.0.0/0"));
        assert!(!same_value("a b", "b a"));
    }
}
