//! Client and server side by side, rows aligned in time. Arrows as in swaks:
//! `->` and `<-` in clear, `~>` and `<~` inside TLS, `**` for a refusal.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::scene::Scene;
use super::super::screen::Hit;
use super::super::seek::{self, Found};
use super::{Focus, more, padded, titled, write_into_edge};
use crate::app::{Connection, Row, TlsView, arrow};
use crate::journal::event::NoConnection;
use crate::journal::{End, Kind};
use crate::text::{Sought, policy, visible};

/// A row laid out: as many lines in each column.
struct Block {
    row: usize,
    kind: Laid,
    /// Whether it holds what is sought, and is the one that is looked at.
    mark: Option<bool>,
}

enum Laid {
    Columns {
        client: Vec<Line<'static>>,
        server: Vec<Line<'static>>,
    },
    Across(Vec<Line<'static>>),
}

/// Columns that an arrow takes, with the blanks after it.
const ARROW: usize = 4;

/// What became of a handshake, in words, one line each.
pub(crate) fn tls_words(scene: &Scene<'_>, tls: &TlsView) -> Vec<String> {
    match (&tls.failed, &tls.established) {
        (Some((end, reason)), _) => {
            let who = match end {
                End::Client => "tui-tls-failed-client",
                End::Server => "tui-tls-failed-server",
            };
            vec![scene.say_with(who, &[("reason", reason)])]
        }
        (None, Some((version, cipher))) => vec![scene.say_with(
            "tui-tls-established",
            &[("version", version), ("cipher", cipher)],
        )],
        (None, None) => vec![scene.say("tui-tls-begins")],
    }
}

/// Draws the dialogue, and notes where its rows can be clicked. Says which rows
/// hold what is sought, if anything is.
pub(crate) fn draw(
    scene: &Scene<'_>,
    focus: Focus,
    area: Rect,
    buffer: &mut Buffer,
    hits: &mut Vec<(Rect, Hit)>,
) -> Option<Found> {
    let sought = seek::sought_in_pane(scene).filter(|_| focus == Focus::Here);
    let Some(connection) = scene.connection() else {
        let title = scene.say("tui-pane-dialogue");
        let inside = padded(titled(scene, focus, &title, area, buffer));
        invite(scene, inside, buffer);
        return sought.map(|_| Found::default());
    };
    let half = usize::from(area.width / 2).saturating_sub(5);
    let title = client_title(scene, connection, half);
    let inside = titled(scene, focus, &title, area, buffer);
    if inside.width < 4 || inside.height == 0 {
        return None;
    }
    let (left, right) = columns(inside);
    divide(scene, connection, focus, (left, right), buffer);
    if let Some(refused) = failed_call_words(scene) {
        flow::cut_line(refused, usize::from(inside.width)).render(inside, buffer);
        return sought.map(|_| Found::default());
    }
    let mut place = arrange(scene, connection, (left, right));
    let found = sought.map(|sought| {
        let rows = scene.rows().iter();
        let found = Found::among(&sought, rows.map(|row| words(scene, connection, row)));
        light(scene, &mut place, &sought, &found);
        found
    });
    paint(scene, &place, inside, (left, right), buffer, hits);
    let rows = scene.rows().len();
    let above = place.hidden > 0 || place.blocks.first().is_some_and(|block| block.row > 0);
    let below = place
        .blocks
        .last()
        .is_some_and(|block| block.row + 1 < rows);
    more(scene, inside, above, below, buffer);
    found
}

/// How many rows the dialogue takes between margins `width` columns apart, or
/// `most` if it takes more.
pub(crate) fn height(scene: &Scene<'_>, width: usize, most: usize) -> usize {
    let Some(connection) = scene.connection() else {
        return 0;
    };
    let inside = Rect::new(0, 0, u16::try_from(width + 2).unwrap_or(u16::MAX), 1);
    let columns = columns(inside);
    let rows = scene.rows().iter().enumerate();
    let mut height = 0;
    for (index, row) in rows {
        height += lay_out(scene, connection, index, row, columns).height();
        if height >= most {
            return most;
        }
    }
    height
}

/// The column of the client and that of the server, with a line between them.
fn columns(inside: Rect) -> (Rect, Rect) {
    let left = Rect {
        width: (inside.width - 1) / 2,
        ..inside
    };
    let right = Rect {
        x: left.right() + 1,
        width: inside.width - 1 - left.width,
        ..inside
    };
    (left, right)
}

/// Lights what is sought in the rows in sight, and puts a mark after their arrows.
fn light(scene: &Scene<'_>, place: &mut Place, sought: &Sought, found: &Found) {
    let chosen = seek::chosen(scene, found.count).and_then(|chosen| found.lines.get(chosen));
    for block in &mut place.blocks {
        if found.lines.binary_search(&block.row).is_err() {
            continue;
        }
        let is_chosen = chosen == Some(&block.row);
        block.mark = Some(is_chosen);
        match &mut block.kind {
            Laid::Columns { client, server } => {
                seek::light_entry(sought, client, is_chosen);
                seek::light_entry(sought, server, is_chosen);
            }
            Laid::Across(lines) => seek::light_entry(sought, lines, is_chosen),
        }
    }
}

/// What stands here before anything was said.
fn invite(scene: &Scene<'_>, inside: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let width = usize::from(inside.width).max(1);
    let mut lines = Vec::new();
    if let Some(refused) = failed_call_words(scene) {
        lines.extend(flow::wrap(&refused, width, 4));
        lines.push(Line::default());
    }
    let next = scene.screen.run.or_else(|| model.next_run());
    let words = if model.beginning() {
        scene.say("tui-preparing")
    } else if model.can_predict() {
        scene.instruct("tui-answer-first", &[])
    } else if let Some(run) = next.and_then(|run| model.run(run)) {
        scene.instruct(
            "tui-press-to-run",
            &[("run", run.label.in_language(model.language))],
        )
    } else {
        scene.say("tui-no-runs")
    };
    lines.extend(flow::wrap(&Line::styled(words, scene.theme.text), width, 0));
    flow::write(&lines, inside, buffer);
}

/// The student's call, if nobody took it.
pub(crate) fn failed_call_words(scene: &Scene<'_>) -> Option<Line<'static>> {
    let Kind::ConnectionFailed { from, to, how, .. } = &scene.model.failed_call()?.kind else {
        return None;
    };
    let to = format!("{}:{}", to.host, to.port);
    let said = scene.say_with(
        match how {
            NoConnection::Refused => "tui-connection-refused",
            NoConnection::TimedOut => "tui-connection-timed-out",
        },
        &[("from", from.host.as_str()), ("to", &to)],
    );
    Some(Line::styled(format!("*** {said}"), scene.theme.refusal))
}

/// Who calls, in `room` columns: with what the lesson calls them, if all of
/// that fits.
fn client_title(scene: &Scene<'_>, connection: &Connection, room: usize) -> String {
    let label = scene
        .model
        .lesson
        .clients
        .iter()
        .find(|client| client.name == connection.from.host)
        .map(|client| scene.text(&client.label))
        .filter(|label| *label != connection.from.host)
        .map(|label| format!(" ({label})"))
        .unwrap_or_default();
    let name = visible::text(&connection.from.host);
    let name = format!("{} · {name}", scene.say("tui-client"));
    if name.width() + label.width() <= room {
        name + &label
    } else {
        flow::cut(&name, room)
    }
}

/// Draws the line between the columns, with the server's title over its own.
fn divide(
    scene: &Scene<'_>,
    connection: &Connection,
    focus: Focus,
    (left, right): (Rect, Rect),
    buffer: &mut Buffer,
) {
    let (lines, look) = focus.edges(scene);
    let x = left.right();
    let top = left.y.saturating_sub(1);
    for y in left.y..left.bottom() {
        buffer.set_string(x, y, lines.vertical_left, look);
    }
    // The panel below has its tabs in this edge.
    if let Some(cell) = buffer.cell_mut((x, left.bottom()))
        && cell.symbol() == lines.horizontal_bottom
    {
        cell.set_symbol("┴");
    }
    buffer.set_string(x, top, "┬", look);
    let room = usize::from(right.width).saturating_sub(2);
    let title = server_title(scene, connection, room.saturating_sub(2));
    let title = Line::from(vec![
        Span::raw(" "),
        Span::styled(title, focus.heading(scene)),
        Span::raw(" "),
    ]);
    write_into_edge(scene, title, (right.x + 1, top), buffer);
}

/// Who answers, and on which port: where there is little room the name is cut,
/// never the port.
fn server_title(scene: &Scene<'_>, connection: &Connection, room: usize) -> String {
    let before = format!("{} · ", scene.say("tui-server"));
    let port = format!(":{}", connection.to.port);
    let name = visible::text(&connection.to.host);
    let left = room.saturating_sub(before.width() + port.width());
    format!("{before}{}{port}", flow::cut(&name, left))
}

/// The rows that fit, laid out.
struct Place {
    blocks: Vec<Block>,
    /// Lines of the first block that lie above the edge.
    hidden: usize,
}

/// Chooses the rows to show: around the chosen one, or else up to the last.
/// Only these are laid out, however long the conversation was.
fn arrange(scene: &Scene<'_>, connection: &Connection, columns: (Rect, Rect)) -> Place {
    let rows = scene.rows();
    let height = usize::from(columns.0.height);
    let lay = |row: usize| {
        rows.get(row)
            .map(|content| lay_out(scene, connection, row, content, columns))
    };
    let last = rows.len().saturating_sub(1);
    let chosen = scene.screen.row.map_or(last, |row| row.min(last));
    let mut after = Vec::new();
    let mut below = 0;
    for block in (chosen + 1..rows.len()).map_while(&lay) {
        if below + block.height() > height / 2 {
            break;
        }
        below += block.height();
        after.push(block);
    }
    let mut blocks = Vec::new();
    let mut used = below;
    let mut first = chosen + 1;
    while used < height && first > 0 {
        let Some(block) = lay(first - 1) else { break };
        first -= 1;
        used += block.height();
        blocks.push(block);
    }
    blocks.reverse();
    blocks.append(&mut after);
    let mut next = blocks.last().map_or(0, |block| block.row + 1);
    while used < height
        && let Some(block) = lay(next)
    {
        if used + block.height() > height {
            break;
        }
        used += block.height();
        next += 1;
        blocks.push(block);
    }
    Place {
        blocks,
        hidden: used.saturating_sub(height),
    }
}

impl Block {
    fn height(&self) -> usize {
        match &self.kind {
            Laid::Columns { client, server } => client.len().max(server.len()),
            Laid::Across(lines) => lines.len(),
        }
    }
}

fn lay_out(
    scene: &Scene<'_>,
    connection: &Connection,
    row: usize,
    content: &Row,
    (left, right): (Rect, Rect),
) -> Block {
    let theme = scene.theme;
    let whole = usize::from(left.width) + 1 + usize::from(right.width);
    let across = |style: Style, fill: &str| {
        let text = words(scene, connection, content);
        Laid::Across(rule(&text, style, fill, whole))
    };
    let kind = match content {
        Row::Said {
            from,
            protected,
            text,
            refusal,
            ..
        } => {
            let (width, style) = match from {
                End::Client => (left.width, theme.client),
                End::Server => (right.width, theme.server),
            };
            let style = if *refusal { theme.refusal } else { style };
            let sign = if *protected { theme.tls } else { style };
            let line = Line::from(vec![
                Span::styled(
                    format!("{:ARROW$}", arrow(*from, *protected, *refusal)),
                    if *refusal { theme.refusal } else { sign },
                ),
                Span::styled(text.clone(), style),
            ]);
            let lines = flow::wrap_protocol(&line, usize::from(width).max(1), ARROW);
            match from {
                End::Client => Laid::Columns {
                    client: lines,
                    server: Vec::new(),
                },
                End::Server => Laid::Columns {
                    client: Vec::new(),
                    server: lines,
                },
            }
        }
        Row::Tls(tls) if tls.failed.is_some() => across(theme.refusal, "═"),
        Row::Tls(_) => across(theme.tls, "═"),
        Row::Tampered(..) => across(theme.notice, "╳"),
        Row::Stalled(_) => across(theme.notice, "┄"),
        Row::Closed(..) => across(theme.quiet, "─"),
    };
    Block {
        row,
        kind,
        mark: None,
    }
}

/// What a row says: a line of the dialogue with its arrow, or what happened.
fn words(scene: &Scene<'_>, connection: &Connection, row: &Row) -> String {
    match row {
        Row::Said {
            from,
            protected,
            text,
            refusal,
            ..
        } => format!("{:ARROW$}{text}", arrow(*from, *protected, *refusal)),
        Row::Tls(tls) => tls_words(scene, tls).concat(),
        Row::Tampered(_, tampering) => policy::tampering(scene.words, tampering),
        Row::Stalled(_) => stalled_words(scene),
        Row::Closed(_, end) => {
            let host = match end {
                End::Client => &connection.from.host,
                End::Server => &connection.to.host,
            };
            scene.say_with("tui-row-closed", &[("host", host.as_str())])
        }
    }
}

/// Why nothing more is said.
pub(crate) fn stalled_words(scene: &Scene<'_>) -> String {
    let attended = scene.connection().is_none_or(Connection::is_attended);
    scene.say(if attended {
        "tui-row-stalled"
    } else {
        "tui-row-unattended"
    })
}

/// A text in the middle of a line drawn across both columns; one that is too
/// long is wrapped below it.
fn rule(text: &str, style: Style, fill: &str, width: usize) -> Vec<Line<'static>> {
    let taken = text.width() + 4;
    if taken > width {
        return flow::wrap(
            &Line::styled(format!("{} {text}", fill.repeat(2)), style),
            width,
            3,
        );
    }
    let before = (width - taken) / 2 + 1;
    let after = width - taken + 2 - before;
    let line = format!("{} {text} {}", fill.repeat(before), fill.repeat(after));
    vec![Line::styled(line, style)]
}

fn paint(
    scene: &Scene<'_>,
    place: &Place,
    inside: Rect,
    (left, right): (Rect, Rect),
    buffer: &mut Buffer,
    hits: &mut Vec<(Rect, Hit)>,
) {
    let mut top = 0;
    for block in &place.blocks {
        let height = block.height();
        for index in 0..height {
            let Some(offset) = (top + index).checked_sub(place.hidden) else {
                continue;
            };
            let Ok(offset) = u16::try_from(offset) else {
                continue;
            };
            if offset >= inside.height {
                break;
            }
            let at = |area: Rect| Rect {
                y: area.y + offset,
                height: 1,
                ..area
            };
            match &block.kind {
                Laid::Columns { client, server } => {
                    for (lines, column) in [(client, left), (server, right)] {
                        flow::write(lines.get(index), at(column), buffer);
                    }
                }
                Laid::Across(lines) => {
                    // Nothing of the line between the columns shows through.
                    Clear.render(at(inside), buffer);
                    buffer.set_style(at(inside), scene.theme.text);
                    flow::write(lines.get(index), at(inside), buffer);
                }
            }
            if let (Some(is_chosen), 0) = (block.mark, index) {
                let column = match &block.kind {
                    Laid::Columns { client, .. } if !client.is_empty() => left.x,
                    Laid::Columns { .. } => right.x,
                    Laid::Across(_) => inside.x,
                };
                // In the gap after the arrow, which is as wide on every line.
                let gap = u16::try_from(ARROW - 1).unwrap_or_default();
                let place = (column.saturating_add(gap), at(inside).y);
                seek::mark(is_chosen, place, scene.theme.notice, buffer);
            }
            if scene.screen.row == Some(block.row) {
                buffer.set_style(at(inside), scene.theme.selection);
            }
            hits.push((at(inside), Hit::Row(block.row)));
        }
        top += height;
    }
}
