//! The recordings of a real Postfix, whole: the log of all its daemons, what
//! the next hop heard, and the messages in the mailboxes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use regex::{Captures, Regex};
use serde_json::Value;

use super::host::DIRECTORY;
use super::next_hop::{self, Answer, NextHop, Script, Skills};
use super::player::Player;
use super::scenario::{self, Scenario};
use super::town::{self, Town};
use crate::clock::Moment;
use crate::journal::Event;
use crate::journal::event::{Endpoint, Kind};
use crate::world::delivery;
use crate::world::pki::Authority;
use crate::world::server;
use crate::world::witness::Witness;
use crate::world::zone::reverse_name;

/// Recordings that are not repeated to the letter, each with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[];

#[test]
fn everything_happens_as_recorded() {
    let only = std::env::var("SCENARIO").ok();
    let mut report = String::new();
    let mut failed = 0;
    for scenario in scenario::all() {
        if only.as_deref().is_some_and(|only| only != scenario.id) {
            continue;
        }
        let differences = differences(&scenario);
        let known = KNOWN_DIFFERENCES.iter().find(|(id, _)| *id == scenario.id);
        if known.is_some() != differences.is_empty() {
            continue;
        }
        failed += 1;
        let _ = writeln!(report, "{}: {}", scenario.id, scenario.title);
        for difference in differences {
            let _ = writeln!(report, "    {difference}");
        }
    }
    assert!(failed == 0, "{failed} recordings differ:\n{report}");
}

/// What differs between a recording and its repetition.
fn differences(scenario: &Scenario) -> Vec<String> {
    let path = scenario::directory().join(format!("smtp/{}.json", scenario.id));
    let recording: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let sessions = recording["next_hop_sessions"].as_array();
    let sessions = sessions.map_or(&[][..], Vec::as_slice);
    let next_hop = next_hop(&recording["next_hop"]);
    let events = repeat(scenario, &next_hop);
    let calls = events.iter().filter(|event| {
        matches!(&event.kind, Kind::Connected { to, .. } if to.port == next_hop.address.port())
    });
    let seen = next_hop.seen(calls.count());

    let mut want = scenario.log.clone();
    let said = events.iter().filter_map(|event| match &event.kind {
        Kind::Log { program, text, .. } => Some(format!("{program}: {text}")),
        _ => None,
    });
    let mut got = by_daemon(said.collect(), &want);
    for (number, session) in sessions.iter().enumerate() {
        want.push(format!("-- next hop, session {number}"));
        want.extend(lines(&session["dialogue"]));
        for message in session["messages"].as_array().into_iter().flatten() {
            want.push("-- message".to_owned());
            want.extend(lines(message));
        }
    }
    let mut taken = seen.taken.into_iter();
    for (number, dialogue) in seen.dialogues.into_iter().enumerate() {
        got.push(format!("-- next hop, session {number}"));
        let count = dialogue
            .iter()
            .filter(|line| line.contains("queued as SINK"))
            .count();
        got.extend(dialogue);
        for (_, message) in taken.by_ref().take(count) {
            got.push("-- message".to_owned());
            got.extend(message.lines().map(str::to_owned));
        }
    }
    let mailboxes = recording["mailboxes"].as_array();
    for mailbox in mailboxes.into_iter().flatten() {
        want.push(format!(
            "-- mailbox {}",
            mailbox["mailbox"].as_str().unwrap()
        ));
        want.extend(lines(&mailbox["lines"]));
    }
    let mut stored: Vec<(&String, String)> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Stored {
                mailbox, message, ..
            } => Some((mailbox, String::from_utf8_lossy(&message.0).into_owned())),
            _ => None,
        })
        .collect();
    stored.sort_by_key(|(mailbox, _)| *mailbox);
    for (mailbox, message) in stored {
        got.push(format!("-- mailbox {mailbox}"));
        got.extend(message.split('\n').map(str::to_owned));
    }
    let want = numbered(want, &NUMBERED);
    let port = next_hop.address.port();
    let got = got.iter().map(|line| normal(line, port)).collect();
    let got = numbered(got, &QUEUE_ID);
    compared(&shuffled(want), &shuffled(got))
}

/// The lines of the log in an order that is no longer chance: which of its
/// processes writes first is, for all daemons but `smtpd`.
fn shuffled(lines: Vec<String>) -> Vec<String> {
    let key = |line: &String| {
        let daemon = line.split(':').next().filter(|name| name.contains('/'))?;
        (!daemon.ends_with("/smtpd")).then(|| (daemon.to_owned(), line.clone()))
    };
    let (mut chance, mut order): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| key(line).is_some());
    chance.sort_by_key(key);
    order.extend(chance);
    order
}

