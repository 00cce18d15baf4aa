//! The I/O driver of an `smtpd` session: reads bytes, hands them over, does
//! what the session wants done. Generic over the stream, and over who watches,
//! so that lessons and real sockets share every line of it.

use std::cell::RefCell;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_rustls::{TlsAcceptor, TlsStream};

use super::alarm::Alarms;
use super::tls::{self, Engine};
use super::transport::Transport;
use crate::clock::Clock;
use crate::postfix::decision::Decision;
use crate::postfix::smtpd::{
    Accepted, Input, LogLine, Output, Services, Session, TlsFacts, TlsFailure, Withheld,
};

/// Somebody who watches a session from the server's side.
pub(super) trait Observer {
    /// The server read a line.
    fn received(&mut self, line: &[u8], protected: bool);
    /// The server wrote a line.
    fn sent(&mut self, line: &str, protected: bool);
    /// It was decided about a command.
    fn decided(&mut self, decision: Decision);
    /// Keywords lacked in the reply to EHLO.
    fn withheld(&mut self, withheld: &Withheld);
    /// Dovecot judged an AUTH exchange.
    fn authenticated(&mut self, mechanism: String, user: Vec<u8>, accepted: bool);
    /// The server took a message over.
    fn accepted(&mut self, message: Accepted);
    /// The server writes to its postmaster.
    fn noticed(&mut self, notice: Accepted);
    /// The server wrote a line of its log.
    fn log(&mut self, line: LogLine);
    /// The handshake succeeded.
    fn tls_established(&mut self, facts: &TlsFacts);
    /// The handshake failed, for this reason in the TLS library's words.
    fn tls_failed(&mut self, reason: &str);
    /// The server hung up, or found that the client had.
    fn closed(&mut self);
    /// The process died; `master` will log it.
    fn died(&mut self);
}

/// What the session wants next.
enum Wish {
    Read,
    StartTls,
    HangUp,
    /// Nothing any more; but the client is not told.
    KeepSilent,
}

/// How long a session waits for its client.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    clock: Clock,
    /// Those who wait by a simulated clock.
    alarms: Alarms,
    closing: Option<watch::Receiver<bool>>,
}

impl Patience {
    /// As long as the session's configuration says, by this clock; by a
    /// simulated one among those of `alarms`.
    pub(super) fn by(clock: Clock, alarms: Alarms) -> Self {
        Self {
            clock,
            alarms,
            closing: None,
        }
    }

    /// So until `closing` says that the server is about to leave: from then on
    /// a client that stays silent is given no more than a moment.
    pub(super) fn until(self, closing: watch::Receiver<bool>) -> Self {
        Self {
            closing: Some(closing),
            ..self
        }
    }

    /// Waits for what another does. `None`: it took longer than `limit`.
    async fn wait<T>(&self, limit: Duration, what: impl Future<Output = T>) -> Option<T> {
        match self.clock {
            Clock::Simulated(_) => self.alarms.wait(&self.clock, limit, what).await,
            Clock::Machine => tokio::select! {
                biased;
                done = what => Some(done),
                () = tokio::time::sleep(limit) => None,
                () = self.hurry() => None,
            },
        }
    }

    /// Returns a moment after the server began to leave.
    async fn hurry(&self) {
        if let Some(mut closing) = self.closing.clone()
            && closing.wait_for(|closing| *closing).await.is_ok()
        {
            tokio::time::sleep(LAST_MOMENT).await;
        } else {
            std::future::pending::<()>().await;
        }
    }

    /// Makes the client wait.
    async fn pause(&self, time: Duration) {
        match &self.clock {
            Clock::Machine => tokio::time::sleep(time).await,
            Clock::Simulated(_) => self.clock.advance(time),
        }
    }
}

