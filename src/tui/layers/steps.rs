//! The list of steps, to jump to any of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use super::{columns_in, height_for, open_box, show_lines};

const WIDTH: u16 = 72;

pub(super) fn draw(chosen: usize, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
    let width = columns_in(WIDTH, area);
    let lines: Vec<Line<'static>> = scene
        .model
        .lesson
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
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
            if index == chosen {
                Line::styled(line.to_string(), scene.theme.selection)
            } else {
                line
            }
        })
        .collect();
    let inside = open_box(
        scene,
        area,
        (WIDTH, height_for(lines.len())),
        format!(" {} ", scene.say("tui-steps-title")),
        format!(" {} ", scene.say("tui-steps-keys")),
        buffer,
    );
    // The marked step stays in sight.
    let scroll = (chosen + 1).saturating_sub(usize::from(inside.height));
    show_lines(scene, lines, scroll, inside, buffer)
}
