//! A mail server beyond the world's edge that answers as it is told.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::{TlsAcceptor, TlsStream};

use crate::world::client_end::Line;
use crate::world::fabric::{self, WireEnd};
use crate::world::internet::Extension;
use crate::world::transport::Transport;

/// What it does instead of its normal answer to a command.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// This reply.
    Reply(String),
    /// It hangs up.
    HangUp,
    /// It says nothing any more.
    Mute,
    /// It says what is no SMTP, and hangs up.
    Nonsense,
    /// It begins a reply that has no end.
    Endless,
    /// It begins a line that has no end.
    EndlessLine,
}

/// Its answers by command (`greeting`, `ehlo`, `starttls`, `handshake`, `auth`,
/// `mail`, `rcpt`, `data`, `body`, `message`, `quit`), one after the other. The last
/// answer to a command stays.
pub(super) type Script = BTreeMap<String, Vec<Answer>>;

/// What it can do.
#[derive(Clone, Debug)]
pub(super) struct Skills {
    /// With it, it lists STARTTLS.
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// Whether what follows STARTTLS is no TLS.
    pub(super) garbles_tls: bool,
    /// Whether RCPT is good without MAIL.
    pub(super) is_lenient: bool,
    /// The mechanisms of AUTH; none: it does not list AUTH.
    pub(super) mechanisms: &'static str,
    /// The biggest message that it says it takes, in bytes.
    pub(super) size: u64,
}

impl Default for Skills {
    fn default() -> Self {
        Self {
            tls: None,
            garbles_tls: false,
            is_lenient: false,
            mechanisms: "",
            size: 20_480_000,
        }
    }
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

/// What servers saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// What was said on each connection: `S: …`, `C: …`.
    pub(super) dialogues: Vec<Vec<String>>,
    /// The messages that they were given.
    pub(super) taken: Vec<Given>,
}

/// A message that a server was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) recipients: Vec<String>,
    pub(super) text: String,
    /// Whether it took it over, and said so.
    pub(super) is_taken: bool,
    /// Whether it said what it did with it.
    pub(super) was_answered: bool,
}

impl Answer {
    /// As the recordings write it.
    pub(super) fn of(reply: &str) -> Self {
        match reply {
            "drop" => Self::HangUp,
            "mute" => Self::Mute,
            reply => Self::Reply(reply.to_owned()),
        }
    }
}

/// The server.
#[derive(Clone)]
pub(super) struct NextHop {
    skills: Skills,
    /// What it does on each connection, which is numbered from 0.
    script: Rc<dyn Fn(usize) -> Rc<RefCell<Script>>>,
    /// How its dialogues begin, to tell it from others.
    label: Option<String>,
    connections: Rc<Cell<usize>>,
    seen: Rc<RefCell<Seen>>,
}

impl NextHop {
    /// Starts it; what it sees goes into `seen`.
    pub(super) fn new(
        skills: Skills,
        seen: &Rc<RefCell<Seen>>,
        script: impl Fn(usize) -> Rc<RefCell<Script>> + 'static,
    ) -> Self {
        Self {
            skills,
            script: Rc::new(script),
            label: None,
            connections: Rc::default(),
            seen: Rc::clone(seen),
        }
    }

    /// The same, whose dialogues say where they were.
    pub(super) fn labelled(self, label: String) -> Self {
        Self {
            label: Some(label),
            ..self
        }
    }

    /// Takes a call.
    pub(super) fn answer(&self) -> Extension {
        let number = self.connections.replace(self.connections.get() + 1);
        let session = Session {
            skills: self.skills.clone(),
            script: (self.script)(number),
            dialogue: self.label.iter().cloned().collect(),
            taken: Vec::new(),
            has_sender: false,
            recipients: Vec::new(),
        };
        let seen = Rc::clone(&self.seen);
        Extension {
            own: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 40000),
            lay: Box::new(move |pen| {
                let tap = pen.clone();
                let (client, server, watch) = fabric::lay(move |from, bytes| tap.wire(from, bytes));
                let server = tokio::task::spawn_local(session.serve(server, seen));
                Line {
                    pen,
                    wire: client,
                    watch,
                    server,
                }
            }),
        }
    }
}

struct Session {
    skills: Skills,
    script: Rc<RefCell<Script>>,
    dialogue: Vec<String>,
    taken: Vec<Given>,
    /// Whether MAIL was accepted.
    has_sender: bool,
    recipients: Vec<String>,
}

/// The wire, to which TLS may come, and what was read of it too early.
struct Wire {
    transport: Transport<WireEnd>,
    read: Vec<u8>,
}

impl Wire {
    /// The next line with its end. `None`: the client went away.
    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line).into_owned());
            }
            let mut buffer = [0; 4096];
            let count = self.transport.read(&mut buffer).await;
            if count == 0 {
                return None;
            }
            self.read.extend_from_slice(&buffer[..count]);
        }
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        self.transport.write(text.as_bytes()).await.ok()
    }
}

