//! master.cf: the services that `master` runs, with their `-o` overrides (master(5)).

use std::fmt;
use std::net::IpAddr;
use std::ops::Range;

use crate::postfix::logical_lines;
use crate::postfix::main_cf::{Fault, Severity};

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
    /// Why the daemon dies of its arguments, in its own words (without `fatal: `).
    pub fatal: Option<String>,
    /// Whether its process sees the queue directory as its root (`chroot`); `None`:
    /// `-`, what is usual.
    pub chroot: Option<bool>,
    /// The columns as written, from the third to the seventh.
    columns: [String; 5],
    /// The daemon's arguments as written.
    arguments: Vec<String>,
}

impl Entry {
    /// The service without its `-o` overrides, its columns parted by single
    /// blanks: what postconf(1) wants after `-M SERVICE/TYPE=`.
    pub fn definition(&self) -> String {
        let mut words = vec![self.name.as_str(), &self.kind];
        words.extend(self.columns.iter().map(String::as_str));
        words.push(&self.command);
        let mut arguments = self.arguments.iter().map(String::as_str);
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("-o") {
                // Its setting is the next word.
                Some("") => _ = arguments.next(),
                Some(_) => {}
                None => words.push(argument),
            }
        }
        words.join(" ")
    }
}

impl fmt::Display for Entry {
    /// As `postconf -M` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [private, unprivileged, chroot, wakeup, limit] = &self.columns;
        let columns = [
            (self.name.as_str(), 11),
            (&self.kind, 17),
            (private, 25),
            (unprivileged, 33),
            (chroot, 41),
            (wakeup, 49),
            (limit, 57),
        ];
        // Too long a name pushes what follows, until there is room again.
        let mut line = String::new();
        for (text, next) in columns {
            line.push_str(text);
            line.push(' ');
            let missing = usize::saturating_sub(next, line.chars().count());
            line.extend(std::iter::repeat_n(' ', missing));
        }
        write!(f, "{line}{}", self.command)?;
        for argument in &self.arguments {
            write!(f, " {argument}")?;
        }
        Ok(())
    }
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
    /// What `master` says if it begins with white space.
    orphan: Option<String>,
}

/// One `-o` of a service: its words, and what it sets.
struct Setting<'a> {
    words: Vec<&'a Word<'a>>,
    name: &'a str,
    value: &'a str,
}

/// Reads a master.cf: its active services in order, and what `master` says
/// about lines that it refuses or passes over.
pub fn parse(text: &str) -> (Vec<Entry>, Vec<Fault>) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut faults = Vec::new();
    for logical in logical_lines(text) {
        let line = logical.first + 1;
        if let Some(orphan) = logical.orphan {
            faults.push(Fault {
                line,
                severity: Severity::Warning,
                words: orphan,
            });
            continue;
        }
        match entry(&logical) {
            Ok(entry) => {
                let same = |known: &Entry| known.name == entry.name && known.kind == entry.kind;
                if let Some(earlier) = entries.iter().position(same) {
                    faults.push(Fault {
                        line,
                        severity: Severity::Warning,
                        words: duplicate(&entry),
                    });
                    entries.remove(earlier);
                }
                entries.push(entry);
            }
            Err(words) => faults.push(Fault {
                line,
                severity: Severity::Fatal,
                words: format!("{MASTER_CF}: line {line}: {words}"),
            }),
        }
    }
    (entries, faults)
}

fn duplicate(entry: &Entry) -> String {
    let Entry { name, kind, .. } = entry;
    let place = match listener(name).filter(|_| kind == "inet") {
        Some(listener) => listener.port.to_string(),
        None => format!("private/{name}"),
    };
    format!("duplicate master.cf entry for service \"{name}\" ({place}) -- using the last entry")
}

