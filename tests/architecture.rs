//! Keeps the import rules that `src/lib.rs` draws: which room may know which,
//! and which room alone may touch which outside crate.

#![expect(
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot read the sources has failed, and they are sliced at what was found in them"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may know. A room that is not here is a fault.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("sasl", &[]),
    ("smtp", &["sasl", "clock"]),
    ("postfix", &["smtp", "sasl", "clock"]),
    ("text", &["postfix", "journal", "clock"]),
    ("journal", &["clock", "postfix", "text"]),
    ("lesson", &["clock", "journal", "postfix", "smtp", "text"]),
    (
        "world",
        &["clock", "journal", "lesson", "postfix", "sasl", "smtp"],
    ),
    (
        "app",
        &[
            "clock", "journal", "lesson", "postfix", "sasl", "smtp", "text",
        ],
    ),
    ("notes", &["clock", "lesson"]),
    (
        "tui",
        &[
            "app", "clock", "journal", "lesson", "notes", "postfix", "smtp", "text", "world",
        ],
    ),
    (
        "plain",
        &[
            "app", "clock", "journal", "lesson", "notes", "postfix", "smtp", "text", "world",
        ],
    ),
    (
        "cli",
        &[
            "app", "clock", "journal", "lesson", "notes", "plain", "postfix", "sasl", "smtp",
            "text", "tui", "world",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Outside names, and the only rooms that may use them.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("tokio", &["notes", "plain", "tui", "world"]),
    ("tokio_rustls", &["world"]),
    ("rustls", &["world"]),
    ("rcgen", &["world"]),
    ("x509_parser", &["world"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("terminal_colorsaurus", &["tui"]),
    ("tui_input", &["tui"]),
    ("signal_hook", &["tui"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli", "main"]),
    ("fastrand", &["clock"]),
    ("std::fs", &["cli", "lesson", "notes", "world"]),
    // Where sockets come from is ruled below.
    ("std::net::TcpStream", &["world"]),
    ("std::net::TcpListener", &["cli"]),
    ("std::net::UdpSocket", &[]),
    ("std::thread", &["world", "plain", "tui"]),
    ("SystemTime", &[]),
    ("Instant", &["tui"]),
];

/// A source file of the library, without its comments and its inline tests.
struct Source {
    path: PathBuf,
    room: String,
    code: String,
}

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let faults: Vec<_> = sources().iter().flat_map(unknown_rooms).collect();
    assert!(
        faults.is_empty(),
        "forbidden imports:\n{}",
        faults.join("\n")
    );
}

#[test]
fn outside_crates_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for source in sources() {
        for (name, rooms) in ONLY_IN {
            if !rooms.contains(&source.room.as_str()) && uses(&source.code, name) {
                faults.push(format!(
                    "{}: `{name}` is for {rooms:?} only",
                    source.path.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What makes a socket of the Internet or asks a real DNS, and the files that
/// may: each of them refuses what is not loopback.
const SOCKETS: [&str; 7] = [
    "TcpListener::bind",
    "TcpStream::connect",
    "TcpStream::connect_timeout",
    "TcpSocket",
    "UdpSocket",
    "ToSocketAddrs",
    "lookup_host",
];
const MAY_MAKE_SOCKETS: [&str; 3] = [
    "cli/doctor.rs",
    "world/outside.rs",
    "world/serve/loopback.rs",
];

#[test]
fn sockets_are_made_where_it_is_seen_that_they_are_loopback() {
    let makers: BTreeSet<String> = sources()
        .iter()
        .filter(|source| SOCKETS.iter().any(|name| source.code.contains(name)))
        .map(|source| source.path.to_string_lossy().replace('\\', "/"))
        .collect();
    assert_eq!(makers, MAY_MAKE_SOCKETS.map(str::to_owned).into());
}

#[test]
fn the_rules_speak_of_rooms_that_exist_and_can_fail() {
    let rooms: BTreeSet<_> = sources().into_iter().map(|source| source.room).collect();
    let ruled: BTreeSet<_> = MAY_KNOW
        .iter()
        .map(|(room, _)| (*room).to_owned())
        .collect();
    assert_eq!(
        rooms, ruled,
        "every room has its rule and every rule its room"
    );

    let bad = Source {
        path: "x.rs".into(),
        room: "app".to_owned(),
        code: "use crate::{text::Language, world::{World, pki}};\nfn f() { crate::tui::run() }"
            .to_owned(),
    };
    assert_eq!(
        unknown_rooms(&bad),
        [
            "x.rs: `app` may not know `tui`",
            "x.rs: `app` may not know `world`"
        ]
    );
    assert!(uses("let x = tokio::spawn(y);", "tokio"));
    assert!(!uses("use tokio_rustls::rustls;", "tokio"));
    assert_eq!(
        strip("a // b\n/* c */ d \"//e\"\n#[cfg(test)]\nmod tests { x }"),
        "a \n d \"//e\"\n"
    );
}

fn unknown_rooms(source: &Source) -> Vec<String> {
    let allowed = MAY_KNOW
        .iter()
        .find(|(room, _)| *room == source.room)
        .map_or(&[][..], |(_, rooms)| rooms);
    imports(&source.code)
        .into_iter()
        .filter(|name| *name != source.room && !allowed.contains(&name.as_str()))
        .filter(|name| MAY_KNOW.iter().any(|(room, _)| room == name))
        .map(|name| {
            format!(
                "{}: `{}` may not know `{name}`",
                source.path.display(),
                source.room
            )
        })
        .collect()
}

/// The first names after every `crate::`, also those in braces.
fn imports(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut name) = (0, String::new());
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        names.insert(std::mem::take(&mut name));
                    }
                    _ if depth == 0 => name.push(letter),
                    _ => {}
                }
            }
            names.insert(name);
        } else {
            names.insert(rest.to_owned());
        }
    }
    names
        .into_iter()
        .map(|path| {
            path.trim()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

/// Whether `code` names `name` as a whole word of a path.
fn uses(code: &str, name: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        !before.is_some_and(word)
            && !after.starts_with(word)
            && (after.starts_with("::")
                || code[..at].ends_with("use ")
                || name.contains("::")
                || name.chars().next().is_some_and(char::is_uppercase))
    })
}

fn sources() -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.file_name().is_some_and(is_for_tests) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.file_stem().is_some_and(is_for_tests)
            {
                let inside = path.strip_prefix(&top).unwrap();
                let first = inside
                    .components()
                    .next()
                    .unwrap()
                    .as_os_str()
                    .to_string_lossy();
                let owner = first.trim_end_matches(".rs").to_owned();
                let code = strip(&fs::read_to_string(&path).unwrap());
                found.push(Source {
                    path: inside.to_owned(),
                    room: owner,
                    code,
                });
            }
        }
    }
    found
}

/// Whether a file (or folder) of this name holds only tests.
fn is_for_tests(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "tests" || name == "testing" || name.ends_with("_tests")
}

/// The code without comments and without the inline tests at the file's end.
fn strip(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let mut code = String::new();
    let mut rest = text;
    let mut quoted = false;
    while let Some(letter) = rest.chars().next() {
        if !quoted && rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if !quoted && rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else if rest.starts_with("\\\"") || rest.starts_with("'\"'") {
            let step = if letter == '\\' { 2 } else { 3 };
            code.push_str(&rest[..step]);
            rest = &rest[step..];
        } else {
            quoted ^= letter == '"';
            code.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    code
}
