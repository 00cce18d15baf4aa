//! A theme repeats what words and signs say, and adds nothing of its own.

use ratatui::style::Color;

use super::layers::{LAYERS, student};
use super::{Seat, opened, refused, with_tls};
use crate::journal::{ConnectionId, End, Kind, Way};
use crate::text::Language;
use crate::tui::screen::{Panel, Presentation};
use crate::tui::theme::Theme;

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
