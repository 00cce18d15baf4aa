//! The map: which hosts the shown mail passes through, by which wires, and how
//! far it has come.

use std::net::IpAddr;

use super::connection::{Connection, Row};
use super::model::Model;
use crate::journal::event::{Attack, DeliveryStatus, Endpoint, NoConnection, Purpose};
use crate::journal::{ConnectionId, End, Kind, Position};
use crate::lesson::model::{Call, TlsMode};
use crate::postfix::decision::{Fact, Outcome, Verdict};

/// A host on the mail's way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stop {
    /// How many wires lead here.
    pub depth: usize,
    /// The host; or, where no wire leads, the domain that a refused mail was for.
    pub host: String,
    /// Its address, if it is known.
    pub address: Option<IpAddr>,
    /// The wire that leads here; `None`: the way begins here.
    pub wire: Option<Wire>,
    /// What became of the mail here, each thing once.
    pub mail: Vec<Fate>,
}

/// A wire between two stops.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wire {
    /// The port it ends at; `None`: nobody got as far as a port.
    pub port: Option<u16>,
    /// Whether TLS protects it.
    pub protected: bool,
    /// What somebody in the middle did to it, if anybody did.
    pub attack: Option<Attack>,
    /// How things stand on it.
    pub state: Crossing,
}

/// How things stand on a wire.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Crossing {
    /// Nobody has called yet.
    Planned,
    /// The two have spoken, or still do.
    Spoken,
    /// The message itself is on its way.
    Mail,
    /// The server's last word was a refusal: `454 4.7.1`.
    Refused(String),
    /// There was no connection.
    Unanswered(NoConnection),
    /// The two could not agree on TLS.
    NoTls,
    /// The server hung up without a word.
    HungUp {
        /// Whether it had spoken before.
        greeted: bool,
    },
    /// Both wait for the other.
    Stalled,
    /// The client waits, and no process will ever answer it.
    Unattended,
}

/// What became of a message at a host.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It is in the queue, on its first attempt.
    Queued,
    /// It is in the queue, to be tried again.
    Deferred,
    /// It was returned to its sender.
    Bounced,
    /// It is in this mailbox.
    Stored(String),
}

/// Wires beyond which a way is not followed: nothing real is so long.
const LONGEST: usize = 16;

impl Model {
    /// The way of the shown mail at the shown moment, from where it set out,
    /// each stop before those that it was passed on to. Before anybody has
    /// called it is the way that `run` would take.
    pub fn map(&self, run: Option<usize>) -> Vec<Stop> {
        if let Some(Kind::ConnectionFailed { from, to, how, .. }) =
            self.failed_call().map(|event| &event.kind)
        {
            return vec![beginning(from), unanswered(to, *how, 1)];
        }
        if let Some(shown) = self.shown_connection() {
            let first = self.first_of(shown);
            let mut stops = vec![beginning(&first.from)];
            self.follow_wire(first, 1, &mut stops);
            return stops;
        }
        let planned = run.and_then(|run| self.run(run));
        planned.map_or_else(
            || vec![self.named(&self.lesson.study, 0)],
            |run| self.planned(&run.call).into(),
        )
    }

    /// The clients of the present step, with the wire of the last call that
    /// each has made to `server`, as of the shown moment.
    pub fn callers(&self, server: &str) -> Vec<Stop> {
        let mut names: Vec<&str> = Vec::new();
        let runs = self
            .present_step()
            .map_or(&[] as &[_], |step| step.runs.as_slice());
        let planned = runs.iter().map(|run| run.call.client.as_str());
        let called = self.showable().filter(|call| call.is_own());
        for name in planned.chain(called.map(|call| call.from.host.as_str())) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let callers = names.into_iter().filter(|name| *name != server);
        callers
            .map(|name| {
                let mut calls = self.showable().rev();
                let last = calls.find(|call| call.from.host == name && call.to.host == server);
                match last {
                    Some(call) => Stop {
                        wire: Some(self.wire(call)),
                        ..beginning(&call.from)
                    },
                    None => self.named(name, 0),
                }
            })
            .collect()
    }

