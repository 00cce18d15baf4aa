//! Long lines of notices and reports, broken as Postfix breaks them.

/// Breaks `text` at spaces into lines of at most `length` columns, unless a
/// word is longer; lines after the first are indented by `indent`.
pub(in crate::postfix) fn line_wrap(text: &str, length: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut room = length;
    for word in text.split_inclusive([' ', '\t']) {
        let bare = word.trim_end_matches([' ', '\t']);
        if !line.is_empty() && line.chars().count() + bare.chars().count() > room {
            lines.push(line.trim_end().to_owned());
            line.clear();
            room = length - indent;
        }
        if !(line.is_empty() && bare.is_empty()) || lines.is_empty() {
            line.push_str(word);
        }
    }
    lines.push(line.trim_end().to_owned());
    for line in lines.iter_mut().skip(1) {
        line.insert_str(0, &" ".repeat(indent));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(line_wrap("", 10, 4), [""]);
        assert_eq!(line_wrap("uno dos", 10, 4), ["uno dos"]);
        assert_eq!(
            line_wrap("uno dos  tres cuatro cinco", 10, 4),
            ["uno dos", "    tres", "    cuatro", "    cinco"]
        );
        assert_eq!(
            line_wrap("unapalabramuylarga dos", 10, 4),
            ["unapalabramuylarga", "    dos"]
        );
    }
}
