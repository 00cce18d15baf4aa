//! Everything that the world can say is explained: what the real servers said
//! in the recordings, what the lessons bring about, and the codes that stand in
//! the program's own sources.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read here has failed the test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use smtp_lab::text::Language;
use smtp_lab::text::explain::{Answering, Aspect, Explained, Explainer, Speaking};

const EXPLAINER: Explainer = Explainer::new(Language::En);

/// What was found unexplained.
#[derive(Default)]
struct Gaps {
    found: BTreeSet<String>,
    /// What was looked at already.
    seen: BTreeSet<String>,
}

impl Gaps {
    /// Notes `line` if what was explained of it lacks one of `wanted`.
    fn look(&mut self, line: &str, explained: &[Explained], wanted: &[Aspect]) {
        let has = |aspect: Aspect| explained.iter().any(|one| one.aspect == aspect);
        let complete = wanted.iter().all(|aspect| has(*aspect));
        let sourced = explained.iter().all(|one| !one.source.is_empty());
        if !complete || !sourced {
            self.found.insert(line.to_owned());
        }
    }

    /// Looks at the line of a reply to `command`, whose `index`-th line it is.
    fn look_at_reply(&mut self, line: &str, command: &str, index: usize) {
        let verb = command.split_whitespace().next().unwrap_or_default();
        let answering = match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => Answering::Ehlo { first: index == 0 },
            "VRFY" => Answering::Vrfy,
            _ => Answering::Anything,
        };
        if !self.seen.insert(format!("{answering:?} {line}")) {
            return;
        }
        let mut wanted = vec![Aspect::Code];
        if CODES
            .captures(line)
            .is_some_and(|codes| codes.get(1).is_some())
        {
            wanted.push(Aspect::Enhanced);
        }
        match answering {
            Answering::Ehlo { first: false } if line.starts_with("250") => {
                wanted.push(Aspect::Keyword);
            }
            _ if line.starts_with("334") || words(line).is_empty() => {}
            _ => wanted.push(Aspect::Phrase),
        }
        self.look(line, &EXPLAINER.reply(line, answering), &wanted);
    }

    /// Looks at a line of the log, as `program[pid]: text` or `program: text`.
    fn look_at_log(&mut self, program: &str, text: &str) {
        if !self.seen.insert(format!("{program}: {text}")) {
            return;
        }
        let explained = EXPLAINER.log(program, text);
        self.look(
            &format!("{program}: {text}"),
            &explained,
            &[Aspect::Program, Aspect::Log],
        );
    }

    #[track_caller]
    fn assert_none(self) {
        let gaps: Vec<_> = self.found.into_iter().collect();
        assert!(gaps.is_empty(), "not explained:\n{}", gaps.join("\n"));
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A reply's codes, the enhanced one as a group.
static CODES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\d{3}[ -]([245]\.\d+\.\d+(?: |$))?").unwrap());

/// The words of a reply after its codes.
fn words(line: &str) -> &str {
    CODES
        .find(line)
        .and_then(|found| line.get(found.end()..))
        .unwrap_or(line)
}

#[test]
fn what_the_real_servers_said_is_explained() {
    let mut gaps = Gaps::default();
    let recordings = files(&root().join("tests/postfix/golden/smtp"), "json");
    assert!(recordings.len() > 200);
    for path in recordings {
        let recording: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let configured = [
            &recording["main_cf"],
            &recording["tables"],
            &recording["dns"],
        ]
        .map(ToString::to_string)
        .concat();
        for entry in recording["dialogue"].as_array().unwrap() {
            let command = entry["c"].as_str().unwrap_or_default();
            let lines = entry["s"].as_array().map_or(&[][..], Vec::as_slice);
            // Commands that were sent ahead are not told with their answers; only
            // one of them is answered in several lines.
            let command = if lines.len() > 1 { "EHLO" } else { command };
            for (index, line) in lines.iter().enumerate() {
                let line = line.as_str().unwrap();
                // Words that an administrator chose stand in the recording's files.
                if !words(line).is_empty() && configured.contains(words(line)) {
                    continue;
                }
                gaps.look_at_reply(line, command, index);
            }
        }
        for line in recording["log"].as_array().map_or(&[][..], Vec::as_slice) {
            let (program, text) = line.as_str().unwrap().split_once(": ").unwrap();
            gaps.look_at_log(program, text);
        }
    }
    gaps.assert_none();
}

#[test]
fn what_the_lessons_bring_about_is_explained() {
    let mut gaps = Gaps::default();
    for lesson in files(&root().join("lessons"), "toml") {
        let state = tempfile::tempdir().unwrap();
        let output = assert_cmd::cargo::cargo_bin_cmd!("lab")
            .args(["run", lesson.to_str().unwrap(), "--auto", "--json"])
            .env("XDG_STATE_HOME", state.path())
            .output()
            .unwrap();
        let journal = String::from_utf8(output.stdout).unwrap();
        assert!(journal.lines().count() > 100, "{}", lesson.display());
        look_at_journal(&mut gaps, &journal);
    }
    gaps.assert_none();
}

fn look_at_journal(gaps: &mut Gaps, journal: &str) {
    // The last command heard on each connection, and how many lines answered it.
    let mut asked = std::collections::BTreeMap::<u64, (String, usize)>::new();
    for line in journal.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        match event["event"].as_str().unwrap_or_default() {
            "log" => gaps.look_at_log(&text("program"), &text("text")),
            "line" if event["end"] == "client" => {
                let connection = event["connection"].as_u64().unwrap();
                let (command, answers) = asked.entry(connection).or_default();
                if event["way"] == "sent" {
                    (*command, *answers) = (text("line"), 0);
                } else {
                    gaps.look_at_reply(&text("line"), command, *answers);
                    *answers += 1;
                }
            }
            "tls-failed" => {
                let reason = text("reason");
                gaps.look(&reason, &EXPLAINER.tls_reason(&reason), &[Aspect::Tls]);
            }
            "tls-established" => {
                let version = text("version");
                gaps.look(&version, &EXPLAINER.tls(&version, &version), &[Aspect::Tls]);
            }
            "certificate" => {
                let code = event["verification"]["code"].as_u64().unwrap();
                let explained = EXPLAINER.verification(u8::try_from(code).unwrap());
                gaps.look(&format!("verification {code}"), &explained, &[Aspect::Tls]);
            }
            _ => {}
        }
    }
}