    /// The connection with which the mail of `shown` set out.
    fn first_of<'a>(&'a self, shown: &'a Connection) -> &'a Connection {
        let mut first = shown;
        for _ in 0..LONGEST {
            let Purpose::Delivery { queue_id } = &first.purpose else {
                break;
            };
            let earlier = self.mail_between(0, first.opened).rev();
            let came = earlier.filter_map(|(_, kind)| match kind {
                Kind::Queued {
                    host,
                    queue_id: id,
                    connection,
                    ..
                } if id == queue_id && *host == first.from.host => Some(*connection),
                _ => None,
            });
            let by = came.flatten().next();
            match by.and_then(|by| self.projection.connection(by)) {
                Some(by) if by.is_shown() => first = by,
                _ => break,
            }
        }
        first
    }

    /// The stop that `connection` leads to, and all that came of it there.
    fn follow_wire(&self, connection: &Connection, depth: usize, stops: &mut Vec<Stop>) {
        let place = stops.len();
        stops.push(Stop {
            depth,
            host: connection.to.host.clone(),
            address: Some(connection.to.address),
            wire: Some(self.wire(connection)),
            mail: Vec::new(),
        });
        if depth >= LONGEST {
            return;
        }
        let mut mail = Vec::new();
        for (queued, id) in self.queued_on(connection) {
            self.follow_message(&connection.to.host, queued, id, depth, &mut mail, stops);
        }
        if let Some(stop) = stops.get_mut(place) {
            stop.mail = mail;
        }
        stops.extend(self.barrier(connection, depth + 1));
    }

    /// What became of a message in the queue of `host`, and the ways it took on.
    fn follow_message(
        &self,
        host: &str,
        queued: Position,
        id: &str,
        depth: usize,
        mail: &mut Vec<Fate>,
        stops: &mut Vec<Stop>,
    ) {
        let mut fate = Some(Fate::Queued);
        for (_, kind) in self.mail_between(queued, self.position()) {
            match kind {
                Kind::Delivery {
                    host: at,
                    queue_id,
                    status,
                    ..
                } if at == host && queue_id == id => match status {
                    DeliveryStatus::Deferred => fate = Some(Fate::Deferred),
                    DeliveryStatus::Bounced => note(mail, Fate::Bounced),
                    DeliveryStatus::Sent => {}
                },
                Kind::Stored {
                    host: at, mailbox, ..
                } if at == host => note(mail, Fate::Stored(mailbox.clone())),
                Kind::Dequeued { host: at, queue_id } if at == host && queue_id == id => {
                    fate = None;
                    break;
                }
                _ => {}
            }
        }
        if let Some(fate) = fate {
            note(mail, fate);
        }
        for onward in self.attempts(host, id, queued) {
            match onward {
                Attempt::Spoken(connection) => self.follow_wire(connection, depth + 1, stops),
                Attempt::Unanswered(to, how) => stops.push(unanswered(to, how, depth + 1)),
            }
        }
    }

