//! What a host's sessions ask of it: time, queue ids, accounts, DNS, files.

use std::rc::Rc;
use std::sync::MutexGuard;
use std::time::Duration;

use super::disk::{Disk, NO_SUCH_FILE};
use super::shared::Shared;
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
    shared: Shared,
    /// Bytes that the queue takes up, as far as they are known here.
    queued: u64,
    mechanisms: Vec<String>,
    failure_delay: Duration,
}

impl HostServices {
    /// The services of a host with these users and this disk.
    pub(super) fn new(
        clock: Clock,
        chance: Chance,
        users: Vec<User>,
        zone: Rc<Zone>,
        disk: Rc<Disk>,
        shared: Shared,
    ) -> Self {
        Self {
            clock,
            chance,
            users,
            zone,
            disk,
            shared,
            queued: 0,
            mechanisms: vec!["PLAIN".to_owned(), "LOGIN".to_owned()],
            failure_delay: dovecot::FAILURE_DELAY,
        }
    }

    /// Says how much of the disk that holds the queue is in use, in bytes.
    pub(super) fn occupy(&mut self, queued: u64) {
        self.shared.occupy(self.queued, queued);
        self.queued = queued;
    }

    /// From now on this is one of several threads of the same host.
    pub(super) fn share(&mut self, shared: Shared) {
        self.shared = shared;
    }

    /// Tells the host's Dovecot which mechanisms to offer (`auth_mechanisms`), and
    /// how long to take over a failed login (`auth_failure_delay`).
    pub(super) fn set_up_dovecot(&mut self, mechanisms: Vec<String>, failure_delay: Duration) {
        self.mechanisms = mechanisms;
        self.failure_delay = failure_delay;
    }
}

impl Services for HostServices {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn new_queue_id(&mut self) -> String {
        self.shared.new_queue_id(&mut self.chance)
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

    fn failure_delay(&self) -> Duration {
        self.failure_delay
    }

    fn free_space(&self) -> u64 {
        self.shared.free_space()
    }

    fn anvil(&mut self) -> Option<MutexGuard<'_, Anvil>> {
        Some(self.shared.anvil())
    }
}
