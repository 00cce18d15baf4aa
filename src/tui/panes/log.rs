//! The mail log, as the hosts write it.

use std::ops::RangeInclusive;

use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use super::super::seek::{self, Found, Seek};
use super::Focus;
use crate::app::Model;
use crate::journal::{Kind, Position};
use crate::text::{Sought, visible};

/// Blanks before the lines of an entry after its first.
const HANG: usize = 4;

/// How many lines are searched at most, the newest.
const SEARCHED: usize = 1000;

/// A page of the log.
pub(crate) struct Page {
    /// Its lines.
    pub(crate) lines: Vec<Line<'static>>,
    /// The rows in which an entry begins that holds what is sought, and
    /// whether it is the one that is looked at.
    pub(crate) marked: Vec<(u16, bool)>,
    /// Whether there are older ones.
    pub(crate) older: bool,
    /// The position of the one that is looked at: the last one, or the one
    /// that was found.
    pub(crate) looked_at: Option<Position>,
    /// Where the log holds what is sought, if anything is.
    pub(crate) found: Option<Found>,
    /// The search, to be remembered.
    pub(crate) searched: Option<Searched>,
}

/// What a search of the log came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Searched {
    sought: Sought,
    /// From the first entry that was searched to the last.
    entries: RangeInclusive<Position>,
    /// Those that hold it, in order.
    holding: Vec<Position>,
}

impl Searched {
    fn nothing(sought: &Sought) -> Self {
        Self {
            sought: sought.clone(),
            entries: RangeInclusive::new(1, 0),
            holding: Vec::new(),
        }
    }
}

/// A line of the page.
struct Laid {
    entry: Position,
    line: Line<'static>,
    /// Whether the entry begins with it.
    begins: bool,
}

/// The last lines until the shown moment, `back` lines before the end, no more
/// than fill the height.
pub(crate) fn page(
    scene: &Scene<'_>,
    focus: Focus,
    (width, height): (usize, usize),
    back: usize,
) -> Page {
    let sought = seek::sought_in_pane(scene).filter(|_| focus == Focus::Here);
    let searched = sought.map(|sought| search(scene, &sought));
    let chosen = searched.as_ref().and_then(|Searched { holding, .. }| {
        seek::chosen(scene, holding.len()).and_then(|chosen| holding.get(chosen).copied())
    });
    let held = |entry| {
        let searched = searched.as_ref();
        searched.filter(|searched| searched.holding.binary_search(&entry).is_ok())
    };
    let mut reversed: Vec<Laid> = Vec::new();
    let wanted = height.saturating_add(back);
    let mut older = false;
    for entry in scene.model.shown_log().rev() {
        let Some(line) = line(scene, entry) else {
            continue;
        };
        if reversed.len() >= wanted {
            older = true;
            break;
        }
        let mut lines = flow::wrap(&line, width, HANG);
        if let Some(Searched { sought, .. }) = held(entry) {
            seek::light_entry(sought, &mut lines, chosen == Some(entry));
        }
        let laid = lines.into_iter().enumerate().map(|(place, line)| Laid {
            entry,
            line,
            begins: place == 0,
        });
        reversed.extend(laid.rev());
    }
    // What is scrolled away below, but never so far that the page is not full.
    let back = back.min(reversed.len().saturating_sub(height));
    let older = older || reversed.len() > back + height;
    let mut shown: Vec<Laid> = reversed.into_iter().skip(back).take(height).collect();
    shown.reverse();
    let in_sight = |entry: &Position| shown.iter().any(|laid| laid.entry == *entry);
    let last = shown.last().map(|laid| laid.entry);
    let looked_at = chosen.filter(in_sight).or(last);
    let marked = (0..)
        .zip(&shown)
        .filter(|(_, laid)| laid.begins && held(laid.entry).is_some())
        .map(|(row, laid)| (row, chosen == Some(laid.entry)))
        .collect();
    let mut lines: Vec<_> = shown.into_iter().map(|laid| laid.line).collect();
    if lines.is_empty() {
        let said = Line::styled(scene.say("tui-log-empty"), scene.theme.quiet);
        lines = flow::wrap(&said, width, 0);
    }
    Page {
        lines,
        marked,
        older,
        looked_at,
        found: searched
            .as_ref()
            .map(|searched| found(scene, &searched.holding, (width, height))),
        searched,
    }
}

