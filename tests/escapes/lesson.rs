//! A lesson: its file, a caller from outside, and what the student types, into
//! the transcript, the events and the reports of faults.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use super::corpus::{MARK, assert_harmless, assert_shown, bytes, text};
use super::folder::say;

/// A lesson whose server takes mail and passwords from anybody.
pub(super) fn lesson() -> String {
    let lesson = smtp_lab::lesson::template::template(smtp_lab::text::Language::En);
    let more =
        "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n";
    lesson.replacen(
        "compatibility_level = 3.6\n",
        &format!("compatibility_level = 3.6\n{more}"),
        1,
    )
}

fn lab(home: &tempfile::TempDir, arguments: &[&str]) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.args(arguments).args(["--lang", "en"]);
    for folder in [
        "HOME",
        "XDG_STATE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        lab.env(folder, home.path());
    }
    lab
}

#[track_caller]
fn assert_output_harmless(what: &str, output: &Output) {
    assert_harmless(&format!("{what}, stdout"), &output.stdout);
    assert_harmless(&format!("{what}, stderr"), &output.stderr);
}

/// What a caller from outside says, call after call.
pub(super) fn calls() -> Vec<Vec<Vec<u8>>> {
    use base64::Engine as _;
    let (hostile, text) = (bytes(), text());
    let standard = base64::engine::general_purpose::STANDARD;
    let plain = standard.encode([b"\0", &hostile[..], b"\0", &hostile[..]].concat());
    let line = |begin: &str, end: &str| [begin.as_bytes(), &hostile, end.as_bytes()].concat();
    vec![
        vec![line("EHLO ", ""), line("RCPT TO:<", ">"), line("", "")],
        vec![
            b"EHLO x".to_vec(),
            format!("AUTH PLAIN {plain}").into_bytes(),
        ],
        vec![
            line("MAIL FROM:<", "@x.example>"),
            format!("MAIL FROM:<{text}@x.example>").into_bytes(),
            line("MAIL FROM:<> X=", ""),
        ],
        vec![
            b"HELO x".to_vec(),
            format!("MAIL FROM:<\"{text}\"@aula.example>").into_bytes(),
            b"RCPT TO:<alumno@aula.example>".to_vec(),
            format!("RCPT TO:<alumno+{text}@aula.example>").into_bytes(),
            b"DATA".to_vec(),
            line("Subject: ", ""),
            line("From: ", ""),
            line("Message-ID: <", ">"),
            Vec::new(),
            hostile.clone(),
            b".".to_vec(),
        ],
    ]
}

/// What the student types then.
fn typed() -> Vec<String> {
    let text = text();
    vec![
        text.clone(),
        "journey".to_owned(),
        "mailbox alumno".to_owned(),
        "mailbox".to_owned(),
        "wire".to_owned(),
        "explain".to_owned(),
        "copy".to_owned(),
        "compare".to_owned(),
        "queue".to_owned(),
        format!("dig {text}"),
        format!("dig {text} MX"),
        format!("explain {text}"),
        format!("glossary {text}"),
        format!("base64 {text}"),
        format!("step {text}"),
        format!("outside {text}"),
        format!("mailbox {text}"),
        format!("queue {text}"),
        format!("flush {text}"),
        format!("delete {text}"),
        format!("attacker {text}"),
        format!("copy {text}"),
        format!("client {text} {text}"),
        format!("client spammer {text}"),
        format!("set {text} = {text}"),
        format!("set smtpd_banner = {text}"),
        format!("set mynetworks = {text}"),
        format!("set {text}: mynetworks = x"),
        "config".to_owned(),
        "forreal".to_owned(),
        "rerun".to_owned(),
        "unset mynetworks".to_owned(),
        "set smtpd_relay_restrictions = ".to_owned() + &text,
        "1".to_owned(),
        "f".to_owned(),
        "goals".to_owned(),
        "hint".to_owned(),
        "undo".to_owned(),
        "client spammer mail.aula.example".to_owned(),
        format!("EHLO {text}"),
        format!("AUTH PLAIN {text}"),
        text.clone(),
        "QUIT".to_owned(),
    ]
}

