//! A message in a mailbox, as it lies in the file.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::panes::Shown;
use super::super::scene::Scene;
use super::{columns_in, show_page};
use crate::app::{Model, StoredMessage};
use crate::journal::Position;

const WIDTH: u16 = 100;

/// The message stored last, if there is any.
pub fn newest(model: &Model) -> Option<Position> {
    model.stored_messages().last().map(|message| message.at)
}

/// The message stored after the one of `at`, or before it; that one if there is none.
pub fn neighbour(at: Position, model: &Model, after: bool) -> Position {
    let stored = model.stored_messages();
    let mut places = stored.iter().map(|message| message.at);
    let found = if after {
        places.find(|other| *other > at)
    } else {
        places.rfind(|other| *other < at)
    };
    found.unwrap_or(at)
}

pub(super) fn draw(
    at: Position,
    scroll: usize,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Shown {
    let stored = scene.model.stored_messages();
    let place = stored.iter().position(|message| message.at == at);
    let message = place.and_then(|place| stored.get(place));
    let lines = message.map_or_else(Vec::new, |message| {
        lines(scene, message, columns_in(WIDTH, area))
    });
    let title = message.map_or_else(String::new, |message| {
        let place = place.map_or(0, |place| place + 1).to_string();
        let of = stored.len().to_string();
        let about = [
            ("mailbox", message.mailbox.as_str()),
            ("place", &place),
            ("of", &of),
        ];
        scene.say_with("tui-mailbox-title", &about)
    });
    show_page(
        scene,
        area,
        WIDTH,
        (title.as_str(), "tui-mailbox-keys"),
        (lines, scroll),
        buffer,
    )
}

/// The names of the header's fields stand out; a folded line has none.
fn lines(scene: &Scene<'_>, message: &StoredMessage, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (index, text) in message.lines.iter().enumerate() {
        let field = text
            .split_once(':')
            .filter(|(name, _)| index < message.header && !name.contains(' '));
        let line = match field {
            Some((name, rest)) => Line::from(vec![
                Span::styled(format!("{name}:"), scene.theme.code),
                Span::raw(rest.to_owned()),
            ]),
            None => Line::raw(text.clone()),
        };
        lines.extend(flow::wrap(&line, width, 4));
    }
    lines
}
