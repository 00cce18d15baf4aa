//! The program in a real pseudo-terminal with an emulator behind it: a lesson
//! done by keys alone, and the terminal as it is after every way out.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "terminal/screen.rs"]
mod screen;

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use screen::Screen;
use smtp_lab::tui::Mouse;
use smtp_lab::tui::terminal::{Guard, broken};

/// The step in which the relay is opened.
const OPEN_RELAY: &[&str] = &["run", "caso5", "--fresh", "--step", "relay-abierto"];

#[test]
fn a_student_opens_the_relay_and_closes_it_again_by_keys_alone() {
    let mut screen = Screen::start(120, 36, OPEN_RELAY);
    screen.until("relay cerrado");
    screen.until("3 permit_mynetworks: 250");
    screen.keys("3");
    screen.until("Tu predicción");

    screen.keys("\r");
    screen.until("220 mail.aula.example ESMTP");
    screen.keys("f");
    screen.until("454 4.7.1");
    screen.until("defer_unauth_destination");

    screen.keys("m");
    screen.keys("m");
    screen.until("RELAY ABIERTO");
    screen.keys("r");
    screen.until("queued as");
    screen.until("Objetivos 2/2");
    screen.until("permit_mynetworks");

    screen.keys("m");
    screen.until("relay cerrado");
    screen.keys("r");
    screen.until("rechazado: 454");
    // The dialogue is over: nobody asks whether to leave it.
    screen.until("cuelga");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn a_student_types_smtp_by_hand_into_tls() {
    let mut screen = Screen::start(120, 36, OPEN_RELAY);
    screen.until("3 permit_mynetworks: 250");
    screen.keys("3");
    screen.until("Tu predicción");
    screen.keys("i");
    screen.until("Sé el cliente");
    screen.keys("\r");
    screen.until("220 mail.aula.example ESMTP");
    screen.keys("eh\t");
    screen.until("> EHLO ");
    screen.keys("\r");
    screen.until("250-STARTTLS");
    screen.keys("starttls\r");
    screen.until("TLSv1.3");
    screen.until("dentro de TLS");
    screen.keys("NOOP\r");
    screen.until("~>  NOOP");
    screen.until("<~  250 2.0.0 Ok");
    screen.keys("QUIT\r");
    screen.until("Pulsa i para llamar otra vez");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
}

/// Answers the question of a step, so that it is known, and leaves.
fn leave_caso5_at(step: &str, state: &tempfile::TempDir) {
    let mut screen = Screen::start_in(state, 80, 24, &["run", "caso5", "--step", step]);
    screen.until(&format!("{step}/"));
    screen.keys("1");
    screen.keys("q");
    screen.until_ended();
}

#[test]
fn the_lesson_goes_on_where_it_was_left() {
    let state = tempfile::tempdir().unwrap();
    leave_caso5_at("3", &state);

    let mut second = Screen::start_in(&state, 80, 24, &["run", "caso5"]);
    second.until("3/");
    second.keys("q");
    second.until_ended();
    second.assert_given_back();
}

#[test]
fn both_languages_are_one_key_apart() {
    let mut screen = Screen::start(120, 36, OPEN_RELAY);
    screen.until("Abres el relay");
    screen.keys("L");
    screen.until("You open the relay");
    screen.keys("q");
    screen.until_ended();
}

#[test]
fn the_doctor_notices_a_small_terminal() {
    let mut screen = Screen::start(59, 40, &["doctor"]);
    screen.until("59x40");
    screen.until("[OJO] terminal");
    screen.until_ended();
}

#[test]
fn the_terminal_is_given_back_after_a_signal() {
    for signal in ["TERM", "HUP", "INT"] {
        let mut screen = Screen::start(80, 24, OPEN_RELAY);
        screen.until("relay cerrado");
        screen.signal(signal);
        screen.until_ended();
        screen.assert_given_back();
    }
}

#[test]
fn a_lesson_that_is_stopped_comes_back_with_its_screen() {
    let mut screen = Screen::start(80, 24, OPEN_RELAY);
    screen.until("relay cerrado");
    screen.keys("\x1a");
    screen.until_state('T');
    screen.assert_given_back();
    screen.signal("CONT");
    screen.until("relay cerrado");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn no_size_is_too_strange() {
    let mut screen = Screen::start(120, 36, OPEN_RELAY);
    screen.until("relay cerrado");
    for (columns, rows) in [
        (80, 24),
        (20, 5),
        (1, 1),
        (200, 60),
        (59, 16),
        (60, 15),
        (60, 16),
    ] {
        screen.resize(columns, rows);
    }
    screen.resize(120, 36);
    screen.until("Abres el relay");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn a_flood_of_pasted_text_does_nothing_harmful() {
    let mut screen = Screen::start(80, 24, OPEN_RELAY);
    screen.until("relay cerrado");
    let flood = "\x1b]0;title\x07q\r\n".repeat(5000);
    screen.keys(&format!("\x1b[200~{}\x1b[201~", flood.replace('\x1b', "")));
    screen.keys("L");
    screen.until("You open the relay");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn whoever_leaves_a_lesson_is_back_in_the_menu() {
    let mut screen = Screen::start(80, 24, &[]);
    screen.until("El curso");
    screen.keys("/caso5\r");
    screen.until(" 1/");
    screen.keys("L");
    screen.until("Who calls whom");
    screen.keys("q");
    screen.until("The course");
    screen.until("in progress: you go on where you left off");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
    // Nothing flashes in between: the terminal is taken and given back once.
    for sequence in ["\u{1b}[?1049h", "\u{1b}[?1049l"] {
        assert_eq!(screen.times_written(sequence.as_bytes()), 1, "{sequence:?}");
    }
}

#[test]
fn what_is_said_between_menu_and_lesson_is_read_after_leaving() {
    let state = tempfile::tempdir().unwrap();
    let mut screen = Screen::start_in(&state, 80, 24, &["run", "caso5", "--step", "2"]);
    screen.until("2/");
    screen.keys("1");
    screen.keys("q");
    screen.until_ended();
    let mut screen = Screen::start_in(&state, 80, 24, &["--lang", "en"]);
    screen.until("The course");
    screen.keys("/caso5");
    screen.keys("\r");
    screen.until(" 2/");
    screen.keys("q");
    screen.until("in progress: you go on where you left off");
    screen.keys("x");
    screen.until("Start over?");
    screen.keys("\r");
    screen.until(" 1/");
    screen.keys("q");
    screen.until("The course");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
    screen.until("caso5.json");
}

#[test]
fn whoever_cannot_keep_what_they_do_is_told_on_the_screen() {
    let state = tempfile::tempdir().unwrap();
    // Where its folder should be, there is something else.
    std::fs::create_dir(state.path().join("lab")).unwrap();
    std::fs::write(state.path().join("lab/progress"), "").unwrap();
    let mut screen = Screen::start_in(&state, 100, 30, &["run", "caso5", "--lang", "en"]);
    screen.until("▶ I cannot save what you do (");
    screen.until("XDG_STATE_HOME");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
    screen.until("lab: I cannot save what you do (");
}

#[test]
fn the_menu_takes_the_options_of_its_lessons() {
    let options = ["--lang", "en", "--theme", "mono", "--no-mouse", "--present"];
    let mut screen = Screen::start(80, 24, &options);
    screen.until("The course");
    screen.keys("/caso5\r");
    screen.until(" 1/");
    screen.keys("q");
    screen.until("The course");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
    for (sequence, what) in [
        ("\u{1b}[?1000h", "the mouse"),
        ("\u{1b}[38;", "a colour"),
        ("\u{1b}[48;", "a background"),
    ] {
        assert_eq!(screen.times_written(sequence.as_bytes()), 0, "{what}");
    }

    let mut linear = Screen::start(80, 24, &["--plain", "--lang", "en"]);
    linear.until("Which lesson?");
    linear.keys("q\r");
    linear.until_ended();
    assert_eq!(linear.times_written(b"\x1b"), 0);
}

#[test]
fn keys_are_where_the_settings_put_them() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("lab");
    std::fs::create_dir_all(&folder).unwrap();
    let text = "language = \"en\"\n[keys.lesson]\nnext-step = [\"w\"]\n";
    std::fs::write(folder.join("config.toml"), text).unwrap();
    let mut screen = Screen::start_in(&state, 120, 36, &["run", "caso5"]);
    screen.until("Who calls whom");
    screen.keys("nw");
    screen.until("2/");
    screen.keys("q");
    screen.until_ended();

    let text = "[keys.lesson]\nnext-step = [\"q\"]\n";
    std::fs::write(folder.join("config.toml"), text).unwrap();
    let mut screen = Screen::start_in(&state, 120, 36, &["run", "caso5"]);
    screen.until("config.toml:2:14");
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn a_teacher_follows_the_presentation_in_a_second_terminal() {
    let state = tempfile::tempdir().unwrap();
    let mut nobody = Screen::start_in(&state, 80, 24, &["notes"]);
    nobody.until("no se está presentando nada");
    nobody.until_ended();

    let present = ["run", "caso5", "--present", "--step", "2"];
    let mut projector = Screen::start_in(&state, 80, 24, &present);
    projector.until("2/");
    let mut teacher = Screen::start_in(&state, 80, 24, &["notes"]);
    teacher.until("2/");
    teacher.until("La respuesta:");
    teacher.until("en este paso 0:0");
    projector.keys("n");
    projector.until("3/");
    teacher.until("3/");

    let mut another = Screen::start_in(&state, 80, 24, &present);
    another.until("2/");
    let mut unsure = Screen::start_in(&state, 80, 24, &["notes"]);
    unsure.until(&format!("lab notes {}", projector.process()));
    unsure.until(&format!("lab notes {}", another.process()));
    unsure.until_ended();
    another.keys("q");
    another.until_ended();

    projector.keys("q");
    projector.until_ended();
    teacher.until("La presentación ha terminado.");
    teacher.until_ended();
    teacher.assert_given_back();
}

#[test]
fn a_teacher_hears_the_presentation_as_linear_text() {
    let state = tempfile::tempdir().unwrap();
    let present = ["run", "caso5", "--present", "--step", "2"];
    let mut projector = Screen::start_in(&state, 80, 24, &present);
    projector.until("2/");
    let mut heard = Screen::start_in(&state, 100, 60, &["notes", "--plain", "--lang", "en"]);
    heard.until("Enter: goals and time");
    heard.until("Case 5");
    heard.until("=== 2/");
    heard.until("The answer:");
    heard.until("Next:");
    heard.until("in this step 0:0");
    // Into a pipe it is linear without being asked.
    let mut piped = std::process::Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["notes", "--lang", "es"])
        .env("HOME", state.path())
        .env("XDG_RUNTIME_DIR", state.path())
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(piped.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.starts_with("Caso 5"), "{first}");

    projector.keys("n");
    projector.until("3/");
    heard.until("=== 3/");
    heard.keys("q\r");
    heard.until_ended();
    heard.assert_given_back();
    projector.keys("q");
    projector.until_ended();
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    let steps = rest.iter().filter(|line| line.starts_with("=== "));
    assert_eq!(steps.count(), 2, "{rest:#?}");
    assert_eq!(rest.last().unwrap(), "La presentación ha terminado.");
    let moves = |line: &String| line.chars().any(char::is_control);
    assert!(!rest.iter().any(moves), "{rest:#?}");
    assert!(piped.wait().unwrap().success());
}

#[test]
fn a_terminal_that_is_too_small_says_so_until_it_grows() {
    let mut screen = Screen::start(20, 5, OPEN_RELAY);
    screen.until("60");
    screen.resize(80, 24);
    screen.until("relay cerrado");
    screen.keys("q");
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn a_terminal_that_reads_nothing_for_a_while_is_given_back_all_the_same() {
    let mut screen = Screen::start(200, 60, OPEN_RELAY);
    screen.until("relay cerrado");
    let reading = screen.reading();
    let stalled = Screen::stalled(&reading);
    screen.keys(&"L".repeat(500));
    screen.signal("TERM");
    drop(stalled);
    screen.until_ended();
    screen.assert_given_back();
}

#[test]
fn two_instances_of_a_lesson_keep_what_was_done_in_each() {
    let state = tempfile::tempdir().unwrap();
    let mut one = Screen::start_in(&state, 80, 24, &["run", "caso5", "--step", "2"]);
    let mut other = Screen::start_in(&state, 80, 24, &["run", "caso5", "--step", "3"]);
    for screen in [&mut one, &mut other] {
        screen.until("caso5 ▸");
        screen.keys("1");
    }
    for screen in [&mut one, &mut other] {
        screen.keys("q");
        screen.until_ended();
    }
    let file = state.path().join("lab/progress/caso5.json");
    let saved: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let steps = saved["steps"].as_object().unwrap().values();
    let answered = steps.filter(|step| step["prediction"] == 0).count();
    assert_eq!(answered, 2, "{saved}");
}

/// What a task says before it breaks something.
const BROKE: &str = "a task that nobody waits for broke";

#[test]
fn the_terminal_is_given_back_when_a_task_that_nobody_waits_for_panics() {
    let state = tempfile::tempdir().unwrap();
    let test = [
        "--exact",
        "holds_the_terminal_while_a_task_panics",
        "--ignored",
        "--nocapture",
    ];
    let program = std::env::current_exe().unwrap();
    let mut screen = Screen::start_program(&program, &state, (80, 24), &test);
    screen.until_ended();
    screen.assert_given_back();
    let seen = screen.contents();
    assert!(seen.contains(BROKE), "{seen}");
    assert!(seen.contains("1 passed"), "{seen}");
    assert!(!seen.contains("too late"), "{seen}");
}

#[test]
#[ignore = "the test above runs it, in a terminal of its own"]
fn holds_the_terminal_while_a_task_panics() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let mut terminal = Guard::take(Mouse::Used).unwrap();
        terminal.draw(|_| {}).unwrap();
        tokio::spawn(async { panic!("{BROKE}") });
        broken().await;
        terminal
            .draw(|frame| frame.render_widget("too late", frame.area()))
            .unwrap();
    });
}

/// Puts a pipe in the place of the lesson's progress, so that whoever reads it
/// waits for the test; says what was there.
fn make_them_wait(file: &Path) -> Vec<u8> {
    let saved = std::fs::read(file).unwrap();
    std::fs::remove_file(file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(file).status();
    assert!(made.unwrap().success());
    saved
}

#[test]
fn a_signal_between_menu_and_lesson_ends_the_program() {
    for signal in ["TERM", "HUP", "INT"] {
        let state = tempfile::tempdir().unwrap();
        leave_caso5_at("2", &state);
        let file = state.path().join("lab/progress/caso5.json");
        let saved = make_them_wait(&file);
        // That it can be opened says that the program is about to read it.
        let read = || OpenOptions::new().write(true).open(&file).unwrap();
        let mut screen = Screen::start_in(&state, 80, 24, &[]);
        read().write_all(&saved).unwrap();
        screen.until("El curso");
        screen.keys("/caso5\r");
        let mut reading = read();
        // It saves on its way out, and is not to wait then.
        std::fs::remove_file(&file).unwrap();
        screen.signal(signal);
        reading.write_all(&saved).unwrap();
        drop(reading);
        screen.until_ended();
        screen.assert_given_back();
    }
}

#[test]
fn a_signal_while_the_terminal_is_asked_for_its_colours_leaves_it_as_it_was() {
    for signal in ["TERM", "HUP", "INT"] {
        let auto = ["run", "caso5", "--theme", "auto"];
        let mut screen = Screen::start(80, 24, &auto);
        // This terminal never answers which colour its background has.
        screen.until_written(b"\x1b]11;?", 1);
        screen.signal(signal);
        screen.until_ended();
        screen.assert_given_back();
    }
}
