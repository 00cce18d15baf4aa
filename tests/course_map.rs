//! Holds `docs/course-map*.md` against the lessons: every step that a map names
//! exists, every lesson and every misconception is on it, and both languages
//! name the same steps.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read the lessons or the maps has failed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The misconceptions that the course has collected, M1 to M28.
const MISCONCEPTIONS: usize = 28;

const MAPS: [&str; 2] = ["docs/course-map.md", "docs/course-map.es.md"];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The ids of the lessons that come with the program.
fn lessons() -> BTreeSet<String> {
    fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons"))
        .unwrap()
        .filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".toml").map(ToOwned::to_owned)
        })
        .collect()
}

/// Every step of every lesson, as a map writes it: `caso5/relay-abierto`.
fn steps() -> BTreeSet<String> {
    let mut steps = BTreeSet::new();
    for lesson in lessons() {
        let text = read(&format!("lessons/{lesson}.toml"));
        let parsed: toml::Value = toml::from_str(&text).unwrap();
        for step in parsed["step"].as_array().unwrap() {
            steps.insert(format!("{lesson}/{}", step["id"].as_str().unwrap()));
        }
    }
    steps
}

/// What stands between backquotes in the rows of a map's tables.
fn quoted(map: &str) -> Vec<&str> {
    map.lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// The steps that a map names, in its order.
fn named(map: &str) -> Vec<&str> {
    let is_step = |word: &&str| word.contains('/') && !word.contains(['.', ' ']);
    quoted(map).into_iter().filter(is_step).collect()
}

#[test]
fn every_step_on_the_map_exists() {
    let steps = steps();
    for path in MAPS {
        let map = read(path);
        let lost: Vec<&str> = named(&map)
            .into_iter()
            .filter(|step| !steps.contains(*step))
            .collect();
        assert!(
            lost.is_empty(),
            "{path} names steps that are not there: {lost:?}"
        );
        assert!(
            named(&map).len() > MISCONCEPTIONS,
            "{path} names hardly any step"
        );
    }
}

#[test]
fn both_languages_name_the_same_steps() {
    let [english, spanish] = MAPS.map(read);
    assert_eq!(named(&english), named(&spanish));
}

#[test]
fn the_path_on_the_map_is_the_menus() {
    let course: toml::Value = toml::from_str(&read("assets/course.toml")).unwrap();
    let parts = course["part"].as_array().unwrap();
    let path = parts
        .iter()
        .flat_map(|part| part["lesson"].as_array().unwrap());
    let rows: Vec<Vec<&str>> = path
        .map(|lesson| {
            let after = lesson.get("after").and_then(toml::Value::as_array);
            std::iter::once(&lesson["id"])
                .chain(after.into_iter().flatten())
                .map(|id| id.as_str().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(rows.len(), lessons().len(), "a lesson is not on the path");
    for map in MAPS {
        let text = read(map);
        let shown: Vec<Vec<&str>> = text
            .lines()
            .map(quoted)
            .filter(|words| words.first().is_some_and(|word| lessons().contains(*word)))
            .collect();
        assert_eq!(shown, rows, "{map}");
    }
}

#[test]
fn every_misconception_is_met_in_a_step() {
    for path in MAPS {
        let map = read(path);
        for number in 1..=MISCONCEPTIONS {
            let row = map
                .lines()
                .find(|line| line.starts_with(&format!("| M{number} |")));
            let met = row.is_some_and(|row| !named(row).is_empty());
            assert!(met, "{path} has no step for M{number}");
        }
    }
}
