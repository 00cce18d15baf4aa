//! Replies and log lines as recorded from Postfix 3.7.11.

use proptest::prelude::*;

use super::*;
use crate::postfix::configuration::Configuration;
use crate::postfix::decision::{Fact, Outcome, Verdict};
use crate::postfix::smtpd::RecordKind;
use crate::postfix::table::tests::Host;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mail.aula.example\n\
    myorigin = aula.example\nalias_maps = hash:/aliases\n\
    mydestination = $myhostname, aula.example, localhost.aula.example, localhost\n\
    mynetworks = 127.0.0.0/8 10.0.0.0/24\nrecipient_delimiter = +\n";
const REJECTING: &str = "smtpd_relay_restrictions = \
    permit_mynetworks permit_sasl_authenticated reject_unauth_destination\n";

/// A dialogue up to the command that is judged.
struct Case<'a> {
    more: &'a str,
    client: Identity,
    helo: &'a str,
    sender: &'a str,
    user: Option<&'a str>,
}

fn stranger(more: &str) -> Case<'_> {
    Case {
        more,
        client: identity("203.0.113.66", None),
        helo: "cliente.example",
        sender: "ana@remoto.example",
        user: None,
    }
}

fn identity(address: &str, name: Option<&str>) -> Identity {
    Identity {
        address: address.parse().unwrap(),
        port: 40_000,
        name: name.map(str::to_owned),
        reverse_name: name.map(str::to_owned),
    }
}

fn host() -> Host {
    let mut host = Host {
        users: vec!["root", "alumno", "profesor"],
        ..Host::default()
    };
    for (path, text) in [
        ("/aliases", "postmaster: root\nabuse: root\nroot: alumno\n"),
        (
            "/clients",
            "203.0.113.5 OK\n203.0.113 REJECT Red bloqueada\n",
        ),
        (
            "/rcpt",
            "alumno@aula.example RECHAZA\nprofesor@ solo_aula\nremoto.example OK\n\
            hold@remoto.example HOLD\nroot@aula.example 550 5.7.2 Nadie escribe a root\n",
        ),
        ("/virtual", "info@club.example alumno@aula.example\n"),
        (
            "/logins",
            "alumno@aula.example alumno\nprofesor@aula.example profesor,root\n",
        ),
    ] {
        host.files.insert(path.into(), text.into());
    }
    for (name, kind, value) in [
        ("remoto.example", RecordKind::Mx, "10 mx.remoto.example"),
        ("nullmx.example", RecordKind::Mx, "0 ."),
        ("66.113.0.203.rbl.example", RecordKind::A, "127.0.0.2"),
        (
            "66.113.0.203.rbl.example",
            RecordKind::Txt,
            "Listed for the lab, see rbl.example",
        ),
        ("respaldo.example", RecordKind::Mx, "20 segundo.example"),
        ("segundo.example", RecordKind::A, "127.0.0.1"),
    ] {
        host.zone.insert((name.into(), kind), vec![value.into()]);
    }
    host
}

impl Case<'_> {
    fn rcpt_at(&self, host: &Host, recipient: &str) -> Evaluation {
        let (configuration, _) = Configuration::parse(&format!("{MAIN}{}", self.more), None);
        let facts = self.facts(Some(recipient));
        at_rcpt(configuration.service("smtp").unwrap(), &facts, host)
    }

    fn rcpt(&self, recipient: &str) -> Evaluation {
        self.rcpt_at(&host(), recipient)
    }

    fn reply(&self, recipient: &str) -> String {
        self.rcpt(recipient).decision.verdict.to_string()
    }

    fn facts<'a>(&'a self, recipient: Option<&'a str>) -> Facts<'a> {
        Facts {
            client: &self.client,
            protocol: "ESMTP",
            queue_id: None,
            helo: Some(self.helo),
            sender: Some(self.sender),
            recipient,
            recipients: 0,
            sasl_user: self.user,
            tls: None,
            pipelined: false,
            actions: &[],
        }
    }
}

