//! The list of steps, to jump to any of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::scene::Scene;
use super::search::Search;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::Model;
use crate::lesson::model::Step;
use crate::tui::theme::Theme;

/// Columns that it has where there is room, and more only for longer titles.
const WIDTH: u16 = 72;

/// How a step stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mark {
    /// The student reached its goals.
    Solved,
    /// They were shown how it is done.
    Shown,
    /// Neither.
    Open,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Solved, Self::Shown, Self::Open];

    fn of(step: usize, model: &Model) -> Self {
        match model.steps.get(step) {
            Some(state) if state.solved => Self::Solved,
            Some(state) if state.solution_shown => Self::Shown,
            _ => Self::Open,
        }
    }

    /// Its sign, and the message that says what that means.
    fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Solved => ("[x]", "tui-steps-solved"),
            Self::Shown => ("[s]", "tui-steps-shown"),
            Self::Open => ("[ ]", "tui-steps-open"),
        }
    }

    fn look(self, theme: &Theme) -> Style {
        match self {
            Self::Solved => theme.success,
            Self::Shown => theme.quiet,
            Self::Open => theme.text,
        }
    }
}

/// The sign of the step that the student is at.
const HERE: &str = "▸";

/// The steps whose number or title holds what is sought.
pub(super) fn found(search: &Search, model: &Model) -> Vec<usize> {
    let language = model.language;
    let holds = |(index, step): &(usize, &Step)| {
        let title = step.title.in_language(language);
        search.matches(&format!("{} {title} {}", index + 1, step.id))
    };
    let steps = model.lesson.steps.iter().enumerate();
    steps.filter(holds).map(|(index, _)| index).collect()
}

pub(super) fn draw(
    search: &Search,
    chosen: usize,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> usize {
    let all = scene.model.lesson.steps.iter();
    let title = all.map(|step| scene.text(&step.title).width()).max();
    let longest = title.unwrap_or_default() + "▸ [x] 99. ".width() + 4;
    let across = WIDTH.max(u16::try_from(longest).unwrap_or(u16::MAX));
    let width = columns_in(across, area);
    let found = found(search, scene.model);
    let steps = found
        .iter()
        .filter_map(|index| Some((*index, scene.model.lesson.steps.get(*index)?)));
    let lines: Vec<Line<'static>> = steps
        .enumerate()
        .map(|(place, (index, step))| {
            let mark = Mark::of(index, scene.model);
            let here = if index == scene.model.step { HERE } else { " " };
            let line = Line::from(vec![
                Span::raw(format!("{here} ")),
                Span::styled(mark.sign().0, mark.look(scene.theme)),
                Span::raw(format!(" {:>2}. {}", index + 1, scene.text(&step.title))),
            ]);
            let line = flow::cut_line(line, width);
            if place == chosen {
                Line::styled(line.to_string(), scene.theme.selection)
            } else {
                line
            }
        })
        .collect();
    let inside = open_box(
        scene,
        area,
        (across, height_for(scene.model.lesson.steps.len())),
        scene.say("tui-steps-title"),
        search.edge(scene, "tui-steps-keys"),
        buffer,
    );
    draw_legend(scene, inside, buffer);
    // The marked step stays in sight.
    let scroll = (chosen + 1).saturating_sub(usize::from(inside.height));
    show_lines(scene, lines, scroll, inside, buffer)
}

/// Writes what the signs mean into the upper edge, behind the title; those that
/// are not there say nothing.
fn draw_legend(scene: &Scene<'_>, inside: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let steps = 0..model.lesson.steps.len();
    let shown = |mark: &Mark| steps.clone().any(|step| Mark::of(step, model) == *mark);
    let signs = Mark::ALL.into_iter().filter(shown).map(Mark::sign);
    let signs = signs.chain([(HERE, "tui-steps-here")]);
    let words: Vec<String> = signs
        .map(|(sign, words)| format!("{sign} {}", scene.say(words)))
        .collect();
    let title = scene.say("tui-steps-title").width();
    let room = usize::from(inside.width).saturating_sub(title + 4);
    let edge = Rect {
        y: inside.y.saturating_sub(1),
        height: 1,
        ..inside
    };
    let legend = format!(" {} ", flow::cut(&words.join("  "), room));
    // Only what is said is quiet: a line's own look would be the whole edge's.
    Line::from(Span::styled(legend, scene.theme.quiet))
        .right_aligned()
        .render(edge, buffer);
}
