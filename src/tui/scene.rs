//! What is to be drawn: the model, how the student looks at it, and the words
//! and colours to say it with. Every pane reads this and nothing else.

use std::fmt::Write;

use fluent_bundle::FluentValue;

use super::keymap::{Action, Context};
use super::screen::Screen;
use super::theme::Theme;
use crate::app::{Connection, Model, Row};
use crate::journal::{End, Position};
use crate::lesson::model::Text;
use crate::postfix::decision::{Decision, Fact, ListTrace, Outcome, RestrictionTrace};
use crate::text::{Catalogue, visible};

/// The keys that our own messages tell the student to press, by the name of the
/// message's argument.
const TOLD: [(&str, Context, Action); 8] = [
    ("next", Context::Lesson, Action::NextStep),
    ("forward", Context::Lesson, Action::Forward),
    ("answer", Context::Question, Action::Answer),
    ("focus", Context::Lesson, Action::FocusNext),
    ("reset", Context::Lesson, Action::ResetStep),
    ("call", Context::Lesson, Action::ByHand),
    ("base64", Context::Typing, Action::Base64),
    ("quit", Context::Everywhere, Action::Quit),
];

/// One moment of the screen.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The model.
    pub model: &'a Model,
    /// How it is looked at.
    pub screen: &'a Screen,
    /// Our words, in the student's language.
    pub words: &'a Catalogue,
    /// The colours.
    pub theme: &'a Theme,
}

impl<'a> Scene<'a> {
    /// One of our own messages.
    pub fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    /// One of our own messages with its arguments; text that came from
    /// elsewhere is made safe on the way in.
    pub fn say_with(&self, id: &str, arguments: &[(&str, &str)]) -> String {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(visible::text(value))))
            .collect();
        self.words.say_with(id, &arguments)
    }

    /// One of our own messages that tells the student which key to press: each
    /// of `TOLD` is an argument, as it is in the student's own keymap.
    pub fn instruct(&self, id: &str, arguments: &[(&str, &str)]) -> String {
        let keys = TOLD.map(|(name, context, action)| (name, self.key(context, action)));
        let keys = keys.iter().map(|(name, key)| (*name, key.as_str()));
        let arguments: Vec<_> = keys.chain(arguments.iter().copied()).collect();
        self.say_with(id, &arguments)
    }

    /// The key for `action` in `context`, as it is printed on the keyboard.
    pub fn key(&self, context: Context, action: Action) -> String {
        let key = self.screen.keymap.first(context, action);
        key.map_or_else(|| "—".to_owned(), |key| key.name(self.model.language))
    }

    /// A text of the lesson in the student's language, safe to show on one line.
    pub fn text(&self, text: &Text) -> String {
        visible::text(text.in_language(self.model.language))
    }

    /// Whom callers from outside count as.
    pub fn outsider(&self) -> String {
        let clients = &self.model.lesson.clients;
        let client = self.model.outsider.as_ref().map_or_else(
            || self.say("tui-outside-itself"),
            |name| {
                let label = clients.iter().find(|client| client.name == *name);
                label.map_or_else(|| name.clone(), |client| self.text(&client.label))
            },
        );
        self.say_with("tui-outside-as", &[("client", &client)])
    }

    /// The position whose world is shown.
    pub fn at(&self) -> Position {
        self.model.position()
    }

    /// The connection that is shown.
    pub fn connection(&self) -> Option<&'a Connection> {
        self.model.shown_connection()
    }

    /// The rows of the shown connection.
    pub fn rows(&self) -> &'a [Row] {
        self.connection()
            .map_or(&[], |connection| connection.rows_at(self.at()))
    }

    /// The decision that matters: of the chosen row, or else at the shown moment.
    pub fn decision(&self) -> Option<&'a Decision> {
        let connection = self.connection()?;
        let until = self
            .screen
            .row
            .and_then(|row| moment_of(connection, row))
            .unwrap_or_else(|| self.at())
            .min(self.at());
        connection.deciding(until)
    }

    /// The parameters that had the last word in the decision that matters:
    /// first the list that decided, then what its winning rule looked at; or
    /// those that another rule depends on.
    pub fn winning_parameters(&self) -> Vec<&'a str> {
        self.decision().map(winning_parameters).unwrap_or_default()
    }

    /// How many goals hold, as `1/2`.
    pub fn score(&self) -> String {
        let goals = self
            .model
            .present_state()
            .map_or(&[] as &[bool], |state| &state.goals);
        let mut score = String::new();
        // Writing into a String cannot fail.
        let _ = write!(
            score,
            "{}/{}",
            goals.iter().filter(|holds| **holds).count(),
            goals.len()
        );
        score
    }
}

/// The parameters that had the last word in a decision: first the list that
/// decided, then what its winning rule looked at; or those that another rule
/// depends on.
pub fn winning_parameters(decision: &Decision) -> Vec<&str> {
    let list = deciding_list(decision);
    let mut parameters: Vec<&str> = list.iter().map(|list| list.parameter).collect();
    if let Some(step) = list.and_then(winner) {
        match &step.fact {
            Fact::ClientInNetworks { .. } | Fact::ClientOutsideNetworks { .. } => {
                parameters.push("mynetworks");
            }
            Fact::OurDestination { parameter, .. } => parameters.push(parameter),
            Fact::ForeignDestination { .. } => {
                parameters.extend(["mydestination", "relay_domains"]);
            }
            Fact::SenderOwnedBy { .. } => parameters.push("smtpd_sender_login_maps"),
            _ => {}
        }
    }
    let settings = decision.reasons.iter().flat_map(|reason| &reason.settings);
    parameters.extend(settings.map(|setting| setting.parameter));
    parameters
}

/// The list that decided: the first that did not let the command pass, or else
/// the last that permitted it.
pub fn deciding_list(decision: &Decision) -> Option<&ListTrace> {
    let stopped = |list: &&ListTrace| matches!(list.outcome, Outcome::Defer | Outcome::Reject);
    let permitted = |list: &&ListTrace| list.outcome == Outcome::Permit;
    // The relay question is what lessons turn on; where two lists permit, it
    // is the one that explains why a stranger's mail went through.
    decision
        .lists
        .iter()
        .find(stopped)
        .or_else(|| {
            decision
                .lists
                .iter()
                .find(|list| list.parameter == "smtpd_relay_restrictions")
                .filter(permitted)
        })
        .or_else(|| decision.lists.iter().rfind(permitted))
}

/// The restriction that decided its list: the last one evaluated, if it did.
pub fn winner(list: &ListTrace) -> Option<&RestrictionTrace> {
    list.steps
        .last()
        .filter(|step| !matches!(step.outcome, Outcome::Continue | Outcome::Warn))
}

/// The moment until which what was decided about a row is known: for a command
/// up to the next command, for a reply its own.
fn moment_of(connection: &Connection, row: usize) -> Option<Position> {
    match connection.rows.get(row)? {
        Row::Said {
            from: End::Client, ..
        } => connection
            .rows
            .iter()
            .skip(row + 1)
            .find(|next| {
                matches!(
                    next,
                    Row::Said {
                        from: End::Client,
                        ..
                    }
                )
            })
            .map(|next| next.position().saturating_sub(1)),
        other => Some(other.until()),
    }
}
