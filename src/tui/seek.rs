//! Seeking in what the pane with the focus shows: what is sought, which of the
//! places where it stands is looked at, and how those are lit. Never by colour
//! alone: a line that holds it has a mark as well.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::flow;
use super::layers::Search;
use super::scene::Scene;
use super::screen::{Pane, Panel};
use crate::text::{Place, Sought};

/// The mark before a line that holds what is sought, and before the one that
/// is looked at.
const MARKS: (&str, &str) = ("›", "»");

/// What is sought, and how far the looking has come.
#[derive(Clone, Debug, Default)]
pub struct Seek {
    search: Search,
    /// What is searched.
    ground: Ground,
    /// Index of the place that is looked at, among those that the last frame
    /// found; `None`: none yet.
    chosen: Option<usize>,
    /// Where the pane stood when the search began.
    from: Start,
    /// Whether the pane has still to be moved to where it is found.
    moving: bool,
}

/// What is searched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ground {
    /// A pane.
    Pane(Pane),
    /// What a panel shows.
    Panel(Panel),
    /// The page that is open on top, with so many layers.
    Page(usize),
}

impl Default for Ground {
    fn default() -> Self {
        Self::Pane(Pane::default())
    }
}

/// Where a pane stands when a search begins.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Start {
    /// At its end, which it follows: what is sought is the newest.
    #[default]
    End,
    /// With this line at the top.
    Line(usize),
    /// Scrolled back so many lines from its end.
    Back(usize),
}

/// Where a pane holds what is sought, as the last frame found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Found {
    /// How many of its lines do.
    pub count: usize,
    /// Those lines, as the pane counts them; left out where they are dear to
    /// know and nobody wants to go there.
    pub lines: Vec<usize>,
    /// How many lines there are.
    pub total: usize,
    /// How many of them are in sight.
    pub height: usize,
}

impl Found {
    /// The rows that hold what is `sought`, in a list that keeps the chosen row
    /// in sight by itself.
    pub(super) fn among<T: AsRef<str>>(sought: &Sought, rows: impl Iterator<Item = T>) -> Self {
        let mut found = Self::default();
        for (index, row) in rows.enumerate() {
            found.total = index + 1;
            if !sought.is_empty() && sought.is_in(row.as_ref()) {
                found.lines.push(index);
            }
        }
        found.count = found.lines.len();
        found
    }

    /// How far a pane is to be scrolled so that `line` is in sight, if it is
    /// scrolled that far `now`.
    pub(super) fn scroll_to(&self, line: usize, now: usize) -> usize {
        if (now..now.saturating_add(self.height)).contains(&line) {
            now
        } else {
            line.saturating_sub(self.height / 3)
        }
    }

    /// The same for a pane that is scrolled back from its end.
    pub(super) fn scroll_back_to(&self, line: usize, now: usize) -> usize {
        let end = self.total.saturating_sub(self.height);
        end.saturating_sub(self.scroll_to(line, end.saturating_sub(now)))
    }
}

impl Seek {
    /// A search that begins where the pane stands.
    pub(super) fn begin(ground: Ground, from: Start) -> Self {
        let mut seek = Self {
            ground,
            from,
            ..Self::default()
        };
        seek.search.begin();
        seek
    }

    /// Whether every key is a letter of what is sought.
    pub(super) fn is_typing(&self) -> bool {
        self.search.is_typing()
    }

    /// Whether what was typed is nothing to seek.
    pub(super) fn is_empty(&self) -> bool {
        self.wanted().is_empty()
    }

    /// Whether the pane has still to be moved to where it is found.
    pub(super) fn is_moving(&self) -> bool {
        self.moving
    }

    /// What is sought.
    pub(super) fn wanted(&self) -> Sought {
        self.search.wanted()
    }

    /// Takes a key that writes.
    pub(super) fn type_key(&mut self, event: KeyEvent) {
        self.search.type_key(event);
        self.anew();
    }

    /// Takes pasted text.
    pub(super) fn paste(&mut self, text: &str) {
        self.search.paste(text);
        self.anew();
    }

    /// Ends the typing; what was typed stays sought.
    pub(super) fn keep(&mut self) {
        self.search.end();
    }

