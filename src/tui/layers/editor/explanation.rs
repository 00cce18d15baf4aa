//! What the marked directive means, below the list or the file where it stands.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::super::explain::meaning;
use crate::tui::flow;
use crate::tui::panes::more;
use crate::tui::scene::Scene;

/// Columns beyond which a text does not read well.
const WIDEST: usize = 100;

/// Rows that stay with what is above.
const ABOVE: u16 = 3;

/// How many rows it asks for in `width` columns, with the rule above it.
pub(super) fn rows(scene: &Scene<'_>, parameter: Option<&str>, width: usize) -> usize {
    lines(scene, parameter, width).len() + 1
}

/// Draws it at the bottom of `inside`; what is left above it comes back.
pub(super) fn draw(
    scene: &Scene<'_>,
    parameter: Option<&str>,
    inside: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let lines = lines(scene, parameter, usize::from(inside.width));
    let wanted = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
    let height = wanted.min(inside.height.saturating_sub(ABOVE));
    let above = Rect {
        height: inside.height - height,
        ..inside
    };
    let rule = Rect {
        y: above.bottom(),
        height: height.min(1),
        ..inside
    };
    let rest = Rect {
        y: rule.bottom(),
        height: height - rule.height,
        ..inside
    };
    let drawn = "─".repeat(usize::from(inside.width));
    Line::styled(drawn, scene.theme.border).render(rule, buffer);
    Paragraph::new(lines).render(rest, buffer);
    more(scene, rest, false, height < wanted, buffer);
    above
}

fn lines(scene: &Scene<'_>, parameter: Option<&str>, width: usize) -> Vec<Line<'static>> {
    let width = width.clamp(1, WIDEST);
    let meant = parameter.and_then(|parameter| scene.model.explainer().directive(parameter));
    if let Some(meant) = meant {
        return meaning(scene, &meant, width);
    }
    let said = Line::styled(scene.say("tui-notice-no-directive"), scene.theme.quiet);
    flow::wrap(&said, width, 0)
}
