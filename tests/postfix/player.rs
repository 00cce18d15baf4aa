//! Plays a scenario's steps against a session, as the recorder's player did
//! over a socket.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use smtp_lab::postfix::configuration::{Configuration, Service};
use smtp_lab::postfix::decision::{Decision, Verdict};
use smtp_lab::postfix::smtpd::{Input, Output, Session, TlsEngine, TlsFacts, TlsFailure};

use super::host::{DIRECTORY, Host};
use super::normal;
use super::scenario::{Entry, Scenario, master_name};

pub(crate) struct Player<'a> {
    scenario: &'a Scenario,
    host: Host,
    service: Arc<Service>,
    connection: Option<Connection>,
    kept: Vec<Connection>,
    entries: Vec<Entry>,
    step: usize,
    last_reply: Vec<String>,
    outputs: Vec<Output>,
    refusals: Vec<Refused>,
}

/// What came of a dialogue.
pub(crate) struct Played {
    /// What was said.
    pub(crate) entries: Vec<Entry>,
    /// What else came out of the sessions, in order: log, messages, decisions.
    pub(crate) outputs: Vec<Output>,
    /// Every refusal, in order.
    pub(crate) refusals: Vec<Refused>,
}

/// A refusal as the client heard it, and what was told of it besides.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The last line of the reply.
    pub(crate) line: String,
    /// The decision against the command, if there was one.
    pub(crate) decision: Option<Decision>,
}

/// A connection, seen from the client.
struct Connection {
    session: Session,
    /// Reply lines not yet read, each with the pause before it.
    lines: VecDeque<(String, Duration)>,
    pause: Duration,
    closed: bool,
    /// The server waits for a handshake.
    handshake: bool,
    /// The session was not told yet that the client is there.
    unannounced: bool,
    /// Decisions against commands, of which the client was not told yet.
    decided: VecDeque<Decision>,
}

/// Why there is no reply.
enum Nothing {
    Closed,
    Silence,
}

impl<'a> Player<'a> {
    /// Plays the client's part.
    pub(crate) fn play(scenario: &'a Scenario) -> Played {
        let (main_cf, master_cf) = scenario.configuration(DIRECTORY);
        let (configuration, _) = Configuration::parse(&main_cf, Some(&master_cf));
        let service = configuration
            .service(master_name(&scenario.service))
            .expect("the service of the scenario");
        let mut player = Self {
            scenario,
            host: Host::of(scenario),
            service: Arc::clone(service),
            connection: None,
            kept: Vec::new(),
            entries: Vec::new(),
            step: 0,
            last_reply: Vec::new(),
            outputs: Vec::new(),
            refusals: Vec::new(),
        };
        player.run();
        Played {
            entries: player.entries,
            outputs: player.outputs,
            refusals: player.refusals,
        }
    }

    fn run(&mut self) {
        let steps = &self.scenario.steps;
        let reconnects = steps.iter().any(|step| step.contains_key("reconnect"));
        if self.connect().is_err() {
            self.event("closed", None);
            if !reconnects {
                return self.hang_up();
            }
        }
        for (index, step) in steps.iter().enumerate() {
            self.step = index + 1;
            let over = self
                .entries
                .last()
                .is_some_and(|entry| entry.event.as_deref() == Some("closed"));
            if over && !step.contains_key("reconnect") {
                continue;
            }
            if let Err(answered) = self.carry_out(step) {
                let command = step.get("send").and_then(Value::as_str);
                self.event("closed", command.filter(|_| !answered));
            }
        }
        self.hang_up();
    }

    fn hang_up(&mut self) {
        let connections = self.kept.drain(..).chain(self.connection.take());
        for mut connection in connections.collect::<Vec<_>>() {
            if !connection.closed {
                let outputs = connection.session.handle(Input::Hangup, &mut self.host);
                self.take(&mut connection, outputs);
            }
        }
    }

    // ---- the transport ----------------------------------------------------

