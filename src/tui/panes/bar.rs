//! The line at the top (where we are) and the lines at the bottom (what was
//! said to the student, and the keys that act now).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::keymap::{Action, Context};
use super::super::layers::Layer;
use super::super::layout;
use super::super::scene::Scene;
use super::super::screen::{Demonstration, Pane, Panel, Presentation};
use crate::app::{NextHint, Relay};
use crate::lesson::model::{Setting, Toggle};
use crate::text::policy;

/// The title: lab ▸ lesson ▸ step, and at the right the state of the relay.
pub(crate) fn draw_title(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    buffer.set_style(area, scene.theme.bar);
    let width = usize::from(area.width);
    // Where we are stays to be read, whatever else there is to be said.
    let number = format!(" {} ", number(scene)).width();
    let (goals, language) = (score(scene, area), language_code(scene));
    let whole = [
        state(scene, area, goals.clone(), Some(language)),
        state(scene, area, goals, None),
        state(scene, area, None, None),
    ];
    let fits = |right: &Line<'_>| right.width() + number <= width;
    let right = whole
        .into_iter()
        .reduce(|right, shorter| if fits(&right) { right } else { shorter });
    let right = right.unwrap_or_default();
    let left = whereabouts(scene, width.saturating_sub(right.width() + 1));
    Line::styled(left, scene.theme.strong).render(area, buffer);
    right.right_aligned().render(area, buffer);
}

/// The number of the step, and of how many.
fn number(scene: &Scene<'_>) -> String {
    let model = scene.model;
    format!("{}/{}", model.step + 1, model.lesson.steps.len())
}

/// Lesson and step in `room` columns. The step matters more than the lesson's
/// name, and its number more than its title.
fn whereabouts(scene: &Scene<'_>, room: usize) -> String {
    let Some(step) = scene.model.present_step() else {
        return String::new();
    };
    let (lesson, number) = (&scene.model.lesson, number(scene));
    let step = format!("{number} {}", scene.text(&step.title));
    let whole = format!(" lab ▸ {} ▸ {step}", scene.text(&lesson.title));
    let short = format!(" lab ▸ {} ▸ ", lesson.id);
    let shorter = format!(" {} ▸ ", lesson.id);
    if whole.width() <= room {
        return whole;
    }
    if short.width() + step.width() <= room {
        return short + &step;
    }
    // A title of which only a letter or two are left says nothing.
    let enough = number.width() + 8.min(step.width() - number.width());
    let before = [short, shorter, " ".to_owned()];
    let before = before.into_iter().find(|it| it.width() + enough <= room);
    match before {
        Some(before) => flow::cut(&(before + &step), room),
        None => flow::cut(&format!(" {number}"), room),
    }
}

