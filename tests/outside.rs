//! A program outside the world calls a lesson's server: what it does is told
//! in the lesson, with the policy's reasons.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::TcpStream;
use std::process::{ChildStdout, Command, Stdio};

/// Reads on until a line holds `text`, and gives that line.
fn until(lines: &mut Lines<BufReader<ChildStdout>>, text: &str) -> String {
    lines
        .map(Result::unwrap)
        .find(|line| line.contains(text))
        .unwrap_or_else(|| panic!("`{text}` never came"))
}

#[test]
fn a_caller_from_outside_is_told_of_in_the_lesson() {
    let state = tempfile::tempdir().unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args([
            "run",
            "caso5",
            "--plain",
            "--step",
            "relay-abierto",
            "--listen",
        ])
        .args([
            "--smtp",
            "127.0.0.1:0",
            "--submission",
            "off",
            "--submissions",
            "off",
        ])
        .env("XDG_STATE_HOME", state.path())
        .env("LAB_LANG", "es")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut keyboard = lab.stdin.take().unwrap();
    let mut told = BufReader::new(lab.stdout.take().unwrap()).lines();

    keyboard.write_all(b"3\nfuera spammer\n").unwrap();
    let command = until(&mut told, "swaks --server ");
    let address = command.split_whitespace().nth(2).unwrap().to_owned();
    until(&mut told, "cuenta ahora como spammer");

    let mut call = TcpStream::connect(&address).unwrap();
    let mut heard = BufReader::new(call.try_clone().unwrap()).lines();
    let mut reply = || loop {
        let line = heard.next().unwrap().unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            break line;
        }
    };
    assert_eq!(reply(), "220 mail.aula.example ESMTP Postfix (Debian/GNU)");
    for (said, expected) in [
        ("EHLO fuera.example", "250 CHUNKING"),
        ("MAIL FROM:<a@fuera.example>", "250 2.1.0 Ok"),
        (
            "RCPT TO:<victima@remoto.example>",
            "454 4.7.1 <victima@remoto.example>: Relay access denied",
        ),
        ("QUIT", "221 2.0.0 Bye"),
    ] {
        call.write_all(format!("{said}\r\n").as_bytes()).unwrap();
        assert_eq!(reply(), expected);
    }

    until(&mut told, "=== spammer [203.0.113.66] -> mail.aula.example");
    until(&mut told, " -> RCPT TO:<victima@remoto.example>");
    until(
        &mut told,
        "<** 454 4.7.1 <victima@remoto.example>: Relay access denied",
    );
    until(&mut told, "defer_unauth_destination");

    // Whoever stays silent while the lesson's time passes is hung up on, too.
    let silent = TcpStream::connect(&address).unwrap();
    let mut heard = BufReader::new(silent).lines().map(Result::unwrap);
    assert!(heard.next().unwrap().starts_with("220 "));
    keyboard.write_all(b"espera 301\n").unwrap();
    assert_eq!(
        heard.collect::<Vec<_>>(),
        ["421 4.4.2 mail.aula.example Error: timeout exceeded"]
    );
    until(
        &mut told,
        ": timeout after CONNECT from unknown[203.0.113.66]",
    );

    keyboard.write_all(b"q\n").unwrap();
    assert_eq!(
        lab.wait().unwrap().code(),
        Some(1),
        "the goals were not reached"
    );
}

#[test]
fn only_this_machine_can_be_listened_on() {
    let refused = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args([
            "run",
            "caso5",
            "--plain",
            "--listen",
            "--smtp",
            "0.0.0.0:2525",
        ])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("0.0.0.0:2525"));
}
