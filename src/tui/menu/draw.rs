//! The menu on the screen.
//!
//! ```text
//! wide                               narrow
//! ┌ title ───────────────────────┐   ┌ title ────────┐
//! │ lessons        │ the marked  │   │ lessons       │
//! │                │ one         │   ├ the marked one┤
//! └ keys ────────────────────────┘   └ keys ─────────┘
//! ```

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Flex, Layout, Rect, Spacing};
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::{Drawn, Layer, Menu};
use crate::lesson::course::Standing;
use crate::lesson::model::Text;
use crate::text::{Catalogue, visible};
use crate::tui::flow;
use crate::tui::keymap::{Action, Context};
use crate::tui::layout::{self, SMALLEST};
use crate::tui::theme::Theme;

/// The most columns of what is open on top.
const BOX: u16 = 64;

/// Rows of the marked lesson below the list.
const BELOW: u16 = 9;

/// Columns that the marked lesson has beside the list, at least.
const BESIDE: u16 = 38;

/// Columns of a row of the list without id and title: where to go on, blanks,
/// minutes, steps, and the frame.
const BESIDE_TITLE: usize = 24;

/// By how much a long title of a step goes on to the right: mark and number.
const STEP_INDENT: usize = 10;

/// The signs of a lesson that is finished, of one that was begun, and of where
/// to go on.
const FINISHED: &str = "✓";
const OPEN: &str = "•";
const NEXT: &str = "▸";

/// What is to be drawn, with the words and colours for it.
struct View<'a> {
    menu: &'a Menu,
    words: &'a Catalogue,
    theme: &'a Theme,
}

