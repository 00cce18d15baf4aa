//! Files of a host, written as an administrator writes them.

use super::*;
use crate::journal::event::Problem;

const HOST: &str = "mail.aula.example";
const MAIN_CF: &str = "/etc/postfix/main.cf";
const MASTER_CF: &str = "/etc/postfix/master.cf";

impl Play {
    fn write(&mut self, path: &str, text: &str) -> Events {
        self.order(Order::Write {
            host: HOST.to_owned(),
            path: path.to_owned(),
            text: Some(text.to_owned()),
        })
    }
}

/// What was typed and printed, and what the log says without a connection.
fn seen(events: &Events) -> Vec<String> {
    let mut lines = Vec::new();
    for event in events {
        match &event.kind {
            Kind::CommandRun {
                command,
                lines: said,
                ..
            } => {
                lines.push(format!("# {command}"));
                lines.extend(said.iter().cloned());
            }
            Kind::Log {
                connection: None,
                program,
                text,
                ..
            } => lines.push(format!("{program}: {text}")),
            _ => {}
        }
    }
    lines
}

/// The host's files as of the last time it read them.
fn texts(events: &Events) -> (String, String, std::collections::BTreeMap<String, String>) {
    let configured = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Configured {
            main_cf,
            master_cf,
            files,
            ..
        } => Some((main_cf.clone(), master_cf.clone(), files.clone())),
        _ => None,
    });
    configured.unwrap()
}

fn text(events: &Events, path: &str) -> String {
    let (main_cf, master_cf, files) = texts(events);
    match path {
        MAIN_CF => main_cf,
        MASTER_CF => master_cf,
        path => files[path].clone(),
    }
}

/// The last reply of the dialogue whose text has this in it.
fn reply(events: &Events, part: &str) -> String {
    let said = dialogue(events);
    let found = said.iter().rfind(|line| line.contains(part));
    found
        .cloned()
        .unwrap_or_else(|| panic!("{part}: {said:#?}"))
}

const RELOADED: [&str; 3] = [
    "# postfix reload",
    "postfix/postfix-script: refreshing the Postfix mail system",
    "postfix/master: reload -- version 3.7.11, configuration /etc/postfix",
];

#[test]
fn an_indexed_table_is_in_force_once_it_is_indexed() {
    let mut play = Play::begin();
    play.set(
        "smtpd_client_restrictions",
        "check_client_access hash:/etc/postfix/red",
    );
    let events = play.write("/etc/postfix/red", "203.0.113.66 REJECT Aquí no\nsola\n");
    let said = "warning: /etc/postfix/red, line 2: expected format: key whitespace value \
                -- ignoring this line";
    assert_eq!(
        seen(&events),
        [
            format!("postfix/postmap: {said}"),
            "# postmap hash:/etc/postfix/red".to_owned(),
            format!("postmap: {said}"),
        ]
    );
    let written = Kind::FileWritten {
        host: HOST.to_owned(),
        path: "/etc/postfix/red".to_owned(),
        old: None,
        new: Some("203.0.113.66 REJECT Aquí no\nsola\n".to_owned()),
    };
    assert!(events.iter().any(|event| event.kind == written));
    let events = play.run("abuso");
    assert!(
        reply(&events, "rejected").contains("554 5.7.1"),
        "{events:#?}"
    );
    let events = play.write("/etc/postfix/red", "203.0.113.66 OK");
    assert_eq!(text(&events, "/etc/postfix/red"), "203.0.113.66 OK\n");
    assert!(!dialogue(&play.run("abuso")).join("\n").contains("Aquí no"));
}

#[test]
fn daemons_are_told_of_a_table_that_they_have_read() {
    let mut play = Play::begin();
    play.set(
        "smtpd_client_restrictions",
        "check_client_access cidr:/etc/postfix/red",
    );
    let events = play.write("/etc/postfix/red", "203.0.113.0/24 REJECT\n");
    assert_eq!(seen(&events), RELOADED);
    assert!(reply(&play.run("abuso"), "rejected").contains("554 5.7.1"));
}

#[test]
fn a_table_that_makes_strangers_welcome_opens_the_relay() {
    let mut play = Play::begin();
    play.set(
        "smtpd_relay_restrictions",
        "check_client_access texthash:/etc/postfix/red, reject_unauth_destination",
    );
    play.write("/etc/postfix/red", "# nobody\n");
    let opened = |events: &Events| {
        events.iter().rev().find_map(|event| match event.kind {
            Kind::RelayAssessed { open, .. } => Some(open),
            _ => None,
        })
    };
    let events = play.write("/etc/postfix/red", "198 OK\n203 OK\n192 OK\n");
    assert_eq!(opened(&events), Some(true));
    assert_eq!(opened(&play.write("/etc/postfix/red", "")), Some(false));
}

