//! A mail host: its addresses, disk, accounts, configuration and queue.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::Notify;

use super::delivery::{Destinations, Waiting};
use super::disk::Disk;
use super::installation::Installed;
use super::pen::Pen;
use super::services::HostServices;
use super::shared::Shared;
use super::tls::{self, CertificateFiles, Engine};
use super::zone::Zone;
use crate::clock::{Chance, Clock, Moment};
use crate::journal::{ConnectionId, Kind};
use crate::lesson::model;
use crate::postfix::configuration::{Configuration, Machine, Service};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::notification::Request;
use crate::postfix::postconf::Files;
use crate::postfix::reload::{self, End, Reload};
use crate::postfix::smtpd::Recipient;
use crate::postfix::{main_cf, master_cf, relay};

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
    /// Bytes of the messages that are being delivered.
    pub(super) active_size: Cell<usize>,
    /// Messages to be tried again later, or on hold.
    pub(super) waiting: RefCell<Vec<Waiting>>,
    /// What its queue manager knows of where mail goes.
    pub(super) destinations: RefCell<Destinations>,
    /// When the queue manager last looked for messages to be tried again.
    pub(super) scanned: Cell<Moment>,
    shared: RefCell<Shared>,
    /// Told of every message that comes into the queue.
    pub(super) arrivals: Notify,
}

/// What the host's Postfix read when it started, or was last reloaded.
pub(super) struct Settings {
    /// The text of master.cf that `master` goes by.
    master_cf: String,
    /// It and main.cf, understood.
    pub(super) configuration: Configuration,
    /// Whether `master` has died of its configuration: nobody listens, and
    /// nothing is delivered.
    pub(super) is_down: bool,
    relays_for_strangers: OnceCell<bool>,
    /// What each service needs for handshakes, by its name.
    tls_engines: RefCell<BTreeMap<String, MaybeEngine>>,
}

/// What a service needs for handshakes, or the lines of the log that say why
/// there will be none.
type MaybeEngine = Result<Engine, Vec<String>>;

impl Settings {
    /// Reads both configuration files, as Postfix does at start and reload.
    pub(super) fn read(name: &str, addresses: &[IpAddr], main_cf: &str, master_cf: String) -> Self {
        let machine = machine(name, addresses);
        let (configuration, _) = Configuration::parse_on(&machine, main_cf, Some(&master_cf));
        Self::of(configuration, master_cf, false)
    }

    fn of(configuration: Configuration, master_cf: String, is_down: bool) -> Self {
        Self {
            master_cf,
            configuration,
            is_down,
            relays_for_strangers: OnceCell::new(),
            tls_engines: RefCell::default(),
        }
    }
}

/// What Postfix asks the system about itself.
fn machine(name: &str, addresses: &[IpAddr]) -> Machine {
    let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    Machine {
        name: name.to_owned(),
        addresses: addresses.iter().copied().chain(loopback).collect(),
    }
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
    /// Bytes of it as Postfix counts them: in the queue a line ends with one.
    pub(super) size: usize,
    /// When it arrived.
    pub(super) arrived: Moment,
    /// Whether its sender was warned that it has to wait.
    pub(super) is_known_late: bool,
    /// What its sender wants of reports.
    pub(super) request: Request,
}

impl Host {
    /// A host as it was installed, its Postfix started.
    pub(super) fn new(
        host: &model::Host,
        installed: &Installed,
        zone: &Rc<Zone>,
        clock: &Clock,
        chance: &mut Chance,
    ) -> Self {
        let disk = Rc::new(installed.disk.clone());
        let services_chance = Chance::seeded(chance.number());
        let last_pid = u32::try_from(600 + chance.below(300)).unwrap_or(600);
        let shared = Shared::numbered_after(last_pid);
        let services = HostServices::new(
            clock.clone(),
            services_chance,
            host.users.clone(),
            Rc::clone(zone),
            Rc::clone(&disk),
            shared.clone(),
        );
        Self {
            name: host.name.clone(),
            addresses: host.addresses.clone(),
            disk,
            services: Rc::new(RefCell::new(services)),
            settings: RefCell::new(Rc::clone(&installed.settings)),
            incoming: RefCell::default(),
            active_size: Cell::new(0),
            waiting: RefCell::default(),
            destinations: RefCell::default(),
            scanned: Cell::new(clock.now()),
            shared: RefCell::new(shared),
            arrivals: Notify::new(),
        }
    }

    /// What the processes of this host share.
    pub(super) fn shared(&self) -> Shared {
        self.shared.borrow().clone()
    }

    /// From now on this is the same host as another one, on another thread.
    pub(super) fn share(&self, shared: &Shared) {
        *self.shared.borrow_mut() = shared.clone();
        self.services.borrow_mut().share(shared.clone());
    }

