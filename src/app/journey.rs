//! A message's journey: from hand to hand, each hop with the connection by
//! which it came and what its host's log says about it.

use super::connection::Connection;
use super::model::Model;
use crate::journal::event::Purpose;
use crate::journal::{ConnectionId, Kind, Position};

/// One hop of a journey: a host was handed the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hop {
    /// How many hops lead here.
    pub depth: usize,
    /// The host.
    pub host: String,
    /// The connection by which it came; `None`: the host made it itself (a
    /// non-delivery report, a forwarded copy).
    pub connection: Option<ConnectionId>,
    /// Where the host has it in its queue; `None`: it never took it.
    pub queued: Option<Queued>,
    /// The positions of what the host's log says about it.
    pub log: Vec<Position>,
}

/// A message in a host's queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Queued {
    /// Position of the `queued` event.
    pub at: Position,
    /// Its queue id there.
    pub queue_id: String,
}

/// Stages beyond which a journey is not followed: nothing real is so long.
const LONGEST: usize = 32;

impl Model {
    /// The journey, up to the shown moment, of the mail that the shown
    /// connection carries: from where it began, with every copy and report
    /// that came of it. Empty if that connection brought no mail.
    pub fn journey(&self) -> Vec<Hop> {
        let mut hops = Vec::new();
        if let Some(first) = self.shown_connection().map(|shown| self.origin(shown.id)) {
            for queued in self.queued_by(Some(first), None) {
                self.follow(queued, 0, &mut hops);
            }
        }
        hops
    }

    /// The connection with which the mail of `connection` set out.
    fn origin(&self, connection: ConnectionId) -> ConnectionId {
        let mut origin = connection;
        for _ in 0..LONGEST {
            let Some(Purpose::Delivery { queue_id }) = self
                .projection
                .connection(origin)
                .map(|connection| &connection.purpose)
            else {
                break;
            };
            let came = self.mail().find_map(|(_, kind)| match kind {
                Kind::Queued {
                    queue_id: id,
                    connection: Some(by),
                    ..
                } if id == queue_id => Some(*by),
                _ => None,
            });
            match came {
                Some(by) => origin = by,
                None => break,
            }
        }
        origin
    }

    fn follow(&self, queued: Position, depth: usize, hops: &mut Vec<Hop>) {
        let is_known = |hop: &Hop| hop.queued.as_ref().is_some_and(|known| known.at == queued);
        let known = hops.iter().any(is_known);
        let Some(Kind::Queued {
            host,
            queue_id,
            connection,
            ..
        }) = self.projection.event(queued).map(|event| &event.kind)
        else {
            return;
        };
        if known || hops.len() >= LONGEST {
            return;
        }
        let log = self.log_of(host, queue_id);
        let made: Vec<String> = log.iter().filter_map(|at| self.made_of(*at)).collect();
        hops.push(Hop {
            depth,
            host: host.clone(),
            connection: *connection,
            queued: Some(Queued {
                at: queued,
                queue_id: queue_id.clone(),
            }),
            log,
        });
        let onward = self.showable().filter(|call| {
            matches!(&call.purpose, Purpose::Delivery { queue_id: id } if id == queue_id)
                && call.from.host == *host
        });
        for call in onward {
            let taken = self.queued_by(Some(call.id), None);
            if taken.is_empty() && hops.len() < LONGEST {
                hops.push(Hop {
                    depth: depth + 1,
                    host: call.to.host.clone(),
                    connection: Some(call.id),
                    queued: None,
                    log: self.refusals_of(call),
                });
            }
            for next in taken {
                self.follow(next, depth + 1, hops);
            }
        }
        for id in made {
            for next in self.queued_by(None, Some((host, &id))) {
                self.follow(next, depth + 1, hops);
            }
        }
    }

    /// The `queued` events of what came by a connection, or has this queue id.
    fn queued_by(&self, by: Option<ConnectionId>, named: Option<(&str, &str)>) -> Vec<Position> {
        let queued = self.mail().filter_map(|(position, kind)| match kind {
            Kind::Queued {
                host,
                queue_id,
                connection,
                ..
            } => {
                let came = by.is_some() && *connection == by;
                let is_named = named == Some((host.as_str(), queue_id.as_str()));
                (came || is_named).then_some(position)
            }
            _ => None,
        });
        queued.collect()
    }

    fn mail(&self) -> impl Iterator<Item = (Position, &Kind)> {
        let until = if self.beginning() {
            &[]
        } else {
            self.projection.mail_at(self.position())
        };
        until
            .iter()
            .filter_map(|at| Some((*at, &self.projection.event(*at)?.kind)))
    }

