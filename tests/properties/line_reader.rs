//! A stream gives the same lines however it is cut, and no byte is lost or
//! held without bound.

use smtp_lab::smtp::lines::{Line, LineEnd, LineReader, Overlong};

pub(crate) fn holds(input: (u16, bool, Vec<u8>, Vec<u8>)) {
    let (limit, skips, cuts, bytes) = input;
    let limit = usize::from(limit).max(1);
    let overlong = if skips {
        Overlong::Skip
    } else {
        Overlong::Split
    };
    let whole = read([bytes.as_slice()].into_iter(), limit, overlong);
    let mut rest = bytes.as_slice();
    let mut pieces = Vec::new();
    for cut in cuts {
        let (piece, after) = rest.split_at(rest.len().min(usize::from(cut)));
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    let cut = read(pieces.into_iter(), limit, overlong);
    assert_eq!(whole, cut, "how the stream is cut makes a difference");
    for line in &whole.0 {
        assert!(line.bytes.len() <= limit);
        assert!(!line.bytes.contains(&b'\n'));
    }
    if overlong == Overlong::Split {
        let mut again: Vec<u8> = Vec::new();
        for line in &whole.0 {
            again.extend_from_slice(&line.bytes);
            again.extend_from_slice(match line.end {
                LineEnd::CrLf => b"\r\n",
                LineEnd::BareLf => b"\n",
                LineEnd::Limit => b"",
            });
        }
        again.extend_from_slice(&whole.1);
        assert_eq!(again, bytes, "a byte was lost");
    }
}

fn read<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
    limit: usize,
    overlong: Overlong,
) -> (Vec<Line>, Vec<u8>) {
    let mut reader = LineReader::default();
    let mut lines = Vec::new();
    for piece in pieces {
        reader.push(piece);
        while let Some(line) = reader.next_line(limit, overlong) {
            lines.push(line);
        }
    }
    (lines, reader.pending().to_vec())
}
