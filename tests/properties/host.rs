//! The host behind the fuzzed sessions: one user, one file, a small DNS.

#![allow(
    dead_code,
    reason = "not every target that shares this needs all of it"
)]

use std::sync::{Mutex, MutexGuard};

use smtp_lab::clock::{Clock, Moment};
use smtp_lab::postfix::smtpd::anvil::Anvil;
use smtp_lab::postfix::smtpd::{DnsAnswer, Identity, RecordKind, Services};

pub(crate) struct Host {
    clock: Clock,
    anvil: Mutex<Anvil>,
    queued: u32,
    /// What is in every file.
    pub(crate) file: String,
}

impl Host {
    pub(crate) fn with_file(file: String) -> Self {
        Self {
            clock: Clock::simulated(Moment::LESSON_START),
            anvil: Mutex::default(),
            queued: 0,
            file,
        }
    }
}

/// A caller from the documentation's addresses.
pub(crate) fn caller() -> Identity {
    Identity {
        address: [203, 0, 113, 66].into(),
        port: 40_000,
        name: None,
        reverse_name: Some("spam.example".to_owned()),
    }
}

impl Services for Host {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn new_queue_id(&mut self) -> String {
        self.queued += 1;
        format!("4F2B71{:04X}", self.queued)
    }

    fn authenticate(&mut self, user: &[u8], password: &[u8]) -> bool {
        user == b"alumno" && password == b"clase-1234"
    }

    fn has_user(&self, name: &str) -> bool {
        name == "alumno"
    }

    fn resolve(&self, name: &str, kind: RecordKind) -> DnsAnswer {
        match (name.len() % 4, kind) {
            (0, RecordKind::A) => DnsAnswer::Found(vec!["198.51.100.25".to_owned()]),
            (0, RecordKind::Mx) => DnsAnswer::Found(vec!["10 mx.remoto.example".to_owned()]),
            (0, RecordKind::Txt) => DnsAnswer::Found(vec!["listed".to_owned()]),
            (1, _) => DnsAnswer::NoName,
            (2, _) => DnsAnswer::Failed,
            _ => DnsAnswer::NoRecord,
        }
    }

    fn read_file(&self, _path: &str) -> Result<String, String> {
        Ok(self.file.clone())
    }

    fn anvil(&mut self) -> Option<MutexGuard<'_, Anvil>> {
        self.anvil.lock().ok()
    }
}
