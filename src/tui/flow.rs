//! Fitting styled lines into columns: wrapping with a hanging indent, cutting
//! with a sign, measuring by display width, writing them out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands where something was cut off.
pub const CUT: &str = "…";

/// A user-perceived character with its look.
struct Cell<'a> {
    text: &'a str,
    width: usize,
    style: Style,
}

/// Breaks `line` into lines of at most `width` columns, between words where it
/// can and within a word where it must. Lines after the first begin with
/// `hang` blanks. There is always at least one line.
pub fn wrap(line: &Line<'_>, width: usize, hang: usize) -> Vec<Line<'static>> {
    broken(line, width, hang, 0)
}

/// As [`wrap`], for lines of a protocol: a command's verb or a header's name
/// is not left alone on its line for the sake of a long address, which is
/// broken instead, at one of its joints.
pub fn wrap_protocol(line: &Line<'_>, width: usize, hang: usize) -> Vec<Line<'static>> {
    broken(line, width, hang, width / 2)
}

/// Breaks `line` at blanks from column `least` on, and within a word where
/// there is none.
fn broken(line: &Line<'_>, width: usize, hang: usize, least: usize) -> Vec<Line<'static>> {
    if line.width() <= width {
        let spans = line.spans.iter().map(|span| {
            Span::styled(
                span.content.clone().into_owned(),
                line.style.patch(span.style),
            )
        });
        return vec![spans.collect()];
    }
    let hang = if hang + 8 > width { 0 } else { hang };
    let cells: Vec<Cell<'_>> = line
        .spans
        .iter()
        .flat_map(|span| {
            let style = line.style.patch(span.style);
            span.content.graphemes(true).map(move |text| Cell {
                text,
                width: text.width(),
                style,
            })
        })
        .collect();
    let mut lines = Vec::new();
    let mut rest = cells.as_slice();
    loop {
        let indent = if lines.is_empty() { 0 } else { hang };
        let room = width.saturating_sub(indent).max(1);
        let (fitting, after) = rest.split_at(fit(rest, room, least.saturating_sub(indent)));
        lines.push(assemble(indent, fitting));
        let blanks = after.iter().take_while(|cell| cell.text == " ").count();
        rest = after.get(blanks..).unwrap_or_default();
        if rest.is_empty() {
            return lines;
        }
    }
}

/// `text` in pieces of at most `width` columns, nothing added or left out.
pub fn break_anywhere(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        if used + grapheme.width() > width && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += grapheme.width();
        if let Some(last) = pieces.last_mut() {
            last.push_str(grapheme);
        }
    }
    pieces
}

/// Wraps every line of `lines`.
pub fn wrap_all(lines: &[Line<'_>], width: usize, hang: usize) -> Vec<Line<'static>> {
    lines
        .iter()
        .flat_map(|line| wrap(line, width, hang))
        .collect()
}

/// `text` in at most `width` columns; `…` stands for what did not fit.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used + 1 > width {
            break;
        }
        short.push_str(grapheme);
    }
    if width > 0 {
        short.push_str(CUT);
    }
    short
}

/// `line` in at most `width` columns; `…` stands for what did not fit.
pub fn cut_line(line: Line<'static>, width: usize) -> Line<'static> {
    if line.width() <= width {
        return line;
    }
    let mut short = Line::default().style(line.style);
    let mut left = width;
    for span in line.spans {
        let taken = span.content.width();
        if taken < left {
            left -= taken;
            short.push_span(span);
        } else {
            // One more column than fits forces the sign at the end.
            let text = if taken == left {
                format!("{} ", span.content)
            } else {
                span.content.into_owned()
            };
            short.push_span(Span::styled(cut(&text, left), span.style));
            break;
        }
    }
    short
}

/// Writes `lines` below each other into `area`, as many as fit. As widgets they
/// would cost three times as much: a frame is little more than this.
pub fn write<'a>(lines: impl IntoIterator<Item = &'a Line<'a>>, area: Rect, buffer: &mut Buffer) {
    let seen = area.intersection(buffer.area);
    for (row, line) in seen.rows().zip(lines) {
        buffer.set_line(row.x, row.y, line, row.width);
    }
}

/// How many of `cells` go on a line of `width` columns, if it is not to be
/// broken before column `least`.
fn fit(cells: &[Cell<'_>], width: usize, least: usize) -> usize {
    let mut used = 0;
    let (mut last_blank, mut last_joint) = (None, None);
    for (index, cell) in cells.iter().enumerate() {
        match cell.text {
            " " if used >= least => last_blank = Some(index),
            "." | "@" if least > 0 && used >= least => last_joint = Some(index),
            _ => {}
        }
        used += cell.width;
        if used > width {
            // Never nothing: a character wider than the line stands alone.
            return match last_blank {
                Some(blank) if cells.iter().take(blank).any(|cell| cell.text != " ") => blank,
                _ => last_joint.unwrap_or(index).max(1),
            };
        }
    }
    cells.len()
}

fn assemble(indent: usize, cells: &[Cell<'_>]) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    if indent > 0 {
        spans.push(Span::raw(" ".repeat(indent)));
    }
    let mut text = String::new();
    let mut style = Style::new();
    for cell in cells {
        if cell.style != style && !text.is_empty() {
            spans.push(Span::styled(std::mem::take(&mut text), style));
        }
        style = cell.style;
        text.push_str(cell.text);
    }
    if !text.is_empty() {
        spans.push(Span::styled(text, style));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrapped(text: &str, width: usize, hang: usize) -> Vec<String> {
        wrap(&Line::raw(text), width, hang)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn lines_break_between_words_and_hang() {
        assert_eq!(
            wrapped("454 4.7.1 Relay access denied", 20, 4),
            ["454 4.7.1 Relay", "    access denied"]
        );
        assert_eq!(wrapped("", 10, 2), [""]);
    }

    #[test]
    fn a_protocol_line_keeps_its_verb_in_company() {
        let line = Line::raw("->  MAIL FROM:<premios@loteria.example>");
        let lines: Vec<_> = wrap_protocol(&line, 38, 4)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            lines,
            ["->  MAIL FROM:<premios@loteria", "    .example>"],
            "at the dot, not wherever the column ends"
        );
        let reply = Line::raw("<-  454 4.7.1 <a@b.example>: Relay access denied");
        let lines = wrap_protocol(&reply, 30, 4);
        assert_eq!(lines[1].to_string(), "    Relay access denied");
    }

    #[test]
    fn a_word_longer_than_the_line_is_broken_and_wide_characters_count_double() {
        assert_eq!(wrapped("abcdefghij", 4, 0), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("日本語", 4, 0), ["日本", "語"]);
    }

    #[test]
    fn styles_survive_wrapping() {
        let bold = Style::new().bold();
        let line = Line::from(vec![Span::raw("a "), Span::styled("bb cc", bold)]);
        let lines = wrap(&line, 4, 0);
        assert_eq!(lines[1].spans, [Span::styled("cc", bold)]);
    }

    #[test]
    fn cutting_leaves_a_sign() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語", 4), "日…");
        let line = Line::from(vec![Span::raw("abc"), Span::raw("def")]);
        assert_eq!(cut_line(line.clone(), 3).to_string(), "ab…");
        assert_eq!(cut_line(line, 5).to_string(), "abcd…");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-zñ日 ]{0,60}", width in 2_usize..20) {
            let lines = wrapped(&text, width, 0);
            for line in &lines {
                prop_assert!(line.width() <= width);
            }
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
