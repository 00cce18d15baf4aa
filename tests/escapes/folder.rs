//! A Postfix folder and those who call: what `lab serve` logs and says, what
//! `lab postconf` prints.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::corpus::{MARK, assert_harmless, bytes, text};

const MAIN_CF: &str = "\
compatibility_level = 3.6
myhostname = mail.aula.example
mydestination = $myhostname aula.example
mynetworks = 127.0.0.0/8
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_authorized_xclient_hosts = 127.0.0.0/8
alias_maps = hash:/etc/aliases
virtual_alias_domains = virtual.example
virtual_alias_maps = hash:/etc/postfix/virtual
";

/// A folder of [`MAIN_CF`] with `more`, in which `name` holds `content`.
pub(super) fn folder(more: &str, files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("main.cf", format!("{MAIN_CF}{more}").as_bytes());
    write("users", b"alumno:{PLAIN}clase-1234\n");
    write("virtual", b"info@virtual.example alumno\n");
    for (name, content) in files {
        write(name, content);
    }
    folder
}

/// Serves `folder` while `call` is made, and gives its log and what it said
/// on its standard error. A server that does not come up is called by nobody.
pub(super) fn served(folder: &Path, call: impl FnOnce(SocketAddr)) -> (Vec<u8>, Vec<u8>) {
    let log = folder.join("mail.log");
    let mut server = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["serve", "--lang", "en", "--submission", "off"])
        .args(["--submissions", "off", "--smtp", "127.0.0.1:0"])
        .arg("--postfix")
        .arg(folder)
        .arg("--log")
        .arg(&log)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = server.stderr.take().unwrap();
    let complaints = std::thread::spawn(move || {
        let mut said = Vec::new();
        errors.read_to_end(&mut said).unwrap();
        said
    });
    let mut ready = String::new();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    out.read_line(&mut ready).unwrap();
    if let Some(address) = ready.strip_prefix("listening smtp ") {
        call(address.trim().parse().unwrap());
        let pid = server.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.unwrap().success());
    }
    server.wait().unwrap();
    (
        fs::read(log).unwrap_or_default(),
        complaints.join().unwrap(),
    )
}

/// Says `lines`, each when the one before was answered, and takes its leave.
pub(super) fn say(address: SocketAddr, lines: &[Vec<u8>]) {
    say_unless(address, lines, || false);
}

/// [`say`], as long as `is_over` does not hold.
fn say_unless(address: SocketAddr, lines: &[Vec<u8>], is_over: impl Fn() -> bool) {
    let call = TcpStream::connect(address).unwrap();
    call.set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let mut heard = BufReader::new(&call);
    let mut reply = || {
        let mut line = Vec::new();
        loop {
            match heard.read_until(b'\n', &mut line) {
                Err(why) if why.kind() == ErrorKind::WouldBlock && !is_over() => {}
                // The server hangs up, or will never answer.
                Ok(0) | Err(_) => return None,
                Ok(_) if line.get(3) == Some(&b'-') => line.clear(),
                Ok(_) => return Some(line),
            }
        }
    };
    let Some(_) = reply() else { return };
    let mut is_message = false;
    for line in lines.iter().map(Vec::as_slice).chain([&b"QUIT"[..]]) {
        if (&call).write_all(&[line, b"\r\n"].concat()).is_err() {
            return;
        }
        if is_message && line != b"." {
            continue;
        }
        let Some(reply) = reply() else { return };
        is_message = reply.starts_with(b"354");
    }
}

/// `pattern` with the hostile string where its `□` are.
pub(super) fn filled(pattern: &str, hostile: &[u8]) -> Vec<u8> {
    let pieces: Vec<_> = pattern.split('□').map(str::as_bytes).collect();
    pieces.join(hostile)
}

/// A message to a local mailbox and to a foreign one.
const MESSAGE: [&str; 9] = [
    "EHLO pc.example",
    "MAIL FROM:<a@aula.example>",
    "RCPT TO:<info@virtual.example>",
    "RCPT TO:<b@remoto.example>",
    "DATA",
    "Subject: x",
    "",
    "x",
    ".",
];

