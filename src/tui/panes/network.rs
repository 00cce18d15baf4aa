//! The map of the network: who talks to whom, on which port, inside TLS or
//! not, where the mail is, and where it was refused. A strip of two lines,
//! one where rows are dear, and a chart on large screens.

mod chart;
mod strip;

pub(crate) use chart::Chart;
pub(crate) use strip::draw as draw_strip;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::layout;
use super::super::scene::Scene;
use crate::app::{Crossing, Fate, Stop, Wire};
use crate::journal::event::NoConnection;
use crate::text::{policy, visible};

/// The sign of a message.
const MESSAGE: &str = "✉";

/// The map, as a screen has room for it.
pub(crate) enum Map {
    /// On so many lines.
    Strip(u16),
    /// As large as it likes, within reason.
    Chart(Chart),
}

impl Map {
    /// The map for a screen like `area`.
    pub(crate) fn on(scene: &Scene<'_>, area: Rect) -> Self {
        match layout::map_room(area) {
            layout::MapRoom::Line => Self::Strip(1),
            layout::MapRoom::Strip => Self::Strip(2),
            layout::MapRoom::Chart => Self::Chart(Chart::new(scene, area.width)),
        }
    }

    /// Rows that it wants.
    pub(crate) fn height(&self) -> u16 {
        match self {
            Self::Strip(rows) => *rows,
            Self::Chart(chart) => chart.height(),
        }
    }

    /// Draws it.
    pub(crate) fn draw(self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
        match self {
            Self::Strip(_) => draw_strip(scene, area, buffer),
            Self::Chart(chart) => chart.draw(scene, area, buffer),
        }
    }
}

/// The way to be shown.
fn way(scene: &Scene<'_>) -> Vec<Stop> {
    let run = scene.screen.run.or_else(|| scene.model.next_run());
    scene.model.map(run)
}

/// A wire drawn: what stands before its attacker, the attacker's deed, and its
/// end. `longer` columns are added around its port.
fn wire_spans(scene: &Scene<'_>, wire: &Wire, longer: usize) -> Vec<Span<'static>> {
    let theme = scene.theme;
    let planned = wire.state == Crossing::Planned;
    let unanswered = matches!(wire.state, Crossing::Unanswered(_));
    let (dash, look) = match (planned || unanswered, wire.protected) {
        (true, _) => ("╌", theme.quiet),
        (false, true) => ("═", theme.tls),
        (false, false) => ("─", theme.text),
    };
    let port = wire.port.map_or_else(String::new, |port| port.to_string());
    let label = if wire.protected {
        // The plate of a lock.
        format!("╡{port} TLS╞")
    } else {
        port
    };
    let mail = match wire.state {
        Crossing::Mail => format!("{MESSAGE}{dash}"),
        _ => String::new(),
    };
    let mut spans = vec![Span::styled(
        format!(
            "{}{mail}{label}{}",
            dash.repeat(2 + longer / 2),
            dash.repeat(2 + longer - longer / 2)
        ),
        look,
    )];
    if let Some(attack) = wire.attack {
        let name = policy::attack_name(scene.words, attack);
        spans.push(Span::styled(
            format!("╳ {name} ╳{dash}{dash}"),
            theme.notice,
        ));
    }
    let (end, look) = match wire.state {
        Crossing::Planned => ("▷", theme.quiet),
        Crossing::Spoken | Crossing::Mail => ("▶", look),
        Crossing::Refused(_)
        | Crossing::Unanswered(_)
        | Crossing::NoTls
        | Crossing::HungUp { .. }
        | Crossing::Unattended => ("╳", theme.refusal),
        Crossing::Stalled => ("┄", theme.notice),
    };
    spans.push(Span::styled(end, look));
    spans
}

/// What became of the call over `wire`, if that has to be said in words.
fn verdict(scene: &Scene<'_>, wire: &Wire) -> Option<Span<'static>> {
    let theme = scene.theme;
    let words = match &wire.state {
        Crossing::Planned | Crossing::Spoken | Crossing::Mail => return None,
        Crossing::Refused(code) => {
            return Some(Span::styled(visible::text(code), theme.refusal));
        }
        Crossing::Unanswered(NoConnection::Refused) => "tui-map-refused",
        Crossing::Unanswered(NoConnection::TimedOut) => "tui-map-timed-out",
        Crossing::NoTls => "tui-map-no-tls",
        Crossing::HungUp { greeted: true } => "tui-map-hung-up",
        Crossing::HungUp { greeted: false } => "tui-map-hung-up-ungreeted",
        Crossing::Unattended => "tui-map-unattended",
        Crossing::Stalled => {
            return Some(Span::styled(scene.say("tui-map-stalled"), theme.notice));
        }
    };
    Some(Span::styled(scene.say(words), theme.refusal))
}

/// What became of the mail at a stop, in words with a sign.
fn fate(scene: &Scene<'_>, fate: &Fate) -> Span<'static> {
    let theme = scene.theme;
    let (words, look) = match fate {
        Fate::Queued => (scene.say("tui-map-queued"), theme.notice),
        Fate::Deferred => (scene.say("tui-map-deferred"), theme.notice),
        Fate::Bounced => (scene.say("tui-map-bounced"), theme.refusal),
        Fate::Stored(mailbox) => (
            scene.say_with("tui-map-stored", &[("mailbox", mailbox)]),
            theme.success,
        ),
    };
    Span::styled(format!("{MESSAGE} {words}"), look)
}

/// The look of a stop's name: a client, a server, or a place out of reach.
fn look_of(scene: &Scene<'_>, stop: &Stop) -> Style {
    match (stop.depth, stop.address) {
        (0, _) if stop.host != scene.model.lesson.study => scene.theme.client,
        (_, None) => scene.theme.quiet,
        _ => scene.theme.server,
    }
}

/// `spans` with a blank between each two.
fn spaced(spans: Vec<Span<'static>>) -> Line<'static> {
    let mut line = Line::default();
    for span in spans {
        if !line.spans.is_empty() {
            line.push_span(Span::raw(" "));
        }
        line.push_span(span);
    }
    line
}
