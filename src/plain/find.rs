//! What was shown so far of the step, searched: each line that holds what is
//! sought, with the name of the panel that has it on the full screen.

use super::differences;
use super::markdown::wrap;
use super::narrator::{self, WIDTH};
use super::pages;
use crate::app::Model;
use crate::journal::Kind;
use crate::text::{Catalogue, Sought, policy, visible};

/// The lines that hold `what`, or that there is none.
pub(super) fn lines(model: &Model, catalogue: &Catalogue, what: &str) -> Vec<String> {
    let sought = Sought::new(what);
    let mut lines = vec![String::new()];
    for (panel, shown) in panels(model, catalogue) {
        let panel = catalogue.say(panel);
        let mut places: Vec<usize> = sought
            .find(shown.iter().map(String::as_str))
            .into_iter()
            .flatten()
            .map(|(line, _)| line)
            .collect();
        places.dedup();
        let held = places.into_iter().filter_map(|line| shown.get(line));
        lines.extend(held.map(|line| format!("{panel}: {}", line.trim())));
    }
    if lines.len() == 1 {
        let what = [("sought", visible::text(what).into())];
        let said = catalogue.say_with("plain-not-found", &what);
        lines.extend(wrap(&said, WIDTH, "", ""));
    }
    lines
}

/// What each panel of the full screen would show, in the order of the screen.
fn panels(model: &Model, catalogue: &Catalogue) -> [(&'static str, Vec<String>); 9] {
    [
        ("tui-pane-lesson", lesson(model, catalogue)),
        ("tui-pane-task", task(model, catalogue)),
        ("tui-pane-dialogue", dialogues(model)),
        ("tui-panel-why", decisions(model, catalogue)),
        ("tui-panel-wire", pages::wire(model, catalogue)),
        ("tui-panel-log", log(model)),
        ("tui-panel-certificate", certificate(model, catalogue)),
        ("tui-panel-configuration", pages::configuration(model)),
        (
            "tui-panel-differences",
            differences::lines(model, catalogue),
        ),
    ]
}

/// The step's text, and what was told of it since.
fn lesson(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = pages::step(model, catalogue);
    lines.extend(pages::hints(model));
    if model.goals_hold() {
        lines.extend(pages::explanation(model, catalogue));
    }
    lines
}

fn task(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    if model.can_predict() {
        return pages::question(model, catalogue);
    }
    let mut lines = pages::runs(model, catalogue);
    lines.extend(pages::goals(model, catalogue));
    lines
}

fn dialogues(model: &Model) -> Vec<String> {
    let rows = model
        .showable()
        .flat_map(|connection| connection.rows_at(model.position()));
    rows.filter_map(pages::said_in).collect()
}

fn decisions(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let decided = model
        .showable()
        .flat_map(|connection| connection.decisions_at(model.position()));
    decided
        .flat_map(|(_, decision)| narrator::decision(catalogue, decision))
        .collect()
}

fn log(model: &Model) -> Vec<String> {
    let written =
        model
            .shown_log()
            .filter_map(|position| match &model.projection.event(position)?.kind {
                Kind::Log {
                    host,
                    program,
                    pid,
                    text,
                    ..
                } => Some(narrator::log_line(host, program, *pid, text)),
                _ => None,
            });
    written.collect()
}

fn certificate(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let shown = model.shown_connection();
    let Some((shown, (chain, verification))) =
        shown.and_then(|it| Some((it, it.certificate_at(model.position())?)))
    else {
        return Vec::new();
    };
    let mut lines = policy::verification(catalogue, verification, shown.keeps_mail());
    for (depth, certificate) in chain.iter().enumerate() {
        let names = certificate.names.join(", ");
        for fact in [
            format!("{depth} s:{}", certificate.subject),
            format!("{depth} i:{}", certificate.issuer),
            format!("{depth} {names}"),
        ] {
            lines.push(visible::text(&fact));
        }
    }
    lines
}
