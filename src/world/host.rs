//! A mail host: its addresses, disk, accounts, configuration and queue.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;
use std::sync::Arc;

use super::delivery::Waiting;
use super::disk::Disk;
use super::pki::{Authority, Issued};
use super::services::HostServices;
use super::zone::Zone;
use crate::clock::{Chance, Clock, Moment};
use crate::lesson::model::{self, Certificate, Issuer};
use crate::postfix::configuration::{Configuration, Machine, Service};
use crate::postfix::notification::Request;
use crate::postfix::smtpd::Recipient;
use crate::postfix::{main_cf, master_cf};

/// A mail host.
pub(super) struct Host {
    /// Its fully qualified name.
    pub(super) name: String,
    /// Its addresses, loopback ones not among them.
    pub(super) addresses: Vec<IpAddr>,
    /// Its files.
    pub(super) disk: Rc<Disk>,
    /// What its sessions ask of it.
    pub(super) services: Rc<RefCell<HostServices>>,
    settings: RefCell<Rc<Settings>>,
    /// Messages to be delivered.
    pub(super) incoming: RefCell<VecDeque<Message>>,
    /// Messages to be tried again later, or on hold.
    pub(super) waiting: RefCell<Vec<Waiting>>,
    /// When the queue manager last looked for messages to be tried again.
    pub(super) scanned: Cell<Moment>,
    pids: RefCell<BTreeMap<String, u32>>,
    last_pid: Cell<u32>,
}

/// What the host's Postfix read when it started, or was last reloaded.
pub(super) struct Settings {
    /// The text of main.cf.
    pub(super) main_cf: String,
    /// The text of master.cf.
    pub(super) master_cf: String,
    /// Both, understood.
    pub(super) configuration: Configuration,
}

/// A message that a host is responsible for.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Its queue id.
    pub(super) queue_id: String,
    /// Envelope sender; empty for `<>`.
    pub(super) sender: String,
    /// Recipients not dealt with yet.
    pub(super) recipients: Vec<Recipient>,
    /// The message, `Received:` header first, its lines ended by CRLF.
    pub(super) content: Vec<u8>,
    /// When it arrived.
    pub(super) arrived: Moment,
    /// Whether its sender was warned that it has to wait.
    pub(super) is_known_late: bool,
    /// What its sender wants of reports.
    pub(super) request: Request,
}

impl Host {
    /// The host that a lesson describes, its Postfix started.
    pub(super) fn new(
        host: &model::Host,
        authority: &Authority,
        zone: &Rc<Zone>,
        clock: &Clock,
        chance: &mut Chance,
    ) -> Result<Self, rcgen::Error> {
        let disk = furnish(host, authority)?;
        Ok(Self::with_disk(host, disk, zone, clock, chance))
    }

    /// A host with these files, its Postfix started.
    pub(super) fn with_disk(
        host: &model::Host,
        disk: Disk,
        zone: &Rc<Zone>,
        clock: &Clock,
        chance: &mut Chance,
    ) -> Self {
        let disk = Rc::new(disk);
        let services = HostServices::new(
            clock.clone(),
            Chance::seeded(chance.number()),
            host.users.clone(),
            Rc::clone(zone),
            Rc::clone(&disk),
        );
        let master_cf = host.master_cf.as_deref().unwrap_or(master_cf::DEBIAN);
        let settings = read(
            &host.name,
            &host.addresses,
            host.main_cf.clone(),
            master_cf.to_owned(),
        );
        Self {
            name: host.name.clone(),
            addresses: host.addresses.clone(),
            disk,
            services: Rc::new(RefCell::new(services)),
            settings: RefCell::new(Rc::new(settings)),
            incoming: RefCell::default(),
            waiting: RefCell::default(),
            scanned: Cell::new(clock.now()),
            pids: RefCell::default(),
            last_pid: Cell::new(u32::try_from(600 + chance.below(300)).unwrap_or(600)),
        }
    }

    /// What its Postfix runs with now.
    pub(super) fn settings(&self) -> Rc<Settings> {
        Rc::clone(&self.settings.borrow())
    }

    /// Edits a parameter and reloads; sessions that are open keep what they
    /// started with. Returns the value before. `Err`: there is no such service.
    pub(super) fn set(
        &self,
        service: Option<&str>,
        parameter: &str,
        value: Option<&str>,
    ) -> Result<Option<String>, String> {
        let settings = self.settings();
        let (mut main, mut master) = (settings.main_cf.clone(), settings.master_cf.clone());
        let old = match service {
            None => {
                let old = main_parameter(&main, parameter);
                main = main_cf::set(&main, parameter, value);
                old
            }
            Some(service) => {
                let old = override_of(&master, service, parameter);
                master = master_cf::set(&master, service, parameter, value)
                    .ok_or_else(|| service.to_owned())?;
                old
            }
        };
        let settings = read(&self.name, &self.addresses, main, master);
        *self.settings.borrow_mut() = Rc::new(settings);
        Ok(old)
    }

