//! The journal arranged for reading: per connection, per host. Fed one event at
//! a time; every vector is in journal order, so the world *as of* a position
//! is a prefix found by bisection, and drawing costs the same however long the
//! history is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::connection::{Connection, prefix};
use crate::journal::event::Attack;
use crate::journal::{ConnectionId, Event, Kind, Position};
use crate::postfix::main_cf::MAIN_CF;
use crate::postfix::master_cf::MASTER_CF;
use crate::postfix::postconf::Files;

/// The journal, arranged.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    /// Every event, at its position.
    pub events: Vec<Arc<Event>>,
    /// Every connection, in the order they were made.
    pub connections: Vec<Connection>,
    /// Positions of the connections that nobody took.
    pub failed_calls: Vec<Position>,
    /// Positions of the log lines.
    pub log: Vec<Position>,
    /// Positions of the `parameter-set` and `file-written` events.
    pub edits: Vec<Position>,
    /// Positions of `queued`, `delivery`, `stored` and `dequeued` events.
    pub mail: Vec<Position>,
    /// Positions of the `queue-listed` events.
    pub listings: Vec<Position>,
    /// Positions of the `attacker-turned` events.
    pub attackers: Vec<Position>,
    /// Positions of the `listed`, `delisting-answered` and `repeated` events.
    pub news: Vec<Position>,
    /// Positions of the `looked-up` events.
    pub look_ups: Vec<Position>,
    /// How far the mail of a run is that is being sent over and over just now.
    pub repetition: Option<Repetition>,
    /// Position of the last `step-began` event.
    pub step_began: Position,
    /// Every message's stay in a queue, in the order in which they came.
    queued: Vec<Stay>,
    /// The last of those of each message that still waits, by host and queue id.
    waiting: BTreeMap<(String, String), usize>,
    hosts: BTreeMap<String, HostHistory>,
    indices: BTreeMap<ConnectionId, usize>,
}

/// Mail that is being sent over and over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Repetition {
    /// The host that it is sent to.
    pub to: String,
    /// How often it was sent.
    pub sent: u32,
    /// How often it will be sent in all.
    pub times: u32,
}

/// A message's stay in a queue.
#[derive(Clone, Copy, Debug)]
struct Stay {
    from: Position,
    until: Option<Position>,
}

/// Where to find what became of one host.
#[derive(Clone, Debug, Default)]
struct HostHistory {
    configured: Vec<Position>,
    relay: Vec<Position>,
}

/// A host's configuration at some moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConfigurationText<'a> {
    /// Its whole main.cf.
    pub main_cf: &'a str,
    /// Its whole master.cf.
    pub master_cf: &'a str,
    /// The other files that an administrator writes, by absolute path.
    pub others: &'a BTreeMap<String, String>,
}

impl<'a> ConfigurationText<'a> {
    /// The two files of Postfix.
    pub fn files(&self) -> Files<'a> {
        Files {
            main_cf: self.main_cf,
            master_cf: self.master_cf,
        }
    }

    /// The text of the file at this path, if it is there.
    pub fn file(&self, path: &str) -> Option<&'a str> {
        match path {
            MAIN_CF => Some(self.main_cf),
            MASTER_CF => Some(self.master_cf),
            path => self.others.get(path).map(String::as_str),
        }
    }
}

