//! What the lines that the student sees mean: a line's meaning depends on what
//! was said before it.

use super::connection::{Connection, Row};
use super::model::Model;
use crate::journal::event::Tampering;
use crate::journal::{End, Kind, Position};
use crate::text::explain::{Answering, Explained, Explainer, Speaking};

/// What the client's next line is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Expected {
    #[default]
    Command,
    SaslResponse,
    Header,
    Body,
}

/// Follows a conversation as far as the meaning of its next line depends on it.
#[derive(Clone, Debug, Default)]
struct Listener {
    expected: Expected,
    /// The verb of the last command, in capitals.
    verb: String,
    /// Whether the last command has got a line of its answer.
    answered: bool,
}

impl Connection {
    /// What each part of the row at `index` means; empty if there is no such row.
    pub fn explain(&self, index: usize, explainer: Explainer) -> Vec<Explained> {
        let (Some(before), Some(row)) = (self.rows.get(..index), self.rows.get(index)) else {
            return Vec::new();
        };
        let mut listener = Listener::default();
        for earlier in before {
            listener.hear(earlier);
        }
        match row {
            Row::Said {
                from: End::Client,
                text,
                ..
            } => explainer.client(text, listener.speaking()),
            Row::Said {
                from: End::Server,
                text,
                ..
            } => explainer.reply(text, listener.answering()),
            Row::Tls(tls) => {
                let mut all = Vec::new();
                match (&tls.failed, &tls.established) {
                    (Some((_, reason)), _) => {
                        all.extend(explainer.tls("TLS", "failed"));
                        all.extend(explainer.tls_reason(reason));
                    }
                    (None, Some((version, _))) => {
                        all.extend(explainer.tls("TLS", "established"));
                        all.extend(explainer.tls(version, version));
                    }
                    (None, None) => all.extend(explainer.tls("TLS", "begins")),
                }
                if let Some((_, verification)) = self.certificate_at(tls.until) {
                    all.extend(explainer.verification(verification.code));
                }
                all
            }
            Row::Tampered(_, tampering) => explainer.tls("╳", explained_as(tampering)),
            Row::Stalled(_) if !self.is_attended() => explainer.tls("…", "unattended"),
            Row::Stalled(_) => explainer.tls("…", "silence"),
            Row::Closed(_, End::Client) => explainer.tls("QUIT", "closed_client"),
            Row::Closed(_, End::Server) => explainer.tls("221", "closed_server"),
        }
    }
}

impl Connection {
    /// What the client's next line will be.
    pub fn next_line(&self) -> Speaking {
        let mut listener = Listener::default();
        for row in &self.rows {
            listener.hear(row);
        }
        listener.speaking()
    }
}

/// The key under which an attack is explained.
fn explained_as(tampering: &Tampering) -> &'static str {
    match tampering {
        Tampering::Removed { .. } => "attack_strip",
        Tampering::Answered { .. } => "attack_refuse",
        Tampering::Injected { .. } => "attack_inject",
        Tampering::Impersonated { .. } | Tampering::Read { .. } => "attack_certificate",
    }
}

impl Listener {
    fn hear(&mut self, row: &Row) {
        let Row::Said { from, text, .. } = row else {
            if matches!(row, Row::Tls(_)) {
                *self = Self::default();
            }
            return;
        };
        match from {
            End::Server => {
                self.answered = true;
                self.expected = match text.get(..3) {
                    Some("334") => Expected::SaslResponse,
                    Some("354") => Expected::Header,
                    _ => Expected::Command,
                };
            }
            End::Client => match (self.expected, text.as_str()) {
                (Expected::Header | Expected::Body, ".") => self.expected = Expected::Command,
                (Expected::Header, "") => self.expected = Expected::Body,
                (Expected::Header | Expected::Body, _) => {}
                (Expected::Command | Expected::SaslResponse, command) => {
                    self.answered = false;
                    self.verb = verb_of(command);
                    self.expected = match self.verb.as_str() {
                        // A chunk follows its command at once (RFC 3030 §2).
                        "BDAT" => Expected::Header,
                        _ => Expected::Command,
                    };
                }
            },
        }
    }

