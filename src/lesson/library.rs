//! The lessons that come with the program. A debug build reads them from the
//! disk at every start, so that an edit is seen at the next run.

use rust_embed::RustEmbed;

use super::Lesson;
use super::check::nearest;
use super::loader::{Faulty, Source};

#[derive(RustEmbed)]
#[folder = "lessons/"]
struct Files;

/// The ids of the built-in lessons, in order.
pub fn ids() -> Vec<String> {
    let mut ids: Vec<String> = Files::iter()
        .filter_map(|name| name.strip_suffix(".toml").map(ToOwned::to_owned))
        .collect();
    ids.sort();
    ids
}

/// The file of the built-in lesson `id`.
pub fn source(id: &str) -> Option<Source> {
    let name = format!("{id}.toml");
    let file = Files::get(&name)?;
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let name = format!("lessons/{name}");
    Some(Source { name, text })
}

/// The built-in lesson `id`. `None`: there is none.
pub fn lesson(id: &str) -> Option<Result<Lesson, Faulty>> {
    source(id).map(Source::load_trusted)
}

/// The id that `given` was probably meant to be.
pub fn did_you_mean(given: &str) -> Option<String> {
    let ids = ids();
    nearest(&given.to_lowercase(), ids.iter().map(String::as_str)).map(ToOwned::to_owned)
}
