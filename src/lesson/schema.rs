//! The JSON Schema of a lesson file, as editors find it: `lessons/schema.json`.
//! It is made from the model, but by a test: the program itself need not know
//! how.

use std::sync::LazyLock;

use serde_json::Value;

/// The schema as the text of a file.
pub const SCHEMA: &str = include_str!("../../lessons/schema.json");

static READ: LazyLock<Value> = LazyLock::new(|| {
    let read = serde_json::from_str(SCHEMA);
    debug_assert!(read.is_ok(), "lessons/schema.json: {:?}", read.err());
    read.unwrap_or_default()
});

/// The schema.
pub fn schema() -> &'static Value {
    &READ
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Lesson;

    #[test]
    fn the_committed_schema_is_that_of_the_model() {
        let schema = schemars::schema_for!(Lesson);
        let mut made = serde_json::to_string_pretty(&schema).unwrap();
        made.push('\n');
        if std::env::var_os("WRITE_SCHEMA").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/schema.json");
            std::fs::write(path, &made).unwrap();
        }
        assert!(
            made == SCHEMA,
            "write it anew: WRITE_SCHEMA=1 cargo test --lib schema"
        );
    }
}