#[test]
fn every_code_in_the_sources_is_explained() {
    let mut gaps = Gaps::default();
    let pair = Regex::new(r#"\b([245]\d\d),? ?"?([245]\.\d{1,2}\.\d{1,2})\b"#).unwrap();
    let alone = Regex::new(r#""([245]\.\d{1,2}\.\d{1,2})""#).unwrap();
    let mut seen = 0;
    for room in ["postfix", "world"] {
        for path in files(&root().join("src").join(room), "rs") {
            let source = fs::read_to_string(&path).unwrap();
            if path.components().any(|part| part.as_os_str() == "tests")
                || path.ends_with("tests.rs")
            {
                continue;
            }
            let code = source.split("#[cfg(test)]").next().unwrap();
            let found = pair
                .captures_iter(code)
                .flat_map(|found| [found[1].to_owned(), found[2].to_owned()])
                .chain(alone.captures_iter(code).map(|found| found[1].to_owned()));
            for word in found {
                seen += 1;
                gaps.look(&word, &EXPLAINER.word(&word), &[]);
                if EXPLAINER.word(&word).is_empty() {
                    gaps.found.insert(format!("{word} in {}", path.display()));
                }
            }
        }
    }
    assert!(seen > 100, "the sources hold codes");
    gaps.assert_none();
}

#[test]
fn every_command_that_a_server_takes_is_explained() {
    let table = fs::read_to_string(root().join("src/postfix/smtpd/command.rs")).unwrap();
    let names = Regex::new(r#"=> "([A-Z]{4,8})""#).unwrap();
    let verbs: Vec<_> = names
        .captures_iter(&table)
        .map(|found| found[1].to_owned())
        .collect();
    assert!(verbs.len() > 12, "{verbs:?}");
    for verb in verbs.iter().filter(|verb| *verb != "UNKNOWN") {
        assert!(
            EXPLAINER
                .word(verb)
                .iter()
                .any(|one| one.aspect == Aspect::Verb),
            "{verb}"
        );
        let explained = EXPLAINER.client(verb, Speaking::Command);
        assert_eq!(explained[0].subject, *verb, "{verb}");
    }
}

#[test]
fn the_test_can_fail() {
    let mut gaps = Gaps::default();
    gaps.look_at_reply("299 2.9.9 What is this", "NOOP", 0);
    gaps.look_at_log("postfix/unheard", "of");
    assert_eq!(gaps.found.len(), 2);
}
