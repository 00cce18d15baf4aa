//! The directives that a configuration text holds, for reading only: the world
//! is what edits them.

use super::projection::ConfigurationText;
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

/// A directive beside what it was when the step began.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// The directive; one that is gone as it was.
    pub directive: Directive,
    /// What became of it.
    pub since: Since,
}

/// What became of a directive since the step began.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Since {
    /// It stands as it stood.
    Same,
    /// It was not there.
    Added,
    /// It had this other value.
    Changed(String),
    /// It is no longer there.
    Removed,
}

/// The directives of `now`, each beside what it was in `before`; those that
/// are gone stand where they stood.
pub(super) fn compare(before: &[Directive], now: Vec<Directive>) -> Vec<Standing> {
    let named = |directives: &[Directive], name: &str| {
        directives.iter().rposition(|known| known.parameter == name)
    };
    let mut gone: Vec<(usize, Standing)> = Vec::new();
    let mut place = 0;
    for old in before {
        match named(&now, &old.parameter) {
            Some(stands) => place = stands + 1,
            None => gone.push((
                place,
                Standing {
                    directive: old.clone(),
                    since: Since::Removed,
                },
            )),
        }
    }
    let mut standings: Vec<Standing> = now
        .into_iter()
        .map(|directive| {
            let was = named(before, &directive.parameter).and_then(|index| before.get(index));
            let since = match was {
                None => Since::Added,
                Some(was) if was.value == directive.value => Since::Same,
                Some(was) => Since::Changed(was.value.clone()),
            };
            Standing { directive, since }
        })
        .collect();
    // From the end backwards, so that the places before stay valid.
    for (place, standing) in gone.into_iter().rev() {
        standings.insert(place.min(standings.len()), standing);
    }
    standings
}

/// The directives of main.cf, or those of a service in master.cf.
pub(super) fn of(text: ConfigurationText<'_>, service: Option<&str>) -> Vec<Directive> {
    match service {
        None => of_main_cf(text.main_cf),
        Some(service) => of_service(text.master_cf, service),
    }
}

/// The directives of a main.cf, in its order (postconf(5): the last of several
/// of the same name counts).
fn of_main_cf(text: &str) -> Vec<Directive> {
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
fn of_service(text: &str, service: &str) -> Vec<Directive> {
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
    fn what_is_gone_stands_where_it_stood() {
        let before = of_main_cf("a = 1\nb = 2\nc = 3\nd = 4\n");
        let now = of_main_cf("a = 1\nd = 5\ne = 6\n");
        let standings: Vec<_> = compare(&before, now)
            .into_iter()
            .map(|it| (it.directive.parameter, it.since))
            .collect();
        let expected = [
            ("a", Since::Same),
            ("b", Since::Removed),
            ("c", Since::Removed),
            ("d", Since::Changed("4".to_owned())),
            ("e", Since::Added),
        ];
        assert_eq!(
            standings,
            expected.map(|(name, since)| (name.to_owned(), since))
        );
    }

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
