//! The counters that Postfix keeps in `anvil(8)`: how many connections a client
//! has now, and how often it did something in the last time unit. One per host,
//! shared by all its sessions.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::clock::Moment;

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
    pub fn connect(&mut self, service: &str, client: IpAddr) -> u32 {
        let counters = self.counters(service, client);
        counters.connections += 1;
        counters.connections
    }

    /// Forgets a connection that [`Self::connect`] counted.
    pub fn disconnect(&mut self, service: &str, client: IpAddr) {
        let counters = self.counters(service, client);
        counters.connections = counters.connections.saturating_sub(1);
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
        *count
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

    #[test]
    fn connections_come_and_go() {
        let mut anvil = Anvil::default();
        assert_eq!(anvil.connect("smtp", CLIENT), 1);
        assert_eq!(anvil.connect("smtp", CLIENT), 2);
        assert_eq!(anvil.connect("submission", CLIENT), 1);
        anvil.disconnect("smtp", CLIENT);
        assert_eq!(anvil.connect("smtp", CLIENT), 2);
    }

    #[test]
    fn clients_of_ever_new_addresses_are_forgotten() {
        let mut anvil = Anvil::default();
        anvil.connect("smtp", CLIENT);
        for second in 0..10_000_u32 {
            let now = Moment::LESSON_START.as_micros() + i64::from(second) * 1_000_000;
            let (client, now) = (IpAddr::from(second.to_be_bytes()), Moment::from_micros(now));
            anvil.connect("smtp", client);
            anvil.count("smtp", client, Event::Connection, now, MINUTE);
            anvil.disconnect("smtp", client);
        }
        assert!(anvil.clients.len() < 200, "{}", anvil.clients.len());
        assert_eq!(anvil.connect("smtp", CLIENT), 2, "who stays is counted");
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