/// Draws the menu, and says what was found out on the way.
pub(super) fn draw(menu: &Menu, words: &Catalogue, theme: &Theme, frame: &mut Frame<'_>) -> Drawn {
    let view = View { menu, words, theme };
    let area = frame.area();
    let buffer = frame.buffer_mut();
    buffer.set_style(area, theme.text);
    if !layout::fits(area) {
        view.too_small(area, buffer);
        return Drawn::default();
    }
    let [title, body, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let parts = if layout::is_wide(area) {
        let most = area.width.saturating_sub(BESIDE);
        let list = view.list_width().max(area.width * 3 / 5 + 1).min(most);
        Layout::horizontal([Constraint::Length(list), Constraint::Fill(1)])
    } else {
        Layout::vertical([Constraint::Fill(1), Constraint::Length(BELOW)])
    };
    let [list, marked] = parts.spacing(Spacing::Overlap(1)).areas(body);
    view.title(title, buffer);
    view.marked(marked, buffer);
    let mut drawn = Drawn {
        rows: view.list(list, buffer),
        help_end: 0,
    };
    view.keys(keys, buffer);
    match menu.layer {
        Some(Layer::Help { scroll }) => drawn.help_end = view.help(scroll, body, buffer),
        Some(Layer::Afresh) => view.afresh(body, buffer),
        None => {}
    }
    drawn
}

impl View<'_> {
    fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    fn text(&self, text: &Text) -> String {
        visible::text(text.in_language(self.menu.language))
    }

    fn title(&self, area: Rect, buffer: &mut Buffer) {
        buffer.set_style(area, self.theme.bar);
        let solved: usize = self.menu.lessons.iter().map(Standing::solved).sum();
        let steps: usize = self.menu.lessons.iter().map(|it| it.steps.len()).sum();
        let done = [("solved", solved.into()), ("steps", steps.into())];
        let right = Line::from(vec![
            Span::styled(
                self.words.say_with("tui-menu-done", &done),
                self.theme.strong,
            ),
            Span::styled(
                format!("   {} ", self.menu.language.code()),
                self.theme.quiet,
            ),
        ]);
        let left = format!(" lab ▸ {}", self.say("tui-menu-title"));
        let room = usize::from(area.width).saturating_sub(right.width() + 1);
        Line::styled(flow::cut(&left, room), self.theme.strong).render(area, buffer);
        right.right_aligned().render(area, buffer);
    }

    /// A frame that shares its edges with its neighbour; returns its inside.
    fn frame(&self, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
        let room = usize::from(area.width).saturating_sub(6);
        let mut block = Block::bordered()
            .merge_borders(MergeStrategy::Exact)
            .border_style(self.theme.border);
        if !title.is_empty() {
            block = block.title_top(self.theme.title(flow::cut(title, room)));
        }
        let inside = block.inner(area);
        block.render(area, buffer);
        Rect {
            x: inside.x.saturating_add(1),
            width: inside.width.saturating_sub(2),
            ..inside
        }
    }

    /// The lessons under the titles of their parts. Returns where each stands.
    fn list(&self, area: Rect, buffer: &mut Buffer) -> Vec<(Rect, usize)> {
        let search = &self.menu.search;
        let title = if search.is_typing() {
            let typed = search.typed();
            format!("/{typed}▏ {}", self.say("tui-menu-typing"))
        } else if search.sought().is_empty() {
            self.say("tui-menu-course")
        } else {
            let typed = search.typed();
            format!("/{typed} · {}", self.say("tui-search-found"))
        };
        let inside = self.frame(&title, area, buffer);
        self.legend(title.width(), inside, buffer);
        let width = usize::from(inside.width).max(1);
        let mut lines: Vec<(Option<usize>, Line<'static>)> = Vec::new();
        let mut part = None;
        let ids = self.menu.lessons.iter().map(|it| it.id.width());
        let column = ids.max().unwrap_or_default();
        for index in self.menu.found() {
            let Some(lesson) = self.menu.lessons.get(index) else {
                continue;
            };
            if part != Some(&lesson.part) {
                part = Some(&lesson.part);
                let text = flow::cut(&self.text(&lesson.part), width);
                lines.push((None, Line::styled(text, self.theme.heading)));
            }
            lines.push((Some(index), self.row(index, lesson, column, width)));
        }
        if lines.is_empty() {
            let said = Line::styled(self.say("tui-search-nothing"), self.theme.quiet);
            lines.push((None, said));
        }
        let height = usize::from(inside.height);
        let marked = lines
            .iter()
            .position(|(lesson, _)| *lesson == Some(self.menu.marked))
            .unwrap_or_default();
        // The marked lesson stays in the middle, so that its neighbours are seen.
        let end = lines.len().saturating_sub(height);
        let scroll = marked.saturating_sub(height / 2).min(end);
        let mut rows = Vec::new();
        let shown = lines.into_iter().skip(scroll).take(height);
        for (y, (lesson, line)) in (inside.y..inside.bottom()).zip(shown) {
            let row = Rect {
                y,
                height: 1,
                ..inside
            };
            line.render(row, buffer);
            rows.extend(lesson.map(|lesson| (row, lesson)));
        }
        self.more(inside, scroll > 0, scroll < end, buffer);
        rows
    }

    /// Writes what the signs of the list mean into its upper edge, behind a
    /// title of so many columns; those that are not there say nothing.
    fn legend(&self, title: usize, inside: Rect, buffer: &mut Buffer) {
        let lessons = || self.menu.lessons.iter();
        let signs = [
            (
                lessons().any(Standing::is_finished),
                FINISHED,
                "tui-menu-finished",
            ),
            (lessons().any(Standing::is_open), OPEN, "tui-menu-begun"),
            (self.menu.next.is_some(), NEXT, "tui-menu-next"),
        ];
        let shown = signs.into_iter().filter(|(shown, ..)| *shown);
        let words: Vec<String> = shown
            .map(|(_, sign, words)| format!("{sign} {}", self.say(words)))
            .collect();
        let room = usize::from(inside.width).saturating_sub(title + 4);
        let words = words.join("  ");
        if words.is_empty() || words.width() > room {
            return;
        }
        let edge = Rect {
            y: inside.y.saturating_sub(1),
            height: 1,
            ..inside
        };
        Line::from(Span::styled(format!(" {words} "), self.theme.quiet))
            .right_aligned()
            .render(edge, buffer);
    }

    /// The columns that the longest title of a lesson needs, frame and all.
    fn list_width(&self) -> u16 {
        let lessons = || self.menu.lessons.iter();
        let id = lessons().map(|it| it.id.width()).max();
        let title = lessons().map(|it| self.text(&it.title).width()).max();
        let width = id.unwrap_or_default() + title.unwrap_or_default() + BESIDE_TITLE;
        u16::try_from(width).unwrap_or(u16::MAX)
    }

    /// A lesson: where to go on, id, title, minutes, how many steps are done.
    fn row(&self, index: usize, lesson: &Standing, column: usize, width: usize) -> Line<'static> {
        let theme = self.theme;
        let steps = format!("{}/{}", lesson.solved(), lesson.steps.len());
        let (sign, look) = if lesson.is_finished() {
            (FINISHED, theme.success)
        } else if lesson.is_open() {
            (OPEN, theme.notice)
        } else {
            (" ", theme.quiet)
        };
        let minutes = [("minutes", lesson.minutes.into())];
        let right = format!(
            " {:>6} {sign} {steps:>5}",
            self.words.say_with("tui-menu-minutes", &minutes)
        );
        let here = if self.menu.next == Some(index) {
            NEXT
        } else {
            " "
        };
        let here = format!("{here} ");
        let id = format!("{:column$}  ", lesson.id);
        let room = width.saturating_sub(here.width() + id.width() + right.width());
        let title = flow::cut(&self.text(&lesson.title), room);
        let gap = " ".repeat(room.saturating_sub(title.width()));
        let line = Line::from(vec![
            Span::styled(here, theme.winner.not_reversed()),
            Span::styled(id, theme.code),
            Span::styled(title + &gap, theme.text),
            Span::styled(right, look.not_reversed()),
        ]);
        let line = flow::cut_line(line, width);
        if index == self.menu.marked {
            Line::styled(line.to_string(), theme.selection)
        } else {
            line
        }
    }

    /// What the marked lesson is for, what had better come before, its steps.
    fn marked(&self, area: Rect, buffer: &mut Buffer) {
        let Some(lesson) = self.menu.marked() else {
            self.frame("", area, buffer);
            return;
        };
        let title = self.text(&lesson.title);
        let inside = self.frame(&title, area, buffer);
        let width = usize::from(inside.width).max(1);
        let theme = self.theme;
        let mut lines = flow::wrap(&Line::raw(self.text(&lesson.summary)), width, 0);
        let wide = inside.height > BELOW;
        if wide {
            lines.push(Line::default());
        }
        lines.extend(flow::wrap(&self.standing(lesson), width, 0));
        if !lesson.after.is_empty() {
            lines.extend(flow::wrap(&self.before(lesson), width, 2));
        }
        if wide {
            lines.push(Line::default());
        }
        let room = usize::from(inside.height).saturating_sub(lines.len());
        let mut present = 0;
        let mut steps = Vec::new();
        for (index, step) in lesson.steps.iter().enumerate() {
            let (mark, look) = if step.solved {
                ("[x]", theme.success)
            } else {
                ("[ ]", theme.text)
            };
            let here = if lesson.left_at == Some(index) {
                NEXT
            } else {
                " "
            };
            let here = format!("{here} ");
            let line = Line::from(vec![
                Span::styled(here, theme.winner.not_reversed()),
                Span::styled(mark, look),
                Span::raw(format!(" {:>2}. {}", index + 1, self.text(&step.title))),
            ]);
            if lesson.left_at == Some(index) {
                present = steps.len();
            }
            if wide {
                steps.extend(flow::wrap(&line, width, STEP_INDENT));
            } else {
                steps.push(flow::cut_line(line, width));
            }
        }
        // Where there is no room for all the steps, those around the next one.
        let first = lines.len();
        let end = steps.len().saturating_sub(room);
        let scroll = present.saturating_sub(room / 2).min(end);
        lines.extend(steps.into_iter().skip(scroll).take(room));
        Paragraph::new(lines).render(inside, buffer);
        let steps = Rect {
            y: inside.y + u16::try_from(first).unwrap_or_default().min(inside.height),
            height: u16::try_from(room).unwrap_or_default(),
            ..inside
        };
        self.more(steps, scroll > 0, scroll < end, buffer);
    }

    /// How long it takes, how far the student is and what Enter does.
    fn standing(&self, lesson: &Standing) -> Line<'static> {
        let facts = [
            ("minutes", lesson.minutes.into()),
            ("solved", lesson.solved().into()),
            ("steps", lesson.steps.len().into()),
        ];
        let (said, look) = match lesson.left_at {
            _ if lesson.is_finished() => ("tui-menu-finished", self.theme.success),
            Some(_) => ("tui-menu-open", self.theme.notice),
            None => ("tui-menu-new", self.theme.quiet),
        };
        Line::from(vec![
            Span::styled(self.words.say_with("list-facts", &facts), self.theme.strong),
            Span::raw(" · "),
            Span::styled(self.say(said), look.not_reversed()),
        ])
    }

    /// What had better come before, with a mark where it was done.
    fn before(&self, lesson: &Standing) -> Line<'static> {
        let mut spans = vec![Span::styled(
            format!("{} ", self.say("tui-menu-before")),
            self.theme.strong,
        )];
        for (index, id) in lesson.after.iter().enumerate() {
            if index > 0 {
                spans.push(Span::raw(", "));
            }
            let known = self.menu.lessons.iter().find(|it| it.id == *id);
            let done = known.is_some_and(Standing::is_finished);
            let (mark, look) = if done {
                (" ✓", self.theme.success)
            } else {
                ("", self.theme.code)
            };
            spans.push(Span::styled(format!("{id}{mark}"), look));
        }
        Line::from(spans)
    }

    /// The keys that act now, as many as fit.
    fn keys(&self, area: Rect, buffer: &mut Buffer) {
        let begun = self.menu.marked().is_some_and(|it| it.left_at.is_some());
        let bindings = self.menu.contexts().iter().flat_map(|context| {
            let bindings = self.menu.keymap.bindings();
            bindings
                .iter()
                .filter(move |binding| binding.context == *context)
        });
        let mut spans = Vec::new();
        let mut left = usize::from(area.width);
        for binding in bindings {
            let acts = match binding.action {
                // Letters are what is sought; how to leave that stands above.
                action if self.menu.search.is_typing() => action == Action::Accept,
                Action::Afresh => begun,
                Action::Help | Action::Quit => self.menu.layer.is_none(),
                _ => true,
            };
            let Some(label) = binding.footer.filter(|_| acts) else {
                continue;
            };
            let key = binding.key(self.menu.language);
            let label = format!(" {}", self.say(label));
            let width = key.width() + label.width() + 2;
            if width > left {
                continue;
            }
            left -= width;
            spans.push(Span::raw(if spans.is_empty() { " " } else { "  " }));
            spans.push(Span::styled(key, self.theme.key));
            spans.push(Span::styled(label, self.theme.text));
        }
        Line::from(spans).render(area, buffer);
    }

    fn help(&self, scroll: usize, area: Rect, buffer: &mut Buffer) -> usize {
        let language = self.menu.language;
        let mut rows = Vec::new();
        for context in [Context::Menu, Context::Everywhere] {
            let bindings = self.menu.keymap.bindings().iter();
            for binding in bindings.filter(|it| it.context == context) {
                let words = binding.help.map(|id| self.say(id));
                rows.extend(words.map(|words| (binding.keys(language), words)));
            }
        }
        let column = rows.iter().map(|(keys, _)| keys.width()).max();
        let column = column.unwrap_or_default() + 2;
        let width = usize::from(BOX.min(area.width).saturating_sub(4));
        let mut lines = Vec::new();
        for (keys, words) in rows {
            let gap = " ".repeat(column.saturating_sub(keys.width()));
            let line = Line::from(vec![
                Span::styled(keys, self.theme.key),
                Span::raw(gap),
                Span::raw(words),
            ]);
            lines.extend(flow::wrap(&line, width, column));
        }
        let keys = format!(" {} ", self.say("tui-layer-keys"));
        self.open_box("tui-help-title", keys, lines, scroll, area, buffer)
    }

    fn afresh(&self, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(BOX.min(area.width).saturating_sub(4));
        let text = Line::raw(self.say("tui-menu-afresh-text"));
        let mut lines = flow::wrap(&text, width, 0);
        lines.push(Line::default());
        let keys = Line::styled(self.say("tui-confirm-keys"), self.theme.key);
        lines.extend(flow::wrap(&keys, width, 0));
        self.open_box("tui-menu-afresh", String::new(), lines, 0, area, buffer);
    }

    /// A framed box with `lines` from `scroll` on; says how far it can be scrolled.
    fn open_box(
        &self,
        title: &str,
        bottom: String,
        lines: Vec<Line<'static>>,
        scroll: usize,
        area: Rect,
        buffer: &mut Buffer,
    ) -> usize {
        let height = u16::try_from(lines.len().saturating_add(2)).unwrap_or(u16::MAX);
        let [across] = Layout::horizontal([Constraint::Max(BOX)])
            .flex(Flex::Center)
            .areas(area);
        let [place] = Layout::vertical([Constraint::Max(height)])
            .flex(Flex::Center)
            .areas(across);
        Clear.render(place, buffer);
        buffer.set_style(place, self.theme.text);
        let inside = self.frame(&self.say(title), place, buffer);
        let bottom = Line::styled(bottom, self.theme.quiet);
        let edge = Rect {
            x: place.x + 1,
            y: place.bottom().saturating_sub(1),
            width: place.width.saturating_sub(2),
            height: 1,
        };
        bottom.right_aligned().render(edge, buffer);
        let end = lines.len().saturating_sub(usize::from(inside.height));
        let scroll = scroll.min(end);
        let shown: Vec<_> = lines.into_iter().skip(scroll).collect();
        Paragraph::new(shown).render(inside, buffer);
        self.more(inside, scroll > 0, scroll < end, buffer);
        end
    }

    /// Marks in the column to the right of `inside` that there is more above or below.
    fn more(&self, inside: Rect, above: bool, below: bool, buffer: &mut Buffer) {
        if inside.is_empty() {
            return;
        }
        if above {
            buffer.set_string(inside.right(), inside.y, "▲", self.theme.notice);
        }
        if below {
            let last = inside.bottom() - 1;
            buffer.set_string(inside.right(), last, "▼", self.theme.notice);
        }
    }

    fn too_small(&self, area: Rect, buffer: &mut Buffer) {
        let size = [
            ("columns", SMALLEST.0.to_string().into()),
            ("rows", SMALLEST.1.to_string().into()),
        ];
        let said = Line::raw(self.words.say_with("tui-too-small", &size));
        let lines = flow::wrap(&said, usize::from(area.width).max(1), 0);
        Paragraph::new(lines).render(area, buffer);
    }
}
