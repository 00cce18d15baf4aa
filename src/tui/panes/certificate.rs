//! The certificate that the server showed, and what the client made of it.

use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use crate::journal::event::CertificateFacts;
use crate::text::{policy, visible};

/// The panel's lines in `width` columns.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let Some(connection) = scene.connection() else {
        let said = Line::styled(scene.say("tui-certificate-no-call"), theme.quiet);
        return flow::wrap(&said, width, 0);
    };
    let shown = connection.certificate_at(scene.at());
    let Some((chain, verification)) = shown else {
        let said = Line::styled(scene.say("tui-certificate-none"), theme.quiet);
        return flow::wrap(&said, width, 0);
    };
    let look = if verification.code == 0 {
        theme.success
    } else {
        theme.refusal
    };
    let mut lines = Vec::new();
    for (index, words) in policy::verification(scene.words, verification, connection.keeps_mail())
        .into_iter()
        .enumerate()
    {
        let style = if index == 0 { look } else { theme.text };
        lines.extend(flow::wrap(&Line::styled(words, style), width, 2));
    }
    for (depth, certificate) in chain.iter().enumerate() {
        lines.push(Line::default());
        lines.extend(facts(scene, depth, certificate, width));
    }
    lines
}

fn facts(
    scene: &Scene<'_>,
    depth: usize,
    certificate: &CertificateFacts,
    width: usize,
) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let issuer = if certificate.self_signed {
        format!(
            "{} ({})",
            visible::text(&certificate.issuer),
            scene.say("tui-certificate-itself")
        )
    } else {
        visible::text(&certificate.issuer)
    };
    let names = if certificate.names.is_empty() {
        "—".to_owned()
    } else {
        visible::text(&certificate.names.join(", "))
    };
    let dates = format!(
        "{} – {}",
        certificate.not_before.to_date().date(),
        certificate.not_after.to_date().date()
    );
    // `depth` counts as `openssl s_client -showcerts` does: 0 is the server's own.
    let rows = [
        (format!("{depth} s:"), visible::text(&certificate.subject)),
        ("  i:".to_owned(), issuer),
        (format!("  {}", scene.say("tui-certificate-names")), names),
        (format!("  {}", scene.say("tui-certificate-dates")), dates),
    ];
    rows.into_iter()
        .flat_map(|(label, value)| {
            let line = Line::from(vec![
                Span::styled(format!("{label} "), theme.quiet),
                Span::styled(value, theme.text),
            ]);
            flow::wrap(&line, width, 4)
        })
        .collect()
}
