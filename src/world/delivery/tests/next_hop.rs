//! A mail server on a loopback port that answers as it is told.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

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

/// Its answers by command (`greeting`, `ehlo`, `starttls`, `auth`, `mail`,
/// `rcpt`, `data`, `message`, `quit`), for one connection.
/// The last answer to a command stays.
pub(super) type Script = BTreeMap<String, Vec<Answer>>;

/// What it can do.
#[derive(Clone, Debug, Default)]
pub(super) struct Skills {
    /// With it, it lists STARTTLS.
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// Whether what follows STARTTLS is no TLS.
    pub(super) garbles_tls: bool,
    /// Whether RCPT is good without MAIL.
    pub(super) is_lenient: bool,
    /// The mechanisms of AUTH; none: it does not list AUTH.
    pub(super) mechanisms: &'static str,
}

/// TLS with this certificate chain and key, both PEM.
pub(super) fn tls(chain: &str, key: &str) -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_slice_iter(chain.as_bytes())
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(crate::world::tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key);
    Arc::new(config.unwrap())
}

/// What it saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// What was said on each connection: `S: …`, `C: …`.
    pub(super) dialogues: Vec<Vec<String>>,
    /// The messages that it was given.
    pub(super) taken: Vec<Given>,
}

/// A message that it was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) recipients: Vec<String>,
    pub(super) text: String,
    /// Whether it took it over.
    pub(super) is_taken: bool,
}

impl Answer {
    /// As the recordings write it.
    pub(super) fn of(reply: &str) -> Self {
        match reply {
            "drop" => Self::HangUp,
            reply => Self::Reply(reply.to_owned()),
        }
    }
}

