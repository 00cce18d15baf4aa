//! The map as a strip: the way of the mail on one line, and below each host
//! what there is to say of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::super::flow;
use super::super::super::scene::Scene;
use super::{fate, look_of, spaced, verdict, way, wire_spans};
use crate::app::Stop;
use crate::text::visible;

/// Columns by which wires are longer than needed where there is room.
const AIR: usize = 6;

/// Draws the strip into one line or two.
pub(crate) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let way = way(scene);
    let path = longest_path(&way);
    let room = usize::from(area.width);
    let [hosts, notes] = strip(scene, &path, room);
    for (row, line) in area.rows().zip([hosts, notes]) {
        line.render(row, buffer);
    }
}

/// A stop on the strip, and how many others its mail was passed on to as well.
struct Place<'a> {
    stop: &'a Stop,
    others: usize,
}

/// The way to the stop that was reached last, and beside each stop on it how
/// many were left out.
fn longest_path(way: &[Stop]) -> Vec<Place<'_>> {
    let mut path: Vec<Place<'_>> = Vec::new();
    for stop in way {
        let before = path.iter().position(|place| place.stop.depth == stop.depth);
        let others = before
            .and_then(|at| path.get(at))
            .map_or(0, |place| place.others + 1);
        path.truncate(before.unwrap_or(path.len()));
        path.push(Place { stop, others });
    }
    path
}

/// How a stop is written.
#[derive(Clone, Copy)]
enum Naming {
    Whole,
    /// `mail` for `mail.aula.example`.
    FirstLabel,
}

/// The two lines, as much of them as fits: with whole names, or with their
/// first labels, or without the beginning of the way.
fn strip(scene: &Scene<'_>, path: &[Place<'_>], room: usize) -> [Line<'static>; 2] {
    for naming in [Naming::Whole, Naming::FirstLabel] {
        if let Some(lines) = lay_out(scene, path, naming, room) {
            return lines;
        }
    }
    for first in 1..path.len() {
        let rest = path.get(first..).unwrap_or_default();
        if let Some(lines) = lay_out(scene, rest, Naming::FirstLabel, room) {
            return lines;
        }
    }
    let last = path.last().map_or(&[] as &[_], std::slice::from_ref);
    let (hosts, notes) = compose(scene, last, Naming::FirstLabel, (&[], true), room);
    [hosts, notes].map(|line| flow::cut_line(line, room))
}

fn lay_out(
    scene: &Scene<'_>,
    path: &[Place<'_>],
    naming: Naming,
    room: usize,
) -> Option<[Line<'static>; 2]> {
    let (hosts, _) = compose(scene, path, naming, (&[], true), room);
    let mut left = room.checked_sub(hosts.width())?;
    // Wires grow where what stands below their beginning needs it, and then
    // all alike, as far as there is room.
    let mut longer: Vec<usize> = path
        .iter()
        .zip(path.iter().skip(1))
        .map(|(place, next)| {
            let segment = name(scene, place, naming).width() + wire_width(scene, next) + 1;
            let grows = note(scene, place, true)
                .width()
                .saturating_sub(segment)
                .min(left);
            left -= grows;
            grows
        })
        .collect();
    let alike = left.checked_div(longer.len()).unwrap_or_default();
    for wire in &mut longer {
        *wire += alike.min(AIR);
    }
    let (mut hosts, mut notes) = compose(scene, path, naming, (&longer, true), room);
    if notes.width() > room {
        // What became of the mail matters more than where the last host is.
        (hosts, notes) = compose(scene, path, naming, (&longer, false), room);
    }
    Some([hosts, flow::cut_line(notes, room)])
}

/// Both lines in `room` columns; `longer`: how much longer than needed each wire
/// between two places is; `addressed`: whether the last one's address is given.
fn compose(
    scene: &Scene<'_>,
    path: &[Place<'_>],
    naming: Naming,
    (longer, addressed): (&[usize], bool),
    room: usize,
) -> (Line<'static>, Line<'static>) {
    let mut hosts = Line::raw(" ");
    let mut notes = Line::raw(" ");
    for (index, place) in path.iter().enumerate() {
        if let Some(wire) = &place.stop.wire {
            let longer = index.checked_sub(1).and_then(|before| longer.get(before));
            if index == 0 {
                hosts.push_span(Span::styled(flow::CUT, scene.theme.quiet));
            }
            hosts.push_span(Span::raw(" "));
            for span in wire_spans(scene, wire, longer.copied().unwrap_or_default()) {
                hosts.push_span(span);
            }
            hosts.push_span(Span::raw(" "));
        }
        let is_last = index + 1 == path.len();
        let note = note(scene, place, addressed || !is_last);
        // What stands below the host before ends where this one begins; where
        // the last one's would be cut it begins further left, if there is room.
        let mut begins = hosts.width();
        notes = flow::cut_line(notes, begins.saturating_sub(1));
        if is_last {
            let fitting = room.saturating_sub(note.width());
            begins = begins.min(fitting.max(notes.width() + 2));
        }
        notes.push_span(Span::raw(" ".repeat(begins.saturating_sub(notes.width()))));
        for span in name(scene, place, naming) {
            hosts.push_span(span);
        }
        for span in note {
            notes.push_span(span);
        }
    }
    (hosts, notes)
}

fn wire_width(scene: &Scene<'_>, place: &Place<'_>) -> usize {
    let wire = place.stop.wire.as_ref();
    wire.map_or(0, |wire| {
        let spans = wire_spans(scene, wire, 0);
        spans.iter().map(|span| span.content.width()).sum()
    })
}

fn name(scene: &Scene<'_>, place: &Place<'_>, naming: Naming) -> Line<'static> {
    let whole = &place.stop.host;
    let written = match naming {
        Naming::Whole => whole,
        Naming::FirstLabel => whole.split('.').next().unwrap_or(whole),
    };
    let look = look_of(scene, place.stop);
    let mut line = Line::from(Span::styled(visible::text(written), look));
    if place.others > 0 {
        let others = format!(" +{}", place.others);
        line.push_span(Span::styled(others, scene.theme.quiet));
    }
    line
}

fn note(scene: &Scene<'_>, place: &Place<'_>, addressed: bool) -> Line<'static> {
    let stop = place.stop;
    let address = stop.address.filter(|_| addressed);
    let address = address.map(|address| address.to_string());
    let mut spans: Vec<_> = address
        .map(|it| Span::styled(it, scene.theme.quiet))
        .into_iter()
        .collect();
    spans.extend(stop.wire.as_ref().and_then(|wire| verdict(scene, wire)));
    spans.extend(stop.mail.iter().map(|it| fate(scene, it)));
    spaced(spans)
}