    fn connect(&mut self) -> Result<(), bool> {
        let identity = self.host.identify(&self.scenario.client.addr);
        let engine = self.engine();
        let session = Session::new(Arc::clone(&self.service), identity, engine);
        self.connection = Some(Connection {
            session,
            lines: VecDeque::new(),
            pause: Duration::ZERO,
            closed: false,
            handshake: false,
            unannounced: true,
            decided: VecDeque::new(),
        });
        if self.scenario.no_greeting {
            return Ok(());
        }
        self.announce();
        if self.scenario.service == "smtps" && !self.shake_hands() {
            self.event("tls-failed", None);
            return Err(false);
        }
        self.reply(None, None)
    }

    /// Whether the service can do TLS, by the files its parameters name.
    fn engine(&self) -> TlsEngine {
        let file = self.service.text("smtpd_tls_cert_file");
        if file.is_empty() {
            return TlsEngine::Broken(vec![
                "warning: No server certs available. TLS won't be enabled".to_owned(),
            ]);
        }
        if file == format!("{DIRECTORY}/tls/cert.pem") {
            return TlsEngine::Ready;
        }
        let library = [
            format!(
                "error:80000002:system library::No such file or directory:\
                 ../crypto/bio/bss_file.c:308:calling fopen({file}, r):"
            ),
            "error:10080002:BIO routines::system lib:../crypto/bio/bss_file.c:311:".to_owned(),
            "error:0A080002:SSL routines::system lib:../ssl/ssl_rsa.c:450:".to_owned(),
        ];
        let mut lines = vec![format!(
            "warning: cannot get RSA certificate from file \"{file}\": disabling TLS support"
        )];
        lines.extend(library.map(|text| format!("warning: TLS library problem: {text}")));
        TlsEngine::Broken(lines)
    }

