//! What can be copied: the line, the dialogue, or the command of another
//! program that says the same. The text stands there, to be selected with the
//! mouse where the terminal takes nothing by OSC 52.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Widget};

use super::super::flow;
use super::super::panes::log_line;
use super::super::scene::Scene;
use super::{Subject, show_lines};
use crate::app::{Copied, Model, Row};

/// What is to be copied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Copy {
    /// The line that was looked at, if there was any.
    line: Option<Subject>,
    /// Index of the marked one of what can be copied.
    chosen: usize,
    /// Lines that its text is scrolled.
    scroll: usize,
}

/// One thing that can be copied.
#[derive(Clone, Copy, Debug)]
enum Offer {
    Line,
    Of(Copied),
}

impl Offer {
    const ALL: [Self; 1 + Copied::ALL.len()] = [
        Self::Line,
        Self::Of(Copied::Transcript),
        Self::Of(Copied::Swaks),
        Self::Of(Copied::Openssl),
        Self::Of(Copied::Curl),
    ];

    /// The message that names it.
    fn name(self) -> &'static str {
        match self {
            Self::Line => "tui-copy-line",
            Self::Of(Copied::Transcript) => "tui-copy-transcript",
            Self::Of(Copied::Swaks) => "tui-copy-swaks",
            Self::Of(Copied::Openssl) => "tui-copy-openssl",
            Self::Of(Copied::Curl) => "tui-copy-curl",
        }
    }

    /// The message that says why it is not to be had.
    fn absent(self) -> &'static str {
        match self {
            Self::Line => "tui-copy-no-line",
            Self::Of(Copied::Openssl) => "tui-copy-no-tls",
            Self::Of(Copied::Curl) => "tui-copy-no-mail",
            Self::Of(Copied::Transcript | Copied::Swaks) => "tui-copy-no-dialogue",
        }
    }
}

impl Copy {
    /// A choice of what there is, beginning with `line`.
    pub(in crate::tui) fn new(line: Option<Subject>) -> Self {
        Self {
            line,
            ..Self::default()
        }
    }

    /// Marks another one.
    pub(super) fn mark(&mut self, moved: impl Fn(usize) -> usize) {
        self.chosen = moved(self.chosen).min(Offer::ALL.len() - 1);
        self.scroll = 0;
    }

    /// Scrolls the text that is marked; `end` is how far the last frame could be.
    pub(super) fn turn_page(&mut self, moved: impl Fn(usize) -> usize, end: usize) {
        self.scroll = moved(self.scroll).min(end);
    }

    /// The text that is marked, safe for terminals and shells; `None` if there is none.
    pub(in crate::tui) fn text(&self, model: &Model) -> Option<String> {
        let offer = Offer::ALL.get(self.chosen).copied()?;
        self.text_of(offer, model)
    }

    fn text_of(&self, offer: Offer, model: &Model) -> Option<String> {
        match offer {
            Offer::Of(copied) => model.copied(copied),
            Offer::Line => match self.line? {
                Subject::Log(position) => log_line(model, position),
                Subject::Row(row) => {
                    let shown = model.shown_connection()?;
                    // Where nothing is said, what was said last is meant.
                    let until = shown.rows_at(model.position()).get(..=row)?;
                    until.iter().rev().find_map(|row| match row {
                        Row::Said { text, .. } => Some(text.clone()),
                        _ => None,
                    })
                }
            },
        }
    }

    pub(super) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> usize {
        let theme = scene.theme;
        let width = usize::from(area.width).max(1);
        let mut lines = Vec::new();
        for (index, offer) in Offer::ALL.into_iter().enumerate() {
            let present = self.text_of(offer, scene.model).is_some();
            let (mark, look) = match (index == self.chosen, present) {
                (true, _) => ("▶ ", theme.winner),
                (false, true) => ("  ", theme.text),
                (false, false) => ("  ", theme.quiet),
            };
            let mut line = Line::styled(format!("{mark}{}", scene.say(offer.name())), look);
            if !present {
                let why = format!(" — {}", scene.say(offer.absent()));
                line.push_span(Span::styled(why, theme.quiet));
            }
            lines.push(flow::cut_line(line, width));
        }
        lines.push(Line::styled("─".repeat(width), theme.border));
        let offers = lines.len();
        // No frame at the sides, and no indent: what is selected with the
        // mouse is the text and nothing else.
        for line in self.text(scene.model).unwrap_or_default().lines() {
            // The last column is for the signs that there is more.
            let pieces = flow::break_anywhere(line, (width - 1).max(1));
            lines.extend(pieces.into_iter().map(Line::raw));
        }
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let place = Rect {
            y: area.bottom().saturating_sub(height.min(area.height)),
            height: height.min(area.height),
            ..area
        };
        let keys = format!(" {} ", scene.say("tui-copy-keys"));
        let block = Block::new()
            .borders(Borders::TOP | Borders::BOTTOM)
            .style(theme.text)
            .border_style(theme.focus)
            .title_top(theme.title(scene.say("tui-copy-title")))
            .title_bottom(Line::styled(flow::cut(&keys, width), theme.quiet).right_aligned());
        let inside = block.inner(place);
        Clear.render(place, buffer);
        block.render(place, buffer);
        let text = lines.split_off(offers);
        let rows = u16::try_from(offers).unwrap_or(u16::MAX);
        let [above, below] =
            Layout::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(inside);
        Paragraph::new(lines).render(above, buffer);
        let below = Rect {
            width: below.width.saturating_sub(1),
            ..below
        };
        show_lines(scene, text, self.scroll, below, buffer)
    }
}
