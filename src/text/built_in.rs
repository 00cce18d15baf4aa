//! Reading the TOML that is built in.

use serde::de::DeserializeOwned;

/// What `text` says. By way of a table, for the sake of size: a reader of its
/// own for each kind of file would be half a megabyte of program.
///
/// # Errors
/// If the text is not TOML, or not of this kind.
pub fn read_toml<T: DeserializeOwned>(text: &str) -> Result<T, toml::de::Error> {
    toml::from_str::<toml::Table>(text)?.try_into()
}
