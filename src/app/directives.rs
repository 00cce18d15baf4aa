//! The directives that a configuration text holds, for reading only: the world
//! is what edits them.

use crate::postfix::{main_cf, master_cf};

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
    let (entries, _) = master_cf::parse(text);
    entries
        .into_iter()
        .filter(|entry| entry.kind == "inet" && master_cf::same_service(&entry.name, service))
        .flat_map(|entry| entry.overrides)
        .map(|setting| Directive {
            line: setting.line,
            parameter: setting.name,
            value: words(&setting.value).join(" "),
        })
        .collect()
}

/// The network services of a master.cf.
pub(super) fn services(text: &str) -> Vec<String> {
    let (entries, _) = master_cf::parse(text);
    entries
        .into_iter()
        .filter(|entry| entry.kind == "inet")
        .map(|entry| entry.name)
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
