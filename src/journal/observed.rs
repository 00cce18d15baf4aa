//! What was seen of a goal.

use std::fmt;

use serde::{Serialize, Serializer};

/// What was seen of a goal, thing by thing; empty: nothing happened yet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Observed(pub Vec<Observation>);

/// One thing that was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Observation {
    /// Something in the words of the wire, of Postfix's log or of OpenSSL, safe
    /// to show: `454 4.7.1 …`, `STARTTLS: 454 4.7.0 …`, `Verify return code: 18 (…)`.
    Words(String),
    /// Of what the answer to EHLO lists, what was asked for.
    Keywords {
        /// Those that it has, with their parameters, safe to show.
        offered: Vec<String>,
        /// Those that it has not.
        missing: Vec<String>,
    },
    /// Each end waited for the other.
    Silence,
    /// The server hung up before its client said goodbye.
    HungUp {
        /// The last thing that it had said, safe to show; `None`: nothing.
        after: Option<String>,
    },
    /// The server hung up in the middle of a TLS handshake.
    HandshakeCut,
}

impl Observation {
    /// An observation in words; `None`: there are none.
    pub fn words(words: impl Into<String>) -> Option<Self> {
        Some(words.into())
            .filter(|words| !words.is_empty())
            .map(Self::Words)
    }
}

impl Observed {
    /// What was seen, if anything was.
    pub fn one(observation: impl Into<Option<Observation>>) -> Self {
        Self(observation.into().into_iter().collect())
    }

    /// Whether nothing happened yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// For machines: in English, whatever the reader's language.
impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, observation) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(BETWEEN)?;
            }
            match observation {
                Observation::Words(words) => f.write_str(words)?,
                Observation::Keywords { offered, missing } => {
                    let missing = missing.iter().map(|name| format!("no {name}"));
                    let said: Vec<_> = offered.iter().cloned().chain(missing).collect();
                    write!(f, "EHLO: {}", said.join(", "))?;
                }
                Observation::Silence => f.write_str("silence")?,
                Observation::HungUp { after: None } => f.write_str("hung up at once")?,
                Observation::HungUp { after: Some(reply) } => write!(f, "hung up after {reply}")?,
                Observation::HandshakeCut => f.write_str("hung up during the TLS handshake")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Observed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What stands between two things seen.
pub const BETWEEN: &str = " · ";
