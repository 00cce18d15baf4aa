//! What Postfix does to text that it did not write itself (`printable()` of its
//! `util` library).

/// `text` with everything unprintable as `?`. What is not ASCII stays: Postfix
/// takes UTF-8 for printable (`smtputf8_enable`).
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_ascii_control() {
                '?'
            } else {
                character
            }
        })
        .collect()
}
