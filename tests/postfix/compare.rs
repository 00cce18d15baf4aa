//! What differs between a dialogue and its recording.

use smtp_lab::postfix::smtpd::{LogLine, Output};

use super::lines;
use super::player::Played;
use super::scenario::{Entry, Scenario};

/// Every difference, each in a few lines.
pub(crate) fn differences(scenario: &Scenario, played: &Played) -> Vec<String> {
    let mut differences = dialogue(scenario, &played.entries);
    let log = played.outputs.iter().filter_map(|output| match output {
        Output::Log(line) => Some(line),
        _ => None,
    });
    differences.extend(logs(scenario, log));
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

fn logs<'a>(scenario: &Scenario, log: impl Iterator<Item = &'a LogLine>) -> Vec<String> {
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
        .map(|line| lines::line(&format!("{}: {}", line.program, line.text), &mut queue_ids))
        .collect();
    let mut differences = Vec::new();
    let own: Vec<String> = own.iter().filter(of_smtpd).cloned().collect();
    let (recorded, own) = (lines::renumber(&recorded), lines::renumber(&own));
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
