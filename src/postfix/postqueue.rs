//! What `mailq` (`postqueue -p`) prints (postqueue(1)).

use crate::clock::Moment;

/// A message in the queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Its queue id.
    pub queue_id: String,
    /// Whether it is on hold.
    pub on_hold: bool,
    /// Its size in bytes.
    pub size: usize,
    /// When it arrived.
    pub arrived: Moment,
    /// Envelope sender; empty for `<>`.
    pub sender: String,
    /// Recipients not dealt with yet, each with the reason why the last attempt
    /// failed, if there was one.
    pub recipients: Vec<(String, Option<String>)>,
}

/// The lines of the listing.
pub fn listing(entries: &[Entry]) -> Vec<String> {
    if entries.is_empty() {
        return vec!["Mail queue is empty".to_owned()];
    }
    let mut lines =
        vec!["-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------".to_owned()];
    for entry in entries {
        lines.extend(message(entry));
        lines.push(String::new());
    }
    let kilobytes = entries.iter().map(|entry| entry.size).sum::<usize>() / 1024;
    let plural = if entries.len() == 1 { "" } else { "s" };
    lines.push(format!(
        "-- {kilobytes} Kbytes in {} Request{plural}.",
        entries.len()
    ));
    lines
}

/// The lines of one message: recipients that failed for one reason stand together below it.
fn message(entry: &Entry) -> Vec<String> {
    let id = format!("{}{}", entry.queue_id, if entry.on_hold { "!" } else { "" });
    let sender = if entry.sender.is_empty() {
        "MAILER-DAEMON"
    } else {
        &entry.sender
    };
    let date = entry.arrived.to_date();
    let (weekday, month) = (date.weekday().to_string(), date.month().to_string());
    let arrived = format!(
        "{weekday:.3} {month:.3} {:>2} {:02}:{:02}:{:02}",
        date.day(),
        date.hour(),
        date.minute(),
        date.second()
    );
    let mut lines = vec![format!("{id:<11} {:>7} {arrived:<20} {sender}", entry.size)];
    let mut shown = &None;
    for (recipient, reason) in &entry.recipients {
        if shown != reason {
            let words = reason.as_deref().unwrap_or("reason unavailable");
            lines.push(format!("{:>78}", format!("({words})")));
            shown = reason;
        }
        lines.push(format!("{:41}{recipient}", ""));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_as_mailq_prints_it() {
        let entry =
            |queue_id: &str, on_hold, sender: &str, recipients: &[(&str, Option<&str>)]| Entry {
                queue_id: queue_id.to_owned(),
                on_hold,
                size: 700,
                arrived: Moment::LESSON_START,
                sender: sender.to_owned(),
                recipients: recipients
                    .iter()
                    .map(|(recipient, reason)| ((*recipient).to_owned(), reason.map(str::to_owned)))
                    .collect(),
            };
        let refused = Some("connect to mx.remoto.example[198.51.100.25]:25: Connection refused");
        let entries = [
            entry(
                "4F2B71C0A2",
                false,
                "profesor@aula.example",
                &[
                    ("ana@remoto.example", refused),
                    ("bob@remoto.example", refused),
                ],
            ),
            entry("4F2B71C0A3", true, "", &[("eva@otro.example", None)]),
        ];
        assert_eq!(
            listing(&entries).join("\n"),
            "\
-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
4F2B71C0A2      700 Mon Jan 12 09:00:00  profesor@aula.example
          (connect to mx.remoto.example[198.51.100.25]:25: Connection refused)
                                         ana@remoto.example
                                         bob@remoto.example

4F2B71C0A3!     700 Mon Jan 12 09:00:00  MAILER-DAEMON
                                         eva@otro.example

-- 1 Kbytes in 2 Requests."
        );
        assert_eq!(listing(&[]), ["Mail queue is empty"]);
    }
}
