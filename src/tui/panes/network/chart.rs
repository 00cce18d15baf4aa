//! The map as a chart: at the left who calls, in the middle the server that is
//! called, at the right where the mail goes on to.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

use super::super::super::flow;
use super::super::super::scene::Scene;
use super::super::bar::relay;
use super::{fate, look_of, spaced, verdict, way, wire_spans};
use crate::app::{Stop, Wire};
use crate::text::visible;

/// Rows of the chart at most, frames included.
const HIGHEST: u16 = 9;

/// Columns of a wire.
const WIRE: usize = 22;

/// Columns of a call's wire where there is room for any verdict on it, so that
/// the server stays where it is.
const CALL: usize = 34;

/// From how many columns on there is.
const ROOMY: u16 = 170;

/// What stands where.
pub(crate) struct Chart {
    callers: Vec<Line<'static>>,
    /// The wire of each caller, drawn to the server's edge.
    calls: Vec<Line<'static>>,
    server: String,
    facts: Vec<Line<'static>>,
    onward: Vec<Line<'static>>,
}

impl Chart {
    /// The chart for a screen of so many columns.
    pub(super) fn new(scene: &Scene<'_>, columns: u16) -> Self {
        let call = if columns >= ROOMY { CALL } else { WIRE };
        let way = way(scene);
        let study = &scene.model.lesson.study;
        let middle = way
            .iter()
            .find(|stop| stop.depth == 1)
            .or_else(|| way.first());
        let server = middle.map_or(study, |stop| &stop.host);
        let mut chart = Self {
            callers: Vec::new(),
            calls: Vec::new(),
            server: visible::text(server),
            facts: facts(scene, server, middle),
            onward: Vec::new(),
        };
        let began = way.first().map(|stop| stop.host.as_str());
        for caller in scene.model.callers(server) {
            let active = began == Some(caller.host.as_str());
            // The way that is looked at may be another than its last call.
            let wire = match middle.and_then(|stop| stop.wire.as_ref()) {
                Some(wire) if active => Some(wire),
                _ => caller.wire.as_ref(),
            };
            chart.callers.push(caller_line(scene, &caller, active));
            chart.calls.push(call_line(scene, wire, active, call));
        }
        chart.onward = onward(scene, &way);
        chart
    }

    /// Rows that it wants.
    pub(super) fn height(&self) -> u16 {
        let sides = self.callers.len().max(self.onward.len());
        let rows = sides.max(self.facts.len()) + 2;
        u16::try_from(rows).unwrap_or(u16::MAX).clamp(5, HIGHEST)
    }

    /// Draws it.
    pub(super) fn draw(self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
        let width = |lines: &[Line<'_>]| {
            let widest = lines.iter().map(Line::width).max().unwrap_or_default();
            u16::try_from(widest).unwrap_or(u16::MAX)
        };
        let title = u16::try_from(Line::raw(self.server.as_str()).width()).unwrap_or(u16::MAX);
        let [callers, calls, server, onward] = Layout::horizontal([
            Constraint::Length(width(&self.callers).saturating_add(2)),
            Constraint::Length(width(&self.calls)),
            Constraint::Length(width(&self.facts).max(title).saturating_add(4)),
            Constraint::Fill(1),
        ])
        .areas(Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(1),
            ..area
        });
        let block = Block::bordered()
            .border_style(scene.theme.focus)
            .title(scene.theme.title(self.server));
        let inside = block.inner(server);
        block.render(server, buffer);
        let inside = Rect {
            x: inside.x + 1,
            width: inside.width.saturating_sub(1),
            ..inside
        };
        flow::write(&self.facts, inside, buffer);
        let beside = |column: Rect| Rect {
            y: inside.y,
            height: inside.height,
            ..column
        };
        column(scene, self.callers, beside(callers), buffer);
        column(scene, self.calls, beside(calls), buffer);
        column(scene, self.onward, beside(onward), buffer);
    }
}

/// Lines below each other, with a sign where there are more than rows.
fn column(scene: &Scene<'_>, mut lines: Vec<Line<'static>>, area: Rect, buffer: &mut Buffer) {
    let rows = usize::from(area.height);
    if lines.len() > rows {
        lines.truncate(rows.saturating_sub(1));
        lines.push(Line::styled(flow::CUT, scene.theme.quiet));
    }
    let width = usize::from(area.width);
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| flow::cut_line(line, width))
        .collect();
    flow::write(&lines, area, buffer);
}