    fn log_of(&self, host: &str, queue_id: &str) -> Vec<Position> {
        let lines = self.projection.log_at(self.position()).iter().copied();
        let speaks = |at: &Position| match self.projection.event(*at).map(|event| &event.kind) {
            Some(Kind::Log { host: of, text, .. }) if of == host => text
                .split_once(": ")
                .is_some_and(|(subject, _)| subject == queue_id),
            _ => false,
        };
        lines.filter(speaks).collect()
    }

    /// The log lines of the called host that refuse something in a call.
    fn refusals_of(&self, call: &Connection) -> Vec<Position> {
        let lines = self.projection.log_at(self.position()).iter().copied();
        let refuses = |at: &Position| match self.projection.event(*at).map(|event| &event.kind) {
            Some(Kind::Log {
                host,
                connection,
                text,
                ..
            }) => {
                *host == call.to.host
                    && *connection == Some(call.id)
                    && text.starts_with("NOQUEUE: ")
            }
            _ => false,
        };
        lines.filter(refuses).collect()
    }

    /// The queue id of the message that a log line says was made of another.
    fn made_of(&self, at: Position) -> Option<String> {
        let Kind::Log { text, .. } = &self.projection.event(at)?.kind else {
            return None;
        };
        let report = text
            .split_once("notification: ")
            .or_else(|| text.split_once("(forwarded as "));
        report.map(|(_, id)| id.trim_end_matches(')').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Msg;
    use super::super::testing::Stage as Play;
    use super::*;
    use crate::journal::event::{DeliveryStatus, Endpoint};

    fn queued(host: &str, id: &str, connection: Option<ConnectionId>) -> Kind {
        Kind::Queued {
            host: host.to_owned(),
            queue_id: id.to_owned(),
            connection,
            sender: "a@aula.example".to_owned(),
            recipients: vec!["bob@remoto.example".to_owned()],
            size: 1,
        }
    }

    fn log(host: &str, text: &str) -> Kind {
        said_in(None, host, text)
    }

    fn said_in(connection: Option<ConnectionId>, host: &str, text: &str) -> Kind {
        Kind::Log {
            host: host.to_owned(),
            connection,
            program: "postfix/qmgr".to_owned(),
            pid: 1,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_journey_goes_from_the_first_hand_to_the_report() {
        let (study, next) = ("mail.aula.example", "mx.remoto.example");
        let mut play = Play::answered();
        play.play(Msg::Forward);
        let first = play.model.shown_connection().unwrap().id;
        let second = ConnectionId(99);
        let end = |host: &str| Endpoint {
            host: host.to_owned(),
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            port: 25,
        };
        let refused = ConnectionId(98);
        let calls = |connection| Kind::Connected {
            connection,
            from: end(study),
            to: end(next),
            service: "smtp".to_owned(),
            purpose: Purpose::Delivery {
                queue_id: "AAA".to_owned(),
            },
        };
        for kind in [
            queued(study, "AAA", Some(first)),
            queued(study, "OTHER", None),
            log(
                study,
                "AAA: from=<a@aula.example>, size=1, nrcpt=1 (queue active)",
            ),
            calls(refused),
            said_in(
                Some(refused),
                next,
                "NOQUEUE: reject: RCPT from mail.aula.example[192.0.2.10]: 450",
            ),
            calls(second),
            queued(next, "BBB", Some(second)),
            Kind::Delivery {
                host: study.to_owned(),
                queue_id: "AAA".to_owned(),
                recipient: "bob@remoto.example".to_owned(),
                status: DeliveryStatus::Sent,
                relay: next.to_owned(),
                dsn: "2.0.0".to_owned(),
                reason: "250 2.0.0 Ok: queued as BBB".to_owned(),
            },
            log(next, "BBB: sender non-delivery notification: CCC"),
            queued(next, "CCC", None),
        ] {
            play.happen(kind);
        }
        let told = |model: &Model| {
            let hops = model.journey().into_iter();
            let told = hops.map(|hop| {
                let id = hop.queued.map(|queued| queued.queue_id);
                (hop.depth, hop.host, id, hop.log.len())
            });
            told.collect::<Vec<_>>()
        };
        let hop = |depth, host: &str, id: Option<&str>, lines| {
            (depth, host.to_owned(), id.map(str::to_owned), lines)
        };
        let whole = [
            hop(0, study, Some("AAA"), 1),
            hop(1, next, None, 1),
            hop(1, next, Some("BBB"), 1),
            hop(2, next, Some("CCC"), 0),
        ];
        assert_eq!(told(&play.model), whole);
        play.play(Msg::Show(Some(second)));
        assert_eq!(told(&play.model), whole, "from any of its hops");
    }
}
