//! The network strip: who talks to whom, on which port, inside TLS or not, and
//! what became of the mail after that.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::super::flow;
use super::super::scene::Scene;
use crate::app::Connection;
use crate::journal::Kind;
use crate::journal::event::{Endpoint, Purpose};
use crate::lesson::model::{Call, TlsMode};
use crate::postfix::decision::Verdict;
use crate::text::{policy, visible};

/// Draws the strip into one line.
pub(crate) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let full = strip(scene, Detail::Addresses);
    let room = usize::from(area.width);
    let line = if full.width() <= room {
        full
    } else {
        flow::cut_line(strip(scene, Detail::Names), room)
    };
    line.render(area, buffer);
}

/// How much is said of each host.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Detail {
    Addresses,
    Names,
}

fn strip(scene: &Scene<'_>, detail: Detail) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    let Some(connection) = scene.connection() else {
        match planned(scene) {
            Some(call) => plan(scene, call, detail, &mut spans),
            None => spans.push(Span::styled(
                visible::text(&scene.model.lesson.study),
                scene.theme.server,
            )),
        }
        return Line::from(spans);
    };
    hop(scene, connection, detail, &mut spans);
    match next_hop(scene, connection) {
        Some(next) => {
            wire(scene, next, &mut spans);
            host(&next.to, detail, scene.theme.server, &mut spans);
        }
        None => barrier(scene, connection, &mut spans),
    }
    Line::from(spans)
}

/// The first hop: who called whom.
fn hop(scene: &Scene<'_>, connection: &Connection, detail: Detail, spans: &mut Vec<Span<'static>>) {
    host(&connection.from, detail, scene.theme.client, spans);
    wire(scene, connection, spans);
    host(&connection.to, detail, scene.theme.server, spans);
}

/// A refused recipient: the mail goes no further.
fn barrier(scene: &Scene<'_>, connection: &Connection, spans: &mut Vec<Span<'static>>) {
    let refused = connection
        .decisions_at(scene.at())
        .last()
        .filter(|(_, decision)| decision.stage == "RCPT")
        .and_then(|(_, decision)| match &decision.verdict {
            Verdict::Refused { .. } => decision.subject.rsplit_once('@'),
            Verdict::Accepted => None,
        });
    if let Some((_, domain)) = refused {
        spans.push(Span::styled(" ══╳ ", scene.theme.refusal));
        spans.push(Span::styled(visible::text(domain), scene.theme.quiet));
    }
}

/// What the next run would do, before it runs.
fn plan(scene: &Scene<'_>, call: &Call, detail: Detail, spans: &mut Vec<Span<'static>>) {
    let client = scene
        .model
        .lesson
        .clients
        .iter()
        .find(|client| client.name == call.client);
    spans.push(Span::styled(
        visible::text(&call.client),
        scene.theme.client,
    ));
    if let (Detail::Addresses, Some(address)) =
        (detail, client.and_then(|client| client.addresses.first()))
    {
        spans.push(Span::raw(format!(" {address}")));
    }
    let (name, port) = call.to.rsplit_once(':').unwrap_or((&call.to, "25"));
    let tls = if call.tls == TlsMode::None {
        ""
    } else {
        " TLS"
    };
    spans.push(Span::styled(
        format!(" ╌╌{}{tls}╌╌▷ ", visible::text(port)),
        scene.theme.quiet,
    ));
    spans.push(Span::styled(visible::text(name), scene.theme.server));
}

fn planned<'a>(scene: &Scene<'a>) -> Option<&'a Call> {
    let run = scene.screen.run.or_else(|| scene.model.next_run())?;
    scene.model.run(run).map(|run| &run.call)
}

fn host(endpoint: &Endpoint, detail: Detail, style: Style, spans: &mut Vec<Span<'static>>) {
    spans.push(Span::styled(visible::text(&endpoint.host), style));
    if detail == Detail::Addresses {
        spans.push(Span::raw(format!(" {}", endpoint.address)));
    }
}

fn wire(scene: &Scene<'_>, connection: &Connection, spans: &mut Vec<Span<'static>>) {
    let port = connection.to.port;
    let (before, after, look) = if protected(scene, connection) {
        (format!(" ══{port} TLS══"), "══▶ ", scene.theme.tls)
    } else {
        (format!(" ──{port}──"), "──▶ ", scene.theme.text)
    };
    let ends = |tampered| if tampered { after } else { "▶ " };
    spans.push(Span::styled(before, look));
    let attack = connection.attack_at(scene.at());
    if let Some(attack) = attack {
        let name = policy::attack_name(scene.words, attack);
        spans.push(Span::styled(format!("╳ {name} ╳"), scene.theme.notice));
    }
    spans.push(Span::styled(ends(attack.is_some()), look));
}

fn protected(scene: &Scene<'_>, connection: &Connection) -> bool {
    connection.is_protected_at(scene.at())
}

/// The delivery that came of this connection: by the queue id of a message
/// that the server accepted on it.
fn next_hop<'a>(scene: &Scene<'a>, connection: &Connection) -> Option<&'a Connection> {
    let projection = &scene.model.projection;
    let accepted =
        projection.mail_at(scene.at()).iter().rev().find_map(|at| {
            match &projection.event(*at)?.kind {
                Kind::Queued {
                    queue_id,
                    connection: Some(id),
                    ..
                } if *id == connection.id => Some(queue_id),
                _ => None,
            }
        })?;
    scene.model.showable().rev().find(|candidate| {
        matches!(&candidate.purpose, Purpose::Delivery { queue_id } if queue_id == accepted)
    })
}
