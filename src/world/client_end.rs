//! The client's end of a connection: bytes out, lines in, and TLS when it is
//! time for it. What is said over it is decided by others.

use std::io;
use std::sync::Arc;
use std::time::Duration;

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
use crate::smtp::{LineReader, Overlong};

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
    /// The names of which it expects one; `.domain` stands for every name below it.
    pub(super) expected_names: Vec<String>,
    /// Whether it insists.
    pub(super) required: bool,
}

/// The client's end of a connection.
pub(super) struct ClientEnd {
    /// Who writes down what happens.
    pub(super) pen: ConnectionPen,
    /// Tells when the wire is silent.
    pub(super) watch: Watch,
    trust: Trust,
    transport: Option<Transport<WireEnd>>,
    server: Option<JoinHandle<()>>,
    lines: LineReader,
    certificate: Option<(Vec<CertificateFacts>, Verification)>,
    tls: Option<TlsFacts>,
}

/// Why a handshake failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum NoHandshake {
    /// The server hung up.
    HungUp,
    /// It said nothing for too long.
    Silent,
    /// Something else, in OpenSSL's words.
    Problem(String),
}

/// What came of waiting for the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Heard {
    /// So many bytes.
    Bytes(usize),
    /// It hung up.
    HangUp,
    /// Nothing, and it never would say anything.
    Silence,
}

impl ClientEnd {
    /// The client's end of `line`, before its first byte.
    pub(super) fn new(line: Line, trust: Trust) -> Self {
        Self {
            pen: line.pen,
            watch: line.watch,
            trust,
            transport: Some(Transport::Clear(line.wire)),
            server: Some(line.server),
            lines: LineReader::default(),
            certificate: None,
            tls: None,
        }
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

    /// Sends bytes, and writes down the lines that they are. `false`: the
    /// server's end does not take them any more.
    pub(super) async fn say(&mut self, bytes: &[u8]) -> bool {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            self.note(Way::Sent, line.strip_suffix(b"\r").unwrap_or(line));
        }
        // If the server has gone, what it said before is still to be read.
        match &mut self.transport {
            Some(transport) => transport.write(bytes).await.is_ok(),
            None => false,
        }
    }

    /// The next whole line that came, which is written down.
    pub(super) fn next_line(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.next_line(LONGEST_LINE, Overlong::Skip)?;
        self.note(Way::Received, &line.bytes);
        Some(line.bytes)
    }

    /// Waits for more bytes: for so long, if the server is outside the world.
    pub(super) async fn listen(&mut self, patience: Duration) -> Heard {
        let mut buffer = [0; 4096];
        let Some(transport) = &mut self.transport else {
            return Heard::HangUp;
        };
        let read = tokio::select! {
            biased;
            count = transport.read(&mut buffer) => Some(count),
            () = self.watch.silence(patience) => None,
        };
        match read {
            Some(0) => Heard::HangUp,
            Some(count) => {
                self.lines.push(buffer.get(..count).unwrap_or_default());
                Heard::Bytes(count)
            }
            None => Heard::Silence,
        }
    }

    /// Writes down that both ends wait for the other; the client, for so long.
    pub(super) fn stalled(&self, patience: Duration) {
        self.pen.pen.write(Kind::Stalled {
            connection: self.pen.connection,
        });
        self.pen.pen.pass(patience);
    }

    /// Shakes hands, within the time given. After a failure the connection is
    /// closed.
    pub(super) async fn shake_hands(&mut self, patience: Duration) -> Result<(), NoHandshake> {
        let Some(Transport::Clear(wire)) = self.transport.take() else {
            return Err(NoHandshake::HungUp);
        };
        // What came in clear behind the answer to STARTTLS may be anybody's, and
        // must not pass for something said in TLS (CVE-2011-0411, mirrored).
        self.lines = LineReader::default();
        // In a place of its own, as a client without TLS needs no room for it.
        match Box::pin(self.connect_tls(wire, patience)).await {
            Ok(stream) => {
                let state = stream.get_ref().1;
                self.pen
                    .tls_established(End::Client, tls::established(state));
                let leaf = state.peer_certificates().and_then(<[_]>::first);
                self.tls = Some(tls::server_facts(state, leaf));
                self.transport = Some(Transport::Protected(Box::new(TlsStream::Client(stream))));
                self.watch.server_at_rest().await;
                Ok(())
            }
            Err(error) => {
                let verdict = self.certificate.as_ref().map(|(_, it)| it.words);
                self.pen
                    .tls_failed(End::Client, tls::reason(&error, verdict));
                self.pen.closed(End::Client);
                Err(match tls::library_problem(&error) {
                    Some(words) => NoHandshake::Problem(words),
                    None if error.kind() == io::ErrorKind::TimedOut => NoHandshake::Silent,
                    None => NoHandshake::HungUp,
                })
            }
        }
    }

    /// Hangs up; a server that `goes_first` is given the time to.
    pub(super) async fn hang_up(&mut self, goes_first: bool) {
        if let Some(transport) = self.transport.take() {
            if goes_first {
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

    fn note(&self, way: Way, line: &[u8]) {
        let protected = self.transport.as_ref().is_some_and(Transport::is_protected);
        self.pen.line(End::Client, way, protected, line);
    }

    async fn connect_tls(
        &mut self,
        wire: WireEnd,
        patience: Duration,
    ) -> io::Result<tokio_rustls::client::TlsStream<WireEnd>> {
        let trust = &self.trust;
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        let name = ServerName::try_from(trust.server_name.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let hello = u64::from(self.pen.connection.0);
        let (connector, examination) = tls::connector(
            &trust.roots,
            &trust.expected_names,
            trust.required,
            self.pen.pen.now(),
            hello,
        )
        .map_err(invalid)?;
        let connected = tokio::select! {
            biased;
            connected = connector.connect(name, wire).into_fallible() => match connected {
                Ok(stream) => Ok(stream),
                Err((error, _wire)) => {
                    // A server that speaks no TLS takes the hello for a command: what
                    // it makes of it comes before its client hangs up.
                    if tls::is_no_tls(&error) {
                        self.watch.server_at_rest().await;
                    }
                    Err(error)
                }
            },
            () = self.watch.silence(patience) => {
                self.stalled(patience);
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
