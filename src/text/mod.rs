//! Words: the two languages, the Fluent catalogues of the program's own texts,
//! and the safe display of bytes that came from somebody else.

mod catalogue;
mod language;
pub mod policy;
pub mod visible;

pub use catalogue::Catalogue;
pub use language::Language;