#[test]
fn a_main_cf_that_cannot_be_read_stops_the_daemons_that_start() {
    let mut play = Play::begin();
    let events = play.set("biff", "no");
    let good = text(&events, MAIN_CF);
    let line = good.lines().count() + 1;
    let events = play.write(MAIN_CF, &format!("{good}mynetworks 0.0.0.0/0\n"));
    let words = format!(
        "fatal: /etc/postfix/main.cf, line {line}: missing '=' after attribute name: \
         \"mynetworks 0.0.0.0/0\""
    );
    assert_eq!(
        seen(&events),
        [
            "# postfix reload".to_owned(),
            format!("postfix: {words}"),
            format!("postfix: {words}"),
        ]
    );
    let events = play.run("abuso");
    let logged = events.iter().any(|event| {
        matches!(&event.kind, Kind::Log { program, text, .. }
            if program == "postfix/smtpd" && *text == words)
    });
    assert!(logged, "{events:#?}");
    // What was typed is still there, to be corrected.
    let events = play.write(MAIN_CF, &good);
    assert_eq!(seen(&events), RELOADED);
    reply(&play.run("abuso"), "454 4.7.1");
}

#[test]
fn interfaces_change_at_a_restart() {
    let mut play = Play::begin();
    let good = text(&play.set("biff", "no"), MAIN_CF);
    let events = play.write(MAIN_CF, &format!("{good}inet_interfaces = loopback-only\n"));
    assert_eq!(
        seen(&events).first().unwrap(),
        "# systemctl restart postfix"
    );
}

#[test]
fn a_master_cf_that_postconf_refuses_changes_nothing() {
    let mut play = Play::begin();
    let good = text(&play.set("biff", "no"), MASTER_CF);
    let bad = good.replace("submission inet ", "submission inot ");
    assert_ne!(good, bad);
    let events = play.write(MASTER_CF, &bad);
    let said = seen(&events);
    assert_eq!(said[0], "# postfix reload");
    assert!(
        said[1]
            .starts_with("/usr/sbin/postconf: fatal: invalid type field \"inot\" in \"submission"),
        "{said:#?}"
    );
    assert_eq!(
        said[2],
        "postfix/postfix-script: fatal: cannot execute /usr/sbin/postconf!"
    );
    assert_eq!(text(&events, MASTER_CF), bad);
    // `master` goes on with what it has.
    reply(&play.run("envio-587"), "250 2.1.5");
}

#[test]
fn master_dies_of_what_only_it_sees() {
    let mut play = Play::begin();
    let good = text(&play.set("biff", "no"), MASTER_CF);
    let events = play.write(MASTER_CF, &format!("{good}10025 inet y - y - - smtpd\n"));
    let said = seen(&events);
    let last = said.last().unwrap();
    assert!(last.starts_with("postfix/master: fatal: /etc/postfix/master.cf: line "));
    assert!(
        last.ends_with(": inet service cannot be private"),
        "{said:#?}"
    );
    let events = play.run("abuso");
    assert!(events.iter().any(|event| matches!(
        event.kind,
        Kind::ConnectionFailed {
            how: NoConnection::Refused,
            ..
        }
    )));
    let events = play.write(MASTER_CF, &good);
    assert_eq!(
        seen(&events),
        [
            "# systemctl restart postfix",
            "postfix/postfix-script: starting the Postfix mail system",
            "postfix/master: daemon started -- version 3.7.11, configuration /etc/postfix",
        ]
    );
    reply(&play.run("abuso"), "454 4.7.1");
}

#[test]
fn a_service_is_added_line_by_line() {
    let mut play = Play::begin();
    let events = play.run("abuso");
    assert!(!events.is_empty());
    let good = text(&play.set("biff", "no"), MASTER_CF);
    let more = "2525 inet n - y - - smtpd\n  -o smtpd_client_restrictions=reject\n";
    let events = play.write(MASTER_CF, &format!("{good}{more}"));
    assert_eq!(seen(&events), RELOADED);
    let events = play.run("nadie");
    reply(&events, "220 ");
}

#[test]
fn what_is_no_file_of_ours_is_left_alone() {
    let mut play = Play::begin();
    let problem = |events: &Events| {
        events.iter().find_map(|event| match &event.kind {
            Kind::OrderFailed { problem } => Some(problem.clone()),
            _ => None,
        })
    };
    let unknown = |what: &str| {
        let what = what.to_owned();
        Some(Problem::Unknown { what })
    };
    assert_eq!(problem(&play.write("red", "")), unknown("red"));
    let key = "/etc/ssl/private/ssl-cert-snakeoil.key";
    assert_eq!(problem(&play.write(key, "x\n")), unknown(key));
    let removed = play.order(Order::Write {
        host: HOST.to_owned(),
        path: MAIN_CF.to_owned(),
        text: None,
    });
    assert_eq!(problem(&removed), unknown(MAIN_CF));
}
