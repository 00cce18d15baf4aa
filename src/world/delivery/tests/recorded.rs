//! The recordings of a real Postfix, whole: the log of all its daemons, what
//! the next hop heard, and the messages in the mailboxes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use regex::{Captures, Regex};
use serde_json::Value;
use tokio_rustls::rustls::ServerConfig;

use super::host::DIRECTORY;
use super::next_hop::{self, Answer, NextHop, Script, Seen, Skills};
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
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[
    (
        "p-protobad",
        "the protocols= of a TLS policy are not imitated",
    ),
    (
        "p-protocols",
        "the protocols= of a TLS policy are not imitated",
    ),
    (
        "s-delayonly",
        "bounce gives cleanup an empty report first, which is thrown away",
    ),
    (
        "s-never",
        "bounce gives cleanup an empty report first, which is thrown away",
    ),
];

#[test]
fn everything_happens_as_recorded() {
    let folder = scenario::directory().join("smtp");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() > 200, "the recordings are missing");
    check(paths.iter().map(|path| read(path)));
}

#[test]
fn destinations_are_found_and_answers_judged_as_recorded() {
    check(group("destinations"));
}

#[test]
fn next_hops_that_fail_are_dealt_with_as_recorded() {
    check(group("faults"));
}

#[test]
fn tls_and_accounts_are_dealt_with_as_recorded() {
    check(group("tls"));
}

#[test]
fn postmasters_are_told_as_recorded() {
    check(group("notices"));
}

#[test]
fn aliases_and_mailboxes_are_dealt_with_as_recorded() {
    check(group("mailboxes"));
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Further recordings, of what becomes of mail.
fn group(name: &str) -> impl Iterator<Item = Value> {
    let folder = scenario::directory().with_file_name("delivery");
    let recordings: Vec<Value> =
        serde_json::from_value(read(&folder.join(format!("{name}.json")))).unwrap();
    assert!(recordings.len() > 30, "the recordings are missing");
    recordings.into_iter()
}

fn check(recordings: impl Iterator<Item = Value>) {
    let only = std::env::var("SCENARIO").ok();
    let mut report = String::new();
    let mut failed = 0;
    for recording in recordings {
        let id = recording["id"].as_str().unwrap();
        if only.as_deref().is_some_and(|only| only != id) {
            continue;
        }
        let differences = differences(&recording);
        let known = KNOWN_DIFFERENCES.iter().find(|(known, _)| *known == id);
        if known.is_some() != differences.is_empty() {
            continue;
        }
        failed += 1;
        if let Some((_, why)) = known {
            let _ = writeln!(report, "{id}: the same at last; no longer: {why}");
        }
        let _ = writeln!(report, "{id}: {}", recording["title"]);
        for difference in differences {
            let _ = writeln!(report, "    {difference}");
        }
    }
    assert!(failed == 0, "{failed} recordings differ:\n{report}");
}

/// What differs between a recording and its repetition.
fn differences(recording: &Value) -> Vec<String> {
    let scenario: Scenario = serde_json::from_value(recording.clone()).unwrap();
    let sessions = recording["next_hop_sessions"].as_array();
    let sessions = sessions.map_or(&[][..], Vec::as_slice);
    let authority = Authority::new(Moment::LESSON_START).unwrap();
    let seen = Rc::default();
    let first = next_hop(&recording["next_hop"], &authority, &seen);
    let mut next_hops: BTreeMap<SocketAddr, NextHop> = PORTS
        .iter()
        .map(|port| ((Ipv4Addr::LOCALHOST, *port).into(), first.clone()))
        .collect();
    for (address, behaviour) in recording["next_hops"].as_object().into_iter().flatten() {
        let next_hop = next_hop(behaviour, &authority, &seen).labelled(format!("(at {address})"));
        next_hops.insert(SocketAddr::new(address.parse().unwrap(), 25), next_hop);
    }
    let until = recording["until"].as_str();
    let events = repeat(&scenario, next_hops, &authority.root(), until);
    let seen = seen.take();

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
            .filter(|line| *line == "C: (message)")
            .count();
        got.extend(dialogue);
        for message in taken.by_ref().take(count) {
            got.push("-- message".to_owned());
            got.extend(message.text.lines().map(str::to_owned));
        }
    }
    let mailboxes = recording["mailboxes"].as_array();
    let mut boxes: Vec<Vec<String>> = mailboxes
        .into_iter()
        .flatten()
        .map(|mailbox| {
            let name = format!("-- mailbox {}", mailbox["mailbox"].as_str().unwrap());
            [vec![name], lines(&mailbox["lines"])].concat()
        })
        .collect();
    boxes.sort_by(|one, other| one[0].cmp(&other[0]));
    want.extend(boxes.into_iter().flatten());
    // The recorder looked into the users' Maildirs.
    let has_maildirs = scenario
        .main_cf
        .get("home_mailbox")
        .is_none_or(|kind| kind.as_str().is_some_and(|kind| kind.ends_with('/')))
        && !scenario.main_cf.contains_key("mailbox_command");
    let is_recorded = |mailbox: &str| has_maildirs && !mailbox.starts_with('/');
    let mut stored: Vec<(&String, String)> = events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Stored {
                mailbox, message, ..
            } if is_recorded(mailbox) => {
                Some((mailbox, String::from_utf8_lossy(&message.0).into_owned()))
            }
            _ => None,
        })
        .collect();
    stored.sort_by_key(|(mailbox, _)| *mailbox);
    for (mailbox, message) in stored {
        got.push(format!("-- mailbox {mailbox}"));
        got.extend(message.split('\n').map(str::to_owned));
    }
    let want = numbered(want, &NUMBERED);
    let got = got.iter().map(|line| normal(line)).collect();
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

