//! The highest counts since anvil(8) last wrote them into the log.

use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;

use super::Event;
use crate::clock::Moment;

/// The peaks since the log had them last.
#[derive(Clone, Debug, Default)]
pub(super) struct Statistics {
    peaks: [Option<Peak>; COUNTED.len()],
    clients: Option<(usize, Moment)>,
}

/// What is counted of a client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Counted {
    /// How often it did something in a time unit, and how long that is.
    Rate(Event, Duration),
    /// Its connections at the same time.
    Connections,
}

/// The words for what is counted, in the order in which the log has them.
const COUNTED: [(&str, Option<Event>); 6] = [
    ("connection rate", Some(Event::Connection)),
    ("connection count", None),
    ("message rate", Some(Event::Message)),
    ("recipient rate", Some(Event::Recipient)),
    ("newtls rate", Some(Event::NewTls)),
    ("auth rate", Some(Event::Auth)),
];

#[derive(Clone, Debug)]
struct Peak {
    count: u32,
    /// The time unit of a rate.
    unit: Option<Duration>,
    service: String,
    client: IpAddr,
    at: Moment,
}

impl Statistics {
    /// Notes a count, if there was no higher one.
    pub(super) fn note(
        &mut self,
        counted: Counted,
        count: u32,
        (service, client): (&str, IpAddr),
        at: Moment,
    ) {
        let (event, unit) = match counted {
            Counted::Rate(event, unit) => (Some(event), Some(unit)),
            Counted::Connections => (None, None),
        };
        let known = COUNTED.iter().position(|(_, known)| *known == event);
        let Some(peak) = known.and_then(|index| self.peaks.get_mut(index)) else {
            return;
        };
        if peak.as_ref().is_none_or(|peak| peak.count < count) {
            *peak = Some(Peak {
                count,
                unit,
                service: service.to_owned(),
                client,
                at,
            });
        }
    }

    /// Notes how many clients are remembered, if there were never more.
    pub(super) fn note_clients(&mut self, count: usize, at: Moment) {
        if self.clients.is_none_or(|(most, _)| most < count) {
            self.clients = Some((count, at));
        }
    }

    /// The moment of the first peak.
    pub(super) fn first(&self) -> Option<Moment> {
        let peaks = self.peaks.iter().flatten().map(|peak| peak.at);
        peaks.chain(self.clients.map(|(_, at)| at)).min()
    }

    /// The lines of the log; from now on there are new peaks.
    pub(super) fn take(&mut self) -> Vec<String> {
        let Self { peaks, clients } = std::mem::take(self);
        let words = COUNTED.iter().map(|(words, _)| words);
        let mut lines: Vec<String> = words
            .zip(peaks)
            .filter_map(|(words, peak)| Some(format!("statistics: max {words} {}", peak?.words())))
            .collect();
        lines.extend(clients.map(|(count, at)| {
            format!("statistics: max cache size {count} at {}", at.to_syslog())
        }));
        lines
    }
}

impl Peak {
    /// `2/60s for (smtp:203.0.113.66) at Jan 12 09:00:00`.
    fn words(&self) -> String {
        let mut words = self.count.to_string();
        if let Some(unit) = self.unit {
            // Writing into a String cannot fail.
            let _ = write!(words, "/{}s", unit.as_secs());
        }
        let _ = write!(
            words,
            " for ({}:{}) at {}",
            self.service,
            self.client,
            self.at.to_syslog()
        );
        words
    }
}
