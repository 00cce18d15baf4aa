//! The client's end of a connection: does, one at a time, what a dialogue's
//! plan says, over a wire of the world.

use std::io;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_rustls::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use super::fabric::{Watch, WireEnd};
use super::pen::ConnectionPen;
use super::tls::{self, Examination};
use super::transport::Transport;
use crate::journal::event::{CertificateFacts, Kind, Verification};
use crate::journal::{End, Way};
use crate::postfix::smtpd::TlsFacts;
use crate::smtp::dialogue::{Action, Dialogue, Login, Stage};
use crate::smtp::{LineReader, Overlong, ReplyError, ReplyReader};

/// A connection just made, from the client's side.
pub(super) struct Line {
    /// Who writes down what happens.
    pub(super) pen: ConnectionPen,
    /// The client's end.
    pub(super) wire: WireEnd,
    /// Tells when the wire is silent.
    pub(super) watch: Watch,
    /// The server's task; it ends with the connection.
    pub(super) server: JoinHandle<()>,
}

/// What a client thinks of certificates.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    /// The authorities it trusts, as PEM.
    pub(super) roots: Arc<str>,
    /// The name it sends in its hello (SNI).
    pub(super) server_name: String,
    /// The name it expects.
    pub(super) expected_name: String,
    /// Whether it insists.
    pub(super) required: bool,
}

/// A client's dialogue with a server.
pub(super) struct Conversation {
    pen: ConnectionPen,
    dialogue: Dialogue,
    trust: Trust,
    transport: Option<Transport<WireEnd>>,
    watch: Watch,
    server: Option<JoinHandle<()>>,
    lines: LineReader,
    replies: ReplyReader,
    certificate: Option<(Vec<CertificateFacts>, Verification)>,
    tls: Option<TlsFacts>,
    lost: Option<Lost>,
}

/// How a connection broke.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Lost {
    /// What the client was waiting for; `None`: the handshake.
    pub(super) stage: Option<Stage>,
    /// How.
    pub(super) how: Loss,
}

/// The ways in which a connection breaks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Loss {
    /// The server hung up.
    HungUp,
    /// The server says nothing, and never would.
    Silent,
    /// The handshake failed; OpenSSL's words, if it was not for a hang-up.
    Handshake(Option<String>),
}

/// What a step of a conversation came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Progress {
    /// The server answered.
    Answered,
    /// The connection is protected from here on.
    Secured,
    /// The connection is closed.
    Over,
}

impl Conversation {
    /// A conversation over `line`, before its first byte.
    pub(super) fn new(line: Line, dialogue: Dialogue, trust: Trust) -> Self {
        Self {
            pen: line.pen,
            dialogue,
            trust,
            transport: Some(Transport::Clear(line.wire)),
            watch: line.watch,
            server: Some(line.server),
            lines: LineReader::default(),
            replies: ReplyReader::default(),
            certificate: None,
            tls: None,
            lost: None,
        }
    }

    /// Does the next thing and waits for what comes of it. Once nothing but
    /// hanging up is left, that is done in the same step.
    pub(super) async fn step(&mut self) -> Progress {
        // A server greets as soon as it is called.
        self.watch.server_at_rest().await;
        let progress = match self.dialogue.next_action() {
            Action::Listen => self.hear().await,
            Action::Send(lines) => {
                let mut text = Vec::new();
                for line in &lines {
                    self.note(Way::Sent, line.as_bytes());
                    text.extend_from_slice(line.as_bytes());
                    text.extend_from_slice(b"\r\n");
                }
                self.say(&text).await
            }
            Action::SendMessage(message) => {
                for line in message.split_inclusive(|byte| *byte == b'\n') {
                    let line = line.strip_suffix(b"\n").unwrap_or(line);
                    self.note(Way::Sent, line.strip_suffix(b"\r").unwrap_or(line));
                }
                self.say(&message).await
            }
            Action::StartTls => self.shake_hands().await,
            Action::HangUp => Progress::Over,
        };
        if progress == Progress::Over || self.dialogue.is_over() {
            self.hang_up().await;
            return Progress::Over;
        }
        self.watch.server_at_rest().await;
        progress
    }

    /// Goes on to the end.
    pub(super) async fn finish(&mut self) {
        while self.step().await != Progress::Over {}
    }

    /// The client walks away, whatever the dialogue wanted.
    pub(super) async fn hang_up(&mut self) {
        if let Some(transport) = self.transport.take() {
            // After QUIT the server hangs up first; it is given the time to.
            if self.dialogue.said_goodbye() {
                self.watch.server_at_rest().await;
            }
            self.pen.closed(End::Client);
            transport.close().await;
        }
        if let Some(server) = self.server.take() {
            // It ends because its client has gone; a panic there is reported by its own thread.
            let _ = server.await;
        }
    }

    /// The client logs in before it goes on.
    pub(super) fn log_in(&mut self, login: Login) {
        self.dialogue.log_in(login);
    }

    /// The client wants no more of it, but stays polite.
    pub(super) fn give_up(&mut self) {
        self.dialogue.give_up();
    }

    /// What was said.
    pub(super) fn dialogue(&self) -> &Dialogue {
        &self.dialogue
    }

