//! `lab serve` as programs outside see it: raw sockets always, and real clients
//! where they are installed.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "what fails here fails the test, and what is skipped says so"
)]

mod served;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use served::{Client, MAIN_CF, Server, terminate};
use smtp_lab::app::{Copied, Model, Msg};
use smtp_lab::clock::Moment;
use smtp_lab::journal::event::{Endpoint, Purpose};
use smtp_lab::journal::{ConnectionId, End, Event, Kind, Way};
use smtp_lab::lesson::Lesson;
use smtp_lab::text::Language;

/// The log's lines without time, host and process id.
fn lines_of(log: &str) -> Vec<String> {
    log.lines()
        .map(|line| {
            let line = line.splitn(5, ' ').nth(4).unwrap_or(line);
            let line =
                line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == ' ');
            let line = line.strip_prefix("mail ").unwrap_or(line);
            let (program, rest) = line.split_once('[').unwrap();
            let (_, text) = rest.split_once("]: ").unwrap();
            format!("{program}: {text}")
        })
        .collect()
}

#[test]
fn mail_goes_from_a_socket_to_a_mailbox_and_the_log_tells() {
    let server = Server::start();
    let mut client = Client::connect(server.address("smtp"));
    assert_eq!(client.reply(), ["220 mail.aula.example ESMTP Postfix"]);
    assert_eq!(client.ask("EHLO pc.aula.example"), "250 CHUNKING");
    assert_eq!(
        client.ask("MAIL FROM:<profesor@aula.example>"),
        "250 2.1.0 Ok"
    );
    assert_eq!(
        client.ask("RCPT TO:<nadie@aula.example>"),
        "550 5.1.1 <nadie@aula.example>: Recipient address rejected: User unknown in local recipient table"
    );
    assert_eq!(client.ask("RCPT TO:<info@virtual.example>"), "250 2.1.5 Ok");
    assert_eq!(client.ask("DATA"), "354 End data with <CR><LF>.<CR><LF>");
    let queued = client.ask("Subject: hola\r\nMessage-ID: <1@pc>\r\n\r\n..\r\n.");
    let id = queued.strip_prefix("250 2.0.0 Ok: queued as ").unwrap();
    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    assert_eq!(client.rest(), "");
    let log = server.stop();
    let lines = lines_of(&log);
    let has = |text: &str| assert!(lines.iter().any(|line| line == text), "{text}\n{log}");
    has("postfix/master: daemon started -- version 3.7.11, configuration /etc/postfix");
    has("postfix/smtpd: connect from localhost[127.0.0.1]");
    has(&format!("postfix/smtpd: {id}: client=localhost[127.0.0.1]"));
    has(&format!("postfix/cleanup: {id}: message-id=<1@pc>"));
    has(&format!("postfix/qmgr: {id}: removed"));
    has(
        "postfix/smtpd: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1/2 data=1 quit=1 commands=5/6",
    );
    has("postfix/master: terminating on signal 15");
    let sent =
        format!("{id}: to=<alumno@aula.example>, orig_to=<info@virtual.example>, relay=local");
    assert!(log.contains(&sent) && log.contains("status=sent"), "{log}");
}

#[test]
fn nothing_leaves_the_machine() {
    let server = Server::start();
    let mut client = Client::connect(server.address("smtp"));
    client.reply();
    client.ask("EHLO pc.aula.example");
    client.ask("MAIL FROM:<alumno@aula.example>");
    assert_eq!(client.ask("RCPT TO:<ana@remoto.example>"), "250 2.1.5 Ok");
    client.ask("DATA");
    client.ask("Subject: fuera\r\n\r\nhola\r\n.");
    client.ask("QUIT");
    client.rest();
    let log = server.stop();
    assert!(log.contains("to=<ana@remoto.example>, relay=none"), "{log}");
    assert!(log.contains("status="), "{log}");
}

/// A next hop on this machine that takes mail, or never says a word.
struct Hop {
    listener: std::net::TcpListener,
    port: u16,
}