/// Lines that only one side has, or where the order begins to differ.
fn compared(want: &[String], got: &[String]) -> Vec<String> {
    let lacks = |side: &[String], line: &String| !side.contains(line);
    let missing = want.iter().filter(|line| lacks(got, line));
    let added = got.iter().filter(|line| lacks(want, line));
    let mut differences: Vec<String> = missing
        .map(|line| format!("- {line}"))
        .chain(added.map(|line| format!("+ {line}")))
        .collect();
    if differences.is_empty() && want != got {
        let first = want.iter().zip(got).find(|(want, got)| want != got);
        differences.push(match first {
            Some((want, got)) => format!("order or number: {want}\n    instead: {got}"),
            None => format!("{} lines, not {}", got.len(), want.len()),
        });
    }
    differences
}

/// Plays the client's part, and lets the host's daemons do the rest.
fn repeat(scenario: &Scenario, next_hop: &NextHop) -> Vec<Arc<Event>> {
    let folder = tempfile::tempdir().unwrap();
    furnish(scenario, next_hop, folder.path());
    let town = Town::of(folder.path());
    let played = Player::play(scenario);
    let from = Endpoint {
        host: scenario.client.addr.clone(),
        address: scenario.client.addr.parse().unwrap(),
        port: 40000,
    };
    let to = Endpoint {
        host: town.host().name.clone(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 25,
    };
    let settings = town.host().settings();
    let pen = town
        .internet
        .note_outsider(from, to, settings.configuration.main());
    let mut witness = Witness::new(pen, Rc::clone(town.host()));
    server::observe(played.outputs, &mut witness);
    town::live(delivery::run(&town.internet));
    town.events()
}

/// Writes the scenario's files as `lab serve` reads them. The recorder led all
/// mail for elsewhere to its next hop.
fn furnish(scenario: &Scenario, next_hop: &NextHop, folder: &Path) {
    let port = next_hop.address.port();
    let (mut main_cf, master_cf) = scenario.configuration(DIRECTORY);
    if main_cf.contains("\nrelayhost = \n") {
        for (parameter, agent) in [("default_transport", "smtp"), ("relay_transport", "relay")] {
            let _ = writeln!(main_cf, "{parameter} = {agent}:[127.0.0.1]:{port}");
        }
    }
    let here = folder.to_str().unwrap();
    let text = |text: &str| {
        text.replace(DIRECTORY, here)
            .replace("{DIR}", here)
            .replace(PROVIDER, &PROVIDER.replace("587", &port.to_string()))
    };
    let baseline = scenario::baseline();
    let mut users = String::new();
    for user in scenario.users.as_ref().unwrap_or(&baseline.users) {
        let _ = writeln!(users, "{}:{{PLAIN}}{}", user.user, user.password);
    }
    for user in &baseline.local_users {
        if !users.contains(&format!("{user}:")) {
            let _ = writeln!(users, "{user}::");
        }
    }
    let write = |name: &str, content: &str| {
        std::fs::write(folder.join(name), text(content)).unwrap();
    };
    write("main.cf", &main_cf);
    write("master.cf", &master_cf);
    write("users", &users);
    if scenario.dns.as_deref() != Some("off") {
        write("zone", &zone());
    }
    std::fs::create_dir(folder.join("tables")).unwrap();
    for (name, rows) in baseline.tables.iter().chain(&scenario.tables) {
        write(&format!("tables/{name}"), &(rows.join("\n") + "\n"));
    }
}

/// The DNS of the recordings as a master file.
fn zone() -> String {
    let dns = &scenario::baseline().dns;
    let mut zone = String::from("$ORIGIN .\n");
    for (name, records) in &dns.records {
        for (kind, values) in records {
            for value in values {
                let value = match kind.as_str() {
                    "TXT" => format!("\"{value}\""),
                    "MX" => format!("{}.", value.trim_end_matches('.')),
                    _ => value.clone(),
                };
                let _ = writeln!(zone, "{name}. {kind} {value}");
            }
        }
    }
    for (address, name) in &dns.hosts {
        let address: IpAddr = address.parse().unwrap();
        let kind = if address.is_ipv4() { "A" } else { "AAAA" };
        let _ = writeln!(zone, "{}. PTR {name}.", reverse_name(address));
        if !dns.unconfirmed.contains(name) {
            let _ = writeln!(zone, "{name}. {kind} {address}");
        }
    }
    zone
}

/// The recorder's next hop: replies in place of its usual ones, and what it offers.
fn next_hop(behaviour: &Value) -> NextHop {
    let mut skills = Skills::default();
    if behaviour["starttls"] == true {
        let authority = Authority::new(Moment::LESSON_START).unwrap();
        let pair = authority.snakeoil(&["mx.siguiente.example".to_owned()], false);
        let pair = pair.unwrap();
        skills.tls = Some(next_hop::tls(&pair.leaf, &pair.key));
    }
    if behaviour["auth"] == true {
        skills.mechanisms = "PLAIN LOGIN";
    }
    let script: Script = behaviour
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(stage, reply)| {
            let stage = stage.strip_suffix("_reply").unwrap_or(stage);
            Some((stage.to_owned(), Answer::Reply(reply.as_str()?.to_owned())))
        })
        .collect();
    NextHop::start(skills, move |_| script.clone())
}

