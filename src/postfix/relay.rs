//! Whether a host is an open relay: whether its policy lets a stranger, without
//! AUTH, send mail through it to a domain that is not its own.

use std::net::{IpAddr, Ipv4Addr};

use crate::postfix::configuration::{Configuration, Service};
use crate::postfix::decision::Verdict;
use crate::postfix::restrictions::{self, Facts};
use crate::postfix::rewrite::{Class, classify};
use crate::postfix::smtpd::{Identity, Services};

/// Nobody that any configuration of the lab has a reason to know.
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 66));

/// Foreign recipients; the first whose domain is really foreign is tried.
const RECIPIENTS: [&str; 2] = ["relaytest@nmap.example", "relaytest@probe.test"];

/// Restrictions that look neither at the client's HELO name nor at the sender.
const BLIND_TO_CLAIMS: [&str; 8] = [
    "defer_unauth_destination",
    "permit",
    "permit_auth_destination",
    "permit_mynetworks",
    "permit_sasl_authenticated",
    "reject",
    "reject_unauth_destination",
    "reject_unlisted_recipient",
];

/// Whether any of the host's `smtpd` services would relay for a stranger,
/// whatever name and sender the stranger claims: both cost nothing to forge.
/// A service that does not start relays nothing.
pub fn is_open(configuration: &Configuration, services: &dyn Services) -> bool {
    configuration
        .services()
        .iter()
        .any(|service| relays_for_strangers(service, services))
}

fn relays_for_strangers(service: &Service, services: &dyn Services) -> bool {
    let foreign = RECIPIENTS.iter().find(|recipient| {
        classify(service, recipient, services).is_ok_and(|resolved| resolved.class == Class::Other)
    });
    let Some(recipient) = foreign else {
        return false;
    };
    if restrictions::startup(service, services).is_err() {
        return false;
    }
    let own_sender = format!("postmaster@{}", service.text("myorigin"));
    let senders = ["antispam@nmap.example", "", own_sender.as_str()];
    let names = [
        "nmap.scanme.example",
        "localhost",
        "localhost.localdomain",
        service.text("myhostname"),
    ];
    let client = Identity {
        address: STRANGER,
        port: 40_000,
        name: None,
        reverse_name: None,
    };
    let called = Facts {
        client: &client,
        protocol: "ESMTP",
        queue_id: None,
        helo: None,
        sender: None,
        recipient: None,
        recipients: 0,
        sasl_user: None,
        tls: None,
        pipelined: false,
        actions: &[],
    };
    // What is refused before the recipient is refused whoever it is.
    if !accepts(&restrictions::at_connect(service, &called, services)) {
        return false;
    }
    for name in names {
        let greeted = Facts {
            helo: Some(name),
            ..called
        };
        if !accepts(&restrictions::at_helo(service, &greeted, services, "EHLO")) {
            continue;
        }
        for sender in senders {
            let begun = Facts {
                sender: Some(sender),
                ..greeted
            };
            if !accepts(&restrictions::at_mail(service, &begun, services)) {
                continue;
            }
            let complete = Facts {
                recipient: Some(recipient),
                ..begun
            };
            let evaluation = restrictions::at_rcpt(service, &complete, services);
            if accepts(&evaluation) {
                return true;
            }
            if is_blind_to_claims(&evaluation) {
                return false;
            }
        }
    }
    false
}

/// Whether the recipient would be answered alike whatever the stranger claimed.
fn is_blind_to_claims(evaluation: &restrictions::Evaluation) -> bool {
    let lists = &evaluation.decision.lists;
    let mut steps = lists.iter().flat_map(|list| &list.steps);
    steps.all(|step| BLIND_TO_CLAIMS.contains(&step.restriction.as_str()))
}

fn accepts(evaluation: &restrictions::Evaluation) -> bool {
    evaluation.decision.verdict == Verdict::Accepted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postfix::table::tests::Host;

    const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mail.aula.example\n\
        myorigin = aula.example\nmydestination = $myhostname, aula.example, localhost\n\
        mynetworks = 127.0.0.0/8\n";

    fn is_open_with(more: &str) -> bool {
        let mut host = Host::default();
        host.files
            .insert("/sender_ok".into(), "aula.example OK\n".into());
        host.files
            .insert("/helo_ok".into(), "localhost.localdomain OK\n".into());
        let (configuration, _) = Configuration::parse(&format!("{MAIN}{more}"), None);
        is_open(&configuration, &host)
    }

    #[test]
    fn the_defaults_are_closed() {
        assert!(!is_open_with(""));
        assert!(!is_open_with("smtpd_recipient_restrictions = permit\n"));
        assert!(!is_open_with("mynetworks = 10.0.0.0/24\n"));
    }

    #[test]
    fn trusting_everybody_is_open() {
        assert!(is_open_with("mynetworks = 0.0.0.0/0\n"));
        assert!(is_open_with(
            "smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination\n"
        ));
    }

    #[test]
    fn trusting_what_anybody_can_say_is_open() {
        assert!(is_open_with(
            "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = \
             check_sender_access hash:/sender_ok, reject_unauth_destination\n"
        ));
        assert!(is_open_with(
            "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = \
             check_helo_access hash:/helo_ok, reject_unauth_destination\n"
        ));
    }

    #[test]
    fn a_service_that_does_not_start_relays_nothing() {
        assert!(!is_open_with("smtpd_relay_restrictions = permit\n"));
    }
}