    /// Looks for the first place again.
    fn anew(&mut self) {
        self.chosen = None;
        self.moving = true;
    }

    /// What is searched.
    pub(super) fn ground(&self) -> Ground {
        self.ground
    }

    /// Searches this instead, which stands at `from`, without moving it yet.
    pub(super) fn turn_to(&mut self, ground: Ground, from: Start) {
        self.ground = ground;
        self.chosen = None;
        self.from = from;
        self.moving = false;
    }

    /// Goes on to the next place among `found`, or back; after the last one
    /// comes the first.
    pub(super) fn go_on(&mut self, found: &Found, forward: bool) {
        if let Some(last) = found.count.checked_sub(1) {
            self.chosen = self.chosen.map(|chosen| match (forward, chosen) {
                (true, chosen) if chosen >= last => 0,
                (true, chosen) => chosen + 1,
                (false, 0) => last,
                (false, chosen) => (chosen - 1).min(last),
            });
        }
        self.moving = true;
    }

    /// Settles on a place among those that were `found`, and returns its line
    /// if the pane has to be moved there.
    pub(super) fn settle(&mut self, found: &Found) -> Option<usize> {
        if !std::mem::take(&mut self.moving) {
            return None;
        }
        if self.chosen.is_none() {
            let after = |from| found.lines.iter().position(|line| *line >= from);
            let first = (found.count > 0).then_some(0);
            self.chosen = match self.from {
                Start::End => found.count.checked_sub(1),
                Start::Line(line) => after(line).or(first),
                Start::Back(back) => {
                    after(found.total.saturating_sub(back + found.height)).or(first)
                }
            };
        }
        found.lines.get(self.chosen?).copied()
    }

    /// The place that is looked at, of so many.
    pub(super) fn chosen(&self, count: usize) -> Option<usize> {
        self.chosen.filter(|chosen| *chosen < count)
    }

    /// What is sought and how often it was found, for the edge of the pane.
    fn edge(&self, found: &Found) -> String {
        let cursor = if self.is_typing() { "▏" } else { "" };
        let typed = self.search.typed();
        if self.is_empty() {
            return format!(" /{typed}{cursor} ");
        }
        let count = found.count;
        match self.chosen(count) {
            Some(chosen) => format!(" /{typed}{cursor} {}/{count} ", chosen + 1),
            None => format!(" /{typed}{cursor} {count} "),
        }
    }
}

/// Writes what is sought into an edge of the pane, at its right end.
pub(super) fn draw_edge(scene: &Scene<'_>, found: &Found, edge: Rect, buffer: &mut Buffer) {
    let Some(seek) = &scene.screen.seek else {
        return;
    };
    let look = if found.count == 0 && !seek.is_empty() {
        scene.theme.refusal
    } else {
        scene.theme.notice
    };
    let inside = Rect {
        x: edge.x.saturating_add(1),
        width: edge.width.saturating_sub(2),
        height: 1.min(edge.height),
        ..edge
    };
    let room = usize::from(inside.width);
    let text = flow::cut(&seek.edge(found), room);
    // Only what is said is coloured: a line's own style would be the whole edge's.
    Line::from(Span::styled(text, look))
        .right_aligned()
        .render(inside, buffer);
}

/// What is to be lit in the pane with the focus, if anything is sought there.
pub(super) fn sought_in_pane(scene: &Scene<'_>) -> Option<Sought> {
    let seek = scene.screen.seek.as_ref()?;
    (!matches!(seek.ground, Ground::Page(_))).then(|| seek.wanted())
}

/// What is to be lit in the page on top, if anything is sought there.
pub(super) fn sought_in_page(scene: &Scene<'_>) -> Option<Sought> {
    let seek = scene.screen.seek.as_ref()?;
    (seek.ground == Ground::Page(scene.screen.layers.len())).then(|| seek.wanted())
}

/// The place that is looked at, of so many.
pub(super) fn chosen(scene: &Scene<'_>, count: usize) -> Option<usize> {
    let seek = scene.screen.seek.as_ref()?;
    seek.chosen(count)
}

