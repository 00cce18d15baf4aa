//! One row of the dialogue in full, however long it is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::panes::arrow;
use super::super::scene::Scene;
use super::{columns_in, height_for, open_box, show_lines};
use crate::app::Row;
use crate::journal::End;

const WIDTH: u16 = 100;

pub(super) fn draw(
    row: usize,
    scroll: usize,
    scene: &Scene<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> usize {
    let width = columns_in(WIDTH, area);
    let lines = scene
        .rows()
        .get(row)
        .map(|row| flow::wrap_all(&describe(scene, row), width, 0))
        .unwrap_or_default();
    let inside = open_box(
        scene,
        area,
        (WIDTH, height_for(lines.len())),
        format!(" {} ", scene.say("tui-whole-title")),
        format!(" {} ", scene.say("tui-layer-keys")),
        buffer,
    );
    show_lines(scene, lines, scroll, inside, buffer)
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
                scene.say("tui-whole-protected")
            } else {
                scene.say("tui-whole-clear")
            };
            vec![
                Line::from(vec![
                    Span::styled(
                        format!("{} ", arrow(*from, *protected, *refusal)),
                        theme.quiet,
                    ),
                    Span::styled(format!("{who} · {how}"), theme.heading),
                ]),
                Line::default(),
                Line::styled(
                    text.clone(),
                    if *refusal { theme.refusal } else { theme.text },
                ),
            ]
        }
        Row::Tls(tls) => super::super::panes::tls_words(scene, tls)
            .into_iter()
            .map(|words| Line::styled(words, theme.tls))
            .collect(),
        Row::Stalled(_) => vec![Line::styled(scene.say("tui-row-stalled"), theme.notice)],
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
