//! The promise that no packet ever leaves the machine: lessons play where there
//! is no network at all, and every socket that is bound or connected is a
//! loopback one.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[expect(dead_code, reason = "only a part of it is needed here")]
mod served;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::Mutex;
use std::thread;

use served::{Client, MAIN_CF, Server};
use smtp_lab::lesson::library;

/// Runs the program in a network namespace without interfaces; not even
/// loopback is up there.
fn without_network(arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new("unshare")
        .args(["--map-root-user", "--net", env!("CARGO_BIN_EXE_lab")])
        .args(arguments)
        .env("XDG_STATE_HOME", home.path())
        .output()
        .unwrap()
}

#[test]
fn every_lesson_plays_where_there_is_no_network() {
    let allowed = Command::new("unshare")
        .args(["--map-root-user", "--net", "true"])
        .output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        println!("skipped: `unshare --map-root-user --net` is not allowed here");
        return;
    }
    let lessons = Mutex::new(library::ids().into_iter());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(id) = { lessons.lock().unwrap().next() } {
                    let played = without_network(&["run", &id, "--auto", "--plain"]);
                    let talk = String::from_utf8_lossy(&played.stderr);
                    assert_eq!(played.status.code(), Some(0), "{id}: {talk}");
                }
            });
        }
    });
}

/// Both ends of every Internet socket that a process has open.
fn sockets(child: &Child) -> Vec<(IpAddr, IpAddr)> {
    let process = format!("/proc/{}", child.id());
    let own: BTreeSet<String> = fs::read_dir(format!("{process}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|target| {
            let target = target.to_str()?.strip_prefix("socket:[")?;
            Some(target.trim_end_matches(']').to_owned())
        })
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        // A kernel without IPv6 has no tables of it.
        let text = fs::read_to_string(format!("{process}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            if own.contains(columns[9]) {
                found.push((address(columns[1]), address(columns[2])));
            }
        }
    }
    found
}

/// An address as proc(5) writes it: words of 32 bits in the machine's order,
/// and a port.
fn address(text: &str) -> IpAddr {
    let (digits, _port) = text.split_once(':').unwrap();
    let bytes: Vec<u8> = digits
        .as_bytes()
        .chunks(8)
        .flat_map(|word| {
            let word = std::str::from_utf8(word).unwrap();
            u32::from_str_radix(word, 16).unwrap().to_ne_bytes()
        })
        .collect();
    match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(bytes) => Ipv4Addr::from(bytes).into(),
        Err(_) => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).unwrap()).into(),
    }
}

/// Asserts that a process has `count` Internet sockets, all of them on
/// loopback at both ends.
#[track_caller]
fn only_loopback(child: &Child, count: usize) {
    let found = sockets(child);
    assert_eq!(found.len(), count, "{found:?}");
    for (local, remote) in found {
        assert!(local.is_loopback(), "{local} is no loopback address");
        // What listens has no other end.
        let is_good = remote.is_loopback() || remote.is_unspecified();
        assert!(is_good, "{remote} is no loopback address");
    }
}

#[test]
fn what_lab_serve_binds_and_calls_is_loopback() {
    let next_hop = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = next_hop.local_addr().unwrap().port();
    let main_cf = format!("{MAIN_CF}relayhost = [127.0.0.1]:{port}\n");
    let server = Server::with(&main_cf);
    only_loopback(&server.child, 3);

    let mut client = Client::connect(server.address("smtp"));
    client.reply();
    only_loopback(&server.child, 4);

    for command in [
        "HELO pc.aula.example",
        "MAIL FROM:<alumno@aula.example>",
        "RCPT TO:<ana@remoto.example>",
        "DATA",
    ] {
        client.ask(command);
    }
    client.ask("Subject: fuera\r\n\r\nhola\r\n.");
    // The next hop is called, and never says a word.
    let _called = next_hop.accept().unwrap();
    only_loopback(&server.child, 5);
}

/// A lesson that waits for its student.
struct Lesson {
    child: Child,
    keyboard: ChildStdin,
    told: BufReader<ChildStdout>,
    _state: tempfile::TempDir,
}

impl Lesson {
    fn start(arguments: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
            .args(["run", "caso5", "--plain", "--lang", "en"])
            .args(["--step", "relay-abierto"])
            .args(arguments)
            .env("XDG_STATE_HOME", state.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            keyboard: child.stdin.take().unwrap(),
            told: BufReader::new(child.stdout.take().unwrap()),
            child,
            _state: state,
        }
    }

    fn say(&mut self, words: &str) {
        writeln!(self.keyboard, "{words}").unwrap();
    }

    /// Reads on until a line holds `text`, and gives that line.
    fn until(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.told.read_line(&mut line).unwrap(), 0, "no `{text}`");
            if line.contains(text) {
                return line;
            }
        }
    }
}

impl Drop for Lesson {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_lesson_has_no_socket_at_all() {
    let mut lesson = Lesson::start(&[]);
    lesson.say("3");
    lesson.say("");
    lesson.until("220 mail.aula.example ESMTP");
    only_loopback(&lesson.child, 0);
}

#[test]
fn a_lesson_that_listens_does_so_on_loopback() {
    let any = ["--listen", "--smtp", "127.0.0.1:0", "--submission"];
    let rest = ["[::1]:0", "--submissions", "127.0.0.2:0"];
    let has_ipv6 = TcpListener::bind("[::1]:0").is_ok();
    let rest = if has_ipv6 {
        rest
    } else {
        ["127.0.0.1:0", "--submissions", "127.0.0.2:0"]
    };
    let mut lesson = Lesson::start(&[&any[..], &rest].concat());
    lesson.say("3");
    lesson.say("outside spammer");
    let told = lesson.until("swaks --server ");
    only_loopback(&lesson.child, 3);
    let server = told.split_whitespace().nth(2).unwrap();
    let server: SocketAddr = server.parse().unwrap();
    let mut client = Client::connect(server);
    client.reply();
    only_loopback(&lesson.child, 4);
}
