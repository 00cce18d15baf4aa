//! What Postfix does to text that it did not write itself, and to all that it
//! logs (`printable()` and `msg_vprintf()` of its `util` library).

/// How many bytes of a text are logged at most, without the word for how
/// grave it is.
const MOST_LOGGED: usize = 2000;

/// The words for how grave a line of the log is (`msg_syslog`).
const SEVERITIES: [&str; 4] = ["warning: ", "error: ", "fatal: ", "panic: "];

/// Leaves off what of `text` is too long for the log.
pub fn cut_for_log(text: &mut String) {
    let grave = SEVERITIES.iter().find(|word| text.starts_with(**word));
    let most = MOST_LOGGED + grave.map_or(0, |word| word.len());
    text.truncate(text.floor_char_boundary(most));
}

/// `text` with everything unprintable as `?`. What is not ASCII stays: Postfix
/// takes UTF-8 for printable (`smtputf8_enable`).
pub fn printable(text: &str) -> String {
    printable_characters(text).collect()
}

/// The characters of [`printable`] text, for a place of its own.
pub fn printable_characters(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|character| {
        if character.is_ascii_control() {
            '?'
        } else {
            character
        }
    })
}
