//! The mail log, as the hosts write it.

use ratatui::text::{Line, Span};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::super::flow;
use super::super::scene::Scene;
use crate::clock::Moment;
use crate::journal::{Kind, Position};
use crate::text::visible;

/// The time as syslog writes it (RFC 3164 §4.1.2).
const STAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[month repr:short] [day padding:space] [hour]:[minute]:[second]");

/// The last lines until the shown moment, `back` lines before the end, no more
/// than fill `height`; and whether there are older ones.
pub(crate) fn lines(
    scene: &Scene<'_>,
    width: usize,
    height: usize,
    back: usize,
) -> (Vec<Line<'static>>, bool) {
    let mut reversed: Vec<Line<'static>> = Vec::new();
    let wanted = height.saturating_add(back);
    let mut older = false;
    for position in scene.model.projection.log_at(scene.at()).iter().rev() {
        let Some(line) = line(scene, *position) else {
            continue;
        };
        if reversed.len() >= wanted {
            older = true;
            break;
        }
        reversed.extend(flow::wrap(&line, width, 4).into_iter().rev());
    }
    // What is scrolled away below, but never so far that the page is not full.
    let back = back.min(reversed.len().saturating_sub(height));
    let older = older || reversed.len() > back + height;
    let mut lines: Vec<_> = reversed.into_iter().skip(back).take(height).collect();
    lines.reverse();
    if lines.is_empty() {
        let said = Line::styled(scene.say("tui-log-empty"), scene.theme.quiet);
        lines = flow::wrap(&said, width, 0);
    }
    (lines, older)
}

/// One line of the log; nothing for what a probe of a goal left there.
fn line(scene: &Scene<'_>, position: Position) -> Option<Line<'static>> {
    let projection = &scene.model.projection;
    let event = projection.event(position)?;
    let Kind::Log {
        host,
        connection,
        program,
        pid,
        text,
    } = &event.kind
    else {
        return None;
    };
    let probe = connection
        .and_then(|id| projection.connection(id))
        .is_some_and(|connection| !connection.is_shown());
    if probe {
        return None;
    }
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

fn stamp(at: Moment) -> String {
    at.to_date().format(STAMP).unwrap_or_default()
}