impl Projection {
    /// Takes in the next event. One that is not next (seen already, or with a
    /// gap before it) is left out: a position must always mean its own event.
    pub fn feed(&mut self, event: &Arc<Event>) {
        let position = event.position;
        if position != self.events.len() {
            return;
        }
        self.events.push(Arc::clone(event));
        match &event.kind {
            Kind::StepBegan { .. } => self.step_began = position,
            Kind::Configured { host, .. } => self.host(host).configured.push(position),
            Kind::RelayAssessed { host, .. } => self.host(host).relay.push(position),
            Kind::ParameterSet { .. } | Kind::FileWritten { .. } => self.edits.push(position),
            Kind::Connected { connection, .. } => {
                self.indices.insert(*connection, self.connections.len());
                self.connections
                    .extend(Connection::made(position, &event.kind));
            }
            Kind::ConnectionFailed { .. } => self.failed_calls.push(position),
            Kind::Log { host, text, .. } => {
                self.log.push(position);
                // Every call ends with such a line, whatever came of it.
                if let Some(repetition) = &mut self.repetition
                    && repetition.to == *host
                    && text.starts_with("disconnect from ")
                {
                    repetition.sent += 1;
                }
            }
            Kind::Repeating { to, times, .. } => {
                self.repetition = Some(Repetition {
                    to: to.clone(),
                    sent: 0,
                    times: *times,
                });
            }
            Kind::Listed { .. } | Kind::DelistingAnswered { .. } | Kind::Repeated { .. } => {
                self.news.push(position);
                if let Kind::Repeated { .. } = event.kind {
                    self.repetition = None;
                }
            }
            Kind::LookedUp { .. } => self.look_ups.push(position),
            Kind::AttackerTurned { .. } => self.attackers.push(position),
            Kind::QueueListed { .. } => self.listings.push(position),
            Kind::Queued { host, queue_id, .. } => {
                self.mail.push(position);
                let message = (host.clone(), queue_id.clone());
                self.waiting.insert(message, self.queued.len());
                self.queued.push(Stay {
                    from: position,
                    until: None,
                });
            }
            Kind::Dequeued { host, queue_id } => {
                self.mail.push(position);
                let message = (host.clone(), queue_id.clone());
                let stay = self.waiting.remove(&message);
                if let Some(stay) = stay.and_then(|stay| self.queued.get_mut(stay)) {
                    stay.until = Some(position);
                }
            }
            Kind::Delivery { .. } | Kind::Stored { .. } => self.mail.push(position),
            _ => {}
        }
        let index = event
            .kind
            .connection()
            .and_then(|connection| self.indices.get(&connection));
        if let Some(connection) = index.and_then(|index| self.connections.get_mut(*index)) {
            connection.feed(position, &event.kind);
        }
    }

    /// The event at `position`.
    pub fn event(&self, position: Position) -> Option<&Event> {
        self.events.get(position).map(Arc::as_ref)
    }

    /// The last position there is; 0 while the journal is empty.
    pub fn last(&self) -> Position {
        self.events.len().saturating_sub(1)
    }

    /// A connection by its number.
    pub fn connection(&self, id: ConnectionId) -> Option<&Connection> {
        self.connections.get(*self.indices.get(&id)?)
    }

    /// The connections of the present step that had been made by `at`, probes included.
    pub fn connections_at(&self, at: Position) -> &[Connection] {
        let made = prefix(&self.connections, |connection| connection.opened <= at);
        let before = made.partition_point(|connection| connection.opened < self.step_began);
        made.get(before..).unwrap_or_default()
    }

