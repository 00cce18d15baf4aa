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

/// What is said, in so many columns.
pub(super) struct Explanation(Vec<Line<'static>>);

impl Explanation {
    /// What there is to say of a parameter; `None`: none is marked.
    pub(super) fn of(scene: &Scene<'_>, parameter: Option<&str>, width: usize) -> Self {
        let width = width.clamp(1, WIDEST);
        let meant = parameter.and_then(|parameter| scene.model.explainer().directive(parameter));
        if let Some(meant) = meant {
            return Self(meaning(scene, &meant, width));
        }
        let said = Line::styled(scene.say("tui-notice-no-directive"), scene.theme.quiet);
        Self(flow::wrap(&said, width, 0))
    }

    /// How many rows it asks for, with the rule above it.
    pub(super) fn rows(&self) -> usize {
        self.0.len() + 1
    }

    /// Draws it at the bottom of `inside`; what is left above it comes back.
    pub(super) fn draw(self, scene: &Scene<'_>, inside: Rect, buffer: &mut Buffer) -> Rect {
        let wanted = u16::try_from(self.rows()).unwrap_or(u16::MAX);
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
        Paragraph::new(self.0).render(rest, buffer);
        more(scene, rest, false, height < wanted, buffer);
        above
    }
}