    /// The handshake, once it is done.
    pub(super) fn tls(&self) -> Option<&TlsFacts> {
        self.tls.as_ref()
    }

    /// The server's certificates and what the client thinks of them, once it
    /// has seen them.
    pub(super) fn certificate(&self) -> Option<&(Vec<CertificateFacts>, Verification)> {
        self.certificate.as_ref()
    }

    /// How the connection broke, if it did.
    pub(super) fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// The connection's number.
    pub(super) fn connection(&self) -> crate::journal::ConnectionId {
        self.pen.connection
    }

    fn note(&self, way: Way, line: &[u8]) {
        let protected = self.transport.as_ref().is_some_and(Transport::is_protected);
        self.pen.line(End::Client, way, protected, line);
    }

    async fn say(&mut self, bytes: &[u8]) -> Progress {
        if let Some(transport) = &mut self.transport {
            // If the server has gone, what it said before is still to be read.
            let _ = transport.write(bytes).await;
        }
        self.hear().await
    }

    /// Reads replies until nothing is unanswered.
    async fn hear(&mut self) -> Progress {
        let mut heard = 0;
        loop {
            if heard > LONGEST_ANSWER {
                return self.lose(Loss::Silent);
            }
            while let Some(line) = self.lines.next_line(LONGEST_LINE, Overlong::Skip) {
                self.note(Way::Received, &line.bytes);
                match self.replies.push(&line.bytes) {
                    Ok(Some(reply)) => self.dialogue.heard(reply),
                    // What is no reply is no answer: the client goes on waiting for one.
                    Ok(None) | Err(ReplyError::NotAReply) => {}
                    Err(ReplyError::TooLong) => return self.lose(Loss::Silent),
                }
                if !self.dialogue.awaits_reply() {
                    return Progress::Answered;
                }
            }
            let mut buffer = [0; 4096];
            let Some(transport) = &mut self.transport else {
                return Progress::Over;
            };
            let read = tokio::select! {
                biased;
                count = transport.read(&mut buffer) => Some(count),
                () = self.watch.silence() => None,
            };
            match read {
                Some(0) => return self.lose(Loss::HungUp),
                Some(count) => {
                    heard += count;
                    self.lines.push(buffer.get(..count).unwrap_or_default());
                }
                None => {
                    self.pen.pen.write(Kind::Stalled {
                        connection: self.pen.connection,
                    });
                    return self.lose(Loss::Silent);
                }
            }
        }
    }

    fn lose(&mut self, how: Loss) -> Progress {
        let stage = match how {
            Loss::Handshake(_) => None,
            Loss::HungUp | Loss::Silent => self.dialogue.awaited(),
        };
        self.lost = Some(Lost { stage, how });
        self.dialogue.break_off();
        Progress::Over
    }

    async fn shake_hands(&mut self) -> Progress {
        let Some(Transport::Clear(wire)) = self.transport.take() else {
            return Progress::Over;
        };
        let connected = self.connect_tls(wire).await;
        match connected {
            Ok(stream) => {
                let state = stream.get_ref().1;
                self.pen
                    .tls_established(End::Client, tls::established(state));
                let leaf = state.peer_certificates().and_then(<[_]>::first);
                self.tls = Some(tls::server_facts(state, leaf));
                self.transport = Some(Transport::Protected(Box::new(TlsStream::Client(stream))));
                self.dialogue.secured();
                self.watch.server_at_rest().await;
                Progress::Secured
            }
            Err(error) => {
                self.pen.tls_failed(End::Client, tls::reason(&error));
                self.pen.closed(End::Client);
                self.lose(Loss::Handshake(tls::library_problem(&error)))
            }
        }
    }

    async fn connect_tls(
        &mut self,
        wire: WireEnd,
    ) -> io::Result<tokio_rustls::client::TlsStream<WireEnd>> {
        let trust = &self.trust;
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        let name = ServerName::try_from(trust.server_name.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let hello = u64::from(self.pen.connection.0);
        let (connector, examination) = tls::connector(
            &trust.roots,
            &trust.expected_name,
            trust.required,
            self.pen.pen.now(),
            hello,
        )
        .map_err(invalid)?;
        let connected = tokio::select! {
            biased;
            connected = connector.connect(name, wire) => connected,
            () = self.watch.silence() => {
                self.pen.pen.write(Kind::Stalled { connection: self.pen.connection });
                Err(io::Error::from(io::ErrorKind::TimedOut))
            }
        };
        self.take_note(&examination);
        connected
    }

    /// Writes what the client saw of the server's certificate.
    fn take_note(&mut self, examination: &Examination) {
        if let Some((chain, verification)) = examination.result() {
            self.certificate = Some((chain.clone(), verification.clone()));
            self.pen.pen.write(Kind::Certificate {
                connection: self.pen.connection,
                chain,
                verification,
            });
        }
    }
}

/// Bytes of a reply line beyond which a client reads no further (RFC 5321 §4.5.3.1.5 asks for 512).
const LONGEST_LINE: usize = 4096;

/// Bytes after which a client waits no longer for the end of an answer, as a
/// deadline would have it (`smtp_per_request_deadline`).
const LONGEST_ANSWER: usize = 1024 * 1024;
