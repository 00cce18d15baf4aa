//! The small Internet: machines, the names and addresses by which they find
//! each other, and the making of connections between them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::task::JoinHandle;

use super::alarm::Alarms;
use super::attacker::{Attacker, Begins};
use super::client_end::Line;
use super::fabric::{self, Watch, WireEnd};
use super::host::Host;
use super::installation::Installation;
use super::outside;
use super::pen::{ConnectionPen, Pen};
use super::server::{self, Patience};
use super::witness::Witness;
use super::zone::Zone;
use crate::clock::Chance;
use crate::journal::event::{Endpoint, Kind, NoConnection, Purpose};
use crate::journal::{ConnectionId, End};
use crate::lesson::Lesson;
use crate::postfix::configuration::Service;
use crate::postfix::smtpd::{Identity, Services, Session, TlsEngine};

/// The machines of a lesson and all that is between them.
pub(super) struct Internet {
    /// The mail hosts.
    pub(super) hosts: Vec<Rc<Host>>,
    /// The DNS.
    pub(super) zone: Rc<Zone>,
    /// The authorities that every client trusts, as PEM.
    pub(super) roots: Arc<str>,
    /// Who writes down what happens.
    pub(super) pen: Pen,
    /// Whoever waits by its clock.
    pub(super) alarms: Alarms,
    /// Chance.
    pub(super) chance: RefCell<Chance>,
    /// How many connections were made, ever.
    connections: Arc<AtomicU32>,
    /// Who tampers with the wire from one machine to another.
    attackers: RefCell<BTreeMap<(String, String), Attacker>>,
    /// Puts calls to loopback addresses through to whoever answers there.
    /// Without it the world is alone.
    switchboard: Option<Box<Switchboard>>,
}

/// Puts a call through to somebody outside the world.
pub(super) type Switchboard = dyn Fn(SocketAddr) -> io::Result<Extension>;

/// Somebody outside the world who has answered a call.
pub(super) struct Extension {
    /// The caller's own end.
    pub(super) own: SocketAddr,
    /// Lays the wire to them.
    pub(super) lay: Box<dyn FnOnce(ConnectionPen) -> Line>,
}

/// Somebody who can call: a client of the lesson, or a mail host.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Its name in the lesson.
    pub(super) name: String,
    /// Its addresses.
    pub(super) addresses: Vec<IpAddr>,
}

/// Why a call did not come about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// Nobody listens on that port.
    Refused,
    /// There is no machine at that address.
    Silent,
    /// The caller has no address of that family.
    Unreachable,
}

impl Internet {
    /// Starts the machines of `lesson` as they were installed.
    pub(super) fn start(
        lesson: &Lesson,
        installation: &Installation,
        pen: Pen,
        mut chance: Chance,
        connections: Arc<AtomicU32>,
    ) -> Self {
        let zone = Rc::new(installation.zone.clone());
        let hosts = lesson
            .hosts
            .iter()
            .zip(&installation.hosts)
            .map(|(host, installed)| {
                Rc::new(Host::new(host, installed, &zone, pen.clock(), &mut chance))
            })
            .collect();
        Self {
            hosts,
            zone,
            roots: Arc::clone(&installation.roots),
            pen,
            alarms: Alarms::default(),
            chance: RefCell::new(chance),
            connections,
            attackers: RefCell::default(),
            switchboard: None,
        }
    }

    /// One machine, alone with its DNS.
    pub(super) fn of(
        host: Rc<Host>,
        zone: Rc<Zone>,
        pen: Pen,
        chance: Chance,
        connections: Arc<AtomicU32>,
    ) -> Self {
        Self {
            hosts: vec![host],
            zone,
            roots: Arc::from(""),
            pen,
            alarms: Alarms::default(),
            chance: RefCell::new(chance),
            connections,
            attackers: RefCell::default(),
            switchboard: Some(Box::new(outside::without_privileges)),
        }
    }

    /// The same machine, with somebody else behind its loopback addresses.
    #[cfg(test)]
    pub(super) fn with_switchboard(
        self,
        switchboard: impl Fn(SocketAddr) -> io::Result<Extension> + 'static,
    ) -> Self {
        Self {
            switchboard: Some(Box::new(switchboard)),
            ..self
        }
    }

