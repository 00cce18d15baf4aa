//! Where everything goes. Wide screens show the lesson beside the dialogue;
//! narrow ones show them by turns; below [`SMALLEST`] there is no room at all.
//!
//! ```text
//! wide                                narrow, by turns
//! ┌ title ───────────────────────┐    ┌ title ────────┐  ┌ title ────────┐
//! ├ network ─────────────────────┤    ├ network ──────┤  ├ network ──────┤
//! │ lesson  │ client   │ server  │    │ lesson        │  │ client│server │
//! │         │          │         │    │               │  │       │       │
//! ├ task ───┤          │         │    ├ task ─────────┤  ├ panel ────────┤
//! ├ main.cf ┤ panel ─────────────┤    │               │  │               │
//! └ keys ────────────────────────┘    └ keys ─────────┘  └ keys ─────────┘
//! ```

use ratatui::layout::{Constraint, Layout, Rect, Spacing};

use super::screen::Pane;

/// The least a lesson can be shown on: columns, rows.
pub(crate) const SMALLEST: (u16, u16) = (60, 16);

/// From how many columns on lesson and dialogue stand side by side.
const WIDE: u16 = 100;

/// The least height of the panel beside a long dialogue.
const LOWEST_PANEL: u16 = 8;

/// The areas; what is not shown has none.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Areas {
    /// The line at the top.
    pub(crate) title: Rect,
    /// The map of the network.
    pub(crate) network: Rect,
    /// The step's text.
    pub(crate) lesson: Option<Rect>,
    /// Question, runs and goals.
    pub(crate) task: Option<Rect>,
    /// The configuration in force.
    pub(crate) configuration: Option<Rect>,
    /// Client and server.
    pub(crate) dialogue: Option<Rect>,
    /// The panel.
    pub(crate) panel: Option<Rect>,
    /// What is said to the student.
    pub(crate) notice: Rect,
    /// The keys.
    pub(crate) keys: Rect,
    /// Whether lesson and dialogue share the screen by turns.
    pub(crate) by_turns: bool,
}

/// What the layout depends on beside the size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    /// The pane with the focus.
    pub(crate) focus: Pane,
    /// Whether it has the whole screen.
    pub(crate) zoomed: bool,
    /// Rows of the map.
    pub(crate) map: u16,
    /// Rows of the notice.
    pub(crate) notice: u16,
    /// Rows that what is in the panes would like to have.
    pub(crate) content: Content,
}

/// How many rows what is in the panes takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Content {
    /// The task.
    pub(crate) task: usize,
    /// The step's text.
    pub(crate) lesson: usize,
    /// The configuration in force; `None`: it has no pane of its own.
    pub(crate) configuration: Option<usize>,
    /// The dialogue.
    pub(crate) dialogue: usize,
    /// The panel, if it is of a kind that can have more rows than it takes.
    pub(crate) panel: Option<usize>,
}

impl Content {
    /// The height of a frame around so many rows.
    fn framed(rows: usize) -> u16 {
        u16::try_from(rows.saturating_add(2)).unwrap_or(u16::MAX)
    }
}

/// How much room there is for the map.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MapRoom {
    /// One line: rows are dear.
    Line,
    /// Two lines.
    Strip,
    /// As many as it likes, within reason.
    Chart,
}

/// How much room a screen like `area` has for the map.
pub(crate) fn map_room(area: Rect) -> MapRoom {
    if area.height < 20 {
        MapRoom::Line
    } else if area.width >= 140 && area.height >= 44 {
        MapRoom::Chart
    } else {
        MapRoom::Strip
    }
}

/// Whether a lesson can be shown in `area`.
pub(crate) fn fits(area: Rect) -> bool {
    area.width >= SMALLEST.0 && area.height >= SMALLEST.1
}

/// Whether lesson and dialogue stand side by side in `area`.
pub(crate) fn is_wide(area: Rect) -> bool {
    area.width >= WIDE
}