#[test]
fn a_caller_from_outside_and_the_student_are_harmless_in_transcript_and_events() {
    let (calls, typed) = (calls(), typed());
    for form in [&["--plain"][..], &["--json"], &["--json", "--wire"]] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("lesson.toml");
        fs::write(&file, lesson()).unwrap();
        // The events do not tell which port was found free.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let smtp = address.to_string();
        let mut arguments = vec!["run", file.to_str().unwrap(), "--listen"];
        arguments.extend([
            "--smtp",
            &smtp,
            "--submission",
            "off",
            "--submissions",
            "off",
        ]);
        arguments.extend(form);
        let mut lab = lab(&home, &arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = lab.stderr.take().unwrap();
        let complaints = std::thread::spawn(move || {
            let mut said = Vec::new();
            errors.read_to_end(&mut said).unwrap();
            said
        });
        let mut keyboard = lab.stdin.take().unwrap();
        let mut told = BufReader::new(lab.stdout.take().unwrap());
        let mut transcript = Vec::new();
        let mut until = |text: &str| {
            loop {
                let begin = transcript.len();
                let length = told.read_until(b'\n', &mut transcript).unwrap();
                assert_ne!(length, 0, "`{text}` never came");
                let line = String::from_utf8_lossy(&transcript[begin..]).into_owned();
                if line.contains(text) {
                    return;
                }
            }
        };
        keyboard.write_all(b"1\noutside spammer\n").unwrap();
        until(if form.contains(&"--json") {
            "outsider-counts-as"
        } else {
            "counts as spammer"
        });
        for call in &calls {
            say(address, call);
        }
        until("queued as");
        keyboard
            .write_all((typed.join("\n") + "\nq\n").as_bytes())
            .unwrap();
        drop(keyboard);
        told.read_to_end(&mut transcript).unwrap();
        lab.wait().unwrap();
        assert_shown(&format!("{form:?}"), &transcript);
        assert_harmless(&format!("{form:?}, stderr"), &complaints.join().unwrap());
        if form.contains(&"--json") {
            for line in String::from_utf8(transcript).unwrap().lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}

#[test]
fn a_lesson_file_is_harmless_wherever_it_is_reported() {
    let lesson = lesson();
    // As text of TOML (control characters are faults of it), and written as
    // TOML writes them, so that they reach the value.
    let escaped: String = text()
        .chars()
        .map(|c| match c {
            ' '..='~' if c != '"' && c != '\\' => c.to_string(),
            _ => format!("\\U{:08X}", u32::from(c)),
        })
        .collect();
    let values = [
        ("\"My lesson\"", "{}"),
        ("\"my-lesson\"", "{}"),
        ("\"spammer\"", "{}"),
        ("\"spam.example\"", "{}"),
        ("\"203.0.113.66\"", "{}"),
        ("\"mail.aula.example\"", "{}"),
        ("\"clase-1234\"", "{}"),
        ("\"Oferta\"", "{}"),
        ("\"mail.aula.example:25\"", "{}"),
        ("\"m\"", "{}"),
        ("\"abuso\"", "{}"),
        ("\"mynetworks\"", "{}"),
        ("minutes = 5", "minutes = 5\n{} = 1"),
        ("minutes = 5", "minutes = {}"),
        ("format = 1", "format = 1\n{}"),
        ("at = \"rcpt\"", "at = {}"),
    ];
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("lesson.toml");
    for (sound, with) in values {
        for hostile in [text(), escaped.clone()] {
            let quoted = format!("\"{MARK}{hostile}\"");
            let faulty = lesson.replace(sound, &with.replace("{}", &quoted));
            assert_ne!(faulty, lesson, "{sound}");
            fs::write(&file, faulty).unwrap();
            let path = file.to_str().unwrap();
            let output = lab(&home, &["lesson", "check", path]).output().unwrap();
            let what = format!("{sound} → {with}");
            assert_eq!(output.status.code(), Some(4), "{what} is accepted");
            assert_output_harmless(&what, &output);
        }
    }
    let output = lab(&home, &["run", file.to_str().unwrap(), "--auto", "--plain"]);
    assert_output_harmless("lab run", &{ output }.output().unwrap());
    fs::write(&file, [lesson.as_bytes(), &bytes()].concat()).unwrap();
    let output = lab(&home, &["lesson", "check", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert_output_harmless("bytes", &output);
    assert_shown("bytes", &[output.stdout, output.stderr].concat());
}
