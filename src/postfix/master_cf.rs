//! master.cf: the services that `master` runs, with their `-o` overrides (master(5)).

use std::net::IpAddr;
use std::ops::Range;

use crate::postfix::main_cf::Fault;

/// The master.cf that Debian 12 installs: `smtp` active, `submission` and
/// `smtps` commented out.
pub const DEBIAN: &str = include_str!("master_cf/debian.cf");

/// One active service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The line it begins on, from 1.
    pub line: usize,
    /// First column: `smtp`, `127.0.0.1:2525`, `pickup`, ….
    pub name: String,
    /// Second column: `inet`, `unix`, `fifo`, `pass` or `unix-dgram`.
    pub kind: String,
    /// Eighth column: the daemon.
    pub command: String,
    /// The `-o` overrides in order, each with its line.
    pub overrides: Vec<Override>,
}

/// One `-o name=value`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Override {
    /// The line, from 1.
    pub line: usize,
    /// The parameter.
    pub name: String,
    /// Its value; may be empty.
    pub value: String,
}

/// Where an `inet` service listens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Listener {
    /// The address, if the service names one; `None`: as `inet_interfaces` says.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
}

/// A word of a service, and where it stands in the file.
struct Word<'a> {
    /// Index of the physical line, from 0.
    line: usize,
    span: Range<usize>,
    text: &'a str,
}

/// One service as written.
struct Logical<'a> {
    first: usize,
    /// Index of its last physical line.
    last: usize,
    words: Vec<Word<'a>>,
}

/// One `-o` of a service: its words, and what it sets.
struct Setting<'a> {
    words: Vec<&'a Word<'a>>,
    name: &'a str,
    value: &'a str,
}

/// Reads a master.cf: its active services in order, and the lines refused.
pub fn parse(text: &str) -> (Vec<Entry>, Vec<Fault>) {
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    for logical in logical_lines(text) {
        let line = logical.first + 1;
        let fault = |words: &str| Fault {
            line,
            words: format!("/etc/postfix/master.cf: line {line}: {words}"),
        };
        let [
            name,
            kind,
            private,
            unprivileged,
            chroot,
            _wakeup,
            _limit,
            command,
        ] = std::array::from_fn(|column| logical.words.get(column).map(|word| word.text));
        let Some(command) = command else {
            faults.push(fault("missing \"command\" field"));
            continue;
        };
        let kind = kind.unwrap_or_default();
        if !["inet", "unix", "fifo", "pass", "unix-dgram"].contains(&kind) {
            faults.push(fault(&format!(
                "invalid \"service type\" field: \"{kind}\""
            )));
            continue;
        }
        let flags = [
            ("private", private),
            ("unprivileged", unprivileged),
            ("chroot", chroot),
        ];
        if let Some((field, value)) = flags
            .iter()
            .find(|(_, value)| !matches!(value, Some("y" | "n" | "-")))
        {
            let value = value.unwrap_or_default();
            faults.push(fault(&format!("invalid \"{field}\" field: \"{value}\"")));
            continue;
        }
        let overrides = settings(&logical)
            .into_iter()
            .map(|setting| Override {
                line: setting.words.first().map_or(line, |word| word.line + 1),
                name: setting.name.to_owned(),
                value: setting.value.to_owned(),
            })
            .collect();
        entries.push(Entry {
            line,
            name: name.unwrap_or_default().to_owned(),
            kind: kind.to_owned(),
            command: command.to_owned(),
            overrides,
        });
    }
    (entries, faults)
}

