//! What an attacker in the middle of a wire achieves, and what stops them.

use super::*;
use crate::journal::event::{Attack, Tampering};

const STUDY: &str = "mail.aula.example";
const NEXT: &str = "mx.remoto.example";

/// A world with an attacker between two servers, of which the receiving one
/// has a certificate that anybody can check.
fn attacked(attack: Option<Attack>, level: &str) -> Play {
    let mut play = Play::begin();
    let folder = "/etc/letsencrypt/live/mx";
    play.set_on(
        NEXT,
        "smtpd_tls_cert_file",
        &format!("{folder}/fullchain.pem"),
    );
    play.set_on(NEXT, "smtpd_tls_key_file", &format!("{folder}/privkey.pem"));
    play.set("smtp_tls_CAfile", "/etc/ssl/certs/ca-certificates.crt");
    play.set("smtp_tls_security_level", level);
    play.order(Order::Attack {
        from: STUDY.to_owned(),
        to: NEXT.to_owned(),
        attack,
    });
    play
}

/// How the delivery ended, and how the mail went: `clear`, `sealed` in TLS, or `read`
/// inside TLS by the attacker.
fn delivered(play: &mut Play) -> (DeliveryStatus, String, &'static str) {
    let events = play.run("envio-587");
    let connection = events
        .iter()
        .find_map(|event| match &event.kind {
            Kind::Connected {
                connection, from, ..
            } if from.host == STUDY => Some(*connection),
            _ => None,
        })
        .unwrap();
    let recipient = b"RCPT TO:<bob@remoto.example>";
    let heard = |line: &[u8]| line.starts_with(recipient);
    let way = events
        .iter()
        .filter(|event| event.kind.connection() == Some(connection))
        .filter_map(|event| match &event.kind {
            Kind::Tampered {
                tampering: Tampering::Read { line, .. },
                ..
            } if heard(&line.0) => Some("read"),
            Kind::Wire { bytes, .. } => bytes
                .0
                .split(|byte| *byte == b'\n')
                .any(heard)
                .then_some("clear"),
            Kind::Line {
                protected: true,
                line,
                ..
            } if heard(&line.0) => Some("sealed"),
            _ => None,
        })
        .min()
        .unwrap_or("nothing");
    let end = events.iter().find_map(|event| match &event.kind {
        Kind::Delivery {
            host,
            status,
            reason,
            ..
        } if host == STUDY => Some((*status, reason.clone())),
        _ => None,
    });
    let (status, reason) = end.unwrap();
    (status, reason, way)
}

#[test]
fn each_attack_meets_each_policy() {
    use Attack::{FalseCertificate, InjectCommand, RefuseStarttls, StripStarttls};
    use DeliveryStatus::{Deferred, Sent};
    let refused = "TLS is required, but host mx.remoto.example[198.51.100.25] refused to start TLS: \
                   454 4.7.0 TLS not available due to local problem";
    let not_offered =
        "TLS is required, but was not offered by host mx.remoto.example[198.51.100.25]";
    let unverified = "Server certificate not verified";
    let sent = "250 2.0.0 Ok: queued as ";
    for (attack, level, status, reason, way) in [
        (None, "may", Sent, sent, "sealed"),
        (None, "verify", Sent, sent, "sealed"),
        (Some(StripStarttls), "may", Sent, sent, "clear"),
        (
            Some(StripStarttls),
            "encrypt",
            Deferred,
            not_offered,
            "nothing",
        ),
        (
            Some(StripStarttls),
            "verify",
            Deferred,
            not_offered,
            "nothing",
        ),
        (Some(RefuseStarttls), "may", Sent, sent, "clear"),
        (
            Some(RefuseStarttls),
            "encrypt",
            Deferred,
            refused,
            "nothing",
        ),
        (Some(InjectCommand), "may", Sent, sent, "sealed"),
        (Some(FalseCertificate), "may", Sent, sent, "read"),
        (Some(FalseCertificate), "encrypt", Sent, sent, "read"),
        (
            Some(FalseCertificate),
            "verify",
            Deferred,
            unverified,
            "nothing",
        ),
        (
            Some(FalseCertificate),
            "secure",
            Deferred,
            unverified,
            "nothing",
        ),
    ] {
        let mut play = attacked(attack, level);
        let (ended, why, how) = delivered(&mut play);
        assert_eq!(
            (ended, how),
            (status, way),
            "{attack:?} against {level}: {why}"
        );
        assert!(why.starts_with(reason), "{attack:?} against {level}: {why}");
    }
}

#[test]
fn every_tampering_is_written_down() {
    let told = |attack| {
        let mut play = attacked(Some(attack), "may");
        let events = play.run("envio-587");
        let what = events.iter().find_map(|event| match &event.kind {
            Kind::Tampered { tampering, .. } => Some(tampering.clone()),
            _ => None,
        });
        what.unwrap()
    };
    assert_eq!(
        told(Attack::StripStarttls),
        Tampering::Removed {
            line: "250-STARTTLS".into()
        }
    );
    assert_eq!(
        told(Attack::RefuseStarttls),
        Tampering::Answered {
            command: "STARTTLS".into(),
            reply: "454 4.7.0 TLS not available due to local problem".into()
        }
    );
    assert!(matches!(
        told(Attack::InjectCommand),
        Tampering::Injected { .. }
    ));
    let Tampering::Impersonated { certificate } = told(Attack::FalseCertificate) else {
        panic!("no certificate was forged");
    };
    assert_eq!(certificate.names, [NEXT]);
    assert!(certificate.self_signed);
}

#[test]
fn an_attacker_leaves_when_told_to_and_touches_no_other_wire() {
    let mut play = attacked(Some(Attack::StripStarttls), "may");
    let dialogue = dialogue(&play.run("envio-587"));
    assert!(
        dialogue.iter().any(|line| line == "-- TLSv1.3"),
        "{dialogue:#?}"
    );
    play.order(Order::Attack {
        from: STUDY.to_owned(),
        to: NEXT.to_owned(),
        attack: None,
    });
    assert_eq!(delivered(&mut play).2, "sealed");
    let nobody = play.order(Order::Attack {
        from: "nadie".to_owned(),
        to: NEXT.to_owned(),
        attack: Some(Attack::StripStarttls),
    });
    assert!(
        nobody
            .iter()
            .any(|event| matches!(event.kind, Kind::OrderFailed { .. }))
    );
}

#[test]
fn a_client_that_insists_is_not_fooled_by_a_false_certificate() {
    for (run, reads) in [
        ("envio-587", true),
        ("envio-465", true),
        ("exigente", false),
    ] {
        let mut play = Play::begin();
        play.order(Order::Attack {
            from: "portatil".to_owned(),
            to: STUDY.to_owned(),
            attack: Some(Attack::FalseCertificate),
        });
        let events = play.run(run);
        let login = events.iter().any(|event| {
            matches!(
                &event.kind,
                Kind::Tampered { tampering: Tampering::Read { line, .. }, .. }
                    if line.0.starts_with(b"AUTH ")
            )
        });
        assert_eq!(login, reads, "{run}: {:#?}", dialogue(&events));
    }
}

#[test]
fn an_attacked_world_repeats_itself() {
    let play = || {
        let mut play = attacked(Some(Attack::FalseCertificate), "may");
        let events = play.run("envio-587");
        let told: Vec<String> = events
            .iter()
            .filter(|event| !matches!(event.kind, Kind::Wire { .. }))
            .map(|event| format!("{event:?}"))
            .collect();
        told
    };
    assert_eq!(play(), play());
}
