//! The text of the step, and what is learnt of it in the end.

use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::keymap::{Action, Context};
use super::super::markdown;
use super::super::scene::Scene;
use crate::app::deed;
use crate::lesson::Order;
use crate::lesson::model::Step;
use crate::text::{quotation, visible};

/// What stands above the text: the name of the step.
pub(crate) fn title(scene: &Scene<'_>) -> String {
    scene.model.present_step().map_or_else(
        || scene.say("tui-pane-lesson"),
        |step| scene.text(&step.title),
    )
}

/// The text in `width` columns, which also say how high it wants to be.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let Some(step) = scene.model.present_step() else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if scene.model.goals_hold() {
        lines.extend(reached(scene, step, width));
        lines.push(Line::default());
    }
    let text = step.text.in_language(scene.model.language);
    lines.extend(markdown::render(text, scene.theme, width));
    lines.extend(hints(scene, width));
    lines.extend(solution(scene, step, width));
    lines
}

/// The end of the step: the prediction held against what was seen, why it is
/// so, and where the course's text is dated.
fn reached(scene: &Scene<'_>, step: &Step, width: usize) -> Vec<Line<'static>> {
    let language = scene.model.language;
    let theme = scene.theme;
    let mut lines = Vec::new();
    let done = scene.model.unsolved_steps() == 0;
    let said = if scene.model.is_solved_for_them() {
        scene.instruct("tui-reached-by-solution", &[])
    } else if !scene.model.is_last_step() {
        scene.instruct("tui-reached", &[])
    } else if done {
        scene.say("tui-reached-last")
    } else {
        let steps = scene.key(Context::Lesson, Action::Steps);
        let left = [
            ("left", scene.model.unsolved_steps().into()),
            ("steps", steps.into()),
        ];
        scene.words.say_with("tui-reached-last-left", &left)
    };
    lines.extend(flow::wrap(
        &Line::styled(format!("✓ {said}"), theme.success),
        width,
        2,
    ));
    if scene.model.is_last_step() && done {
        let lesson = [("lesson", scene.model.lesson.id.as_str())];
        let said = Line::styled(scene.say_with("lesson-take-home", &lesson), theme.text);
        lines.extend(flow::wrap(&said, width, 0));
    }
    let prediction = scene
        .model
        .present_state()
        .and_then(|state| state.prediction);
    if let (Some(prediction), Some(predict)) = (prediction, &step.predict)
        && let Some(option) = predict.options.get(prediction.option)
    {
        let said = if prediction.correct {
            "tui-prediction-right"
        } else {
            "tui-prediction-wrong"
        };
        let answer = quotation::within(option.in_language(language), language);
        lines.push(Line::default());
        lines.extend(flow::wrap(
            &Line::styled(scene.say_with(said, &[("answer", &answer)]), theme.strong),
            width,
            0,
        ));
        let why = option.why.in_language(language);
        lines.extend(markdown::render(why, theme, width));
    }
    lines.push(Line::default());
    lines.extend(markdown::render(
        step.explain.in_language(language),
        theme,
        width,
    ));
    if let Some(standard) = &step.standard {
        lines.push(Line::default());
        lines.push(Line::styled(
            format!("⚑ {}", scene.say("tui-standard")),
            theme.notice,
        ));
        lines.extend(markdown::render(
            standard.in_language(language),
            theme,
            width,
        ));
    }
    lines.push(Line::default());
    lines.push(Line::styled("─".repeat(width.min(24)), theme.quiet));
    lines
}

fn hints(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (hint, is_about_a_try) in scene.model.open_hints() {
        let title = if is_about_a_try {
            "tui-hint-tried"
        } else {
            "tui-hint"
        };
        lines.push(Line::default());
        lines.push(Line::styled(scene.say(title), scene.theme.notice));
        lines.extend(markdown::render(&hint, scene.theme, width));
    }
    lines
}

/// What the reference solution did, once it was asked for.
fn solution(scene: &Scene<'_>, step: &Step, width: usize) -> Vec<Line<'static>> {
    let shown = scene
        .model
        .present_state()
        .is_some_and(|state| state.solution_shown);
    if !shown || step.solution.is_empty() {
        return Vec::new();
    }
    let theme = scene.theme;
    let mut lines = vec![
        Line::default(),
        Line::styled(scene.say("tui-solution"), theme.notice),
    ];
    for action in &step.solution {
        let line = if let Some(setting) = &action.set {
            let service = setting
                .service
                .as_ref()
                .map_or_else(String::new, |service| {
                    format!("{}: -o ", visible::text(service))
                });
            let value = setting.value.as_deref().unwrap_or("—");
            Line::from(vec![
                Span::raw(format!("• {service}")),
                Span::styled(visible::text(&setting.parameter), theme.code),
                Span::raw(format!(" = {}", visible::text(value))),
            ])
        } else if let Some(id) = &action.run {
            let label = step
                .runs
                .iter()
                .find(|run| run.id == *id)
                .map_or_else(|| visible::text(id), |run| scene.text(&run.label));
            Line::raw(format!("• {label}"))
        } else if let Some(order) = Order::of_deed(action) {
            Line::raw(format!("• {}", deed(scene.words, &order)))
        } else {
            continue;
        };
        lines.extend(flow::wrap(&line, width, 2));
    }
    lines
}