    /// The last attempt to pass a message on to each host, in the order in
    /// which the hosts were first tried.
    fn attempts(&self, host: &str, id: &str, since: Position) -> Vec<Attempt<'_>> {
        let is_its = |purpose: &Purpose, from: &Endpoint| {
            from.host == host && matches!(purpose, Purpose::Delivery { queue_id } if queue_id == id)
        };
        let spoken = self
            .showable()
            .filter(|call| call.opened > since && is_its(&call.purpose, &call.from))
            .map(|call| (call.opened, Attempt::Spoken(call)));
        let failed = self.projection.failed_calls_at(self.position()).iter();
        let unanswered = failed.filter_map(|at| match &self.projection.event(*at)?.kind {
            Kind::ConnectionFailed {
                from,
                to,
                purpose,
                how,
            } if is_its(purpose, from) => Some((*at, Attempt::Unanswered(to, *how))),
            _ => None,
        });
        let mut all: Vec<_> = spoken.chain(unanswered).collect();
        all.sort_by_key(|(at, _)| *at);
        let mut last: Vec<Attempt<'_>> = Vec::new();
        for (_, attempt) in all {
            match last.iter_mut().find(|known| known.host() == attempt.host()) {
                Some(known) => *known = attempt,
                None => last.push(attempt),
            }
        }
        last
    }

    /// Where a mail would have gone whose recipient was refused.
    fn barrier(&self, connection: &Connection, depth: usize) -> Option<Stop> {
        let (code, domain) = self.refused_recipient(connection)?;
        Some(Stop {
            depth,
            host: domain?.to_owned(),
            address: None,
            wire: Some(Wire {
                port: None,
                protected: false,
                attack: None,
                state: Crossing::Refused(code),
            }),
            mail: Vec::new(),
        })
    }

    /// The code with which the last decision refused a recipient, if it did;
    /// and if it did because the mail would have gone on, to which domain.
    fn refused_recipient<'a>(
        &self,
        connection: &'a Connection,
    ) -> Option<(String, Option<&'a str>)> {
        let (_, decision) = connection.decisions_at(self.position()).last()?;
        let Verdict::Refused { code, enhanced, .. } = &decision.verdict else {
            return None;
        };
        if decision.stage != "RCPT" {
            return None;
        }
        let refusing = decision
            .lists
            .iter()
            .find(|list| matches!(list.outcome, Outcome::Defer | Outcome::Reject));
        let fact = refusing.and_then(|list| list.steps.last());
        let domain = match fact.map(|step| &step.fact) {
            Some(Fact::ForeignDestination { domain }) => Some(domain.as_str()),
            _ => None,
        };
        Some((format!("{code} {enhanced}"), domain))
    }

    fn wire(&self, connection: &Connection) -> Wire {
        let at = self.position();
        Wire {
            port: Some(connection.to.port),
            protected: connection.is_protected_at(at),
            attack: connection.attack_at(at),
            state: self.crossing(connection),
        }
    }

    fn crossing(&self, connection: &Connection) -> Crossing {
        let at = self.position();
        let mut hung_up = false;
        for row in connection.rows_at(at).iter().rev() {
            match row {
                Row::Closed(_, End::Server) => hung_up = true,
                // It said goodbye, and counts for no more than that.
                Row::Said {
                    from: End::Server,
                    text,
                    ..
                } if text.starts_with("221") => hung_up = false,
                Row::Said {
                    from: End::Server,
                    text,
                    refusal,
                    ..
                } => {
                    return match (refusal, self.refused_recipient(connection)) {
                        (true, Some((code, None))) => Crossing::Refused(code),
                        (true, None) => Crossing::Refused(code_of(text)),
                        (false, _) if hung_up => Crossing::HungUp { greeted: true },
                        (false, _) if text.starts_with("354") && connection.is_open_at(at) => {
                            Crossing::Mail
                        }
                        // A recipient somewhere else has a stop of its own.
                        (true, Some((_, Some(_)))) | (false, _) => Crossing::Spoken,
                    };
                }
                Row::Tls(tls) if tls.failed.is_some() => return Crossing::NoTls,
                Row::Stalled(_) if connection.is_attended() => return Crossing::Stalled,
                Row::Stalled(_) => return Crossing::Unattended,
                _ => {}
            }
        }
        if hung_up {
            Crossing::HungUp { greeted: false }
        } else {
            Crossing::Spoken
        }
    }

    /// The messages that a server took on a connection, with their queue ids.
    fn queued_on(&self, connection: &Connection) -> Vec<(Position, &str)> {
        let until = connection.closed.unwrap_or_else(|| self.position());
        let id: ConnectionId = connection.id;
        let queued =
            self.mail_between(connection.opened, until)
                .filter_map(|(at, kind)| match kind {
                    Kind::Queued {
                        queue_id,
                        connection: Some(by),
                        ..
                    } if *by == id => Some((at, queue_id.as_str())),
                    _ => None,
                });
        queued.collect()
    }

    /// The mail events of the step from `from` to `until`, none of them later
    /// than the shown moment.
    fn mail_between(
        &self,
        from: Position,
        until: Position,
    ) -> impl DoubleEndedIterator<Item = (Position, &Kind)> {
        let mail = self.projection.mail_at(until.min(self.position()));
        let before = mail.partition_point(|at| *at < from);
        let within = mail.get(before..).unwrap_or_default().iter();
        within.filter_map(|at| Some((*at, &self.projection.event(*at)?.kind)))
    }

    fn planned(&self, call: &Call) -> [Stop; 2] {
        let (server, port) = call.to.rsplit_once(':').unwrap_or((&call.to, ""));
        let wire = Wire {
            port: port.parse().ok(),
            protected: call.tls != TlsMode::None,
            attack: None,
            state: Crossing::Planned,
        };
        let to = Stop {
            wire: Some(wire),
            ..self.named(server, 1)
        };
        [self.named(&call.client, 0), to]
    }

    /// A host or client of the lesson.
    fn named(&self, name: &str, depth: usize) -> Stop {
        let hosts = self.lesson.hosts.iter();
        let mut hosts = hosts.map(|host| (host.name.as_str(), host.addresses.first()));
        let clients = self.lesson.clients.iter();
        let mut clients = clients.map(|client| (client.name.as_str(), client.addresses.first()));
        let known = hosts
            .find(|(host, _)| *host == name)
            .or_else(|| clients.find(|(client, _)| *client == name));
        Stop {
            depth,
            host: name.to_owned(),
            address: known.and_then(|(_, address)| address.copied()),
            wire: None,
            mail: Vec::new(),
        }
    }
}

