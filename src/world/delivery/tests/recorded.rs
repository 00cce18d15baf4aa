//! Deliveries recorded from a real Postfix: its log, what the next hop heard
//! and the reports in the mailboxes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use super::next_hop::{Answer, NextHop, Script};
use super::town::{Letter, happenings};
use crate::journal::event::Kind;

/// Recordings whose next hop speaks in clear.
const SCENARIOS: &[&str] = &[
    "out-plain",
    "out-deferred",
    "out-greeting-554",
    "out-rejected",
    "out-relay-domain",
    "out-relayhost-nobrackets",
    "data-delivered-to-loop",
    "data-two-rcpt",
    "relay-open-full",
    "relay-mydestination-missing-lan",
];

#[test]
fn deliveries_go_as_recorded() {
    for name in SCENARIOS {
        play(name);
    }
}

fn read(path: &str) -> Value {
    let path = format!("{}/tests/postfix/golden/{path}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn play(name: &str) {
    let scenario = read(&format!("smtp/{name}.json"));
    let baseline = read("baseline.json");
    let script = script(&scenario["next_hop"]);
    let next_hop = NextHop::start(move |_| script.clone());
    let port = next_hop.address.port();
    let mut main = baseline["main_cf"].as_object().unwrap().clone();
    main.extend(scenario["main_cf"].as_object().unwrap().clone());
    let mut main_cf: String = main
        .iter()
        .filter_map(|(name, value)| Some(format!("{name} = {}\n", value.as_str()?)))
        .collect();
    // The recorder led all mail for elsewhere to its next hop.
    if main["relayhost"] == "" {
        for (parameter, agent) in [("default_transport", "smtp"), ("relay_transport", "relay")] {
            let _ = writeln!(main_cf, "{parameter} = {agent}:[127.0.0.1]:{port}");
        }
    }
    let main_cf = main_cf.replace("{DIR}", "/golden");
    let files = BTreeMap::from([(
        "/golden/tables/aliases".to_owned(),
        lines(&baseline["tables"]["aliases"]).join("\n") + "\n",
    )]);
    let events = happenings(&main_cf, &files, "", &[letter(&scenario)], Duration::ZERO);

    let said = events.iter().filter_map(|event| match &event.kind {
        Kind::Log { program, text, .. } => Some(format!("{program}: {text}")),
        _ => None,
    });
    let recorded = lines(&scenario["log"])
        .into_iter()
        .filter(|line| !line.contains("/smtpd: "));
    let mut recorded: Vec<String> = recorded.collect();
    let mut said = normal(said.collect(), port);
    // Which daemon wrote first is chance.
    recorded.sort();
    said.sort();
    assert_eq!(said, recorded, "{name}: log");

    let sessions: Vec<Vec<String>> =
        scenario["next_hop_sessions"]
            .as_array()
            .map_or(Vec::new(), |sessions| {
                sessions
                    .iter()
                    .map(|session| lines(&session["dialogue"]))
                    .collect()
            });
    let heard: Vec<Vec<String>> = next_hop
        .seen(sessions.len())
        .dialogues
        .into_iter()
        .map(|dialogue| normal(dialogue, port))
        .collect();
    assert_eq!(heard, sessions, "{name}: next hop");

    let mailboxes: Vec<Vec<String>> =
        scenario["mailboxes"]
            .as_array()
            .map_or(Vec::new(), |mailboxes| {
                mailboxes
                    .iter()
                    .map(|mailbox| untraced(lines(&mailbox["lines"])))
                    .collect()
            });
    let stored: Vec<Vec<String>> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Stored { message, .. } => Some(String::from_utf8_lossy(&message.0).into_owned()),
            _ => None,
        })
        .map(|text| untraced(normal(text.split('\n').map(str::to_owned).collect(), port)))
        .collect();
    assert_eq!(stored, mailboxes, "{name}: mailboxes");
}

fn lines(value: &Value) -> Vec<String> {
    let lines = value.as_array().map_or(&[][..], Vec::as_slice);
    lines
        .iter()
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

fn script(next_hop: &Value) -> Script {
    ["greeting", "rcpt"]
        .into_iter()
        .filter_map(|stage| Some((stage, Answer::Reply(next_hop[stage].as_str()?.to_owned()))))
        .collect()
}

/// The mail that the recording's client sends.
fn letter(scenario: &Value) -> Letter {
    let mut letter = Letter {
        from: String::new(),
        to: Vec::new(),
        content: Vec::new(),
    };
    for step in scenario["steps"].as_array().unwrap() {
        let command = step["send"].as_str().unwrap_or_default();
        let address = command
            .split(['<', '>'])
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        if command.starts_with("MAIL") {
            letter.from = address;
        } else if command.starts_with("RCPT") {
            letter.to.push(address);
        }
        for line in lines(&step["message"]) {
            letter
                .content
                .extend_from_slice(format!("{line}\r\n").as_bytes());
        }
    }
    letter
}

/// Without the headers of where a client's message came from, and without the
/// numbers of queue ids.
fn untraced(lines: Vec<String>) -> Vec<String> {
    let queue_id = Regex::new(r"\{QID\d\}").unwrap();
    let mut inside = false;
    lines
        .into_iter()
        .filter(|line| {
            inside = line.starts_with("Received: from") || (inside && line.starts_with('\t'));
            !inside
        })
        .map(|line| queue_id.replace_all(&line, "{QID}").into_owned())
        .collect()
}

/// What changes from one run to the next becomes a placeholder, as in the recordings.
fn normal(lines: Vec<String>, port: u16) -> Vec<String> {
    let queue_id = Regex::new(r"\b[0-9A-F]{10}\b").unwrap();
    let patterns = [
        (r"[0-9A-F]{10}\.\d+/mail\.aula\.example", "{BOUNDARY}"),
        (r"<\d{14}\.[0-9A-F]{10}@", "<{MSGID}@"),
        (r"delay=[^,]+", "delay={DELAY}"),
        (r"delays=[^,]+", "delays={DELAYS}"),
        (r"(size|SIZE)=\d+", "$1={SIZE}"),
        (r"\w{3}, \d+ \w{3} \d{4} [\d:]{8} [+-]\d{4}", "{DATE}"),
    ]
    .map(|(pattern, placeholder)| (Regex::new(pattern).unwrap(), placeholder));
    let mut known: Vec<String> = Vec::new();
    lines
        .into_iter()
        .map(|line| {
            let mut line = line.replace(&format!(":{port}"), ":10099");
            for (pattern, placeholder) in &patterns {
                line = pattern.replace_all(&line, *placeholder).into_owned();
            }
            while let Some(found) = queue_id.find(&line) {
                let id = found.as_str().to_owned();
                let number = known.iter().position(|known| *known == id);
                let number = number.unwrap_or_else(|| {
                    known.push(id.clone());
                    known.len() - 1
                });
                line = line.replace(&id, &format!("{{QID{}}}", number + 1));
            }
            line
        })
        .collect()
}
