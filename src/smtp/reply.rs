//! Replies: writing them as a server does and reading them as a client does
//! (RFC 5321 §4.2, RFC 2034, RFC 3463).

use std::fmt;

/// A server's answer to a command, or its greeting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The three-digit code, such as 250.
    pub code: u16,
    /// The enhanced status code, such as `2.1.0`, if there is one.
    pub enhanced: Option<String>,
    /// The text of each line, without the codes.
    pub lines: Vec<String>,
}

/// A line that no server may send.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplyError {
    /// It does not begin with three digits and a space or a hyphen.
    #[error("not a reply line")]
    NotAReply,
    /// A reply of more lines than anyone may send.
    #[error("reply of more than {} lines", ReplyReader::MAX_LINES)]
    TooLong,
}

/// Puts the lines of a reply together.
#[derive(Clone, Debug, Default)]
pub struct ReplyReader {
    lines: Vec<(u16, String)>,
}

impl Reply {
    /// A reply of one line.
    pub fn new(code: u16, enhanced: Option<&str>, text: impl Into<String>) -> Self {
        Self {
            code,
            enhanced: enhanced.map(str::to_owned),
            lines: vec![text.into()],
        }
    }

    /// The first digit of the code: 2 done, 3 go on, 4 not now, 5 no.
    pub fn class(&self) -> u16 {
        self.code / 100
    }

    /// Whether the command was carried out (2xx) or may go on (3xx).
    pub fn is_positive(&self) -> bool {
        matches!(self.class(), 2 | 3)
    }

    /// The lines as they go over the wire, without line ends: every line but
    /// the last has a hyphen behind the code.
    pub fn wire_lines(&self) -> impl Iterator<Item = String> + '_ {
        let last = self.lines.len().saturating_sub(1);
        self.lines.iter().enumerate().map(move |(index, text)| {
            let mark = if index < last { '-' } else { ' ' };
            match &self.enhanced {
                Some(enhanced) => format!("{}{mark}{enhanced} {text}", self.code),
                None => format!("{}{mark}{text}", self.code),
            }
        })
    }
}

impl fmt::Display for Reply {
    /// In one line, as mail logs quote a reply: `250 2.0.0 Ok: queued as 4F2B71C0A2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.wire_lines().collect();
        f.write_str(&lines.join(" "))
    }
}

impl ReplyReader {
    /// Lines of the longest reply that is read.
    pub const MAX_LINES: usize = 1000;

    /// Takes the next line (without its line end). Returns the reply when this
    /// was its last line.
    pub fn push(&mut self, line: &[u8]) -> Result<Option<Reply>, ReplyError> {
        let (code, more, text) = split(line).ok_or(ReplyError::NotAReply)?;
        if self.lines.len() >= Self::MAX_LINES {
            return Err(ReplyError::TooLong);
        }
        self.lines.push((code, text));
        if more {
            return Ok(None);
        }
        Ok(Some(assemble(std::mem::take(&mut self.lines), code)))
    }
}

/// Code, whether more lines follow, and text.
fn split(line: &[u8]) -> Option<(u16, bool, String)> {
    let (digits, rest) = line.split_at_checked(3)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = digits
        .iter()
        .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let (more, text) = match rest {
        [] => (false, rest),
        [b' ', text @ ..] => (false, text),
        [b'-', text @ ..] => (true, text),
        _ => return None,
    };
    Some((code, more, String::from_utf8_lossy(text).into_owned()))
}

/// The reply that these lines are. The enhanced code is the first line's; a
/// line that repeats it loses it, as it is no text.
fn assemble(lines: Vec<(u16, String)>, code: u16) -> Reply {
    let enhanced = lines
        .first()
        .and_then(|(_, text)| enhanced_code(code, text))
        .map(str::to_owned);
    let lines = lines
        .into_iter()
        .map(|(_, text)| match enhanced.as_deref() {
            Some(enhanced) => match text.strip_prefix(enhanced) {
                Some(rest) => rest.strip_prefix(' ').unwrap_or(rest).to_owned(),
                None => text,
            },
            None => text,
        })
        .collect();
    Reply {
        code,
        enhanced,
        lines,
    }
}

/// The enhanced status code that `text` begins with: class of `code`, subject
/// and detail of one to three digits (RFC 3463 §2).
pub fn enhanced_code(code: u16, text: &str) -> Option<&str> {
    let candidate = text.split(' ').next()?;
    let mut parts = candidate.split('.');
    let class = parts.next()?;
    let valid = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let well_formed = matches!(class, "2" | "4" | "5")
        && class.parse() == Ok(code / 100)
        && parts.next().is_some_and(valid)
        && parts.next().is_some_and(valid)
        && parts.next().is_none();
    well_formed.then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(lines: &[&str]) -> Reply {
        let mut reader = ReplyReader::default();
        lines
            .iter()
            .find_map(|line| reader.push(line.as_bytes()).unwrap())
            .unwrap()
    }

    #[test]
    fn one_line_with_an_enhanced_code() {
        let reply = read(&["454 4.7.1 <bob@remoto.example>: Relay access denied"]);
        assert_eq!(
            (reply.code, reply.enhanced.as_deref()),
            (454, Some("4.7.1"))
        );
        assert_eq!(reply.lines, ["<bob@remoto.example>: Relay access denied"]);
    }

    #[test]
    fn several_lines_without_enhanced_codes() {
        let reply = read(&["250-mail.aula.example", "250-SIZE 10240000", "250 CHUNKING"]);
        assert_eq!(reply.enhanced, None);
        assert_eq!(
            reply.lines,
            ["mail.aula.example", "SIZE 10240000", "CHUNKING"]
        );
    }

    #[test]
    fn an_enhanced_code_repeated_on_every_line_is_no_text() {
        let reply = read(&["550-5.7.1 one", "550 5.7.1 two"]);
        assert_eq!(reply.lines, ["one", "two"]);
        assert_eq!(
            reply.wire_lines().collect::<Vec<_>>(),
            ["550-5.7.1 one", "550 5.7.1 two"]
        );
        assert_eq!(reply.to_string(), "550-5.7.1 one 550 5.7.1 two");
    }

    #[test]
    fn what_looks_like_a_code_of_another_class_is_text() {
        assert_eq!(read(&["250 5.1.1 hm"]).enhanced, None);
        assert_eq!(read(&["250 2.1 hm"]).enhanced, None);
    }

    #[test]
    fn other_lines_are_refused() {
        for line in ["", "25", "25x ok", "250_ok", "hello there"] {
            let read = ReplyReader::default().push(line.as_bytes());
            assert_eq!(read, Err(ReplyError::NotAReply), "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            code in prop_oneof![Just(220_u16), Just(250), Just(354), Just(454), Just(550)],
            enhanced in any::<bool>(),
            lines in proptest::collection::vec("[a-zA-Z][ -~]{0,20}", 1..5),
        ) {
            let enhanced = (enhanced && code != 354).then(|| format!("{}.7.1", code / 100));
            let reply = Reply { code, enhanced, lines };
            let mut reader = ReplyReader::default();
            let mut read = None;
            for line in reply.wire_lines() {
                prop_assert_eq!(read, None);
                read = reader.push(line.as_bytes()).unwrap();
            }
            prop_assert_eq!(read, Some(reply));
        }
    }
}
