//! Seeking in the panes.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Seat, opened, refused, with_tls};
use crate::app::Msg;
use crate::app::testing::Stage;
use crate::journal::Kind;
use crate::text::Language;
use crate::tui::screen::{Pane, Panel};

/// The row of the screen that has the mark of the place that is looked at; in
/// Spanish the same sign ends a quotation.
fn marked(seen: &str) -> Option<&str> {
    let marks = ["│»", " »", "*»"];
    seen.lines()
        .find(|line| marks.iter().any(|mark| line.contains(mark)))
}

fn looked_at(seen: &str) -> &str {
    marked(seen).unwrap_or_else(|| panic!("no place is looked at:\n{seen}"))
}

#[test]
fn what_is_typed_after_the_slash_is_sought_and_is_no_key() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("/cxm");
    assert!(seat.screen.layers.is_empty(), "c opens nothing");
    assert!(seat.told.is_empty(), "m toggles nothing");
    let seen = seat.look();
    assert!(seen.contains("/cxm▏ 0"), "{seen}");
    seat.press("⎋");
    assert!(!seat.look().contains("/cxm"));
}

#[test]
fn the_rows_of_the_dialogue_are_sought_and_chosen() {
    let mut seat = refused(80, 24);
    assert_eq!(seat.screen.focus, Pane::Dialogue);
    seat.press("/relay  ACCESS");
    let seen = seat.look();
    assert!(looked_at(&seen).contains("454"), "{seen}");
    assert!(seen.contains("/relay  ACCESS▏ 1/1"), "{seen}");
    insta::assert_snapshot!("seeking_80x24_es", seen);
    seat.press("⏎⎋");
    assert_eq!(marked(&seat.look()), None);
    assert!(seat.screen.row.is_some(), "what was found stays chosen");
}

#[test]
fn while_something_is_sought_n_goes_on_and_then_it_is_the_next_step_again() {
    let mut seat = opened(120, 36);
    let step = seat.stage.model.step;
    seat.screen.focus = Pane::Dialogue;
    seat.press("/250⏎");
    let count = seat.screen.drawn.found.as_ref().unwrap().count;
    assert!(count > 2, "{}", seat.look());
    let last = seat.screen.row;
    assert!(
        seat.look().contains(&format!("{count}/{count}")),
        "the newest"
    );
    seat.press("n");
    assert!(
        seat.look().contains(&format!("/250 1/{count}")),
        "after the last the first"
    );
    seat.press("nN");
    assert!(seat.look().contains(&format!("/250 1/{count}")));
    seat.press("N");
    assert_eq!(seat.screen.row, last, "before the first the last");
    insta::assert_snapshot!("sought_120x36_es", seat.look());
    assert_eq!(seat.stage.model.step, step);
    seat.press("⎋n");
    assert_eq!(seat.stage.model.step, step + 1);
}

#[test]
fn the_lesson_is_scrolled_to_what_is_found() {
    let mut seat = opened(60, 16);
    seat.screen.focus = Pane::Lesson;
    seat.look();
    assert!(
        seat.screen.drawn.lesson_end > 0,
        "it does not fit:\n{}",
        seat.look()
    );
    let words = seat.stage.model.present_step().unwrap();
    let text = words.text.in_language(Language::Es).to_owned();
    let last = text
        .split_whitespace()
        .next_back()
        .unwrap()
        .trim_matches(|c: char| !c.is_alphanumeric());
    seat.press(&format!("/{last}⏎nN"));
    let seen = seat.look();
    assert!(looked_at(&seen).contains(last), "{last}: {seen}");
    // The first one is for the explanation that was announced.
    seat.press("⇥⇥⇤");
    assert_eq!(seat.screen.focus, Pane::Lesson);
    let seen = seat.look();
    assert_eq!(marked(&seen), None, "whoever comes back is not moved");
}

#[test]
fn every_panel_is_searched() {
    let mut seat = with_tls(80, 24);
    seat.screen.focus = Pane::Panel;
    for (panel, sought) in [
        (Panel::Why, "restricciones"),
        (Panel::Wire, "auth plain"),
        (Panel::Certificate, "mail.aula"),
        (Panel::Queue, "buz"),
        (Panel::Configuration, "mynetworks"),
    ] {
        seat.screen.panel = panel;
        seat.press(&format!("/{sought}⏎"));
        let seen = seat.look();
        assert!(
            seen.contains(&format!("/{sought} 1/")) || seen.contains(&format!("/{sought} 2/")),
            "{panel:?}:\n{seen}"
        );
        assert!(
            looked_at(&seen).to_lowercase().contains(sought),
            "{panel:?}:\n{seen}"
        );
        seat.press("⎋");
    }
}

