//! One frame.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::contents::Contents;
use super::flow;
use super::layout::{self, SMALLEST, Wishes};
use super::panes::{self, Focus, bar};
use super::presentation;
use super::scene::Scene;
use super::screen::{Drawn, Hit, Pane, Presentation};
use super::seek::{self, Found};
use super::theme::PLAIN;

/// Draws the whole screen, and says what was found out on the way.
pub fn draw(scene: &Scene<'_>, frame: &mut Frame<'_>) -> Drawn {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if scene.theme.text != PLAIN {
        buffer.set_style(area, scene.theme.text);
    }
    if !layout::fits(area) {
        too_small(scene, area, buffer);
        return Drawn::default();
    }
    let mut drawn = match scene.screen.presentation {
        Presentation::Off => lesson_screen(scene, area, buffer),
        Presentation::On => {
            presentation::draw(scene, area, buffer);
            Drawn::default()
        }
        Presentation::Blank => return Drawn::default(),
    };
    if let Some(layer) = scene.screen.layers.last() {
        // The keys and what was just said stay in sight.
        let said = bar::notice(scene, area.width).len();
        let taken = u16::try_from(said).unwrap_or_default().saturating_add(1);
        let above = Rect {
            height: area.height.saturating_sub(taken),
            ..area
        };
        let shown = layer.draw(scene, above, buffer);
        drawn.layer_end = shown.end;
        drawn.found = shown.found.or(drawn.found);
    }
    drawn
}

fn lesson_screen(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Drawn {
    let notice = bar::notice(scene, area.width);
    let screen = scene.screen;
    let map = panes::Map::on(scene, area);
    let contents = Contents::new(scene, area);
    let wishes = Wishes {
        focus: screen.focus,
        zoomed: screen.zoomed,
        map: map.height(),
        notice: u16::try_from(notice.len()).unwrap_or_default(),
        content: contents.count(scene, area),
    };
    let areas = layout::arrange(area, wishes);
    let mut drawn = Drawn {
        by_turns: areas.by_turns,
        ..Drawn::default()
    };
    bar::draw_title(scene, areas.title, buffer);
    map.draw(scene, areas.network, buffer);
    // The pane with the focus comes last, so that its frame lies on top.
    let mut order = [Pane::Lesson, Pane::Task, Pane::Dialogue, Pane::Panel];
    order.sort_by_key(|pane| *pane == screen.focus);
    let focus = |pane| {
        if pane == screen.focus {
            Focus::Here
        } else {
            Focus::Elsewhere
        }
    };
    if let Some(place) = areas.configuration {
        panes::draw_frame(scene, Focus::Elsewhere, place, buffer);
    }
    for pane in order {
        if let Some(place) = areas.of(pane) {
            panes::draw_frame(scene, focus(pane), place, buffer);
        }
    }
    if let Some(place) = areas.configuration {
        contents.configuration.draw(scene, place, buffer);
    }
    for pane in order {
        if let Some(place) = areas.of(pane) {
            drawn.hits.push((place, Hit::Pane(pane)));
            draw_pane(
                scene,
                &contents,
                (pane, focus(pane)),
                place,
                buffer,
                &mut drawn,
            );
        }
    }
    bar::draw_notice(notice, areas.notice, buffer);
    bar::draw_keys(scene, areas.keys, buffer);
    drawn
}

fn draw_pane(
    scene: &Scene<'_>,
    contents: &Contents<'_>,
    (pane, focus): (Pane, Focus),
    place: Rect,
    buffer: &mut Buffer,
    drawn: &mut Drawn,
) {
    match pane {
        Pane::Lesson => {
            let title = panes::lesson_title(scene);
            let (text, scroll) = ((&*title, &**contents.lesson), scene.screen.lesson_scroll);
            let shown = panes::draw_text(scene, focus, text, scroll, place, buffer);
            drawn.lesson_end = shown.end;
            found(scene, shown.found, place.y, place, buffer, drawn);
        }
        Pane::Task => {
            let title = panes::task_title(scene);
            let (text, scroll) = ((&*title, &**contents.task), scene.screen.task_scroll);
            let shown = panes::draw_text(scene, focus, text, scroll, place, buffer);
            drawn.task_end = shown.end;
            found(scene, shown.found, place.y, place, buffer, drawn);
        }
        Pane::Dialogue => {
            let shown = panes::draw_dialogue(scene, focus, place, buffer, &mut drawn.hits);
            found(scene, shown, place.y, place, buffer, drawn);
        }
        Pane::Panel => {
            let text = contents.panel.as_ref();
            let (stands, shown) = panes::draw_panel(scene, focus, text, place, buffer, drawn);
            drawn.panel = stands;
            // In the upper edge are the tabs.
            let edge = place.bottom().saturating_sub(1);
            found(scene, shown, edge, place, buffer, drawn);
        }
    }
}

/// Notes where the pane at `place` holds what is sought, and writes so into the
/// edge in this row.
fn found(
    scene: &Scene<'_>,
    found: Option<Found>,
    row: u16,
    place: Rect,
    buffer: &mut Buffer,
    drawn: &mut Drawn,
) {
    let Some(found) = found else { return };
    let edge = Rect {
        y: row,
        height: 1,
        ..place
    };
    seek::draw_edge(scene, &found, edge, buffer);
    drawn.found = Some(found);
}

fn too_small(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (columns, rows) = (SMALLEST.0.to_string(), SMALLEST.1.to_string());
    let said = scene.say_with(
        "tui-too-small",
        &[("columns", columns.as_str()), ("rows", rows.as_str())],
    );
    let lines = flow::wrap(&Line::raw(said), usize::from(area.width).max(1), 0);
    Paragraph::new(lines).render(area, buffer);
}
