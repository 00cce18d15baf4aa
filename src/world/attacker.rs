//! Somebody in the middle of a wire who is not content with listening
//! (RFC 3207 §6). What they change is written in the journal, always; the two
//! ends know nothing of it.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::ServerName;

use super::fabric::WireEnd;
use super::pen::ConnectionPen;
use super::pki::{self, Issued};
use super::tls::{self, CertificateFiles, Engine};
use crate::clock::Moment;
use crate::journal::End;
use crate::journal::event::{Attack, Bytes, CertificateFacts, Kind, Tampering};
use crate::smtp::{LineReader, Overlong};

/// An attacker, ready for the next connection on their wire.
#[derive(Clone)]
pub(super) struct Attacker {
    /// What they do.
    attack: Attack,
    /// The server's name.
    server: String,
    /// The certificate that they show in the server's place, for the attack that needs one.
    forged: Option<Forged>,
}

/// A certificate that bears the server's name, but is not the server's.
#[derive(Clone)]
struct Forged {
    /// What it takes to show it.
    engine: Engine,
    /// What it says.
    facts: CertificateFacts,
}

/// Makes a certificate in a server's name, and what it takes to show it.
fn forge(server: &str, now: Moment) -> Result<Option<Forged>, rcgen::Error> {
    let Issued { leaf, key } = pki::forge(server, now)?;
    let files = CertificateFiles::pair("certificate", "key");
    let engine = tls::engine(&files, |file| {
        Ok(if file == "key" { &key } else { &leaf }.clone())
    });
    // Made just now, the pair fits and can be read.
    Ok(engine.ok().and_then(|engine| {
        let facts = tls::facts(&engine.leaf)?;
        Some(Forged { engine, facts })
    }))
}

/// One connection with the attacker on it.
struct Ambush {
    attacker: Attacker,
    pen: ConnectionPen,
    client: WireEnd,
    server: WireEnd,
    /// What the server has said so far in answer to EHLO, as long as it is not
    /// complete; `None`: it was not asked.
    listing: Option<Vec<u8>>,
    /// The client asked for TLS, and the server has not answered yet.
    asked_for_tls: bool,
}

/// How a service begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Begins {
    /// With a greeting in clear.
    InClear,
    /// With a TLS handshake.
    InTls,
}

