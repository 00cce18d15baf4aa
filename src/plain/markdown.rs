//! Markdown as plain text: paragraphs and lists wrapped to a width, code as it
//! stands. Nothing but text comes out, so that a screen reader reads it well.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::text::visible;

/// The text of `markdown`, wrapped to `width` columns, without a final line end.
pub(super) fn flatten(markdown: &str, width: usize) -> String {
    let mut flat = Flat {
        width,
        ..Flat::default()
    };
    for event in Parser::new_ext(markdown, Options::empty()) {
        flat.take(event);
    }
    flat.end_block();
    flat.lines.join("\n")
}

#[derive(Default)]
struct Flat {
    width: usize,
    lines: Vec<String>,
    /// The block being read, not wrapped yet.
    block: String,
    /// The lists we are in: the number of the next item, if they have numbers.
    lists: Vec<Option<u64>>,
    /// What goes before the next block: the mark of a list's item.
    mark: String,
    /// Where the link being read leads, unless it is an address in angle brackets.
    link: Option<String>,
    in_code: bool,
}

impl Flat {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.code(&text),
            Event::Text(text) => self.block.push_str(&visible::text(&text)),
            Event::Code(code) => {
                self.block.push('`');
                self.block.push_str(&visible::text(&code));
                self.block.push('`');
            }
            Event::SoftBreak => self.block.push(' '),
            Event::HardBreak => self.block.push('\n'),
            Event::Rule => self.lines.push(String::new()),
            Event::Html(text) | Event::InlineHtml(text) => {
                self.block.push_str(&visible::text(&text));
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => self.separate(),
            Tag::List(first) => {
                self.end_block();
                if self.lists.is_empty() {
                    self.separate();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
            }
            Tag::CodeBlock(_) => {
                self.separate();
                self.in_code = true;
            }
            // In a lesson about mail what stands between angle brackets is an
            // address as SMTP writes it.
            Tag::Link {
                link_type: LinkType::Autolink | LinkType::Email,
                ..
            } => self.block.push('<'),
            Tag::Link { dest_url, .. } => self.link = Some(visible::text(&dest_url)),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item => self.end_block(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::Link => match self.link.take() {
                Some(link) if self.block.ends_with(&link) => {}
                Some(link) => self.block.extend([" (", &link, ")"]),
                None => self.block.push('>'),
            },
            _ => {}
        }
    }

    /// An empty line before a new block, but not within a tight list.
    fn separate(&mut self) {
        self.end_block();
        if self.mark.is_empty() && self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn code(&mut self, text: &str) {
        for line in text.lines() {
            self.lines.push(format!("    {}", visible::text(line)));
        }
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return;
        }
        let depth = self.lists.len();
        let margin = "  ".repeat(depth.saturating_sub(1));
        let first = format!("{margin}{}", self.mark);
        let next = match depth {
            0 => String::new(),
            _ => " ".repeat(first.len().max(margin.len() + 2)),
        };
        let first = if self.mark.is_empty() { &next } else { &first };
        self.lines.extend(wrap(&block, self.width, first, &next));
        self.mark.clear();
    }
}

/// `text` in lines of at most `width` columns, `first` before the first one
/// and `next` before the others. A word that is too long stays whole: it may
/// be a command to copy.
pub(super) fn wrap(text: &str, width: usize, first: &str, next: &str) -> Vec<String> {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(next)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
        .into_iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_wrapped_text() {
        let markdown = "# Title\nA **bold** word,\n`mynetworks` and a [link](https://example.test).\n\n\
                        - one item that is long enough to wrap\n- two\n  1. deep\n  2. deeper\n\n\
                        ```\npostconf -n\n```\nAfter.";
        insta::assert_snapshot!(flatten(markdown, 32), @r"
        Title

        A bold word, `mynetworks` and a
        link (https://example.test).

        - one item that is long enough
          to wrap
        - two
          1. deep
          2. deeper

            postconf -n

        After.
        ");
    }

    #[test]
    fn addresses_keep_their_angle_brackets() {
        for text in [
            "MAIL FROM:<a@aula.example> and <b@aula.example>: 250",
            "MAIL FROM:<> is the null sender",
            "<un alumno@aula.example>, <@aula.example:b@remoto.example>",
            "<https://example.test>",
            "a < b and c > d",
        ] {
            assert_eq!(flatten(text, 80), text);
        }
    }

    #[test]
    fn nothing_a_terminal_would_obey_comes_out() {
        let flat = flatten("a\u{1b}[2J `b\u{9b}c`\n\n<b\u{202e}>", 80);
        assert!(flat.chars().all(|c| c == '\n' || !visible::is_unsafe(c)));
    }
}
