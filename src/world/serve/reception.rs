//! Takes callers in: the listener's loop, the proxy's word about who calls,
//! and the session for each.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::Host;
use super::crew::{Caller, Crew};
use crate::journal::End;
use crate::journal::event::Endpoint;
use crate::lesson::model::Client;
use crate::postfix::configuration::Service;
use crate::postfix::smtpd::{LogLine, Services, Session, TlsEngine};
use crate::smtp::proxy::{self, Header};
use crate::world::disk;
use crate::world::internet::Internet;
use crate::world::server::{self, Observer};
use crate::world::tapped::Tapped;
use crate::world::tls::{self, CertificateFiles, Engine};
use crate::world::witness::Witness;

/// Whether an eavesdropper is on the wire.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::world) enum Tap {
    /// Every byte goes into the journal.
    Journal,
    /// Nobody listens.
    None,
}

/// A service with its listener's side of things.
pub(in crate::world) struct Door {
    internet: Rc<Internet>,
    host: Rc<Host>,
    service: Arc<Service>,
    engine: Result<Engine, Vec<String>>,
    closing: watch::Receiver<bool>,
    tap: Tap,
}

impl Door {
    /// The door of `service`; its certificate is read now.
    pub(in crate::world) fn new(
        internet: Rc<Internet>,
        host: Rc<Host>,
        service: Arc<Service>,
        closing: watch::Receiver<bool>,
        tap: Tap,
    ) -> Self {
        let files = CertificateFiles::of(&service);
        let engine = tls::engine(&files, |path| host.read_file(path));
        Self {
            internet,
            host,
            service,
            engine,
            closing,
            tap,
        }
    }

    /// The port of its service.
    pub(super) fn port(&self) -> u16 {
        self.service.port()
    }

    /// Whoever watches the session with the caller `from`.
    fn witness(&self, stream: &TcpStream, from: Endpoint) -> Witness {
        let to = Endpoint {
            host: self.host.name.clone(),
            address: stream.local_addr().map_or(from.address, |it| it.ip()),
            port: self.service.port(),
        };
        let pen = self.internet.note_outsider(from, to, &self.service);
        Witness::new(pen, Rc::clone(&self.host))
    }
}

/// Whom a caller counts as: a client of the lesson, or itself.
pub(in crate::world) fn counted_as(client: Option<&Client>, from: SocketAddr) -> Endpoint {
    let address = client.and_then(|client| client.addresses.first());
    Endpoint {
        host: client.map_or_else(|| from.ip().to_string(), |client| client.name.clone()),
        address: address.copied().unwrap_or_else(|| from.ip().to_canonical()),
        port: from.port(),
    }
}

/// Takes callers of the service on `port` in until the server closes.
pub(super) async fn receive(
    listener: TcpListener,
    port: u16,
    crew: Rc<Crew>,
    mut closing: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MOST_SESSIONS));
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => break,
            (place, caller) = next => match (place, caller) {
                (Ok(place), Ok((stream, from))) => {
                    // A socket that cannot leave this event loop is gone already.
                    if let Ok(stream) = stream.into_std() {
                        crew.send(Caller { port, stream, from, place });
                    }
                }
                // The caller is gone again, or the system has nothing left to give.
                _ => tokio::time::sleep(PAUSE_AFTER_FAILURE).await,
            },
        }
    }
}

/// One caller, from first byte to last. What goes wrong with the socket itself
/// is the end of the call, and of nothing else.
pub(super) async fn attend(
    door: &Door,
    stream: std::net::TcpStream,
    from: SocketAddr,
    counts_as: Option<&Client>,
) {
    let Ok(stream) = TcpStream::from_std(stream) else {
        return;
    };
    let _ = stream.set_nodelay(true);
    let mut from = SocketAddr::new(from.ip().to_canonical(), from.port());
    let mut refused = None;
    if door.service.text("smtpd_upstream_proxy_protocol") == "haproxy" {
        let limit = door.service.time("smtpd_upstream_proxy_timeout");
        match presented(&stream, limit).await {
            Ok(Header::Own) => {}
            Ok(Header::For { client, .. }) => from = client,
            Err(words) => refused = Some(words),
        }
    }
    let from = counted_as(counts_as, from);
    match refused {
        None => converse(door, stream, from).await,
        Some(words) => turn_away(door, &stream, from, &words).await,
    }
}

