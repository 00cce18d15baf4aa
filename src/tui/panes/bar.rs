//! The line at the top (where we are) and the lines at the bottom (what was
//! said to the student, and the keys that act now).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::keymap::{Action, BINDINGS};
use super::super::layers::Layer;
use super::super::layout;
use super::super::scene::Scene;
use super::super::screen::{Demonstration, Pane};
use crate::text::policy;

/// The title: lab ▸ lesson ▸ step, and at the right the state of the relay.
pub(crate) fn draw_title(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    buffer.set_style(area, scene.theme.bar);
    let mut right = Vec::new();
    // Where the task is out of sight, the goals are counted here.
    if layout::is_wide(area) || scene.model.can_predict() {
        right.push(Span::raw(" "));
    } else {
        right.push(Span::styled(
            format!(" {} {}  ", scene.say("tui-goals"), scene.score()),
            if scene.model.goals_hold() {
                scene.theme.success
            } else {
                scene.theme.text
            },
        ));
    }
    if !scene.model.is_live() {
        right.push(Span::styled(
            format!(" ◀ {} ", scene.say("tui-past")),
            scene.theme.notice,
        ));
        right.push(Span::raw(" "));
    }
    match scene.model.relay_open() {
        Some(true) => right.push(Span::styled(
            format!("▲ {}", scene.say("tui-relay-open")),
            scene.theme.refusal,
        )),
        Some(false) => right.push(Span::styled(
            format!("● {}", scene.say("tui-relay-closed")),
            scene.theme.success,
        )),
        None => {}
    }
    right.push(Span::styled(
        format!("  {} ", scene.model.language.code()),
        scene.theme.quiet,
    ));
    let right = Line::from(right);
    let room = usize::from(area.width).saturating_sub(right.width() + 1);
    let title = |text| {
        scene
            .model
            .present_step()
            .map(|step| scene.text(&step.title))
            .map_or_else(String::new, |step| {
                format!(
                    "{text}{}/{} {step}",
                    scene.model.step + 1,
                    scene.model.lesson.steps.len()
                )
            })
    };
    let whole = title(format!(
        " lab ▸ {} ▸ ",
        scene.text(&scene.model.lesson.title)
    ));
    // The step matters more than the lesson's name.
    let left = if whole.width() <= room {
        whole
    } else {
        title(format!(" lab ▸ {} ▸ ", scene.model.lesson.id))
    };
    let left = Line::styled(flow::cut(&left, room), scene.theme.strong);
    left.render(area, buffer);
    right.right_aligned().render(area, buffer);
}

/// What has to be said to the student now, wrapped.
pub(crate) fn notice(scene: &Scene<'_>, width: u16) -> Vec<Line<'static>> {
    let text = match (&scene.model.trouble, scene.screen.notice) {
        (Some(problem), _) => policy::problem(scene.words, problem),
        (None, Some(notice)) => scene.say(notice),
        (None, None) if scene.screen.demonstration == Demonstration::Paused => {
            scene.say("tui-notice-paused")
        }
        (None, None) => return Vec::new(),
    };
    let width = usize::from(width.saturating_sub(2)).max(1);
    flow::wrap(
        &Line::styled(format!("▶ {text}"), scene.theme.notice),
        width,
        2,
    )
    .into_iter()
    .take(3)
    .collect()
}

/// Draws the notice.
pub(crate) fn draw_notice(lines: Vec<Line<'static>>, area: Rect, buffer: &mut Buffer) {
    let inside = Rect {
        x: area.x.saturating_add(1),
        width: area.width.saturating_sub(1),
        ..area
    };
    Paragraph::new(lines).render(inside, buffer);
}

/// The keys that act now, as many as fit; the way out and the help always do.
pub(crate) fn draw_keys(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let contexts = scene.screen.contexts(scene.model);
    let mut keys: Vec<(String, String)> = Vec::new();
    let mut tail: Vec<(String, String)> = Vec::new();
    for context in contexts {
        for binding in BINDINGS.iter().filter(|binding| binding.context == context) {
            let Some(label) = binding.footer.filter(|_| acts(binding.action, scene)) else {
                continue;
            };
            let entry = (binding.key(scene.model.language), scene.say(label));
            if matches!(binding.action, Action::Help | Action::Quit) {
                tail.push(entry);
            } else if keys.iter().all(|(_, known)| *known != entry.1) {
                keys.push(entry);
            }
        }
    }
    if scene.screen.layers.is_empty() && !scene.model.can_predict() {
        let toggles = scene
            .model
            .lesson
            .toggles
            .iter()
            .map(|toggle| (toggle.key.to_string(), toggle.parameter.clone()));
        let place = keys.len().min(3);
        keys.splice(place..place, toggles);
    }
    let width = |(key, label): &(String, String)| key.width() + label.width() + 3;
    let mut left = usize::from(area.width)
        .saturating_sub(tail.iter().map(width).sum::<usize>())
        .saturating_sub(1);
    let mut spans = vec![Span::raw(" ")];
    let fitting = keys.into_iter().filter(|entry| {
        let fits = width(entry) <= left;
        if fits {
            left -= width(entry);
        }
        fits
    });
    for (key, label) in fitting.chain(tail) {
        spans.push(Span::styled(key, scene.theme.key));
        spans.push(Span::styled(format!(" {label}  "), scene.theme.text));
    }
    flow::cut_line(Line::from(spans), usize::from(area.width)).render(area, buffer);
}

/// Whether a key does anything now. Keys that could do something but are not
/// worth the place say so too.
fn acts(action: Action, scene: &Scene<'_>) -> bool {
    let model = scene.model;
    let waiting = model.can_predict();
    let ran = model.last_run().is_some();
    let layer = scene.screen.layers.last();
    match action {
        Action::Forward => {
            !waiting
                && (!model.is_live()
                    || model.open_dialogue().is_some()
                    || next_run(scene).is_some())
        }
        Action::Back => ran,
        Action::ToEnd => !model.is_live() || model.open_dialogue().is_some(),
        Action::Rerun => ran && model.open_dialogue().is_none(),
        Action::RunNext => {
            !waiting
                && model.open_dialogue().is_none()
                && model.present_step().is_some_and(|step| step.runs.len() > 1)
        }
        Action::Conversation => model.showable().nth(1).is_some(),
        Action::NextStep => {
            !model.is_last_step() && (model.goals_hold() || model.is_finished(model.step))
        }
        Action::Configure => !waiting,
        Action::Undo => !model.edits.is_empty(),
        Action::Hint => model.can_hint() && !model.goals_hold(),
        Action::Help => !matches!(layer, Some(Layer::Help { .. })),
        Action::Quit => layer.is_none(),
        Action::Zoom => scene.screen.focus != Pane::Task,
        _ => true,
    }
}

fn next_run(scene: &Scene<'_>) -> Option<usize> {
    scene.screen.run.or_else(|| scene.model.next_run())
}