/// An attempt to pass a message on.
#[derive(Clone, Copy)]
enum Attempt<'a> {
    Spoken(&'a Connection),
    Unanswered(&'a Endpoint, NoConnection),
}

impl Attempt<'_> {
    fn host(&self) -> &str {
        match self {
            Self::Spoken(connection) => &connection.to.host,
            Self::Unanswered(to, _) => &to.host,
        }
    }
}

fn beginning(from: &Endpoint) -> Stop {
    Stop {
        depth: 0,
        host: from.host.clone(),
        address: Some(from.address),
        wire: None,
        mail: Vec::new(),
    }
}

fn unanswered(to: &Endpoint, how: NoConnection, depth: usize) -> Stop {
    let wire = Wire {
        port: Some(to.port),
        protected: false,
        attack: None,
        state: Crossing::Unanswered(how),
    };
    Stop {
        depth,
        wire: Some(wire),
        ..beginning(to)
    }
}

fn note(mail: &mut Vec<Fate>, fate: Fate) {
    if !mail.contains(&fate) {
        mail.push(fate);
    }
}

/// The code of a reply, with its enhanced code if it has one.
fn code_of(reply: &str) -> String {
    let code = reply.get(..3).unwrap_or(reply);
    let enhanced = reply.get(4..).and_then(|rest| rest.split(' ').next());
    let is_enhanced = |word: &&str| {
        let mut parts = word.split('.');
        let numbers = parts
            .by_ref()
            .take(3)
            .all(|part| part.parse::<u16>().is_ok());
        numbers && word.matches('.').count() == 2
    };
    enhanced
        .filter(is_enhanced)
        .map_or_else(|| code.to_owned(), |enhanced| format!("{code} {enhanced}"))
}

#[cfg(test)]
mod tests {
    use super::super::Msg;
    use super::super::testing::Stage as Play;
    use super::*;
    use crate::journal::Way;
    use crate::postfix::decision::{Decision, ListTrace, RestrictionTrace};

    const STUDY: &str = "mail.aula.example";
    const NEXT: &str = "mx.remoto.example";

    fn told(stops: &[Stop]) -> Vec<(usize, &str, Option<&Crossing>, &[Fate])> {
        let told = stops.iter().map(|stop| {
            let state = stop.wire.as_ref().map(|wire| &wire.state);
            (stop.depth, stop.host.as_str(), state, stop.mail.as_slice())
        });
        told.collect()
    }

    fn queued(host: &str, id: &str, connection: ConnectionId) -> Kind {
        Kind::Queued {
            host: host.to_owned(),
            queue_id: id.to_owned(),
            connection: Some(connection),
            sender: "a@aula.example".to_owned(),
            recipients: vec!["bob@remoto.example".to_owned()],
            size: 1,
        }
    }

