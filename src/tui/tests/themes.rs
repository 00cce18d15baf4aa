//! A theme repeats what words and signs say, and adds nothing of its own.

use std::collections::HashSet;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};

use super::layers::{LAYERS, student};
use super::{Seat, opened, refused, with_tls};
use crate::journal::{ConnectionId, End, Kind, Way};
use crate::text::Language;
use crate::tui::screen::{Pane, Panel, Presentation};
use crate::tui::theme::Theme;

const THEMES: [&Theme; 4] = [&Theme::DARK, &Theme::LIGHT, &Theme::CONTRAST, &Theme::MONO];

/// Every screen that there is, more or less.
fn screens() -> Vec<(String, Seat)> {
    let mut screens = Vec::new();
    let size = (120, 36);
    for (name, keys) in LAYERS {
        let mut seat = student(size, Language::En);
        seat.press(keys);
        screens.push((name.to_owned(), seat));
    }
    for (panel, at) in Panel::ALL.into_iter().zip(1..) {
        for (state, mut seat) in [
            ("refused", refused(size.0, size.1)),
            ("opened", opened(size.0, size.1)),
            ("tls", with_tls(size.0, size.1)),
        ] {
            seat.press(&at.to_string());
            screens.push((format!("{panel:?} {state}"), seat));
        }
    }
    let mut presented = refused(80, 24);
    presented.screen.presentation = Presentation::On;
    screens.push(("presentation".to_owned(), presented));
    screens.push(("large".to_owned(), opened(200, 60)));
    screens
}

#[test]
fn every_theme_shows_the_same_words_and_mono_no_colour() {
    for (name, mut seat) in screens() {
        let dark = seat.look();
        for theme in [&Theme::LIGHT, &Theme::CONTRAST, &Theme::MONO] {
            seat.theme = theme;
            assert_eq!(seat.look(), dark, "{name}");
        }
        let cells = seat.terminal.backend().buffer().content();
        let coloured = cells
            .iter()
            .find(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
        assert_eq!(coloured, None, "{name}");
    }
}

/// The columns in which a row of the screen has a frame's upright.
fn uprights(seat: &Seat, row: u16) -> Vec<u16> {
    let buffer = seat.terminal.backend().buffer();
    let columns = 0..buffer.area.width;
    columns
        .filter(|column| buffer[(*column, row)].symbol() == "│")
        .collect()
}

#[test]
fn wide_and_combined_characters_keep_the_columns() {
    let mut seat = Seat::at(120, 36, crate::app::testing::Stage::begun());
    seat.press("2⏎");
    let rows = 5..16;
    let before: Vec<_> = rows.clone().map(|row| uprights(&seat, row)).collect();
    assert!(before.iter().all(|columns| columns.len() == 4));
    for line in [
        "Subject: 你好，世界。你好，世界。你好，世界。你好，世界。",
        "Subject: 👩\u{200d}👩\u{200d}👧 🇪🇸 👍🏽 ✉\u{fe0f} ❤\u{fe0f} fin",
        "Subject: cafe\u{301} nin\u{303}o a\u{308}\u{301}\u{323} fin",
        "Subject: ｆｕｌｌ 한국어 ไทย हिन्दी",
    ] {
        for (end, way) in [(End::Client, Way::Sent), (End::Server, Way::Received)] {
            seat.happen(Kind::Line {
                connection: ConnectionId(2),
                end,
                way,
                protected: false,
                line: line.into(),
            });
        }
    }
    let screen = seat.look();
    assert!(screen.contains("世界"), "{screen}");
    let after: Vec<_> = rows.map(|row| uprights(&seat, row)).collect();
    assert_eq!(after, before, "{screen}");
}

/// The cells of the row of the screen that says `words`, from the first letter
/// of it to the last.
fn cells_of<'a>(seat: &'a Seat, words: &str) -> &'a [Cell] {
    let buffer = seat.terminal.backend().buffer();
    let width = usize::from(buffer.area.width);
    let rows = buffer.content().chunks(width);
    let row = rows.into_iter().find_map(|row| {
        let text: String = row.iter().map(Cell::symbol).collect();
        let (before, _) = text.split_once(words)?;
        let first = before.chars().count();
        row.get(first..first + words.chars().count())
    });
    row.unwrap_or_else(|| panic!("{words} is not on the screen"))
}

#[test]
fn a_rule_across_both_columns_is_of_one_piece() {
    for (width, height) in [(80, 24), (120, 36)] {
        for theme in THEMES {
            let mut seat = refused(width, height);
            seat.theme = theme;
            seat.look();
            let looks = looks_of(&seat, "─ spammer cuelga ─");
            assert_eq!(looks.len(), 1, "{looks:?}");
        }
    }
}

/// The looks of the cells that say `words`.
fn looks_of(seat: &Seat, words: &str) -> HashSet<Style> {
    cells_of(seat, words).iter().map(Cell::style).collect()
}

#[test]
fn in_the_past_the_open_panel_and_the_focus_can_be_told() {
    for theme in THEMES {
        let mut seat = refused(120, 36);
        seat.theme = theme;
        seat.press("3←←");
        let seen = seat.look();
        assert!(seen.contains("EN EL PASADO"), "{seen}");
        let chosen = looks_of(&seat, "3 Reg.");
        for other in ["1 Por qué", "2 Cable", "4 Cert."] {
            assert!(chosen.is_disjoint(&looks_of(&seat, other)), "{other}");
        }
        let frame = cells_of(&seat, "╌╌");
        let reversed = |cell: &Cell| cell.modifier.contains(Modifier::REVERSED);
        assert!(!frame.iter().any(reversed));
        let names = [
            (Pane::Lesson, "▶Abrir"),
            (Pane::Task, "▶Objetivos"),
            (Pane::Dialogue, "▶Cliente"),
            (Pane::Panel, "▶3 Reg."),
        ];
        for (focus, _) in names {
            seat.screen.focus = focus;
            let seen = seat.look();
            for (pane, name) in names {
                assert_eq!(seen.contains(name), pane == focus, "{name}: {seen}");
            }
        }
    }
}

#[test]
fn no_blank_beside_a_word_is_underlined() {
    let underlined = |cell: &Cell| cell.modifier.contains(Modifier::UNDERLINED);
    for (name, mut seat) in screens() {
        seat.theme = &Theme::CONTRAST;
        seat.look();
        let buffer = seat.terminal.backend().buffer();
        for row in buffer.content().chunks(usize::from(buffer.area.width)) {
            let text: String = row.iter().map(Cell::symbol).collect();
            let mut weighed = row.chunk_by(|one, next| underlined(one) == underlined(next));
            let blank = |cell: Option<&Cell>| cell.is_some_and(|cell| cell.symbol() == " ");
            let loose = weighed.find(|cells| {
                underlined(&cells[0]) && (blank(cells.first()) || blank(cells.last()))
            });
            assert_eq!(loose, None, "{name}: {text}");
        }
    }
}

#[test]
fn what_was_removed_is_no_louder_than_what_was_added() {
    for theme in THEMES {
        let (removed, added) = (theme.removed, theme.success);
        let weight = |style: Style| style.add_modifier.difference(Modifier::DIM);
        assert!(weight(added).contains(weight(removed)));
    }
}
