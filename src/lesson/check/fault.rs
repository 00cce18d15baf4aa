//! One fault of a lesson file, and where it stands.

use std::ops::Range;

/// A fault. What it says, and how to mend it, are the messages `check-ID` and
/// `check-ID-fix` of the catalogue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Where: bytes of the file.
    pub span: Range<usize>,
    /// Which message.
    pub id: &'static str,
    /// The message's arguments, by name.
    pub arguments: Vec<(&'static str, String)>,
    /// Whether it keeps the lesson from being used.
    pub weight: Weight,
}

/// What a fault means for the lesson.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Weight {
    /// It cannot be used as it is.
    Fault,
    /// It can: it may be meant. A server with a broken configuration is
    /// something to learn from.
    Warning,
}

impl Fault {
    /// A fault without arguments.
    pub fn new(span: Range<usize>, id: &'static str) -> Self {
        Self {
            span,
            id,
            arguments: Vec::new(),
            weight: Weight::Fault,
        }
    }

    /// The same, as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.weight = Weight::Warning;
        self
    }

    /// The fault with an argument more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.say(name, value);
        self
    }

    /// Adds an argument.
    pub(super) fn say(
        &mut self,
        name: &'static str,
        value: &(impl ToString + ?Sized),
    ) -> &mut Self {
        self.arguments.push((name, value.to_string()));
        self
    }
}

/// The entry of `known` that `given` was probably meant to be.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(given, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}
