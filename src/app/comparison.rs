//! The same dialogue twice, aligned by command: what was answered before and
//! what now, and which directives were changed in between.

use super::connection::{Connection, Row};
use super::model::{Edit, Model};
use crate::journal::End;

/// A dialogue held against the one before it of the same run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comparison {
    /// What was edited between the two, oldest first.
    pub edits: Vec<Edit>,
    /// What was said, command by command.
    pub exchanges: Vec<Compared>,
    /// Index of the first exchange that is not the same in both.
    pub first_difference: Option<usize>,
}

/// A command with both its answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Compared {
    /// What the client said; empty for the greeting.
    pub command: String,
    /// The lines of the answer before; `None`: the client did not say it.
    pub before: Option<Vec<String>>,
    /// The lines of the answer now; `None`: the client does not say it.
    pub now: Option<Vec<String>>,
}

/// What the client said, and what was answered.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Exchange {
    command: String,
    answer: Vec<String>,
}

impl Model {
    /// The shown dialogue held against the one before it of the same run, at
    /// the shown moment; `None` if it did not run twice in this step.
    pub fn comparison(&self) -> Option<Comparison> {
        let (before, now) = self.compared()?;
        let at = self.position();
        let exchanges = align(&exchanges(before.rows_at(at)), &exchanges(now.rows_at(at)));
        Some(Comparison {
            edits: self.edits_between(before, now),
            first_difference: exchanges.iter().position(|pair| !pair.is_same()),
            exchanges,
        })
    }

    /// Whether the shown dialogue can be compared with one before it.
    pub fn can_compare(&self) -> bool {
        self.compared().is_some()
    }

    /// The shown dialogue, after the one before it of the same run.
    fn compared(&self) -> Option<(&Connection, &Connection)> {
        let now = self.shown_connection()?;
        let run = now.run()?;
        let before = self
            .showable()
            .rfind(|earlier| earlier.run() == Some(run) && earlier.opened < now.opened)?;
        Some((before, now))
    }

    fn edits_between(&self, before: &Connection, now: &Connection) -> Vec<Edit> {
        let edits = self.projection.edits_at(now.opened).iter();
        let between = edits.filter(|position| **position > before.opened);
        let mut all: Vec<Edit> = Vec::new();
        for position in between {
            let event = self.projection.event(*position);
            let Some(edit) = event.and_then(|event| Edit::told_by(&event.kind)) else {
                continue;
            };
            // Several edits of one directive, or of one file, are one change.
            let mut known = all.iter_mut();
            match known.find(|known| known.host == edit.host && known.place == edit.place) {
                Some(known) => known.new = edit.new,
                None => all.push(edit),
            }
        }
        all.retain(|edit| edit.old != edit.new);
        all
    }
}

impl Compared {
    /// Whether it was answered the same both times. The name under which a
    /// message is queued is new each time and makes no difference.
    pub fn is_same(&self) -> bool {
        let plain = |answer: &Vec<String>| -> Vec<String> {
            let without_id = |line: &String| match line.split_once("queued as ") {
                Some((words, _)) => words.to_owned(),
                None => line.clone(),
            };
            answer.iter().map(without_id).collect()
        };
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => plain(before) == plain(now),
            _ => false,
        }
    }
}

/// What was said, command by command. A message counts as one thing said.
fn exchanges(rows: &[Row]) -> Vec<Exchange> {
    let mut all = vec![Exchange::default()];
    let mut in_message = false;
    for row in rows {
        match row {
            Row::Said {
                from: End::Client,
                text,
                ..
            } => {
                if !in_message {
                    all.push(Exchange {
                        command: text.clone(),
                        answer: Vec::new(),
                    });
                } else if text == "." {
                    all.push(Exchange {
                        command: ".".to_owned(),
                        answer: Vec::new(),
                    });
                }
            }
            Row::Said {
                from: End::Server,
                text,
                ..
            } => {
                in_message = text.starts_with("354");
                if let Some(last) = all.last_mut() {
                    last.answer.push(text.clone());
                }
            }
            Row::Tls(tls) => {
                let result = match (&tls.failed, &tls.established) {
                    (Some((_, reason)), _) => reason.clone(),
                    (None, Some((version, _))) => version.clone(),
                    (None, None) => continue,
                };
                all.push(Exchange {
                    command: "TLS".to_owned(),
                    answer: vec![result],
                });
            }
            Row::Stalled(_) => {
                if let Some(last) = all.last_mut() {
                    last.answer.push("…".to_owned());
                }
            }
            // What an attacker did shows in what each end then said.
            Row::Tampered(..) | Row::Closed(..) => {}
        }
    }
    all
}

