//! The list of steps, to jump to any of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use super::search::Search;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::Model;
use crate::lesson::model::Step;

const WIDTH: u16 = 72;

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
    let width = columns_in(WIDTH, area);
    let found = found(search, scene.model);
    let steps = found
        .iter()
        .filter_map(|index| Some((*index, scene.model.lesson.steps.get(*index)?)));
    let lines: Vec<Line<'static>> = steps
        .enumerate()
        .map(|(place, (index, step))| {
            let state = scene.model.steps.get(index);
            let (mark, look) = match state {
                Some(state) if state.solved => ("[x]", scene.theme.success),
                Some(state) if state.solution_shown => ("[s]", scene.theme.quiet),
                _ => ("[ ]", scene.theme.text),
            };
            let here = if index == scene.model.step {
                "▸"
            } else {
                " "
            };
            let line = Line::from(vec![
                Span::raw(format!("{here} ")),
                Span::styled(mark, look),
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
        (WIDTH, height_for(scene.model.lesson.steps.len())),
        scene.say("tui-steps-title"),
        search.edge(scene, "tui-steps-keys"),
        buffer,
    );
    // The marked step stays in sight.
    let scroll = (chosen + 1).saturating_sub(usize::from(inside.height));
    show_lines(scene, lines, scroll, inside, buffer)
}
