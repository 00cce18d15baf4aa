//! `DIR/dovecot.conf`: the settings of Dovecot that show in SMTP.

use std::time::Duration;

use crate::sasl::dovecot::FAILURE_DELAY;

/// What Dovecot was told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Dovecot {
    /// `auth_mechanisms`, in capitals.
    pub(super) mechanisms: Vec<String>,
    /// `auth_failure_delay`.
    pub(super) failure_delay: Duration,
    /// Settings that have no effect in the lab, with their lines.
    pub(super) ignored: Vec<(usize, String)>,
}

/// Reads the settings outside of blocks. Dovecot's own default is `plain`; the
/// course's configuration adds `login`, and a folder without the file has that.
pub(super) fn parse(text: &str) -> Dovecot {
    let mut dovecot = Dovecot {
        mechanisms: vec!["PLAIN".to_owned(), "LOGIN".to_owned()],
        failure_delay: FAILURE_DELAY,
        ignored: Vec::new(),
    };
    let mut depth = 0_usize;
    for (index, line) in text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.ends_with('{') {
            if depth == 0 {
                let name = line.trim_end_matches('{').trim();
                dovecot.ignored.push((index + 1, name.to_owned()));
            }
            depth += 1;
        } else if line == "}" {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            match name.trim() {
                "auth_failure_delay" if let Some(delay) = time(value.trim()) => {
                    dovecot.failure_delay = delay;
                }
                "auth_mechanisms" => {
                    dovecot.mechanisms = value
                        .split_whitespace()
                        .map(str::to_ascii_uppercase)
                        .collect();
                }
                // It stops Dovecot's own IMAP and POP3 only, never Postfix.
                "disable_plaintext_auth" => {}
                other => dovecot.ignored.push((index + 1, other.to_owned())),
            }
        }
    }
    dovecot
}

/// A time as Dovecot's settings have it: `2 secs`, `500msecs`, `1 min`, `0`.
fn time(text: &str) -> Option<Duration> {
    let end = text.find(|letter: char| !letter.is_ascii_digit());
    let (count, unit) = text.split_at(end.unwrap_or(text.len()));
    let count: u32 = count.parse().ok()?;
    let unit = match unit.trim_start() {
        "" if count == 0 => Duration::ZERO,
        "ms" | "msec" | "msecs" | "millisecs" => Duration::from_millis(1),
        "s" | "sec" | "secs" | "second" | "seconds" => Duration::from_secs(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Duration::from_mins(1),
        _ => return None,
    };
    Some(unit * count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_after_a_failure_has_a_unit() {
        let delay = |value: &str| {
            let dovecot = parse(&format!("auth_failure_delay = {value}\n"));
            (dovecot.failure_delay.as_millis(), dovecot.ignored.len())
        };
        assert_eq!(parse("").failure_delay, FAILURE_DELAY);
        assert_eq!(delay("0"), (0, 0));
        assert_eq!(delay("5 secs"), (5_000, 0));
        assert_eq!(delay("1500msecs"), (1_500, 0));
        assert_eq!(delay("1 min"), (60_000, 0));
        assert_eq!(delay("5"), (2_000, 1), "Dovecot would not start");
        assert_eq!(delay("soon"), (2_000, 1));
    }

    #[test]
    fn mechanisms_are_read_and_the_rest_is_named() {
        let text = "# local\nauth_mechanisms = plain login cram-md5 # three\n\
            disable_plaintext_auth = yes\nmail_location = maildir:~/Maildir\n\
            service auth {\n  unix_listener x {\n    mode = 0660\n  }\n}\nssl = no\n";
        let dovecot = parse(text);
        assert_eq!(dovecot.mechanisms, ["PLAIN", "LOGIN", "CRAM-MD5"]);
        let ignored: Vec<_> = dovecot
            .ignored
            .iter()
            .map(|(line, name)| (*line, name.as_str()))
            .collect();
        assert_eq!(
            ignored,
            [(4, "mail_location"), (5, "service auth"), (10, "ssl")]
        );
    }
}