/// What the attacker does with what a client said.
enum Move {
    Pass,
    Answer(&'static str),
    PassWith(&'static str),
}

impl Attacker {
    /// An attacker on the wire to `server`.
    pub(super) fn new(attack: Attack, server: &str, now: Moment) -> Result<Self, rcgen::Error> {
        let forged = match attack {
            Attack::FalseCertificate => forge(server, now)?,
            _ => None,
        };
        Ok(Self {
            attack,
            server: server.to_owned(),
            forged,
        })
    }

    /// Stands between `client` and `server` until either hangs up.
    pub(super) async fn stand_between(
        self,
        client: WireEnd,
        server: WireEnd,
        begins: Begins,
        pen: ConnectionPen,
    ) {
        let ambush = Ambush {
            attacker: self,
            pen,
            client,
            server,
            listing: None,
            asked_for_tls: false,
        };
        // An end that hangs up in the middle of something ends it for all.
        let _ = match begins {
            Begins::InTls if ambush.attacker.forged.is_some() => ambush.impersonate().await,
            Begins::InTls | Begins::InClear => ambush.lie_in_wait().await,
        };
    }
}

impl Ambush {
    async fn lie_in_wait(mut self) -> io::Result<()> {
        let (mut said, mut answered) = (vec![0; CHUNK], vec![0; CHUNK]);
        loop {
            tokio::select! {
                biased;
                count = self.client.read(&mut said) => match count? {
                    0 => break,
                    count => {
                        let said = said.get(..count).unwrap_or_default();
                        self.client_said(said).await?;
                    }
                },
                count = self.server.read(&mut answered) => match count? {
                    0 => break,
                    count => {
                        let answered = answered.get(..count).unwrap_or_default();
                        self.server_said(answered).await?;
                        let begins_tls = self.asked_for_tls && answered.starts_with(b"220");
                        if begins_tls && self.attacker.forged.is_some() {
                            return self.impersonate().await;
                        }
                        self.asked_for_tls = false;
                    }
                },
            }
        }
        see_out(self.client, self.server).await
    }

    async fn client_said(&mut self, said: &[u8]) -> io::Result<()> {
        let command = said.trim_ascii_end();
        let verb = command.get(..4).unwrap_or_default();
        if self.attacker.attack == Attack::StripStarttls && verb.eq_ignore_ascii_case(b"EHLO") {
            self.listing = Some(Vec::new());
        }
        self.asked_for_tls = command.eq_ignore_ascii_case(b"STARTTLS");
        let command = Bytes(command.to_vec());
        match self.reaction() {
            Move::Pass => self.server.write_all(said).await,
            Move::Answer(reply) => {
                self.asked_for_tls = false;
                let reply_bytes = reply.into();
                self.note(Tampering::Answered {
                    command,
                    reply: reply_bytes,
                });
                self.client
                    .write_all(format!("{reply}\r\n").as_bytes())
                    .await
            }
            Move::PassWith(line) => {
                self.note(Tampering::Injected { line: line.into() });
                let both = [said, line.as_bytes(), b"\r\n"].concat();
                self.server.write_all(&both).await
            }
        }
    }

    fn reaction(&self) -> Move {
        match self.attacker.attack {
            Attack::RefuseStarttls if self.asked_for_tls => Move::Answer(REFUSAL),
            Attack::InjectCommand if self.asked_for_tls => Move::PassWith(INJECTED),
            _ => Move::Pass,
        }
    }

    async fn server_said(&mut self, answered: &[u8]) -> io::Result<()> {
        let Some(mut listing) = self.listing.take() else {
            return self.client.write_all(answered).await;
        };
        listing.extend_from_slice(answered);
        if !is_whole_reply(&listing) {
            self.listing = Some(listing);
            return Ok(());
        }
        let (left, removed) = without_starttls(&listing);
        if let Some(line) = removed {
            self.note(Tampering::Removed { line: Bytes(line) });
        }
        self.client.write_all(&left).await
    }

    /// Speaks TLS with both ends, and reads all that goes through.
    async fn impersonate(self) -> io::Result<()> {
        let Some(forged) = self.attacker.forged.clone() else {
            return Ok(());
        };
        self.note(Tampering::Impersonated {
            certificate: forged.facts,
        });
        let Self {
            attacker,
            pen,
            client,
            server,
            ..
        } = self;
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        let name = ServerName::try_from(attacker.server)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let hello = u64::from(pen.connection.0) | OWN_HELLOS;
        let now = pen.pen.now();
        let (connector, _) = tls::connector("", &[], false, now, hello).map_err(invalid)?;
        let acceptor = TlsAcceptor::from(forged.engine.config);
        let mut client = acceptor.accept(client).await?;
        let mut server = connector.connect(name, server).await?;
        let (mut said, mut answered) = (vec![0; CHUNK], vec![0; CHUNK]);
        let (mut to_server, mut to_client) = (LineReader::default(), LineReader::default());
        loop {
            tokio::select! {
                biased;
                count = client.read(&mut said) => match count.unwrap_or_default() {
                    0 => break,
                    count => {
                        let said = said.get(..count).unwrap_or_default();
                        read_along(&pen, End::Client, &mut to_server, said);
                        server.write_all(said).await?;
                        server.flush().await?;
                    }
                },
                count = server.read(&mut answered) => match count.unwrap_or_default() {
                    0 => break,
                    count => {
                        let answered = answered.get(..count).unwrap_or_default();
                        read_along(&pen, End::Server, &mut to_client, answered);
                        client.write_all(answered).await?;
                        client.flush().await?;
                    }
                },
            }
        }
        see_out(client, server).await
    }

    fn note(&self, tampering: Tampering) {
        note(&self.pen, tampering);
    }
}

fn note(pen: &ConnectionPen, tampering: Tampering) {
    pen.pen.write(Kind::Tampered {
        connection: pen.connection,
        tampering,
    });
}

/// Writes down what was read of lines that their ends believe protected.
fn read_along(pen: &ConnectionPen, from: End, lines: &mut LineReader, bytes: &[u8]) {
    lines.push(bytes);
    while let Some(line) = lines.next_line(LONGEST_LINE, Overlong::Skip) {
        let line = Bytes(line.bytes);
        note(pen, Tampering::Read { from, line });
    }
}

/// One end has hung up: the other is told, and what it still says is passed on.
async fn see_out<C, S>(mut client: C, mut server: S) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    server.shutdown().await?;
    let (mut last_words, mut rest) = (vec![0; CHUNK], vec![0; CHUNK]);
    loop {
        match server.read(&mut last_words).await {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                client
                    .write_all(last_words.get(..count).unwrap_or_default())
                    .await?;
            }
        }
    }
    // Whoever waits for the server to be done must not wait for this end of it.
    drop(server);
    client.shutdown().await?;
    while client.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Whether the last line of a reply has come (RFC 5321 §4.2.1).
fn is_whole_reply(reply: &[u8]) -> bool {
    let whole = reply.strip_suffix(b"\n");
    let last = whole.and_then(|lines| lines.split(|byte| *byte == b'\n').next_back());
    last.is_some_and(|line| line.get(3) != Some(&b'-'))
}

/// A reply to EHLO without its line about STARTTLS, and that line.
fn without_starttls(reply: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let is_offer = |line: &&[u8]| {
        let keyword = line.get(4..).unwrap_or_default();
        keyword.trim_ascii().eq_ignore_ascii_case(b"STARTTLS")
    };
    let lines = || reply.split_inclusive(|byte| *byte == b'\n');
    let removed = lines()
        .find(is_offer)
        .map(|line| line.trim_ascii_end().to_vec());
    let mut left: Vec<Vec<u8>> = lines()
        .filter(|line| !is_offer(line))
        .map(<[u8]>::to_vec)
        .collect();
    // The last line of a reply is told by its blank.
    if let Some(mark) = left.last_mut().and_then(|line| line.get_mut(3)) {
        *mark = b' ';
    }
    (left.concat(), removed)
}

/// What the attacker answers to STARTTLS: what a server says whose TLS is broken.
const REFUSAL: &str = "454 4.7.0 TLS not available due to local problem";

/// What the attacker puts behind STARTTLS, to be taken for something said inside TLS.
const INJECTED: &str = "MAIL FROM:<attacker@attacker.example>";

/// What sets the attacker's handshakes apart from those of the clients.
const OWN_HELLOS: u64 = 1 << 32;

/// Bytes read at once.
const CHUNK: usize = 4096;

/// Bytes of a line beyond which the attacker reads no further.
const LONGEST_LINE: usize = 4096;
