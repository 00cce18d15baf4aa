//! The course: which lessons there are, in which order and parts, what had
//! better come before each, and how far the student has got.
//!
//! `assets/course.toml` says the order. Nothing is locked: a student may take
//! any lesson at any time.

use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::library;
use super::model::Text;
use super::progress::Store;
use super::{Lesson, Progress};
use crate::text::read_toml;

/// The course as its file has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Course {
    #[serde(rename = "part")]
    parts: Vec<Part>,
}

/// Lessons that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    title: Text,
    #[serde(rename = "lesson")]
    lessons: Vec<Place>,
}

/// A lesson's place in the course.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    id: String,
    /// What had better be done before.
    #[serde(default)]
    after: Vec<String>,
}

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    // A fault in it is a test failure; at run time the lessons are still there.
    read_toml(include_str!("../../assets/course.toml")).unwrap_or_default()
});

/// A lesson of the course, and how far the student has got in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// The lesson's id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is for.
    pub summary: Text,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// The part of the course it belongs to.
    pub part: Text,
    /// The ids of the lessons that had better be done before.
    pub after: Vec<String>,
    /// Its steps.
    pub steps: Vec<StepStanding>,
    /// Index of the step where the student left off; `None`: never begun.
    pub left_at: Option<usize>,
}

/// A step of a lesson, and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StepStanding {
    /// Its title.
    pub title: Text,
    /// Whether the student has solved it.
    pub solved: bool,
}

impl Standing {
    /// How `lesson` stands with `progress`.
    pub fn new(lesson: &Lesson, progress: Option<&Progress>) -> Self {
        let parts = COURSE.parts.iter();
        let place = parts
            .flat_map(|part| part.lessons.iter().map(move |place| (part, place)))
            .find(|(_, place)| place.id == lesson.id);
        let solved = |id: &str| {
            let step = progress.and_then(|progress| progress.steps.get(id));
            step.is_some_and(|step| step.solved)
        };
        let left_at = |progress: &Progress| {
            let step = lesson.steps.iter().position(|it| it.id == progress.step);
            step.unwrap_or_default()
        };
        Self {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            summary: lesson.summary.clone(),
            minutes: lesson.minutes,
            part: place.map_or_else(Text::default, |(part, _)| part.title.clone()),
            after: place.map_or_else(Vec::new, |(_, place)| place.after.clone()),
            steps: lesson
                .steps
                .iter()
                .map(|step| StepStanding {
                    title: step.title.clone(),
                    solved: solved(&step.id),
                })
                .collect(),
            left_at: progress.map(left_at),
        }
    }

    /// How many steps are solved.
    pub fn solved(&self) -> usize {
        self.steps.iter().filter(|step| step.solved).count()
    }

    /// Whether every step is solved.
    pub fn is_finished(&self) -> bool {
        self.solved() == self.steps.len()
    }

    /// Whether the student has been there and something is left to do.
    pub fn is_open(&self) -> bool {
        self.left_at.is_some() && !self.is_finished()
    }
}

/// The ids of the built-in lessons in the order of the course.
pub fn path() -> Vec<String> {
    let mut rest = library::ids();
    let mut path = Vec::with_capacity(rest.len());
    for place in COURSE.parts.iter().flat_map(|part| &part.lessons) {
        if let Some(index) = rest.iter().position(|id| *id == place.id) {
            path.push(rest.remove(index));
        }
    }
    path.extend(rest);
    path
}

/// The built-in lesson that comes after `id` in the course, with its title.
pub fn after(id: &str) -> Option<(String, Text)> {
    let next = path().into_iter().skip_while(|known| known != id).nth(1)?;
    let title = library::lesson(&next)?.ok()?.title;
    Some((next, title))
}

