//! Words: the two languages, the Fluent catalogues of the program's own texts,
//! what the words of the wire and the log mean, and the safe display of bytes that
//! came from somebody else.

mod built_in;
mod catalogue;
pub mod difference;
pub mod explain;
pub mod glossary;
mod language;
pub mod policy;
pub mod quotation;
mod sought;
pub mod visible;

pub use built_in::read_toml;
pub use catalogue::Catalogue;
pub use language::Language;
pub use sought::{Place, Sought};