    /// The service that listens at this address and port.
    pub(super) fn listener(&self, address: IpAddr, port: u16) -> Option<Arc<Service>> {
        let settings = self.settings();
        settings
            .configuration
            .services()
            .iter()
            .find(|service| {
                service.port() == port
                    && service.address().is_none_or(|bound| bound == address)
                    && self.has_interface(service, address)
            })
            .cloned()
    }

    /// Whether Postfix listens on this address (`inet_interfaces`, `inet_protocols`).
    fn has_interface(&self, service: &Service, address: IpAddr) -> bool {
        let family = if address.is_ipv4() { "ipv4" } else { "ipv6" };
        let protocols = service.list("inet_protocols");
        let speaks = protocols
            .iter()
            .any(|protocol| protocol == "all" || protocol == family);
        let interfaces = service.list("inet_interfaces");
        let listens = interfaces.iter().any(|interface| match interface.as_str() {
            "all" => true,
            "loopback-only" | "localhost" => address.is_loopback(),
            name if name == self.name => !address.is_loopback(),
            other => other.trim_matches(['[', ']']).parse() == Ok(address),
        });
        speaks && listens
    }

    /// Whether this is one of the host's own addresses.
    pub(super) fn has_address(&self, address: IpAddr) -> bool {
        OWN_LOOPBACK.contains(&address) || self.addresses.contains(&address)
    }

    /// The text of a file of a user's, or the C library's words.
    pub(super) fn read_at_home(&self, path: &str) -> Result<String, String> {
        self.disk.read_at_home(path)
    }

    /// A file's text, or the C library's words.
    pub(super) fn read_file(&self, path: &str) -> Result<String, String> {
        self.disk.read(path)
    }

    /// The process id of a daemon that serves one request after the other.
    pub(super) fn pid(&self, program: &str) -> u32 {
        if let Some(pid) = self.pids.borrow().get(program) {
            return *pid;
        }
        let pid = self.new_pid();
        self.pids.borrow_mut().insert(program.to_owned(), pid);
        pid
    }

    /// The process id of a process just started.
    pub(super) fn new_pid(&self) -> u32 {
        let pid = self.last_pid.get() + 1;
        self.last_pid.set(pid);
        pid
    }
}

/// A parameter's value as main.cf has it.
fn main_parameter(main_cf: &str, parameter: &str) -> Option<String> {
    let (entries, _) = main_cf::parse(main_cf);
    entries
        .into_iter()
        .rev()
        .find(|entry| entry.name == parameter)
        .map(|entry| entry.value)
}

/// A parameter's value as a service's `-o` has it.
fn override_of(master_cf: &str, service: &str, parameter: &str) -> Option<String> {
    let (entries, _) = master_cf::parse(master_cf);
    entries
        .into_iter()
        .find(|entry| entry.kind == "inet" && master_cf::same_service(&entry.name, service))?
        .overrides
        .into_iter()
        .rev()
        .find(|setting| setting.name == parameter)
        .map(|setting| setting.value)
}

/// Reads both configuration files, as Postfix does at start and reload.
fn read(name: &str, addresses: &[IpAddr], main_cf: String, master_cf: String) -> Settings {
    let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let machine = Machine {
        name: name.to_owned(),
        addresses: addresses.iter().copied().chain(loopback).collect(),
    };
    let (configuration, _) = Configuration::parse_on(&machine, &main_cf, Some(&master_cf));
    Settings {
        main_cf,
        master_cf,
        configuration,
    }
}

/// The disk of a host: what every Debian has, and what the lesson adds.
fn furnish(host: &model::Host, authority: &Authority) -> Result<Disk, rcgen::Error> {
    let mut disk = Disk::default();
    let names = [host.name.clone()];
    let snakeoil = authority.snakeoil(&names, false)?;
    disk.write("/etc/ssl/certs/ssl-cert-snakeoil.pem", snakeoil.leaf);
    disk.write("/etc/ssl/private/ssl-cert-snakeoil.key", snakeoil.key);
    disk.write(TRUSTED_AUTHORITIES, authority.root());
    disk.write("/etc/mailname", format!("{}\n", host.name));
    disk.write("/etc/aliases", "postmaster:    root\n");
    for certificate in &host.certificates {
        let names = match certificate.names.as_slice() {
            [] => names.as_slice(),
            given => given,
        };
        install(&mut disk, certificate, names, authority)?;
    }
    for file in &host.files {
        disk.write(file.path.clone(), file.text.clone());
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
    let folder = certificate.folder.trim_end_matches('/');
    disk.write(format!("{folder}/fullchain.pem"), format!("{leaf}{chain}"));
    disk.write(format!("{folder}/cert.pem"), leaf);
    disk.write(format!("{folder}/chain.pem"), chain);
    disk.write(format!("{folder}/privkey.pem"), key);
    Ok(())
}

/// The addresses of every machine's loopback interface.
const OWN_LOOPBACK: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

/// Debian's bundle of the authorities that everybody trusts.
pub(super) const TRUSTED_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
