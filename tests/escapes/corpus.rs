//! Strings that do something to a terminal, or hide in it, and what to hold
//! everything to that the program shows.

/// Stands in front of every hostile string, so that it can be seen to have
/// come out at all.
pub(crate) const MARK: &str = "oJo";

/// What each does, and its bytes. All but the last lines are valid UTF-8.
const TEXTS: [(&str, &str); 26] = [
    ("CSI: a colour", "\x1b[31337m"),
    ("CSI: wipes the screen", "\x1b[2J\x1b[H"),
    ("CSI: asks where the cursor is", "\x1b[6n"),
    ("OSC 0: the window's title", "\x1b]0;title\x07"),
    (
        "OSC 8: a link",
        "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    ),
    ("OSC 52: the clipboard", "\x1b]52;c;cm0gLXJm\x07"),
    ("DCS: asks for a setting", "\x1bP$qm\x1b\\"),
    ("APC", "\x1b_Gi=1\x1b\\"),
    ("ESC c: resets", "\x1bc"),
    ("C1 CSI as a character", "\u{9b}31337m"),
    ("C1 OSC as a character", "\u{9d}0;title\u{9c}"),
    ("C1 DCS as a character", "\u{90}$qm\u{9c}"),
    ("BEL", "\x07"),
    ("BS", "secret\x08\x08\x08\x08\x08\x08public"),
    ("SO and SI", "\x0elines\x0f"),
    ("DEL", "\x7f"),
    ("right-to-left override", "\u{202e}gpj.exe"),
    ("right-to-left isolate", "\u{2067}oof\u{2069}"),
    ("right-to-left mark", "\u{200f}"),
    ("Arabic letter mark", "\u{61c}"),
    ("zero width space and joiner", "a\u{200b}b\u{200d}c"),
    ("byte order mark", "\u{feff}"),
    ("soft hyphen", "pay\u{ad}pal"),
    ("line and paragraph separator", "\u{2028}\u{2029}"),
    ("tags", "\u{e0041}\u{e007f}"),
    ("variation selector", "x\u{fe0f}"),
];

/// What is not even UTF-8.
const BYTES: [(&str, &[u8]); 6] = [
    ("C1 CSI as a byte", b"\x9b31337m"),
    ("C1 OSC as a byte", b"\x9d0;title\x9c"),
    ("no UTF-8", b"\xff\xfe\xc3("),
    ("an overlong ESC", b"\xc0\x9b[31337m"),
    ("half a surrogate pair", b"\xed\xa0\x80"),
    ("CR alone", b"right\rwrong"),
];

/// All of them that are text, behind one another, each behind the mark.
pub(crate) fn text() -> String {
    TEXTS.iter().flat_map(|(_, text)| [MARK, text]).collect()
}

/// All of them.
pub(crate) fn bytes() -> Vec<u8> {
    let mut all = text().into_bytes();
    for (_, bytes) in BYTES {
        all.extend_from_slice(MARK.as_bytes());
        all.extend_from_slice(bytes);
    }
    all
}

/// Nothing in `output` but line ends and what can be seen.
#[track_caller]
pub(crate) fn assert_harmless(what: &str, output: &[u8]) {
    let text = std::str::from_utf8(output).unwrap_or_else(|_| {
        panic!("{what}: not UTF-8: {}", output.escape_ascii());
    });
    for line in text.split('\n') {
        if let Some(raw) = line.chars().find(|c| acts_or_hides(*c)) {
            panic!("{what}: {raw:?} comes out raw: {line:?}");
        }
    }
}

/// The program has its own list; this one is not it.
fn acts_or_hides(character: char) -> bool {
    let hidden = TEXTS.iter().flat_map(|(_, text)| text.chars());
    let mut hidden = hidden.filter(|c| !c.is_ascii());
    character.is_control() || hidden.any(|c| c == character)
}

/// [`assert_harmless`], and the mark came out.
#[track_caller]
#[allow(dead_code, reason = "not every test that shares this needs it")]
pub(crate) fn assert_shown(what: &str, output: &[u8]) {
    assert_harmless(what, output);
    let seen = String::from_utf8_lossy(output);
    assert!(seen.contains(MARK), "{what}: nothing came out: {seen}");
}