/// Searches the newest entries; those that the last frame searched for the
/// same are not looked at again.
fn search(scene: &Scene<'_>, sought: &Sought) -> Searched {
    let known = scene.screen.drawn.searched.as_ref();
    let known = known.filter(|known| known.sought == *sought);
    let mut newest: Vec<_> = scene.model.shown_log().rev().take(SEARCHED).collect();
    newest.reverse();
    let holds = |entry: &Position| match known {
        Some(known) if known.entries.contains(entry) => known.holding.binary_search(entry).is_ok(),
        _ => written(scene.model, *entry).is_some_and(|written| sought.is_in(&written)),
    };
    let entries = match newest[..] {
        [first, .., last] => first..=last,
        [only] => only..=only,
        [] => return Searched::nothing(sought),
    };
    if sought.is_empty() {
        return Searched::nothing(sought);
    }
    Searched {
        sought: sought.clone(),
        entries,
        holding: newest.into_iter().filter(holds).collect(),
    }
}

/// How many entries hold it, and, if the panel is to be moved to one of them,
/// where they are: for that, all that was searched has to be laid out.
fn found(scene: &Scene<'_>, holding: &[Position], (width, height): (usize, usize)) -> Found {
    let mut found = Found {
        count: holding.len(),
        height,
        ..Found::default()
    };
    if !scene.screen.seek.as_ref().is_some_and(Seek::is_moving) {
        return found;
    }
    let mut newest: Vec<_> = scene.model.shown_log().rev().take(SEARCHED).collect();
    newest.reverse();
    for entry in newest {
        if holding.binary_search(&entry).is_ok() {
            found.lines.push(found.total);
        }
        let line = line(scene, entry);
        found.total += line.map_or(0, |line| flow::wrap(&line, width, HANG).len());
    }
    found
}

/// One line of the log.
fn line(scene: &Scene<'_>, position: Position) -> Option<Line<'static>> {
    let theme = scene.theme;
    let entry = Entry::at(scene.model, position)?;
    let look = if entry.text.contains("reject:") || entry.text.starts_with("warning:") {
        theme.refusal
    } else {
        theme.text
    };
    Some(Line::from(vec![
        Span::styled(
            format!("{} {} ", entry.stamp, visible::text(entry.host)),
            theme.quiet,
        ),
        Span::styled(
            format!("{}[{}]: ", visible::text(entry.program), entry.pid),
            theme.code,
        ),
        Span::styled(visible::text(entry.text), look),
    ]))
}

/// A line of the log as it stands in the file, safe to show.
pub(crate) fn written(model: &Model, position: Position) -> Option<String> {
    let Entry {
        stamp,
        host,
        program,
        pid,
        text,
    } = Entry::at(model, position)?;
    Some(visible::text(&format!(
        "{stamp} {host} {program}[{pid}]: {text}"
    )))
}

/// An entry of the log in the parts that syslog writes.
struct Entry<'a> {
    stamp: String,
    /// Without its domain.
    host: &'a str,
    program: &'a str,
    pid: u32,
    text: &'a str,
}

impl<'a> Entry<'a> {
    fn at(model: &'a Model, position: Position) -> Option<Self> {
        let event = model.projection.event(position)?;
        let Kind::Log {
            host,
            program,
            pid,
            text,
            ..
        } = &event.kind
        else {
            return None;
        };
        Some(Self {
            stamp: event.at.to_syslog(),
            host: host.split('.').next().unwrap_or(host),
            program,
            pid: *pid,
            text,
        })
    }
}