impl Hop {
    fn open() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { listener, port }
    }

    /// Answers its call.
    fn answer(&self) -> Client {
        Client::over(self.listener.accept().unwrap().0)
    }

    /// Answers a call, and everything that is said until the message is over;
    /// says who it was for.
    fn take(&self) -> String {
        let mut client = self.answer();
        client.send("220 mx.remoto.example ESMTP\r\n");
        let mut recipient = String::new();
        loop {
            let line = client.line();
            if line.starts_with("RCPT") {
                recipient.clone_from(&line);
            }
            match line.split([' ', ':']).next() {
                Some("EHLO" | "MAIL" | "RCPT" | ".") => client.send("250 2.0.0 ok\r\n"),
                Some("DATA") => client.send("354 go on\r\n"),
                _ => {}
            }
            if line == "." {
                return recipient;
            }
        }
    }
}

/// Sends a message to each of these, one after the other.
fn submit(server: &Server, sender: &str, recipients: &[&str]) {
    let mut client = Client::connect(server.address("smtp"));
    client.reply();
    client.ask("EHLO pc.aula.example");
    for recipient in recipients {
        client.ask(&format!("MAIL FROM:<{sender}>"));
        let accepted = client.ask(&format!("RCPT TO:<{recipient}>"));
        assert_eq!(accepted, "250 2.1.5 Ok");
        client.ask("DATA");
        client.ask("Subject: fuera\r\n\r\nhola\r\n.");
    }
    client.ask("QUIT");
    client.rest();
}

/// A server that sends mail for `mudo.example`, two messages at once, and for
/// `remoto.example` to next hops on this machine.
fn with_next_hops(mute: &Hop, good: &Hop) -> Server {
    Server::with(&format!(
        "{MAIN_CF}default_destination_concurrency_limit = 2\n\
         maximal_queue_lifetime = 0\n\
         transport_maps = inline:{{ {{ mudo.example = smtp:[127.0.0.1]:{} }}, \
         {{ remoto.example = smtp:[127.0.0.1]:{} }} }}\n",
        mute.port, good.port
    ))
}

#[test]
fn a_mute_next_hop_stops_nobody_but_its_own_mail() {
    let (mute, good) = (Hop::open(), Hop::open());
    let server = with_next_hops(&mute, &good);
    submit(&server, "alumno@aula.example", &["a@mudo.example"; 5]);
    // As many as may be there at once are, and would wait for minutes.
    let waiting = [mute.answer(), mute.answer()];
    let others = ["b@remoto.example", "alumno@aula.example"];
    submit(&server, "alumno@aula.example", &others);
    assert_eq!(good.take(), "RCPT TO:<b@remoto.example>");
    mute.listener.set_nonblocking(true).unwrap();
    let more = mute.listener.accept().map(|_| ());
    assert_eq!(
        more.map_err(|problem| problem.kind()),
        Err(std::io::ErrorKind::WouldBlock)
    );
    let log = server.stop();
    drop(waiting);
    assert!(log.contains("to=<b@remoto.example>"), "{log}");
    assert!(log.contains("to=<alumno@aula.example>"), "{log}");
    // It did not wait for those before it left.
    assert!(!log.contains("to=<a@mudo.example>"), "{log}");
}

#[test]
fn who_waits_for_a_next_hop_that_turns_out_dead_is_put_off() {
    let (mute, good) = (Hop::open(), Hop::open());
    let server = with_next_hops(&mute, &good);
    submit(&server, "ana@remoto.example", &["a@mudo.example"; 5]);
    drop([mute.answer(), mute.answer()]);
    for _ in 0..5 {
        assert_eq!(good.take(), "RCPT TO:<ana@remoto.example>");
    }
    let log = server.stop();
    let times = |words: &str| log.matches(words).count();
    assert_eq!(
        times("(lost connection with 127.0.0.1[127.0.0.1]"),
        2,
        "{log}"
    );
    assert_eq!(
        times("(delivery temporarily suspended: lost connection"),
        3,
        "{log}"
    );
    assert_eq!(times("status=expired, returned to sender"), 5, "{log}");
}

#[test]
fn a_proxy_says_whom_it_speaks_for() {
    let main_cf = format!("{MAIN_CF}smtpd_upstream_proxy_protocol = haproxy\n");
    let server = Server::with(&main_cf);
    let mut client = Client::connect(server.address("smtp"));
    client.send("PROXY TCP4 203.0.113.66 127.0.0.1 40000 25\r\n");
    client.reply();
    client.ask("EHLO spam.example");
    client.ask("MAIL FROM:<x@spam.example>");
    assert_eq!(
        client.ask("RCPT TO:<victima@remoto.example>"),
        "454 4.7.1 <victima@remoto.example>: Relay access denied"
    );
    client.ask("QUIT");
    let mut stranger = Client::connect(server.address("smtp"));
    stranger.send("EHLO cliente.remoto.example\r\n");
    assert_eq!(
        stranger.reply(),
        ["421 4.3.0 mail.aula.example Server local error"]
    );
    let log = server.stop();
    assert!(log.contains("connect from unknown[203.0.113.66]"), "{log}");
    assert!(
        log.contains("warning: haproxy read: unrecognized protocol header: EHLO"),
        "{log}"
    );
}