    /// What its Postfix runs with now.
    pub(super) fn settings(&self) -> Rc<Settings> {
        Rc::clone(&self.settings.borrow())
    }

    /// What a service of this host needs for handshakes. Its files are read once
    /// for what it runs with.
    pub(super) fn tls_engine(&self, service: &Service) -> MaybeEngine {
        let settings = self.settings();
        let mut engines = settings.tls_engines.borrow_mut();
        let name = service.name().to_owned();
        let read = |path: &str| self.read_file(path);
        engines
            .entry(name)
            .or_insert_with(|| tls::engine(&CertificateFiles::of(service), read))
            .clone()
    }

    /// Whether strangers may send mail through it to anybody. Asked once for
    /// what it runs with: a policy is long, and the answer stays the same.
    pub(super) fn is_open_relay(&self) -> bool {
        let settings = self.settings();
        *settings.relays_for_strangers.get_or_init(|| {
            !settings.is_down && relay::is_open(&settings.configuration, &*self.services.borrow())
        })
    }

    /// Edits a parameter in its file. Returns the value before. `Err`: there is
    /// no such service.
    pub(super) fn set(
        &self,
        service: Option<&str>,
        parameter: &str,
        value: Option<&str>,
    ) -> Result<Option<String>, String> {
        match service {
            None => {
                let main = self.disk.text(MAIN_CF);
                self.disk
                    .write(MAIN_CF, main_cf::set(&main, parameter, value));
                Ok(main_cf::value_of(&main, parameter))
            }
            Some(service) => {
                let master = self.disk.text(MASTER_CF);
                let edited = master_cf::set(&master, service, parameter, value)
                    .ok_or_else(|| service.to_owned())?;
                self.disk.write(MASTER_CF, edited);
                Ok(master_cf::override_of(&master, service, parameter))
            }
        }
    }

    /// Writes a file, or removes it (`None`). Returns its text before. `Err`: it
    /// is nothing that is written by hand.
    pub(super) fn write(&self, path: &str, text: Option<&str>) -> Result<Option<String>, String> {
        let is_needed = path == MAIN_CF || path == MASTER_CF;
        let bytes = text.map_or(0, str::len);
        if !path.starts_with('/')
            || bytes > LARGEST_FILE
            || self.disk.is_certificate(path)
            || is_needed && text.is_none()
        {
            return Err(path.to_owned());
        }
        Ok(match text {
            Some(text) => self.disk.write(path, text),
            None => self.disk.remove(path),
        })
    }

    /// Lets its Postfix read everything again, as far as the files let it;
    /// sessions that are open keep what they started with.
    pub(super) fn reload(&self) -> Reload {
        let (main_cf, master_cf) = (self.disk.text(MAIN_CF), self.disk.text(MASTER_CF));
        let machine = machine(&self.name, &self.addresses);
        let files = Files {
            main_cf: &main_cf,
            master_cf: &master_cf,
        };
        let reload = reload::reload(&machine, files);
        let settings = match &reload.end {
            End::Refused(..) => {
                let in_force = self.settings().master_cf.clone();
                Settings::read(&self.name, &self.addresses, &main_cf, in_force)
            }
            end => {
                let is_down = matches!(end, End::Died(_));
                Settings::of(reload.configuration.clone(), master_cf, is_down)
            }
        };
        *self.settings.borrow_mut() = Rc::new(settings);
        reload
    }

    /// The service that listens at this address and port.
    pub(super) fn listener(&self, address: IpAddr, port: u16) -> Option<Arc<Service>> {
        let settings = self.settings();
        let services = if settings.is_down {
            &[]
        } else {
            settings.configuration.services()
        };
        services
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

    /// The process id of a daemon ([`Shared::pid`]).
    pub(super) fn pid(&self, program: &str) -> u32 {
        self.shared.borrow().pid(program)
    }

    /// Writes a line of its log, by a daemon that serves one request after the
    /// other ([`Shared::pid`]).
    pub(super) fn log(
        &self,
        pen: &Pen,
        connection: Option<ConnectionId>,
        program: &str,
        text: impl Into<String>,
    ) {
        pen.write(Kind::Log {
            host: self.name.clone(),
            connection,
            program: program.to_owned(),
            pid: self.pid(program),
            text: text.into(),
        });
    }

    /// Its Postfix was stopped: what starts next are other processes.
    pub(super) fn forget_processes(&self) {
        self.shared.borrow().forget_processes();
    }

    /// The process id of a process just started.
    pub(super) fn new_pid(&self) -> u32 {
        self.shared.borrow().new_pid()
    }
}

/// How large a file that is written by hand can be, in bytes.
const LARGEST_FILE: usize = 1 << 20;

/// The addresses of every machine's loopback interface.
const OWN_LOOPBACK: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];
