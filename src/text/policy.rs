//! Words for what the policy decided, for what a client made of a certificate
//! and for why an order was not carried out. Whatever a peer or a file said is
//! made visible on the way; Postfix's and OpenSSL's own words stay theirs.

use std::net::IpAddr;

use fluent_bundle::FluentValue;

use super::Catalogue;
use super::visible;
use crate::journal::event::{Attack, Problem, Tampering, Verification};
use crate::journal::observed::{BETWEEN, Observation, Observed};
use crate::postfix::decision::{Decision, Fact, Outcome, Verdict};
use crate::postfix::reason::{Origin, Reason, Setting};

/// The command that was decided about: `RCPT <victima@remoto.example>`.
pub fn heading(decision: &Decision) -> String {
    if decision.subject.is_empty() {
        return decision.stage.to_owned();
    }
    format!("{} <{}>", decision.stage, visible::text(&decision.subject))
}

/// The fact that decided a restriction.
pub fn fact(catalogue: &Catalogue, fact: &Fact) -> String {
    let say = |id, arguments: &[(&str, &str)]| say(catalogue, id, arguments);
    match fact {
        Fact::ClientInNetworks { client, network } => say(
            "fact-client-in-networks",
            &[("client", &client.to_string()), ("network", network)],
        ),
        Fact::ClientOutsideNetworks { client, networks } => say(
            "fact-client-outside-networks",
            &[("client", &client.to_string()), ("networks", networks)],
        ),
        Fact::Authenticated { user } => say("fact-authenticated", &[("user", user)]),
        Fact::NotAuthenticated => say("fact-not-authenticated", &[]),
        Fact::OurDestination { domain, parameter } => say(
            "fact-our-destination",
            &[("domain", domain), ("parameter", parameter)],
        ),
        Fact::ForeignDestination { domain } => {
            say("fact-foreign-destination", &[("domain", domain)])
        }
        Fact::Form {
            subject,
            acceptable: true,
        } => say("fact-form-acceptable", &[("subject", subject)]),
        Fact::Form {
            subject,
            acceptable: false,
        } => say("fact-form-faulty", &[("subject", subject)]),
        Fact::TableMatched { table, key, value } => say(
            "fact-table-matched",
            &[("table", table), ("key", key), ("value", value)],
        ),
        Fact::TableSilent { table, subject } => say(
            "fact-table-silent",
            &[("table", table), ("subject", subject)],
        ),
        Fact::DnsFound { name, answer } => {
            let id = if is_address(name) {
                "fact-dns-named"
            } else {
                "fact-dns-found"
            };
            say(id, &[("name", name), ("answer", answer)])
        }
        Fact::DnsMissing { name } if is_address(name) => {
            say("fact-dns-nameless", &[("name", name)])
        }
        Fact::DnsMissing { name } => say("fact-dns-missing", &[("name", name)]),
        Fact::DnsFailed { name } => say("fact-dns-failed", &[("name", name)]),
        Fact::Unlisted { address } => say("fact-unlisted", &[("address", address)]),
        Fact::Listed { address, parameter } => say(
            "fact-listed",
            &[("address", address), ("parameter", parameter)],
        ),
        Fact::NoList { parameter } => say("fact-no-list", &[("parameter", parameter)]),
        Fact::Reserved { address } => say("fact-reserved", &[("address", address)]),
        Fact::NoAddress => say("fact-no-address", &[]),
        Fact::SenderOwnedBy {
            sender,
            owner: Some(owner),
        } => say("fact-sender-owned", &[("sender", sender), ("owner", owner)]),
        Fact::SenderOwnedBy {
            sender,
            owner: None,
        } => say("fact-sender-unowned", &[("sender", sender)]),
        Fact::Unconditional => say("fact-unconditional", &[]),
        Fact::Misconfigured { problem } => say("fact-misconfigured", &[("problem", problem)]),
    }
}

/// Whether what was looked up is an address, and so was asked for its name.
fn is_address(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok()
}

/// What followed from a restriction's fact, in a word or two.
pub fn outcome(catalogue: &Catalogue, outcome: Outcome) -> String {
    catalogue.say(match outcome {
        Outcome::Continue => "outcome-continue",
        Outcome::Permit => "outcome-permit",
        Outcome::Defer => "outcome-defer",
        Outcome::Reject => "outcome-reject",
        Outcome::Warn => "outcome-warn",
    })
}