    fn delivery(status: DeliveryStatus) -> Kind {
        Kind::Delivery {
            host: STUDY.to_owned(),
            queue_id: "AAA".to_owned(),
            recipient: "bob@remoto.example".to_owned(),
            status,
            relay: NEXT.to_owned(),
            dsn: "2.0.0".to_owned(),
            reason: "said".to_owned(),
        }
    }

    fn end(host: &str) -> Endpoint {
        Endpoint {
            host: host.to_owned(),
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            port: 25,
        }
    }

    fn onward() -> Purpose {
        Purpose::Delivery {
            queue_id: "AAA".to_owned(),
        }
    }

    #[test]
    fn before_anybody_calls_the_way_is_the_planned_one() {
        let play = Play::begun();
        let map = play.model.map(Some(0));
        assert_eq!(
            told(&map),
            [
                (0, "spammer", None, &[] as &[Fate]),
                (1, STUDY, Some(&Crossing::Planned), &[]),
            ]
        );
        assert_eq!(map[1].wire.as_ref().unwrap().port, Some(25));
        assert_eq!(
            told(&play.model.map(None)),
            [(0, STUDY, None, &[] as &[Fate])]
        );
        assert_eq!(
            told(&play.model.callers(STUDY)),
            [(0, "spammer", None, &[] as &[Fate])]
        );
    }

    #[test]
    fn a_refused_recipient_stops_the_mail_before_its_domain() {
        let mut play = Play::answered();
        play.play(Msg::ToEnd);
        play.play(Msg::OpenRun(0));
        play.play(Msg::ToEnd);
        let refused = Crossing::Refused("454 4.7.1".to_owned());
        assert_eq!(
            told(&play.model.map(None)),
            [
                (0, "spammer", None, &[] as &[Fate]),
                (1, STUDY, Some(&Crossing::Spoken), &[]),
                (2, "remoto.example", Some(&refused), &[]),
            ]
        );
    }

    #[test]
    fn whoever_is_refused_for_another_reason_is_refused_at_the_door() {
        let mut play = Play::answered();
        play.play(Msg::Forward);
        let connection = play.model.shown_connection().unwrap().id;
        let said = |line: &str| Kind::Line {
            connection,
            end: End::Server,
            way: Way::Sent,
            protected: false,
            line: line.into(),
        };
        play.happen(Kind::Decided {
            connection,
            decision: Decision {
                stage: "RCPT",
                subject: "ana@aula.example".to_owned(),
                lists: vec![ListTrace {
                    parameter: "smtpd_client_restrictions",
                    steps: vec![RestrictionTrace {
                        restriction: "reject".to_owned(),
                        fact: Fact::Unconditional,
                        outcome: Outcome::Reject,
                    }],
                    outcome: Outcome::Reject,
                }],
                reasons: Vec::new(),
                verdict: Verdict::Refused {
                    code: 554,
                    enhanced: "5.7.1".to_owned(),
                    text: "<x[203.0.113.66]>: Client host rejected: Access denied".to_owned(),
                },
            },
        });
        play.happen(said(
            "554 5.7.1 <x[203.0.113.66]>: Client host rejected: Access denied",
        ));
        play.happen(said("221 2.0.0 Bye"));
        let by = End::Server;
        play.happen(Kind::Closed { connection, by });
        assert_eq!(
            told(&play.model.map(None))[1..],
            [(
                1,
                STUDY,
                Some(&Crossing::Refused("554 5.7.1".to_owned())),
                &[] as &[Fate]
            )]
        );
    }

