//! A host of the world on real sockets, for programs outside it: swaks,
//! `openssl s_client`, a mail reader. Loopback addresses only.
//!
//! ```text
//!  socket ─▶ reception ─▶ crew ─▶ Session ─▶ journal ─▶ mail log
//!                                    │
//!                                    └─▶ postman ─▶ delivery
//! ```
//!
//! **Invariant**: nothing here binds or calls an address that is not loopback,
//! and what was written to the log is forgotten, so that a server may run for
//! months in bounded memory.

mod crew;
mod dovecot;
mod folder;
mod ground;
mod loopback;
mod passwd;
mod postman;
mod reception;

pub use folder::{Folder, Remark};
pub use loopback::{Loopback, LoopbackError};

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::LocalSet;

use self::crew::{Crew, Hiring};
use self::ground::{Ground, Served};
use super::host::Host;
use super::internet::Internet;
use super::pen::Pen;
use super::statistics;
use crate::clock::{Chance, Clock};
use crate::journal::{Cursor, Event, Journal};
use crate::lesson::Lesson;
use crate::lesson::model::Client;
pub(super) use reception::{Door, Tap, converse, counted_as};

/// Where to listen; `None` leaves a service out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Addresses {
    /// For the service on port 25.
    pub smtp: Option<Loopback>,
    /// For the service on port 587.
    pub submission: Option<Loopback>,
    /// For the service on port 465.
    pub submissions: Option<Loopback>,
}

/// What to serve.
#[derive(Debug)]
pub enum Source {
    /// A folder with a Postfix configuration.
    Folder(Box<Folder>),
    /// The host that a lesson is about, and the world around it.
    Lesson {
        /// The lesson.
        lesson: Arc<Lesson>,
        /// Which of its clients callers count as; `None`: what they are.
        client: Option<Client>,
    },
}

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A socket could not be bound.
    #[error("{address}: {problem}")]
    Bind {
        /// Where to.
        address: SocketAddr,
        /// Why not.
        problem: io::Error,
    },
    /// A certificate could not be made.
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    /// The lesson has no mail host.
    #[error("no mail host")]
    NoHost,
    /// The system gives no event loop, or no signals.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// A server whose sockets are bound.
pub struct Server {
    own: Served,
    ground: Ground,
    connections: Arc<AtomicU32>,
    seed: u64,
    doors: Vec<(&'static str, TcpListener, u16)>,
    missing: Vec<&'static str>,
}

impl Server {
    /// Binds the sockets; from then on callers wait, and [`Self::run`] serves them.
    ///
    /// # Errors
    ///
    /// If a port is taken, or there is nothing to serve.
    pub fn open(source: Source, addresses: &Addresses, seed: u64) -> Result<Self, ServeError> {
        let clock = Clock::Machine;
        let journal = Journal::new(clock.clone());
        let pen = Pen::new(journal, clock).logging();
        let ground = Ground::of(source, pen.now())?;
        let connections = Arc::default();
        let own = ground
            .clone()
            .start(pen, Chance::seeded(seed), Arc::clone(&connections))
            .ok_or(ServeError::NoHost)?;
        let mut server = Self {
            own,
            ground,
            connections,
            seed,
            doors: Vec::new(),
            missing: Vec::new(),
        };
        server.bind("smtp", 25, addresses.smtp)?;
        server.bind("submission", 587, addresses.submission)?;
        server.bind("submissions", 465, addresses.submissions)?;
        Ok(server)
    }

    fn bind(
        &mut self,
        name: &'static str,
        port: u16,
        address: Option<Loopback>,
    ) -> Result<(), ServeError> {
        let Some(address) = address else {
            return Ok(());
        };
        let settings = self.own.host.settings();
        let mut services = settings.configuration.services().iter();
        if services.any(|service| service.port() == port) {
            self.doors.push((name, address.listen()?, port));
        } else {
            self.missing.push(name);
        }
        Ok(())
    }