/// How the student stands in every lesson, in the order of the course, by what
/// is kept under the state directory `state`. Looking changes nothing.
pub fn standings(state: Option<&Path>) -> Vec<Standing> {
    let standing = |id: String| {
        // A built-in lesson with a fault is a test failure, not news for a student.
        let lesson = library::lesson(&id)?.ok()?;
        let progress = state.and_then(|state| Store::new(state, &id).peek());
        Some(Standing::new(&lesson, progress.as_ref()))
    };
    path().into_iter().filter_map(standing).collect()
}

/// Index of the lesson to go on with: the one begun and not finished that was
/// saved last, or else the first in the course that is not finished.
pub fn next(standings: &[Standing], state: Option<&Path>) -> Option<usize> {
    let open = standings.iter().enumerate().filter(|(_, it)| it.is_open());
    let last = open.max_by_key(|(_, standing)| {
        let file = state.and_then(|state| Store::new(state, &standing.id).path())?;
        file.metadata().ok()?.modified().ok()
    });
    let first = || standings.iter().position(|it| !it.is_finished());
    last.map(|(index, _)| index).or_else(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;
    use std::collections::BTreeSet;

    #[test]
    fn one_lesson_comes_after_the_other() {
        let path = path();
        for (lesson, next) in path.iter().zip(path.iter().skip(1)) {
            assert_eq!(after(lesson).map(|(id, _)| id).as_ref(), Some(next));
        }
        assert_eq!(after(path.last().unwrap()), None);
        assert_eq!(after("prueba"), None, "it is none of the course's");
    }

    #[test]
    fn every_lesson_has_its_place_in_the_course() {
        let course: Course = read_toml(include_str!("../../assets/course.toml")).unwrap();
        let mut before = BTreeSet::new();
        for place in course.parts.iter().flat_map(|part| &part.lessons) {
            for id in &place.after {
                assert!(before.contains(id), "{} comes after {id}", place.id);
            }
            assert!(before.insert(&place.id), "{} stands twice", place.id);
        }
        let lessons = library::ids();
        for id in &lessons {
            assert!(before.contains(id), "{id} is in no part of the course");
        }
        assert_eq!(before.len(), lessons.len(), "every lesson it names exists");
    }

    #[test]
    fn a_goal_has_other_words_than_a_dialogue() {
        for id in library::ids() {
            let lesson = library::lesson(&id).unwrap().unwrap();
            for step in &lesson.steps {
                for language in [Language::Es, Language::En] {
                    let runs = step.runs.iter();
                    let labels: Vec<_> = runs.map(|run| run.label.in_language(language)).collect();
                    for goal in &step.goals {
                        let text = goal.text.in_language(language);
                        assert!(!labels.contains(&text), "{id}, {}: {text}", step.id);
                    }
                }
            }
        }
    }

    #[test]
    fn the_path_is_that_of_the_course() {
        let path = path();
        assert_eq!(path.first().map(String::as_str), Some("mapa"));
        let place = |wanted| path.iter().position(|id| id == wanted).unwrap();
        assert!(place("relay") < place("politica"));
        assert_eq!(path.len(), library::ids().len());
    }

    #[test]
    fn one_goes_on_with_what_was_begun_and_then_with_what_comes_first() {
        let lesson = library::lesson("caso5").unwrap().unwrap();
        let fresh = Standing::new(&lesson, None);
        let mut begun = Progress {
            step: lesson.steps[2].id.clone(),
            ..Progress::default()
        };
        let open = Standing::new(&lesson, Some(&begun));
        assert_eq!(open.left_at, Some(2));
        for step in &lesson.steps {
            begun.steps.entry(step.id.clone()).or_default().solved = true;
        }
        let done = Standing::new(&lesson, Some(&begun));
        assert!(done.is_finished() && !done.is_open());

        let all = [done, fresh.clone(), open];
        assert_eq!(next(&all, None), Some(2));
        assert_eq!(next(&all[..2], None), Some(1));
        assert_eq!(next(&all[..1], None), None);
    }
}
