//! The registry of Postfix 3.7's parameters: one entry has the name, the
//! default, how the value is read, what it is for, and whether the lab
//! imitates it. Help, warnings and validation derive from it.

mod access;
mod addresses;
mod delivery;
mod identity;
mod limits;
mod other;
mod sasl;
mod session;
mod tls;

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

pub use other::NOT_IMITATED;

/// One parameter of main.cf (postconf(5)).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its default as Postfix 3.7 has it, `$name` unexpanded.
    pub default: &'static str,
    /// How its value is read.
    pub kind: Kind,
    /// What it is for, in one line.
    pub purpose: &'static str,
}

/// How a parameter's value is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// `yes` or `no`.
    Boolean,
    /// Names or patterns, separated by commas or white space.
    List,
    /// A whole number, not below `at_least`.
    Number {
        /// The smallest value that Postfix accepts.
        at_least: i64,
    },
    /// Access restrictions (`SMTPD_ACCESS_README`).
    Restrictions,
    /// Lookup tables, `type:name`.
    Tables,
    /// Any text of at least this many characters.
    Text {
        /// The fewest characters that Postfix accepts.
        at_least: usize,
    },
    /// A time; a bare number counts in `unit`: `s`, `m`, `h`, `d` or `w`.
    Time {
        /// The unit of a bare number.
        unit: char,
    },
    /// One of these words, or nothing.
    Words(&'static [&'static str]),
}

/// Every parameter that the lab imitates.
pub fn all() -> impl Iterator<Item = &'static Parameter> {
    GROUPS.iter().copied().flatten()
}

/// Those whose default refers to another parameter.
pub fn with_references() -> impl Iterator<Item = &'static Parameter> {
    static REFERRING: LazyLock<Vec<&Parameter>> = LazyLock::new(|| {
        let refers = |parameter: &&Parameter| parameter.default.contains('$');
        all().filter(refers).collect()
    });
    REFERRING.iter().copied()
}

/// The imitated parameter of this name.
pub fn find(name: &str) -> Option<&'static Parameter> {
    BY_NAME.get(name).copied()
}