    /// The names of the hosts that have read a configuration.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(String::as_str)
    }

    /// The configuration of `host` in force at `at`.
    pub fn configuration_at(&self, host: &str, at: Position) -> Option<ConfigurationText<'_>> {
        let configured = &self.hosts.get(host)?.configured;
        let last = *prefix(configured, |position| *position <= at).last()?;
        match &self.event(last)?.kind {
            Kind::Configured {
                main_cf,
                master_cf,
                files,
                ..
            } => Some(ConfigurationText {
                main_cf,
                master_cf,
                others: files,
            }),
            _ => None,
        }
    }

    /// The configuration with which `host` began the present step.
    pub fn configuration_at_start(&self, host: &str) -> Option<ConfigurationText<'_>> {
        let configured = &self.hosts.get(host)?.configured;
        let first = configured.partition_point(|position| *position < self.step_began);
        self.configuration_at(host, *configured.get(first)?)
    }

    /// Whether `host` is an open relay at `at`, and since when that is known;
    /// `None`: nobody has judged yet.
    pub fn relay_judged_at(&self, host: &str, at: Position) -> Option<(Position, bool)> {
        let judged = &self.hosts.get(host)?.relay;
        let last = *prefix(judged, |position| *position <= at).last()?;
        match &self.event(last)?.kind {
            Kind::RelayAssessed { open, .. } => Some((last, *open)),
            _ => None,
        }
    }

    /// The positions of the present step's log lines until `at`.
    pub fn log_at(&self, at: Position) -> &[Position] {
        self.in_step(&self.log, at)
    }

    /// The positions of the present step's edits until `at`.
    pub fn edits_at(&self, at: Position) -> &[Position] {
        self.in_step(&self.edits, at)
    }

    /// The positions of the present step's mail events until `at`.
    pub fn mail_at(&self, at: Position) -> &[Position] {
        self.in_step(&self.mail, at)
    }

    /// The positions of the present step's calls that nobody took, until `at`.
    pub fn failed_calls_at(&self, at: Position) -> &[Position] {
        self.in_step(&self.failed_calls, at)
    }

    /// What `mailq` last showed of a host's queue in the present step until `at`.
    pub fn listing_at(&self, host: &str, at: Position) -> Option<(Position, &[String])> {
        let listings = self.in_step(&self.listings, at).iter().rev();
        listings
            .filter_map(|position| self.event(*position))
            .find_map(|event| match &event.kind {
                Kind::QueueListed { host: of, lines } if of == host => {
                    Some((event.position, lines.as_slice()))
                }
                _ => None,
            })
    }

    /// What is done to the wire between two machines at `at`, if anything.
    pub fn attack_at(&self, from: &str, to: &str, at: Position) -> Option<Attack> {
        let turned = self.in_step(&self.attackers, at).iter().rev();
        turned
            .filter_map(|position| self.event(*position))
            .find_map(|event| match &event.kind {
                Kind::AttackerTurned {
                    from: its_from,
                    to: its_to,
                    attack,
                } if its_from == from && its_to == to => Some(*attack),
                _ => None,
            })
            .flatten()
    }

    /// The positions of the `queued` events whose messages still wait at `at`.
    pub fn queue_at(&self, at: Position) -> Vec<Position> {
        let until = prefix(&self.queued, |stay| stay.from <= at);
        let before = until.partition_point(|stay| stay.from < self.step_began);
        let stays = until.get(before..).unwrap_or_default().iter();
        stays
            .filter(|stay| stay.until.is_none_or(|until| until > at))
            .map(|stay| stay.from)
            .collect()
    }

    /// The positions of the present step's news until `at`.
    pub fn news_at(&self, at: Position) -> &[Position] {
        self.in_step(&self.news, at)
    }

    /// The positions of the present step's answers of DNS until `at`.
    pub fn look_ups_at(&self, at: Position) -> &[Position] {
        self.in_step(&self.look_ups, at)
    }

    /// The positions of the `stored` events until `at`, by host and mailbox.
    pub fn mailboxes_at(&self, at: Position) -> BTreeMap<(&str, &str), Vec<Position>> {
        let mut mailboxes: BTreeMap<_, Vec<Position>> = BTreeMap::new();
        for position in self.mail_at(at) {
            if let Some(Kind::Stored { host, mailbox, .. }) =
                self.event(*position).map(|event| &event.kind)
            {
                mailboxes
                    .entry((host.as_str(), mailbox.as_str()))
                    .or_default()
                    .push(*position);
            }
        }
        mailboxes
    }

    fn in_step<'a>(&self, positions: &'a [Position], at: Position) -> &'a [Position] {
        let until = prefix(positions, |position| *position <= at);
        let before = until.partition_point(|position| *position < self.step_began);
        until.get(before..).unwrap_or_default()
    }

    fn host(&mut self, name: &str) -> &mut HostHistory {
        self.hosts.entry(name.to_owned()).or_default()
    }
}
