//! Whether every refusal says why: a restriction that decided, or another rule
//! with the parameters behind it.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use smtp_lab::postfix::decision::{Decision, Outcome};
use smtp_lab::postfix::reason::{Origin, Rule};
use smtp_lab::postfix::smtpd::Output;

use super::host::DIRECTORY;
use super::player::{Player, Refused};
use super::scenario::{self, Scenario};

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

/// A way to meet a rule, from `reasons.json`.
#[derive(Deserialize)]
struct Row {
    /// The rule's word.
    rule: String,
    /// What main.cf sets for it.
    #[serde(default)]
    main_cf: Map<String, Value>,
    /// What the client does: lines that it sends, or a player's step.
    steps: Vec<Value>,
    /// The parameters that the reason names, the one to look at first in front.
    #[serde(default)]
    parameters: Vec<String>,
}

fn rows() -> Vec<Row> {
    serde_json::from_str(include_str!("reasons.json")).unwrap()
}

impl Row {
    /// Every decision that the client's dialogue leads to.
    fn decisions(&self) -> Vec<Decision> {
        let send = |step: &Value| match step {
            Value::String(line) => json!({"send": line}),
            step => step.clone(),
        };
        let steps: Vec<Value> = self.steps.iter().map(send).collect();
        let scenario: Scenario = serde_json::from_value(json!({
            "id": self.rule, "title": "a refusal and its reason",
            "main_cf": self.main_cf,
            "tables": {"checks": ["/^Subject: no/ REJECT", "/^no/ REJECT"]},
            "client": {"addr": "203.0.113.66"},
            "service": "smtp",
            "steps": steps,
            "dialogue": [],
        }))
        .unwrap();
        let decided = |output: Output| match output {
            Output::Decided(decision) => Some(decision),
            Output::Withheld(withheld) => withheld.decision(),
            _ => None,
        };
        let outputs = Player::play(&scenario).outputs;
        outputs.into_iter().filter_map(decided).collect()
    }

    /// What is wrong with the reason, if anything is.
    fn complaint(&self) -> Option<String> {
        let decisions = self.decisions();
        let reasons = decisions.iter().flat_map(|decision| &decision.reasons);
        let mut ours = reasons.filter(|reason| reason.rule.word() == self.rule);
        let Some(reason) = ours.next() else {
            return Some(format!("{} was not met: {decisions:#?}", self.rule));
        };
        let named: Vec<&str> = reason.settings.iter().map(|it| it.parameter).collect();
        if named != self.parameters {
            return Some(format!("{} names {named:?}", self.rule));
        }
        let set = |parameter: &str| self.main_cf.get(parameter);
        let settings = reason.settings.iter();
        let mut wrong = settings.filter(|setting| match (set(setting.parameter), setting.origin) {
            (Some(value), Origin::MainCf { .. }) => !setting.value.starts_with(head(value)),
            (Some(_), _) | (None, Origin::MasterCf { .. }) => true,
            (None, Origin::Default | Origin::MainCf { .. }) => false,
        });
        wrong.next().map(|it| format!("{}: {it:?}", self.rule))
    }
}

/// The beginning of a value, up to what is filled in.
fn head(value: &Value) -> &str {
    let value = value.as_str().unwrap();
    value.split('{').next().unwrap_or(value)
}

#[test]
fn every_rule_names_the_parameters_behind_it() {
    let rows = rows();
    let complaints: Vec<String> = rows.iter().filter_map(Row::complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let met = |rule: &Rule| rows.iter().any(|row| row.rule == rule.word());
    let missing: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !met(rule)).collect();
    assert!(missing.is_empty(), "no dialogue leads to {missing:?}");
}

#[test]
fn a_reason_says_where_a_parameter_was_set() {
    let steps = json!(["EHLO c.example", "MAIL FROM:<a@remoto.example>"]);
    let played = |service: &str, main_cf: Value| {
        let scenario: Scenario = serde_json::from_value(json!({
            "id": "origin", "title": "where a parameter was set", "main_cf": main_cf,
            "client": {"addr": "203.0.113.66"}, "service": service, "dialogue": [],
            "steps": [{"send": steps[0]}, {"send": steps[1]}],
        }))
        .unwrap();
        let refusals = Player::play(&scenario).refusals;
        let decision = refusals.into_iter().next().unwrap().decision.unwrap();
        let setting = decision.reasons[0].settings[0].clone();
        let (main_cf, master_cf) = scenario.configuration(DIRECTORY);
        let file = match service {
            "smtp" => main_cf,
            _ => master_cf.replace("  -o ", "").replace('=', " = "),
        };
        let written = format!("{} = {}", setting.parameter, setting.value);
        let line = file.lines().position(|line| line == written).unwrap() + 1;
        (decision.stage, setting, line)
    };
    let (stage, setting, line) = played("submission", json!({}));
    assert_eq!(
        (stage, setting.parameter, setting.value.as_str()),
        ("MAIL", "smtpd_tls_security_level", "encrypt")
    );
    assert_eq!(setting.origin, Origin::MasterCf { line });
    let encrypted = json!({"smtpd_tls_security_level": "encrypt"});
    let (_, setting, line) = played("smtp", encrypted);
    assert_eq!(setting.origin, Origin::MainCf { line });
}