/// Plays the client's part, and lets the host's daemons do the rest, if need be
/// until one of them has logged these words.
fn repeat(
    scenario: &Scenario,
    next_hops: BTreeMap<SocketAddr, NextHop>,
    root: &str,
    until: Option<&str>,
) -> Vec<Arc<Event>> {
    let folder = tempfile::tempdir().unwrap();
    furnish(scenario, root, folder.path());
    let mut town = Town::of(folder.path());
    town.internet = town.internet.with_switchboard(move |address| {
        let next_hop = next_hops.get(&address).map(NextHop::answer);
        next_hop.ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    });
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
    town::live(async {
        delivery::run(&town.internet).await;
        while until.is_some_and(|words| !town.has_logged(words)) {
            town.wait(Duration::from_secs(1)).await;
        }
    });
    town.events()
}

/// Writes the scenario's files as `lab serve` reads them. The recorder led all
/// mail for elsewhere to its next hop.
fn furnish(scenario: &Scenario, root: &str, folder: &Path) {
    let (mut main_cf, master_cf) = scenario.configuration(DIRECTORY);
    if main_cf.contains("\nrelayhost = \n") {
        for (parameter, agent) in [("default_transport", "smtp"), ("relay_transport", "relay")] {
            if !main_cf.contains(&format!("\n{parameter} = ")) {
                let _ = writeln!(main_cf, "{parameter} = {agent}:[127.0.0.1]:10099");
            }
        }
    }
    let here = folder.to_str().unwrap();
    let text = |text: &str| text.replace(DIRECTORY, here).replace("{DIR}", here);
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
    if scenario.dns != "off" {
        write("zone", &zone(scenario));
    }
    std::fs::create_dir(folder.join("tables")).unwrap();
    std::fs::create_dir(folder.join("tls")).unwrap();
    write("tls/ca.pem", root);
    for (name, rows) in baseline.tables.iter().chain(&scenario.tables) {
        write(&format!("tables/{name}"), &(rows.join("\n") + "\n"));
    }
}

