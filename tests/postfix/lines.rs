//! What changes from one run to the next becomes a placeholder in a log or a
//! message, as in the recordings.

use std::fmt::Write;

use super::host::DIRECTORY;

/// A line of a log or of a message; `queue_ids` grows as new ones are met.
pub(crate) fn line(line: &str, queue_ids: &mut Vec<String>) -> String {
    let mut text = line.replace(DIRECTORY, "{DIR}");
    for id in queue_ids_in(&text) {
        let known = queue_ids.iter().position(|known| *known == id);
        let number = known.unwrap_or_else(|| {
            queue_ids.push(id.clone());
            queue_ids.len() - 1
        }) + 1;
        text = text.replace(&id, &format!("{{QID{number}}}"));
    }
    text = text.replace("Mon, 5 Oct 2026 09:00:00 +0200", "{DATE}");
    text = text.replace("Mon, 12 Jan 2026 09:00:00 +0000 (UTC)", "{DATE}");
    for name in ["smtp", "submissions", "submission"] {
        for end in [".", ""] {
            let tail = format!("for service {name}{end}");
            let anonymous = format!("for service {{SERVICE}}{end}");
            if text.ends_with(&tail) || (end == "." && text.contains(&tail)) {
                text = text.replace(&tail, &anonymous);
            }
        }
    }
    if let Some((before, after)) = text.split_once("not enough free space in mail queue: ")
        && let Some((_, after)) = after.split_once(" bytes")
    {
        text = format!("{before}not enough free space in mail queue: {{BYTES}} bytes{after}");
    }
    text
}

/// The queue ids that [`super::host::Host`] makes.
fn queue_ids_in(text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for (start, _) in text.match_indices("4F2B71") {
        let id = text.get(start..start + 10).unwrap_or_default().to_owned();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// Renumbers `{QID7}` by first appearance, as the recorder did over the log of
/// all daemons.
pub(crate) fn renumber(lines: &[String]) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    lines
        .iter()
        .map(|line| {
            let mut text = String::new();
            let mut rest = line.as_str();
            while let Some((before, after)) = rest.split_once("{QID") {
                let (id, after) = after.split_once('}').unwrap();
                let number = known.iter().position(|k| k == id).unwrap_or_else(|| {
                    known.push(id.to_owned());
                    known.len() - 1
                });
                text.push_str(before);
                write!(text, "{{QID{}}}", number + 1).unwrap();
                rest = after;
            }
            text + rest
        })
        .collect()
}