/// What a whole list concluded.
pub fn list_outcome(catalogue: &Catalogue, outcome: Outcome) -> String {
    catalogue.say(match outcome {
        Outcome::Continue => "list-continue",
        Outcome::Permit => "list-permit",
        Outcome::Defer => "list-defer",
        Outcome::Reject => "list-reject",
        Outcome::Warn => "list-warn",
    })
}

/// How a decision ended, with the reply if it is a refusal.
pub fn verdict(catalogue: &Catalogue, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted => catalogue.say("verdict-accepted"),
        Verdict::Refused { .. } => say(
            catalogue,
            "verdict-refused",
            &[("reply", &verdict.to_string())],
        ),
    }
}

/// By which rule, other than a restriction, it was decided so.
pub fn rule(catalogue: &Catalogue, reason: &Reason) -> String {
    let value = |index: usize| {
        let setting = reason.settings.get(index);
        setting.map_or("", |setting| setting.value.as_str())
    };
    say(
        catalogue,
        &format!("rule-{}", reason.rule.word()),
        &[
            ("found", &reason.found),
            ("value", value(0)),
            ("unit", value(1)),
        ],
    )
}

/// A parameter that a rule depends on, as it is in force.
pub fn setting(setting: &Setting) -> String {
    let text = format!("{} = {}", setting.parameter, setting.value);
    visible::text(text.trim_end())
}

/// Where a parameter was set.
pub fn origin(catalogue: &Catalogue, origin: Origin) -> String {
    match origin {
        Origin::Default => catalogue.say("origin-default"),
        Origin::MainCf { line } => say(catalogue, "origin-main", &[("line", &line.to_string())]),
        Origin::MasterCf { line } => {
            say(catalogue, "origin-master", &[("line", &line.to_string())])
        }
    }
}

/// Where a rule stands written; and that there is no choice, if no parameter
/// makes it so. Empty: a parameter says it all.
pub fn source(catalogue: &Catalogue, reason: &Reason) -> String {
    match (reason.settings.is_empty(), reason.source) {
        (true, "") => catalogue.say("source-postfix"),
        (true, source) => say(catalogue, "source-protocol", &[("source", source)]),
        (false, source) => source.to_owned(),
    }
}

/// What a client concluded from a certificate: `openssl s_client`'s own line,
/// what it means, and (when it is bad news) what the client does about it.
/// `keeps_mail`: it ended the handshake, and did not hand its mail over.
pub fn verification(
    catalogue: &Catalogue,
    verification: &Verification,
    keeps_mail: bool,
) -> Vec<String> {
    // The numbers are OpenSSL's (x509_vfy.h).
    let meaning = match verification.code {
        0 => "certificate-good",
        9 => "certificate-not-yet-valid",
        10 => "certificate-expired",
        18 => "certificate-self-signed",
        19 => "certificate-self-signed-in-chain",
        20 | 21 => "certificate-issuer-unknown",
        62 => "certificate-name-mismatch",
        _ => "certificate-other",
    };
    let meaning = match verification.code {
        0 | 62 => say(catalogue, meaning, &[("name", &verification.name)]),
        _ => catalogue.say(meaning),
    };
    let mut lines = vec![
        format!(
            "Verify return code: {} ({})",
            verification.code, verification.words
        ),
        meaning,
    ];
    if verification.code != 0 {
        lines.push(catalogue.say(if verification.required {
            "certificate-hangs-up"
        } else if keeps_mail {
            "certificate-keeps-mail"
        } else {
            "certificate-goes-on"
        }));
    }
    lines
}

/// What was seen of a goal; empty if nothing happened yet.
pub fn observed(catalogue: &Catalogue, observed: &Observed) -> String {
    let seen = observed.0.iter().map(|seen| match seen {
        Observation::Words(words) => visible::text(words),
        Observation::Silence => catalogue.say("observed-silence"),
        Observation::HungUp { after: None } => catalogue.say("observed-hung-up-at-once"),
        Observation::HungUp { after: Some(reply) } => {
            say(catalogue, "observed-hung-up", &[("reply", reply)])
        }
        Observation::HandshakeCut => catalogue.say("observed-handshake-cut"),
        Observation::Keywords { offered, missing } => {
            let offered = offered.iter().cloned();
            let missing = missing
                .iter()
                .map(|name| say(catalogue, "observed-not-offered", &[("keyword", name)]));
            let said: Vec<_> = offered.chain(missing).collect();
            format!("EHLO: {}", said.join(", "))
        }
    });
    seen.collect::<Vec<_>>().join(BETWEEN)
}

