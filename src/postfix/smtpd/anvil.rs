//! The counters that Postfix keeps in `anvil(8)`: how many connections a client
//! has now, and how often it did something in the last time unit. One per host,
//! shared by all its sessions. It logs the highest ones every now and then, and
//! when it ends because there was nothing to do for a while.

mod statistics;

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::clock::Moment;
use statistics::{Counted, Statistics};

/// Something a client does that is counted per time unit (`anvil_rate_time_unit`).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Event {
    /// AUTH (`smtpd_client_auth_rate_limit`).
    Auth,
    /// A connection (`smtpd_client_connection_rate_limit`).
    Connection,
    /// MAIL (`smtpd_client_message_rate_limit`).
    Message,
    /// A new TLS session (`smtpd_client_new_tls_session_rate_limit`).
    NewTls,
    /// RCPT or VRFY (`smtpd_client_recipient_rate_limit`).
    Recipient,
}

/// The counters of a host.
#[derive(Clone, Debug, Default)]
pub struct Anvil {
    clients: HashMap<(String, IpAddr), Counters>,
    /// How many clients were left when those long gone were last forgotten.
    remembered: usize,
    process: Option<Process>,
    statistics: Statistics,
}

/// The process, while it runs.
#[derive(Clone, Copy, Debug)]
struct Process {
    started: Moment,
    connections: u32,
    /// When it will end unless somebody connects before.
    ends: Option<Moment>,
}

#[derive(Clone, Debug, Default)]
struct Counters {
    connections: u32,
    /// When the present time unit began, and how long it is.
    window: Option<(Moment, Duration)>,
    events: HashMap<Event, u32>,
}

impl Anvil {
    /// Counts a connection to `service`; returns how many `client` has now.
    pub fn connect(&mut self, service: &str, client: IpAddr, now: Moment) -> u32 {
        self.end_if_idle(now);
        if self.clients.len() < FEW {
            self.clients.retain(|_, counters| !counters.is_gone(now));
        }
        let process = self.process.get_or_insert(Process {
            started: now,
            connections: 0,
            ends: None,
        });
        process.connections += 1;
        process.ends = None;
        let before = self.clients.len();
        let counters = self.counters(service, client);
        counters.connections += 1;
        let count = counters.connections;
        let from = (service, client);
        self.statistics.note(Counted::Connections, count, from, now);
        if self.clients.len() > before {
            self.statistics.note_clients(self.clients.len(), now);
        }
        count
    }

    /// Forgets a connection that [`Self::connect`] counted. `idle`: how long the
    /// process goes on without any.
    pub fn disconnect(&mut self, service: &str, client: IpAddr, now: Moment, idle: Duration) {
        let counters = self.counters(service, client);
        counters.connections = counters.connections.saturating_sub(1);
        if let Some(process) = &mut self.process {
            process.connections = process.connections.saturating_sub(1);
            process.ends = (process.connections == 0).then(|| now.plus(idle));
        }
    }

    /// When there are statistics to be logged: every `interval`
    /// (`anvil_status_update_time`) from the start of the process on, and at its end.
    pub fn due(&self, interval: Duration) -> Option<Moment> {
        let (process, first) = (self.process?, self.statistics.first()?);
        let interval = interval.max(Duration::from_secs(1));
        let ticks = first.since(process.started).as_micros() / interval.as_micros() + 1;
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        let tick = process.started.plus(interval.saturating_mul(ticks));
        Some(process.ends.map_or(tick, |ends| ends.min(tick)))
    }

    /// The lines of the log that are due by now, if any are.
    pub fn statistics(&mut self, interval: Duration, now: Moment) -> Vec<String> {
        let is_due = self.due(interval).is_some_and(|due| due <= now);
        self.end_if_idle(now);
        if is_due {
            self.statistics.take()
        } else {
            Vec::new()
        }
    }

    /// The process that has had nothing to do for long enough is no more, and
    /// with it what it knew.
    fn end_if_idle(&mut self, now: Moment) {
        let has_ended = |process: &Process| process.ends.is_some_and(|ends| ends <= now);
        if self.process.as_ref().is_some_and(has_ended) {
            self.process = None;
            self.clients.clear();
        }
    }

    /// Counts an event; returns how many of them there were in this time unit.
    pub fn count(
        &mut self,
        service: &str,
        client: IpAddr,
        event: Event,
        now: Moment,
        unit: Duration,
    ) -> u32 {
        self.forget_the_gone(now);
        let count = self.counters(service, client).event(event, now, unit);
        *count += 1;
        let count = *count;
        let rate = Counted::Rate(event, unit);
        self.statistics.note(rate, count, (service, client), now);
        count
    }

    /// Forgets the clients who have hung up and whose time unit is over, as
    /// often as keeps the cost of a call constant: whoever calls from ever new
    /// addresses must not fill the memory.
    fn forget_the_gone(&mut self, now: Moment) {
        if self.clients.len() < 2 * self.remembered.max(32) {
            return;
        }
        self.clients.retain(|_, counters| !counters.is_gone(now));
        self.remembered = self.clients.len();
    }

