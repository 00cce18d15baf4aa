//! What an eavesdropper sees of the shown connection.

use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use crate::app::{Eavesdropper, Sight, arrow};
use crate::journal::Kind;
use crate::text::policy;

/// How many wire events are listened to at most, the newest: enough for any
/// dialogue, and a bound on what one frame costs.
const HEARD: usize = 1000;

/// A line that says what credentials were, and where it stands.
type Catch = (usize, Line<'static>);

/// The panel's lines in `width` columns, and the last credentials in them.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> (Vec<Line<'static>>, Option<Catch>) {
    let theme = scene.theme;
    let wire = scene
        .connection()
        .map_or(&[] as &[_], |connection| connection.wire_at(scene.at()));
    let skipped = wire.len().saturating_sub(HEARD);
    let mut listener = Eavesdropper::default();
    for position in wire.iter().skip(skipped) {
        let event = scene.model.projection.event(*position);
        match event.map(|event| &event.kind) {
            Some(Kind::Wire { from, bytes, .. }) => listener.hear(*from, &bytes.0),
            Some(Kind::Tampered { tampering, .. }) => listener.learn(tampering),
            _ => {}
        }
    }
    let sights = listener.finish();
    if sights.is_empty() {
        let connection = scene.connection();
        let nothing = connection.map_or("tui-wire-nothing", |it| it.unheard_at(scene.at()));
        let said = Line::styled(scene.say(nothing), theme.quiet);
        return (flow::wrap(&said, width, 0), None);
    }
    let mut lines = Vec::new();
    if skipped > 0 {
        lines.push(Line::styled(flow::CUT, theme.quiet));
    }
    let mut catch = None;
    for sight in &sights {
        lines.extend(sight_lines(scene, sight, width));
        if let Sight::Line {
            decoded: Some(decoded),
            ..
        } = sight
        {
            let said = scene.say_with("tui-wire-decoded", &[("text", decoded)]);
            let line = Line::styled(format!("    {said}"), theme.winner);
            catch = Some((lines.len().saturating_sub(1), line));
        }
    }
    (lines, catch)
}

fn sight_lines(scene: &Scene<'_>, sight: &Sight, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    match sight {
        Sight::Line {
            from,
            protected,
            text,
            decoded,
        } => {
            let look = if *protected {
                theme.notice
            } else {
                theme.quiet
            };
            let line = Line::from(vec![
                Span::styled(format!("{:4}", arrow(*from, *protected, false)), look),
                Span::styled(text.clone(), theme.text),
            ]);
            let mut lines = flow::wrap_protocol(&line, width, 4);
            lines.extend(decoded_lines(scene, decoded.as_deref(), width));
            lines
        }
        Sight::Tampered(tampering) => {
            let said = policy::tampering(scene.words, tampering);
            flow::wrap(&Line::styled(format!("╳   {said}"), theme.notice), width, 4)
        }
        Sight::Record {
            from,
            kind,
            message,
            length,
            server_name,
        } => {
            let mut spans = vec![
                Span::styled(format!("{:4}", arrow(*from, true, false)), theme.tls),
                Span::styled(format!("TLS {kind}"), theme.tls),
            ];
            if let Some(message) = message {
                spans.push(Span::styled(format!(" {message}"), theme.text));
            }
            let size = scene
                .words
                .say_with("tui-wire-bytes", &[("count", (*length).into())]);
            spans.push(Span::styled(format!("  {size}"), theme.quiet));
            let mut lines = flow::wrap(&Line::from(spans), width, 4);
            if let Some(name) = server_name {
                let said = scene.say_with("tui-wire-server-name", &[("name", name)]);
                let line = Line::styled(format!("    {said}"), theme.winner);
                lines.extend(flow::wrap(&line, width, 6));
            }
            lines
        }
    }
}

fn decoded_lines(scene: &Scene<'_>, decoded: Option<&str>, width: usize) -> Vec<Line<'static>> {
    decoded.map_or_else(Vec::new, |decoded| {
        let said = scene.say_with("tui-wire-decoded", &[("text", decoded)]);
        let line = Line::styled(format!("    {said}"), scene.theme.winner);
        flow::wrap(&line, width, 6)
    })
}
