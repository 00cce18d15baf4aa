//! Markdown as styled lines: what lessons use of `CommonMark` (paragraphs,
//! headings, lists, quotes, code, emphasis, links), wrapped to a width.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Parser, Tag, TagEnd};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::flow;
use super::theme::Theme;
use crate::text::visible;

/// `source` as lines of at most `width` columns.
pub fn render(source: &str, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let mut renderer = Renderer {
        theme,
        width,
        lines: Vec::new(),
        current: Vec::new(),
        styles: vec![theme.text],
        bracketed: Vec::new(),
        blocks: Vec::new(),
        gap: false,
    };
    for event in Parser::new(source) {
        renderer.take(event);
    }
    renderer.end_line();
    renderer.lines
}

/// A block that indents what is in it.
enum Block {
    /// A list; the number of its next item, if it is numbered.
    List(Option<u64>),
    /// An item, with the mark that still has to be written.
    Item { mark: Option<String>, indent: usize },
    /// A quotation.
    Quote,
    /// Code whose line breaks count.
    Code,
}

struct Renderer<'t> {
    theme: &'t Theme,
    width: usize,
    lines: Vec<Line<'static>>,
    current: Vec<Span<'static>>,
    styles: Vec<Style>,
    /// For each open link, whether its brackets are part of the text.
    bracketed: Vec<bool>,
    blocks: Vec<Block>,
    /// Whether a blank line is due before the next line.
    gap: bool,
}

impl Renderer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if matches!(self.blocks.last(), Some(Block::Code)) => {
                for line in text.lines() {
                    self.push(line, self.theme.code);
                    self.end_line();
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.push(&text, self.style());
            }
            Event::Code(text) => self.push(&text, self.style().patch(self.theme.code)),
            Event::SoftBreak => self.push(" ", self.style()),
            Event::HardBreak => self.end_line(),
            Event::Rule => {
                self.push(&"─".repeat(self.width.min(20)), self.theme.quiet);
                self.end_block();
            }
            // Switched off in the parser.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                let mark = if *level == HeadingLevel::H1 {
                    self.theme.heading.underlined()
                } else {
                    self.theme.heading
                };
                self.styles.push(mark);
            }
            Tag::Emphasis => self.styles.push(self.style().patch(self.theme.emphasis)),
            Tag::Strong => self.styles.push(self.style().patch(self.theme.strong)),
            Tag::BlockQuote(_) => self.blocks.push(Block::Quote),
            Tag::CodeBlock(_) => self.blocks.push(Block::Code),
            // An address in angle brackets is an address as the wire has it.
            Tag::Link { link_type, .. } => {
                let bracketed = matches!(link_type, LinkType::Autolink | LinkType::Email);
                if bracketed {
                    self.push("<", self.style());
                }
                self.bracketed.push(bracketed);
            }
            Tag::List(first) => {
                self.end_line();
                self.blocks.push(Block::List(*first));
            }
            Tag::Item => {
                let mark = match self.blocks.last_mut() {
                    Some(Block::List(Some(number))) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                let indent = mark.width();
                self.blocks.push(Block::Item {
                    mark: Some(mark),
                    indent,
                });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_block();
                self.styles.pop();
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                self.styles.pop();
            }
            TagEnd::Link if self.bracketed.pop() == Some(true) => self.push(">", self.style()),
            TagEnd::Paragraph => self.end_block(),
            TagEnd::Item => {
                self.end_line();
                self.blocks.pop();
            }
            TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::List(_) => {
                self.end_line();
                self.blocks.pop();
                self.gap = true;
            }
            _ => {}
        }
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or(self.theme.text)
    }

    fn push(&mut self, text: &str, style: Style) {
        self.current.push(Span::styled(visible::text(text), style));
    }

    fn end_block(&mut self) {
        self.end_line();
        self.gap = true;
    }

    /// Writes what has gathered, under the marks of the blocks around it.
    fn end_line(&mut self) {
        if self.current.is_empty() {
            return;
        }
        let content = Line::from(std::mem::take(&mut self.current));
        if std::mem::take(&mut self.gap) && !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for block in &mut self.blocks {
            match block {
                Block::Quote => {
                    first.push(Span::styled("│ ", self.theme.quiet));
                    rest.push(Span::styled("│ ", self.theme.quiet));
                }
                Block::Item { mark, indent } => {
                    let blank = " ".repeat(*indent);
                    let mark = mark.take().unwrap_or_else(|| blank.clone());
                    first.push(Span::styled(mark, self.theme.quiet));
                    rest.push(Span::raw(blank));
                }
                Block::Code => {
                    first.push(Span::raw("  "));
                    rest.push(Span::raw("    "));
                }
                Block::List(_) => {}
            }
        }
        let indent = rest.iter().map(Span::width).sum::<usize>();
        let width = self.width.saturating_sub(indent).max(1);
        for (index, line) in flow::wrap(&content, width, 0).into_iter().enumerate() {
            let mut spans = if index == 0 {
                first.clone()
            } else {
                rest.clone()
            };
            spans.extend(line.spans);
            self.lines.push(Line::from(spans));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str, width: usize) -> Vec<String> {
        render(source, &Theme::DARK, width)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn paragraphs_are_wrapped_and_kept_apart() {
        assert_eq!(
            text("Un relay\nabierto es\n\nmalo.", 12),
            ["Un relay", "abierto es", "", "malo."]
        );
    }

    #[test]
    fn lists_hang_under_their_marks() {
        assert_eq!(
            text(
                "Antes:\n\n- uno dos tres\n- cuatro\n\n2. b\n3. c\n\nfin",
                10
            ),
            [
                "Antes:",
                "",
                "• uno dos",
                "  tres",
                "• cuatro",
                "",
                "2. b",
                "3. c",
                "",
                "fin"
            ]
        );
    }

    #[test]
    fn code_keeps_its_lines_and_its_look() {
        let lines = render(
            "Mira `mynetworks`:\n\n```\na = b\nc\n```\n",
            &Theme::DARK,
            40,
        );
        assert_eq!(lines[0].spans[1].content, "mynetworks");
        assert_eq!(lines[0].spans[1].style, Theme::DARK.code);
        assert_eq!(lines[2].to_string(), "  a = b");
        assert_eq!(lines[3].to_string(), "  c");
    }

    #[test]
    fn addresses_keep_their_angle_brackets() {
        assert_eq!(
            text("from <ana@aula.example> to [here](https://x.example)", 60),
            ["from <ana@aula.example> to here"]
        );
    }

    #[test]
    fn control_characters_of_a_lesson_are_shown_not_obeyed() {
        assert_eq!(text("a\u{1b}[2Jb", 20), ["a\\x1B[2Jb"]);
    }
}
