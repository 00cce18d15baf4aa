//! A line in full, however long it is, and what each part of it means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::panes::Shown;
use super::super::scene::Scene;
use super::{columns_in, show_page};
use crate::app::{Model, Row, arrow};
use crate::journal::{End, Kind, Position};
use crate::text::explain::Explained;
use crate::text::{policy, visible};

/// The line that is explained.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subject {
    /// A row of the shown conversation, by index.
    Row(usize),
    /// A line of the log.
    Log(Position),
}

const WIDTH: u16 = 100;

impl Subject {
    /// The line after this one, or before it; the same if there is none.
    #[must_use]
    pub fn neighbour(self, model: &Model, after: bool) -> Self {
        match self {
            Self::Row(row) => {
                let rows = model
                    .shown_connection()
                    .map_or(0, |connection| connection.rows_at(model.position()).len());
                let next = if after {
                    (row + 1).min(rows.saturating_sub(1))
                } else {
                    row.saturating_sub(1)
                };
                Self::Row(next)
            }
            Self::Log(position) => {
                let found = if after {
                    model.shown_log().find(|other| *other > position)
                } else {
                    model.shown_log().rfind(|other| *other < position)
                };
                Self::Log(found.unwrap_or(position))
            }
        }
    }
}

pub(super) fn draw(
    subject: Subject,
    scroll: usize,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Shown {
    let width = columns_in(WIDTH, area);
    let (mut lines, explained) = match subject {
        Subject::Row(row) => said(scene, row, width),
        Subject::Log(position) => written(scene, position, width),
    };
    for one in explained {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(meaning(scene, &one, width));
    }
    let edges = (&*scene.say("tui-explain-title"), "tui-explain-keys");
    show_page(scene, area, WIDTH, edges, (lines, scroll), buffer)
}

/// One thing that the line holds: itself, what it means, and where that is said.
pub(super) fn meaning(scene: &Scene<'_>, one: &Explained, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let subject = if one.subject.is_empty() {
        "·".to_owned()
    } else {
        visible::text(&one.subject)
    };
    let subject = flow::cut(&subject, width);
    let source = format!("  → {}", one.source);
    let mut lines = vec![Line::styled(subject, theme.heading)];
    let mut words = vec![Span::styled("  ", theme.text)];
    // What stands between backticks is code, as in the lessons.
    let parts = one
        .words
        .split('`')
        .zip([theme.text, theme.code].into_iter().cycle());
    words.extend(parts.map(|(part, look)| Span::styled(part.to_owned(), look)));
    lines.extend(flow::wrap(&Line::from(words), width, 2));
    lines.extend(flow::wrap(&Line::styled(source, theme.quiet), width, 4));
    lines
}

/// A row of the conversation with its meaning.
fn said(scene: &Scene<'_>, row: usize, width: usize) -> (Vec<Line<'static>>, Vec<Explained>) {
    let lines = scene
        .rows()
        .get(row)
        .map(|row| flow::wrap_all(&describe(scene, row), width, 4))
        .unwrap_or_default();
    let explained = scene
        .connection()
        .map(|connection| connection.explain(row, scene.model.explainer()))
        .unwrap_or_default();
    (lines, explained)
}

/// A line of the log with its meaning.
fn written(
    scene: &Scene<'_>,
    position: Position,
    width: usize,
) -> (Vec<Line<'static>>, Vec<Explained>) {
    let event = scene.model.projection.event(position);
    let Some(Kind::Log {
        program, pid, text, ..
    }) = event.map(|event| &event.kind)
    else {
        return (Vec::new(), Vec::new());
    };
    let line = Line::from(vec![
        Span::styled(
            format!("{}[{pid}]: ", visible::text(program)),
            scene.theme.code,
        ),
        Span::styled(visible::text(text), scene.theme.text),
    ]);
    (
        flow::wrap(&line, width, 4),
        scene.model.explain_log(position),
    )
}

fn describe(scene: &Scene<'_>, row: &Row) -> Vec<Line<'static>> {
    let theme = scene.theme;
    match row {
        Row::Said {
            from,
            protected,
            text,
            refusal,
            ..
        } => {
            let who = match from {
                End::Client => scene.say("tui-client"),
                End::Server => scene.say("tui-server"),
            };
            let how = if *protected {
                scene.say("tui-explain-protected")
            } else {
                scene.say("tui-explain-clear")
            };
            let look = if *refusal { theme.refusal } else { theme.text };
            vec![
                Line::styled(format!("{who} · {how}"), theme.quiet),
                Line::styled(
                    format!("{} {text}", arrow(*from, *protected, *refusal)),
                    look,
                ),
            ]
        }
        Row::Tls(tls) => super::super::panes::tls_words(scene, tls)
            .into_iter()
            .map(|words| Line::styled(words, theme.tls))
            .collect(),
        Row::Tampered(_, tampering) => {
            let said = policy::tampering(scene.words, tampering);
            vec![Line::styled(said, theme.notice)]
        }
        Row::Stalled(_) => {
            let said = super::super::panes::stalled_words(scene);
            vec![Line::styled(said, theme.notice)]
        }
        Row::Closed(_, End::Client) => {
            vec![Line::styled(
                scene.say("tui-row-closed-client"),
                theme.quiet,
            )]
        }
        Row::Closed(_, End::Server) => {
            vec![Line::styled(
                scene.say("tui-row-closed-server"),
                theme.quiet,
            )]
        }
    }
}