/// Serves one client until either side hangs up. `hasty`: what it said before
/// it was greeted.
pub(super) async fn serve<S, O>(
    stream: S,
    mut session: Session,
    hasty: &[u8],
    services: &RefCell<dyn Services>,
    engine: Option<Engine>,
    patience: &Patience,
    observer: &mut O,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    O: Observer,
{
    let mut transport = Transport::Clear(stream);
    if !hasty.is_empty() {
        session.handle(Input::Bytes(hasty), &mut *services.borrow_mut());
    }
    let mut outputs = session.handle(Input::Connected, &mut *services.borrow_mut());
    let mut buffer = vec![0; READ_SIZE];
    loop {
        match carry_out(outputs, &mut transport, &session, patience, observer).await {
            Ok(Wish::Read) => {}
            Ok(Wish::StartTls) => {
                let Transport::Clear(stream) = transport else {
                    break;
                };
                // A handshake takes more room than all the rest of a session, which
                // is carried around with every session that has none.
                let handshake = Box::pin(shake_hands(stream, engine.clone(), observer));
                let shaken = patience.wait(session.timeout(), handshake).await;
                match shaken.unwrap_or(Err(TlsFailure::TimedOut)) {
                    Ok((protected, facts)) => {
                        transport = protected;
                        let input = Input::TlsEstablished(facts);
                        outputs = session.handle(input, &mut *services.borrow_mut());
                        continue;
                    }
                    Err(problem) => {
                        let input = Input::TlsFailed(problem);
                        let last = session.handle(input, &mut *services.borrow_mut());
                        observe(last, observer);
                        observer.closed();
                        return;
                    }
                }
            }
            Ok(Wish::HangUp) => break,
            Ok(Wish::KeepSilent) => {
                let silence = async { while transport.read(&mut buffer).await > 0 {} };
                patience.wait(CLIENT_PATIENCE, silence).await;
                observer.closed();
                return;
            }
            Err(_) => {
                let last = session.handle(Input::Hangup, &mut *services.borrow_mut());
                observe(last, observer);
                observer.closed();
                return;
            }
        }
        let read = transport.read(&mut buffer);
        let input = match patience.wait(session.timeout(), read).await {
            None => Input::Timeout,
            Some(0) => Input::Hangup,
            Some(count) => Input::Bytes(buffer.get(..count).unwrap_or_default()),
        };
        if matches!(input, Input::Hangup) {
            observer.closed();
        }
        outputs = session.handle(input, &mut *services.borrow_mut());
    }
    // The last reply is on its way; a client on the same thread reads it first.
    tokio::task::yield_now().await;
    observer.closed();
    transport.close().await;
}

/// Does what the session wants; the lines of a reply go out in one write.
async fn carry_out<S, O>(
    outputs: Vec<Output>,
    transport: &mut Transport<S>,
    session: &Session,
    patience: &Patience,
    observer: &mut O,
) -> io::Result<Wish>
where
    S: AsyncRead + AsyncWrite + Unpin,
    O: Observer,
{
    let protected = transport.is_protected();
    let mut said = Vec::with_capacity(REPLY_SIZE);
    let mut wish = Wish::Read;
    for output in outputs {
        match output {
            Output::Received(line) => observer.received(&line, protected),
            Output::Reply(line) => {
                observer.sent(&line, protected);
                said.extend_from_slice(line.as_bytes());
                said.extend_from_slice(b"\r\n");
            }
            Output::Pause(time) => {
                say(&std::mem::take(&mut said), transport, session, patience).await?;
                patience.pause(time).await;
            }
            Output::StartTls => wish = Wish::StartTls,
            Output::Close => wish = Wish::HangUp,
            Output::Died => {
                observer.died();
                if !matches!(wish, Wish::HangUp) {
                    wish = Wish::KeepSilent;
                }
            }
            other => tell(other, observer),
        }
    }
    say(&said, transport, session, patience).await?;
    Ok(wish)
}

/// Writes, unless the client takes too long to read.
async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    said: &[u8],
    transport: &mut Transport<S>,
    session: &Session,
    patience: &Patience,
) -> io::Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    patience
        .wait(session.timeout(), transport.write(said))
        .await
        .unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()))
}

/// What a session still has to say when nobody listens any more.
pub(super) fn observe<O: Observer>(outputs: Vec<Output>, observer: &mut O) {
    for output in outputs {
        tell(output, observer);
    }
}

/// Passes on what is not for the client.
fn tell<O: Observer>(output: Output, observer: &mut O) {
    match output {
        Output::Decided(decision) => observer.decided(decision),
        Output::Withheld(withheld) => observer.withheld(&withheld),
        Output::Authenticated {
            mechanism,
            user,
            accepted,
        } => {
            observer.authenticated(mechanism, user, accepted);
        }
        Output::Accepted(message) => observer.accepted(*message),
        Output::Notice(notice) => observer.noticed(*notice),
        Output::Log(line) => observer.log(line),
        Output::Died => observer.died(),
        Output::Received(_)
        | Output::Reply(_)
        | Output::StartTls
        | Output::Pause(_)
        | Output::Close => {}
    }
}

/// The server's side of a handshake.
async fn shake_hands<S, O>(
    stream: S,
    engine: Option<Engine>,
    observer: &mut O,
) -> Result<(Transport<S>, TlsFacts), TlsFailure>
where
    S: AsyncRead + AsyncWrite + Unpin,
    O: Observer,
{
    let Some(engine) = engine else {
        // The session asks for a handshake only if it was told that the engine is ready.
        return Err(TlsFailure::HungUp);
    };
    if let Some(words) = engine.impossible {
        observer.tls_failed(words);
        return Err(tls::turn_down(stream, words).await);
    }
    match TlsAcceptor::from(engine.config).accept(stream).await {
        Ok(stream) => {
            let facts = tls::server_facts(stream.get_ref().1, Some(&engine.leaf));
            observer.tls_established(&facts);
            Ok((
                Transport::Protected(Box::new(TlsStream::Server(stream))),
                facts,
            ))
        }
        Err(error) => {
            observer.tls_failed(&tls::reason(&error, None));
            Err(tls::failure(&error))
        }
    }
}

/// How long a client may wait for the greeting of a server whose processes do
/// not start. Postfix would keep it until it gives up by itself, which a client
/// should do after this time (RFC 5321 §4.5.3.2.1).
const CLIENT_PATIENCE: Duration = Duration::from_mins(5);

/// What a silent client is given once the server is about to leave.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// Bytes of most replies.
const REPLY_SIZE: usize = 128;

/// Bytes read at once, as Postfix's streams do; every idle session holds as many.
const READ_SIZE: usize = 4096;
