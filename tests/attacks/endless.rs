//! Clients who never come to the end of a line or of a message. What is kept of
//! them is bounded: `line_length_limit` (2048), `message_size_limit`
//! (10240000; less here).

use std::io::Write;

use crate::served::{Client, MAIN_CF, Server};

/// More than any buffer on the way holds.
const FLOOD: usize = 6 * 1024 * 1024;

/// Sends `unit` again and again; a server that has hung up ends it early.
fn flood(client: &mut Client, unit: &[u8]) {
    let chunk = unit.repeat(64 * 1024 / unit.len());
    for _ in 0..FLOOD / chunk.len() {
        if client.0.get_mut().write_all(&chunk).is_err() {
            return;
        }
    }
}

/// Most memory that the process has had at once, in bytes. Only Linux says.
fn peak(server: &Server) -> Option<usize> {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Asserts that the server has not kept what it was flooded with.
#[track_caller]
fn kept_little(server: &Server, before: Option<usize>) {
    if let (Some(before), Some(after)) = (before, peak(server)) {
        assert!(after < before + FLOOD / 2, "{before} became {after}");
    }
}

#[test]
fn a_command_without_end_is_cut_off() {
    let server = Server::start();
    let before = peak(&server);
    let mut client = Client::connect(server.address("smtp"));
    client.reply();
    client.send("NOOP ");
    flood(&mut client, b"a");
    assert_eq!(client.ask(""), "250 2.0.0 Ok");
    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    kept_little(&server, before);
    let log = server.stop();
    assert!(
        log.contains(
            "warning: localhost[127.0.0.1]: request longer than 2048: NOOP aaaaaaaaaaaaaaaaaaaaaaaaa..."
        ),
        "{log}"
    );
}

#[test]
fn a_message_without_end_is_thrown_away() {
    for unit in [&b"a"[..], b"X-Header: aaaaaaaaaaaaaaaaaaa\r\n"] {
        let server = Server::with(&format!("{MAIN_CF}message_size_limit = 102400\n"));
        let before = peak(&server);
        let mut client = Client::connect(server.address("smtp"));
        client.reply();
        for command in ["HELO pc", "MAIL FROM:<>", "RCPT TO:<alumno@aula.example>"] {
            client.ask(command);
        }
        client.ask("DATA");
        flood(&mut client, unit);
        assert_eq!(client.ask("\r\n."), "552 5.3.4 Error: message file too big");
        assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
        kept_little(&server, before);
        let log = server.stop();
        assert!(!log.contains("status=sent"), "{log}");
    }
}