    fn announce(&mut self) {
        self.tell(Input::Connected);
        if let Some(connection) = &mut self.connection {
            connection.unannounced = false;
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        if let Some(mut connection) = self.connection.take() {
            let outputs = connection.session.handle(input, &mut self.host);
            self.take(&mut connection, outputs);
            self.connection = Some(connection);
        }
    }

    fn take(&mut self, connection: &mut Connection, outputs: Vec<Output>) {
        for output in outputs {
            if let Output::Decided(decision) = &output
                && decision.verdict != Verdict::Accepted
            {
                connection.decided.push_back(decision.clone());
            }
            match output {
                Output::Reply(line) => {
                    if is_refusal(&line) {
                        let decision = connection.decided.pop_front();
                        let line = line.clone();
                        self.refusals.push(Refused { line, decision });
                    }
                    let pause = std::mem::take(&mut connection.pause);
                    connection.lines.push_back((line, pause));
                }
                Output::StartTls => connection.handshake = true,
                Output::Pause(pause) => connection.pause += pause,
                Output::Close => connection.closed = true,
                other => self.outputs.push(other),
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), bool> {
        let Some(connection) = &mut self.connection else {
            return Err(false);
        };
        if connection.closed {
            // The peer's refusal comes later; what it said before can be read.
            return Ok(());
        }
        if connection.handshake {
            connection.handshake = false;
            self.tell(Input::TlsFailed(TlsFailure::NotTls));
            return Ok(());
        }
        let unannounced = connection.unannounced;
        self.tell(Input::Bytes(bytes));
        if unannounced {
            self.announce();
        }
        Ok(())
    }

    /// The client's side of a handshake.
    fn shake_hands(&mut self) -> bool {
        match &mut self.connection {
            Some(connection) if connection.handshake => connection.handshake = false,
            _ => return false,
        }
        self.tell(Input::TlsEstablished(TlsFacts {
            version: "TLSv1.3".to_owned(),
            cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
            bits: 256,
            details: " key-exchange X25519 server-signature RSA-PSS (2048 bits) \
                      server-digest SHA256"
                .to_owned(),
        }));
        true
    }

    fn read_line(&mut self, patience: Duration) -> Result<(String, Duration), Nothing> {
        for _ in 0..2 {
            let connection = self.connection.as_mut().ok_or(Nothing::Closed)?;
            if let Some(line) = connection.lines.pop_front() {
                return Ok(line);
            }
            if connection.closed {
                return Err(Nothing::Closed);
            }
            let limit = connection.session.timeout();
            if connection.handshake || limit.is_zero() || limit > patience {
                return Err(Nothing::Silence);
            }
            connection.pause = limit;
            self.host.advance(limit);
            self.tell(Input::Timeout);
        }
        Err(Nothing::Silence)
    }

    fn read_reply(&mut self, patience: Duration) -> Result<(Vec<String>, Duration), Nothing> {
        let mut lines = Vec::new();
        let mut waited = Duration::ZERO;
        loop {
            let (line, pause) = self.read_line(patience)?;
            waited += pause;
            let last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line);
            if last {
                return Ok((lines, waited));
            }
        }
    }

    // ---- the transcript ---------------------------------------------------

    fn event(&mut self, event: &str, command: Option<&str>) {
        self.entries.push(Entry {
            step: self.step,
            c: command.map(str::to_owned),
            s: Vec::new(),
            event: Some(event.to_owned()),
            delay_s: None,
        });
    }

    /// Reads one reply into the transcript. `Err`: the server hung up.
    fn reply(&mut self, command: Option<&str>, patience: Option<u64>) -> Result<(), bool> {
        let patience = patience.or(self.scenario.timeout_s).unwrap_or(20);
        self.last_reply.clear();
        match self.read_reply(Duration::from_secs(patience)) {
            Ok((lines, waited)) => {
                self.entries.push(Entry {
                    step: self.step,
                    c: command.map(str::to_owned),
                    s: lines.iter().map(|line| normal::reply(line)).collect(),
                    event: None,
                    delay_s: Some(waited.as_secs()).filter(|&seconds| seconds > 0),
                });
                self.last_reply = lines;
                Ok(())
            }
            Err(Nothing::Silence) => {
                self.event("no-reply", command);
                Ok(())
            }
            Err(Nothing::Closed) => Err(false),
        }
    }

    fn code(&self) -> &str {
        self.last_reply
            .last()
            .and_then(|line| line.get(..3))
            .unwrap_or_default()
    }

    // ---- the steps --------------------------------------------------------

    fn carry_out(&mut self, step: &Map<String, Value>) -> Result<(), bool> {
        let number = |key: &str| step.get(key).and_then(Value::as_u64);
        let text = |key: &str| step.get(key).and_then(Value::as_str);
        if let Some(line) = text("send") {
            for i in 1..=number("repeat").unwrap_or(1) {
                let line = line.replace("{i}", &i.to_string());
                self.command(&line, number("replies"))?;
            }
        } else if let Some(spec) = step.get("send_fill") {
            self.command(&filled(spec), number("replies"))?;
        } else if let Some(lines) = step.get("pipeline").and_then(Value::as_array) {
            let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
            self.send((lines.join("\r\n") + "\r\n").as_bytes())?;
            let count = number("replies").unwrap_or(lines.len() as u64);
            for i in 0..usize::try_from(count).unwrap() {
                self.reply(lines.get(i).copied(), None)?;
            }
        } else if let Some(encoded) = text("raw_bytes_b64") {
            let bytes = STANDARD.decode(encoded).unwrap();
            self.send(&bytes)?;
            let count = number("replies").unwrap_or(1);
            if count == 0 {
                self.event("sent", Some("raw"));
            }
            for i in 0..count {
                self.reply((i == 0).then_some("raw"), None)?;
            }
        } else if let Some(lines) = step.get("message").and_then(Value::as_array) {
            let lines: Vec<String> = lines
                .iter()
                .map(|line| line.as_str().unwrap().to_owned())
                .collect();
            self.message(&lines)?;
        } else if let Some(spec) = step.get("message_fill") {
            let count = spec["lines"].as_u64().unwrap();
            let width = spec["width"].as_u64().unwrap_or(70);
            let mut lines = vec!["Subject: fill".to_owned(), String::new()];
            let line = "x".repeat(usize::try_from(width).unwrap());
            lines.extend((0..count).map(|_| line.clone()));
            self.message(&lines)?;
        } else if let Some(options) = step.get("starttls") {
            self.starttls(options)?;
        } else if let Some(options) = step.get("auth") {
            self.auth(options)?;
        } else if step.contains_key("expect_close") {
            self.reply(None, Some(number("within").unwrap_or(5)))?;
        } else if let Some(seconds) = step.get("expect_silence").and_then(Value::as_f64) {
            match self.read_reply(Duration::from_secs_f64(seconds)) {
                Ok((lines, _)) => panic!("not silent: {lines:?}"),
                Err(Nothing::Silence) => self.event("silence", None),
                Err(Nothing::Closed) => return Err(false),
            }
        } else if let Some(seconds) = number("wait_reply") {
            self.reply(None, Some(seconds))?;
        } else if let Some(options) = step.get("reconnect") {
            if options.get("keep").is_some() {
                self.kept.extend(self.connection.take());
            } else {
                self.hang_up();
            }
            self.connect()?;
        } else if let Some(seconds) = step.get("sleep").and_then(Value::as_f64) {
            self.host.advance(Duration::from_secs_f64(seconds));
        } else {
            panic!("a step that nobody knows: {step:?}");
        }
        Ok(())
    }

    fn command(&mut self, line: &str, replies: Option<u64>) -> Result<(), bool> {
        self.send(format!("{line}\r\n").as_bytes())?;
        let replies = replies.unwrap_or(1);
        for i in 0..replies {
            self.reply((i == 0).then_some(line), None)?;
        }
        if replies == 0 {
            self.event("sent", Some(line));
        }
        Ok(())
    }

    fn message(&mut self, lines: &[String]) -> Result<(), bool> {
        let mut text = String::new();
        for line in lines {
            if line.starts_with('.') {
                text.push('.');
            }
            text.push_str(line);
            text.push_str("\r\n");
        }
        self.send(format!("{text}.\r\n").as_bytes())?;
        self.reply(Some("(message)"), None)
    }

    fn starttls(&mut self, options: &Value) -> Result<(), bool> {
        let mut line = "STARTTLS".to_owned();
        if let Some(arguments) = options.get("args").and_then(Value::as_str) {
            line = format!("{line} {arguments}");
        }
        line.push_str("\r\n");
        for injected in options["inject"].as_array().into_iter().flatten() {
            line.push_str(injected.as_str().unwrap());
            line.push_str("\r\n");
        }
        self.send(line.as_bytes())?;
        self.reply(Some(&line), None)?;
        if self.code() != "220" || options.get("no_handshake").is_some() {
            return Ok(());
        }
        let unread = self
            .connection
            .as_ref()
            .is_some_and(|c| !c.lines.is_empty());
        if unread {
            self.event("plaintext-after-starttls", None);
        }
        if !self.shake_hands() {
            self.event("tls-failed", None);
            return Err(false);
        }
        self.event("tls-ok", None);
        Ok(())
    }

    fn auth(&mut self, options: &Value) -> Result<(), bool> {
        let text = |key: &str| options.get(key).and_then(Value::as_str).unwrap_or_default();
        let (user, password) = (text("user"), text("password"));
        let mechanism = text("mech");
        let mut responses: VecDeque<String> = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let message = format!("{}\0{user}\0{password}", text("authzid"));
                [STANDARD.encode(message)].into()
            }
            "LOGIN" => [STANDARD.encode(user), STANDARD.encode(password)].into(),
            // No recording proves its password in this way.
            "CRAM-MD5" => [STANDARD.encode(format!("{user} {}", "0".repeat(32)))].into(),
            _ => VecDeque::new(),
        };
        let mut line = format!("AUTH {mechanism}");
        if options.get("initial").and_then(Value::as_bool) == Some(true)
            && let Some(response) = responses.pop_front()
        {
            line = format!("{line} {response}");
        }
        self.send(format!("{line}\r\n").as_bytes())?;
        self.reply(Some(&line), None)?;
        for response in responses {
            if self.code() != "334" {
                break;
            }
            self.send(format!("{response}\r\n").as_bytes())?;
            self.reply(Some(&response), None)?;
        }
        Ok(())
    }
}

/// Whether a line is the last of a reply that turns somebody down.
fn is_refusal(line: &str) -> bool {
    let is_last = line.as_bytes().get(3) != Some(&b'-');
    is_last && (line.starts_with(['4', '5']) || line.starts_with("221 2.7.0"))
}

fn filled(spec: &Value) -> String {
    let text = |key: &str| spec.get(key).and_then(Value::as_str).unwrap_or_default();
    let character = spec.get("char").and_then(Value::as_str).unwrap_or("a");
    let count = usize::try_from(spec["n"].as_u64().unwrap()).unwrap();
    format!(
        "{}{}{}",
        text("prefix"),
        character.repeat(count),
        text("suffix")
    )
}
