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
}

impl Fault {
    /// A fault without arguments.
    pub fn new(span: Range<usize>, id: &'static str) -> Self {
        Self {
            span,
            id,
            arguments: Vec::new(),
        }
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
