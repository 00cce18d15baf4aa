//! A question before something that cannot be taken back.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::flow;
use super::super::scene::Scene;
use super::{columns_in, height_for, open_box, show_lines};

/// What is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Question {
    /// Leave while a dialogue is open?
    Quit,
    /// Begin the step again?
    Reset,
    /// Show the solution?
    Solution,
}

const WIDTH: u16 = 56;

pub(super) fn draw(
    question: Question,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> usize {
    let (title, text) = match question {
        Question::Quit => ("tui-confirm-quit", "tui-confirm-quit-text"),
        Question::Reset => ("tui-confirm-reset", "tui-confirm-reset-text"),
        Question::Solution => ("tui-confirm-solution", "tui-confirm-solution-text"),
    };
    let width = columns_in(WIDTH, area);
    let mut lines = flow::wrap(&Line::raw(scene.say(text)), width, 0);
    lines.push(Line::default());
    lines.extend(flow::wrap(
        &Line::styled(scene.say("tui-confirm-keys"), scene.theme.key),
        width,
        0,
    ));
    let inside = open_box(
        scene,
        area,
        (WIDTH, height_for(lines.len())),
        scene.say(title),
        String::new(),
        buffer,
    );
    show_lines(scene, lines, 0, inside, buffer)
}