    /// Takes note of a caller from outside the world.
    pub(super) fn note_outsider(
        &self,
        from: Endpoint,
        to: Endpoint,
        service: &Service,
    ) -> ConnectionPen {
        ConnectionPen::open(
            self.pen.clone(),
            self.new_connection(),
            from,
            to,
            service.name().to_owned(),
            Purpose::Outside,
        )
    }

    /// The number of a connection that is being made.
    fn new_connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The host of this name.
    pub(super) fn host(&self, name: &str) -> Option<&Rc<Host>> {
        self.hosts.iter().find(|host| host.name == name)
    }

    /// Calls the machine at one of `addresses` (the first that the caller can
    /// reach) on `port`. `name` is what the caller calls it.
    pub(super) fn call(
        &self,
        caller: &Caller,
        name: &str,
        addresses: &[IpAddr],
        port: u16,
        purpose: Purpose,
    ) -> Result<Line, (Refusal, Option<Endpoint>)> {
        if let Some(switchboard) = &self.switchboard
            && let Some(address) = addresses.iter().find(|address| address.is_loopback())
        {
            let address = SocketAddr::new(*address, port);
            return self.dial(caller, name, address, switchboard(address), purpose);
        }
        let Some((source, address)) = route(caller, addresses) else {
            return Err((Refusal::Unreachable, None));
        };
        let from = Endpoint {
            host: caller.name.clone(),
            address: source,
            port: 32_768 + u16::try_from(self.chance.borrow_mut().below(28_000)).unwrap_or(0),
        };
        let host = self.hosts.iter().find(|host| {
            host.addresses.contains(&address) || (address.is_loopback() && host.name == name)
        });
        let to = Endpoint {
            host: host.map_or_else(|| name.to_owned(), |host| host.name.clone()),
            address,
            port,
        };
        let Some((host, service)) =
            host.and_then(|host| Some((host, host.listener(address, port)?)))
        else {
            let (refusal, how) = if host.is_some() {
                (Refusal::Refused, NoConnection::Refused)
            } else {
                (Refusal::Silent, NoConnection::TimedOut)
            };
            self.pen.write(Kind::ConnectionFailed {
                from,
                to: to.clone(),
                purpose,
                how,
            });
            return Err((refusal, Some(to)));
        };
        Ok(self.connect(&from, &to, host, service, purpose))
    }

    /// Calls somebody outside the world, who `answered` for `address` or did not.
    fn dial(
        &self,
        caller: &Caller,
        name: &str,
        address: SocketAddr,
        answered: io::Result<Extension>,
        purpose: Purpose,
    ) -> Result<Line, (Refusal, Option<Endpoint>)> {
        let endpoint = |host: &str, socket: SocketAddr| Endpoint {
            host: host.to_owned(),
            address: socket.ip(),
            port: socket.port(),
        };
        let to = endpoint(name, address);
        let Ok(Extension { own, lay }) = answered else {
            let own = SocketAddr::new(address.ip(), 0);
            self.pen.write(Kind::ConnectionFailed {
                from: endpoint(&caller.name, own),
                to: to.clone(),
                purpose,
                how: NoConnection::Refused,
            });
            return Err((Refusal::Refused, Some(to)));
        };
        let pen = ConnectionPen::open(
            self.pen.clone(),
            self.new_connection(),
            endpoint(&caller.name, own),
            to,
            String::new(),
            purpose,
        );
        Ok(lay(pen))
    }