#[test]
fn strangers_write_to_us_but_not_through_us() {
    let case = stranger("");
    assert_eq!(case.reply("alumno@aula.example"), "accepted");
    assert_eq!(case.reply("alumno+tareas@AULA.example"), "accepted");
    assert_eq!(case.reply("abuse@aula.example"), "accepted");
    assert_eq!(case.reply("postmaster"), "accepted");
    assert_eq!(
        case.reply("nadie@aula.example"),
        "550 5.1.1 <nadie@aula.example>: Recipient address rejected: \
         User unknown in local recipient table"
    );
    let refused = case.rcpt("bob@remoto.example");
    assert_eq!(
        refused.decision.verdict.to_string(),
        "454 4.7.1 <bob@remoto.example>: Relay access denied"
    );
    assert_eq!(
        refused.log,
        [
            "NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 454 4.7.1 <bob@remoto.example>: \
          Relay access denied; from=<ana@remoto.example> to=<bob@remoto.example> proto=ESMTP \
          helo=<cliente.example>"
        ]
    );
}

#[test]
fn the_trace_tells_each_step_with_its_fact() {
    let decision = stranger("").rcpt("bob@remoto.example").decision;
    let steps = &decision.lists[0].steps;
    assert_eq!(decision.lists[0].parameter, "smtpd_relay_restrictions");
    assert_eq!(decision.lists[0].outcome, Outcome::Defer);
    assert_eq!(steps.len(), 3);
    assert!(matches!(steps[0].fact, Fact::ClientOutsideNetworks { .. }));
    assert_eq!(steps[1].fact, Fact::NotAuthenticated);
    assert_eq!(
        steps[2].fact,
        Fact::ForeignDestination {
            domain: "remoto.example".into()
        }
    );
    let mut lan = stranger("");
    lan.client = identity("10.0.0.25", Some("pc25.aula.example"));
    let decision = lan.rcpt("bob@remoto.example").decision;
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(decision.lists[0].outcome, Outcome::Permit);
    assert!(matches!(
        &decision.lists[0].steps[..],
        [only] if matches!(&only.fact, Fact::ClientInNetworks { network, .. } if network == "10.0.0.0/24")
    ));
}

#[test]
fn codes_follow_parameters_and_soft_bounce() {
    let reply = |more: &str| stranger(&format!("{REJECTING}{more}")).reply("bob@remoto.example");
    assert_eq!(
        reply(""),
        "554 5.7.1 <bob@remoto.example>: Relay access denied"
    );
    assert!(reply("relay_domains_reject_code = 550\n").starts_with("550 5.7.1 "));
    assert!(reply("soft_bounce = yes\n").starts_with("454 4.7.1 "));
}

#[test]
fn delayed_lists_come_in_order_and_permit_ends_only_its_own() {
    let mut case = stranger(
        "smtpd_client_restrictions = permit\n\
         smtpd_helo_restrictions = reject_non_fqdn_helo_hostname\n\
         smtpd_sender_restrictions = reject_unknown_sender_domain\n",
    );
    case.helo = "portatil";
    assert_eq!(
        case.reply("bob@remoto.example"),
        "504 5.5.2 <portatil>: Helo command rejected: need fully-qualified hostname"
    );
    case.helo = "pc.example";
    case.sender = "x@noexiste.example";
    assert_eq!(
        case.reply("bob@remoto.example"),
        "450 4.1.8 <x@noexiste.example>: Sender address rejected: Domain not found"
    );
    case.sender = "x@nullmx.example";
    assert_eq!(
        case.reply("bob@remoto.example"),
        "550 5.7.27 <x@nullmx.example>: Sender address rejected: \
         Domain nullmx.example does not accept mail (nullMX)"
    );
    case.sender = "";
    assert_eq!(
        case.reply("bob@remoto.example"),
        "454 4.7.1 <bob@remoto.example>: Relay access denied"
    );
}