    fn speaking(&self) -> Speaking {
        match self.expected {
            Expected::Command => Speaking::Command,
            Expected::SaslResponse => Speaking::SaslResponse,
            Expected::Header => Speaking::Header,
            Expected::Body => Speaking::Body,
        }
    }

    fn answering(&self) -> Answering {
        match self.verb.as_str() {
            "EHLO" | "HELO" => Answering::Ehlo {
                first: !self.answered,
            },
            "VRFY" => Answering::Vrfy,
            _ => Answering::Anything,
        }
    }
}

impl Model {
    /// The positions of this step's log lines until the shown moment, without
    /// what probes of goals left there; oldest first.
    pub fn shown_log(&self) -> impl DoubleEndedIterator<Item = Position> {
        let is_shown = |position: &Position| {
            let event = self.projection.event(*position);
            event.is_some_and(|event| {
                event
                    .kind
                    .connection()
                    .and_then(|id| self.projection.connection(id))
                    .is_none_or(Connection::is_shown)
            })
        };
        let written = self.projection.log_at(self.position()).iter().copied();
        written.filter(is_shown)
    }

    /// What each part of the log line at `position` means; empty if there is none.
    pub fn explain_log(&self, position: Position) -> Vec<Explained> {
        match self.projection.event(position).map(|event| &event.kind) {
            Some(Kind::Log { program, text, .. }) => self.explainer().log(program, text),
            _ => Vec::new(),
        }
    }

    /// Explains in the student's language.
    pub fn explainer(&self) -> Explainer {
        Explainer::new(self.language)
    }
}

fn verb_of(command: &str) -> String {
    let verb = command.split_ascii_whitespace().next();
    verb.unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::testing::Stage;
    use crate::text::Language;
    use crate::text::explain::Aspect;

    fn said(from: End, text: &str) -> Row {
        Row::Said {
            sent: Some(0),
            received: Some(0),
            from,
            protected: false,
            text: text.to_owned(),
            refusal: false,
        }
    }

    #[test]
    fn what_was_said_before_decides() {
        let mut stage = Stage::answered();
        stage.play(Msg::Forward);
        let mut connection = stage.model.dialogues().next().unwrap().clone();
        let lines = [
            (End::Client, "EHLO a.example", Aspect::Verb),
            (End::Server, "250-mail.example", Aspect::Phrase),
            (End::Server, "250 SIZE 1000", Aspect::Keyword),
            (End::Client, "AUTH LOGIN", Aspect::Parameter),
            (End::Server, "334 VXNlcm5hbWU6", Aspect::Code),
            (End::Client, "QUIT", Aspect::Parameter),
            (
                End::Server,
                "235 2.7.0 Authentication successful",
                Aspect::Phrase,
            ),
            (End::Client, "DATA", Aspect::Verb),
            (
                End::Server,
                "354 End data with <CR><LF>.<CR><LF>",
                Aspect::Phrase,
            ),
            (End::Client, "Subject: QUIT", Aspect::Message),
            (End::Client, "", Aspect::Message),
            (End::Client, "QUIT", Aspect::Message),
            (End::Client, ".", Aspect::Message),
            (End::Server, "250 2.0.0 Ok: queued as 4Zx", Aspect::Phrase),
            (End::Client, "QUIT", Aspect::Verb),
        ];
        connection.rows = lines
            .iter()
            .map(|(from, text, _)| said(*from, text))
            .collect();
        for (index, (_, text, aspect)) in lines.iter().enumerate() {
            let explained = connection.explain(index, Explainer::new(Language::Es));
            assert_eq!(
                explained.last().map(|last| last.aspect),
                Some(*aspect),
                "{text}"
            );
        }
        assert!(
            connection
                .explain(99, Explainer::new(Language::Es))
                .is_empty()
        );
    }

    #[test]
    fn the_log_is_shown_without_the_probes() {
        let mut stage = Stage::answered();
        stage.play(Msg::Rerun);
        stage.play(Msg::Forward);
        stage.play(Msg::ToEnd);
        let shown: Vec<_> = stage.model.shown_log().collect();
        assert_eq!(shown.len(), 2);
        assert_eq!(stage.model.explain_log(shown[0])[1].subject, "connect from");
        assert!(stage.model.explain_log(0).is_empty());
    }
}