/// The server.
pub(super) struct NextHop {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl NextHop {
    /// Starts it; `script` is asked for each connection, which is numbered from 0.
    pub(super) fn start(skills: Skills, script: impl Fn(usize) -> Script + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let notes = Arc::clone(&seen);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut session = Session {
                    skills: skills.clone(),
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
    skills: Skills,
    script: Script,
    dialogue: Vec<String>,
    /// Whether MAIL was accepted.
    has_sender: bool,
    recipients: Vec<String>,
}

/// The wire, to which TLS may come.
enum Wire {
    Clear(TcpStream),
    Protected(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.read(buffer),
            Self::Protected(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.write(bytes),
            Self::Protected(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Clear(stream) => stream.flush(),
            Self::Protected(stream) => stream.flush(),
        }
    }
}

impl Session {
    fn serve(&mut self, stream: TcpStream) -> Vec<Given> {
        let mut taken = Vec::new();
        let mut wire = BufReader::new(Wire::Clear(stream));
        let greeting = "220 mx.siguiente.example ESMTP sink";
        if self.answer(&mut wire, "greeting", greeting).is_none() {
            return taken;
        }
        while let Some(line) = read_line(&mut wire) {
            let command = line.trim_end();
            self.dialogue.push(format!("C: {command}"));
            let verb = command.split(' ').next().unwrap_or_default().to_uppercase();
            let ehlo = self.capabilities(wire.get_ref());
            let (stage, usual) = match verb.as_str() {
                "EHLO" => ("ehlo", ehlo.as_str()),
                "HELO" => ("helo", "250 mx.siguiente.example"),
                "STARTTLS" => ("starttls", "220 2.0.0 Ready to start TLS"),
                "AUTH" => {
                    self.decode(command.rsplit(' ').next().unwrap_or_default());
                    ("auth", "235 2.7.0 Authentication successful")
                }
                "MAIL" => {
                    self.recipients.clear();
                    ("mail", "250 2.1.0 Ok")
                }
                "RCPT" if !self.has_sender && !self.skills.is_lenient => {
                    ("order", "503 5.5.1 Error: need MAIL command")
                }
                "RCPT" => ("rcpt", "250 2.1.5 Ok"),
                "DATA" if self.recipients.is_empty() => {
                    ("data", "554 5.5.1 Error: no valid recipients")
                }
                "DATA" => ("data", "354 Go ahead"),
                "RSET" => ("rset", "250 2.0.0 Ok"),
                "QUIT" => ("quit", "221 2.0.0 Bye"),
                _ => ("other", "500 5.5.2 Error: command not recognized"),
            };
            let Some(code) = self.answer(&mut wire, stage, usual) else {
                break;
            };
            match (stage, code) {
                ("starttls", '2') => match self.protect(wire) {
                    Some(protected) => wire = protected,
                    None => break,
                },
                ("mail", code) => self.has_sender = code == '2',
                ("rcpt", '2') => self.recipients.push(between(command).to_owned()),
                ("data", '3') => {
                    let Some(message) = read_message(&mut wire) else {
                        break;
                    };
                    self.dialogue.push("C: (message)".to_owned());
                    let code = self.answer(&mut wire, "message", "250 2.0.0 Ok: queued as SINK");
                    taken.push(Given {
                        recipients: std::mem::take(&mut self.recipients),
                        text: message,
                        is_taken: code == Some('2'),
                    });
                    if code.is_none() {
                        break;
                    }
                }
                ("quit", _) => break,
                _ => {}
            }
        }
        taken
    }

    /// Its answer to EHLO.
    fn capabilities(&self, wire: &Wire) -> String {
        let mut lines = vec![
            "mx.siguiente.example",
            "PIPELINING",
            "SIZE 20480000",
            "8BITMIME",
            "SMTPUTF8",
        ];
        if self.skills.tls.is_some() && matches!(wire, Wire::Clear(_)) {
            lines.push("STARTTLS");
        }
        let auth = format!("AUTH {}", self.skills.mechanisms);
        if !self.skills.mechanisms.is_empty() {
            lines.push(&auth);
        }
        format!("250-{}\n250 ENHANCEDSTATUSCODES", lines.join("\n250-"))
    }

    /// Notes what a response to AUTH says.
    fn decode(&mut self, response: &str) {
        let decoded = STANDARD.decode(response).unwrap_or_default();
        let text = String::from_utf8_lossy(&decoded).replace('\0', "\\0");
        self.dialogue.push(format!("(decoded: {text})"));
    }

    /// The server's side of a handshake. `None`: it failed.
    fn protect(&mut self, wire: BufReader<Wire>) -> Option<BufReader<Wire>> {
        let (Wire::Clear(mut stream), Some(config)) = (wire.into_inner(), &self.skills.tls) else {
            return None;
        };
        if self.skills.garbles_tls {
            let mut hello = [0; 4096];
            let _ = stream.read(&mut hello);
            let _ = stream.write_all(b"500 what?\r\n");
            self.dialogue.push("(garbles)".to_owned());
            return None;
        }
        let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
        connection.complete_io(&mut stream).ok()?;
        self.dialogue.push("(TLS)".to_owned());
        let stream = StreamOwned::new(connection, stream);
        Some(BufReader::new(Wire::Protected(Box::new(stream))))
    }

    /// Answers; the first digit of the code, or `None` once the connection is over.
    fn answer(&mut self, wire: &mut BufReader<Wire>, stage: &str, usual: &str) -> Option<char> {
        let out = wire.get_mut();
        let answer = self.script.get_mut(stage).and_then(|answers| {
            if answers.len() > 1 {
                Some(answers.remove(0))
            } else {
                answers.first().cloned()
            }
        });
        let reply = match answer {
            Some(Answer::HangUp) => {
                self.dialogue.push("(hangs up)".to_owned());
                return None;
            }
            Some(Answer::Nonsense) => {
                let _ = out.write_all(b"\xff\xfe\x00 que?\r\n\r\n25 0 no\r\n");
                return None;
            }
            Some(Answer::Endless) => {
                while out.write_all(b"250-y otra cosa\r\n").is_ok() {}
                return None;
            }
            Some(Answer::Reply(reply)) => reply,
            None => usual.to_owned(),
        };
        self.dialogue
            .extend(reply.lines().map(|line| format!("S: {line}")));
        out.write_all(format!("{}\r\n", reply.replace('\n', "\r\n")).as_bytes())
            .ok()?;
        out.flush().ok()?;
        reply.chars().next()
    }
}

fn read_line(wire: &mut BufReader<Wire>) -> Option<String> {
    let mut line = Vec::new();
    let count = wire.read_until(b'\n', &mut line).unwrap_or(0);
    (count > 0).then(|| String::from_utf8_lossy(&line).into_owned())
}

/// A message up to its final dot. `None`: the client went away.
fn read_message(wire: &mut BufReader<Wire>) -> Option<String> {
    let mut message = String::new();
    loop {
        let line = read_line(wire)?;
        if line == ".\r\n" {
            return Some(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn between(command: &str) -> &str {
    let inner = command.split_once('<').map_or("", |(_, rest)| rest);
    inner.split_once('>').map_or("", |(inner, _)| inner)
}
