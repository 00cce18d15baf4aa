//! Splits a stream of bytes into lines, in bounded memory.
//!
//! A line ends at LF; the CR before it belongs to the line end (RFC 5321
//! §2.3.8 asks for CRLF, Postfix takes a bare LF too and says which it was).
//! A line longer than the limit is either cut and the rest thrown away, as
//! Postfix does with commands, or handed out in pieces, as it does with
//! message content (`line_length_limit`).

/// How a line ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LineEnd {
    /// CR LF.
    CrLf,
    /// LF without a CR before it.
    BareLf,
    /// Not at all: this is a piece of a line that exceeds the limit, and the
    /// next piece follows.
    Limit,
}

/// What to do with a line that exceeds the limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Overlong {
    /// Keep what fits and skip to the end of the line.
    Skip,
    /// Hand the line out in pieces that fit.
    Split,
}

/// One line, or a piece of one, without its line end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub end: LineEnd,
}

/// Collects bytes and gives lines.
#[derive(Clone, Debug, Default)]
pub struct LineReader {
    buffer: Vec<u8>,
    /// Where the unread part of `buffer` begins.
    start: usize,
    /// Up to where the unread part has been searched for LF, relative to `start`.
    searched: usize,
    /// The rest of an overlong line is being thrown away.
    skipping: Option<Skipping>,
}

#[derive(Clone, Debug)]
struct Skipping {
    /// The part of the line that fits.
    kept: Vec<u8>,
    /// The byte before the next one.
    previous: u8,
}

impl LineReader {
    /// Takes more input.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The bytes that were not handed out yet.
    pub fn pending(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Forgets the bytes that were not handed out yet, as the server must when
    /// TLS begins (RFC 3207 §4.2), and returns how many there were.
    pub fn purge(&mut self) -> usize {
        let purged = self.pending().len();
        *self = Self::default();
        purged
    }

    /// Takes up to `count` bytes as they are, regardless of lines (BDAT, RFC 3030).
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        let taken: Vec<u8> = self.pending().iter().take(count).copied().collect();
        self.consume(taken.len());
        taken
    }

    /// The next line, or `None` until more input comes. A line is cut when
    /// `limit` bytes were read and its end has not begun, as Postfix's
    /// `smtp_get` does.
    pub fn next_line(&mut self, limit: usize, overlong: Overlong) -> Option<Line> {
        if let Some(skipping) = self.skipping.take() {
            return self.skip_rest(skipping);
        }
        let pending = self.pending();
        // The longest line that fits has `limit` bytes with its CR, and then its LF.
        let horizon = pending.len().min(limit.saturating_add(1));
        let unsearched = pending.get(self.searched..horizon).unwrap_or_default();
        if let Some(found) = unsearched.iter().position(|&byte| byte == b'\n') {
            let length = self.searched + found;
            let (content, end) = match pending.get(..length).unwrap_or_default() {
                [content @ .., b'\r'] => (content, LineEnd::CrLf),
                content => (content, LineEnd::BareLf),
            };
            if content.len() < limit {
                let bytes = content.to_vec();
                self.consume(length + 1);
                return Some(Line { bytes, end });
            }
        } else if horizon <= limit {
            self.searched = horizon;
            return None;
        }
        let kept = self.take(limit);
        match overlong {
            Overlong::Split => Some(Line {
                bytes: kept,
                end: LineEnd::Limit,
            }),
            Overlong::Skip => {
                let previous = kept.last().copied().unwrap_or_default();
                self.skip_rest(Skipping { kept, previous })
            }
        }
    }

    fn skip_rest(&mut self, skipping: Skipping) -> Option<Line> {
        let Skipping { kept, previous } = skipping;
        let pending = self.pending();
        let Some(found) = pending.iter().position(|&byte| byte == b'\n') else {
            let previous = pending.last().copied().unwrap_or(previous);
            self.consume(pending.len());
            self.skipping = Some(Skipping { kept, previous });
            return None;
        };
        let before = match found.checked_sub(1) {
            Some(index) => pending.get(index).copied(),
            None => Some(previous),
        };
        let end = match before {
            Some(b'\r') => LineEnd::CrLf,
            _ => LineEnd::BareLf,
        };
        self.consume(found + 1);
        Some(Line { bytes: kept, end })
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.buffer.len());
        self.searched = 0;
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(input: &[&[u8]], limit: usize, overlong: Overlong) -> Vec<Line> {
        let mut reader = LineReader::default();
        let mut lines = Vec::new();
        for bytes in input {
            reader.push(bytes);
            lines.extend(std::iter::from_fn(|| reader.next_line(limit, overlong)));
        }
        lines
    }

    fn line(text: &str, end: LineEnd) -> Line {
        Line {
            bytes: text.as_bytes().to_vec(),
            end,
        }
    }

    #[test]
    fn lines_end_at_crlf_and_at_bare_lf() {
        assert_eq!(
            lines(&[b"NOOP\r\nQUIT\n\n"], 100, Overlong::Skip),
            [
                line("NOOP", LineEnd::CrLf),
                line("QUIT", LineEnd::BareLf),
                line("", LineEnd::BareLf)
            ]
        );
    }

    #[test]
    fn an_overlong_command_is_cut_and_its_rest_skipped() {
        assert_eq!(
            lines(&[b"abcdef", b"ghi\r\nnext\r\n"], 4, Overlong::Skip),
            [line("abcd", LineEnd::CrLf), line("next", LineEnd::CrLf)]
        );
    }

    #[test]
    fn overlong_content_comes_in_pieces() {
        assert_eq!(
            lines(&[b"abcdefg\r\n"], 4, Overlong::Split),
            [line("abcd", LineEnd::Limit), line("efg", LineEnd::CrLf)]
        );
    }

    #[test]
    fn purged_bytes_are_gone() {
        let mut reader = LineReader::default();
        reader.push(b"STARTTLS\r\nRSET\r\n");
        assert!(reader.next_line(100, Overlong::Skip).is_some());
        assert_eq!(reader.purge(), 6);
        assert_eq!(reader.next_line(100, Overlong::Skip), None);
    }

    proptest! {
        #[test]
        fn cuts_do_not_depend_on_how_the_bytes_arrive(
            input in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b'x')], 0..60),
            chunk in 1_usize..10,
            limit in 1_usize..12,
        ) {
            let chunks: Vec<&[u8]> = input.chunks(chunk).collect();
            for overlong in [Overlong::Skip, Overlong::Split] {
                prop_assert_eq!(
                    lines(&[&input], limit, overlong),
                    lines(&chunks, limit, overlong)
                );
            }
        }
    }
}