#[test]
fn without_delay_each_command_has_its_own_list() {
    let more = "smtpd_delay_reject = no\nsmtpd_helo_restrictions = reject_invalid_helo_hostname\n\
        smtpd_client_restrictions = check_client_access hash:/clients\n";
    let (configuration, _) = Configuration::parse(&format!("{MAIN}{more}"), None);
    let service = configuration.service("smtp").unwrap();
    let mut case = stranger(more);
    case.helo = "mal..nombre";
    let facts = case.facts(None);
    let helo = at_helo(
        service,
        &Facts {
            sender: None,
            ..facts
        },
        &host(),
        "EHLO",
    );
    assert_eq!(
        helo.decision.verdict.to_string(),
        "501 5.5.2 <mal..nombre>: Helo command rejected: Invalid name"
    );
    assert_eq!(
        helo.log,
        [
            "NOQUEUE: reject: EHLO from unknown[203.0.113.66]: 501 5.5.2 <mal..nombre>: \
          Helo command rejected: Invalid name; proto=ESMTP helo=<mal..nombre>"
        ]
    );
    let connect = Facts {
        helo: None,
        sender: None,
        ..facts
    };
    assert_eq!(
        at_connect(service, &connect, &host())
            .decision
            .verdict
            .to_string(),
        "554 5.7.1 <unknown[203.0.113.66]>: Client host rejected: Red bloqueada"
    );
    assert_eq!(
        at_mail(service, &facts, &host()).decision.verdict,
        Verdict::Accepted
    );
}

#[test]
fn access_tables_know_many_actions() {
    let case = stranger(
        "smtpd_restriction_classes = solo_aula\nsolo_aula = permit_mynetworks, reject\n\
         smtpd_relay_restrictions = check_recipient_access hash:/rcpt, reject_unauth_destination\n",
    );
    assert_eq!(case.reply("bob@remoto.example"), "accepted");
    assert_eq!(
        case.reply("root@aula.example"),
        "550 5.7.2 <root@aula.example>: Recipient address rejected: Nadie escribe a root"
    );
    assert_eq!(
        case.reply("alumno@aula.example"),
        "451 4.3.5 Server configuration error"
    );
    let class = case.rcpt("profesor@aula.example");
    assert_eq!(
        class.decision.verdict.to_string(),
        "554 5.7.1 <profesor@aula.example>: Recipient address rejected: Access denied"
    );
    assert_eq!(class.decision.lists[0].steps.len(), 4);
    let hold = case.rcpt("hold@remoto.example");
    assert_eq!(hold.actions, [Action::Hold]);
    assert!(hold.log[0].starts_with(
        "NOQUEUE: hold: RCPT from unknown[203.0.113.66]: <hold@remoto.example>: \
         Recipient address triggers HOLD action; from="
    ));
    // A routed recipient gets no permission from a table.
    assert!(
        case.reply("bob%remoto.example@remoto.example")
            .starts_with("554 5.7.1 ")
    );
}

#[test]
fn wrong_configurations_answer_451() {
    let missing = stranger("smtpd_recipient_restrictions = check_recipient_access hash:/no\n")
        .rcpt("alumno@aula.example");
    assert_eq!(
        missing.decision.verdict.to_string(),
        "451 4.3.5 <alumno@aula.example>: Recipient address rejected: Server configuration error"
    );
    assert_eq!(
        missing.log[..2],
        [
            "warning: hash:/no is unavailable. open database /no.db: No such file or directory",
            "warning: hash:/no lookup error for \"alumno@aula.example\"",
        ]
    );
    let unknown = stranger("smtpd_client_restrictions = permit_my_networks, reject\n")
        .rcpt("alumno@aula.example");
    assert_eq!(
        unknown.log[0],
        "warning: unknown smtpd restriction: \"permit_my_networks\""
    );
    let networks = stranger("mynetworks = 10.0.0.0/40\n").rcpt("alumno@aula.example");
    assert_eq!(
        networks.decision.verdict.to_string(),
        "451 4.3.0 <alumno@aula.example>: Temporary lookup failure"
    );
    assert_eq!(
        networks.log[0],
        "warning: mynetworks: bad mask length in \"10.0.0.0/40\""
    );
}

