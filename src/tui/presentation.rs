//! The presentation: the step's title, the dialogue with room around it, and
//! the code that decides in digits that the last row can read.

use std::iter::repeat_n;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use super::flow;
use super::panes::{
    bar, draw_strip, failed_call_words, more, stalled_words, task_entries, tls_words,
};
use super::scene::Scene;
use crate::app::{Row, arrow};
use crate::journal::End;
use crate::text::policy;

/// Columns of blank at each side.
const MARGIN: u16 = 4;

/// Rows and columns of a big digit.
const DIGIT: (u16, u16) = (5, 6);

/// Draws the presentation.
pub(crate) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let inner = Rect {
        x: area.x + MARGIN,
        width: area.width.saturating_sub(2 * MARGIN),
        ..area
    };
    let refused = failed_call_words(scene);
    // A call that nobody took has no code.
    let code = decisive(scene).filter(|_| refused.is_none());
    let said = bar::notice(scene, area.width);
    let beside = beside(area);
    let below = beside.is_none() && code.is_some();
    // A blank row above the digits and one below, where rows are not dear.
    let air = 1 + u16::from(area.height >= 20);
    let [title, _, step, network, _, dialogue, big, notice, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(2),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(if below { DIGIT.0 + air } else { 0 }),
        Constraint::Length(u16::try_from(said.len()).unwrap_or_default()),
        Constraint::Length(1),
    ])
    .areas(inner);
    let across = |line: Rect| Rect {
        x: area.x,
        width: area.width,
        ..line
    };
    bar::draw_title(scene, across(title), buffer);
    if let Some(present) = scene.model.present_step() {
        let text = flow::cut(&scene.text(&present.title), usize::from(step.width));
        Line::from(Span::styled(text, scene.theme.heading)).render(step, buffer);
    }
    draw_strip(scene, network, buffer);
    if let Some(refused) = refused {
        draw_refused(scene, &refused, dialogue, buffer);
    } else if scene.model.can_predict() || scene.rows().is_empty() {
        draw_task(scene, dialogue, buffer);
    } else {
        // The room beside the rows is kept free before there is a code, too:
        // no line is broken anew when it comes.
        let [rows, _, digits] = Layout::horizontal([
            Constraint::Fill(1),
            Constraint::Length(if beside.is_some() { MARGIN } else { 0 }),
            Constraint::Length(beside.map_or(0, code_width)),
        ])
        .areas(dialogue);
        draw_rows(scene, rows, buffer);
        if let (Some(size), Some((code, look))) = (beside, &code) {
            draw_big(code, *look, digits, size, buffer);
        }
    }
    if let Some((code, look)) = code.filter(|_| below) {
        let digits = Rect {
            y: big.y + air - 1,
            height: DIGIT.0,
            ..big
        };
        draw_big(&code, look, digits.intersection(big), 1, buffer);
    }
    bar::draw_notice(said, across(notice), buffer);
    bar::draw_keys(scene, across(keys), buffer);
}

/// How many times their size the digits have beside the rows; `None`: there is
/// no room for both, and they stand below.
fn beside(area: Rect) -> Option<u16> {
    match (area.width, area.height) {
        (180.., 50..) => Some(3),
        (110.., 30..) => Some(2),
        _ => None,
    }
}

/// Columns of a code whose digits have so many times their size.
fn code_width(size: u16) -> u16 {
    3 * DIGIT.1 * size + 2 * size
}

