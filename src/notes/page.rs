//! What the presenting instance tells.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::lesson::model::Text;

/// Where the presentation stands, in both languages: the reader chooses.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Page {
    /// The lesson's title.
    pub lesson: Text,
    /// The step's number, from 1.
    pub number: usize,
    /// How many steps there are.
    pub steps: usize,
    /// The step's title.
    pub title: Text,
    /// What a teacher says here.
    pub notes: Option<Text>,
    /// The right answer, as long as the class is being asked.
    pub answer: Option<Text>,
    /// How many goals hold.
    pub reached: usize,
    /// How many goals there are.
    pub goals: usize,
    /// The title of the step after.
    pub next: Option<Text>,
    /// When the presentation began, in microseconds since 1970.
    pub began: i64,
    /// When the step began, likewise.
    pub step_began: i64,
}

impl Page {
    /// How long the presentation and the step have taken at `now`, as a clock
    /// shows it: `12:31`, `1:02:45`.
    pub fn elapsed(&self, now: Moment) -> (String, String) {
        let since = |micros| {
            let seconds = now.since(Moment::from_micros(micros)).as_secs();
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            match hours {
                0 => format!("{minutes}:{:02}", seconds % 60),
                _ => format!("{hours}:{minutes:02}:{:02}", seconds % 60),
            }
        };
        (since(self.began), since(self.step_began))
    }
}
