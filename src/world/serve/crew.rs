//! Those who serve: one thread a processor, each with a world of its own, whose
//! host shares with the others what the processes of one host share. A caller
//! goes to whoever has the fewest; what they leave goes into one queue.
//!
//! ```text
//!              ┌─▶ worker: sessions, postman
//!  reception ──┤             ▲
//!              └─▶ worker: sessions
//! ```

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{Notify, OwnedSemaphorePermit, watch};
use tokio::task::{JoinSet, LocalSet};

use super::ground::{Ground, Served};
use super::postman;
use super::reception::{Door, Tap, attend};
use crate::clock::Chance;
use crate::world::host::Message;
use crate::world::pen::Pen;
use crate::world::shared::Shared;

/// A caller who has been taken in.
pub(super) struct Caller {
    /// The port of the service called.
    pub(super) port: u16,
    pub(super) stream: TcpStream,
    pub(super) from: SocketAddr,
    /// Their place among the sessions of the service.
    pub(super) place: OwnedSemaphorePermit,
}

/// Where callers are sent.
pub(super) struct Crew {
    workers: Vec<Worker>,
}

/// One who serves, as seen by those who send callers.
struct Worker {
    callers: UnboundedSender<(Caller, Busy)>,
    load: Arc<AtomicUsize>,
}

/// A session of a worker's; no more once it is dropped.
struct Busy(Arc<AtomicUsize>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a worker of another thread is given.
pub(super) struct Hiring {
    pub(super) ground: Ground,
    pub(super) shared: Shared,
    pub(super) pen: Pen,
    pub(super) connections: Arc<AtomicU32>,
    pub(super) closing: watch::Receiver<bool>,
    /// Dropped by each when it can serve.
    pub(super) starting: mpsc::Sender<()>,
    /// Dropped by each when it has served its last.
    pub(super) serving: mpsc::Sender<()>,
}

impl Crew {
    /// The worker of this thread, and one on each of `others` more.
    ///
    /// # Errors
    ///
    /// If the system gives no thread, or no event loop.
    pub(super) fn hire(
        own: Served,
        others: usize,
        seed: u64,
        hiring: &Hiring,
    ) -> io::Result<(Self, Vec<JoinHandle<()>>)> {
        let (manager, brought) = mpsc::unbounded_channel();
        let (first, callers) = Worker::new();
        let closing = hiring.closing.clone();
        let watched = (hiring.starting.clone(), hiring.serving.clone());
        tokio::task::spawn_local(manage(own, callers, brought, closing, watched));
        let mut workers = vec![first];
        let mut threads = Vec::new();
        for number in 1..=others {
            let (worker, callers) = Worker::new();
            workers.push(worker);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let chance = Chance::seeded(seed.wrapping_add(number as u64));
            let (ground, shared) = (hiring.ground.clone(), hiring.shared.clone());
            let (pen, connections) = (hiring.pen.clone(), Arc::clone(&hiring.connections));
            let (closing, manager) = (hiring.closing.clone(), manager.clone());
            let watched = (hiring.starting.clone(), hiring.serving.clone());
            threads.push(
                thread::Builder::new()
                    .name(format!("worker {number}"))
                    .spawn(move || {
                        let Some(served) = ground.start(pen, chance, connections) else {
                            return;
                        };
                        served.host.share(&shared);
                        let work = assist(served, callers, manager, closing, watched);
                        LocalSet::new().block_on(&runtime, work);
                    })?,
            );
        }
        Ok((Self { workers }, threads))
    }

    /// Sends a caller to whoever has the fewest.
    pub(super) fn send(&self, caller: Caller) {
        let load = |worker: &&Worker| worker.load.load(Ordering::Relaxed);
        if let Some(worker) = self.workers.iter().min_by_key(load) {
            worker.load.fetch_add(1, Ordering::Relaxed);
            let busy = Busy(Arc::clone(&worker.load));
            // A worker who is no more has panicked, and the caller is gone with it.
            let _ = worker.callers.send((caller, busy));
        }
    }
}

impl Worker {
    fn new() -> (Self, UnboundedReceiver<(Caller, Busy)>) {
        let (callers, incoming) = mpsc::unbounded_channel();
        let load = Arc::default();
        (Self { callers, load }, incoming)
    }
}

/// The life of the worker who has the host's queue manager, and is brought what
/// the others were left.
async fn manage(
    served: Served,
    callers: UnboundedReceiver<(Caller, Busy)>,
    mut brought: UnboundedReceiver<Message>,
    closing: watch::Receiver<bool>,
    (starting, _serving): (mpsc::Sender<()>, mpsc::Sender<()>),
) {
    let host = Rc::clone(&served.host);
    let leaving = Rc::new(Notify::new());
    let postman = tokio::task::spawn_local(postman::work(
        Rc::clone(&served.internet),
        Rc::clone(&host),
        Rc::clone(&leaving),
    ));
    let gather = tokio::task::spawn_local(async move {
        while let Some(message) = brought.recv().await {
            host.incoming.borrow_mut().push_back(message);
            host.arrivals.notify_one();
        }
    });
    attend_all(served, callers, closing, starting).await;
    // Once the others have left, nothing comes any more.
    let _ = gather.await;
    leaving.notify_one();
    // What has no time to be delivered any more was never promised to survive the process.
    let _ = tokio::time::timeout(LAST_DELIVERY, postman).await;
}

/// The life of another worker: what it is left goes to the `manager`.
async fn assist(
    served: Served,
    callers: UnboundedReceiver<(Caller, Busy)>,
    manager: UnboundedSender<Message>,
    closing: watch::Receiver<bool>,
    (starting, _serving): (mpsc::Sender<()>, mpsc::Sender<()>),
) {
    let host = Rc::clone(&served.host);
    let bring = || {
        while let Some(message) = host.incoming.borrow_mut().pop_front() {
            // A manager who is no more has panicked, and the server with it.
            let _ = manager.send(message);
        }
    };
    tokio::select! {
        () = attend_all(served, callers, closing, starting) => {}
        () = async {
            loop {
                host.arrivals.notified().await;
                bring();
            }
        } => {}
    }
    bring();
}

/// Serves whoever is sent, until nobody can be sent any more; then the last of them.
async fn attend_all(
    served: Served,
    mut callers: UnboundedReceiver<(Caller, Busy)>,
    closing: watch::Receiver<bool>,
    starting: mpsc::Sender<()>,
) {
    let settings = served.host.settings();
    let services = settings.configuration.services().iter();
    let doors: Vec<Rc<Door>> = services
        .map(|service| {
            Rc::new(Door::new(
                Rc::clone(&served.internet),
                Rc::clone(&served.host),
                Arc::clone(service),
                closing.clone(),
                Tap::None,
            ))
        })
        .collect();
    drop(starting);
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(_) = sessions.join_next(), if !sessions.is_empty() => {}
            caller = callers.recv() => {
                let Some((caller, busy)) = caller else {
                    break;
                };
                let Some(door) = doors.iter().find(|door| door.port() == caller.port) else {
                    continue;
                };
                let (door, counts_as) = (Rc::clone(door), served.counts_as.clone());
                sessions.spawn_local(async move {
                    attend(&door, caller.stream, caller.from, counts_as.as_deref()).await;
                    drop((busy, caller.place));
                });
            }
        }
    }
    while sessions.join_next().await.is_some() {}
}

/// What deliveries under way are given when the server leaves, unless it is
/// asked to hurry.
const LAST_DELIVERY: Duration = Duration::from_secs(2);