/// Whether Postfix 3.7 has a parameter of this name that the lab does not imitate.
pub fn is_not_imitated(name: &str) -> bool {
    NOT_IMITATED.contains(&name)
        || [
            "lmtp_",
            "postscreen_",
            "milter_",
            "tlsproxy_",
            "qmqpd_",
            "address_verify_",
        ]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

impl Parameter {
    /// Whether the value can be used: `Err` has the words with which a daemon
    /// dies (without `fatal: `).
    pub fn check(&self, value: &str) -> Result<(), String> {
        let name = self.name;
        match self.kind {
            Kind::Boolean if boolean(value).is_none() => {
                Err(format!("bad boolean configuration: {name} = {value}"))
            }
            Kind::Number { at_least } => match number(value) {
                None => Err(format!("bad numerical configuration: {name} = {value}")),
                Some(number) if number < at_least => Err(format!(
                    "invalid {name} parameter value {number} < {at_least}"
                )),
                Some(_) => Ok(()),
            },
            Kind::Text { at_least } if value.chars().count() < at_least => Err(format!(
                "bad string length {} < {at_least}: {name} = {value}",
                value.len()
            )),
            Kind::Time { unit } if time(value, unit).is_none() => {
                Err(format!("parameter {name}: bad time value or unit: {value}"))
            }
            Kind::Words(words)
                if !value.is_empty()
                    && !words.iter().any(|word| word.eq_ignore_ascii_case(value)) =>
            {
                Err(format!("invalid {name} value: {value}"))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a `yes`/`no` value.
pub fn boolean(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("yes") {
        Some(true)
    } else if value.eq_ignore_ascii_case("no") {
        Some(false)
    } else {
        None
    }
}

/// Reads a whole number.
pub fn number(value: &str) -> Option<i64> {
    value.parse().ok()
}

/// Reads a time such as `300s` or `5d`; a bare number counts in `unit`.
pub fn time(value: &str, unit: char) -> Option<Duration> {
    let (digits, unit) = match value.chars().last()? {
        last if last.is_ascii_alphabetic() => (value.strip_suffix(last)?, last),
        _ => (value, unit),
    };
    let seconds = match unit.to_ascii_lowercase() {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let count: u64 = digits.parse().ok()?;
    Some(Duration::from_secs(count.checked_mul(seconds)?))
}

/// Splits a list at commas and white space, keeping what stands in braces
/// together (and its braces).
pub fn list(value: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut depth = 0_usize;
    for character in value.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (character.is_whitespace() || character == ',') {
            if !item.is_empty() {
                items.push(std::mem::take(&mut item));
            }
        } else {
            item.push(character);
        }
    }
    if !item.is_empty() {
        items.push(item);
    }
    items
}

const GROUPS: [&[Parameter]; 8] = [
    identity::PARAMETERS,
    access::PARAMETERS,
    addresses::PARAMETERS,
    session::PARAMETERS,
    limits::PARAMETERS,
    sasl::PARAMETERS,
    tls::PARAMETERS,
    delivery::PARAMETERS,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Parameter>> =
    LazyLock::new(|| all().map(|parameter| (parameter.name, parameter)).collect());

const fn entry(
    name: &'static str,
    default: &'static str,
    kind: Kind,
    purpose: &'static str,
) -> Parameter {
    Parameter {
        name,
        default,
        kind,
        purpose,
    }
}

const fn switch(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::Boolean, purpose)
}

const fn count(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::Number { at_least: 0 }, purpose)
}

const fn seconds(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::Time { unit: 's' }, purpose)
}

const fn names(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::List, purpose)
}

const fn tables(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::Tables, purpose)
}

const fn restrictions(
    name: &'static str,
    default: &'static str,
    purpose: &'static str,
) -> Parameter {
    entry(name, default, Kind::Restrictions, purpose)
}

const fn text(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::Text { at_least: 0 }, purpose)
}

const fn some_text(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    entry(name, default, Kind::Text { at_least: 1 }, purpose)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let mut seen = HashSet::new();
        for name in all().map(|it| it.name).chain(NOT_IMITATED.iter().copied()) {
            assert!(seen.insert(name), "{name} is registered twice");
        }
    }

    #[test]
    fn every_default_without_references_is_valid() {
        for parameter in all().filter(|parameter| !parameter.default.contains('$')) {
            assert_eq!(
                parameter.check(parameter.default),
                Ok(()),
                "{}",
                parameter.name
            );
        }
    }

    #[test]
    fn bad_values_are_refused_in_postfix_words() {
        let check = |name: &str, value: &str| find(name).unwrap().check(value).unwrap_err();
        assert_eq!(
            check("smtpd_tls_auth_only", "foo"),
            "bad boolean configuration: smtpd_tls_auth_only = foo"
        );
        assert_eq!(
            check("smtpd_recipient_limit", "muchos"),
            "bad numerical configuration: smtpd_recipient_limit = muchos"
        );
        assert_eq!(
            check("smtpd_banner", ""),
            "bad string length 0 < 1: smtpd_banner = "
        );
    }

    #[test]
    fn times_have_units() {
        assert_eq!(time("2s", 's'), Some(Duration::from_secs(2)));
        assert_eq!(time("5", 'd'), Some(Duration::from_hours(120)));
        assert_eq!(time("1h", 's'), Some(Duration::from_hours(1)));
        assert_eq!(time("2x", 's'), None);
        assert_eq!(time("", 's'), None);
    }

    #[test]
    fn lists_keep_braces_together() {
        assert_eq!(
            list("permit_mynetworks, check_x inline:{ {a=b}, c=d },reject,"),
            [
                "permit_mynetworks",
                "check_x",
                "inline:{ {a=b}, c=d }",
                "reject"
            ]
        );
    }
}