#[test]
fn sessions_in_flight_are_answered_before_it_leaves() {
    let server = Server::start();
    let mut client = Client::connect(server.address("smtp"));
    client.reply();
    client.send("NOOP\r\n");
    terminate(&server.child);
    assert_eq!(client.reply(), ["250 2.0.0 Ok"]);
    // Then it has waited long enough for a client who says nothing more.
    assert_eq!(
        client.rest().trim_end(),
        "421 4.4.2 mail.aula.example Error: timeout exceeded"
    );
    let log = server.stop_quietly();
    assert!(
        log.contains("timeout after NOOP from localhost[127.0.0.1]"),
        "{log}"
    );
}

impl Server {
    /// As [`Server::stop`], when it was already asked to.
    fn stop_quietly(mut self) -> String {
        assert!(self.child.wait().unwrap().success());
        fs::read_to_string(self.log_path()).unwrap()
    }
}

/// Callers who are there at the same time, and so with several workers where
/// there are several processors.
fn crowd(server: &Server, count: usize) -> Vec<(Client, String)> {
    let callers = (0..count).map(|_| {
        let mut client = Client::connect(server.address("smtp"));
        let greeting = client.line();
        (client, greeting)
    });
    callers.collect()
}

#[test]
fn a_crowd_is_counted_as_one_host_counts() {
    let server = Server::with(&format!(
        "{MAIN_CF}smtpd_client_connection_count_limit = 3\nsmtpd_client_event_limit_exceptions =\n"
    ));
    let greetings: Vec<String> = crowd(&server, 5).into_iter().map(|it| it.1).collect();
    let welcome = "220 mail.aula.example ESMTP Postfix";
    let full = "421 4.7.0 mail.aula.example Error: too many connections from 127.0.0.1";
    assert_eq!(greetings, [welcome, welcome, welcome, full, full]);
}