/// One service, or `master`'s words about the line.
fn entry(logical: &Logical<'_>) -> Result<Entry, String> {
    let column = |index: usize, field: &str| {
        let word = logical.words.get(index).map(|word| word.text);
        word.ok_or_else(|| format!("missing \"{field}\" field"))
    };
    let flag = |index: usize, field: &str| match column(index, field)? {
        value @ ("y" | "n" | "-") => Ok(value.to_owned()),
        value => Err(bad_value(field, value)),
    };
    let number = |index: usize, field: &str, mark: &str| {
        let value = column(index, field)?;
        let digits = value.strip_suffix(mark).unwrap_or(value);
        if value == "-" || !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) {
            Ok(value.to_owned())
        } else {
            Err(bad_value(field, value))
        }
    };
    let name = column(0, "service name")?.to_owned();
    let kind = column(1, "transport type")?.to_owned();
    if !KINDS.contains(&kind.as_str()) {
        return Err(format!("bad transport type: {kind}"));
    }
    let private = flag(2, "private")?;
    if kind == "inet" {
        if private != "n" {
            return Err("inet service cannot be private".to_owned());
        }
        if let Some((host, _)) = name.rsplit_once(':')
            && listener(&name).is_none()
            && host.starts_with(|c: char| c.is_ascii_digit() || c == '[')
        {
            return Err(format!(
                "valid hostname or network address required in \"{name}\""
            ));
        }
    }
    let columns = [
        private,
        flag(3, "unprivileged")?,
        flag(4, "chroot")?,
        number(5, "wakeup_time", "?")?,
        number(6, "max_proc", "")?,
    ];
    let chroot = match columns[2].as_str() {
        "-" => None,
        written => Some(written == "y"),
    };
    let command = column(7, "command")?.to_owned();
    let mut arguments = Vec::new();
    for word in logical.words.iter().skip(8) {
        arguments.push(match word.text.strip_prefix('{') {
            Some(inner) => match inner.strip_suffix('}') {
                Some(inside) => without_blanks(inside),
                None => return Err(format!("missing '}}' in \"{}\"", word.text)),
            },
            None => word.text.to_owned(),
        });
    }
    let line = logical.first + 1;
    let overrides = settings(logical)
        .into_iter()
        .map(|setting| Override {
            line: setting.words.first().map_or(line, |word| word.line + 1),
            name: setting.name.to_owned(),
            value: setting.value.to_owned(),
        })
        .collect();
    Ok(Entry {
        line,
        name,
        kind,
        command,
        overrides,
        fatal: fatal(&arguments),
        chroot,
        columns,
        arguments: arguments.into_iter().map(written).collect(),
    })
}

/// Why a daemon does not start with these arguments.
fn fatal(arguments: &[String]) -> Option<String> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let setting = match argument.strip_prefix("-o") {
            Some("") => match rest.next() {
                Some(setting) => setting,
                None => return Some("invalid option: o".to_owned()),
            },
            Some(joined) => joined,
            None if argument.starts_with('-') => continue,
            None => return Some(format!("unexpected command-line argument: {argument}")),
        };
        if !setting.contains('=') {
            return Some(format!(
                "invalid \"-o {setting}\" option value: missing '=' after attribute name"
            ));
        }
    }
    None
}

/// Why postconf(1), and so every command of `postfix`, refuses a master.cf (without
/// `fatal: `): it counts the columns and looks at what is in them.
pub fn refused_by_postconf(text: &str) -> Option<String> {
    let logicals = logical_lines::logical_lines(text);
    let active = logicals.iter().filter(|it| it.orphan(MASTER_CF).is_none());
    active.into_iter().find_map(|logical| {
        let columns: Vec<&str> = logical.text.split_ascii_whitespace().collect();
        let [_, kind, private, unprivileged, chroot, wakeup, limit, _, ..] = columns[..] else {
            let line = logical.first + 1;
            return Some(format!("file {MASTER_CF}: line {line}: bad field count"));
        };
        let flag = |value| matches!(value, "y" | "n" | "-");
        let number = |value: &str| {
            value == "-" || !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit())
        };
        let fields = [
            ("type", kind, KINDS.contains(&kind)),
            ("private", private, flag(private)),
            ("unprivileged", unprivileged, flag(unprivileged)),
            ("chroot", chroot, flag(chroot)),
            (
                "wakeup",
                wakeup,
                number(wakeup.strip_suffix('?').unwrap_or(wakeup)),
            ),
            ("process_limit", limit, number(limit)),
        ];
        let (name, value, _) = fields.into_iter().find(|(_, _, good)| !good)?;
        let line = &logical.text;
        Some(format!("invalid {name} field \"{value}\" in \"{line}\""))
    })
}

/// `name = value` as `name=value`.
fn without_blanks(setting: &str) -> String {
    match setting.split_once('=') {
        Some((name, value)) => format!("{}={}", name.trim(), value.trim()),
        None => setting.trim().to_owned(),
    }
}

/// An argument as `postconf -M` prints it: in braces where it has blanks.
fn written(argument: String) -> String {
    if argument.contains(char::is_whitespace) {
        format!("{{{argument}}}")
    } else {
        argument
    }
}

fn bad_value(field: &str, value: &str) -> String {
    format!("field \"{field}\": bad value: \"{value}\"")
}

/// What can stand in the second column.
const KINDS: [&str; 5] = ["inet", "unix", "fifo", "pass", "unix-dgram"];

/// Where the file is, and the name under which Postfix's messages know it.
pub const MASTER_CF: &str = "/etc/postfix/master.cf";