/// Why an order was not carried out.
pub fn problem(catalogue: &Catalogue, problem: &Problem) -> String {
    match problem {
        Problem::NoDialogue => catalogue.say("problem-no-dialogue"),
        Problem::Refused { words } => say(catalogue, "problem-refused", &[("words", words)]),
        Problem::NotOurs { host } => say(catalogue, "problem-not-ours", &[("host", host)]),
        Problem::Unknown { what } => say(catalogue, "problem-unknown", &[("what", what)]),
    }
}

/// What an attacker does to the wire between two machines from now on.
pub fn attack(catalogue: &Catalogue, from: &str, to: &str, attack: Option<Attack>) -> String {
    let id = match attack {
        None => "attack-none",
        Some(Attack::StripStarttls) => "attack-strip",
        Some(Attack::RefuseStarttls) => "attack-refuse",
        Some(Attack::InjectCommand) => "attack-inject",
        Some(Attack::FalseCertificate) => "attack-certificate",
    };
    say(catalogue, id, &[("from", from), ("to", to)])
}

/// An attack in a word or two, for the wire that it is on.
pub fn attack_name(catalogue: &Catalogue, attack: Attack) -> String {
    catalogue.say(match attack {
        Attack::StripStarttls => "attack-name-strip",
        Attack::RefuseStarttls => "attack-name-refuse",
        Attack::InjectCommand => "attack-name-inject",
        Attack::FalseCertificate => "attack-name-certificate",
    })
}

/// What an attacker did.
pub fn tampering(catalogue: &Catalogue, tampering: &Tampering) -> String {
    match tampering {
        Tampering::Removed { line } => {
            say(catalogue, "tampering-removed", &[("line", &line.visible())])
        }
        Tampering::Answered { command, reply } => say(
            catalogue,
            "tampering-answered",
            &[("command", &command.visible()), ("reply", &reply.visible())],
        ),
        Tampering::Injected { line } => say(
            catalogue,
            "tampering-injected",
            &[("line", &line.visible())],
        ),
        Tampering::Impersonated { certificate } => say(
            catalogue,
            "tampering-impersonated",
            &[
                ("subject", &certificate.subject),
                ("issuer", &certificate.issuer),
            ],
        ),
        Tampering::Read { line, .. } => {
            say(catalogue, "tampering-read", &[("line", &line.visible())])
        }
    }
}