#[test]
fn anvil_logs_its_statistics_when_their_time_comes() {
    let folder = tempfile::tempdir().unwrap();
    let main_cf =
        format!("{MAIN_CF}anvil_status_update_time = 1s\nsmtpd_client_event_limit_exceptions =\n");
    fs::write(folder.path().join("main.cf"), main_cf).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["serve", "--smtp", "127.0.0.1:0", "--submission", "off"])
        .args(["--submissions", "off", "--postfix"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ready = BufReader::new(child.stdout.take().unwrap()).lines().next();
    let ready = ready.unwrap().unwrap();
    let address: SocketAddr = ready.rsplit_once(' ').unwrap().1.parse().unwrap();
    let mut client = Client::connect(address);
    client.reply();
    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    // Nobody says anything more: the time alone brings them.
    let log = BufReader::new(child.stderr.take().unwrap()).lines();
    let statistics = log
        .map(Result::unwrap)
        .filter(|line| line.contains("postfix/anvil["))
        .map(|line| line.split_once("statistics: ").unwrap().1.to_owned());
    let told: Vec<String> = statistics
        .take(3)
        .map(|line| line.split_once(" at ").unwrap().0.to_owned())
        .collect();
    terminate(&child);
    assert!(child.wait().unwrap().success());
    assert_eq!(
        told,
        [
            "max connection rate 1/60s for (smtp:127.0.0.1)",
            "max connection count 1 for (smtp:127.0.0.1)",
            "max cache size 1",
        ]
    );
}

#[test]
fn what_a_crowd_leaves_is_all_delivered() {
    let server = Server::start();
    let mut crowd = crowd(&server, 6);
    for (client, _) in &mut crowd {
        for command in ["HELO pc", "MAIL FROM:<>", "RCPT TO:<alumno@aula.example>"] {
            client.ask(command);
        }
        client.ask("DATA");
        client.ask("hola\r\n.");
    }
    for (client, _) in &mut crowd {
        assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    }
    let log = server.stop();
    let of = |sought: &str| -> Vec<String> {
        let lines = lines_of(&log).into_iter();
        lines.filter(|line| line.contains(sought)).collect()
    };
    let sent: BTreeSet<String> = of("status=sent (delivered to mailbox)")
        .iter()
        .filter_map(|line| Some(line.split(": ").nth(1)?.to_owned()))
        .collect();
    assert_eq!(sent.len(), 6, "six queue ids: {log}");
    let smtpd: BTreeSet<&str> = log
        .lines()
        .filter_map(|line| line.split_once("postfix/smtpd[")?.1.split(']').next())
        .collect();
    assert_eq!(smtpd.len(), 6, "six processes: {log}");
    let managers: BTreeSet<&str> = log
        .lines()
        .filter_map(|line| line.split_once("postfix/qmgr[")?.1.split(']').next())
        .collect();
    assert_eq!(managers.len(), 1, "one queue manager: {log}");
}

#[test]
fn addresses_that_others_could_reach_are_refused() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:25", "25"] {
        let output = lab(&["serve", "--smtp", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn a_taken_port_is_said_and_nothing_started() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = lab(&["serve", "caso5", "--lang", "en", "--smtp", &address]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&address));
}

#[test]
fn postconf_prints_what_is_set_and_what_is_default() {
    let folder = tempfile::tempdir().unwrap();
    let main_cf = "mynetworks = 127.0.0.0/8,\n  [::1]/128\nbiff = no\nsmtpd_tls_autonly = yes\n";
    fs::write(folder.path().join("main.cf"), main_cf).unwrap();
    let output = lab(&["postconf", "-n", folder.path().to_str().unwrap()]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "biff = no\nmynetworks = 127.0.0.0/8, [::1]/128\n"
    );
    let warning = "/main.cf: unused parameter: smtpd_tls_autonly=yes";
    assert!(String::from_utf8_lossy(&output.stderr).contains(warning));
    let output = lab(&["postconf", "-d", "smtpd_banner", "relayhost"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "smtpd_banner = $myhostname ESMTP $mail_name\nrelayhost =\n"
    );
}

fn lab(arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(arguments)
        .env("XDG_STATE_HOME", home.path())
        .output()
        .unwrap()
}

// ---- real clients -----------------------------------------------------------

/// Runs a program with this input, unless it is not installed.
fn run(program: &str, arguments: &[&str], input: &str) -> Option<String> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(problem) => {
            println!("skipped: {program}: {problem}");
            return None;
        }
    };
    // A program that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn swaks_submits_with_starttls_and_auth() {
    let server = Server::start();
    let address = server.address("submission").to_string();
    let arguments = [
        "--server",
        &address,
        "--tls",
        "--auth",
        "LOGIN",
        "--auth-user",
        "alumno",
        "--auth-password",
        "clase-1234",
        "--from",
        "alumno@aula.example",
        "--to",
        "profesor@aula.example",
        "--helo",
        "pc.aula.example",
    ];
    let Some(said) = run("swaks", &arguments, "") else {
        return;
    };
    if said.contains("requires") && said.contains("not available") {
        println!("skipped: swaks: {said}");
        return;
    }
    assert!(
        said.contains("235 2.7.0 Authentication successful"),
        "{said}"
    );
    assert!(said.contains("250 2.0.0 Ok: queued as"), "{said}");
    let log = server.stop();
    assert!(
        log.contains("sasl_method=LOGIN, sasl_username=alumno"),
        "{log}"
    );
    assert!(
        log.contains("to=<profesor@aula.example>, relay=local"),
        "{log}"
    );
}

#[test]
fn openssl_sees_the_certificate_on_every_port() {
    let server = Server::start();
    for (service, extra) in [
        ("smtp", &["-starttls", "smtp"][..]),
        ("submission", &["-starttls", "smtp"]),
        ("submissions", &[]),
    ] {
        let address = server.address(service).to_string();
        let mut arguments = vec!["s_client", "-connect", &address, "-crlf", "-ign_eof"];
        arguments.extend(extra);
        let Some(said) = run("openssl", &arguments, "EHLO pc\nQUIT\n") else {
            return;
        };
        assert!(
            said.contains("CN = mail.aula.example") || said.contains("CN=mail.aula.example"),
            "{said}"
        );
        assert!(said.contains("221 2.0.0 Bye"), "{service}: {said}");
    }
}

