//! A message's journey, hop by hop; each can be opened.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::{Hop, Model, Msg};
use crate::journal::Kind;
use crate::text::visible;
use crate::tui::screen::Command;

const WIDTH: u16 = 110;

/// The message that opens the conversation of the marked hop, if it has one.
pub fn chosen(marked: usize, model: &Model) -> Option<Command> {
    let connection = model.journey().get(marked)?.connection?;
    Some(Command::Tell(Msg::Show(Some(connection))))
}

pub(super) fn draw(marked: usize, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
    let width = columns_in(WIDTH, area);
    let mut lines = Vec::new();
    let mut mark = 0;
    for (index, hop) in scene.model.journey().iter().enumerate() {
        let indent = " ".repeat(2 * hop.depth);
        let (mut heading, envelope) = (heading(scene, hop, &indent), envelope(scene, hop));
        let is_short = heading.width() + envelope.width() <= width;
        if is_short {
            heading.spans.extend(envelope.iter().cloned());
        }
        if index == marked {
            mark = lines.len();
            let heading = flow::cut_line(heading, width).to_string();
            lines.push(Line::styled(heading, scene.theme.selection));
        } else {
            lines.push(flow::cut_line(heading, width));
        }
        if !is_short {
            let blank = Span::raw(format!("{indent}  "));
            let spans = std::iter::once(blank).chain(envelope);
            let line = spans.collect::<Line<'static>>();
            lines.extend(flow::wrap(&line, width, indent.len() + 6));
        }
        for at in &hop.log {
            if let Some(Kind::Log { program, text, .. }) =
                scene.model.projection.event(*at).map(|event| &event.kind)
            {
                let line = Line::from(vec![
                    Span::raw(format!("{indent}    ")),
                    Span::styled(format!("{}: ", visible::text(program)), scene.theme.quiet),
                    Span::styled(visible::text(text), scene.theme.text),
                ]);
                lines.extend(flow::wrap(&line, width, indent.len() + 6));
            }
        }
    }
    let keys = if lines.is_empty() {
        "tui-layer-close"
    } else {
        "tui-journey-keys"
    };
    if lines.is_empty() {
        let said = Line::styled(scene.say("tui-journey-none"), scene.theme.quiet);
        lines.extend(flow::wrap(&said, width, 0));
    }
    let inside = open_box(
        scene,
        area,
        (WIDTH, height_for(lines.len())),
        scene.say("tui-journey-title"),
        format!(" {} ", scene.say(keys)),
        buffer,
    );
    // The marked hop stays in sight, with the beginning of its log.
    let scroll = (mark + 6).saturating_sub(usize::from(inside.height));
    show_lines(scene, lines, scroll, inside, buffer)
}

/// `portatil ══587 TLS══▶ mail.aula.example  4F…  `
fn heading(scene: &Scene<'_>, hop: &Hop, indent: &str) -> Line<'static> {
    let theme = scene.theme;
    let mut spans = vec![Span::raw(indent.to_owned())];
    let connection = hop.connection;
    let connection = connection.and_then(|id| scene.model.projection.connection(id));
    if let Some(connection) = connection {
        let port = connection.to.port;
        let is_protected = connection.is_protected_at(scene.at());
        let (wire, look) = match (is_protected, hop.queued.is_some()) {
            (true, true) => (format!(" ══{port} TLS══▶ "), theme.tls),
            (false, true) => (format!(" ──{port}──▶ "), theme.text),
            (true, false) => (format!(" ══{port} TLS══╳ "), theme.refusal),
            (false, false) => (format!(" ──{port}──╳ "), theme.refusal),
        };
        let from = visible::text(&connection.from.host);
        spans.extend([Span::styled(from, theme.client), Span::styled(wire, look)]);
    } else {
        spans.push(Span::styled("● ", theme.notice));
    }
    spans.push(Span::styled(visible::text(&hop.host), theme.server));
    spans.push(if let Some(queued) = &hop.queued {
        let id = format!("  {}  ", visible::text(&queued.queue_id));
        Span::styled(id, theme.code)
    } else {
        let said = format!("  {}", scene.say("tui-journey-not-taken"));
        Span::styled(said, theme.refusal)
    });
    Line::from(spans)
}

/// `<a@…> → <b@…>`
fn envelope(scene: &Scene<'_>, hop: &Hop) -> Line<'static> {
    let queued = hop.queued.as_ref();
    let queued = queued.and_then(|queued| scene.model.projection.event(queued.at));
    let Some(Kind::Queued {
        sender, recipients, ..
    }) = queued.map(|event| &event.kind)
    else {
        return Line::default();
    };
    let to: Vec<_> = recipients
        .iter()
        .map(|recipient| format!("<{}>", visible::text(recipient)))
        .collect();
    let from = visible::text(sender);
    Line::raw(format!("<{from}> → {}", to.join(" ")))
}
