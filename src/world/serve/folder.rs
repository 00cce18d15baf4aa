//! `lab serve --postfix DIR`: a folder with main.cf and what belongs to it.

use std::io;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::dovecot::{self, Dovecot};
use super::passwd;
use crate::clock::{Chance, Moment};
use crate::lesson::model;
use crate::postfix::configuration::{Configuration, DiagnosticKind, Machine};
use crate::postfix::master_cf;
use crate::world::disk::Disk;
use crate::world::host::Host;
use crate::world::installation::Installed;
use crate::world::internet::Internet;
use crate::world::pen::Pen;
use crate::world::pki::Authority;
use crate::world::zone::Zone;

/// The folder, read.
#[derive(Clone, Debug)]
pub struct Folder {
    host: model::Host,
    disk: Disk,
    zone: Zone,
    dovecot: Dovecot,
    remarks: Vec<Remark>,
}

/// Something to be said about a line of the folder's files before it is served.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Remark {
    /// The line means something else, or less, than it seems to.
    Fault {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        words: String,
    },
    /// A real setting that has no effect in the lab.
    NotImitated {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// The setting's name.
        name: String,
    },
    /// What Postfix itself says about it.
    Postfix(String),
}

impl Folder {
    /// Reads main.cf and, where they exist, master.cf, users, zone and dovecot.conf.
    ///
    /// # Errors
    ///
    /// If a file is there but cannot be read, or there is no main.cf; with the
    /// file's name.
    pub fn read(path: &Path) -> Result<Self, (&'static str, io::Error)> {
        let read = |name| -> Result<Option<String>, (&'static str, io::Error)> {
            match std::fs::read(path.join(name)) {
                Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
                Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(problem) => Err((name, problem)),
            }
        };
        let main_cf =
            read("main.cf")?.ok_or_else(|| ("main.cf", io::ErrorKind::NotFound.into()))?;
        let master_cf = read("master.cf")?;
        let mut remarks = Vec::new();
        let name = examine(&main_cf, master_cf.as_deref(), &mut remarks);
        let (users, faults) = passwd::parse(&read("users")?.unwrap_or_default());
        remarks.extend(faults.into_iter().map(|fault| Remark::Fault {
            file: "users",
            line: fault.line,
            words: fault.words,
        }));
        let zone = match read("zone")? {
            None => Zone::silent(),
            Some(text) => {
                let (zone, errors) = Zone::parse(&text);
                remarks.extend(errors.into_iter().map(|error| Remark::Fault {
                    file: "zone",
                    line: error.line,
                    words: error.fault.to_string(),
                }));
                zone
            }
        };
        let dovecot = dovecot::parse(&read("dovecot.conf")?.unwrap_or_default());
        let ignored = dovecot.ignored.iter().cloned();
        remarks.extend(ignored.map(|(line, name)| Remark::NotImitated {
            file: "dovecot.conf",
            line,
            name,
        }));
        let host = model::Host {
            name,
            addresses: Vec::new(),
            ours: true,
            main_cf,
            master_cf,
            users,
            certificates: Vec::new(),
            files: Vec::new(),
        };
        let disk = Disk::on(path);
        for (path, text) in host.installed_files() {
            disk.write(path, text);
        }
        if let Some(aliases) = read("aliases")? {
            disk.write("/etc/aliases", aliases);
        }
        Ok(Self {
            host,
            disk,
            zone,
            dovecot,
            remarks,
        })
    }

    /// What is to be said about the files, in their order.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Makes Debian's own pair of certificate and key, if it is asked for: it
    /// belongs to the machine, and only root may read it.
    pub(in crate::world) fn furnish(&mut self, now: Moment) -> Result<(), rcgen::Error> {
        if self.host.main_cf.contains(SNAKEOIL) {
            let names = std::slice::from_ref(&self.host.name);
            let pair = Authority::new(now)?.snakeoil(names, false)?;
            let disk = &mut self.disk;
            disk.install(format!("/etc/ssl/certs/{SNAKEOIL}.pem"), pair.leaf);
            disk.install(format!("/etc/ssl/private/{SNAKEOIL}.key"), pair.key);
        }
        Ok(())
    }

    /// The machine that the folder describes, alone with its DNS.
    pub(in crate::world) fn internet(
        self,
        pen: Pen,
        mut chance: Chance,
        connections: Arc<AtomicU32>,
    ) -> Internet {
        let zone = Rc::new(self.zone);
        let installed = Installed::with(&self.host, self.disk);
        let host = Host::new(&self.host, &installed, &zone, pen.clock(), &mut chance);
        let Dovecot {
            mechanisms,
            failure_delay,
            ..
        } = self.dovecot;
        let mut services = host.services.borrow_mut();
        services.set_up_dovecot(mechanisms, failure_delay);
        drop(services);
        Internet::of(Rc::new(host), zone, pen, chance, connections)
    }
}

/// Takes note of what Postfix would say; returns the machine's name.
fn examine(main_cf: &str, master_cf: Option<&str>, remarks: &mut Vec<Remark>) -> String {
    let machine = Machine {
        name: machine_name(),
        ..Machine::default()
    };
    let (configuration, diagnostics) = Configuration::parse_on(&machine, main_cf, master_cf);
    for it in diagnostics {
        remarks.push(match it.kind {
            DiagnosticKind::NotImitated => Remark::NotImitated {
                file: it.file,
                line: it.line,
                name: it.words.split('=').next().unwrap_or_default().to_owned(),
            },
            _ => Remark::Postfix(it.words),
        });
    }
    // Other daemons of master.cf run in no file of ours; other doors are not opened.
    let (entries, _) = master_cf::parse(master_cf.unwrap_or(master_cf::DEBIAN));
    for entry in entries {
        let listener = master_cf::listener(&entry.name);
        let known = listener.is_some_and(|listener| matches!(listener.port, 25 | 465 | 587));
        if entry.kind == "inet" && !(known && entry.command == "smtpd") {
            remarks.push(Remark::NotImitated {
                file: "master.cf",
                line: entry.line,
                name: format!("{} {} {}", entry.name, entry.kind, entry.command),
            });
        }
    }
    match configuration.main().text("myhostname") {
        "" => machine.name,
        name => name.to_owned(),
    }
}

/// What this machine is called, where the system tells by a file.
fn machine_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| Machine::default().name)
}

/// The pair of files that Debian's main.cf names.
const SNAKEOIL: &str = "ssl-cert-snakeoil";