    /// Lays a wire and starts a server process at its far end.
    fn connect(
        &self,
        from: &Endpoint,
        to: &Endpoint,
        host: &Rc<Host>,
        service: Arc<Service>,
        purpose: Purpose,
    ) -> Line {
        let connection = self.new_connection();
        let is_probe = matches!(purpose, Purpose::Probe { .. });
        let pen = match purpose {
            Purpose::Repetition { .. } => self.pen.terse(),
            _ => self.pen.clone(),
        };
        let pen = ConnectionPen::open(
            pen,
            connection,
            from.clone(),
            to.clone(),
            service.name().to_owned(),
            purpose,
        );
        let attacker = self.attacker_on(&from.host, &to.host);
        let begins = if service.boolean("smtpd_tls_wrappermode") {
            Begins::InTls
        } else {
            Begins::InClear
        };
        let (client_end, server_end, watch, middle) = lay(&pen, attacker, begins);
        let identity = self.identify(from);
        let (engine, config) = match host.tls_engine(&service) {
            Ok(config) => (TlsEngine::Ready, Some(config)),
            Err(warnings) => (TlsEngine::Broken(warnings), None),
        };
        let session = Session::new(service, identity, engine);
        let services: Rc<RefCell<dyn Services>> = host.services.clone();
        let mut witness = Witness::new(pen.clone(), Rc::clone(host));
        if is_probe {
            witness = witness.of_probe();
        }
        let patience = self.patience();
        let server = tokio::task::spawn_local(async move {
            server::serve(
                server_end,
                session,
                &[],
                &services,
                config,
                &patience,
                &mut witness,
            )
            .await;
            if let Some(middle) = middle {
                // A panic there is reported by its own thread.
                let _ = middle.await;
            }
        });
        Line {
            pen,
            wire: client_end,
            watch,
            server,
        }
    }

    /// How long its servers wait for their clients.
    pub(super) fn patience(&self) -> Patience {
        Patience::by(self.pen.clock().clone(), self.alarms.clone())
    }

    /// Puts somebody on the wire from one machine to another, or sends them away.
    pub(super) fn turn_attacker(&self, from: &str, to: &str, attacker: Option<Attacker>) {
        let wire = (from.to_owned(), to.to_owned());
        let mut attackers = self.attackers.borrow_mut();
        match attacker {
            Some(attacker) => attackers.insert(wire, attacker),
            None => attackers.remove(&wire),
        };
    }

    fn attacker_on(&self, from: &str, to: &str) -> Option<Attacker> {
        let wire = (from.to_owned(), to.to_owned());
        self.attackers.borrow().get(&wire).cloned()
    }

    /// What the server's system says about a client's address. The addresses
    /// of the machine itself are in its hosts file.
    pub(super) fn identify(&self, client: &Endpoint) -> Identity {
        let (name, reverse_name) = if client.address.is_loopback() {
            (Some("localhost".to_owned()), Some("localhost".to_owned()))
        } else {
            match self.zone.name_of(client.address) {
                None => (None, None),
                Some((name, confirmed)) => (confirmed.then(|| name.clone()), Some(name)),
            }
        };
        Identity {
            address: client.address,
            port: client.port,
            name,
            reverse_name,
        }
    }
}

/// Lays the wire of a connection, with `attacker` in the middle if there is
/// one. What the eavesdropper is shown is what each end sent.
fn lay(
    pen: &ConnectionPen,
    attacker: Option<Attacker>,
    begins: Begins,
) -> (WireEnd, WireEnd, Watch, Option<JoinHandle<()>>) {
    let tap = pen.clone();
    let Some(attacker) = attacker else {
        let (client, server, watch) = fabric::lay(move |from, bytes| tap.wire(from, bytes));
        return (client, server, watch, None);
    };
    let only = |end: End| {
        let tap = pen.clone();
        move |from: End, bytes: &[u8]| {
            if from == end {
                tap.wire(from, bytes);
            }
        }
    };
    let (client, from_client, near) = fabric::lay(only(End::Client));
    let (from_server, server, far) = fabric::lay(only(End::Server));
    let task = attacker.stand_between(from_client, from_server, begins, tap);
    let middle = tokio::task::spawn_local(task);
    (client, server, near.joined_to(far), Some(middle))
}

/// The first pair of addresses of one family. A machine reaches itself by loopback.
fn route(caller: &Caller, addresses: &[IpAddr]) -> Option<(IpAddr, IpAddr)> {
    addresses.iter().find_map(|to| {
        let from = caller
            .addresses
            .iter()
            .find(|from| from.is_ipv4() == to.is_ipv4())?;
        Some((*from, if from.is_loopback() { *from } else { *to }))
    })
}