/// A parameter's value as the `-o` of a network service has it: the last of
/// several.
pub fn override_of(text: &str, service: &str, parameter: &str) -> Option<String> {
    let (entries, _) = parse(text);
    let mut services = entries.into_iter();
    let service =
        services.find(|entry| entry.kind == "inet" && same_service(&entry.name, service))?;
    let mut overrides = service.overrides.into_iter().rev();
    overrides
        .find(|setting| setting.name == parameter)
        .map(|setting| setting.value)
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

/// The lines of an active service as they stand in the file, comments among
/// them left out.
pub fn written_lines<'a>(text: &'a str, name: &str, kind: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = text.lines().collect();
    let logical = logical_lines(text).into_iter().rfind(|logical| {
        let column = |index: usize| logical.words.get(index).map(|word| word.text);
        logical.orphan.is_none() && column(0) == Some(name) && column(1) == Some(kind)
    });
    logical.map_or_else(Vec::new, |logical| {
        let written = lines.get(logical.first..=logical.last).unwrap_or_default();
        let active = |line: &&&str| !line.trim_start().starts_with('#') && !line.trim().is_empty();
        written.iter().filter(active).copied().collect()
    })
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
    let lines: Vec<&str> = text.lines().collect();
    logical_lines::logical_lines(text)
        .into_iter()
        .map(|logical| {
            let physical = lines.get(logical.first..logical.end).unwrap_or_default();
            let words: Vec<Word<'_>> = physical
                .iter()
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with('#'))
                .flat_map(|(index, line)| words(logical.first + index, line))
                .collect();
            Logical {
                first: logical.first,
                last: logical.end - 1,
                words,
                orphan: logical.orphan(MASTER_CF),
            }
        })
        .collect()
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
    fn faults_have_the_words_of_master() {
        let words = |line: &str| {
            parse(line)
                .1
                .into_iter()
                .map(|it| it.words)
                .collect::<Vec<_>>()
        };
        for (line, expected) in [
            ("smtp", "missing \"transport type\" field"),
            ("smtp inet n", "missing \"unprivileged\" field"),
            ("smtp inet n - y -", "missing \"max_proc\" field"),
            ("smtp inet n - y - -", "missing \"command\" field"),
            ("smtp foo n - y - - smtpd", "bad transport type: foo"),
            (
                "smtp inet x - y - - smtpd",
                "field \"private\": bad value: \"x\"",
            ),
            (
                "smtp inet n - y x - smtpd",
                "field \"wakeup_time\": bad value: \"x\"",
            ),
            (
                "smtp inet n - y - x smtpd",
                "field \"max_proc\": bad value: \"x\"",
            ),
            (
                "smtp inet y - y - - smtpd",
                "inet service cannot be private",
            ),
            (
                "300.0.0.1:25 inet n - y - - smtpd",
                "valid hostname or network address required in \"300.0.0.1:25\"",
            ),
            (
                "smtp inet n - y - - smtpd -o {a = b",
                "missing '}' in \"{a = b\"",
            ),
        ] {
            let expected = format!("/etc/postfix/master.cf: line 1: {expected}");
            assert_eq!(words(line), [expected], "{line}");
        }
        assert_eq!(
            words("smtp inet n - y - - smtpd\nsmtp inet n - y - - smtpd -v\n"),
            ["duplicate master.cf entry for service \"smtp\" (25) -- using the last entry"]
        );
        assert_eq!(
            words("  smtp inet n - y - - smtpd\n"),
            [
                "/etc/postfix/master.cf: logical line must not start with whitespace: \
                 \"  smtp inet n - y - - smtpd\""
            ]
        );
    }

    #[test]
    fn a_daemon_dies_of_bad_arguments() {
        let fatal = |arguments: &str| {
            let (entries, _) = parse(&format!("smtp inet n - y - - smtpd {arguments}"));
            entries[0].fatal.clone().unwrap()
        };
        assert_eq!(fatal("-o"), "invalid option: o");
        assert_eq!(
            fatal("-o mynetworks = b"),
            "invalid \"-o mynetworks\" option value: missing '=' after attribute name"
        );
        assert_eq!(fatal("-v extra"), "unexpected command-line argument: extra");
    }

    #[test]
    fn services_are_written_as_postconf_prints_them() {
        let shown = |line: &str| parse(line).0[0].to_string();
        assert_eq!(
            shown("127.0.0.1:smtp inet n - y - - smtpd -o { mynetworks = {1, 2} }"),
            "127.0.0.1:smtp inet n    -       y       -       -       smtpd -o {mynetworks={1, 2}}"
        );
        assert_eq!(
            shown("smtp inet n - y 1000? 0 smtpd -v -o a=b"),
            "smtp       inet  n       -       y       1000?   0       smtpd -v -o a=b"
        );
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