    /// How many of these events there were in this time unit.
    pub fn status(
        &mut self,
        service: &str,
        client: IpAddr,
        event: Event,
        now: Moment,
        unit: Duration,
    ) -> u32 {
        *self.counters(service, client).event(event, now, unit)
    }

    fn counters(&mut self, service: &str, client: IpAddr) -> &mut Counters {
        self.clients
            .entry((service.to_owned(), client))
            .or_default()
    }
}

/// So few clients are looked through at every connection, for the statistics.
const FEW: usize = 64;

impl Counters {
    fn event(&mut self, event: Event, now: Moment, unit: Duration) -> &mut u32 {
        if self.is_over(now) {
            self.window = Some((now, unit));
            self.events.clear();
        }
        self.events.entry(event).or_default()
    }

    fn is_over(&self, now: Moment) -> bool {
        self.window
            .is_none_or(|(start, unit)| now.since(start) >= unit)
    }

    fn is_gone(&self, now: Moment) -> bool {
        self.connections == 0 && self.is_over(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 5));
    const MINUTE: Duration = Duration::from_mins(1);
    const START: Moment = Moment::LESSON_START;

    fn after(seconds: u64) -> Moment {
        START.plus(Duration::from_secs(seconds))
    }

    /// As a real one logged it, with `anvil_status_update_time = 3s`.
    #[test]
    fn peaks_are_logged_at_every_interval_in_which_there_are_new_ones() {
        let interval = Duration::from_secs(3);
        let mut anvil = Anvil::default();
        let call = |anvil: &mut Anvil, now| {
            anvil.connect("smtp", CLIENT, now);
            anvil.count("smtp", CLIENT, Event::Connection, now, MINUTE);
            anvil.disconnect("smtp", CLIENT, now, MINUTE);
        };
        call(&mut anvil, START);
        call(&mut anvil, after(0));
        assert_eq!(anvil.due(interval), Some(after(3)));
        assert_eq!(anvil.statistics(interval, after(2)), [""; 0]);
        assert_eq!(
            anvil.statistics(interval, after(3)),
            [
                "statistics: max connection rate 2/60s for (smtp:203.0.113.5) at Jan 12 09:00:00",
                "statistics: max connection count 1 for (smtp:203.0.113.5) at Jan 12 09:00:00",
                "statistics: max cache size 1 at Jan 12 09:00:00",
            ]
        );
        assert_eq!(anvil.due(interval), None);
        call(&mut anvil, after(9));
        assert_eq!(anvil.due(interval), Some(after(12)));
        assert_eq!(
            anvil.statistics(interval, after(12)),
            [
                "statistics: max connection rate 3/60s for (smtp:203.0.113.5) at Jan 12 09:00:09",
                "statistics: max connection count 1 for (smtp:203.0.113.5) at Jan 12 09:00:09",
            ]
        );
    }

    #[test]
    fn a_process_that_has_nothing_to_do_logs_its_peaks_and_ends() {
        let interval = Duration::from_mins(10);
        let mut anvil = Anvil::default();
        anvil.connect("smtp", CLIENT, START);
        assert_eq!(anvil.due(interval), Some(after(600)));
        anvil.disconnect("smtp", CLIENT, after(10), MINUTE);
        assert_eq!(anvil.due(interval), Some(after(70)));
        assert_eq!(anvil.statistics(interval, after(70)).len(), 2);
        anvil.connect("smtp", CLIENT, after(100));
        assert_eq!(anvil.due(interval), Some(after(700)));
    }

    #[test]
    fn connections_come_and_go() {
        let mut anvil = Anvil::default();
        assert_eq!(anvil.connect("smtp", CLIENT, START), 1);
        assert_eq!(anvil.connect("smtp", CLIENT, START), 2);
        assert_eq!(anvil.connect("submission", CLIENT, START), 1);
        anvil.disconnect("smtp", CLIENT, START, MINUTE);
        assert_eq!(anvil.connect("smtp", CLIENT, START), 2);
    }

    #[test]
    fn clients_of_ever_new_addresses_are_forgotten() {
        let mut anvil = Anvil::default();
        anvil.connect("smtp", CLIENT, START);
        for second in 0..10_000_u32 {
            let now = Moment::LESSON_START.as_micros() + i64::from(second) * 1_000_000;
            let (client, now) = (IpAddr::from(second.to_be_bytes()), Moment::from_micros(now));
            anvil.connect("smtp", client, now);
            anvil.count("smtp", client, Event::Connection, now, MINUTE);
            anvil.disconnect("smtp", client, now, MINUTE);
        }
        assert!(anvil.clients.len() < 200, "{}", anvil.clients.len());
        assert_eq!(
            anvil.connect("smtp", CLIENT, START),
            2,
            "who stays is counted"
        );
    }

    #[test]
    fn events_are_forgotten_after_the_time_unit() {
        let mut anvil = Anvil::default();
        let start = Moment::LESSON_START;
        let later = Moment::from_micros(start.as_micros() + 60_000_000);
        for expected in 1..=3 {
            let count = anvil.count("smtp", CLIENT, Event::Message, start, MINUTE);
            assert_eq!(count, expected);
        }
        assert_eq!(
            anvil.status("smtp", CLIENT, Event::Message, later, MINUTE),
            0
        );
    }
}
