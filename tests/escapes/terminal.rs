//! A real terminal: the lesson's screen, what `y` gives to the clipboard, and
//! the teacher's notes. No window title is ever set.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use smtp_lab::lesson::model::Text;
use smtp_lab::notes::Page;

use super::corpus::{MARK, assert_harmless, assert_shown, text};
use super::folder::say;
use super::lesson::{calls, lesson};
use super::screen::Screen;
use super::sequences::Written;

/// How what goes to the clipboard begins.
const CLIPBOARD: &[u8] = b"\x1b]52;";

#[test]
fn a_caller_from_outside_is_harmless_on_the_screen_and_in_the_clipboard() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("lesson.toml");
    fs::write(&file, lesson()).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let smtp = address.to_string();
    let mut arguments = vec!["run", file.to_str().unwrap(), "--lang", "en", "--listen"];
    arguments.extend([
        "--smtp",
        &smtp,
        "--submission",
        "off",
        "--submissions",
        "off",
    ]);
    let mut screen = Screen::start_in(&state, 120, 36, &arguments);
    screen.until("Closing the relay");
    screen.keys("1");
    screen.until("Your prediction");
    let calls = calls();
    for call in &calls {
        say(address, call);
    }
    screen.until("in alumno's mailbox");
    screen.keys("235");
    // The line, the dialogue, the commands of swaks and, for want of TLS not
    // of openssl, of curl.
    for (copied, down) in ["", "j", "jj", "jjjj"].iter().enumerate() {
        screen.keys(&format!("y{down}y"));
        screen.until_written(CLIPBOARD, copied + 1);
    }
    screen.keys("q");
    screen.until_ended();
    let written = Written::by("the screen", screen.written());
    let shown = written.shown.matches(MARK).count();
    assert!(shown > 30, "{shown}: {}", written.shown);
    let marks = |text: &String| text.matches(MARK).count();
    let marks: Vec<_> = written.copied.iter().map(marks).collect();
    assert!(marks.iter().skip(1).all(|marks| *marks > 20), "{marks:?}");
}

/// Tells whoever follows these lines, as the process 77 that presents.
fn telling(state: &Path, lines: Vec<u8>) -> std::thread::JoinHandle<()> {
    let folder = state.join("lab");
    fs::create_dir_all(&folder).unwrap();
    let listener = UnixListener::bind(folder.join("notes-77.sock")).unwrap();
    std::thread::spawn(move || {
        // The first only looks whether somebody is there.
        drop(listener.accept().unwrap());
        let (mut reader, _) = listener.accept().unwrap();
        reader.write_all(&lines).unwrap();
    })
}

#[test]
fn what_a_presentation_tells_is_harmless_in_the_notes() {
    let everything = || Text {
        es: text(),
        en: text(),
    };
    let page = Page {
        lesson: everything(),
        number: 1,
        steps: 3,
        title: everything(),
        notes: Some(everything()),
        answer: Some(everything()),
        next: Some(everything()),
        ..Page::default()
    };
    let line = (serde_json::to_string(&page).unwrap() + "\n").into_bytes();
    let state = tempfile::tempdir().unwrap();
    let presentation = telling(state.path(), line.clone());
    let mut teacher = Screen::start_in(&state, 120, 36, &["notes"]);
    teacher.until_ended();
    presentation.join().unwrap();
    let written = Written::by("the notes", teacher.written());
    let marks = written.shown.matches(MARK).count();
    assert!(marks > 30, "{marks}: {}", written.shown);

    let state = tempfile::tempdir().unwrap();
    let presentation = telling(state.path(), line);
    let told = as_lines(state.path());
    presentation.join().unwrap();
    assert_shown("the notes as lines", &told.stdout);
    assert_harmless("what is said with them", &told.stderr);
}

/// What `lab notes` says where it can only print.
fn as_lines(state: &Path) -> Output {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    for folder in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"] {
        lab.env(folder, state);
    }
    let lab = lab.args(["notes", "--lang", "es"]).stdin(Stdio::null());
    lab.output().unwrap()
}

#[test]
fn what_is_no_presentation_is_harmless_where_it_is_reported() {
    for no_page in [
        serde_json::to_string(&text()).unwrap() + "\n",
        format!(
            "{{\"lesson\": {}}}\n",
            serde_json::to_string(&text()).unwrap()
        ),
        text() + "\n",
    ] {
        let state = tempfile::tempdir().unwrap();
        let presentation = telling(state.path(), no_page.clone().into_bytes());
        let mut teacher = Screen::start_in(&state, 120, 36, &["notes"]);
        teacher.until_ended();
        presentation.join().unwrap();
        let written = Written::by("no page", teacher.written());
        assert!(
            written.shown.contains("otra versión de lab"),
            "{}",
            written.shown
        );

        let state = tempfile::tempdir().unwrap();
        let presentation = telling(state.path(), no_page.into_bytes());
        let told = as_lines(state.path());
        presentation.join().unwrap();
        assert_harmless("no page, as lines", &told.stderr);
        assert_eq!(told.status.code(), Some(3), "it is nobody's internal error");
    }
}
