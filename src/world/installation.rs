//! What every step begins with: the machines as they were installed. Made once
//! for a world, as keys, signatures and the reading of configuration files cost
//! more than all else that happens when a step begins.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::disk::Disk;
use super::host::Settings;
use super::pki::{Authority, Issued};
use super::zone::Zone;
use crate::clock::Moment;
use crate::lesson::model::{self, Certificate, Issuer};
use crate::lesson::{Lesson, SNAKEOIL_CERTIFICATE, SNAKEOIL_KEY, TRUSTED_AUTHORITIES};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;

/// What the machines of a lesson are made of: their files and their DNS.
/// Clones make the same machines again, with the same keys.
#[derive(Clone)]
pub(super) struct Furniture {
    zone: Zone,
    roots: Arc<str>,
    /// Of each mail host, in the lesson's order.
    disks: Vec<Disk>,
    made: Moment,
}

/// The machines of a lesson and their DNS, before anything happens.
pub(super) struct Installation {
    /// The DNS.
    pub(super) zone: Zone,
    /// The authorities that every client trusts, as PEM.
    pub(super) roots: Arc<str>,
    /// The mail hosts, in the lesson's order.
    pub(super) hosts: Vec<Installed>,
    /// When that was.
    made: Moment,
}

/// A mail host before anything happens.
pub(super) struct Installed {
    /// Its files.
    pub(super) disk: Disk,
    /// What its Postfix starts with.
    pub(super) settings: Rc<Settings>,
}

impl Furniture {
    /// Makes what the machines of `lesson` need, at this moment.
    ///
    /// # Errors
    ///
    /// If a certificate cannot be made for a name.
    pub(super) fn of(lesson: &Lesson, now: Moment) -> Result<Self, rcgen::Error> {
        let authority = Authority::new(now)?;
        let (mut zone, _) = Zone::parse(&lesson.zone);
        for host in &lesson.hosts {
            zone.add_machine(&host.name, &host.addresses);
        }
        for client in &lesson.clients {
            if let Some(name) = &client.dns_name {
                zone.add_machine(name, &client.addresses);
            }
        }
        let hosts = lesson.hosts.iter();
        let disks = hosts
            .map(|host| furnish(host, &authority))
            .collect::<Result<_, rcgen::Error>>()?;
        Ok(Self {
            zone,
            roots: authority.root().into(),
            disks,
            made: now,
        })
    }
}

impl Installation {
    /// Installs the machines of `lesson` with what was made for them.
    pub(super) fn of(lesson: &Lesson, furniture: Furniture) -> Self {
        let disks = furniture.disks.into_iter();
        let hosts = lesson.hosts.iter().zip(disks);
        Self {
            zone: furniture.zone,
            roots: furniture.roots,
            hosts: hosts
                .map(|(host, disk)| Installed::with(host, disk))
                .collect(),
            made: furniture.made,
        }
    }

    /// Whether its certificates are as young as a lesson needs them. A student
    /// may let weeks pass on the lesson's clock.
    pub(super) fn is_fresh(&self, now: Moment) -> bool {
        now.since(self.made) < FRESH
    }
}

impl Installed {
    /// A host with these files.
    pub(super) fn with(host: &model::Host, disk: Disk) -> Self {
        let settings = Settings::read(
            &host.name,
            &host.addresses,
            &disk.text(MAIN_CF),
            disk.text(MASTER_CF),
        );
        Self {
            disk,
            settings: Rc::new(settings),
        }
    }
}

/// The disk of a host: what every Debian has, and what the lesson adds.
fn furnish(host: &model::Host, authority: &Authority) -> Result<Disk, rcgen::Error> {
    let mut disk = Disk::default();
    let names = [host.name.clone()];
    let snakeoil = authority.snakeoil(&names, false)?;
    disk.install(SNAKEOIL_CERTIFICATE, snakeoil.leaf);
    disk.install(SNAKEOIL_KEY, snakeoil.key);
    disk.install(TRUSTED_AUTHORITIES, authority.root());
    for certificate in &host.certificates {
        let names = match certificate.names.as_slice() {
            [] => names.as_slice(),
            given => given,
        };
        install(&mut disk, certificate, names, authority)?;
    }
    for (path, text) in host.installed_files() {
        disk.write(path, text);
    }
    Ok(disk)
}

/// Lays a certificate out as certbot does.
fn install(
    disk: &mut Disk,
    certificate: &Certificate,
    names: &[String],
    authority: &Authority,
) -> Result<(), rcgen::Error> {
    let (Issued { leaf, key }, chain) = match certificate.issuer {
        Issuer::LabCa => (
            authority.issue(names, certificate.expired)?,
            authority.intermediate(),
        ),
        Issuer::Snakeoil => (
            authority.snakeoil(names, certificate.expired)?,
            String::new(),
        ),
    };
    let contents = [format!("{leaf}{chain}"), leaf, chain, key];
    for (path, pem) in certificate.paths().into_iter().zip(contents) {
        disk.install(path, pem);
    }
    Ok(())
}

/// How long certificates count as just issued.
const FRESH: Duration = Duration::from_hours(24);