/// The DNS of a recording as a master file.
fn zone(scenario: &Scenario) -> String {
    let dns = &scenario::baseline().dns;
    let mut records: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    if let Some(more) = scenario.dns.get("records") {
        records = serde_json::from_value(more.clone()).unwrap();
    }
    let mut zone = String::from("$ORIGIN .\n");
    // What a scenario says of a name counts instead of what there is for all.
    let common = dns.records.iter();
    let common = common.filter(|(name, _)| !records.contains_key(*name));
    for (name, records) in common.chain(&records) {
        for (kind, values) in records {
            for value in values {
                let value = match kind.as_str() {
                    "TXT" => format!("\"{value}\""),
                    "MX" | "CNAME" => format!("{}.", value.trim_end_matches('.')),
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

/// A next hop of the recorder: replies in place of its usual ones, and what it offers.
fn next_hop(behaviour: &Value, authority: &Authority, seen: &Rc<RefCell<Seen>>) -> NextHop {
    let mut skills = Skills {
        is_lenient: true,
        ..Skills::default()
    };
    if behaviour["starttls"] == true {
        skills.tls = Some(certified(authority, behaviour["cert"].as_str()));
        skills.garbles_tls = behaviour["garble"] == true;
    }
    if let Some(size) = behaviour["size"].as_u64() {
        skills.size = size;
    }
    if behaviour["auth"] == true {
        skills.mechanisms = "PLAIN LOGIN";
    }
    let script: Script = behaviour
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(stage, replies)| {
            let stage = stage.strip_suffix("_reply").unwrap_or(stage);
            let stage = if stage == "end" { "message" } else { stage };
            let replies = match replies {
                Value::String(reply) => vec![Answer::of(reply)],
                Value::Array(_) => lines(replies)
                    .iter()
                    .map(|reply| Answer::of(reply))
                    .collect(),
                _ => return None,
            };
            Some((stage.to_owned(), replies))
        })
        .collect();
    let script = Rc::new(RefCell::new(script));
    NextHop::new(skills, seen, move |_| Rc::clone(&script))
}

/// A certificate of the kind that a recording names; by default one that signs itself.
fn certified(authority: &Authority, kind: Option<&str>) -> Arc<ServerConfig> {
    let names = |name: &str| [name.to_owned()];
    let host = names("smtp.proveedor.example");
    let other = Authority::named("Otra CA", Moment::LESSON_START).unwrap();
    let (pair, chain) = match kind {
        Some("good") => (authority.issue(&host, false), authority.intermediate()),
        Some("wrong") => (
            authority.issue(&names("otro.example"), false),
            authority.intermediate(),
        ),
        Some("wild") => (
            authority.issue(&names("*.proveedor.example"), false),
            authority.intermediate(),
        ),
        Some("domain") => (
            authority.issue(&names("proveedor.example"), false),
            authority.intermediate(),
        ),
        Some("expired") => (authority.issue(&host, true), authority.intermediate()),
        Some("unknown") => (other.issue(&host, false), other.intermediate()),
        _ => (authority.snakeoil(&host, false), String::new()),
    };
    let pair = pair.unwrap();
    next_hop::tls(&format!("{}{chain}", pair.leaf), &pair.key)
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
fn normal(line: &str) -> String {
    // The repetition's next hop has a key of another kind.
    let mut line = line
        .replace("ECDSA (prime256v1)", "RSA-PSS (2048 bits)")
        .replace("ECDHE-ECDSA-", "ECDHE-RSA-");
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
        (r"message size \d+", "message size {SIZE}"),
        (
            r"[A-Z][a-z]{2}, [ \d]?\d [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}( \([A-Z]+\))?",
            "{DATE}",
        ),
        (r"/\S*/\.tmp\w{6}", "{DIR}"),
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

/// Where the recorder's next hop listens.
const PORTS: [u16; 3] = [25, 587, 10099];