fn lines(value: &Value) -> Vec<String> {
    let lines = value.as_array().map_or(&[][..], Vec::as_slice);
    lines
        .iter()
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

/// Puts the lines of each daemon together, in the order in which `model` has the daemons.
fn by_daemon(mut lines: Vec<String>, model: &[String]) -> Vec<String> {
    let daemon = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    for line in model {
        let next = order.len();
        order.entry(daemon(line)).or_insert(next);
    }
    lines.sort_by_key(|line| order.get(&daemon(line)).copied().unwrap_or(usize::MAX));
    lines
}

/// What changes from one run to the next becomes a placeholder, as in the recordings.
fn normal(line: &str, port: u16) -> String {
    let provider = format!("[127.0.0.1]:{port}");
    let mut line = if line.contains("smtp.proveedor.example") {
        line.replace(&provider, "[127.0.0.1]:587")
    } else {
        line.replace(&provider, "[127.0.0.1]:10099")
    };
    // The repetition's next hop has a key of another kind.
    line = line.replace("ECDSA (prime256v1)", "RSA-PSS (2048 bits)");
    for (pattern, placeholder) in CHANGING.iter() {
        line = pattern.replace_all(&line, *placeholder).into_owned();
    }
    line.replace(DIRECTORY, "{DIR}")
}

/// What changes from one run to the next.
static CHANGING: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r"[0-9A-F]{10}\.\d+/mail\.aula\.example", "{BOUNDARY}"),
        (r"<\d{14}\.[0-9A-F]{10}@", "<{MSGID}@"),
        (r"delay=[^,]+", "delay={DELAY}"),
        (r"delays=[^,]+", "delays={DELAYS}"),
        (r"(size|SIZE)=\d+", "$1={SIZE}"),
        (
            r"[A-Z][a-z]{2}, [ \d]?\d [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}( \([A-Z]+\))?",
            "{DATE}",
        ),
        (
            r"process /\S+/smtpd pid \d+ exit",
            "process {LIBEXEC}/smtpd pid {PID} exit",
        ),
        (r"warning: /\S+/smtpd: bad", "warning: {LIBEXEC}/smtpd: bad"),
        (
            r"not enough free space in mail queue: \d+ bytes",
            "not enough free space in mail queue: {BYTES} bytes",
        ),
        (r"for service (smtp|submissions?)", "for service {SERVICE}"),
    ];
    let compiled =
        patterns.map(|(pattern, placeholder)| (Regex::new(pattern).unwrap(), placeholder));
    Vec::from(compiled)
});

/// A queue id of this run, and one of the recordings.
static QUEUE_ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9A-F]{10}\b").unwrap());
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{QID\d+\}").unwrap());

/// Numbers queue ids by their first appearance.
fn numbered(lines: Vec<String>, queue_id: &Regex) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    lines
        .into_iter()
        .map(|line| {
            let number = |found: &Captures<'_>| {
                let id = found[0].to_owned();
                let number = known.iter().position(|known| *known == id);
                let number = number.unwrap_or_else(|| {
                    known.push(id);
                    known.len() - 1
                });
                format!("{{QID{}}}", number + 1)
            };
            queue_id.replace_all(&line, number).into_owned()
        })
        .collect()
}

/// The relay host of the recordings that have one.
const PROVIDER: &str = "[smtp.proveedor.example]:587";