#[test]
fn curl_sends_over_implicit_tls() {
    let server = Server::start();
    let url = format!("smtps://{}", server.address("submissions"));
    let arguments = [
        "--silent",
        "--show-error",
        "--insecure",
        "--verbose",
        "--url",
        &url,
        "--user",
        "alumno:clase-1234",
        "--mail-from",
        "alumno@aula.example",
        "--mail-rcpt",
        "profesor@aula.example",
        "--upload-file",
        "-",
    ];
    let letter = "From: alumno@aula.example\r\nSubject: curl\r\n\r\nhola\r\n";
    let Some(said) = run("curl", &arguments, letter) else {
        return;
    };
    assert!(said.contains("250 2.0.0 Ok: queued as"), "{said}");
    let log = server.stop();
    assert!(log.contains("postfix/submissions/smtpd"), "{log}");
    assert!(
        log.contains("to=<profesor@aula.example>, relay=local"),
        "{log}"
    );
}

#[test]
fn pythons_smtplib_is_served() {
    let server = Server::start();
    let script = "\
import smtplib, ssl, sys
context = ssl.create_default_context(); context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as s:
    s.starttls(context=context)
    try: s.login('alumno', 'mal')
    except smtplib.SMTPAuthenticationError as e: print(e.smtp_code, e.smtp_error.decode())
    print(s.esmtp_features['auth'])
    s.user, s.password = 'alumno', 'clase-1234'
    print(s.auth('CRAM-MD5', s.auth_cram_md5)[0])
    print(s.sendmail('alumno@aula.example', ['profesor@aula.example'], 'Subject: py\\r\\n\\r\\n.x\\r\\n'))
";
    let port = server.address("submission").port().to_string();
    let Some(said) = run("python3", &["-c", script, &port], "") else {
        return;
    };
    let refusal = "535 5.7.8 Error: authentication failed:";
    assert!(said.starts_with(refusal), "{said}");
    assert!(
        said.ends_with("\n PLAIN LOGIN CRAM-MD5\n235\n{}\n"),
        "{said}"
    );
    let log = server.stop();
    assert!(
        log.contains("SASL LOGIN authentication failed")
            || log.contains("SASL PLAIN authentication failed"),
        "{log}"
    );
}

