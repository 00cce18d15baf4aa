//! What became of the mail: what waits in the queues, how deliveries ended,
//! what lies in the mailboxes. What `mailq` says of it has a layer of its own.

use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use crate::journal::event::DeliveryStatus;
use crate::journal::{Kind, Position};
use crate::text::visible;

/// How many deliveries and messages are listed, the newest ones.
const LISTED: usize = 20;

/// How many of those that wait are listed, the newest ones: after a wave of
/// spam they are all alike.
const WAITING_LISTED: usize = 5;

/// The panel's lines in `width` columns.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = listed(scene, width);
    let waiting = scene.model.projection.queue_at(scene.at());
    let count = waiting.len().to_string();
    let title = scene.say_with("tui-queue-waiting", &[("count", &count)]);
    lines.push(Line::styled(title, scene.theme.heading));
    let older = waiting.len().saturating_sub(WAITING_LISTED);
    if older > 0 {
        let older = older.to_string();
        let said = scene.say_with("tui-queue-older", &[("count", &older)]);
        lines.push(Line::styled(format!("  {said}"), scene.theme.quiet));
    }
    let newest = waiting.iter().skip(older);
    list(
        scene,
        newest.filter_map(|at| queued(scene, *at)),
        width,
        &mut lines,
    );
    lines.extend(heading(scene, "tui-queue-mailboxes"));
    let mailboxes = scene.model.projection.mailboxes_at(scene.at());
    let messages = mailboxes.iter().flat_map(|((host, mailbox), stored)| {
        stored
            .iter()
            .rev()
            .take(LISTED)
            .rev()
            .filter_map(|at| message(scene, (host, mailbox), *at))
    });
    list(scene, messages, width, &mut lines);
    let mail = scene.model.projection.mail_at(scene.at());
    let mut deliveries: Vec<_> = mail
        .iter()
        .rev()
        .filter_map(|at| delivery(scene, *at))
        .take(LISTED)
        .collect();
    deliveries.reverse();
    lines.extend(heading(scene, "tui-queue-deliveries"));
    list(scene, deliveries.into_iter(), width, &mut lines);
    lines
}

/// Who is on the block lists, if the world has any, and what a list last answered.
fn listed(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    if scene.model.lesson.blocklists.is_empty() {
        return Vec::new();
    }
    let mut lines = heading(scene, "tui-queue-blocklist");
    let entries = scene
        .model
        .listed()
        .into_iter()
        .map(|(list, address, trap)| {
            Line::from(vec![
                Span::styled(format!("  ▲ {address} "), scene.theme.refusal),
                Span::styled(format!("{} ", visible::text(list)), scene.theme.code),
                Span::styled(format!("(← {})", visible::text(trap)), scene.theme.quiet),
            ])
        });
    list(scene, entries, width, &mut lines);
    lines
}

fn heading(scene: &Scene<'_>, id: &str) -> Vec<Line<'static>> {
    vec![Line::styled(scene.say(id), scene.theme.heading)]
}

fn list(
    scene: &Scene<'_>,
    entries: impl Iterator<Item = Line<'static>>,
    width: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let before = lines.len();
    for entry in entries {
        lines.extend(flow::wrap(&entry, width, 4));
    }
    if lines.len() == before {
        lines.push(Line::styled(
            format!("  {}", scene.say("tui-queue-empty")),
            scene.theme.quiet,
        ));
    }
}

fn queued(scene: &Scene<'_>, at: Position) -> Option<Line<'static>> {
    let Kind::Queued {
        host,
        queue_id,
        sender,
        recipients,
        ..
    } = &scene.model.projection.event(at)?.kind
    else {
        return None;
    };
    let recipients: Vec<_> = recipients
        .iter()
        .map(|recipient| format!("<{}>", visible::text(recipient)))
        .collect();
    let why = scene.model.last_deferral(host, queue_id);
    let why = why.map_or_else(String::new, |why| format!(" ({})", visible::text(why)));
    Some(Line::from(vec![
        Span::styled(format!("  {} ", visible::text(host)), scene.theme.quiet),
        Span::styled(format!("{} ", visible::text(queue_id)), scene.theme.code),
        Span::raw(format!(
            "<{}> → {}",
            visible::text(sender),
            recipients.join(" ")
        )),
        Span::styled(why, scene.theme.quiet),
    ]))
}

fn delivery(scene: &Scene<'_>, at: Position) -> Option<Line<'static>> {
    let Kind::Delivery {
        host,
        queue_id,
        recipient,
        status,
        relay,
        dsn,
        reason,
    } = &scene.model.projection.event(at)?.kind
    else {
        return None;
    };
    // As the log's `status=` says it.
    let (status, look) = match status {
        DeliveryStatus::Sent => ("sent", scene.theme.success),
        DeliveryStatus::Deferred => ("deferred", scene.theme.notice),
        DeliveryStatus::Bounced => ("bounced", scene.theme.refusal),
    };
    Some(Line::from(vec![
        Span::styled(format!("  {} ", visible::text(host)), scene.theme.quiet),
        Span::styled(format!("{} ", visible::text(queue_id)), scene.theme.code),
        Span::raw(format!(
            "<{}> → {} dsn={} ",
            visible::text(recipient),
            visible::text(relay),
            visible::text(dsn)
        )),
        Span::styled(status, look),
        Span::styled(format!(" ({})", visible::text(reason)), scene.theme.quiet),
    ]))
}

fn message(
    scene: &Scene<'_>,
    (host, mailbox): (&str, &str),
    at: Position,
) -> Option<Line<'static>> {
    let Kind::Stored {
        recipient, message, ..
    } = &scene.model.projection.event(at)?.kind
    else {
        return None;
    };
    let from = message.header("From").unwrap_or_default();
    let subject = message.header("Subject").unwrap_or_default();
    Some(Line::from(vec![
        Span::styled(
            format!("  {} ", visible::text(&format!("{mailbox}@{host}"))),
            scene.theme.strong,
        ),
        Span::styled(
            format!("({}) ", visible::text(recipient)),
            scene.theme.quiet,
        ),
        Span::raw(format!("{from} · {subject}")),
    ]))
}
