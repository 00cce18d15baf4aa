//! Makes received bytes visible. Whatever a peer, a message or a lesson file
//! contains, what comes out of here holds no control character, no
//! bidirectional override and nothing invisible: a terminal shows it and does
//! nothing else with it.

use std::fmt::Write;

/// `bytes` as text: valid UTF-8 stays, every byte of anything else and every
/// unsafe character becomes `\xHH` (or `\u{H…}` above U+00FF). A tab becomes
/// four blanks: folded headers are full of them, and nothing hides behind one.
pub fn bytes(bytes: &[u8]) -> String {
    let mut visible = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push(&mut visible, chunk.valid());
        for byte in chunk.invalid() {
            // Writing into a String cannot fail.
            let _ = write!(visible, "\\x{byte:02X}");
        }
    }
    visible
}

/// `text` with every unsafe character written out.
pub fn text(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    push(&mut visible, text);
    visible
}

/// Whether a terminal could take `character` for anything but a thing to show.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// Appends `text` with every unsafe character written out.
pub fn push(visible: &mut String, text: &str) {
    // Most of what there is.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return visible.push_str(text);
    }
    for character in text.chars() {
        // Writing into a String cannot fail.
        let _ = match u32::from(character) {
            _ if !is_unsafe(character) => visible.write_char(character),
            0x09 => visible.write_str("    "),
            code @ ..=0xFF => write!(visible, "\\x{code:02X}"),
            code => write!(visible, "\\u{{{code:X}}}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_stay_and_controls_are_written_out() {
        assert_eq!(bytes("señal ✓ 250 Ok".as_bytes()), "señal ✓ 250 Ok");
        assert_eq!(bytes(b"\x1b]0;x\x07"), r"\x1B]0;x\x07");
        assert_eq!(bytes(b"\xff\xc3("), r"\xFF\xC3(");
        assert_eq!(bytes(b"\tby mail"), "    by mail");
        assert_eq!(
            bytes("\u{9b}2J\u{202e}oil".as_bytes()),
            r"\x9B2J\u{202E}oil"
        );
    }

    proptest! {
        #[test]
        fn nothing_unsafe_comes_out(input in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(!bytes(&input).chars().any(is_unsafe));
        }
    }
}
