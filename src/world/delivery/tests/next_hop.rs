//! A mail server on a loopback port that answers as it is told.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it does instead of its normal answer to a command.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// This reply.
    Reply(String),
    /// It hangs up.
    HangUp,
    /// It says what is no SMTP, and hangs up.
    Nonsense,
    /// It begins a reply that has no end.
    Endless,
}

/// Its answers by command (`greeting`, `ehlo`, `mail`, `rcpt`, `data`,
/// `message`, `quit`), for one connection.
pub(super) type Script = BTreeMap<&'static str, Answer>;

/// What it saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// What was said on each connection: `S: …`, `C: …`.
    pub(super) dialogues: Vec<Vec<String>>,
    /// The messages that it took over, each with its recipients.
    pub(super) taken: Vec<(Vec<String>, String)>,
}

/// The server.
pub(super) struct NextHop {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl NextHop {
    /// Starts it; `script` is asked for each connection, which is numbered from 0.
    pub(super) fn start(script: impl Fn(usize) -> Script + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let notes = Arc::clone(&seen);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut session = Session {
                    script: script(number),
                    dialogue: Vec::new(),
                    has_sender: false,
                    recipients: Vec::new(),
                };
                // A client that went away ends its session and nothing else.
                let taken = session.serve(stream.unwrap());
                let mut seen = notes.lock().unwrap();
                seen.dialogues.push(session.dialogue);
                seen.taken.extend(taken);
            }
        });
        Self { address, seen }
    }

    /// What it has seen, once `count` connections are over.
    pub(super) fn seen(&self, count: usize) -> Seen {
        loop {
            let seen = self.seen.lock().unwrap().clone();
            if seen.dialogues.len() >= count {
                return seen;
            }
            thread::yield_now();
        }
    }
}

struct Session {
    script: Script,
    dialogue: Vec<String>,
    /// Whether MAIL was accepted.
    has_sender: bool,
    recipients: Vec<String>,
}

const EHLO: &str = "250-mx.siguiente.example\n250-PIPELINING\n250-SIZE 20480000\n250-8BITMIME\n\
                    250-SMTPUTF8\n250 ENHANCEDSTATUSCODES";

impl Session {
    fn serve(&mut self, stream: TcpStream) -> Vec<(Vec<String>, String)> {
        let mut taken = Vec::new();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let mut out = stream;
        if self
            .answer(&mut out, "greeting", "220 mx.siguiente.example ESMTP sink")
            .is_none()
        {
            return taken;
        }
        let mut line = String::new();
        while {
            line.clear();
            lines.read_line(&mut line).unwrap_or(0) > 0
        } {
            let command = line.trim_end();
            self.dialogue.push(format!("C: {command}"));
            let verb = command.split(' ').next().unwrap_or_default().to_uppercase();
            let (stage, usual) = match verb.as_str() {
                "EHLO" => ("ehlo", EHLO),
                "MAIL" => {
                    self.recipients.clear();
                    ("mail", "250 2.1.0 Ok")
                }
                "RCPT" if !self.has_sender => ("order", "503 5.5.1 Error: need MAIL command"),
                "RCPT" => ("rcpt", "250 2.1.5 Ok"),
                "DATA" if self.recipients.is_empty() => {
                    ("data", "554 5.5.1 Error: no valid recipients")
                }
                "DATA" => ("data", "354 Go ahead"),
                "RSET" => ("rset", "250 2.0.0 Ok"),
                "QUIT" => ("quit", "221 2.0.0 Bye"),
                _ => ("other", "500 5.5.2 Error: command not recognized"),
            };
            let Some(code) = self.answer(&mut out, stage, usual) else {
                break;
            };
            match (stage, code) {
                ("mail", code) => self.has_sender = code == '2',
                ("rcpt", '2') => self.recipients.push(between(command).to_owned()),
                ("data", '3') => {
                    let mut message = String::new();
                    loop {
                        line.clear();
                        if lines.read_line(&mut line).unwrap_or(0) == 0 {
                            return taken;
                        }
                        if line == ".\r\n" {
                            break;
                        }
                        message.push_str(line.strip_prefix('.').unwrap_or(&line));
                    }
                    self.dialogue.push("C: (message)".to_owned());
                    match self.answer(&mut out, "message", "250 2.0.0 Ok: queued as SINK") {
                        Some('2') => taken.push((std::mem::take(&mut self.recipients), message)),
                        Some(_) => {}
                        None => break,
                    }
                }
                ("quit", _) => break,
                _ => {}
            }
        }
        taken
    }

    /// Answers; the first digit of the code, or `None` once the connection is over.
    fn answer(&mut self, out: &mut TcpStream, stage: &str, usual: &str) -> Option<char> {
        let reply = match self.script.get(stage) {
            Some(Answer::HangUp) => return None,
            Some(Answer::Nonsense) => {
                let _ = out.write_all(b"\xff\xfe\x00 que?\r\n\r\n25 0 no\r\n");
                return None;
            }
            Some(Answer::Endless) => {
                while out.write_all(b"250-y otra cosa\r\n").is_ok() {}
                return None;
            }
            Some(Answer::Reply(reply)) => reply.clone(),
            None => usual.to_owned(),
        };
        self.dialogue
            .extend(reply.lines().map(|line| format!("S: {line}")));
        out.write_all(format!("{}\r\n", reply.replace('\n', "\r\n")).as_bytes())
            .ok()?;
        reply.chars().next()
    }
}

fn between(command: &str) -> &str {
    let inner = command.split_once('<').map_or("", |(_, rest)| rest);
    inner.split_once('>').map_or("", |(inner, _)| inner)
}
