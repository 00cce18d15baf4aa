//! Those who serve: one thread a processor, each with a world of its own, whose
//! host shares with the others what the processes of one host share. A caller
//! goes to whoever has the fewest.
//!
//! ```text
//!              ┌─▶ worker: sessions, postman ─┐
//!  reception ──┤                              ├─▶ one journal
//!              └─▶ worker: sessions, postman ─┘
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
        let (first, callers) = Worker::new();
        let closing = hiring.closing.clone();
        let serving = hiring.serving.clone();
        tokio::task::spawn_local(work(own, callers, closing, serving));
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
            let (closing, serving) = (hiring.closing.clone(), hiring.serving.clone());
            threads.push(
                thread::Builder::new()
                    .name(format!("worker {number}"))
                    .spawn(move || {
                        let Some(served) = ground.start(pen, chance, connections) else {
                            return;
                        };
                        served.host.share(&shared);
                        let work = work(served, callers, closing, serving);
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

/// A worker's life: serves whoever is sent, until nobody can be sent any more,
/// then the last of them, and then delivers what there is.
async fn work(
    served: Served,
    mut callers: UnboundedReceiver<(Caller, Busy)>,
    closing: watch::Receiver<bool>,
    _serving: mpsc::Sender<()>,
) {
    let Served {
        internet,
        host,
        counts_as,
    } = served;
    let leaving = Rc::new(Notify::new());
    let postman = tokio::task::spawn_local(postman::work(
        Rc::clone(&internet),
        Rc::clone(&host),
        Rc::clone(&leaving),
    ));
    let settings = host.settings();
    let services = settings.configuration.services().iter();
    let doors: Vec<Rc<Door>> = services
        .map(|service| {
            let (internet, host) = (Rc::clone(&internet), Rc::clone(&host));
            let service = Arc::clone(service);
            Rc::new(Door::new(
                internet,
                host,
                service,
                closing.clone(),
                Tap::None,
            ))
        })
        .collect();
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
                let (door, counts_as) = (Rc::clone(door), counts_as.clone());
                sessions.spawn_local(async move {
                    attend(&door, caller.stream, caller.from, counts_as.as_deref()).await;
                    drop((busy, caller.place));
                });
            }
        }
    }
    while sessions.join_next().await.is_some() {}
    leaving.notify_one();
    // What has no time to be delivered any more was never promised to survive the process.
    let _ = tokio::time::timeout(LAST_DELIVERY, postman).await;
}

/// What deliveries under way are given when the server leaves, unless it is
/// asked to hurry.
const LAST_DELIVERY: Duration = Duration::from_secs(2);