impl Session {
    async fn serve(mut self, wire: WireEnd, seen: Rc<RefCell<Seen>>) {
        let wire = Wire {
            transport: Transport::Clear(wire),
            read: Vec::new(),
        };
        // A client that goes away ends its session and nothing else.
        let _ = self.converse(wire).await;
        let mut seen = seen.borrow_mut();
        seen.dialogues.push(self.dialogue);
        seen.taken.extend(self.taken);
    }

    async fn converse(&mut self, mut wire: Wire) -> Option<()> {
        let greeting = "220 mx.siguiente.example ESMTP sink";
        self.answer(&mut wire, "greeting", greeting).await?;
        while let Some(line) = wire.line().await {
            let command = line.trim_end();
            self.dialogue.push(format!("C: {command}"));
            let verb = command.split(' ').next().unwrap_or_default().to_uppercase();
            let ehlo = self.capabilities(&wire);
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
            let code = self.answer(&mut wire, stage, usual).await?;
            match (stage, code) {
                ("starttls", '2') => wire = self.protect(wire).await?,
                ("mail", code) => self.has_sender = code == '2',
                ("rcpt", '2') => self.recipients.push(between(command).to_owned()),
                ("data", '3') => self.receive(&mut wire).await?,
                ("quit", _) => return None,
                _ => {}
            }
        }
        None
    }

    /// Takes a message.
    async fn receive(&mut self, wire: &mut Wire) -> Option<()> {
        if self.script.borrow().contains_key("body") {
            wire.line().await?;
            self.dialogue.push("(hangs up)".to_owned());
            return None;
        }
        let mut text = String::new();
        loop {
            let line = wire.line().await?;
            if line == ".\r\n" {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        self.dialogue.push("C: (message)".to_owned());
        let number = self.taken.len();
        self.taken.push(Given {
            recipients: std::mem::take(&mut self.recipients),
            text,
            is_taken: false,
            was_answered: false,
        });
        let answer = self.answer(wire, "message", "250 2.0.0 Ok: queued as SINK");
        let code = answer.await?;
        self.taken[number].is_taken = code == '2';
        self.taken[number].was_answered = true;
        Some(())
    }

    /// Its answer to EHLO.
    fn capabilities(&self, wire: &Wire) -> String {
        let size = format!("SIZE {}", self.skills.size);
        let mut lines = vec![
            "mx.siguiente.example",
            "PIPELINING",
            &size,
            "8BITMIME",
            "SMTPUTF8",
        ];
        if self.skills.tls.is_some() && !wire.transport.is_protected() {
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
    async fn protect(&mut self, mut wire: Wire) -> Option<Wire> {
        if self.script.borrow().contains_key("handshake") {
            self.answer(&mut wire, "handshake", "").await?;
        }
        if self.skills.garbles_tls {
            let mut hello = [0; 4096];
            wire.transport.read(&mut hello).await;
            self.dialogue.push("(garbles)".to_owned());
            wire.say("500 what?\r\n").await;
            return None;
        }
        let (Transport::Clear(stream), Some(config)) = (wire.transport, &self.skills.tls) else {
            return None;
        };
        let accepted = TlsAcceptor::from(Arc::clone(config)).accept(stream).await;
        let stream = TlsStream::Server(accepted.ok()?);
        self.dialogue.push("(TLS)".to_owned());
        Some(Wire {
            transport: Transport::Protected(Box::new(stream)),
            read: Vec::new(),
        })
    }

    /// Answers; the first digit of the code, or `None` once the connection is over.
    async fn answer(&mut self, wire: &mut Wire, stage: &str, usual: &str) -> Option<char> {
        let answer = self.script.borrow_mut().get_mut(stage).and_then(|answers| {
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
            Some(Answer::Mute) => {
                self.dialogue.push("(says nothing)".to_owned());
                while wire.line().await.is_some() {}
                return None;
            }
            Some(Answer::Nonsense) => {
                wire.say("\u{7f}\0 que?\r\n\r\n25 0 no\r\n").await;
                return None;
            }
            Some(Answer::Endless) => {
                while wire.say("250-y otra cosa\r\n").await.is_some() {}
                return None;
            }
            Some(Answer::EndlessLine) => {
                let text = "y otra cosa, ".repeat(1000);
                while wire.say(&text).await.is_some() {}
                return None;
            }
            Some(Answer::Reply(reply)) => reply,
            None => usual.to_owned(),
        };
        self.dialogue
            .extend(reply.split('\n').map(|line| format!("S: {line}")));
        wire.say(&format!("{}\r\n", reply.replace('\n', "\r\n")))
            .await?;
        Some(reply.chars().next().unwrap_or(' '))
    }
}

fn between(command: &str) -> &str {
    let inner = command.split_once('<').map_or("", |(_, rest)| rest);
    inner.split_once('>').map_or("", |(inner, _)| inner)
}