/// Edits one `inet` service's `-o parameter=value` (`None` removes it); every
/// other line stays as it is. `None`: there is no such active service.
pub fn set(text: &str, service: &str, parameter: &str, value: Option<&str>) -> Option<String> {
    let logical = logical_lines(text).into_iter().find(|logical| {
        let column = |index: usize| logical.words.get(index).map(|word| word.text);
        column(1) == Some("inet") && column(0).is_some_and(|name| same_service(name, service))
    })?;
    let all = settings(&logical);
    let mut ours: Vec<&Setting<'_>> = all
        .iter()
        .filter(|setting| setting.name == parameter)
        .collect();
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let written = value.map(|value| written_override(parameter, value));
    let replaced = if written.is_some() { ours.pop() } else { None };

    // From the end backwards, so that the spans before stay valid.
    let mut edits: Vec<(usize, Range<usize>, &str)> = ours
        .iter()
        .flat_map(|setting| &setting.words)
        .map(|word| (word.line, word.span.clone(), ""))
        .collect();
    if let (Some(setting), Some(written)) = (replaced, &written)
        && let (Some(first), Some(last)) = (setting.words.first(), setting.words.last())
    {
        edits.push((last.line, last.span.clone(), written));
        if first.line != last.line || first.span != last.span {
            edits.push((first.line, first.span.clone(), "-o"));
        } else if let Some(edit) = edits.last_mut() {
            // `-oname=value` in one word.
            edit.1.start += 2;
        }
    }
    edits.sort_by_key(|(line, span, _)| std::cmp::Reverse((*line, span.start)));
    for (index, span, new) in edits {
        let Some(line) = lines.get_mut(index) else {
            continue;
        };
        line.replace_range(span, new);
        if line.trim().is_empty() {
            line.clear();
        } else if new.is_empty() {
            let ending = if line.ends_with('\n') { "\n" } else { "" };
            *line = format!("{}{ending}", line.trim_end());
        }
    }
    if let (None, Some(written)) = (replaced, &written) {
        let last = lines.get_mut(logical.last)?;
        if !last.ends_with('\n') {
            last.push('\n');
        }
        lines.insert(logical.last + 1, format!("  -o {written}\n"));
    }
    Some(lines.concat())
}

/// Whether a service of master.cf is the one that is asked for: by the same
/// name, or by one for the same port (`smtps` and `submissions`).
pub fn same_service(service: &str, asked: &str) -> bool {
    let (Some(has), Some(wanted)) = (listener(service), listener(asked)) else {
        return service == asked;
    };
    has.port == wanted.port && (wanted.address.is_none() || has.address == wanted.address)
}

/// Where an `inet` service name listens: `smtp`, `2525`, `127.0.0.1:2525`, `[::1]:587`.
pub fn listener(name: &str) -> Option<Listener> {
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) => (Some(host), port),
        None => (None, name),
    };
    let port = match port {
        "smtp" | "mail" => 25,
        "submission" => 587,
        "smtps" | "submissions" | "ssmtp" | "urd" => 465,
        number => number.parse().ok()?,
    };
    let address = match host {
        None | Some("") => None,
        Some("localhost") => Some(IpAddr::from([127, 0, 0, 1])),
        Some(host) => Some(host.trim_matches(['[', ']']).parse().ok()?),
    };
    Some(Listener { address, port })
}

/// `name=value`, in braces where the value has blanks.
fn written_override(parameter: &str, value: &str) -> String {
    if value.contains(char::is_whitespace) {
        format!("{{ {parameter} = {value} }}")
    } else {
        format!("{parameter}={value}")
    }
}

fn settings<'a>(logical: &'a Logical<'a>) -> Vec<Setting<'a>> {
    let mut settings = Vec::new();
    let mut words = logical.words.iter().skip(8);
    while let Some(word) = words.next() {
        let (text, used) = match word.text.strip_prefix("-o") {
            Some("") => match words.next() {
                Some(next) => (next.text, vec![word, next]),
                None => break,
            },
            Some(joined) => (joined, vec![word]),
            None => continue,
        };
        let text = text
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
            .unwrap_or(text);
        if let Some((name, value)) = text.split_once('=') {
            settings.push(Setting {
                words: used,
                name: name.trim(),
                value: value.trim(),
            });
        }
    }
    settings
}

fn logical_lines(text: &str) -> Vec<Logical<'_>> {
    let mut logicals: Vec<Logical<'_>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let words = words(index, line);
        match logicals.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.words.extend(words);
                last.last = index;
            }
            _ => logicals.push(Logical {
                first: index,
                last: index,
                words,
            }),
        }
    }
    logicals
}

