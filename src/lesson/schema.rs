//! The JSON Schema of a lesson file, made from the model. It is committed as
//! `lessons/schema.json`, where editors find it.

use std::sync::LazyLock;

use schemars::Schema;

use super::Lesson;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| schemars::schema_for!(Lesson));

/// The schema.
pub fn schema() -> &'static Schema {
    &SCHEMA
}

/// The schema as the text of a file.
pub fn schema_text() -> String {
    // A schema is a JSON value, which can always be written.
    let mut text = serde_json::to_string_pretty(schema()).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let committed = include_str!("../../lessons/schema.json");
        assert!(
            committed == schema_text(),
            "write it anew: lab schema > lessons/schema.json"
        );
    }
}