/// The session with a caller who counts as `from`.
pub(in crate::world) async fn converse(door: &Door, stream: TcpStream, from: Endpoint) {
    let identity = door.internet.identify(&from);
    let mut witness = door.witness(&stream, from);
    let (stream, hasty) = if door.service.boolean("smtpd_tls_wrappermode") {
        (stream, Vec::new())
    } else {
        match hasty(stream) {
            Ok(both) => both,
            Err(_) => return witness.closed(),
        }
    };
    let (engine, config) = match &door.engine {
        Ok(engine) => (TlsEngine::Ready, Some(engine.clone())),
        Err(warnings) => (TlsEngine::Broken(warnings.clone()), None),
    };
    let session = Session::new(Arc::clone(&door.service), identity, engine);
    let services: Rc<RefCell<dyn Services>> = door.host.services.clone();
    let patience = door.internet.patience().until(door.closing.clone());
    let stream = Tapped::new(
        stream,
        (door.tap == Tap::Journal).then(|| witness.pen().clone()),
    );
    stream.show(End::Client, &hasty);
    server::serve(
        stream,
        session,
        &hasty,
        &services,
        config,
        &patience,
        &mut witness,
    )
    .await;
}

/// What the proxy says. `Err`: the words of the log, behind `haproxy read: `.
async fn presented(stream: &TcpStream, limit: Duration) -> Result<Header, String> {
    let mut buffer = [0; proxy::MAX_HEADER];
    let count = match tokio::time::timeout(limit, stream.peek(&mut buffer)).await {
        Err(_) => return Err("timeout error".to_owned()),
        Ok(Ok(0) | Err(_)) => return Err("EOF".to_owned()),
        Ok(Ok(count)) => count,
    };
    let bytes = buffer.get(..count).unwrap_or_default();
    let (header, length) = proxy::parse(bytes)
        .map_err(|fault| format!("{fault}: {}", String::from_utf8_lossy(bytes).escape_debug()))?;
    let taken = buffer.get_mut(..length).unwrap_or_default();
    match stream.try_read(taken) {
        Ok(count) if count == length => Ok(header),
        Ok(_) => Err("EOF".to_owned()),
        Err(problem) => Err(disk::words(&problem)),
    }
}

/// Nobody knows who calls: what `smtpd` says and writes then.
async fn turn_away(door: &Door, stream: &TcpStream, from: Endpoint, words: &str) {
    let mut witness = door.witness(stream, from);
    let mut log = |text: String| {
        witness.log(LogLine {
            program: door.service.program(),
            text,
        });
    };
    log(format!("warning: haproxy read: {words}"));
    log("connect from unknown[unknown]".to_owned());
    let line = format!(
        "421 4.3.0 {} Server local error",
        door.service.text("myhostname")
    );
    if stream.writable().await.is_ok() {
        // A caller who does not listen misses nothing.
        let _ = stream.try_write(format!("{line}\r\n").as_bytes());
    }
    log("disconnect from unknown[unknown] commands=0/0".to_owned());
    witness.sent(&line, false);
    witness.closed();
}

/// What the caller said before it was greeted: asked of the socket itself,
/// since the event loop has not looked at it yet.
fn hasty(stream: TcpStream) -> io::Result<(TcpStream, Vec<u8>)> {
    use std::io::Read;
    let mut stream = stream.into_std()?;
    let mut buffer = [0; 4096];
    let said = match stream.read(&mut buffer) {
        Ok(count) => buffer.get(..count).unwrap_or_default().to_vec(),
        Err(problem) if problem.kind() == io::ErrorKind::WouldBlock => Vec::new(),
        Err(problem) => return Err(problem),
    };
    Ok((TcpStream::from_std(stream)?, said))
}

/// Sessions of one service at the same time; further callers wait to be taken in.
const MOST_SESSIONS: usize = 4096;

/// Pause after a caller could not be taken in.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(100);
