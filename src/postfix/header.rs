//! The header of a message as `cleanup` reads it: fields by name, unfolded
//! (RFC 5322 §2.2).

/// The header of a message, up to the empty line.
pub fn head(content: &[u8]) -> &[u8] {
    let end = content.windows(4).position(|window| window == b"\r\n\r\n");
    match end {
        Some(end) => content.get(..end + 2).unwrap_or(content),
        None => content,
    }
}

/// The fields of a header, each with its continuation lines.
pub fn fields(head: &[u8]) -> Vec<&[u8]> {
    let mut fields = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") && end > start {
            fields.extend(head.get(start..end));
            start = end;
        }
        end += line.len();
    }
    fields.extend(head.get(start..end).filter(|last| !last.is_empty()));
    fields
}

/// The value of the first field of this name.
pub fn field(content: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(head(content));
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((field, value)) = line.split_once(':') else {
            continue;
        };
        if field.trim_end().eq_ignore_ascii_case(name) {
            let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
            let value = folded.fold(value.trim().to_owned(), |value, more| {
                format!("{value} {}", more.trim())
            });
            return Some(value.trim().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_case_and_folding() {
        let content =
            b"Received: from a\r\n\tby b\r\nMESSAGE-ID:\r\n <1@c.example>\r\n\r\nSubject: body\r\n";
        assert_eq!(
            field(content, "Message-Id").as_deref(),
            Some("<1@c.example>")
        );
        assert_eq!(field(content, "Received").as_deref(), Some("from a by b"));
        assert_eq!(field(content, "Subject"), None);
    }
}
