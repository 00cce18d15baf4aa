//! A look at the DNS of the world, as with `dig`.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};

use super::super::flow;
use super::super::scene::Scene;
use super::{columns_in, open_box, show_lines};
use crate::app::{Model, Msg};
use crate::lesson::Order;
use crate::text::visible;
use crate::tui::screen::Command;

const WIDTH: u16 = 100;

/// Lines by which the answer is scrolled.
const HALF_PAGE: usize = 8;

/// A question to DNS being typed.
#[derive(Clone, Debug, Default)]
pub struct Dig {
    input: Input,
    /// The question of before that is shown, counted from the first.
    recalled: Option<usize>,
    /// Lines of the answer scrolled.
    scroll: usize,
    over: bool,
}

impl Dig {
    /// Whether the student is done with it.
    pub fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn type_key(&mut self, event: KeyEvent, model: &Model) -> Option<Command> {
        let control = event.modifiers == KeyModifiers::CONTROL;
        match event.code {
            KeyCode::Enter => {
                let question = self
                    .input
                    .value()
                    .trim()
                    .trim_start_matches("dig ")
                    .to_owned();
                self.scroll = 0;
                self.recalled = None;
                self.input.reset();
                let asked = !question.is_empty();
                return asked.then_some(Command::Tell(Msg::Order(Order::LookUp { question })));
            }
            KeyCode::Esc => self.over = true,
            KeyCode::Char('c') if control => self.over = true,
            KeyCode::Up => self.recall(model, true),
            KeyCode::Down => self.recall(model, false),
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(HALF_PAGE),
            KeyCode::PageDown => self.scroll += HALF_PAGE,
            _ => {
                self.input.handle_event(&Event::Key(event));
            }
        }
        None
    }

    /// Shows the question asked before the shown one, or after it, as a shell does.
    fn recall(&mut self, model: &Model, older: bool) {
        let asked = model.looked_up();
        let last = asked.len().checked_sub(1);
        self.recalled = match (self.recalled, older) {
            (None, true) => last,
            (None, false) => return,
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) => Some(at + 1).filter(|at| Some(*at) <= last),
        };
        let question = self.recalled.and_then(|at| asked.get(at));
        self.input = Input::new(question.map_or_else(String::new, ToString::to_string));
    }

    /// Keeps the scroll within what the last frame could show.
    pub(super) fn limit(&mut self, end: usize) {
        self.scroll = self.scroll.min(end);
    }

    pub(super) fn paste(&mut self, text: &str) {
        for character in text.chars().filter(|character| !character.is_control()) {
            self.input.handle(InputRequest::InsertChar(character));
        }
    }

    pub(super) fn move_to(&mut self, moved: impl Fn(usize) -> usize, end: usize) {
        self.scroll = moved(self.scroll).min(end);
    }

    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
        let width = columns_in(WIDTH, area);
        let typed = visible::text(self.input.value());
        let mut lines = vec![flow::cut_line(
            Line::styled(format!("$ dig {typed}▏"), scene.theme.strong),
            width,
        )];
        if let Some((question, answer)) = scene.model.last_look_up() {
            let asked = format!("$ dig {}", visible::text(question));
            lines.push(Line::default());
            lines.extend(flow::wrap(
                &Line::styled(asked, scene.theme.quiet),
                width,
                4,
            ));
            for text in answer {
                let look = if text.starts_with(';') {
                    scene.theme.quiet
                } else {
                    scene.theme.text
                };
                let line = Line::styled(visible::text(text), look);
                lines.extend(flow::wrap(&line, width, 4));
            }
        } else {
            let said = Line::styled(scene.say("tui-dig-examples"), scene.theme.quiet);
            lines.push(Line::default());
            lines.extend(flow::wrap(&said, width, 0));
        }
        let inside = open_box(
            scene,
            area,
            (WIDTH, area.height),
            scene.say("tui-dig-title"),
            format!(" {} ", scene.say("tui-dig-keys")),
            buffer,
        );
        show_lines(scene, lines, self.scroll, inside, buffer)
    }
}