    #[test]
    fn a_server_that_hangs_up_or_never_answers_has_not_been_reached() {
        let call = || {
            let mut play = Play::answered();
            play.happen(Kind::Connected {
                connection: ConnectionId(90),
                from: end("spammer"),
                to: end(STUDY),
                service: "smtp".to_owned(),
                purpose: Purpose::Dialogue { run: 0 },
            });
            play
        };
        let (connection, by) = (ConnectionId(90), End::Server);
        let state = |play: &Play| {
            let map = play.model.map(None);
            map[1].wire.as_ref().unwrap().state.clone()
        };
        let mut play = call();
        play.happen(Kind::Closed { connection, by });
        assert_eq!(state(&play), Crossing::HungUp { greeted: false });

        let mut play = call();
        play.happen(Kind::Stalled { connection });
        assert_eq!(state(&play), Crossing::Unattended);

        let mut play = call();
        play.happen(Kind::Log {
            host: STUDY.to_owned(),
            connection: Some(connection),
            program: "postfix/smtps/smtpd".to_owned(),
            pid: 1,
            text: "connect from unknown[203.0.113.66]".to_owned(),
        });
        play.happen(Kind::Stalled { connection });
        assert_eq!(state(&play), Crossing::Stalled, "it waits for TLS");

        let mut play = call();
        play.happen(Kind::Line {
            connection,
            end: End::Server,
            way: Way::Sent,
            protected: false,
            line: "220 2.0.0 Ready to start TLS".into(),
        });
        play.happen(Kind::Closed { connection, by });
        assert_eq!(state(&play), Crossing::HungUp { greeted: true });
    }

    #[test]
    fn a_door_where_nobody_listens_is_on_the_map() {
        let mut play = Play::answered();
        play.play(Msg::OpenRun(1));
        assert_eq!(
            told(&play.model.map(None))[1],
            (
                1,
                STUDY,
                Some(&Crossing::Unanswered(NoConnection::Refused)),
                &[] as &[Fate]
            )
        );
    }

    #[test]
    fn a_message_goes_from_queue_to_queue_into_a_mailbox() {
        let mut play = Play::answered();
        play.play(Msg::Forward);
        let (first, second) = (play.model.shown_connection().unwrap().id, ConnectionId(99));
        let way = |model: &Model| {
            let map = model.map(None);
            let told = map.iter().skip(1).map(|stop| {
                let state = stop.wire.as_ref().map(|wire| wire.state.clone());
                (stop.host.clone(), state.unwrap(), stop.mail.clone())
            });
            told.collect::<Vec<_>>()
        };
        let study = |mail| (STUDY.to_owned(), Crossing::Spoken, mail);

        play.happen(queued(STUDY, "AAA", first));
        assert_eq!(way(&play.model), [study(vec![Fate::Queued])]);

        play.happen(Kind::ConnectionFailed {
            from: end(STUDY),
            to: end(NEXT),
            purpose: onward(),
            how: NoConnection::TimedOut,
        });
        play.happen(delivery(DeliveryStatus::Deferred));
        let closed = (
            NEXT.to_owned(),
            Crossing::Unanswered(NoConnection::TimedOut),
            vec![],
        );
        let waits = [study(vec![Fate::Deferred]), closed];
        assert_eq!(way(&play.model), waits);

        play.happen(Kind::Connected {
            connection: second,
            from: end(STUDY),
            to: end(NEXT),
            service: "smtp".to_owned(),
            purpose: onward(),
        });
        play.happen(queued(NEXT, "BBB", second));
        play.happen(delivery(DeliveryStatus::Sent));
        play.happen(Kind::Dequeued {
            host: STUDY.to_owned(),
            queue_id: "AAA".to_owned(),
        });
        play.happen(Kind::Stored {
            host: NEXT.to_owned(),
            mailbox: "bob".to_owned(),
            recipient: "bob@remoto.example".to_owned(),
            message: "Subject: hola\r\n".into(),
        });
        play.happen(Kind::Dequeued {
            host: NEXT.to_owned(),
            queue_id: "BBB".to_owned(),
        });
        let stored = vec![Fate::Stored("bob".to_owned())];
        let arrived = [study(vec![]), (NEXT.to_owned(), Crossing::Spoken, stored)];
        assert_eq!(way(&play.model), arrived);
        play.play(Msg::Show(Some(second)));
        assert_eq!(way(&play.model), arrived, "from any of its wires");
    }

    #[test]
    fn a_refusal_is_known_by_its_codes() {
        assert_eq!(
            code_of("535 5.7.8 Error: authentication failed:"),
            "535 5.7.8"
        );
        assert_eq!(code_of("502 Error: command not implemented"), "502");
        assert_eq!(code_of("454 4.7.1"), "454 4.7.1");
        assert_eq!(code_of("5"), "5");
    }
}