/// The widths that the left and the right column have inside their frames and
/// margins, one of which is shared.
pub(crate) fn text_widths(area: Rect, zoomed: bool) -> (usize, usize) {
    let inside = |column: u16| usize::from(column.saturating_sub(4)).max(1);
    if is_wide(area) && !zoomed {
        let left = left_column(area.width);
        (inside(left), inside(area.width.saturating_sub(left) + 1))
    } else {
        (inside(area.width), inside(area.width))
    }
}

/// Lays everything out.
pub(crate) fn arrange(area: Rect, wishes: Wishes) -> Areas {
    let [title, network, body, notice, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(wishes.map),
        Constraint::Fill(1),
        Constraint::Length(wishes.notice),
        Constraint::Length(1),
    ])
    .areas(area);
    let mut areas = Areas {
        title,
        network,
        notice,
        keys,
        by_turns: !is_wide(area),
        ..Areas::default()
    };
    let content = wishes.content;
    let task = Content::framed(content.task);
    if wishes.zoomed {
        match wishes.focus {
            Pane::Lesson => areas.lesson = Some(body),
            Pane::Task => areas.task = Some(body),
            Pane::Dialogue => areas.dialogue = Some(body),
            Pane::Panel => areas.panel = Some(body),
        }
        return areas;
    }
    if areas.by_turns {
        match wishes.focus {
            Pane::Lesson | Pane::Task => areas.learn(body, task, wishes.focus),
            Pane::Dialogue | Pane::Panel => areas.watch(body, wishes.focus, content),
        }
        return areas;
    }
    let [left, right] = Layout::horizontal([
        Constraint::Length(left_column(area.width)),
        Constraint::Fill(1),
    ])
    .spacing(Spacing::Overlap(1))
    .areas(body);
    areas.watch(right, wishes.focus, content);
    // The configuration gets what is left when text and task have enough; two
    // edges are shared.
    let least = body.height / 4;
    if let Some(rows) = content.configuration.filter(|_| least >= 6) {
        let lesson = Content::framed(content.lesson);
        let left_over = (body.height + 2).saturating_sub(lesson.saturating_add(task));
        let configuration = Content::framed(rows).min(left_over);
        let configuration = configuration.max(least);
        let [upper, lower] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(configuration)])
                .spacing(Spacing::Overlap(1))
                .areas(left);
        areas.configuration = Some(lower);
        areas.learn(upper, task, wishes.focus);
    } else {
        areas.learn(left, task, wishes.focus);
    }
    areas
}

impl Areas {
    /// Where a pane is, if it is shown.
    pub(crate) fn of(&self, pane: Pane) -> Option<Rect> {
        match pane {
            Pane::Lesson => self.lesson,
            Pane::Task => self.task,
            Pane::Dialogue => self.dialogue,
            Pane::Panel => self.panel,
        }
    }

    /// Lesson above, task below: the task as high as it needs, but the text
    /// keeps at least two fifths, or a few lines while the task is read.
    fn learn(&mut self, area: Rect, task: u16, focus: Pane) {
        let text = match focus {
            Pane::Task => (area.height * 2 / 5).min(5),
            _ => area.height * 2 / 5,
        };
        let most = area.height - text;
        let [lesson, task] = Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(task.clamp(3, most.max(3))),
        ])
        .spacing(Spacing::Overlap(1))
        .areas(area);
        self.lesson = Some(lesson);
        self.task = Some(task);
    }

    /// Dialogue above, panel below, the larger part to the dialogue, or on
    /// narrow screens to the panel while it is read; on very low ones only the
    /// one with the focus. On wide screens what the panel would leave empty goes
    /// to a dialogue that can use it.
    fn watch(&mut self, area: Rect, focus: Pane, content: Content) {
        if area.height < 16 {
            match focus {
                Pane::Panel => self.panel = Some(area),
                _ => self.dialogue = Some(area),
            }
            return;
        }
        let (upper, lower) = match focus {
            Pane::Panel if self.by_turns => (3, 4),
            _ => (4, 3),
        };
        let [dialogue, panel] =
            Layout::vertical([Constraint::Fill(upper), Constraint::Fill(lower)])
                .spacing(Spacing::Overlap(1))
                .areas(area);
        let lacking = Content::framed(content.dialogue).saturating_sub(dialogue.height);
        let read = content.panel.filter(|_| !self.by_turns);
        let spare = read.map_or(0, |rows| {
            panel
                .height
                .saturating_sub(Content::framed(rows).max(LOWEST_PANEL))
        });
        let moved = lacking.min(spare);
        self.dialogue = Some(Rect {
            height: dialogue.height + moved,
            ..dialogue
        });
        self.panel = Some(Rect {
            y: panel.y + moved,
            height: panel.height - moved,
            ..panel
        });
    }
}

