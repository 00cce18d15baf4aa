//! Whatever the next hop does, and whenever: no message is lost, none arrives twice.

use std::time::Duration;

use super::next_hop::{Answer, NextHop, Script, Skills};
use super::town::{Letter, happenings};
use crate::clock::Chance;
use crate::journal::event::Kind;

const STAGES: [&str; 7] = [
    "greeting", "ehlo", "mail", "rcpt", "data", "message", "quit",
];

/// A fault at a stage, drawn by `chance`; now and then none.
fn fault(chance: &mut Chance) -> Script {
    let mut pick = |count| usize::try_from(chance.below(count)).unwrap();
    let stage = STAGES[pick(7)];
    let answer = match pick(8) {
        0 | 1 => Answer::HangUp,
        2 => Answer::Nonsense,
        3 => Answer::Endless,
        4 => Answer::Reply("451 4.3.0 Error: queue file write error".to_owned()),
        5 => Answer::Reply("550 5.7.1 Service unavailable".to_owned()),
        6 => Answer::Reply("421 4.3.2 Service shutting down".to_owned()),
        _ => return Script::new(),
    };
    Script::from([(stage.to_owned(), vec![answer])])
}

#[test]
fn nothing_is_lost_or_doubled() {
    for seed in 0..6 {
        let next_hop = NextHop::start(Skills::default(), move |number| {
            let mut chance = Chance::seeded(seed * 1000 + u64::try_from(number).unwrap());
            // The trouble does not last for ever.
            if number < 40 {
                fault(&mut chance)
            } else {
                Script::new()
            }
        });
        let main_cf = format!(
            "compatibility_level = 3.6\nmyhostname = mail.aula.example\nmyorigin = aula.example\n\
             mydestination = $myhostname, aula.example\nmynetworks = 10.0.0.0/24\n\
             home_mailbox = Maildir/\ndefault_transport = smtp:[127.0.0.1]:{}\n",
            next_hop.address.port()
        );
        let letters: Vec<Letter> = (0..12)
            .map(|number| Letter {
                from: "profesor@aula.example".to_owned(),
                to: vec![
                    format!("a{number}@remoto.example"),
                    format!("b{number}@otro.example"),
                ],
                content: b"Subject: prueba\r\n\r\n.Hola\r\n".to_vec(),
            })
            .collect();
        let two_days = Duration::from_hours(48);
        let events = happenings(&main_cf, &letters, two_days);
        let queued: Vec<String> = events
            .iter()
            .filter_map(|event| match &event.kind {
                Kind::Queued {
                    recipients, sender, ..
                } if !sender.is_empty() => Some(recipients.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(queued.len(), 24);
        let reports: Vec<String> = events
            .iter()
            .filter_map(|event| match &event.kind {
                Kind::Stored { message, .. } => {
                    Some(String::from_utf8_lossy(&message.0).into_owned())
                }
                _ => None,
            })
            .collect();
        let calls = events
            .iter()
            .filter(|event| matches!(event.kind, Kind::Connected { .. }))
            .count();
        let taken = next_hop.seen(calls).taken;
        for recipient in &queued {
            let arrived = taken
                .iter()
                .filter(|given| given.is_taken && given.recipients.contains(recipient))
                .count();
            let returned = reports
                .iter()
                .filter(|report| {
                    report.contains(&format!("Final-Recipient: rfc822; {recipient}\n"))
                })
                .count();
            assert_eq!(
                arrived + returned,
                1,
                "seed {seed}: {recipient} arrived {arrived}, returned {returned}"
            );
        }
    }
}
