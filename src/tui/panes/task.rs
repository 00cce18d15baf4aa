//! What there is to do: the question, the runs, the toggles and the goals.

use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::keymap::{Action, Context};
use super::super::markdown;
use super::super::scene::Scene;
use crate::app::Played;
use crate::lesson::model::{Predict, Step};
use crate::text::{policy, visible};

/// What stands above the task, with the score.
pub(crate) fn title(scene: &Scene<'_>) -> String {
    if scene.model.can_predict() {
        scene.say("tui-pane-question")
    } else {
        format!("{} {}", scene.say("tui-pane-task"), scene.score())
    }
}

/// What belongs together in the task: a question, an option, a dialogue, a
/// goal; each in as many lines as it takes.
type Entry = Vec<Line<'static>>;

/// The lines of the task in `width` columns, which also say how high it wants to be.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    entries(scene, width).concat()
}

/// The task in `width` columns, by what belongs together.
pub(crate) fn entries(scene: &Scene<'_>, width: usize) -> Vec<Entry> {
    let Some(step) = scene.model.present_step() else {
        return Vec::new();
    };
    if let (true, Some(predict)) = (scene.model.can_predict(), &step.predict) {
        return question(scene, predict, width);
    }
    let mut entries: Vec<Entry> = prediction(scene, step, width).into_iter().collect();
    if !scene.model.goals_hold() {
        entries.extend(runs(scene, step, width));
        entries.extend(toggles(scene, width));
        entries.extend(outsider(scene, width));
    }
    entries.extend(goals(scene, step, width));
    entries
}

fn question(scene: &Scene<'_>, predict: &Predict, width: usize) -> Vec<Entry> {
    let language = scene.model.language;
    let asked = predict.question.in_language(language);
    let mut entries = vec![markdown::render(asked, scene.theme, width)];
    for (index, option) in predict.options.iter().enumerate() {
        let marked = index == scene.screen.option;
        let mark = if marked { "(•)" } else { "( )" };
        let text = visible::text(option.in_language(language));
        let line = Line::from(vec![
            Span::styled(format!("{mark} "), scene.theme.text),
            Span::styled((index + 1).to_string(), scene.theme.key),
            Span::raw(format!(" {text}")),
        ]);
        let mut lines = flow::wrap(&line, width, 6);
        if marked {
            for line in &mut lines {
                *line = Line::styled(line.to_string(), scene.theme.selection);
            }
        }
        entries.push(lines);
    }
    entries
}

/// The committed answer; whether it was right is told when it has been seen.
fn prediction(scene: &Scene<'_>, step: &Step, width: usize) -> Option<Entry> {
    let chosen = scene
        .model
        .present_state()
        .and_then(|state| state.prediction)
        .and_then(|prediction| step.predict.as_ref()?.options.get(prediction.option));
    let answer = chosen?.in_language(scene.model.language);
    let said = scene.say_with("tui-your-prediction", &[("answer", answer)]);
    let said = Line::styled(said, scene.theme.quiet);
    Some(flow::wrap(&said, width, 2))
}

fn runs(scene: &Scene<'_>, step: &Step, width: usize) -> Vec<Entry> {
    let model = scene.model;
    let open = model.open_dialogue().and_then(crate::app::Connection::run);
    // Its mail is being sent over and over.
    let repeated = model
        .last_run()
        .filter(|_| model.projection.repetition.is_some());
    let open = open.or(repeated);
    let next = scene.screen.run.or_else(|| model.next_run());
    let mut entries = Vec::new();
    if !step.runs.is_empty() {
        let heading = Line::styled(scene.say("tui-runs"), scene.theme.strong);
        entries.push(vec![heading]);
    }
    for (index, run) in step.runs.iter().enumerate() {
        let played = model
            .present_state()
            .and_then(|state| state.played.get(index))
            .copied()
            .unwrap_or_default();
        let label = scene.text(&run.label);
        let (words, look) = if open == Some(index) {
            (format!("… {label}"), scene.theme.notice)
        } else if open.is_none() && next == Some(index) {
            (format!("▶ {label}"), scene.theme.winner)
        } else if played == Played::Since {
            // That it ran says nothing of the goals, which have the ticks.
            let ran = scene.say_with("tui-run-played", &[("run", &label)]);
            (format!("• {ran}"), scene.theme.quiet)
        } else {
            (format!("· {label}"), scene.theme.text)
        };
        entries.push(flow::wrap(&Line::styled(words, look), width, 2));
    }
    entries
}

fn toggles(scene: &Scene<'_>, width: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for toggle in &scene.model.lesson.toggles {
        let value = scene
            .model
            .toggle_value(toggle)
            .and_then(|value| toggle.values.get(value))
            .map_or_else(
                || scene.say("tui-toggle-other"),
                |value| scene.text(&value.label),
            );
        let whose = if toggle.host == scene.model.lesson.study {
            String::new()
        } else {
            format!(" · {}", visible::text(&toggle.host))
        };
        let line = Line::from(vec![
            Span::styled(toggle.key.to_string(), scene.theme.key),
            Span::raw(" "),
            Span::styled(visible::text(&toggle.parameter), scene.theme.code),
            Span::raw(format!(": {value}")),
            Span::styled(whose, scene.theme.quiet),
        ]);
        entries.push(flow::wrap(&line, width, 2));
    }
    entries
}

/// Whom callers from outside count as, if there can be any.
fn outsider(scene: &Scene<'_>, width: usize) -> Option<Entry> {
    if scene.model.listening.is_empty() {
        return None;
    }
    let line = Line::from(vec![
        Span::styled(
            scene.key(Context::Lesson, Action::NextOutsider),
            scene.theme.key,
        ),
        Span::raw(format!(" {}", scene.outsider())),
    ]);
    Some(flow::wrap(&line, width, 2))
}

fn goals(scene: &Scene<'_>, step: &Step, width: usize) -> Vec<Entry> {
    let language = scene.model.language;
    let mut entries = Vec::new();
    let Some(state) = scene.model.present_state() else {
        return entries;
    };
    for (index, goal) in step.goals.iter().enumerate() {
        let holds = state.goals.get(index).copied().unwrap_or_default();
        let (mark, look) = if holds {
            ("[x] ", scene.theme.success)
        } else {
            ("[ ] ", scene.theme.text)
        };
        let line = Line::from(vec![
            Span::styled(mark, look),
            Span::styled(scene.text(&goal.text), look),
        ]);
        let mut lines = flow::wrap(&line, width, 4);
        // Before anything was tried it would give the answer away.
        if !holds && scene.model.has_acted() {
            let observed = state.observed.get(index).filter(|seen| !seen.is_empty());
            if let Some(observed) = observed {
                let observed = policy::observed(scene.words, observed);
                let said = scene.say_with("tui-observed", &[("observed", &observed)]);
                let observed = Line::styled(format!("    {said}"), scene.theme.text);
                lines.extend(flow::wrap(&observed, width, 6));
            }
            let required = markdown::render(
                goal.explain.in_language(language),
                scene.theme,
                width.saturating_sub(4).max(1),
            );
            lines.extend(required.into_iter().map(|mut line| {
                line.spans.insert(0, Span::raw("    "));
                line
            }));
        }
        entries.push(lines);
    }
    entries
}
