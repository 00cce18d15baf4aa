//! Whom to call by hand, and as whom.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::panes::Shown;
use super::super::scene::Scene;
use super::super::screen::Command;
use super::{columns_in, show_page};
use crate::app::{Model, Msg, begins_with_tls};
use crate::text::visible;

/// A call being prepared.
#[derive(Clone, Debug, Default)]
pub struct Call {
    field: usize,
    client: usize,
    server: usize,
    /// Whether TLS begins with the first byte; `None`: as the port has it.
    tls: Option<bool>,
}

/// The questions: as whom, whom, and with TLS from the first byte or not.
const FIELDS: usize = 3;

const WIDTH: u16 = 72;

impl Call {
    /// A call like that of the dialogue to come, or of the last one.
    pub fn new(model: &Model) -> Self {
        let run = model.next_run().or_else(|| model.last_run());
        let Some(like) = run.and_then(|run| model.run(run)).map(|run| &run.call) else {
            return Self::default();
        };
        let clients = &model.lesson.clients;
        let client = clients.iter().position(|known| known.name == like.client);
        let server = model.servers().iter().position(|known| *known == like.to);
        Self {
            client: client.unwrap_or_default(),
            server: server.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Goes to another question.
    pub(super) fn mark(&mut self, field: impl FnOnce(usize) -> usize) {
        self.field = field(self.field).min(FIELDS - 1);
    }

    /// The next answer to the marked question, or the one before.
    pub fn turn(&mut self, model: &Model, forward: bool) {
        let turned = |at: usize, count: usize| {
            let by = if forward { 1 } else { count.saturating_sub(1) };
            (at + by) % count.max(1)
        };
        match self.field {
            0 => self.client = turned(self.client, model.lesson.clients.len()),
            1 => {
                self.server = turned(self.server, model.servers().len());
                self.tls = None;
            }
            _ => self.tls = Some(!self.implicit_tls(model)),
        }
    }

    /// Makes the call.
    pub fn place(&self, model: &Model) -> Option<Command> {
        Some(Command::Tell(Msg::Call {
            client: model.lesson.clients.get(self.client)?.name.clone(),
            to: model.servers().into_iter().nth(self.server)?,
            implicit_tls: self.implicit_tls(model),
        }))
    }

    fn implicit_tls(&self, model: &Model) -> bool {
        self.tls.unwrap_or_else(|| {
            let servers = model.servers();
            servers
                .get(self.server)
                .is_some_and(|server| begins_with_tls(server))
        })
    }

    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Shown {
        let model = scene.model;
        let width = columns_in(WIDTH, area);
        let client = model
            .lesson
            .clients
            .get(self.client)
            .map(|client| {
                let addresses: Vec<_> = client.addresses.iter().map(ToString::to_string).collect();
                format!(
                    "{} · {} · {}",
                    visible::text(&client.name),
                    scene.text(&client.label),
                    addresses.join(" ")
                )
            })
            .unwrap_or_default();
        let server = model.servers().into_iter().nth(self.server);
        let tls = if self.implicit_tls(model) {
            "tui-call-tls"
        } else {
            "tui-call-clear"
        };
        let rows = [
            ("tui-call-as", client),
            ("tui-call-to", visible::text(&server.unwrap_or_default())),
            ("tui-call-how", scene.say(tls)),
        ];
        let mut lines = Vec::new();
        for (index, (question, answer)) in rows.into_iter().enumerate() {
            let marked = index == self.field;
            let look = if marked {
                scene.theme.selection
            } else {
                scene.theme.text
            };
            let question = scene.say(question);
            let gap = " ".repeat(11_usize.saturating_sub(question.width()));
            let (before, after) = if marked { ("◀", " ▶") } else { (" ", "") };
            lines.push(flow::cut_line(
                Line::from(vec![
                    Span::styled(question, scene.theme.heading),
                    Span::raw(gap),
                    Span::styled(before, scene.theme.strong),
                    Span::raw(" "),
                    Span::styled(answer, look),
                    Span::styled(after, scene.theme.strong),
                ]),
                width,
            ));
        }
        let edges = (&*scene.say("tui-call-title"), "tui-call-keys");
        show_page(scene, area, WIDTH, edges, (lines, 0), buffer)
    }
}
