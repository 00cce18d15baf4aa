//! What the panes hold. Each is made once a frame, and only if it is asked for:
//! first it is counted, to find out where everything goes, and then it is drawn.

use std::cell::LazyCell;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::layout::{self, Content};
use super::panes::{self, PanelText, Standings};
use super::scene::Scene;
use super::screen::Panel;

/// Made when it is first asked for.
type Made<'a, T> = LazyCell<T, Box<dyn FnOnce() -> T + 'a>>;

/// What the panes hold at one moment.
pub(crate) struct Contents<'a> {
    /// The step's text.
    pub(crate) lesson: Made<'a, Vec<Line<'static>>>,
    /// The task.
    pub(crate) task: Made<'a, Vec<Line<'static>>>,
    /// The configuration in force.
    pub(crate) configuration: Made<'a, Standings>,
    /// What stands in the open panel; `None`: it is one that fills any height.
    pub(crate) panel: Made<'a, Option<PanelText>>,
}

impl<'a> Contents<'a> {
    /// What the panes hold on a screen like `area`.
    pub(crate) fn new(scene: &'a Scene<'_>, area: Rect) -> Self {
        let (left, right) = layout::text_widths(area, scene.screen.zoomed);
        Self {
            lesson: made(move || panes::lesson_lines(scene, left)),
            task: made(move || panes::task_lines(scene, left)),
            configuration: made(move || Standings::in_force(scene, left)),
            panel: made(move || PanelText::of(scene, right)),
        }
    }

    /// How much that is; nothing is counted that has no say in where everything
    /// goes.
    pub(crate) fn count(&self, scene: &Scene<'_>, area: Rect) -> Content {
        let zoomed = scene.screen.zoomed;
        if zoomed || !layout::is_wide(area) {
            return Content {
                task: self.task.len(),
                ..Content::default()
            };
        }
        let panel = self.panel.as_ref().map(|panel| panel.lines.len());
        let (_, right) = layout::text_widths(area, zoomed);
        let dialogue = || panes::dialogue_height(scene, right, usize::from(area.height));
        Content {
            task: self.task.len(),
            lesson: self.lesson.len(),
            // Where the panel shows it, it need not be there twice.
            configuration: (scene.screen.panel != Panel::Configuration)
                .then(|| self.configuration.lines.len()),
            // Only a panel of a known height has room to give.
            dialogue: panel.map_or(0, |_| dialogue()),
            panel,
        }
    }
}

fn made<'a, T>(make: impl FnOnce() -> T + 'a) -> Made<'a, T> {
    LazyCell::new(Box::new(make))
}
