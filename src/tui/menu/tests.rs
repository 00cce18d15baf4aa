//! What a student sees in the menu and what their keys do.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::draw::draw;
use super::keys::Came;
use super::*;
use crate::lesson::course::StepStanding;
use crate::lesson::model::Text;
use crate::text::Catalogue;
use crate::tui::theme::Theme;

struct Seat {
    menu: Menu,
    terminal: Terminal<TestBackend>,
}

impl Seat {
    fn at(columns: u16, rows: u16, language: Language) -> Self {
        let mut menu = Menu::new(language, Keymap::default());
        menu.show(lessons(), Some(1));
        let terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let mut seat = Self { menu, terminal };
        seat.look();
        seat
    }

    fn look(&mut self) -> String {
        let words = Catalogue::new(self.menu.language);
        let mut drawn = Drawn::default();
        self.terminal
            .draw(|frame| drawn = draw(&self.menu, &words, &Theme::MONO, frame))
            .unwrap();
        self.menu.remember(drawn);
        self.terminal.backend().to_string()
    }

    /// Presses keys: characters for themselves, `⏎`, `⎋` and `↓` for theirs.
    /// Returns what the last one came to.
    fn press(&mut self, keys: &str) -> Came {
        let mut came = Came::Nothing;
        for key in keys.chars() {
            let code = match key {
                '⏎' => KeyCode::Enter,
                '⎋' => KeyCode::Esc,
                '↓' => KeyCode::Down,
                '⑤' => KeyCode::F(5),
                key => KeyCode::Char(key),
            };
            came = self.menu.key(KeyEvent::new(code, KeyModifiers::NONE));
            self.look();
        }
        came
    }
}

/// Three lessons in two parts: finished, begun, untouched.
fn lessons() -> Vec<Standing> {
    let text = |es: &str, en: &str| Text {
        es: es.to_owned(),
        en: en.to_owned(),
    };
    let lesson = |id: &str, es, en, solved: usize, left_at| Standing {
        id: id.to_owned(),
        title: text(es, en),
        summary: text("Para qué sirve esta lección.", "What this lesson is for."),
        minutes: 20,
        part: text("Primera parte", "First part"),
        after: Vec::new(),
        steps: (0..4)
            .map(|step| StepStanding {
                title: text("Un paso con cañón", "A step"),
                solved: step < solved,
            })
            .collect(),
        left_at,
    };
    let mut last = lesson(
        "certificados",
        "¿Con quién hablo?",
        "Who is there?",
        0,
        None,
    );
    last.part = text("Segunda parte", "Second part");
    last.after = vec!["mapa".to_owned(), "relay".to_owned()];
    vec![
        lesson("mapa", "El viaje", "The journey", 4, Some(3)),
        lesson("relay", "El relay abierto", "The open relay", 1, Some(1)),
        last,
    ]
}

fn opened(id: &str, fresh: bool, present: bool) -> Came {
    let id = id.to_owned();
    Came::Choice(Choice::Lesson { id, fresh, present })
}

#[test]
fn the_menu_shows_the_course_and_what_was_done() {
    let mut seat = Seat::at(80, 24, Language::Es);
    insta::assert_snapshot!("menu_80x24_es", seat.look());
    seat.press("↓");
    insta::assert_snapshot!("menu_next_80x24_es", seat.look());
    let mut seat = Seat::at(120, 36, Language::Es);
    seat.press("Lj");
    insta::assert_snapshot!("menu_120x36_en", seat.look());
}

#[test]
fn one_goes_on_where_one_left() {
    let mut seat = Seat::at(80, 24, Language::Es);
    assert_eq!(seat.press("⏎"), opened("relay", false, false));
    assert_eq!(seat.press("⑤"), opened("relay", false, true));
    assert_eq!(seat.press("q"), Came::Choice(Choice::Leave));
}

#[test]
fn what_was_done_is_put_away_only_after_a_question() {
    let mut seat = Seat::at(80, 24, Language::Es);
    assert_eq!(seat.press("x"), Came::Nothing);
    insta::assert_snapshot!("menu_afresh_80x24_es", seat.look());
    assert_eq!(seat.press("⎋⏎"), opened("relay", false, false));
    assert_eq!(seat.press("x⏎"), opened("relay", true, false));
    seat.menu.layer = None;
    assert_eq!(seat.press("↓x⏎"), opened("certificados", false, false));
}

#[test]
fn a_lesson_is_found_by_any_of_its_words() {
    let mut seat = Seat::at(80, 24, Language::Es);
    seat.press("/quien");
    insta::assert_snapshot!("menu_search_80x24_es", seat.look());
    assert_eq!(seat.press("⏎"), opened("certificados", false, false));
    seat.press("⎋/canon");
    assert_eq!(
        seat.menu.found().len(),
        3,
        "in the steps, without its tilde"
    );
    seat.press("⎋/xyz");
    assert!(seat.look().contains("No se encuentra nada."));
    assert_eq!(seat.press("⏎"), Came::Nothing);
    seat.press("⎋");
    assert_eq!(seat.menu.found().len(), 3);
    assert_eq!(seat.press("q"), Came::Choice(Choice::Leave), "a key again");
}

#[test]
fn a_lesson_is_found_by_its_name_before_others_that_speak_of_it() {
    let mut seat = Seat::at(80, 24, Language::Es);
    let mut lessons = lessons();
    lessons[0].summary.es = "Antes de certificados.".to_owned();
    lessons[1].summary.es = "Antes de certificados.".to_owned();
    seat.menu.show(lessons, Some(1));
    seat.press("/certificados");
    assert_eq!(seat.menu.found().len(), 3);
    assert_eq!(seat.press("⏎"), opened("certificados", false, false));
}

#[test]
fn after_a_lesson_the_mark_goes_on_only_if_it_was_finished() {
    let mut seat = Seat::at(80, 24, Language::Es);
    seat.menu.show(lessons(), Some(2));
    assert_eq!(seat.press("⏎"), opened("relay", false, false));
    let mut finished = lessons();
    for step in &mut finished[1].steps {
        step.solved = true;
    }
    seat.menu.show(finished, Some(2));
    assert_eq!(seat.press("⏎"), opened("certificados", false, false));
}

#[test]
fn a_click_marks_and_another_opens() {
    let mut seat = Seat::at(80, 24, Language::Es);
    let (row, _) = seat.menu.drawn.rows[2];
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: row.x,
        row: row.y,
        modifiers: KeyModifiers::NONE,
    };
    assert_eq!(seat.menu.mouse(click), Came::Nothing);
    seat.look();
    assert_eq!(seat.menu.mouse(click), opened("certificados", false, false));
}

#[test]
fn no_size_breaks_it() {
    for (columns, rows) in [(1, 1), (20, 5), (60, 16), (61, 17), (300, 90)] {
        let mut seat = Seat::at(columns, rows, Language::En);
        seat.press("?jj⎋x⎋/a");
    }
}

#[test]
fn the_help_names_every_key() {
    let mut seat = Seat::at(80, 30, Language::En);
    seat.press("?");
    insta::assert_snapshot!("menu_help_80x30_en", seat.look());
}
