//! What a host's sessions ask of it: time, queue ids, accounts, DNS, files.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use super::disk::{Disk, NO_SUCH_FILE};
use super::zone::Zone;
use crate::clock::{Chance, Clock, Moment};
use crate::lesson::model::User;
use crate::postfix::smtpd::anvil::Anvil;
use crate::postfix::smtpd::{DnsAnswer, RecordKind, Services};
use crate::sasl::dovecot;
use crate::sasl::server::cram_md5;

/// The answers of one host.
pub(super) struct HostServices {
    clock: Clock,
    chance: Chance,
    users: Vec<User>,
    zone: Rc<Zone>,
    disk: Rc<Disk>,
    anvil: Anvil,
    queue_ids: HashSet<String>,
    /// The same ids, oldest first.
    given: VecDeque<String>,
    /// Bytes left on the disk that holds the queue.
    free_space: u64,
    mechanisms: Vec<String>,
}

impl HostServices {
    /// The services of a host with these users and this disk.
    pub(super) fn new(
        clock: Clock,
        chance: Chance,
        users: Vec<User>,
        zone: Rc<Zone>,
        disk: Rc<Disk>,
    ) -> Self {
        Self {
            clock,
            chance,
            users,
            zone,
            disk,
            anvil: Anvil::default(),
            queue_ids: HashSet::new(),
            given: VecDeque::new(),
            free_space: DISK_SIZE,
            mechanisms: vec!["PLAIN".to_owned(), "LOGIN".to_owned()],
        }
    }

    /// Sets how much of the disk that holds the queue is in use, in bytes.
    pub(super) fn occupy(&mut self, used: u64) {
        self.free_space = if used < MOST_IN_MEMORY {
            DISK_SIZE - used
        } else {
            0
        };
    }

    /// Tells the host's Dovecot which mechanisms to offer (`auth_mechanisms`).
    pub(super) fn offer(&mut self, mechanisms: Vec<String>) {
        self.mechanisms = mechanisms;
    }
}

impl Services for HostServices {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    /// In Postfix's short form: microseconds of the present second in five
    /// hexadecimal digits, and the file's inode. Of the ids given only the last
    /// ones are remembered, as an inode is free again once its file is gone.
    fn new_queue_id(&mut self) -> String {
        loop {
            let microseconds = self.chance.below(1_000_000);
            let inode = 0x10000 + self.chance.below(0xF0000);
            let id = format!("{microseconds:05X}{inode:X}");
            if self.queue_ids.insert(id.clone()) {
                self.given.push_back(id.clone());
                if self.given.len() > REMEMBERED
                    && let Some(oldest) = self.given.pop_front()
                {
                    self.queue_ids.remove(&oldest);
                }
                return id;
            }
        }
    }

    fn authenticate(&mut self, user: &[u8], password: &[u8]) -> bool {
        self.users.iter().any(|known| {
            known.name.as_bytes() == user
                && known
                    .password
                    .as_ref()
                    .is_some_and(|expected| expected.as_bytes() == password)
        })
    }

    fn authenticate_cram_md5(&mut self, user: &[u8], challenge: &[u8], digest: &[u8]) -> bool {
        self.users.iter().any(|known| {
            known.name.as_bytes() == user
                && known.password.as_ref().is_some_and(|password| {
                    cram_md5(password.as_bytes(), challenge).as_bytes() == digest
                })
        })
    }

    fn has_user(&self, name: &str) -> bool {
        self.users.iter().any(|user| user.name == name) || name == "root"
    }

    fn resolve(&self, name: &str, kind: RecordKind) -> DnsAnswer {
        self.zone.resolve(name, kind)
    }

    fn read_file(&self, path: &str) -> Result<String, String> {
        self.disk.read(path)
    }

    fn sasl_mechanisms(&self, path: &str) -> Result<Vec<String>, String> {
        match path {
            dovecot::SOCKET_PATH => Ok(self.mechanisms.clone()),
            _ => Err(NO_SUCH_FILE.to_owned()),
        }
    }

    fn free_space(&self) -> u64 {
        self.free_space
    }

    fn anvil(&mut self) -> Option<&mut Anvil> {
        Some(&mut self.anvil)
    }
}

/// Queue ids of which none is given twice.
const REMEMBERED: usize = 100_000;

/// Size of the disk that holds the queue, in bytes.
const DISK_SIZE: u64 = 16 << 30;

/// What waits in the queue is kept in memory. When it comes to this many bytes,
/// the disk counts as full, and `smtpd` says `452 4.3.1` until there is room again.
const MOST_IN_MEMORY: u64 = 256 << 20;
