//! Many clients: one after another, and at once.

use std::thread;

use crate::served::{Client, MAIN_CF, Server};

/// Calls, one after another, by so many clients side by side.
const CALLS: usize = 10_000;
const CALLERS: usize = 8;
/// Clients there at the same time. Both ends together stay below the 1,024
/// files that a process may usually have open.
const CROWD: usize = 1_000;

#[test]
fn ten_thousand_calls_are_answered_one_after_another() {
    let server = Server::start();
    let address = server.address("smtp");
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                for _ in 0..CALLS / CALLERS {
                    let mut client = Client::connect(address);
                    assert_eq!(client.reply(), ["220 mail.aula.example ESMTP Postfix"]);
                    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
                    assert_eq!(client.rest(), "");
                }
            });
        }
    });
    let log = server.stop();
    let ended = "disconnect from localhost[127.0.0.1] quit=1 commands=1";
    assert_eq!(log.matches(ended).count(), CALLS);
}

#[test]
fn a_thousand_clients_at_once_are_all_served() {
    let server = Server::start();
    let address = server.address("smtp");
    let mut crowd: Vec<Client> = (0..CROWD).map(|_| Client::connect(address)).collect();
    for client in &mut crowd {
        assert_eq!(client.reply(), ["220 mail.aula.example ESMTP Postfix"]);
        client.send("EHLO pc\r\n");
    }
    // Whoever came last is served while all others are there.
    for client in crowd.iter_mut().rev() {
        assert_eq!(client.reply().last().unwrap(), "250 CHUNKING");
        assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    }
    drop(crowd);
    let log = server.stop();
    let ended = "disconnect from localhost[127.0.0.1] ehlo=1 quit=1 commands=2";
    assert_eq!(log.matches(ended).count(), CROWD);
}

/// `smtpd_client_connection_count_limit` (50), for who is not trusted.
#[test]
fn a_stranger_has_fifty_connections() {
    let server = Server::with(&format!("{MAIN_CF}mynetworks =\n"));
    let address = server.address("smtp");
    let mut crowd: Vec<Client> = (0..50).map(|_| Client::connect(address)).collect();
    for client in &mut crowd {
        assert_eq!(client.reply(), ["220 mail.aula.example ESMTP Postfix"]);
    }
    let mut last = Client::connect(address);
    let refusal = "421 4.7.0 mail.aula.example Error: too many connections from 127.0.0.1";
    assert_eq!(last.reply(), [refusal]);
    assert_eq!(last.rest(), "");
    let mut first = crowd.remove(0);
    assert_eq!(first.ask("QUIT"), "221 2.0.0 Bye");
    assert_eq!(first.rest(), "");
    let mut next = Client::connect(address);
    assert_eq!(next.reply(), ["220 mail.aula.example ESMTP Postfix"]);
    drop((crowd, next));
    let log = server.stop();
    assert!(
        log.contains("warning: Connection concurrency limit exceeded: 51 from localhost[127.0.0.1] for service smtp"),
        "{log}"
    );
}

/// A process may have so many files open, and has no say in how many call.
#[test]
#[cfg(unix)]
fn callers_wait_when_there_are_no_files_left_to_open() {
    use std::net::TcpStream;
    use std::process::{Command, Stdio};

    let mut child = Command::new("sh")
        .args(["-c", "ulimit -n 40; exec \"$0\" serve caso5 --smtp 127.0.0.1:0 --submission off --submissions off"])
        .arg(env!("CARGO_BIN_EXE_lab"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    let address = line.trim_end().rsplit_once(' ').unwrap().1.parse().unwrap();
    let crowd: Vec<TcpStream> = (0..100)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    drop(crowd);
    let mut client = Client::connect(address);
    assert!(client.reply()[0].starts_with("220 "));
    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    crate::served::terminate(&child);
    assert!(child.wait().unwrap().success());
}