    /// Which services listen, and where.
    pub fn listeners(&self) -> Vec<(&'static str, SocketAddr)> {
        self.doors
            .iter()
            .filter_map(|(name, listener, _)| Some((*name, listener.local_addr().ok()?)))
            .collect()
    }

    /// Which services were wanted but are not in master.cf.
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// Serves until SIGINT or SIGTERM, then answers whoever is still there and
    /// leaves; at once if it is asked a second time. `ready` is called when a
    /// signal would be heard, `record` with everything that happens.
    ///
    /// # Errors
    ///
    /// What `ready` and `record` return, and if the system gives no event loop.
    pub fn run(
        self,
        ready: impl FnOnce() -> io::Result<()>,
        record: impl FnMut(&[Arc<Event>]) -> io::Result<()>,
    ) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        LocalSet::new().block_on(&runtime, self.live(ready, record))
    }

    async fn live(
        self,
        ready: impl FnOnce() -> io::Result<()>,
        mut record: impl FnMut(&[Arc<Event>]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut signals = Signals::new()?;
        let (close, closing) = watch::channel(false);
        let (starting, mut all_started) = mpsc::channel(1);
        let (serving, mut all_served) = mpsc::channel(1);
        let (internet, host) = (Rc::clone(&self.own.internet), Rc::clone(&self.own.host));
        let journal = internet.pen.journal().clone();
        let hiring = Hiring {
            ground: self.ground,
            shared: host.shared(),
            pen: internet.pen.clone(),
            connections: self.connections,
            closing: closing.clone(),
            starting,
            serving,
        };
        let others = thread::available_parallelism().map_or(0, |processors| processors.get() - 1);
        let (crew, threads) = Crew::hire(self.own, others, self.seed, &hiring)?;
        drop(hiring);
        let crew = Rc::new(crew);
        for (_, listener, port) in self.doors {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let (crew, closing) = (Rc::clone(&crew), closing.clone());
            tokio::task::spawn_local(reception::receive(listener, port, crew, closing));
        }
        // Once the last reception is closed, the crew has nobody left to wait for.
        drop(crew);
        master(
            &internet,
            &host,
            "daemon started -- version 3.7.11, configuration /etc/postfix",
        );
        // Nobody says anything there: they close it.
        all_started.recv().await;
        ready()?;
        let mut cursor = journal.cursor(0);
        let is_hurried = loop {
            let statistics_due = statistics::next(&internet);
            let statistics_due = statistics_due.map(|due| due.since(internet.pen.now()));
            tokio::select! {
                biased;
                number = signals.next() => {
                    if close.send_replace(true) {
                        break true;
                    }
                    let text = format!("terminating on signal {number}");
                    master(&internet, &host, &text);
                }
                () = gathered(&cursor) => {
                    record(&cursor.read())?;
                    journal.forget(cursor.position());
                }
                () = passed(statistics_due) => statistics::log(&internet),
                _ = all_served.recv() => break false,
            }
        };
        if !is_hurried {
            for thread in threads {
                if let Err(panic) = thread.join() {
                    // What happened was said when it happened.
                    std::panic::resume_unwind(panic);
                }
            }
        }
        record(&cursor.read())
    }
}

/// Waits for something to record, and a moment for more: under load the log is
/// written by hundreds of lines, and whoever logs wakes nobody up.
async fn gathered(cursor: &Cursor) {
    cursor.wait().await;
    tokio::time::sleep(GATHERING).await;
}

/// Waits so long, or for ever.
async fn passed(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// How long what happens may wait until it is recorded.
const GATHERING: Duration = Duration::from_millis(5);

/// Writes a line of the process that starts all others.
fn master(internet: &Internet, host: &Host, text: &str) {
    host.log(&internet.pen, None, "postfix/master", text);
}

/// The signals that end a server.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for one, and says its number.
    #[cfg(unix)]
    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.terminate.recv() => 15,
            _ = self.interrupt.recv() => 2,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> u8 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        2
    }
}
