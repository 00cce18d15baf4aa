//! The menu: the lessons of the course with what was done in each, one of them
//! marked. What is on the screen is a pure function of the [`Menu`].

mod draw;
mod event_loop;
mod keys;
#[cfg(test)]
mod tests;

use std::io;

use super::Options;
use super::keymap::Keymap;
use super::layers::Search;
use super::terminal;
use crate::lesson::course::Standing;
use crate::text::Language;

/// What the student chose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Choice {
    /// This lesson.
    Lesson {
        /// Its id.
        id: String,
        /// Whether to begin it afresh; what was done is put away.
        fresh: bool,
        /// Whether to present it.
        present: bool,
    },
    /// To leave.
    Leave,
    /// Nothing: a signal ended the program.
    Interrupted,
}

/// The menu, and how the student looks at it.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    /// The language of the words.
    pub language: Language,
    keymap: Keymap,
    lessons: Vec<Standing>,
    /// Index of the lesson to go on with.
    next: Option<usize>,
    /// Index of the marked lesson.
    marked: usize,
    /// What is sought in the lessons.
    search: Search,
    /// What is open on top.
    layer: Option<Layer>,
    drawn: Drawn,
}

/// What can be open on top of the menu.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Layer {
    /// The keys.
    Help {
        /// Lines scrolled.
        scroll: usize,
    },
    /// Begin the marked lesson afresh?
    Afresh,
}

/// What drawing found out, for the keys and clicks that come next.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Drawn {
    /// The rows of the lessons: place on the screen, index of the lesson.
    rows: Vec<(ratatui::layout::Rect, usize)>,
    /// How far the help can be scrolled.
    help_end: usize,
}

impl Menu {
    /// A menu without lessons, in `language`, with these keys.
    pub fn new(language: Language, keymap: Keymap) -> Self {
        Self {
            language,
            keymap,
            ..Self::default()
        }
    }

    /// Shows how the student stands now. The mark stays on a lesson that is
    /// not finished, and otherwise goes to the one to go on with.
    pub fn show(&mut self, lessons: Vec<Standing>, next: Option<usize>) {
        let stays = !self.lessons.is_empty()
            && lessons
                .get(self.marked)
                .is_some_and(|lesson| !lesson.is_finished());
        if !stays {
            self.marked = next.unwrap_or_default();
        }
        self.lessons = lessons;
        self.next = next;
        self.search = Search::default();
        self.layer = None;
    }

    /// Indices of the lessons in which what is sought stands.
    fn found(&self) -> Vec<usize> {
        let holds = |lesson: &Standing| {
            let steps = lesson.steps.iter().map(|step| &step.title);
            let texts = [&lesson.title, &lesson.summary, &lesson.part];
            let mut text = lesson.id.clone();
            for part in texts.into_iter().chain(steps) {
                text.push(' ');
                text.push_str(part.in_language(self.language));
            }
            self.search.matches(&text)
        };
        let lessons = self.lessons.iter().enumerate();
        let found = lessons.filter(|(_, lesson)| holds(lesson));
        found.map(|(index, _)| index).collect()
    }

    /// The marked lesson, if it is among those that are shown.
    fn marked(&self) -> Option<&Standing> {
        let marked = self.found().contains(&self.marked);
        self.lessons.get(self.marked).filter(|_| marked)
    }
}

/// Shows `menu` until the student has chosen.
///
/// # Errors
/// The terminal could not be taken, read or written.
pub fn choose(menu: &mut Menu, options: &Options) -> io::Result<Choice> {
    let theme = options.theme.resolve(options.may_ask);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let terminal = terminal::Guard::take(options.mouse)?;
        event_loop::run(menu, theme, terminal).await
    })
}
