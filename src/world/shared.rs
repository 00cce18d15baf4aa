//! What the processes of one host have in common, on however many threads they
//! run: their numbers, the ids of the queue's files, what anvil(8) counts, and
//! the room that is left on the queue's disk.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Chance;
use crate::postfix::smtpd::anvil::Anvil;

/// What a host's processes share. Clones are the same.
#[derive(Clone)]
pub(super) struct Shared(Arc<Common>);

struct Common {
    processes: Mutex<Processes>,
    queue_ids: Mutex<QueueIds>,
    anvil: Mutex<Anvil>,
    /// Bytes that the queue takes up.
    queued: AtomicU64,
}

struct Processes {
    daemons: BTreeMap<String, u32>,
    last_pid: u32,
}

#[derive(Default)]
struct QueueIds {
    given: HashSet<QueueId>,
    /// The same, oldest first.
    oldest: VecDeque<QueueId>,
}

/// The microseconds and the inode that a queue id is made of.
type QueueId = (u64, u64);

impl Shared {
    /// What a host's processes share, numbered from after `last_pid` on. The
    /// first of them is the one that starts the others.
    pub(super) fn numbered_after(last_pid: u32) -> Self {
        let shared = Self(Arc::new(Common {
            processes: Mutex::new(Processes {
                daemons: BTreeMap::new(),
                last_pid,
            }),
            queue_ids: Mutex::default(),
            anvil: Mutex::default(),
            queued: AtomicU64::new(0),
        }));
        shared.pid("postfix/master");
        shared
    }

    /// The process id of a daemon that serves one request after the other; a
    /// script is a process of its own each time.
    pub(super) fn pid(&self, program: &str) -> u32 {
        let mut processes = lock(&self.0.processes);
        if program == "postfix/postfix-script" {
            return processes.start();
        }
        if let Some(pid) = processes.daemons.get(program) {
            return *pid;
        }
        let pid = processes.start();
        processes.daemons.insert(program.to_owned(), pid);
        pid
    }

    /// The process id of a process just started.
    pub(super) fn new_pid(&self) -> u32 {
        lock(&self.0.processes).start()
    }

    /// The daemons were stopped: what starts next are other processes.
    pub(super) fn forget_processes(&self) {
        lock(&self.0.processes).daemons.clear();
        *lock(&self.0.anvil) = Anvil::default();
    }

    /// A queue id in Postfix's short form: microseconds of the present second in
    /// five hexadecimal digits, and the file's inode. Of the ids given only the
    /// last ones are remembered, as an inode is free again once its file is gone.
    pub(super) fn new_queue_id(&self, chance: &mut Chance) -> String {
        let mut ids = lock(&self.0.queue_ids);
        loop {
            let microseconds = chance.below(1_000_000);
            let inode = 0x10000 + chance.below(0xF0000);
            let id = (microseconds, inode);
            if ids.given.insert(id) {
                ids.oldest.push_back(id);
                if ids.oldest.len() > REMEMBERED
                    && let Some(oldest) = ids.oldest.pop_front()
                {
                    ids.given.remove(&oldest);
                }
                return format!("{microseconds:05X}{inode:X}");
            }
        }
    }

    /// What anvil(8) counts.
    pub(super) fn anvil(&self) -> MutexGuard<'_, Anvil> {
        lock(&self.0.anvil)
    }

    /// The queue of one thread takes up `now` bytes, where it was `before`.
    pub(super) fn occupy(&self, before: u64, now: u64) {
        let queued = &self.0.queued;
        queued.fetch_add(now, Ordering::Relaxed);
        queued.fetch_sub(before, Ordering::Relaxed);
    }

    /// Bytes left on the disk that holds the queue.
    pub(super) fn free_space(&self) -> u64 {
        let queued = self.0.queued.load(Ordering::Relaxed);
        if queued < MOST_IN_MEMORY {
            DISK_SIZE - queued
        } else {
            0
        }
    }
}

impl Processes {
    fn start(&mut self) -> u32 {
        self.last_pid += 1;
        self.last_pid
    }
}

/// Whoever panicked while holding it has left it whole: nothing is changed in
/// more than one place.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Queue ids of which none is given twice.
const REMEMBERED: usize = 100_000;

/// Size of the disk that holds the queue, in bytes.
const DISK_SIZE: u64 = 16 << 30;

/// What waits in the queue is kept in memory. When it comes to this many bytes,
/// the disk counts as full, and `smtpd` says `452 4.3.1` until there is room again.
const MOST_IN_MEMORY: u64 = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_fills_the_memory_fills_the_disk_until_it_shrinks() {
        let shared = Shared::numbered_after(1);
        shared.occupy(0, MOST_IN_MEMORY - 1);
        assert!(shared.free_space() > MOST_IN_MEMORY);
        let one_more = shared.clone();
        one_more.occupy(0, 1);
        assert_eq!(shared.free_space(), 0);
        one_more.occupy(1, 0);
        assert!(shared.free_space() > MOST_IN_MEMORY);
    }
}
