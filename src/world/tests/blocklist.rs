//! What an open relay leads to: spam, a full queue, a block list, and mail of
//! honest users that bounces; and the way back.

use super::*;

const STUDY: &str = "mail.aula.example";
const OPEN: &str = "0.0.0.0/0";
const CLOSED: &str = "127.0.0.0/8 [::1]/128";

/// A world whose relay was open when the spammer came.
fn abused() -> (Play, Events) {
    let mut play = Play::begin();
    play.set_on(
        "mx.remoto.example",
        "smtpd_client_restrictions",
        "reject_rbl_client rbl.example",
    );
    play.set("mynetworks", OPEN);
    let events = play.run("oleada");
    (play, events)
}

fn delist(play: &mut Play) -> (bool, String) {
    let events = play.order(Order::Delist {
        list: "rbl.example".to_owned(),
        host: STUDY.to_owned(),
    });
    let answer = events.iter().find_map(|event| match &event.kind {
        Kind::DelistingAnswered { removed, reply, .. } => Some((*removed, reply.clone())),
        _ => None,
    });
    answer.unwrap()
}

fn dig(play: &mut Play, question: &str) -> Vec<String> {
    let question = question.to_owned();
    let events = play.order(Order::LookUp { question });
    let lines = events.iter().find_map(|event| match &event.kind {
        Kind::LookedUp { lines, .. } => Some(lines.clone()),
        _ => None,
    });
    lines.unwrap()
}

/// How our server's last delivery to bob ended.
fn to_bob(events: &Events) -> (DeliveryStatus, String) {
    let ends = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Delivery {
            host,
            recipient,
            status,
            reason,
            ..
        } if host == STUDY && recipient == "bob@remoto.example" => Some((*status, reason.clone())),
        _ => None,
    });
    ends.unwrap()
}

/// Of what is sent again only the hosts' side is written down.
fn assert_hosts_alone_write(events: &Events) {
    let begins = |event: &Arc<Event>| matches!(event.kind, Kind::Repeating { .. });
    let at = events.iter().position(begins).unwrap();
    let of_connection = |event: &&Arc<Event>| event.kind.connection().is_some();
    assert_eq!(events[at..].iter().filter(of_connection).count(), 0);
    let queued = |event: &&Arc<Event>| matches!(event.kind, Kind::Queued { .. });
    assert_eq!(events[at..].iter().filter(queued).count(), 2000);
}

#[test]
fn an_open_relay_is_abused_listed_closed_and_forgiven() {
    let (mut play, events) = abused();
    let repeated = events.iter().find_map(|event| match event.kind {
        Kind::Repeated { sent, accepted, .. } => Some((sent, accepted)),
        _ => None,
    });
    assert_eq!(repeated, Some((2000, 2000)));
    assert_hosts_alone_write(&events);
    let listed = events.iter().find_map(|event| match &event.kind {
        Kind::Listed { address, trap, .. } => Some((address.to_string(), trap.clone())),
        _ => None,
    });
    let trap = "trampa@remoto.example".to_owned();
    assert_eq!(listed, Some(("192.0.2.10".to_owned(), trap)));
    assert_eq!(
        dig(&mut play, "10.2.0.192.rbl.example +short"),
        ["127.0.0.2"]
    );
    let host = STUDY.to_owned();
    let queue = play.order(Order::ListQueue { host });
    let Some(Kind::QueueListed { lines, .. }) = queue.first().map(|event| &event.kind) else {
        panic!("{queue:#?}");
    };
    assert!(lines.last().unwrap().ends_with(" in 2000 Requests."));

    let (status, reason) = to_bob(&play.run("envio-587"));
    assert_eq!(status, DeliveryStatus::Bounced);
    assert!(
        reason.contains("Service unavailable; Client host [192.0.2.10] blocked using rbl.example"),
        "{reason}"
    );

    let (removed, reply) = delist(&mut play);
    assert!(!removed && reply.starts_with("250 "), "{reply}");
    play.set("mynetworks", CLOSED);
    let (removed, reply) = delist(&mut play);
    assert!(removed && reply.contains("Relay access denied"), "{reply}");
    assert_eq!(to_bob(&play.run("envio-587")).0, DeliveryStatus::Sent);
    assert!(dig(&mut play, "10.2.0.192.rbl.example +short").is_empty());
}

/// What happens when an order is given right behind the one that begins the
/// wave, until both are settled.
struct Wave {
    events: Events,
    first: u64,
}

impl Wave {
    fn interrupted_by(order: Order) -> Self {
        let mut play = Play::begin();
        play.set("mynetworks", OPEN);
        play.open("oleada");
        let first = play.world.order(Order::Finish);
        let mut events = play.order(order);
        let settled = Kind::Settled { order: first };
        if !events.iter().any(|event| event.kind == settled) {
            events.extend(play.until(&settled));
        }
        Self { events, first }
    }

    /// Which order was settled first, the wave's (0) or the other (1).
    fn settled(&self) -> Vec<u64> {
        let numbers = self.events.iter().filter_map(|event| match event.kind {
            Kind::Settled { order } => Some(order - self.first),
            _ => None,
        });
        numbers.collect()
    }

    /// How many mails were sent, and how many of them accepted.
    fn mails(&self) -> Option<(u32, u32)> {
        self.events.iter().find_map(|event| match event.kind {
            Kind::Repeated { sent, accepted, .. } => Some((sent, accepted)),
            _ => None,
        })
    }
}

#[test]
fn the_relay_can_be_closed_in_the_middle_of_a_wave() {
    let wave = Wave::interrupted_by(Order::Set {
        host: STUDY.to_owned(),
        service: None,
        parameter: "mynetworks".to_owned(),
        value: Some(CLOSED.to_owned()),
    });
    assert_eq!(wave.settled(), [1, 0]);
    assert_eq!(wave.mails(), Some((2000, 0)));
}

#[test]
fn a_wave_can_be_stopped() {
    let wave = Wave::interrupted_by(Order::StopRepeating);
    assert_eq!(wave.settled(), [0, 1]);
    assert_eq!(wave.mails(), Some((0, 0)));
}

#[test]
fn a_wave_ends_with_its_step() {
    let wave = Wave::interrupted_by(Order::Begin { step: 0 });
    assert_eq!(wave.settled(), [0, 1]);
    let events = wave.events.iter();
    let ends = events.filter_map(|event| match event.kind {
        Kind::Repeated { .. } => Some("the wave"),
        Kind::StepBegan { .. } => Some("a step"),
        _ => None,
    });
    assert_eq!(ends.collect::<Vec<_>>(), ["the wave", "a step"]);
}

#[test]
fn a_question_that_makes_no_sense_is_refused() {
    let mut play = Play::begin();
    let question = "-x nadie".to_owned();
    let events = play.order(Order::LookUp { question });
    let failed = |event: &Arc<Event>| matches!(event.kind, Kind::OrderFailed { .. });
    assert!(events.iter().any(failed));
}