/// Shows the lines of a text from `scroll` on, with what is sought lit and
/// marked; says where it is.
pub(super) fn show(
    scene: &Scene<'_>,
    sought: Option<Sought>,
    lines: &[Line<'static>],
    scroll: usize,
    inside: Rect,
    buffer: &mut Buffer,
) -> Option<Found> {
    let Some(sought) = sought else {
        flow::write(lines.iter().skip(scroll), inside, buffer);
        return None;
    };
    let mut lit = lines.to_vec();
    let begins = light(scene, &sought, &mut lit);
    flow::write(lit.iter().skip(scroll), inside, buffer);
    mark_lines(scene, &begins, scroll, inside, buffer);
    Some(Found {
        count: begins.len(),
        lines: begins,
        total: lines.len(),
        height: usize::from(inside.height),
    })
}

/// Lights what is sought in the lines of a text, and says in which it begins.
pub(super) fn light(scene: &Scene<'_>, sought: &Sought, lines: &mut [Line<'static>]) -> Vec<usize> {
    let places = places(sought, lines);
    let mut begins: Vec<usize> = places
        .iter()
        .filter_map(|place| place.first().map(|(line, _)| *line))
        .collect();
    begins.dedup();
    let chosen = chosen(scene, begins.len()).and_then(|chosen| begins.get(chosen).copied());
    for place in places {
        let is_chosen = chosen.is_some() && place.first().map(|(line, _)| *line) == chosen;
        restyle(lines, place, is_chosen);
    }
    begins
}

/// Lights what is sought in the lines of one entry of a list, which is looked
/// at or is not.
pub(super) fn light_entry(sought: &Sought, lines: &mut [Line<'static>], is_chosen: bool) {
    for place in places(sought, lines) {
        restyle(lines, place, is_chosen);
    }
}

fn places(sought: &Sought, lines: &[Line<'static>]) -> Vec<Place> {
    let texts: Vec<String> = lines.iter().map(Line::to_string).collect();
    sought.find(texts.iter().map(String::as_str))
}

fn restyle(lines: &mut [Line<'static>], place: Place, is_chosen: bool) {
    let mut weight = Modifier::UNDERLINED | Modifier::BOLD;
    weight.set(Modifier::REVERSED, is_chosen);
    for (line, part) in place {
        if let Some(line) = lines.get_mut(line) {
            weigh(line, &part, weight);
        }
    }
}

/// Marks those of the lines in sight in which something begins that is sought.
fn mark_lines(
    scene: &Scene<'_>,
    begins: &[usize],
    scroll: usize,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let chosen = chosen(scene, begins.len());
    for (index, line) in begins.iter().enumerate() {
        let row = line
            .checked_sub(scroll)
            .and_then(|row| u16::try_from(row).ok());
        if let Some(row) = row.filter(|row| *row < inside.height) {
            let place = (inside.x.saturating_sub(1), inside.y + row);
            mark(chosen == Some(index), place, scene.theme.notice, buffer);
        }
    }
}

/// Adds a weight to a part of a line, given in bytes of its text.
fn weigh(line: &mut Line<'static>, part: &std::ops::Range<usize>, added: Modifier) {
    let mut spans = Vec::with_capacity(line.spans.len() + 2);
    let mut start = 0;
    for span in line.spans.drain(..) {
        let length = span.content.len();
        let from = part.start.clamp(start, start + length) - start;
        let to = part.end.clamp(start, start + length) - start;
        start += length;
        let pieces = [
            (span.content.get(..from), false),
            (span.content.get(from..to), true),
            (span.content.get(to..), false),
        ];
        spans.extend(pieces.into_iter().filter_map(|(piece, lit)| {
            let piece = piece.filter(|piece| !piece.is_empty())?.to_owned();
            let look = if lit {
                span.style.not_dim().add_modifier(added)
            } else {
                span.style
            };
            Some(Span::styled(piece, look))
        }));
    }
    line.spans = spans;
}

/// Marks a line that holds what is sought in the column before it.
pub(super) fn mark(is_chosen: bool, (column, row): (u16, u16), look: Style, buffer: &mut Buffer) {
    let mark = if is_chosen { MARKS.1 } else { MARKS.0 };
    buffer.set_string(column, row, mark, look);
}
