//! What Enter does, and that it is what the footer says.

use super::*;

#[test]
fn a_chosen_row_has_enter_only_where_it_was_chosen() {
    let mut seat = refused(80, 24);
    seat.press("]kk");
    assert!(seat.look().contains("⏎ explicar"));
    seat.press("⇥⇥");
    assert_ne!(seat.screen.focus, Pane::Dialogue);
    let seen = seat.look();
    assert!(seen.contains("⏎ diálogo 1/2"), "{seen}");
    seat.press("⏎");
    assert!(seat.screen.layers.is_empty());
    assert!(matches!(seat.told.last(), Some(Msg::OpenRun(0))));
}

#[test]
fn a_row_chosen_only_to_be_explained_is_let_go_with_its_explanation() {
    for close in ["⎋", "⏎", "e"] {
        let mut seat = refused(80, 24);
        seat.press("e←←");
        assert!(seat.screen.row.is_some(), "the line is lit below");
        seat.press(close);
        assert_eq!(seat.screen.row, None, "{close}");
        seat.press("kke←");
        let chosen = seat.screen.row;
        seat.press(close);
        assert_eq!(seat.screen.row, chosen, "the student had chosen one");
    }
}

#[test]
fn what_an_edit_brought_about_is_run_with_enter_though_the_goals_hold() {
    let mut seat = refused(80, 24);
    seat.press("⏎m");
    assert!(seat.stage.model.goals_hold());
    let seen = seat.look();
    let footer = seen.lines().rfind(|line| line.contains('⏎')).unwrap();
    let (next, run) = (footer.find("n paso"), footer.find("⏎ diálogo 1/2"));
    assert!(next.is_some() && next < run, "{footer}");
    seat.press("⏎f");
    assert!(seat.look().contains("250 2.1.5 Ok"));
    seat.press("⏎");
    assert_eq!(seat.stage.model.next_run(), None, "both were played again");
    seat.press("⏎");
    assert!(seat.look().contains("Paso completado"));
}

#[test]
fn the_last_hint_is_shown_again_while_there_is_no_new_one() {
    let mut seat = refused(80, 24);
    seat.press("h");
    assert!(seat.look().contains("Mira quién."));
    seat.press("⇥⇥");
    assert_ne!(seat.screen.focus, Pane::Lesson);
    seat.screen.lesson_scroll = 0;
    seat.press("h");
    assert_eq!(seat.screen.focus, Pane::Lesson);
    let seen = seat.look();
    assert!(seen.contains("Mira quién."), "{seen}");
    assert!(seen.contains("Antes de la siguiente pista"), "{seen}");
}

#[test]
fn mailq_has_the_columns_that_postqueue_fills() {
    let mut seat = refused(80, 24);
    let reason = format!("({:>76})", "Cannot start TLS: handshake failure");
    seat.press("Q");
    seat.happen(Kind::QueueListed {
        host: "mail.aula.example".to_owned(),
        lines: vec![reason.clone()],
    });
    let seen = seat.look();
    assert!(seen.contains(&format!("│{reason}│")), "{seen}");
}