/// The call that nobody took, and what there is to be played next.
fn draw_refused(scene: &Scene<'_>, refused: &Line<'_>, area: Rect, buffer: &mut Buffer) {
    let lines = flow::wrap(refused, usize::from(area.width).max(1), 4);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let [said, _, task] = Layout::vertical([
        Constraint::Length(height),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    Paragraph::new(lines).render(said, buffer);
    draw_task(scene, task, buffer);
}

/// What the class is asked, and then what there is to be played: before
/// anything was said there is room for it. With a blank line between what does
/// not belong together, if that fits; where even without them it doesn't, with
/// a sign that there is more.
fn draw_task(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let entries = task_entries(scene, usize::from(area.width).max(1));
    let height = usize::from(area.height);
    let blank = [Line::default()];
    let mut lines = entries.join(blank.as_slice());
    if lines.len() > height {
        lines = entries.concat();
    }
    let fits = lines.len() <= height;
    lines.truncate(height);
    Paragraph::new(lines).render(area, buffer);
    more(scene, area, false, !fits, buffer);
}

/// The rows, the last one lit, with a blank line after each change of speaker.
fn draw_rows(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let height = usize::from(area.height);
    let width = usize::from(area.width).max(1);
    let rows = scene.rows();
    let mut reversed: Vec<Line<'static>> = Vec::new();
    for (index, row) in rows.iter().enumerate().rev() {
        if reversed.len() >= height {
            break;
        }
        let spot = index + 1 == rows.len();
        reversed.extend(row_lines(scene, row, spot, width).into_iter().rev());
        let before = index.checked_sub(1).and_then(|before| rows.get(before));
        if before.is_some_and(|before| speaker(before) != speaker(row)) {
            reversed.push(Line::default());
        }
    }
    reversed.truncate(height);
    reversed.reverse();
    Paragraph::new(reversed).render(area, buffer);
}

fn speaker(row: &Row) -> Option<End> {
    match row {
        Row::Said { from, .. } => Some(*from),
        _ => None,
    }
}

fn row_lines(scene: &Scene<'_>, row: &Row, spot: bool, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let (sign, text, look) = match row {
        Row::Said {
            from,
            protected,
            text,
            refusal,
            ..
        } => {
            let look = match (refusal, from) {
                (true, _) => theme.refusal,
                (false, End::Client) => theme.client,
                (false, End::Server) => theme.server,
            };
            (arrow(*from, *protected, *refusal), text.clone(), look)
        }
        Row::Tls(tls) => ("══", tls_words(scene, tls).concat(), theme.tls),
        Row::Tampered(_, tampering) => (
            "╳╳",
            policy::tampering(scene.words, tampering),
            theme.notice,
        ),
        Row::Stalled(_) => ("┄┄", stalled_words(scene), theme.notice),
        Row::Closed(..) => ("──", scene.say("tui-row-over"), theme.quiet),
    };
    let look = if spot { look.not_dim().bold() } else { look };
    let mark = if spot {
        Span::styled("▶ ", theme.winner)
    } else {
        Span::raw("  ")
    };
    let line = Line::from(vec![
        mark,
        Span::styled(format!("{sign:5}"), look),
        Span::styled(text, look),
    ]);
    flow::wrap(&line, width, 7)
}

/// The reply code that decides: the last refusal, or else the last reply that
/// is no farewell (221).
fn decisive(scene: &Scene<'_>) -> Option<(String, Style)> {
    let replies = || {
        scene.rows().iter().rev().filter_map(|row| match row {
            Row::Said {
                from: End::Server,
                text,
                refusal,
                ..
            } => {
                let code: String = text.chars().take(3).collect();
                let is_code = code.len() == 3 && code.chars().all(|c| c.is_ascii_digit());
                is_code.then_some((code, *refusal))
            }
            _ => None,
        })
    };
    let (code, refusal) = replies()
        .find(|(_, refusal)| *refusal)
        .or_else(|| replies().find(|(code, _)| code != "221"))?;
    let look = if refusal {
        scene.theme.refusal
    } else {
        scene.theme.success
    };
    // The digits are drawn with full blocks, which show in any weight.
    Some((code, look.not_reversed().not_underlined()))
}

fn draw_big(code: &str, look: Style, area: Rect, size: u16, buffer: &mut Buffer) {
    let times = usize::from(size);
    let mut x = area.x;
    for digit in code.chars().filter_map(|digit| digit.to_digit(10)) {
        let Some(shape) = usize::try_from(digit)
            .ok()
            .and_then(|digit| DIGITS.get(digit))
        else {
            continue;
        };
        let rows = shape.iter().flat_map(|row| {
            let squares = row.chars();
            let wide: String = squares.flat_map(|it| repeat_n(it, times)).collect();
            repeat_n(wide, times)
        });
        for (y, row) in (area.y..area.bottom()).zip(rows) {
            if x + DIGIT.1 * size <= area.right() {
                buffer.set_string(x, y, row, look);
            }
        }
        x += (DIGIT.1 + 1) * size;
    }
}

/// The digits, three squares wide and five high.
const DIGITS: [[&str; 5]; 10] = [
    ["██████", "██  ██", "██  ██", "██  ██", "██████"],
    ["  ██  ", "████  ", "  ██  ", "  ██  ", "██████"],
    ["██████", "    ██", "██████", "██    ", "██████"],
    ["██████", "    ██", "██████", "    ██", "██████"],
    ["██  ██", "██  ██", "██████", "    ██", "    ██"],
    ["██████", "██    ", "██████", "    ██", "██████"],
    ["██████", "██    ", "██████", "██  ██", "██████"],
    ["██████", "    ██", "    ██", "    ██", "    ██"],
    ["██████", "██  ██", "██████", "██  ██", "██████"],
    ["██████", "██  ██", "██████", "    ██", "██████"],
];