/// Splits a line at white space outside braces.
fn words(index: usize, line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut depth = 0_usize;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let outside = depth == 0 || at == line.len();
        if character.is_whitespace() && outside {
            if let Some(start) = start.take() {
                words.push(Word {
                    line: index,
                    span: start..at,
                    text: line.get(start..at).unwrap_or_default(),
                });
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SUBMISSION: &str = "smtp inet n - y - - smtpd\n\
        submission inet n - y - - smtpd\n  \
        -o syslog_name=postfix/submission\n  \
        -o smtpd_tls_security_level=encrypt -o smtpd_relay_restrictions=\n\
        # a comment\n  \
        -o { smtpd_recipient_restrictions = permit_sasl_authenticated, reject }\n\
        pickup unix n - y 60 1 pickup\n";

    fn overrides(text: &str) -> Vec<(String, String)> {
        let (entries, faults) = parse(text);
        assert_eq!(faults, []);
        let entry = entries
            .into_iter()
            .find(|entry| entry.name == "submission")
            .unwrap();
        entry
            .overrides
            .into_iter()
            .map(|it| (it.name, it.value))
            .collect()
    }

    #[test]
    fn debian_ships_only_the_smtp_service_on_the_network() {
        let (entries, faults) = parse(DEBIAN);
        assert_eq!(faults, []);
        let inet: Vec<&str> = entries
            .iter()
            .filter(|entry| entry.kind == "inet")
            .map(|entry| entry.name.as_str())
            .collect();
        assert_eq!(inet, ["smtp"]);
        let relay = entries.iter().find(|entry| entry.name == "relay").unwrap();
        assert_eq!(relay.overrides[0].value, "postfix/$service_name");
    }

    #[test]
    fn overrides_may_be_in_braces_and_on_many_lines() {
        let all = overrides(SUBMISSION);
        assert_eq!(all.len(), 4);
        assert_eq!(all[2], ("smtpd_relay_restrictions".into(), String::new()));
        assert_eq!(all[3].1, "permit_sasl_authenticated, reject");
    }

    #[test]
    fn set_replaces_adds_and_removes_one_override() {
        let edited = set(
            SUBMISSION,
            "submission",
            "smtpd_tls_security_level",
            Some("may"),
        )
        .unwrap();
        assert_eq!(edited, SUBMISSION.replace("level=encrypt", "level=may"),);
        let edited = set(
            SUBMISSION,
            "submission",
            "smtpd_recipient_restrictions",
            Some("reject"),
        )
        .unwrap();
        assert!(edited.contains("  -o smtpd_recipient_restrictions=reject\n"));
        let edited = set(SUBMISSION, "submission", "syslog_name", None).unwrap();
        assert_eq!(
            edited,
            SUBMISSION.replace("  -o syslog_name=postfix/submission\n", "")
        );
        let edited = set(
            SUBMISSION,
            "smtp",
            "smtpd_client_restrictions",
            Some("a, b"),
        )
        .unwrap();
        assert!(edited.starts_with(
            "smtp inet n - y - - smtpd\n  -o { smtpd_client_restrictions = a, b }\nsubmission"
        ));
        assert_eq!(set(SUBMISSION, "submissions", "syslog_name", None), None);
    }

    #[test]
    fn services_have_ports() {
        let port = |name| listener(name).map(|listener| listener.port);
        assert_eq!(port("smtp"), Some(25));
        assert_eq!(port("submissions"), port("smtps"));
        assert_eq!(port("[::1]:submission"), Some(587));
        assert_eq!(
            listener("127.0.0.1:2525").unwrap().address,
            Some([127, 0, 0, 1].into())
        );
        assert_eq!(port("pickup"), None);
    }

    #[test]
    fn short_lines_are_faults() {
        let (entries, faults) = parse("smtp inet n - y\n");
        assert!(entries.is_empty());
        assert_eq!(faults[0].line, 1);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(?s)[a-z {}=o\\-\n#]{0,120}", value in "[a-z ]{0,8}") {
            parse(&text);
            set(&text, "a", "o", Some(&value));
            set(&text, "a", "o", None);
        }

        #[test]
        fn set_is_read_back(value in "[a-z,]{0,8}( [a-z]{1,5})?") {
            let edited = set(SUBMISSION, "submission", "b", Some(&value)).unwrap();
            let mut expected = overrides(SUBMISSION);
            expected.push(("b".into(), value.trim().to_owned()));
            prop_assert_eq!(overrides(&edited), expected);
            prop_assert_eq!(overrides(&set(&edited, "submission", "b", None).unwrap()), overrides(SUBMISSION));
        }
    }
}