/// A readable column: a third of the screen, neither too narrow nor too wide.
fn left_column(width: u16) -> u16 {
    (width * 3 / 8).clamp(40, 72)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WISHES: Wishes = Wishes {
        focus: Pane::Lesson,
        zoomed: false,
        map: 2,
        notice: 0,
        content: Content {
            task: 8,
            lesson: 8,
            configuration: Some(8),
            dialogue: 8,
            panel: Some(8),
        },
    };

    #[test]
    fn a_wide_screen_shows_everything_at_once() {
        let areas = arrange(Rect::new(0, 0, 120, 36), WISHES);
        assert!(!areas.by_turns);
        assert!(areas.lesson.is_some() && areas.dialogue.is_some());
        assert!(areas.panel.is_some() && areas.configuration.is_some());
    }

    #[test]
    fn a_narrow_screen_shows_what_has_the_focus() {
        let small = Rect::new(0, 0, 80, 24);
        let reading = arrange(small, WISHES);
        assert!(reading.by_turns && reading.lesson.is_some() && reading.dialogue.is_none());
        let watching = Wishes {
            focus: Pane::Panel,
            ..WISHES
        };
        let watching = arrange(small, watching);
        assert!(watching.lesson.is_none() && watching.dialogue.is_some());
        assert!(watching.panel.is_some());
    }

    #[test]
    fn a_large_screen_leaves_no_room_empty_that_is_wanted_elsewhere() {
        let content = Content {
            task: 8,
            lesson: 7,
            configuration: Some(18),
            dialogue: 40,
            panel: Some(6),
        };
        let wishes = Wishes { content, ..WISHES };
        let areas = arrange(Rect::new(0, 0, 200, 60), wishes);
        assert_eq!(areas.configuration.unwrap().height, 20);
        assert_eq!(
            areas.lesson.unwrap().height + areas.task.unwrap().height,
            38
        );
        assert_eq!(areas.dialogue.unwrap().height, 42);
        let panel = areas.panel.unwrap();
        assert_eq!((panel.bottom(), panel.height), (59, 15));
        // A panel that has more to show than fits gives nothing away.
        let content = Content {
            panel: None,
            ..content
        };
        let wishes = Wishes { content, ..WISHES };
        let areas = arrange(Rect::new(0, 0, 200, 60), wishes);
        assert!(areas.panel.unwrap().height > 20);
    }

    proptest! {
        #[test]
        fn every_size_is_laid_out_within_itself(
            width in 0_u16..300, height in 0_u16..120, map in 0_u16..10, notice in 0_u16..4,
            (task, lesson) in (0_usize..200, 0_usize..200),
            configuration in proptest::option::of(0_usize..200),
            dialogue in 0_usize..200, panel in proptest::option::of(0_usize..200), zoomed: bool,
        ) {
            let area = Rect::new(0, 0, width, height);
            let content = Content { task, lesson, configuration, dialogue, panel };
            let wishes = Wishes { focus: Pane::Dialogue, zoomed, map, notice, content };
            let areas = arrange(area, wishes);
            let shown = [areas.lesson, areas.task, areas.dialogue, areas.panel, areas.configuration];
            for place in shown.into_iter().flatten().chain([areas.title, areas.network, areas.keys]) {
                prop_assert_eq!(place.intersection(area), place);
            }
            if fits(area) {
                let (left, right) = text_widths(area, zoomed);
                let in_the_left = [areas.lesson, areas.task, areas.configuration];
                let in_the_right = [areas.dialogue, areas.panel];
                for (places, width) in [(&in_the_left[..], left), (&in_the_right[..], right)] {
                    for place in places.iter().flatten() {
                        prop_assert_eq!(usize::from(place.width) - 4, width);
                    }
                }
            }
        }
    }
}
