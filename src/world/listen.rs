//! A lesson's server on real sockets: programs outside the world (swaks,
//! `openssl s_client`, a mail reader) come in, and what they do appears in the
//! same journal as everything else. Loopback addresses only.

use std::cell::RefCell;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::delivery;
use super::host::Host;
use super::internet::Internet;
use super::pen::Pen;
use super::serve::{Addresses, Door, ServeError, Tap, converse, counted_as};
use crate::journal::Kind;
use crate::journal::event::Endpoint;
use crate::lesson::Lesson;

/// Sockets bound for callers from outside a lesson.
#[derive(Debug)]
pub struct Listeners {
    /// Name and port of the service each stands for.
    bound: Vec<(&'static str, u16, TcpListener)>,
}

impl Listeners {
    /// Binds the sockets; from then on callers wait for the lesson to begin.
    ///
    /// # Errors
    ///
    /// If a port is taken.
    pub fn bind(addresses: &Addresses) -> Result<Self, ServeError> {
        let wanted = [
            ("smtp", 25, addresses.smtp),
            ("submission", 587, addresses.submission),
            ("submissions", 465, addresses.submissions),
        ];
        let mut bound = Vec::new();
        for (service, port, address) in wanted {
            if let Some(address) = address {
                bound.push((service, port, address.listen()?));
            }
        }
        Ok(Self { bound })
    }
}

/// What those who listen need to know of the step that is on.
pub(super) struct Reception {
    /// The host under study.
    host: String,
    internet: RefCell<Option<Rc<Internet>>>,
    /// Which client of the lesson a caller counts as; without one, itself.
    counts_as: RefCell<Option<String>>,
    /// Never sent: a lesson's server takes leave of nobody.
    closing: watch::Sender<bool>,
}

impl Reception {
    /// The reception of a lesson before its first step.
    pub(super) fn new(lesson: &Lesson) -> Self {
        Self {
            host: lesson.study.clone(),
            internet: RefCell::default(),
            counts_as: RefCell::default(),
            closing: watch::Sender::new(false),
        }
    }

    /// From now on callers come into this Internet.
    pub(super) fn open(&self, internet: &Rc<Internet>) {
        *self.internet.borrow_mut() = Some(Rc::clone(internet));
    }

    /// From now on callers count as this client.
    pub(super) fn count_as(&self, client: Option<String>) {
        *self.counts_as.borrow_mut() = client;
    }

    /// Whom a caller counts as.
    fn endpoint(&self, lesson: &Lesson, from: SocketAddr) -> Endpoint {
        let counts_as = self.counts_as.borrow();
        let client = counts_as
            .as_ref()
            .and_then(|name| lesson.clients.iter().find(|client| client.name == *name));
        counted_as(client, from)
    }
}

/// Takes callers in for as long as the world lives, and says where.
pub(super) fn receive_all(
    listeners: Listeners,
    pen: &Pen,
    lesson: &Arc<Lesson>,
    reception: &Rc<Reception>,
) {
    for (service, port, listener) in listeners.bound {
        let Ok(address) = listener.local_addr() else {
            continue;
        };
        pen.write(Kind::Listening {
            service: service.to_owned(),
            address,
        });
        let (lesson, reception) = (Arc::clone(lesson), Rc::clone(reception));
        tokio::task::spawn_local(async move {
            // A socket that the event loop will not take has no callers.
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                return;
            };
            while let Ok((stream, from)) = listener.accept().await {
                let from = reception.endpoint(&lesson, from);
                tokio::task::spawn_local(attend(Rc::clone(&reception), stream, from, port));
            }
        });
    }
}

/// One caller. What it leaves is delivered as soon as it is accepted.
async fn attend(reception: Rc<Reception>, stream: TcpStream, from: Endpoint, port: u16) {
    let internet = reception.internet.borrow().clone();
    let Some(internet) = internet else {
        return;
    };
    let Some((host, service)) = internet.host(&reception.host).and_then(|host| {
        let settings = host.settings();
        let services = settings.configuration.services();
        let service = services.iter().find(|service| service.port() == port)?;
        Some((Rc::clone(host), Arc::clone(service)))
    }) else {
        return;
    };
    let closing = reception.closing.subscribe();
    let door = Door::new(
        Rc::clone(&internet),
        Rc::clone(&host),
        service,
        closing,
        Tap::Journal,
    );
    let arrivals = deliver(&internet, &host);
    tokio::select! {
        biased;
        () = converse(&door, stream, from) => {}
        () = arrivals => {}
    }
    delivery::run(&internet).await;
}

/// Delivers whatever comes in, until it is dropped.
async fn deliver(internet: &Rc<Internet>, host: &Rc<Host>) {
    loop {
        host.arrivals.notified().await;
        delivery::run(internet).await;
    }
}