#[test]
fn logins_own_senders() {
    let more = "smtpd_sasl_auth_enable = yes\nsmtpd_sender_login_maps = hash:/logins\n\
        smtpd_sender_restrictions = reject_sender_login_mismatch\n";
    let reply = |user, sender| {
        let mut case = stranger(more);
        case.user = user;
        case.sender = sender;
        case.reply("alumno@aula.example")
    };
    assert_eq!(
        reply(Some("alumno"), "profesor@aula.example"),
        "553 5.7.1 <profesor@aula.example>: Sender address rejected: not owned by user alumno"
    );
    assert_eq!(
        reply(None, "profesor@aula.example"),
        "553 5.7.1 <profesor@aula.example>: Sender address rejected: not logged in"
    );
    assert_eq!(reply(Some("alumno"), "alumno+x@aula.example"), "accepted");
    assert_eq!(reply(Some("alumno"), ""), "accepted");
    assert_eq!(reply(None, "ana@remoto.example"), "accepted");
}

#[test]
fn block_lists_are_quoted_in_the_reply() {
    let case = stranger("smtpd_recipient_restrictions = reject_rbl_client rbl.example\n");
    assert_eq!(
        case.reply("alumno@aula.example"),
        "554 5.7.1 Service unavailable; Client host [203.0.113.66] blocked using rbl.example; \
         Listed for the lab, see rbl.example"
    );
    let mut off = host();
    off.dns_off = true;
    let evaluation = case.rcpt_at(&off, "alumno@aula.example");
    assert_eq!(evaluation.decision.verdict, Verdict::Accepted);
    assert!(evaluation.log[0].starts_with("warning: 66.113.0.203.rbl.example: RBL lookup error: "));
}

#[test]
fn temporary_failures_defer_what_would_be_permitted() {
    let case = stranger("smtpd_sender_restrictions = reject_unknown_sender_domain\n");
    let mut off = host();
    off.dns_off = true;
    let evaluation = case.rcpt_at(&off, "alumno@aula.example");
    assert_eq!(
        evaluation.decision.verdict.to_string(),
        "450 4.1.8 <ana@remoto.example>: Sender address rejected: Domain not found"
    );
    assert_eq!(evaluation.decision.lists[0].outcome, Outcome::Defer);
    // A refusal is a refusal all the same.
    let refused = case.rcpt_at(&off, "bob@remoto.example");
    assert!(
        refused
            .decision
            .verdict
            .to_string()
            .starts_with("454 4.7.1 ")
    );
}

#[test]
fn warn_if_reject_changes_only_the_next_restriction() {
    let case = stranger(
        "smtpd_recipient_restrictions = warn_if_reject reject_non_fqdn_recipient, \
         warn_if_reject check_client_access hash:/clients, reject_non_fqdn_recipient\n",
    );
    let evaluation = case.rcpt("alumno");
    assert!(evaluation.log[0].starts_with(
        "NOQUEUE: reject_warning: RCPT from unknown[203.0.113.66]: 504 5.5.2 <alumno>: "
    ));
    let outcomes: Vec<Outcome> = evaluation.decision.lists[1]
        .steps
        .iter()
        .map(|step| step.outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::Warn, Outcome::Warn, Outcome::Reject]);
}

#[test]
fn classes_of_domains_have_their_own_tables() {
    let case = stranger(
        "virtual_alias_domains = club.example\nvirtual_alias_maps = hash:/virtual\n\
         relay_domains = sede.example\nrelay_recipient_maps = inline:{ carla@sede.example=x }\n\
         smtpd_reject_unlisted_sender = yes\n",
    );
    assert_eq!(case.reply("info@club.example"), "accepted");
    assert_eq!(
        case.reply("nadie@club.example"),
        "550 5.1.1 <nadie@club.example>: Recipient address rejected: \
         User unknown in virtual alias table"
    );
    assert_eq!(case.reply("carla@sede.example"), "accepted");
    assert_eq!(
        case.reply("nadie@sede.example"),
        "550 5.1.1 <nadie@sede.example>: Recipient address rejected: \
         User unknown in relay recipient table"
    );
    let mut sender = stranger(case.more);
    sender.sender = "nadie@aula.example";
    assert_eq!(
        sender.reply("alumno@aula.example"),
        "550 5.1.0 <nadie@aula.example>: Sender address rejected: \
         User unknown in local recipient table"
    );
}

