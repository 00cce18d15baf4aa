//! The registry of Postfix 3.7's parameters: one entry has the name, the
//! default, how the value is read, what it is for, and whether the lab
//! imitates it. Help, warnings and validation derive from it.

mod access;
mod addresses;
mod delivery;
mod identity;
mod known;
mod limits;
mod sasl;
mod session;
mod tls;

use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use rustc_hash::FxHashMap;

use crate::postfix::restrictions::NAMES;

pub use known::{default, defaults, of_service};

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
    /// Any of these words, in a list.
    Mask(&'static [&'static str]),
    /// A time; a bare number counts in `unit`: `s`, `m`, `h`, `d` or `w`.
    Time {
        /// The unit of a bare number.
        unit: char,
        /// The shortest time that Postfix accepts, in seconds.
        at_least: u64,
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
    BY_NAME.get(name).map(|(parameter, _)| *parameter)
}

/// The default of an imitated parameter as a list: see [`list`].
pub(super) fn default_list(name: &str) -> &'static [String] {
    BY_NAME.get(name).map_or(&[], |(parameter, items)| {
        items.get_or_init(|| list(parameter.default))
    })
}

/// Whether Postfix 3.7 itself has a parameter of this name, imitated or not.
/// (Services of master.cf bring their own along: see [`of_service`].)
pub fn is_known(name: &str) -> bool {
    find(name).is_some() || default(name).is_some() || known::is_legacy(name)
}

impl Parameter {
    /// The words that its value is made of, where they are known beforehand.
    pub fn words(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Boolean => &["no", "yes"],
            Kind::Mask(words) | Kind::Words(words) => words,
            Kind::Restrictions => &NAMES,
            _ => &[],
        }
    }

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
                Some(number) if i32::try_from(number).is_err() && !is_long(name) => {
                    Err(format!("bad numerical configuration: {name} = {value}"))
                }
                // Postfix does not look at the lower limit if that is 0.
                Some(number) if at_least != 0 && number < at_least => Err(format!(
                    "invalid {name} parameter value {number} < {at_least}"
                )),
                Some(_) => Ok(()),
            },
            Kind::Text { at_least } if value.chars().count() < at_least => Err(format!(
                "bad string length {} < {at_least}: {name} = {value}",
                value.len()
            )),
            Kind::Time { unit, at_least } => match time(value, unit) {
                None => Err(format!("parameter {name}: bad time value or unit: {value}")),
                Some(time) if time.as_secs() < at_least => Err(format!(
                    "invalid {name}: {} (min {at_least})",
                    time.as_secs()
                )),
                Some(_) => Ok(()),
            },
            Kind::Mask(words) => match list(value).iter().find(|it| !is_among(words, it)) {
                Some(unknown) => Err(format!("unknown {name} value \"{unknown}\" in \"{value}\"")),
                None => Ok(()),
            },
            Kind::Words(words) if !value.is_empty() && !is_among(words, value) => {
                Err(unknown_word(name, value))
            }
            _ => Ok(()),
        }
    }
}

/// Postfix's words about a value that is none of those it knows. Each
/// parameter has its own.
fn unknown_word(name: &str, value: &str) -> String {
    match name {
        "mynetworks_style" => {
            format!("unknown mynetworks mask style value \"{value}\" in \"{value}\"")
        }
        "smtpd_forbid_bare_newline" => format!("bad parameter value: '{name} = {value}'"),
        "smtpd_upstream_proxy_protocol" => format!("unsupported {name} value: {value}"),
        _ => format!("bad configuration: {name} = {value}"),
    }
}

fn is_among(words: &[&str], value: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Whether a number may have more than 31 bits.
fn is_long(name: &str) -> bool {
    matches!(
        name,
        "mailbox_size_limit" | "message_size_limit" | "queue_minfree"
    )
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

/// The seconds in a unit of time as Postfix and master files write it.
pub fn seconds_in(unit: char) -> Option<u32> {
    Some(match unit.to_ascii_lowercase() {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    })
}

/// Reads a time such as `300s` or `5d`; a bare number counts in `unit`.
pub fn time(value: &str, unit: char) -> Option<Duration> {
    let (digits, unit) = match value.chars().last()? {
        last if last.is_ascii_alphabetic() => (value.strip_suffix(last)?, last),
        _ => (value, unit),
    };
    let seconds = seconds_in(unit)?;
    // A unit alone is a time of nothing.
    let count: u64 = if digits.is_empty() {
        0
    } else {
        digits.parse().ok()?
    };
    Some(Duration::from_secs(count.checked_mul(seconds.into())?))
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

/// A parameter, with its default as a list once somebody asked for that.
type WithList = (&'static Parameter, OnceLock<Vec<String>>);

/// Every parameter by its name.
static BY_NAME: LazyLock<FxHashMap<&'static str, WithList>> = LazyLock::new(|| {
    all()
        .map(|parameter| (parameter.name, (parameter, OnceLock::new())))
        .collect()
});

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
    let unit = 's';
    entry(name, default, Kind::Time { unit, at_least: 1 }, purpose)
}

const fn pause(name: &'static str, default: &'static str, purpose: &'static str) -> Parameter {
    let unit = 's';
    entry(name, default, Kind::Time { unit, at_least: 0 }, purpose)
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
        for name in all().map(|it| it.name) {
            assert!(seen.insert(name), "{name} is registered twice");
        }
    }

    #[test]
    fn every_default_is_the_one_that_postconf_prints() {
        let by_machine = ["mydomain", "myhostname", "mynetworks"];
        for parameter in all().filter(|it| !by_machine.contains(&it.name)) {
            let name = parameter.name;
            match default(name) {
                Some(default) => assert_eq!(parameter.default, default, "{name}"),
                None => assert!(known::is_legacy(name), "Postfix 3.7 has no {name}"),
            }
        }
    }

    #[test]
    fn every_default_without_references_is_valid() {
        let by_machine = ["mydomain", "myhostname"];
        let fixed = |it: &&Parameter| !it.default.contains('$') && !by_machine.contains(&it.name);
        for parameter in all().filter(fixed) {
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
        assert_eq!(
            check("smtpd_recipient_limit", "99999999999"),
            "bad numerical configuration: smtpd_recipient_limit = 99999999999"
        );
        assert_eq!(
            check("smtpd_soft_error_limit", "-1"),
            "invalid smtpd_soft_error_limit parameter value -1 < 1"
        );
        assert_eq!(find("message_size_limit").unwrap().check("-1"), Ok(()));
        assert_eq!(
            check("smtpd_timeout", "s"),
            "invalid smtpd_timeout: 0 (min 1)"
        );
        assert_eq!(
            check("smtpd_timeout", "300 s"),
            "parameter smtpd_timeout: bad time value or unit: 300 s"
        );
        assert_eq!(find("smtpd_error_sleep_time").unwrap().check("0"), Ok(()));
        assert_eq!(
            check("inet_protocols", "ipv4, foo"),
            "unknown inet_protocols value \"foo\" in \"ipv4, foo\""
        );
        assert_eq!(
            check("mynetworks_style", "foo"),
            "unknown mynetworks mask style value \"foo\" in \"foo\""
        );
        assert_eq!(
            check("unknown_address_tempfail_action", "foo"),
            "bad configuration: unknown_address_tempfail_action = foo"
        );
        assert_eq!(
            check("smtpd_forbid_bare_newline", "foo"),
            "bad parameter value: 'smtpd_forbid_bare_newline = foo'"
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