/// What a client says; `□` is the hostile string, `■` a login with it in base64.
const CALLS: [&[&str]; 9] = [
    &["□"],
    &[
        "EHLO □",
        "MAIL FROM:<a@x.example>",
        "RCPT TO:<b@remoto.example>",
    ],
    &[
        "HELO x",
        "MAIL FROM:<□@aula.example>",
        "RCPT TO:<nadie@aula.example>",
    ],
    &[
        "HELO x",
        "MAIL FROM:<\"□\"@aula.example>",
        "RCPT TO:<nadie@aula.example>",
    ],
    &[
        "HELO x",
        "MAIL FROM:<a@aula.example>",
        "RCPT TO:<□@aula.example>",
        "RCPT TO:<\"□\"@aula.example>",
        "RCPT TO:<a@□>",
    ],
    &["MAIL FROM:<a@aula.example> ENVID=□", "VRFY □", "ETRN □"],
    &["EHLO x", "AUTH PLAIN ■", "AUTH LOGIN ■", "■", "AUTH □"],
    &[
        "EHLO x",
        "XCLIENT LOGIN=□",
        "XCLIENT NAME=□ ADDR=192.0.2.1",
        "XCLIENT □",
    ],
    &[
        "EHLO x",
        "MAIL FROM:<a@aula.example>",
        "RCPT TO:<info@virtual.example>",
        "DATA",
        "Message-ID: <□@x>",
        "From: □",
        "□: x",
        "",
        "□",
        ".",
    ],
];

#[test]
fn what_a_client_says_is_harmless_in_the_log() {
    use base64::Engine as _;
    let standard = base64::engine::general_purpose::STANDARD;
    // Notices to the postmaster hold the whole dialogue.
    let more = "notify_classes = bounce, policy, protocol, resource, software\n\
        smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\n";
    let folder = folder(more, &[]);
    let (log, said) = served(folder.path(), |address| {
        for hostile in [text().into_bytes(), bytes()] {
            let login = standard.encode([b"\0", &hostile[..], b"\0x"].concat());
            for call in CALLS {
                let lines: Vec<_> = call
                    .iter()
                    .map(|line| filled(&line.replace('■', &login), &hostile))
                    .collect();
                say(address, &lines);
            }
        }
    });
    assert_harmless("the log", &log);
    assert_harmless("what it says", &said);
    let log = String::from_utf8(log).unwrap();
    for place in ["helo=<", "from=<\"", "to=<\"", "message-id=<"] {
        let shown = format!("{place}{MARK}");
        assert!(log.contains(&shown), "{shown} is not in the log:\n{log}");
    }
}

/// Lines of main.cf; `□` is the hostile string.
const LINES: [(&str, &str); 16] = [
    ("a banner", "smtpd_banner = $myhostname ESMTP □"),
    ("a host name", "myhostname = □.example"),
    ("a syslog name", "syslog_name = □"),
    ("a domain", "mydestination = aula.example □"),
    ("networks", "mynetworks = □"),
    ("a switch", "smtpd_sasl_auth_enable = □"),
    ("a number", "message_size_limit = □"),
    ("a time", "smtpd_timeout = □"),
    ("a name", "□ = yes"),
    ("a line", "□"),
    ("a line that goes on", " □"),
    ("a reference", "relayhost = ${□}"),
    ("a restriction", "smtpd_sender_restrictions = □"),
    (
        "a type of table",
        "smtpd_sender_restrictions = check_sender_access □:/x",
    ),
    (
        "a table's name",
        "smtpd_sender_restrictions = check_sender_access hash:/□",
    ),
    (
        "a certificate's file",
        "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /□",
    ),
];

