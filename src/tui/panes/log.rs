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
    let theme = scene.theme;
    let entry = Entry::at(scene.model, position)?;
    let look = if entry.text.contains("reject:") || entry.text.starts_with("warning:") {
        theme.refusal
    } else {
        theme.text
    };
    Some(Line::from(vec![
        Span::styled(
            format!("{} {} ", entry.stamp, visible::text(entry.host)),
            theme.quiet,
        ),
        Span::styled(
            format!("{}[{}]: ", visible::text(entry.program), entry.pid),
            theme.code,
        ),
        Span::styled(visible::text(entry.text), look),
    ]))
}

/// A line of the log as it stands in the file, safe to show.
pub(crate) fn written(model: &Model, position: Position) -> Option<String> {
    let Entry {
        stamp,
        host,
        program,
        pid,
        text,
    } = Entry::at(model, position)?;
    Some(visible::text(&format!(
        "{stamp} {host} {program}[{pid}]: {text}"
    )))
}

/// An entry of the log in the parts that syslog writes.
struct Entry<'a> {
    stamp: String,
    /// Without its domain.
    host: &'a str,
    program: &'a str,
    pid: u32,
    text: &'a str,
}

impl<'a> Entry<'a> {
    fn at(model: &'a Model, position: Position) -> Option<Self> {
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
        Some(Self {
            stamp: stamp(event.at),
            host: host.split('.').next().unwrap_or(host),
            program,
            pid: *pid,
            text,
        })
    }
}

fn stamp(at: Moment) -> String {
    at.to_date().format(STAMP).unwrap_or_default()
}
