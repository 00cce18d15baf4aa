//! Whether every refusal says why: a restriction that decided, or another rule
//! with the parameters behind it.

use smtp_lab::postfix::decision::{Decision, Outcome};

use super::player::{Player, Refused};
use super::scenario;

/// What is wrong with what was told of a refusal, if anything is.
fn complaint(refused: &Refused) -> Option<String> {
    let Refused { line, decision } = refused;
    let Some(decision) = decision else {
        return Some(format!("no reason for: {line}"));
    };
    let reply = decision.verdict.to_string();
    // What a footer says is no part of what was decided.
    if !line.starts_with(reply.get(..3).unwrap()) {
        return Some(format!("{reply} was decided, and said: {line}"));
    }
    let by_list = |decision: &Decision| {
        let stopped = |outcome: &Outcome| matches!(outcome, Outcome::Defer | Outcome::Reject);
        decision.lists.iter().any(|list| stopped(&list.outcome))
    };
    (!by_list(decision) && decision.reasons.is_empty())
        .then(|| format!("no list and no rule refused: {line}"))
}

#[test]
fn every_recorded_refusal_says_why() {
    let mut scenarios = scenario::all();
    scenarios.extend(scenario::ours());
    let mut refusals = 0;
    let mut complaints = Vec::new();
    for scenario in &scenarios {
        let played = Player::play(scenario);
        refusals += played.refusals.len();
        let found = played.refusals.iter().filter_map(complaint);
        complaints.extend(found.map(|found| format!("{}: {found}", scenario.id)));
    }
    assert!(refusals > 500, "{refusals} refusals only");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