/// What there is to say of the server in the middle.
fn facts(scene: &Scene<'_>, server: &str, stop: Option<&Stop>) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let mut facts = Vec::new();
    if let Some(address) = stop.and_then(|stop| stop.address) {
        facts.push(Line::styled(address.to_string(), theme.text));
    }
    let services = scene.model.services(server).join(" ");
    if !services.is_empty() {
        facts.push(Line::styled(visible::text(&services), theme.quiet));
    }
    if server == scene.model.lesson.study {
        facts.extend(relay(scene).map(Line::from));
    }
    let mail = stop.map_or(&[] as &[_], |stop| stop.mail.as_slice());
    facts.extend(mail.iter().map(|it| Line::from(fate(scene, it))));
    facts
}

fn caller_line(scene: &Scene<'_>, caller: &Stop, active: bool) -> Line<'static> {
    let theme = scene.theme;
    let mark = if active { "▶ " } else { "  " };
    let look = if active { theme.client } else { theme.quiet };
    let label = scene.model.lesson.clients.iter();
    let mut label = label.filter(|client| client.name == caller.host);
    let label = label.next().map(|client| scene.text(&client.label));
    let mut spans = vec![Span::styled(visible::text(&caller.host), look)];
    spans.extend(label.map(|label| Span::styled(label, theme.quiet)));
    spans.extend(
        caller
            .address
            .map(|address| Span::styled(address.to_string(), look)),
    );
    let mut line = spaced(spans);
    line.spans.insert(0, Span::styled(mark, theme.winner));
    line
}

/// A call's wire, as long as the others, with what became of it in words.
fn call_line(scene: &Scene<'_>, wire: Option<&Wire>, active: bool, length: usize) -> Line<'static> {
    let Some(wire) = wire else {
        return Line::raw(" ".repeat(length));
    };
    let mut line = drawn(scene, wire, length);
    if verdict(scene, wire).is_some() {
        // It does not touch the server's frame.
        line = drawn(scene, wire, length.saturating_sub(1));
        line.push_span(Span::raw(" "));
    }
    if !active {
        line = Line::from(
            line.spans
                .into_iter()
                .map(|span| span.content)
                .collect::<String>(),
        )
        .style(scene.theme.quiet);
    }
    line
}

/// A wire drawn `width` columns long, if that is enough, with its verdict
/// before its end.
fn drawn(scene: &Scene<'_>, wire: &Wire, width: usize) -> Line<'static> {
    let said = verdict(scene, wire);
    let taken = said.as_ref().map_or(0, |said| said.width() + 1);
    let shortest: usize = wire_spans(scene, wire, 0).iter().map(Span::width).sum();
    let longer = width.saturating_sub(shortest + taken);
    let mut spans = wire_spans(scene, wire, longer);
    if let Some(said) = said {
        spans.extend([Span::raw(" "), said]);
    }
    Line::from(spans)
}

/// The ways on from the server in the middle, a line each; and the hosts of
/// the lesson that have no part in it.
fn onward(scene: &Scene<'_>, way: &[Stop]) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut depth = 1;
    for stop in way.iter().filter(|stop| stop.depth > 1) {
        let Some(wire) = &stop.wire else { continue };
        let mut spans = drawn(scene, wire, WIRE).spans;
        spans.push(Span::raw(" "));
        spans.push(Span::styled(
            visible::text(&stop.host),
            look_of(scene, stop),
        ));
        for fact in stop
            .address
            .map(|address| Span::styled(address.to_string(), scene.theme.quiet))
            .into_iter()
            .chain(stop.mail.iter().map(|it| fate(scene, it)))
        {
            spans.extend([Span::raw(" "), fact]);
        }
        match lines.last_mut() {
            // One hop further on the same way.
            Some(line) if stop.depth > depth => {
                line.push_span(Span::raw(" "));
                line.spans.extend(spans);
            }
            _ => lines.push(Line::from(spans)),
        }
        depth = stop.depth;
    }
    let hosts = scene.model.lesson.hosts.iter();
    let idle = hosts.filter(|host| way.iter().all(|stop| stop.host != host.name));
    lines.extend(
        idle.filter(|host| host.name != scene.model.lesson.study)
            .map(|host| {
                let blank = " ".repeat(WIRE + 1);
                let address = host.addresses.first();
                let address = address.map_or_else(String::new, |address| format!(" {address}"));
                let said = format!("{blank}{}{address}", visible::text(&host.name));
                Line::styled(said, scene.theme.quiet)
            }),
    );
    lines
}