fn say(catalogue: &Catalogue, id: &str, arguments: &[(&str, &str)]) -> String {
    let arguments: Vec<_> = arguments
        .iter()
        .map(|(name, value)| (*name, FluentValue::from(visible::text(value))))
        .collect();
    catalogue.say_with(id, &arguments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postfix::configuration::Configuration;
    use crate::postfix::reason::Rule;
    use crate::text::Language;

    #[test]
    fn every_fact_has_words_in_both_languages() {
        let text = || "x".to_owned();
        let client = std::net::Ipv4Addr::new(203, 0, 113, 66).into();
        let facts = [
            Fact::ClientInNetworks {
                client,
                network: text(),
            },
            Fact::ClientOutsideNetworks {
                client,
                networks: text(),
            },
            Fact::Authenticated { user: text() },
            Fact::NotAuthenticated,
            Fact::OurDestination {
                domain: text(),
                parameter: "mydestination",
            },
            Fact::ForeignDestination { domain: text() },
            Fact::Form {
                subject: text(),
                acceptable: true,
            },
            Fact::Form {
                subject: text(),
                acceptable: false,
            },
            Fact::TableMatched {
                table: text(),
                key: text(),
                value: text(),
            },
            Fact::TableSilent {
                table: text(),
                subject: text(),
            },
            Fact::DnsFound {
                name: text(),
                answer: text(),
            },
            Fact::DnsMissing { name: text() },
            Fact::DnsFound {
                name: client.to_string(),
                answer: text(),
            },
            Fact::DnsMissing {
                name: client.to_string(),
            },
            Fact::DnsFailed { name: text() },
            Fact::Unlisted { address: text() },
            Fact::Listed {
                address: text(),
                parameter: "local_recipient_maps",
            },
            Fact::NoList {
                parameter: "local_recipient_maps",
            },
            Fact::Reserved { address: text() },
            Fact::NoAddress,
            Fact::SenderOwnedBy {
                sender: text(),
                owner: Some(text()),
            },
            Fact::SenderOwnedBy {
                sender: text(),
                owner: None,
            },
            Fact::Unconditional,
            Fact::Misconfigured { problem: text() },
        ];
        let (spanish, english) = (Catalogue::new(Language::Es), Catalogue::new(Language::En));
        for one in &facts {
            // An unknown id or argument panics in tests.
            assert_ne!(fact(&spanish, one), fact(&english, one), "{one:?}");
        }
    }

    #[test]
    fn every_rule_has_words_in_both_languages() {
        let (configuration, _) = Configuration::parse("", None);
        let (spanish, english) = (Catalogue::new(Language::Es), Catalogue::new(Language::En));
        for one in Rule::ALL {
            let reason = Reason::new(configuration.main(), "AUTH", *one, "x");
            // An unknown id or argument panics in tests.
            assert_ne!(rule(&spanish, &reason), rule(&english, &reason), "{one:?}");
        }
        for one in [
            Origin::Default,
            Origin::MainCf { line: 3 },
            Origin::MasterCf { line: 3 },
        ] {
            assert_ne!(origin(&spanish, one), origin(&english, one), "{one:?}");
        }
    }

    #[test]
    fn what_a_peer_said_is_made_visible() {
        let catalogue = Catalogue::new(Language::En);
        let user = "eve\x1b[2J".to_owned();
        assert_eq!(
            fact(&catalogue, &Fact::Authenticated { user }),
            r"the session authenticated as eve\x1B[2J"
        );
    }

    #[test]
    fn what_was_seen_is_told_in_the_readers_language() {
        let after = Some("220 2.0.0 Ready".to_owned());
        let seen = Observed(vec![
            Observation::Words("454 4.7.1 x".to_owned()),
            Observation::HungUp { after },
        ]);
        assert_eq!(
            observed(&Catalogue::new(Language::Es), &seen),
            "454 4.7.1 x · el servidor cuelga después de «220 2.0.0 Ready»"
        );
        for one in [
            Observation::Silence,
            Observation::HungUp { after: None },
            Observation::HandshakeCut,
        ] {
            let seen = Observed::one(one);
            let words = [Language::Es, Language::En]
                .map(|language| observed(&Catalogue::new(language), &seen));
            assert_ne!(words[0], words[1]);
        }
    }

    #[test]
    fn of_the_answer_to_ehlo_it_is_told_what_was_asked_for() {
        let seen = Observed(vec![Observation::Keywords {
            offered: vec!["SIZE 10240000".to_owned()],
            missing: vec!["AUTH".to_owned()],
        }]);
        let told = |language| observed(&Catalogue::new(language), &seen);
        assert_eq!(told(Language::Es), "EHLO: SIZE 10240000, sin AUTH");
        assert_eq!(told(Language::En), "EHLO: SIZE 10240000, no AUTH");
        assert_eq!(seen.to_string(), told(Language::En));
    }

    #[test]
    fn an_address_has_a_name_or_has_none() {
        let catalogue = Catalogue::new(Language::Es);
        let name = || "203.0.113.150".to_owned();
        assert_eq!(
            fact(&catalogue, &Fact::DnsMissing { name: name() }),
            "203.0.113.150 no tiene un nombre válido en el DNS"
        );
        let answer = "mx.papelera.example".to_owned();
        assert_eq!(
            fact(
                &catalogue,
                &Fact::DnsFound {
                    name: name(),
                    answer
                }
            ),
            "203.0.113.150 se llama mx.papelera.example"
        );
    }

    #[test]
    fn every_verification_says_openssls_words_and_ours() {
        for language in [Language::Es, Language::En] {
            let catalogue = Catalogue::new(language);
            for code in [0, 9, 10, 18, 19, 20, 21, 26, 62] {
                let lines = verification(
                    &catalogue,
                    &Verification {
                        code,
                        words: "words",
                        name: "mail.aula.example".to_owned(),
                        required: code == 62,
                    },
                    code == 18,
                );
                assert_eq!(lines[0], format!("Verify return code: {code} (words)"));
                assert_eq!(lines.len(), if code == 0 { 2 } else { 3 });
            }
        }
    }
}
