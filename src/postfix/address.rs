//! Addresses in Postfix's internal, unquoted form: taking them apart and
//! putting them together, and host names and literals as Postfix checks them.

use std::net::IpAddr;

use crate::smtp::address::external;

/// Local part and domain: at the last `@`. No `@`: no domain.
pub fn split(address: &str) -> (&str, Option<&str>) {
    match address.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (address, None),
    }
}

/// `local@domain`.
pub fn join(local: &str, domain: &str) -> String {
    format!("{local}@{domain}")
}

/// The local part without its extension, if it has one
/// (`recipient_delimiter`; owner-list and list-request addresses have none).
pub fn without_extension<'a>(local: &'a str, delimiters: &str) -> Option<&'a str> {
    let lower = local.to_ascii_lowercase();
    if delimiters.is_empty()
        || lower == "mailer-daemon"
        || lower == "double-bounce"
        || (delimiters.contains('-')
            && (lower.starts_with("owner-") || lower.ends_with("-request")))
    {
        return None;
    }
    let at = local
        .char_indices()
        .find(|(at, character)| *at > 0 && delimiters.contains(*character))?
        .0;
    local.get(..at)
}

/// The address as the log shows it: with its local part quoted where RFC 5321
/// §4.1.2 wants it. The null sender stays empty.
pub fn quoted(address: &str) -> String {
    if address.is_empty() {
        return String::new();
    }
    external(address)
}

/// Whether a local part is anything but a dot-string (RFC 5321 §4.1.2).
pub fn needs_quotes(local: &str) -> bool {
    local.split('.').any(str::is_empty) && !local.is_empty()
        || local
            .chars()
            .any(|c| c.is_ascii_control() || " ()<>@,;:\\\"[]".contains(c))
}

/// Whether Postfix takes the text for a host name: labels of letters, digits,
/// `_` and inner hyphens, at most 63 each and 255 in all, not only digits.
pub fn is_hostname(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && !name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-' || !c.is_ascii())
        })
}

/// The address in an address literal: `[192.0.2.1]`, `[IPv6:2001:db8::1]`
/// (RFC 5321 §4.1.3).
pub fn literal(domain: &str) -> Option<IpAddr> {
    let inner = domain.strip_prefix('[')?.strip_suffix(']')?;
    match inner.get(..5) {
        Some(prefix) if prefix.eq_ignore_ascii_case("IPv6:") => {
            inner.get(5..)?.parse().ok().map(IpAddr::V6)
        }
        _ => inner.parse().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_quoted_as_in_the_log() {
        assert_eq!(
            quoted("bob@remoto.example@aula.example"),
            "\"bob@remoto.example\"@aula.example"
        );
        assert_eq!(
            quoted("un alumno@aula.example"),
            "\"un alumno\"@aula.example"
        );
        assert_eq!(
            quoted("bob%remoto.example@aula.example"),
            "bob%remoto.example@aula.example"
        );
        assert_eq!(quoted("alumno"), "alumno");
        assert_eq!(quoted(""), "");
    }

    #[test]
    fn extensions_are_cut_at_the_first_delimiter() {
        assert_eq!(without_extension("alumno+x+y", "+"), Some("alumno"));
        assert_eq!(without_extension("+x", "+"), None);
        assert_eq!(without_extension("alumno+x", ""), None);
        assert_eq!(without_extension("owner-lista", "-"), None);
    }

    #[test]
    fn host_names_are_checked_as_postfix_does() {
        for name in ["a_b", "pc25", "mail.aula.example", "a-b.c"] {
            assert!(is_hostname(name), "{name}");
        }
        for name in [
            "mal..nombre",
            "-a.example",
            "a-",
            "1.2.3.4",
            "",
            "a b",
            "aula.example.",
        ] {
            assert!(!is_hostname(name), "{name}");
        }
    }

    #[test]
    fn literals_hold_addresses() {
        assert_eq!(literal("[10.0.0.10]"), Some([10, 0, 0, 10].into()));
        assert!(literal("[IPv6:2001:db8::1]").is_some());
        assert_eq!(literal("[300.1.1.1]"), None);
        assert_eq!(literal("[::1]"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let (local, _) = split(&text);
            without_extension(local, "+-");
            quoted(&text);
            is_hostname(&text);
            literal(&text);
        }
    }
}
