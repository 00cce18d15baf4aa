//! The mail log, as the hosts write it.

use ratatui::text::{Line, Span};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::super::flow;
use super::super::scene::Scene;
use crate::app::Model;
use crate::clock::Moment;
use crate::journal::{Kind, Position};
use crate::text::visible;

/// The time as syslog writes it (RFC 3164 §4.1.2).
const STAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[month repr:short] [day padding:space] [hour]:[minute]:[second]");

/// A page of the log.
pub(crate) struct Page {
    /// Its lines.
    pub(crate) lines: Vec<Line<'static>>,
    /// Whether there are older ones.
    pub(crate) older: bool,
    /// The position of the last one, if there is any.
    pub(crate) last: Option<Position>,
}

/// The last lines until the shown moment, `back` lines before the end, no more
/// than fill `height`.
pub(crate) fn page(scene: &Scene<'_>, width: usize, height: usize, back: usize) -> Page {
    let mut reversed: Vec<(Position, Line<'static>)> = Vec::new();
    let wanted = height.saturating_add(back);
    let mut older = false;
    for position in scene.model.shown_log().rev() {
        let Some(line) = line(scene, position) else {
            continue;
        };
        if reversed.len() >= wanted {
            older = true;
            break;
        }
        let wrapped = flow::wrap(&line, width, 4).into_iter().rev();
        reversed.extend(wrapped.map(|line| (position, line)));
    }
    // What is scrolled away below, but never so far that the page is not full.
    let back = back.min(reversed.len().saturating_sub(height));
    let older = older || reversed.len() > back + height;
    let last = reversed.get(back).map(|(position, _)| *position);
    let shown = reversed.into_iter().skip(back).take(height);
    let mut lines: Vec<_> = shown.map(|(_, line)| line).collect();
    lines.reverse();
    if lines.is_empty() {
        let said = Line::styled(scene.say("tui-log-empty"), scene.theme.quiet);
        lines = flow::wrap(&said, width, 0);
    }
    Page { lines, older, last }
}

/// One line of the log.
fn line(scene: &Scene<'_>, position: Position) -> Option<Line<'static>> {
    let event = scene.model.projection.event(position)?;
    let Kind::Log {
        host,
        program,
        pid,
        text,
        ..
    } = &event.kind
    else {
        return None;
    };
    let host = host.split('.').next().unwrap_or(host);
    let look = if text.contains("reject:") || text.starts_with("warning:") {
        scene.theme.refusal
    } else {
        scene.theme.text
    };
    Some(Line::from(vec![
        Span::styled(
            format!("{} {} ", stamp(event.at), visible::text(host)),
            scene.theme.quiet,
        ),
        Span::styled(
            format!("{}[{pid}]: ", visible::text(program)),
            scene.theme.code,
        ),
        Span::styled(visible::text(text), look),
    ]))
}

/// A line of the log as it stands in the file, safe to show.
pub(crate) fn written(model: &Model, position: Position) -> Option<String> {
    let event = model.projection.event(position)?;
    let Kind::Log {
        host,
        program,
        pid,
        text,
        ..
    } = &event.kind
    else {
        return None;
    };
    let host = host.split('.').next().unwrap_or(host);
    let line = format!("{} {host} {program}[{pid}]: {text}", stamp(event.at));
    Some(visible::text(&line))
}

fn stamp(at: Moment) -> String {
    at.to_date().format(STAMP).unwrap_or_default()
}
