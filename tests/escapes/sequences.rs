//! What a program wrote to its terminal, taken apart: what it shows, what it
//! tells the terminal to do, and what it gives to the clipboard.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::corpus::assert_harmless;

/// What the lab tells a terminal: where the cursor goes, how text looks, which
/// screen and which reports it wants. Nothing that answers, names or links.
const ORDERS: [u8; 6] = *b"HmJKhl";

/// What a program wrote.
#[derive(Default)]
pub(super) struct Written {
    /// What is to be seen, one line for each stretch between two orders.
    pub(super) shown: String,
    /// What it gave to the clipboard, one after the other.
    pub(super) copied: Vec<String>,
}

impl Written {
    /// Takes `output` apart. Whatever is none of the lab's own orders, and
    /// whatever acts or hides among what is shown or copied, is a failure.
    #[track_caller]
    pub(super) fn by(what: &str, output: &[u8]) -> Self {
        let mut written = Self::default();
        let mut pieces = output.split(|byte| *byte == 0x1b);
        let mut shown = pieces.next().unwrap_or_default().to_vec();
        let mut pieces = pieces.peekable();
        while let Some(piece) = pieces.next() {
            shown.push(b'\n');
            match piece.split_first() {
                Some((b'[', order)) => shown.extend(after_csi(what, order)),
                Some((b']', order)) => {
                    let Some(text) = order.strip_prefix(b"52;c;") else {
                        panic!("{what}: OSC {}", order.escape_ascii());
                    };
                    let end = pieces.next().and_then(|piece| piece.strip_prefix(b"\\"));
                    shown.extend(end.unwrap_or_else(|| panic!("{what}: OSC 52 without an end")));
                    let text = STANDARD.decode(text).unwrap();
                    assert_harmless(&format!("{what}, the clipboard"), &text);
                    written.copied.push(String::from_utf8(text).unwrap());
                }
                _ => panic!("{what}: ESC {}", piece.escape_ascii()),
            }
        }
        // A terminal's driver ends lines so.
        shown.retain(|byte| *byte != b'\r');
        assert_harmless(what, &shown);
        written.shown = String::from_utf8(shown).unwrap();
        written
    }
}

/// What comes behind the order with which `text` begins (ECMA-48 §5.4).
#[track_caller]
fn after_csi<'a>(what: &str, text: &'a [u8]) -> &'a [u8] {
    let is_parameter = |byte: &u8| (0x30..=0x3f).contains(byte);
    let length = text.iter().take_while(|byte| is_parameter(byte)).count();
    let (parameters, rest) = text.split_at(length);
    let [order, rest @ ..] = rest else {
        panic!("{what}: half a CSI");
    };
    let numbers = parameters.split(|byte| b"?;:".contains(byte));
    let is_small = numbers.into_iter().all(|number| number.len() <= 4);
    assert!(
        ORDERS.contains(order) && is_small,
        "{what}: CSI {}",
        text.escape_ascii()
    );
    rest
}

#[test]
fn only_the_labs_own_orders_are_let_through() {
    for (order, is_ours) in [
        (
            "\x1b[?1049h\x1b[2J\x1b[12;40Hñ\x1b[38;5;231mx\x1b[m\r\n",
            true,
        ),
        ("\x1b]52;c;eA==\x1b\\x", true),
        // "x", BEL
        ("\x1b]52;c;eAc=\x1b\\", false),
        ("\x1b]52;p;eA==\x1b\\", false),
        ("\x1b]0;title\x1b\\", false),
        ("\x1b]8;;x\x1b\\", false),
        ("\x1b[31337m", false),
        ("\x1b[6n", false),
        ("\x1bc", false),
        ("\x1bP$qm\x1b\\", false),
        ("\u{9b}2J", false),
        ("\x07", false),
        ("\u{202e}", false),
    ] {
        let taken = std::panic::catch_unwind(|| Written::by("a test", order.as_bytes()));
        assert_eq!(taken.is_ok(), is_ours, "{order:?}");
    }
}