#[test]
fn backup_exchangers_may_relay() {
    let more = "smtpd_relay_restrictions = permit_mx_backup, reject_unauth_destination\n";
    assert_eq!(stranger(more).reply("x@respaldo.example"), "accepted");
    assert!(
        stranger(more)
            .reply("x@remoto.example")
            .starts_with("554 5.7.1 ")
    );
}

#[test]
fn bounces_to_many_are_refused_at_data() {
    let more = "smtpd_data_restrictions = reject_multi_recipient_bounce\n";
    let (configuration, _) = Configuration::parse(&format!("{MAIN}{more}"), None);
    let mut case = stranger(more);
    case.sender = "";
    let facts = Facts {
        recipients: 2,
        ..case.facts(Some("alumno@aula.example"))
    };
    let evaluation = at_data(configuration.service("smtp").unwrap(), &facts, &host());
    assert_eq!(
        evaluation.log,
        [
            "NOQUEUE: reject: DATA from unknown[203.0.113.66]: 550 5.5.3 <DATA>: \
          Data command rejected: Multi-recipient bounce; from=<> proto=ESMTP \
          helo=<cliente.example>"
        ]
    );
}

const FATAL: &str = "fatal: in parameter smtpd_relay_restrictions or \
        smtpd_recipient_restrictions, specify at least one working instance of: \
        reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or \
        check_relay_domains";

#[test]
fn a_relay_without_a_refusal_does_not_start() {
    let start = |more: &str| {
        let (configuration, _) = Configuration::parse(&format!("{MAIN}{more}"), None);
        startup(configuration.service("smtp").unwrap(), &host())
    };
    assert_eq!(start(""), Ok(vec![]));
    assert_eq!(
        start("smtpd_relay_restrictions = permit, reject\n"),
        Err(vec![
            "warning: restriction `reject' after `permit' is ignored".to_owned(),
            FATAL.to_owned()
        ])
    );
    assert_eq!(
        start("smtpd_relay_restrictions =\n"),
        Err(vec![FATAL.to_owned()])
    );
    assert_eq!(
        start("smtpd_restriction_classes = a\na = reject\nsmtpd_relay_restrictions = a\n"),
        Ok(vec![])
    );
    assert_eq!(
        start("smtpd_recipient_restrictions = check_recipient_access hash:/no\n"),
        Ok(vec![
            "error: open database /no.db: No such file or directory".to_owned()
        ])
    );
    assert_eq!(
        start("smtpd_banner =\n"),
        Err(vec![
            "fatal: bad string length 0 < 1: smtpd_banner = ".to_owned()
        ])
    );
}

const WORDS: [&str; 30] = [
    "permit",
    "reject",
    "defer",
    "warn_if_reject",
    "defer_if_permit",
    "defer_if_reject",
    "clase",
    "permit_mynetworks",
    "permit_mx_backup",
    "reject_unknown_sender_domain",
    "hash:/rcpt",
    "check_recipient_access",
    "check_sender_mx_access",
    "check_helo_ns_access",
    "static:clase",
    "check_client_a_access",
    "reject_rbl_client",
    "rbl.example=127.0.0.[1..3]",
    "sleep",
    "5",
    "check_policy_service",
    "unix:private/policy",
    "reject_unlisted_recipient",
    "nada",
    "reject_sender_login_mismatch",
    "check_etrn_access",
    "check_sasl_access",
    "static:REJECT",
    "reject_rhsbl_sender",
    "reject_multi_recipient_bounce",
];

proptest! {
    #[test]
    fn any_list_comes_to_an_end(
        words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..12),
        class in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..6),
        recipient in "[a-z+@%!.\\[\\]\" ]{0,20}",
    ) {
        let more = format!(
            "smtpd_restriction_classes = clase\nclase = {}\nsmtpd_client_restrictions = {}\n",
            class.join(" "),
            words.join(" ")
        );
        stranger(&more).rcpt(&recipient);
    }
}