#[test]
fn a_lesson_can_be_served() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["serve", "caso5", "--client", "spammer"])
        .args(["--smtp", "127.0.0.1:0"])
        .args(["--submission", "off", "--submissions", "off"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address: SocketAddr = line.trim_end().rsplit_once(' ').unwrap().1.parse().unwrap();
    let mut client = Client::connect(address);
    assert!(client.reply()[0].starts_with("220 "));
    client.ask("HELO spam.example");
    client.ask("MAIL FROM:<oferta@spam.example>");
    assert_eq!(
        client.ask("RCPT TO:<victima@remoto.example>"),
        "454 4.7.1 <victima@remoto.example>: Relay access denied",
        "who calls from here would be trusted"
    );
    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    terminate(&child);
    assert!(child.wait().unwrap().success());
    assert!(is_empty(folder.path()), "it leaves nothing behind");
}

#[test]
fn nobody_can_count_as_a_client_that_is_not_there() {
    let output = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["serve", "caso5", "--client", "nadie", "--lang", "en"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("no client “nadie”") && said.contains("spammer"),
        "{said}"
    );
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

// ---- commands that the lab offers to copy -----------------------------------

/// A model whose student said this to `service` of `server`, and heard that:
/// lines that begin with `C ` and `S `, with `TLS` where that begins.
fn said(server: &Server, service: &str, dialogue: &str) -> Model {
    let lesson: Lesson = toml::from_str(include_str!("../lessons/caso5.toml")).unwrap();
    let study = lesson.study.clone();
    let (mut model, _) = Model::new(Arc::new(lesson), Language::En, None, None);
    let connection = ConnectionId(1);
    let endpoint = |host: &str| Endpoint {
        host: host.to_owned(),
        address: [192, 0, 2, 10].into(),
        port: 587,
    };
    let mut kinds = vec![
        Kind::StepBegan {
            step: 0,
            id: "first".to_owned(),
        },
        Kind::Settled { order: 1 },
        Kind::Listening {
            service: service.to_owned(),
            address: server.address(service),
        },
        Kind::Connected {
            connection,
            from: endpoint("pc"),
            to: endpoint(&study),
            service: service.to_owned(),
            purpose: Purpose::Dialogue { run: 0 },
        },
    ];
    let mut protected = false;
    for line in dialogue.lines() {
        let (from, text) = match line.split_at_checked(2) {
            Some(("C ", said)) => (End::Client, said),
            Some(("S ", said)) => (End::Server, said),
            _ => {
                protected = true;
                kinds.push(Kind::TlsEstablished {
                    connection,
                    end: End::Client,
                    version: "TLSv1.3".to_owned(),
                    cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
                });
                continue;
            }
        };
        for (end, way) in [(from, Way::Sent), (from.other(), Way::Received)] {
            kinds.push(Kind::Line {
                connection,
                end,
                way,
                protected,
                line: text.into(),
            });
        }
    }
    let events = kinds.into_iter().enumerate().map(|(position, kind)| {
        Arc::new(Event {
            position,
            at: Moment::LESSON_START,
            kind,
        })
    });
    model.update(Msg::Journal(events.collect()));
    model
}

/// Runs a copied command in a shell, unless its program is not installed.
fn run_copied(model: &Model, copied: Copied, program: &str) -> Option<String> {
    let command = model.copied(copied).unwrap();
    run(program, &["--help"], "")?;
    let said = run("sh", &["-c", &command], "")?;
    if said.contains("requires") && said.contains("not available") {
        println!("skipped: {program}: {said}");
        return None;
    }
    Some(format!("{command}\n{said}"))
}

const SUBMISSION: &str = "\
S 220 mail.aula.example ESMTP
C EHLO [192.0.2.33]
S 250 STARTTLS
C STARTTLS
S 220 2.0.0 Ready to start TLS
TLS
C EHLO [192.0.2.33]
S 250 AUTH PLAIN
C AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0
S 235 2.7.0 Authentication successful
C MAIL FROM:<alumno@aula.example>
S 250 2.1.0 Ok
C RCPT TO:<profesor@aula.example>
S 250 2.1.5 Ok
C DATA
S 354 End data with <CR><LF>.<CR><LF>
C From: alumno@aula.example
C Subject: it's $HOME
C 
C `id` %s 100 % \"quoted\"
C ..
C .
S 250 2.0.0 Ok: queued as 4Xyz
C QUIT
S 221 2.0.0 Bye";

#[test]
fn copied_commands_say_to_the_server_what_the_dialogue_said() {
    for (copied, program) in [
        (Copied::Swaks, "swaks"),
        (Copied::Openssl, "openssl"),
        (Copied::Curl, "curl"),
    ] {
        let server = Server::start();
        let model = said(&server, "submission", SUBMISSION);
        let Some(said) = run_copied(&model, copied, program) else {
            continue;
        };
        let log = server.stop();
        assert!(
            log.contains("sasl_method=PLAIN, sasl_username=alumno"),
            "{said}\n{log}"
        );
        assert!(
            log.contains("to=<profesor@aula.example>, relay=local"),
            "{said}\n{log}"
        );
    }
}

#[test]
fn a_copied_command_stops_where_the_dialogue_did() {
    let server = Server::start();
    let dialogue = "S 220 mail\nC EHLO spam.example\nS 250 Ok\nC MAIL FROM:<>\nS 250 2.1.0 Ok\n\
        C RCPT TO:<victima@remoto.example>\nS 454 4.7.1 Relay access denied\nC QUIT\nS 221 Bye";
    let model = said(&server, "smtp", dialogue);
    for (copied, program) in [(Copied::Swaks, "swaks"), (Copied::Curl, "curl")] {
        let Some(said) = run_copied(&model, copied, program) else {
            continue;
        };
        assert!(!said.contains("queued as"), "{said}");
    }
    for stage in 1..=4 {
        let begun: Vec<_> = dialogue.lines().take(2 * stage - 1).collect();
        let model = said(&server, "smtp", &begun.join("\n"));
        if let Some(said) = run_copied(&model, Copied::Swaks, "swaks") {
            assert!(said.contains("-> QUIT"), "{said}");
            assert_eq!(said.contains("-> EHLO spam.example"), stage > 1, "{said}");
        }
    }
    server.stop();
}