#[test]
fn the_newest_lines_of_a_long_log_are_searched() {
    let mut seat = refused(80, 24);
    for number in 0..1200 {
        seat.happen(Kind::Log {
            host: "mail.aula.example".to_owned(),
            connection: None,
            program: "postfix/qmgr".to_owned(),
            pid: 7,
            text: format!("4Zx{number}: removed"),
        });
    }
    seat.press("3/4zx300: rem⏎");
    let seen = seat.look();
    assert!(looked_at(&seen).contains("4Zx300"), "{seen}");
    assert!(seen.contains("1/1"));
    seat.press("e");
    assert!(
        seat.look().contains("4Zx300"),
        "what was found is what is explained"
    );
    seat.press("⎋/4zx100: rem⏎");
    assert!(
        seat.look().contains("/4zx100: rem 0"),
        "older than what is searched"
    );
    seat.press("⎋");
    seat.strike(KeyEvent::new(KeyCode::End, KeyModifiers::NONE));
    seat.press("/removed⏎");
    let seen = seat.look();
    assert!(seen.contains("removed 1000/1000"), "{seen}");
    seat.press("n");
    assert!(looked_at(&seat.look()).contains("4Zx200"));
    seat.press("N");
    assert!(looked_at(&seat.look()).contains("4Zx1199"));
}

#[test]
fn a_file_is_searched_line_by_line() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.happen(Kind::Configured {
        host: "mail.aula.example".to_owned(),
        main_cf: "relayhost =\nmynetworks = 127.0.0.0/8\nrelay_domains =\n".to_owned(),
        master_cf: String::new(),
        files: BTreeMap::new(),
    });
    seat.press("c→/RELAY");
    let seen = seat.look();
    assert!(seen.contains("/RELAY▏ 1/"), "{seen}");
    assert!(looked_at(&seen).contains("relay"), "{seen}");
    insta::assert_snapshot!("seeking_file_80x24_es", seen);
    let first = looked_at(&seen).to_owned();
    seat.press("⏎n");
    assert_ne!(looked_at(&seat.look()), first);
    seat.press("N");
    assert_eq!(looked_at(&seat.look()), first);
    // What is found is the line that is written then.
    seat.press("⏎");
    assert!(seat.screen.layers.last().unwrap().is_typing());
    seat.press("⎋⎋");
    assert!(seat.screen.seek.is_none(), "first the search");
    assert_eq!(seat.screen.layers.len(), 1, "then the editor");
    seat.press("/relay⏎←");
    seat.look();
    assert!(
        seat.screen.seek.is_none(),
        "the list of directives has a search of its own"
    );
}

#[test]
fn where_nothing_can_be_sought_it_is_said() {
    let mut seat = refused(80, 24);
    seat.stage.play(Msg::Speak(Language::En));
    seat.press("J/");
    let seen = seat.look();
    assert!(seen.contains("There is nothing to search here"), "{seen}");
}

#[test]
fn a_page_on_top_is_searched_and_leaves_the_panes_search_alone_until_then() {
    let mut seat = refused(80, 24);
    seat.press("/250⏎e");
    assert!(
        !seat.look().contains("siguiente coincidencia"),
        "n is the next line there"
    );
    seat.press("⎋");
    assert!(seat.screen.layers.is_empty(), "one key closes it");
    assert!(seat.look().contains("/250 "), "as it was left");
    seat.press("⎋↑e/rfc⏎");
    let seen = seat.look();
    assert!(seen.contains("/rfc 1/"), "{seen}");
    assert!(looked_at(&seen).contains("RFC"), "{seen}");
    seat.press("⎋");
    assert_eq!(
        seat.screen.layers.len(),
        1,
        "first the search, then the page"
    );
    seat.press("/rfc⏎⏎");
    assert!(seat.screen.layers.is_empty());
    assert!(seat.screen.seek.is_none(), "it went with its page");
}

#[test]
fn another_step_forgets_what_was_sought() {
    let mut seat = opened(80, 24);
    seat.press("/250⏎");
    assert!(seat.screen.seek.is_some());
    seat.press("⇟");
    assert!(seat.screen.seek.is_none());
}
