//! `--json`: one object a line, first a header, then the journal's own events.

use std::io::{self, Write};

use serde::Serialize;

use crate::app::Ending;
use crate::journal::{Event, Kind};
use crate::text::visible;

/// Version of the output's format; a reader checks it before anything else.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Serialize)]
pub(super) struct Header<'a> {
    format: u32,
    lesson: &'a str,
    seed: u64,
}

impl<'a> Header<'a> {
    /// The header for this lesson, whose chances `seed` decides.
    pub(super) fn new(lesson: &'a str, seed: u64) -> Self {
        Self {
            format: FORMAT,
            lesson,
            seed,
        }
    }
}

/// The last line.
#[derive(Serialize)]
pub(super) struct Footer {
    ending: &'static str,
}

impl From<Ending> for Footer {
    fn from(ending: Ending) -> Self {
        Self {
            ending: match ending {
                Ending::Reached => "reached",
                Ending::NotReached => "not-reached",
                Ending::Left => "left",
                Ending::Interrupted => "interrupted",
            },
        }
    }
}

/// Writes an event. What an eavesdropper sees is written only for `--wire`:
/// TLS makes it (and its length) different at each run.
pub(super) fn event(out: &mut impl Write, event: &Event, wire: bool) -> io::Result<()> {
    if !wire && matches!(event.kind, Kind::Wire { .. }) {
        return Ok(());
    }
    line(out, event)
}

/// Writes `value` as one line of JSON that a terminal can only show: what
/// could be a control or an invisible character is written `\uXXXX`.
pub(super) fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let mut shown = 0;
    // serde_json has escaped what JSON forbids raw; all that is left of the
    // unsafe characters stands within strings, where `\u` may stand as well.
    for (at, character) in json.char_indices().filter(|(_, c)| visible::is_unsafe(*c)) {
        out.write_all(json.as_bytes().get(shown..at).unwrap_or_default())?;
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        shown = at + character.len_utf8();
    }
    out.write_all(json.as_bytes().get(shown..).unwrap_or_default())?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::journal::event::{ConnectionId, End, WireBytes};
    use proptest::prelude::*;

    #[test]
    fn a_header_says_format_lesson_and_seed() {
        let mut out = Vec::new();
        line(&mut out, &Header::new("caso5", 7)).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"format\":1,\"lesson\":\"caso5\",\"seed\":7}\n"
        );
    }

    #[test]
    fn the_wire_is_left_out_unless_asked_for() {
        let wire = Event {
            position: 0,
            at: Moment::LESSON_START,
            kind: Kind::Wire {
                connection: ConnectionId(1),
                from: End::Client,
                bytes: WireBytes(vec![0x16, 3]),
            },
        };
        let written = |with| {
            let mut out = Vec::new();
            event(&mut out, &wire, with).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(false), "");
        assert!(written(true).contains("\"bytes\":\"1603\""));
    }

    proptest! {
        #[test]
        fn whatever_is_said_comes_back_and_nothing_raw_comes_out(
            text in proptest::collection::vec(any::<char>(), 0..60),
            risky in "[\u{0}-\u{9f}\u{200b}-\u{2069}\u{e0000}-\u{e0fff}\"\\\\]{0,20}",
        ) {
            let said: String = text.into_iter().chain(risky.chars()).collect();
            let mut out = Vec::new();
            line(&mut out, &said).unwrap();
            let line = String::from_utf8(out).unwrap();
            let json = line.strip_suffix('\n').unwrap();
            prop_assert!(!json.chars().any(visible::is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(json).unwrap(), said);
        }
    }
}