/// Puts the longest sequence of commands that both have in common side by side.
fn align(before: &[Exchange], now: &[Exchange]) -> Vec<Compared> {
    // lengths[i][j]: how many commands the two have in common from there on.
    let mut lengths = vec![vec![0_usize; now.len() + 1]; before.len() + 1];
    let length = |lengths: &[Vec<usize>], i: usize, j: usize| {
        lengths
            .get(i)
            .and_then(|row| row.get(j))
            .copied()
            .unwrap_or_default()
    };
    for (i, left) in before.iter().enumerate().rev() {
        for (j, right) in now.iter().enumerate().rev() {
            let common = if left.command == right.command {
                length(&lengths, i + 1, j + 1) + 1
            } else {
                length(&lengths, i + 1, j).max(length(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i).and_then(|row| row.get_mut(j)) {
                *cell = common;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut aligned = Vec::new();
    loop {
        let (left, right) = (before.get(i), now.get(j));
        let (with_left, with_right) = match (left, right) {
            (None, None) => return aligned,
            (Some(left), Some(right)) if left.command == right.command => (true, true),
            (Some(_), Some(_)) => {
                let skip_left = length(&lengths, i + 1, j) >= length(&lengths, i, j + 1);
                (skip_left, !skip_left)
            }
            (left, right) => (left.is_some(), right.is_some()),
        };
        let left = left.filter(|_| with_left);
        let right = right.filter(|_| with_right);
        let said = left.or(right);
        aligned.push(Compared {
            command: said.map_or_else(String::new, |said| said.command.clone()),
            before: left.map(|left| left.answer.clone()),
            now: right.map(|right| right.answer.clone()),
        });
        i += usize::from(with_left);
        j += usize::from(with_right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::testing::Stage;
    use proptest::prelude::*;

    #[test]
    fn the_directive_that_was_changed_explains_the_first_difference() {
        let mut stage = Stage::answered();
        stage.play(Msg::Forward);
        stage.play(Msg::ToEnd);
        assert_eq!(stage.model.comparison(), None, "it ran only once");
        assert!(!stage.model.can_compare());
        stage.play(Msg::Toggle('m'));
        stage.play(Msg::Rerun);
        assert!(stage.model.can_compare());
        let comparison = stage.model.comparison().unwrap();
        assert_eq!(comparison.edits.len(), 1);
        let place = crate::app::Place::Directive {
            service: None,
            parameter: "mynetworks".to_owned(),
        };
        assert_eq!(comparison.edits[0].place, place);
        let first = &comparison.exchanges[comparison.first_difference.unwrap()];
        assert!(first.command.starts_with("RCPT TO:"));
        assert!(first.before.as_ref().unwrap()[0].starts_with("454"));
        assert!(first.now.as_ref().unwrap()[0].starts_with("250"));
    }

    #[test]
    fn what_was_set_back_made_no_difference() {
        let mut stage = Stage::answered();
        stage.play(Msg::Forward);
        stage.play(Msg::ToEnd);
        stage.play(Msg::Toggle('m'));
        stage.play(Msg::Undo);
        stage.play(Msg::Rerun);
        let comparison = stage.model.comparison().unwrap();
        assert_eq!(comparison.edits, []);
        assert_eq!(comparison.first_difference, None);
    }

    fn said(commands: &[&str]) -> Vec<Exchange> {
        let exchange = |command: &&str| Exchange {
            command: (*command).to_owned(),
            answer: vec!["250 Ok".to_owned()],
        };
        commands.iter().map(exchange).collect()
    }

    #[test]
    fn what_only_one_said_stands_alone() {
        let aligned = align(&said(&["EHLO", "MAIL", "QUIT"]), &said(&["EHLO", "QUIT"]));
        let same: Vec<bool> = aligned.iter().map(Compared::is_same).collect();
        assert_eq!(same, [true, false, true]);
        assert_eq!(aligned[1].now, None);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(before in "[ab]{0,8}", now in "[ab]{0,8}") {
            let letters = |text: &str| -> Vec<Exchange> {
                let words: Vec<String> = text.chars().map(String::from).collect();
                said(&words.iter().map(String::as_str).collect::<Vec<_>>())
            };
            let aligned = align(&letters(&before), &letters(&now));
            let kept = |of: fn(&Compared) -> bool| -> String {
                aligned.iter().filter(|pair| of(pair)).map(|pair| pair.command.as_str()).collect()
            };
            prop_assert_eq!(kept(|pair| pair.before.is_some()), before);
            prop_assert_eq!(kept(|pair| pair.now.is_some()), now);
        }
    }
}
