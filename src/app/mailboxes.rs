//! The messages that lie in the mailboxes, as whoever opens one reads them.

use super::model::Model;
use crate::journal::{Kind, Position};
use crate::text::visible;

/// A message in a mailbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredMessage {
    /// Position of the `stored` event.
    pub at: Position,
    /// Whose mailbox it is, as `user@host`: the user of that host.
    pub mailbox: String,
    /// The message as it lies in the file, line by line, safe to show.
    pub lines: Vec<String>,
    /// How many of them are its header (RFC 5322 §2.2), without the blank line.
    pub header: usize,
}

impl Model {
    /// Every message that was put into a mailbox in this step until the shown
    /// moment, oldest first.
    pub fn stored_messages(&self) -> Vec<StoredMessage> {
        if self.beginning() {
            return Vec::new();
        }
        let mail = self.projection.mail_at(self.position()).iter();
        mail.filter_map(|at| self.stored_message(*at)).collect()
    }

    fn stored_message(&self, at: Position) -> Option<StoredMessage> {
        let Kind::Stored {
            host,
            mailbox,
            message,
            ..
        } = &self.projection.event(at)?.kind
        else {
            return None;
        };
        let whole = message.0.strip_suffix(b"\n").unwrap_or(&message.0);
        let lines = whole.split(|byte| *byte == b'\n');
        let lines: Vec<String> = lines
            .map(|line| visible::bytes(line.strip_suffix(b"\r").unwrap_or(line)))
            .collect();
        Some(StoredMessage {
            at,
            mailbox: visible::text(&format!("{mailbox}@{host}")),
            header: lines.iter().take_while(|line| !line.is_empty()).count(),
            lines,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Msg;
    use super::super::testing::Stage;
    use super::*;
    use crate::journal::event::Bytes;

    #[test]
    fn a_stored_message_is_read_whole_and_nothing_in_it_reaches_the_terminal() {
        let mut stage = Stage::answered();
        stage.happen(Kind::Stored {
            host: "mail.aula.example".to_owned(),
            mailbox: "alumno".to_owned(),
            recipient: "alumno@aula.example".to_owned(),
            message: Bytes::from("Subject: hola\r\n\r\n\u{1b}[2J\r\nadi\u{f3}s\r\n"),
        });
        let stored = stage.model.stored_messages();
        let [message] = stored.as_slice() else {
            panic!("{stored:?}");
        };
        assert_eq!(message.mailbox, "alumno@mail.aula.example");
        assert_eq!(message.lines, ["Subject: hola", "", r"\x1B[2J", "adiós"]);
        assert_eq!(message.header, 1);
        stage.play(Msg::ResetStep);
        assert_eq!(stage.model.stored_messages(), [], "the step began again");
    }
}
