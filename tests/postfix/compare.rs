//! What differs between a dialogue and its recording.

use smtp_lab::postfix::smtpd::{Accepted, LogLine};

use crate::normal;
use crate::scenario::{Entry, Scenario};

/// Every difference, each in a few lines.
pub(crate) fn differences(
    scenario: &Scenario,
    entries: &[Entry],
    log: &[LogLine],
    accepted: &[Accepted],
) -> Vec<String> {
    let mut differences = dialogue(scenario, entries);
    differences.extend(logs(scenario, log));
    differences.extend(messages(scenario, accepted));
    differences
}

fn dialogue(scenario: &Scenario, entries: &[Entry]) -> Vec<String> {
    let recorded = &scenario.dialogue;
    let count = recorded.len().max(entries.len());
    (0..count)
        .filter_map(|i| {
            let (want, got) = (recorded.get(i), entries.get(i));
            let same = want.zip(got).is_some_and(|(want, got)| {
                (want.step, &want.event, &want.s) == (got.step, &got.event, &got.s)
                    && want.delay_s == got.delay_s
            });
            let entry = want.or(got)?;
            (!same).then(|| {
                format!(
                    "step {}, C: {}\n  want: {}\n  got:  {}",
                    entry.step,
                    entry.c.as_deref().unwrap_or("(nothing)"),
                    shown(want),
                    shown(got)
                )
            })
        })
        .collect()
}

fn logs(scenario: &Scenario, log: &[LogLine]) -> Vec<String> {
    if scenario.log.is_empty() {
        return Vec::new();
    }
    let of_smtpd = |line: &&String| {
        let program = line.split(':').next().unwrap_or_default();
        program.ends_with("/smtpd")
    };
    let recorded: Vec<String> = scenario.log.iter().filter(of_smtpd).cloned().collect();
    let mut queue_ids = Vec::new();
    let own: Vec<String> = log
        .iter()
        .map(|line| normal::line(&format!("{}: {}", line.program, line.text), &mut queue_ids))
        .collect();
    let mut differences = Vec::new();
    for line in own.iter().filter(|line| !of_smtpd(line)) {
        if !scenario.log.contains(line) {
            differences.push(format!("log of another daemon: {line}"));
        }
    }
    let own: Vec<String> = own.iter().filter(of_smtpd).cloned().collect();
    let (recorded, own) = (normal::renumber(&recorded), normal::renumber(&own));
    if recorded != own {
        for line in recorded.iter().filter(|line| !own.contains(line)) {
            differences.push(format!("log - {line}"));
        }
        for line in own.iter().filter(|line| !recorded.contains(line)) {
            differences.push(format!("log + {line}"));
        }
        if differences.is_empty() {
            differences.push(format!(
                "the log is in another order:\n  {}",
                own.join("\n  ")
            ));
        }
    }
    differences
}

/// Whether the messages in the mailboxes are those that were accepted.
fn messages(scenario: &Scenario, accepted: &[Accepted]) -> Vec<String> {
    let own: Vec<Vec<String>> = accepted
        .iter()
        .map(|accepted| {
            let text = String::from_utf8_lossy(&accepted.message).into_owned();
            let mut ids = Vec::new();
            text.split("\r\n")
                .map(|line| without_numbers(&normal::line(line, &mut ids)))
                .collect()
        })
        .collect();
    let mut differences = Vec::new();
    for mailbox in &scenario.mailboxes {
        // Bounces and notices to the postmaster are made elsewhere.
        let first = mailbox
            .lines
            .iter()
            .position(|line| line.starts_with("Received: "));
        let Some(start) = first.filter(|&i| mailbox.lines[i].starts_with("Received: from")) else {
            continue;
        };
        let stored: Vec<String> = mailbox.lines[start..]
            .iter()
            .map(|line| without_numbers(line))
            .collect();
        // Headers of local clients are completed on the way to the mailbox.
        let added = |line: &String| {
            ["Message-Id: <{MSGID}", "Date: ", "From: ", "To: "]
                .iter()
                .any(|name| line.starts_with(name))
        };
        let bare = |lines: &[String]| -> Vec<String> {
            lines.iter().filter(|line| !added(line)).cloned().collect()
        };
        if !own.iter().any(|message| bare(message) == bare(&stored)) {
            differences.push(format!(
                "no message like this was accepted:\n  {}\nbut:\n  {}",
                stored.join("\n  "),
                own.iter()
                    .map(|message| message.join("\n  "))
                    .collect::<Vec<_>>()
                    .join("\n  --\n  ")
            ));
        }
    }
    differences
}

fn without_numbers(line: &str) -> String {
    (1..20).fold(line.to_owned(), |line, number| {
        line.replace(&format!("{{QID{number}}}"), "{QID}")
    })
}

fn shown(entry: Option<&Entry>) -> String {
    let Some(entry) = entry else {
        return "(nothing)".to_owned();
    };
    let what = match &entry.event {
        Some(event) => format!("({event})"),
        None => entry.s.join(" | "),
    };
    match entry.delay_s {
        Some(seconds) => format!("{what} after {seconds} s"),
        None => what,
    }
}
