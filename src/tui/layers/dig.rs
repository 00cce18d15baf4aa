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
use crate::app::Msg;
use crate::lesson::Order;
use crate::text::visible;
use crate::tui::screen::Command;

const WIDTH: u16 = 100;

/// A question to DNS being typed.
#[derive(Clone, Debug, Default)]
pub struct Dig {
    input: Input,
    /// Lines of the answer scrolled.
    scroll: usize,
    over: bool,
}

impl Dig {
    /// Whether the student is done with it.
    pub fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn type_key(&mut self, event: KeyEvent) -> Option<Command> {
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
                let asked = !question.is_empty();
                return asked.then_some(Command::Tell(Msg::Order(Order::LookUp { question })));
            }
            KeyCode::Esc => self.over = true,
            KeyCode::Char('c') if control => self.over = true,
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll += 1,
            _ => {
                self.input.handle_event(&Event::Key(event));
            }
        }
        None
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
        if let Some((_, answer)) = scene.model.last_look_up() {
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
            format!(" {} ", scene.say("tui-dig-title")),
            format!(" {} ", scene.say("tui-dig-keys")),
            buffer,
        );
        show_lines(scene, lines, self.scroll, inside, buffer)
    }
}
