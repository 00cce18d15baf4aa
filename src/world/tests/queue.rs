//! What becomes of mail that cannot be delivered at once.

use super::*;

const STUDY: &str = "mail.aula.example";

/// A world in which mail of the laptop's waits at the study's host.
fn stuck() -> (Play, String) {
    let mut play = Play::begin();
    play.set("relayhost", "[mudo.mudo.example]");
    let events = play.run("envio-587");
    let queue_id = events
        .iter()
        .find_map(|event| match &event.kind {
            Kind::Queued { queue_id, .. } => Some(queue_id.clone()),
            _ => None,
        })
        .unwrap();
    (play, queue_id)
}

/// The minutes after `from` at which deliveries were tried.
fn minutes(events: &Events, from: &Events) -> Vec<u64> {
    let began = from.last().unwrap().at;
    events
        .iter()
        .filter(|event| matches!(event.kind, Kind::Delivery { .. }))
        .map(|event| event.at.since(began).as_secs() / 60)
        .collect()
}

fn mailq(play: &mut Play) -> Vec<String> {
    let host = STUDY.to_owned();
    let events = play.order(Order::ListQueue { host });
    events
        .iter()
        .find_map(|event| match &event.kind {
            Kind::QueueListed { lines, .. } => Some(lines.clone()),
            _ => None,
        })
        .unwrap()
}

#[test]
fn deferred_mail_is_tried_again_at_ever_longer_intervals() {
    let mut play = Play::begin();
    let began = play.set("relayhost", "[mudo.mudo.example]");
    play.run("envio-587");
    let events = play.order(Order::Wait { seconds: 4 * 3600 });
    assert_eq!(minutes(&events, &began), [10, 25, 55, 115, 185]);
    // The way is free again.
    play.set("relayhost", "");
    let events = play.order(Order::Wait { seconds: 4000 });
    assert_eq!(deliveries(&events)[0].1, DeliveryStatus::Sent);
    assert_eq!(mailq(&mut play), ["Mail queue is empty"]);
    let events = play.order(Order::Wait { seconds: 86_400 });
    assert!(deliveries(&events).is_empty());
}

#[test]
fn flushing_tries_everything_at_once() {
    let (mut play, queue_id) = stuck();
    let listed = mailq(&mut play);
    assert!(listed[1].starts_with(&queue_id) && listed[1].ends_with(" alumno@aula.example"));
    assert_eq!(
        listed[2].trim(),
        "(connect to mudo.mudo.example[198.51.100.99]:25: Connection timed out)"
    );
    assert_eq!(listed[3].trim(), "bob@remoto.example");
    play.set("relayhost", "");
    let host = STUDY.to_owned();
    let events = play.order(Order::Flush { host });
    assert_eq!(deliveries(&events)[0].1, DeliveryStatus::Sent);
    let active = format!("postfix/qmgr: {queue_id}: from=<alumno@aula.example>, size=");
    assert!(log(&events, STUDY)[0].starts_with(&active));
}

#[test]
fn a_queued_message_can_be_deleted() {
    let (mut play, queue_id) = stuck();
    let order = Order::DeleteQueued {
        host: STUDY.to_owned(),
        queue_id: queue_id.clone(),
    };
    let events = play.order(order.clone());
    assert_eq!(
        log(&events, STUDY),
        [
            format!("postfix/postsuper: {queue_id}: removed"),
            "postfix/postsuper: Deleted: 1 message".to_owned()
        ]
    );
    assert_eq!(mailq(&mut play), ["Mail queue is empty"]);
    let again = play.order(order);
    assert!(
        again
            .iter()
            .any(|event| matches!(event.kind, Kind::OrderFailed { .. }))
    );
}

#[test]
fn mail_that_grows_too_old_returns_to_its_sender() {
    let (mut play, queue_id) = stuck();
    let events = play.order(Order::Wait {
        seconds: 6 * 86_400,
    });
    let said = log(&events, STUDY);
    let expired = format!(
        "postfix/qmgr: {queue_id}: from=<alumno@aula.example>, status=expired, returned to sender"
    );
    assert!(said.contains(&expired));
    let report = events
        .iter()
        .find_map(|event| match &event.kind {
            Kind::Stored {
                mailbox, message, ..
            } => Some((mailbox.as_str(), String::from_utf8_lossy(&message.0))),
            _ => None,
        })
        .unwrap();
    assert_eq!(report.0, "alumno");
    for part in [
        "Subject: Undelivered Mail Returned to Sender\n",
        "<bob@remoto.example>: connect to mudo.mudo.example[198.51.100.99]:25:\n    Connection timed out\n",
        "Action: failed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to",
    ] {
        assert!(report.1.contains(part), "{part} in {}", report.1);
    }
    assert_eq!(mailq(&mut play), ["Mail queue is empty"]);
}

#[test]
fn reports_that_cannot_be_delivered_end_with_the_postmaster() {
    let mut play = Play::begin();
    // Whoever relays for strangers gets their bounces, and cannot send them on.
    play.set("mynetworks", "0.0.0.0/0");
    play.set_on("mx.remoto.example", "mydestination", "localhost");
    play.set_on(
        "mx.remoto.example",
        "smtpd_relay_restrictions",
        "reject_unauth_destination",
    );
    play.set("notify_classes", "2bounce");
    let events = play.run("abuso");
    let outcomes: Vec<(String, DeliveryStatus)> = deliveries(&events)
        .into_iter()
        .map(|(recipient, status, _, _)| (recipient, status))
        .collect();
    let expected = [
        ("victima@remoto.example", DeliveryStatus::Bounced),
        ("premios@loteria.example", DeliveryStatus::Bounced),
        ("alumno@aula.example", DeliveryStatus::Sent),
    ];
    assert_eq!(
        outcomes,
        expected.map(|(recipient, status)| (recipient.to_owned(), status))
    );
    assert!(
        log(&events, STUDY)
            .iter()
            .any(|line| line.contains(": postmaster non-delivery notification: "))
    );
    // Without a postmaster to tell, there is nobody left to tell.
    play.set("alias_maps", "");
    play.set("2bounce_notice_recipient", "nadie");
    let said = log(&play.run("abuso"), STUDY);
    assert!(
        said.iter()
            .any(|line| line.ends_with(": undeliverable postmaster notification discarded"))
    );
}

#[test]
fn a_whole_queue_can_be_deleted() {
    let (mut play, _) = stuck();
    play.run("envio-587");
    let order = Order::DeleteQueued {
        host: STUDY.to_owned(),
        queue_id: "ALL".to_owned(),
    };
    let events = play.order(order.clone());
    let said = log(&events, STUDY);
    assert_eq!(
        said.last().unwrap(),
        "postfix/postsuper: Deleted: 2 messages"
    );
    assert_eq!(mailq(&mut play), ["Mail queue is empty"]);
    let again = play.order(order);
    assert!(log(&again, STUDY).is_empty(), "nothing was there to delete");
}
