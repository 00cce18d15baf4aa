//! Plays every recorded dialogue of a real Postfix against the session, without
//! sockets, and compares every line of every reply and of `smtpd`'s log.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a recording that cannot be read is a failed test"
)]

#[path = "postfix/beyond.rs"]
mod beyond;
#[path = "postfix/compare.rs"]
mod compare;
#[path = "postfix/host.rs"]
mod host;
#[path = "postfix/lines.rs"]
mod lines;
#[path = "postfix/normal.rs"]
mod normal;
#[path = "postfix/player.rs"]
mod player;
#[path = "postfix/reasons.rs"]
mod reasons;
#[path = "postfix/scenario.rs"]
mod scenario;

use std::fmt::Write;

use player::Player;
use scenario::Scenario;

/// Recordings that are not repeated to the letter, each with the reason.
const KNOWN_DIFFERENCES: &[(&str, &str)] = &[];

#[test]
fn every_recorded_dialogue_is_repeated() {
    let mut scenarios = scenario::all();
    scenarios.extend(scenario::ours());
    assert!(scenarios.len() > 600, "the recordings are missing");
    let only = std::env::var("SCENARIO").ok();
    let mut report = String::new();
    let mut failed = 0;
    for scenario in &scenarios {
        if only.as_deref().is_some_and(|only| only != scenario.id) {
            continue;
        }
        let differences = compare::differences(scenario, &Player::play(scenario));
        let known = KNOWN_DIFFERENCES.iter().find(|(id, _)| *id == scenario.id);
        match (known, differences.is_empty()) {
            (None, true) | (Some(_), false) => {}
            (Some((id, why)), true) => {
                failed += 1;
                writeln!(report, "{id}: repeated at last; no longer different: {why}").unwrap();
            }
            (None, false) => {
                failed += 1;
                describe(&mut report, scenario, &differences);
            }
        }
    }
    assert!(
        failed == 0,
        "{failed} of {} recordings differ:\n{report}",
        scenarios.len()
    );
}

fn describe(report: &mut String, scenario: &Scenario, differences: &[String]) {
    writeln!(report, "{}: {}", scenario.id, scenario.title).unwrap();
    for difference in differences {
        writeln!(report, "    {}", difference.replace('\n', "\n    ")).unwrap();
    }
}