/// How many goals hold, where the task is out of sight.
fn score(scene: &Scene<'_>, area: Rect) -> Option<Span<'static>> {
    if layout::is_wide(area) || scene.model.can_predict() {
        return None;
    }
    let look = if scene.model.goals_hold() {
        scene.theme.success
    } else {
        scene.theme.text
    };
    let said = format!(" {} {}  ", scene.say("tui-goals"), scene.score());
    Some(Span::styled(said, look))
}

fn language_code(scene: &Scene<'_>) -> Span<'static> {
    let code = scene.model.language.code();
    Span::styled(format!("  {code} "), scene.theme.quiet)
}

/// How things stand: what plays, the past, an attack, the relay.
fn state(
    scene: &Scene<'_>,
    area: Rect,
    goals: Option<Span<'static>>,
    language: Option<Span<'static>>,
) -> Line<'static> {
    let blank = Span::raw(" ");
    let mut right = vec![goals.unwrap_or_else(|| blank.clone())];
    right.extend(playing(scene));
    if !scene.model.is_live() {
        let rows = scene.connection().map_or(0, |shown| shown.rows.len());
        let place = format!(
            " ◀ {} {}/{rows} ",
            scene.say("tui-past"),
            scene.rows().len()
        );
        right.push(Span::styled(place, scene.theme.notice));
        right.push(Span::raw(" "));
    }
    if let Some(attack) = scene.model.under_attack() {
        let name = policy::attack_name(scene.words, attack);
        let who = if layout::is_wide(area) {
            format!("{}: ", scene.say("tui-attacker"))
        } else {
            String::new()
        };
        right.push(Span::styled(format!("╳ {who}{name}  "), scene.theme.notice));
    }
    right.extend(relay(scene));
    right.push(language.unwrap_or(blank));
    Line::from(right)
}

/// Whether the host under study relays for strangers, in words with a sign.
pub(crate) fn relay(scene: &Scene<'_>) -> Option<Span<'static>> {
    let (sign, words, look) = match scene.model.relay()? {
        Relay::Open => {
            // Some eyes see red as a dim grey: the loudest state is a block.
            let block = scene.theme.refusal.add_modifier(Modifier::REVERSED);
            ("▲", "tui-relay-open", block)
        }
        Relay::ForSome => ("◐", "tui-relay-for-some", scene.theme.notice),
        Relay::Closed => ("●", "tui-relay-closed", scene.theme.success),
    };
    Some(Span::styled(format!("{sign} {}", scene.say(words)), look))
}

/// How fast the lesson plays by itself, if it does.
fn playing(scene: &Scene<'_>) -> Option<Span<'static>> {
    let screen = scene.screen;
    let plays = screen.playing || screen.demonstration == Demonstration::Playing;
    plays.then(|| Span::styled(format!(" ▶▶ {} ", screen.speed), scene.theme.strong))
}

/// What has to be said to the student now, wrapped.
pub(crate) fn notice(scene: &Scene<'_>, width: u16) -> Vec<Line<'static>> {
    if scene.screen.is_typing && scene.screen.layers.is_empty() {
        let width = usize::from(width.saturating_sub(2)).max(1);
        let mut lines = said(scene, width);
        lines.extend(scene.screen.typing.lines(scene, width));
        return lines;
    }
    said(scene, usize::from(width.saturating_sub(2)).max(1))
}

/// What has to be said, in lines of `width` columns.
fn said(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let mut said = match (&scene.model.trouble, &scene.screen.notice) {
        (Some(problem), _) => vec![policy::problem(scene.words, problem)],
        (None, Some(notice)) => notice.say(scene),
        (None, None) if scene.screen.demonstration == Demonstration::Paused => {
            vec![scene.say("tui-notice-paused")]
        }
        (None, None) => Vec::new(),
    };
    if let Some(repetition) = &scene.model.projection.repetition {
        let sent = repetition.sent.to_string();
        let times = repetition.times.to_string();
        let arguments = [("sent", sent.as_str()), ("times", times.as_str())];
        said.insert(0, scene.say_with("tui-notice-repeating", &arguments));
    }
    let lines = said
        .iter()
        .flat_map(|text| {
            let line = Line::styled(format!("▶ {text}"), scene.theme.notice);
            flow::wrap(&line, width, 2)
        })
        .collect();
    shorten(lines, width)
}

/// At most so many lines of a notice, with a sign if there were more.
fn shorten(mut lines: Vec<Line<'static>>, width: usize) -> Vec<Line<'static>> {
    const MOST: usize = 4;
    if lines.len() > MOST {
        lines.truncate(MOST);
        if let Some(last) = lines.last_mut() {
            let text = format!("{last} {}", flow::CUT);
            let style = last.spans.first().map_or(last.style, |span| span.style);
            *last = Line::styled(flow::cut(&text, width), style);
        }
    }
    lines
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

/// A key of the footer.
struct Entry {
    key: String,
    label: String,
    /// What gives way first where there is no room: the higher numbers.
    rank: u8,
}

impl Entry {
    fn width(&self) -> usize {
        self.key.width() + self.label.width() + 3
    }
}

/// The keys that act now, as many as fit; the way out and the help always do.
pub(crate) fn draw_keys(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (keys, tail) = entries(scene);
    let tail_width: usize = tail.iter().map(Entry::width).sum();
    let mut left = usize::from(area.width)
        .saturating_add(1)
        .saturating_sub(tail_width);
    let mut by_rank: Vec<usize> = (0..keys.len()).collect();
    by_rank.sort_by_key(|index| keys.get(*index).map(|entry| entry.rank));
    let mut fits = vec![false; keys.len()];
    for index in by_rank {
        if let (Some(entry), Some(fits)) = (keys.get(index), fits.get_mut(index))
            && entry.width() <= left
        {
            left -= entry.width();
            *fits = true;
        }
    }
    let mut spans = Vec::new();
    let fitting = keys
        .into_iter()
        .zip(fits)
        .filter_map(|(entry, fits)| fits.then_some(entry));
    for Entry { key, label, .. } in fitting.chain(tail) {
        let gap = if spans.is_empty() { " " } else { "  " };
        spans.push(Span::raw(gap));
        spans.push(Span::styled(key, scene.theme.key));
        spans.push(Span::styled(format!(" {label}"), scene.theme.text));
    }
    flow::cut_line(Line::from(spans), usize::from(area.width)).render(area, buffer);
}

/// What the footer has to offer: the keys that act now, and apart from them
/// those that always do.
fn entries(scene: &Scene<'_>) -> (Vec<Entry>, Vec<Entry>) {
    let mut keys: Vec<Entry> = Vec::new();
    let mut tail: Vec<Entry> = Vec::new();
    let contexts = scene.screen.contexts(scene.model);
    for (place, context) in contexts.iter().enumerate() {
        let inner = contexts.get(..place).unwrap_or_default();
        let bindings = scene.screen.keymap.bindings().iter();
        for binding in bindings.filter(|binding| binding.context == *context) {
            let Some(label) = binding.footer.filter(|_| acts(binding.action, scene)) else {
                continue;
            };
            let Some(key) = scene.screen.keymap.free_key(binding, inner) else {
                continue;
            };
            let entry = Entry {
                key: key.name(scene.model.language),
                label: opens(binding.action, scene)
                    .unwrap_or_else(|| scene.say(now(binding.action, scene).unwrap_or(label))),
                rank: rank(binding.action, scene),
            };
            if matches!(binding.action, Action::Help | Action::Quit) {
                tail.push(entry);
            } else if keys.iter().all(|known| known.label != entry.label) {
                keys.push(entry);
            }
        }
    }
    let typing = scene.screen.is_typing || contexts.contains(&Context::Seeking);
    if scene.screen.layers.is_empty() && !typing && !scene.model.can_predict() {
        let toggles = scene.model.lesson.toggles.iter().map(|toggle| Entry {
            key: toggle.key.to_string(),
            label: toggle.parameter.clone(),
            rank: match (turns_on(scene, toggle), scene.model.goals_hold()) {
                (true, false) => 1,
                (true, true) => 6,
                (false, _) => 9,
            },
        });
        let place = keys.len().min(3);
        keys.splice(place..place, toggles);
    }
    (keys, tail)
}

/// What `action` is called if it would begin a run now: the dialogue, with its
/// number where there are several.
fn opens(action: Action, scene: &Scene<'_>) -> Option<String> {
    let model = scene.model;
    let idle = model.is_live() && model.open_dialogue().is_none();
    let run = next_run(scene).filter(|_| action == Action::Forward && idle)?;
    Some(match model.present_step()?.runs.len() {
        1 => scene.say("tui-key-open-only"),
        runs => {
            let run = format!("{}/{runs}", run + 1);
            scene.say_with("tui-key-open", &[("run", &run)])
        }
    })
}

/// The message for a key that does something else than it usually does.
fn now(action: Action, scene: &Scene<'_>) -> Option<&'static str> {
    let screen = scene.screen;
    let layer = screen.layers.last();
    let in_file = matches!(layer, Some(Layer::Editor(editor)) if !editor.lists_directives());
    match action {
        Action::Accept if in_file => Some("tui-key-write"),
        Action::Add if in_file => Some("tui-key-add-line"),
        Action::Remove if in_file => Some("tui-key-remove-line"),
        Action::ToEnd if !scene.model.is_live() => Some("tui-key-to-present"),
        Action::Pause if !screen.playing && screen.demonstration != Demonstration::Playing => {
            Some("tui-key-play")
        }
        _ => None,
    }
}

/// How little a key matters on top of a lesson.
fn rank_on_top(action: Action) -> u8 {
    match action {
        Action::Save | Action::Accept | Action::FoundNext | Action::KeepSearch | Action::Close => 0,
        Action::Add | Action::Remove | Action::FoundPrevious => 1,
        Action::NextFile => 2,
        Action::NextSection | Action::Search => 4,
        Action::Undo | Action::Redo => 6,
        Action::RealThing => 7,
        _ => 3,
    }
}

/// How little a key matters at this moment of the lesson.
fn rank(action: Action, scene: &Scene<'_>) -> u8 {
    if !scene.screen.layers.is_empty() {
        return rank_on_top(action);
    }
    let reached = scene.model.goals_hold();
    match action {
        // The explanation stands in another pane.
        Action::FocusNext if reached => 1,
        Action::FoundPrevious => 1,
        // First what moves in time, there where time is looked at.
        Action::Forward | Action::Back | Action::ToEnd if !scene.model.is_live() => 0,
        // After the next step, as long as there is something to be seen.
        Action::Forward if reached => {
            if next_run(scene).is_some() {
                2
            } else {
                4
            }
        }
        Action::NextStep
        | Action::Answer
        | Action::Forward
        | Action::Read
        | Action::Send
        | Action::Complete
        | Action::FoundNext
        | Action::KeepSearch
        | Action::Close => 0,
        Action::Pause if scene.screen.playing => 0,
        Action::Pause if scene.screen.demonstration != Demonstration::Off => 0,
        Action::Pause | Action::Search => 9,
        Action::Configure if edits_by_hand(scene) && !reached => 1,
        // There it is what Enter does.
        Action::Explain if scene.screen.contexts(scene.model).contains(&Context::Row) => 1,
        Action::Attack | Action::ToEnd | Action::Hint => 2,
        Action::FocusNext => 4,
        Action::Back => 5,
        Action::RunNext if scene.model.can_only_repeat() => 1,
        Action::RunNext | Action::Undo | Action::Redo => 6,
        Action::RealThing | Action::Configure | Action::Conversation | Action::Explain => 7,
        Action::Zoom | Action::ByHand | Action::Copy => 8,
        _ => 3,
    }
}

/// Whether the step has to do with what this toggle changes.
fn turns_on(scene: &Scene<'_>, toggle: &Toggle) -> bool {
    settings(scene).any(|setting| is_toggled(setting, toggle))
}

/// Whether the step is about something that no toggle changes.
fn edits_by_hand(scene: &Scene<'_>) -> bool {
    let toggles = &scene.model.lesson.toggles;
    settings(scene).any(|setting| !toggles.iter().any(|toggle| is_toggled(setting, toggle)))
}

fn is_toggled(setting: &Setting, toggle: &Toggle) -> bool {
    setting.host == toggle.host
        && setting.service == toggle.service
        && setting.parameter == toggle.parameter
}

/// What the present step's solution edits.
fn settings<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Setting> {
    let step = scene.model.present_step();
    let actions = step.map_or(&[] as &[_], |step| &step.solution);
    actions.iter().filter_map(|action| action.set.as_ref())
}

/// Whether a key does anything now. Keys that could do something but are not
/// worth the place say so too.
fn acts(action: Action, scene: &Scene<'_>) -> bool {
    let model = scene.model;
    let waiting = model.can_predict();
    let ran = model.last_run().is_some();
    let layer = scene.screen.layers.last();
    let presenting = scene.screen.presentation != Presentation::Off;
    // Another dialogue begins only when a wave of mail is over.
    let repeating = model.projection.repetition.is_some();
    match action {
        Action::Close if layer.is_none() && !scene.screen.is_typing => {
            repeating || scene.screen.seek.is_some()
        }
        Action::Rerun | Action::RunNext | Action::ByHand if repeating => false,
        Action::Forward | Action::Pause if repeating && model.is_live() => false,
        // There are no panes to go to.
        Action::FocusNext | Action::Zoom if presenting => false,
        Action::Pause if scene.screen.demonstration != Demonstration::Off => true,
        Action::FoundNext | Action::FoundPrevious => {
            let found = scene.screen.drawn.found.as_ref();
            found.is_some_and(|found| found.count > 1)
        }
        Action::Search if layer.is_none() => !presenting,
        Action::Forward | Action::Pause => {
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
            let visited = model.is_finished(model.step) && !model.has_acted();
            !model.is_last_step() && (model.goals_hold() || visited)
        }
        Action::Configure | Action::ByHand => !waiting,
        Action::Delist => !waiting && !model.listed().is_empty(),
        Action::Attack => !waiting && model.lesson.attacker.is_some(),
        Action::Queue => !model.waiting_at(&model.lesson.study).is_empty(),
        Action::Copy if layer.is_none() => !scene.rows().is_empty(),
        Action::Explain => !scene.rows().is_empty(),
        Action::Panel(_) => scene.screen.panel != Panel::Differences && model.can_compare(),
        Action::Outside => !model.listening.is_empty(),
        Action::Undo | Action::RealThing => !model.edits.is_empty(),
        Action::Redo => !model.undone.is_empty(),
        Action::Hint => model.next_hint() == NextHint::Ready && !model.goals_hold(),
        Action::Save => matches!(layer, Some(Layer::Editor(editor)) if editor.is_unsaved(model)),
        Action::Accept | Action::Add | Action::Remove => match layer {
            Some(Layer::Editor(editor)) => editor.is_ours(model),
            Some(Layer::Queue(queue)) => !queue.is_empty(model),
            _ => true,
        },
        Action::OnlyChanges => {
            matches!(layer, Some(Layer::Editor(editor)) if editor.lists_directives())
        }
        Action::Flush | Action::RemoveAll => {
            !matches!(layer, Some(Layer::Queue(queue)) if queue.is_empty(model))
        }
        // In a file there are none, and what was written is saved first.
        Action::NextSection => {
            !matches!(layer, Some(Layer::Editor(editor)) if !editor.lists_directives())
        }
        Action::NextFile => {
            !matches!(layer, Some(Layer::Editor(editor)) if editor.is_unsaved(model))
        }
        Action::Help => !matches!(layer, Some(Layer::Help { .. })),
        Action::Quit => layer.is_none(),
        Action::Zoom => scene.screen.focus != Pane::Task,
        _ => true,
    }
}

fn next_run(scene: &Scene<'_>) -> Option<usize> {
    scene.screen.run.or_else(|| scene.model.next_run())
}
