//! What becomes of a header field that is longer than `header_size_limit`
//! (postconf(5)): `cleanup` reads no more of it than it needs, and writes no
//! more than the limit into the queue.
//!
//! A line end counts as one byte, as in the queue file.

use std::borrow::Cow;

/// The part of a field, with its continuation lines, that `cleanup` looks at: a
/// further line, or a further piece of one longer than `line_length_limit`, is
/// thrown away once there are `limit` bytes.
pub(in crate::postfix) fn collected(
    field: &[u8],
    limit: usize,
    longest_line: usize,
) -> Cow<'_, [u8]> {
    if field.len() <= limit {
        return Cow::Borrowed(field);
    }
    let mut kept = Vec::with_capacity(limit);
    let mut length = 0;
    for (index, line) in lines(field).enumerate() {
        if index > 0 {
            if length >= limit {
                continue;
            }
            kept.extend_from_slice(b"\r\n");
            length += 1;
        }
        for (index, piece) in line.chunks(longest_line.max(1)).enumerate() {
            if index == 0 || length < limit {
                kept.extend_from_slice(piece);
                length += piece.len();
            }
        }
    }
    kept.extend_from_slice(b"\r\n");
    Cow::Owned(kept)
}

/// What is written of a field: whole lines if they come to more than nine tenths
/// of `limit`, or else as many bytes as it allows.
pub(in crate::postfix) fn cut(field: &[u8], limit: usize) -> Cow<'_, [u8]> {
    if field.len() <= limit {
        return Cow::Borrowed(field);
    }
    let mut kept = Vec::with_capacity(limit);
    let mut start = 0;
    for line in lines(field) {
        let is_too_long = start + line.len() > limit;
        if is_too_long && start > limit / 10 * 9 + limit % 10 * 9 / 10 {
            break;
        }
        let room = limit.saturating_sub(start);
        kept.extend_from_slice(line.get(..room).unwrap_or(line));
        kept.extend_from_slice(b"\r\n");
        if is_too_long {
            break;
        }
        start += line.len() + 1;
    }
    Cow::Owned(kept)
}

/// The lines of a field, without their ends.
fn lines(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    let field = field.strip_suffix(b"\r\n").unwrap_or(field);
    field
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn a_line_that_begins_beyond_the_limit_is_not_looked_at() {
        let field = b"X: 12345678\r\n\tabc\r\n\td\r\n";
        assert_eq!(text(&collected(field, 11, 2048)), "X: 12345678\r\n");
        assert_eq!(
            text(&collected(field, 16, 2048)),
            "X: 12345678\r\n\tabc\r\n"
        );
        assert_eq!(collected(field, 40, 2048), &field[..]);
        assert_eq!(text(&collected(field, 5, 8)), "X: 12345\r\n");
    }

    #[test]
    fn a_cut_is_kind_only_close_to_the_limit() {
        let field = format!("X: {}\r\n\tabcdef\r\n", "x".repeat(16));
        assert_eq!(
            text(&cut(field.as_bytes(), 21)),
            format!("X: {}\r\n", "x".repeat(16))
        );
        let shown = format!("X: {}\r\n\tabc\r\n", "x".repeat(16));
        assert_eq!(text(&cut(field.as_bytes(), 24)), shown);
        assert_eq!(text(&cut(field.as_bytes(), 10)), "X: xxxxxxx\r\n");
    }

    proptest! {
        #[test]
        fn no_more_than_the_limit_is_kept(
            lines in prop::collection::vec("[ -~]{0,30}", 1..6),
            limit in 1_usize..80,
        ) {
            let field = lines.join("\r\n\t") + "\r\n";
            let seen = collected(field.as_bytes(), limit, 2048).into_owned();
            let kept = text(&cut(&seen, limit));
            let length = kept.replace("\r\n", "\n").trim_end_matches('\n').len();
            prop_assert!(length <= limit, "{length} > {limit}: {kept:?}");
            let whole = kept.trim_end_matches("\r\n");
            prop_assert!(field.starts_with(whole));
        }
    }
}
