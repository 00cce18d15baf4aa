//! A host's queue as `mailq` shows it, and what can be done about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::flow;
use super::super::keymap::Action;
use super::super::scene::Scene;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::{Model, Msg};
use crate::lesson::Order;
use crate::text::visible;
use crate::tui::screen::Command;

const WIDTH: u16 = 100;

/// Seconds that one key lets pass: long enough for the queue manager to try again.
const A_WHILE: u32 = 10 * 60;
/// Seconds that the other lets pass: five times, and the mail is returned.
const A_DAY: u32 = 24 * 60 * 60;

/// The open queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Index of the host among the lesson's.
    host: usize,
    /// Index of the marked message among those that wait.
    chosen: usize,
}

impl Queue {
    /// The queue of the host under study.
    pub fn new(model: &Model) -> Self {
        let study = |host: &crate::lesson::model::Host| host.name == model.lesson.study;
        Self {
            host: model
                .lesson
                .hosts
                .iter()
                .position(study)
                .unwrap_or_default(),
            chosen: 0,
        }
    }

    /// What `mailq` asks for.
    pub fn list(&self, model: &Model) -> Vec<Command> {
        let host = self.host(model).to_owned();
        vec![tell(Order::ListQueue { host })]
    }

    /// Carries out what a key asks for, and looks at the queue again.
    pub fn act(&mut self, action: Action, model: &Model) -> Vec<Command> {
        let host = self.host(model).to_owned();
        let order = match action {
            Action::NextSection => {
                self.host = (self.host + 1) % model.lesson.hosts.len().max(1);
                self.chosen = 0;
                return self.list(model);
            }
            Action::Flush => Some(Order::Flush { host }),
            Action::Wait => Some(Order::Wait { seconds: A_WHILE }),
            Action::WaitLong => Some(Order::Wait { seconds: A_DAY }),
            Action::Remove => self.marked(model).map(|queue_id| Order::DeleteQueued {
                host,
                queue_id: queue_id.to_owned(),
            }),
            Action::RemoveAll => Some(Order::DeleteQueued {
                host,
                queue_id: "ALL".to_owned(),
            }),
            _ => None,
        };
        let deed = order.map(tell);
        deed.into_iter().chain(self.list(model)).collect()
    }

    /// Whether nothing waits in it.
    pub fn is_empty(&self, model: &Model) -> bool {
        model.waiting_at(self.host(model)).is_empty()
    }

    /// Moves the mark.
    pub(super) fn mark(&mut self, moved: impl Fn(usize) -> usize, model: &Model) {
        let waiting = model.waiting_at(self.host(model)).len();
        self.chosen = moved(self.chosen).min(waiting.saturating_sub(1));
    }

    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
        let host = self.host(scene.model);
        let marked = self.marked(scene.model);
        let width = columns_in(WIDTH, area) + 2;
        let listing = scene.model.queue_listing(host);
        let listing = listing.map_or(&[] as &[_], |(_, lines)| lines);
        let begins = |text: &String| marked.is_some_and(|id| text.starts_with(id));
        let marked_at = listing.iter().position(begins).unwrap_or_default();
        // A queue of thousands is no reason to lay out more than can be seen.
        let seen = usize::from(area.height);
        let (from, until) = (marked_at.saturating_sub(seen), marked_at + seen);
        let shown = listing.get(from..until.min(listing.len()));
        let sum = listing.last().filter(|_| until < listing.len());
        let sum = sum.map_or_else(String::new, |sum| format!(" {}", visible::text(sum)));
        let mut lines = Vec::new();
        let mut mark = 0;
        for text in shown.unwrap_or_default() {
            let line = Line::raw(visible::text(text));
            if begins(text) {
                mark = lines.len();
                let line = flow::cut_line(line, width);
                lines.push(Line::styled(line.to_string(), scene.theme.selection));
            } else {
                lines.extend(flow::wrap(&line, width, 12));
            }
        }
        let inside = open_box(
            scene,
            area,
            (WIDTH, height_for(lines.len().max(1))),
            format!("{}# mailq{sum}", visible::text(host)),
            String::new(),
            buffer,
        );
        // postqueue(1) fills 78 columns with the reason: on a screen of 80 they
        // need those that other boxes leave blank.
        let inside = Rect {
            x: inside.x.saturating_sub(1),
            width: inside.width.saturating_add(2),
            ..inside
        };
        // The marked message stays in sight, with its recipient.
        let scroll = (mark + 3).saturating_sub(usize::from(inside.height));
        show_lines(scene, lines, scroll, inside, buffer)
    }

    fn host<'a>(&self, model: &'a Model) -> &'a str {
        let host = model.lesson.hosts.get(self.host);
        host.map_or("", |host| host.name.as_str())
    }

    fn marked<'a>(&self, model: &'a Model) -> Option<&'a str> {
        let waiting = model.waiting_at(self.host(model));
        let last = waiting.len().checked_sub(1)?;
        waiting.get(self.chosen.min(last)).copied()
    }
}

fn tell(order: Order) -> Command {
    Command::Tell(Msg::Order(order))
}