/// What is in a file: the file's name, its content, and the line of main.cf
/// that it needs.
const FILES: [(&str, &str, &str, &str); 17] = [
    ("main.cf", "main.cf", "□", ""),
    ("a service", "master.cf", "□ inet n - y - - smtpd", ""),
    (
        "a service's option",
        "master.cf",
        "smtp inet n - y - - smtpd\n  -o syslog_name=□",
        "",
    ),
    (
        "a service's parameter",
        "master.cf",
        "smtp inet n - y - - smtpd\n  -o □=yes",
        "",
    ),
    (
        "a hash table",
        "table",
        "a@aula.example REJECT □",
        "smtpd_sender_restrictions = check_sender_access hash:/etc/postfix/table",
    ),
    (
        "an action",
        "table",
        "a@aula.example □",
        "smtpd_sender_restrictions = check_sender_access hash:/etc/postfix/table",
    ),
    (
        "a warning",
        "table",
        "a@aula.example WARN □",
        "smtpd_sender_restrictions = check_sender_access texthash:/etc/postfix/table",
    ),
    ("a virtual alias", "virtual", "info@virtual.example □", ""),
    (
        "an alias",
        "aliases",
        "alumno: \"|□\", /tmp/x, □, :include:/□",
        "",
    ),
    ("a user", "users", "□:{PLAIN}x", ""),
    ("a user's line", "users", "□", ""),
    ("a record's name", "zone", "□ IN A 192.0.2.1", ""),
    ("a record", "zone", "remoto.example. IN □ x", ""),
    ("an exchanger", "zone", "remoto.example. IN MX 10 □", ""),
    (
        "a TXT record",
        "zone",
        "1.0.0.127.list.example. IN A 127.0.0.2\n1.0.0.127.list.example. IN TXT \"□\"",
        "smtpd_client_restrictions = reject_rbl_client list.example",
    ),
    (
        "Dovecot's mechanisms",
        "dovecot.conf",
        "auth_mechanisms = plain □\nauth_□ = y",
        "",
    ),
    (
        "a forward file",
        "home/alumno/.forward",
        "□, \"|□\", /□",
        "",
    ),
];

/// Looks at everything that a folder with `more` in main.cf and `files` makes
/// the program print: whether the hostile string came out anywhere.
fn examine(door: &str, more: &str, files: &[(&str, &[u8])]) -> bool {
    let folder = folder(more, files);
    let (log, said) = served(folder.path(), |address| {
        // A daemon that cannot read its configuration lets its clients wait.
        say_unless(
            address,
            &MESSAGE.map(|line| line.as_bytes().to_vec()),
            || {
                let log = fs::read_to_string(folder.path().join("mail.log"));
                log.is_ok_and(|log| log.contains("throttling"))
            },
        );
    });
    let mut came_out = false;
    let mut look = |exit: &str, output: &[u8]| {
        assert_harmless(&format!("{door} in {exit}"), output);
        came_out |= String::from_utf8_lossy(output).contains(MARK);
    };
    look("the log", &log);
    look("what lab serve says", &said);
    let options = if files.iter().any(|(name, _)| *name == "master.cf") {
        ["-M", "-P"]
    } else {
        ["-n", "-c"]
    };
    for option in options {
        let printed = Command::new(env!("CARGO_BIN_EXE_lab"))
            .args(["postconf", option])
            .arg(folder.path())
            .output()
            .unwrap();
        look(&format!("lab postconf {option}"), &printed.stdout);
        look(&format!("what lab postconf {option} says"), &printed.stderr);
    }
    came_out
}

#[test]
fn what_main_cf_holds_is_harmless_in_the_log_and_in_postconf() {
    for (door, line) in LINES {
        let line = format!("{}\n", line.replace('□', &text()));
        assert!(examine(door, &line, &[]), "{door}: came out nowhere");
    }
}

#[test]
fn what_files_hold_is_harmless_in_the_log_and_in_postconf() {
    let hostile = bytes();
    let mut silent = Vec::new();
    for (door, name, content, more) in FILES {
        let content = filled(&format!("{content}\n"), &hostile);
        if !examine(door, &format!("{more}\n"), &[(name, &content)]) {
            silent.push(door);
        }
    }
    assert_eq!(silent, ["a record's name", "an exchanger"]);
}
