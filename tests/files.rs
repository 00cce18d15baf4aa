//! What the program keeps, when the disk, the folder or the moment is against
//! it: nothing that was finished is lost, and it is said what happened.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// What solves the first step of `relay`: the right prediction, and its four
/// dialogues to their ends.
const FIRST_STEP: &str = "2\n\nf\n\nf\n\nf\n\nf\n";
/// What is told once a step is done.
const DONE: &str = "What happened:";

/// A home of one's own.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The file with what was done in `relay`.
    fn kept(&self) -> PathBuf {
        self.path("state/lab/progress/relay.json")
    }

    fn lab(&self, arguments: &[&str]) -> Command {
        self.in_shell("exec \"$0\" \"$@\"", arguments)
    }

    /// Runs `script`, in which `"$0" "$@"` is the program with its arguments.
    fn in_shell(&self, script: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", script, env!("CARGO_BIN_EXE_lab")])
            .args(arguments)
            .env("HOME", self.0.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("LAB_LANG", "en")
            .env_remove("XDG_RUNTIME_DIR")
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Does the first step of `relay`, and returns what was kept.
    fn with_the_first_step_done(&self) -> String {
        let said = talk(self.lab(RELAY), &format!("{FIRST_STEP}n\nq\n"));
        assert!(text(&said.stdout).contains(DONE), "{}", text(&said.stdout));
        fs::read_to_string(self.kept()).unwrap()
    }

    /// How many steps of `relay` are solved, as the list of lessons says.
    fn solved(&self) -> u64 {
        let listed = talk(self.lab(&["list", "--json"]), "");
        let lessons: Value = serde_json::from_slice(&listed.stdout).unwrap();
        let mut lessons = lessons.as_array().unwrap().iter();
        let lesson = lessons.find(|lesson| lesson["id"] == "relay").unwrap();
        lesson["solved"].as_u64().unwrap()
    }

    /// The names of the files with progress.
    fn names(&self) -> Vec<String> {
        let folder = fs::read_dir(self.path("state/lab/progress")).unwrap();
        let mut names: Vec<String> = folder
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

const RELAY: &[&str] = &["run", "relay", "--plain"];

/// Runs a command with this input.
fn talk(mut command: Command, input: &str) -> Output {
    let mut child = command.spawn().unwrap();
    // Who reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Files cannot grow here: what a full disk and a quota do to a write.
const FULL: &str = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";

#[test]
fn a_full_disk_takes_nothing_of_what_was_done() {
    let home = Home::new();
    let before = home.with_the_first_step_done();
    let said = talk(home.in_shell(FULL, RELAY), "n\n1\nq\n");
    let stderr = text(&said.stderr);
    let file = home.kept().display().to_string();
    let (at_first, later) = stderr.split_once("Progress could not be saved").unwrap();
    assert!(
        at_first.contains("no room to save what you do (") && later.contains(&file),
        "{stderr}"
    );
    assert!(
        stderr.contains("What was saved before is still there"),
        "{stderr}"
    );
    assert_eq!(said.status.code(), Some(1), "left before the end");
    assert_eq!(fs::read_to_string(home.kept()).unwrap(), before);
    assert_eq!(home.names(), [".lock", "relay.json"]);
    assert_eq!(home.solved(), 1);
}

/// What the doctor of this home says.
fn doctor(command: Command, status: i32) -> String {
    let said = talk(command, "");
    let told = text(&said.stdout);
    assert_eq!(said.status.code(), Some(status), "{told}");
    told
}

#[test]
fn the_doctor_finds_that_there_is_no_room() {
    let home = Home::new();
    let told = doctor(home.in_shell(FULL, &["doctor"]), 3);
    assert!(
        told.contains("[FAULT] what you have done is kept in: ") && told.contains("Make room"),
        "{told}"
    );
    assert_eq!(home.names(), [".lock"]);
}

/// A disk of 64 kB with nothing free on it, in a name space of its own.
#[test]
#[cfg(target_os = "linux")]
fn on_a_disk_without_room_the_doctor_names_it_and_a_lesson_goes_on() {
    let home = Home::new();
    let before = home.with_the_first_step_done();
    // What was done stays readable; nothing can be added to it.
    let script = "exec unshare --map-root-user --mount sh -c '\
        mkdir full && mount -t tmpfs -o size=64k,mode=700 full full &&\
        cp -r \"$XDG_STATE_HOME/.\" full && export XDG_STATE_HOME=\"$PWD/full\" || exit 99;\
        cat /dev/zero >full/filler 2>filled;\
        \"$0\" \"$@\"; status=$?;\
        cmp full/lab/progress/relay.json state/lab/progress/relay.json >&2 && exit $status' \"$0\" \"$@\"";
    let said = talk(home.in_shell(script, &["doctor"]), "");
    let (told, stderr) = (text(&said.stdout), text(&said.stderr));
    if said.status.code() == Some(99) || stderr.starts_with("unshare:") {
        println!("skipped: nothing can be mounted here: {stderr}");
        return;
    }
    assert_eq!(said.status.code(), Some(3), "{told}{stderr}");
    assert!(
        told.contains("No space left on device") && told.contains("Make room"),
        "{told}"
    );

    fs::remove_dir(home.path("full")).unwrap();
    let said = talk(home.in_shell(script, RELAY), "n\n1\nq\n");
    let stderr = text(&said.stderr);
    assert_eq!(said.status.code(), Some(1), "left before the end: {stderr}");
    let (at_first, _) = stderr.split_once("could not be saved").unwrap();
    assert!(at_first.contains("No space left on device"), "{stderr}");
    assert_eq!(fs::read_to_string(home.kept()).unwrap(), before);
}

#[test]
fn a_full_disk_leaves_no_half_of_an_export_or_a_lesson() {
    let home = Home::new();
    for (arguments, name) in [
        (
            &["export", "postfix", "relay", "casa", "--solution"][..],
            "casa",
        ),
        (&["lesson", "new", "clase.toml"], "clase.toml"),
    ] {
        let said = talk(home.in_shell(FULL, arguments), "");
        let stderr = text(&said.stderr);
        assert_eq!(said.status.code(), Some(3), "{stderr}");
        assert!(
            stderr.contains(&format!("I cannot write {name}")),
            "{stderr}"
        );
    }
    let left: Vec<_> = fs::read_dir(home.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn where_nothing_can_be_kept_it_is_said_and_the_lesson_goes_on() {
    let home = Home::new();
    for state in ["/dev/null", "/proc/self/nowhere", "/proc/sys/nowhere"] {
        let mut command = home.lab(RELAY);
        command.env("XDG_STATE_HOME", state);
        let said = talk(command, &format!("{FIRST_STEP}q\n"));
        let stderr = text(&said.stderr);
        assert!(
            stderr.contains(&format!("I cannot save what you do ({state}")),
            "{state}: {stderr}"
        );
        assert!(stderr.contains("XDG_STATE_HOME"), "{stderr}");
        assert!(text(&said.stdout).contains(DONE), "{state}");
    }
}

/// A folder on the network, whose server has no service for locks.
#[test]
#[cfg(target_os = "linux")]
fn on_a_disk_without_locks_progress_is_kept_and_it_is_said_once() {
    let home = Home::new();
    let script = "exec strace --follow-forks --quiet=all --output=/dev/null \
        --trace=flock --inject=flock:error=ENOLCK \"$0\" \"$@\"";
    let said = talk(home.in_shell(script, &["doctor"]), "");
    let (told, stderr) = (text(&said.stdout), text(&said.stderr));
    if !told.contains("[fine] version") {
        println!("skipped: nothing can be traced here: {stderr}");
        return;
    }
    assert_eq!(said.status.code(), Some(0), "{told}");
    assert!(told.contains("This disk has no file locks"), "{told}");

    let said = talk(home.in_shell(script, RELAY), &format!("{FIRST_STEP}n\nq\n"));
    let stderr = text(&said.stderr);
    assert_eq!(stderr.matches("without file locks").count(), 1, "{stderr}");
    assert_eq!(home.solved(), 1);
    assert_eq!(home.names(), [".lock", "relay.json"]);
}

/// A file system that is mounted read-only, in a name space of its own.
#[test]
#[cfg(target_os = "linux")]
fn in_a_read_only_home_the_lesson_goes_on_from_where_it_was() {
    let home = Home::new();
    let before = home.with_the_first_step_done();
    let script = "exec unshare --map-root-user --mount sh -c '\
        mount --bind \"$XDG_STATE_HOME\" \"$XDG_STATE_HOME\" &&\
        mount -o remount,bind,ro \"$XDG_STATE_HOME\" || exit 99;\
        exec \"$0\" \"$@\"' \"$0\" \"$@\"";
    let said = talk(home.in_shell(script, RELAY), "q\n");
    let stderr = text(&said.stderr);
    if said.status.code() == Some(99) || stderr.starts_with("unshare:") {
        println!("skipped: nothing can be mounted here: {stderr}");
        return;
    }
    assert!(stderr.contains("I cannot save what you do ("), "{stderr}");
    assert!(stderr.contains("Read-only file system"), "{stderr}");
    let stdout = text(&said.stdout);
    assert!(
        stdout.contains("[x] Outside to foreign: no") || stdout.contains("Step 2 of "),
        "{stdout}"
    );
    assert_eq!(fs::read_to_string(home.kept()).unwrap(), before);
}

#[test]
fn nothing_is_written_through_a_link_that_is_in_the_way() {
    let home = Home::new();
    let other = home.path("somebody-elses");
    fs::write(&other, "not to be touched").unwrap();
    fs::create_dir_all(home.kept().parent().unwrap()).unwrap();
    symlink(&other, home.kept()).unwrap();
    let first = talk(home.lab(RELAY), &format!("{FIRST_STEP}q\n"));
    let stderr = text(&first.stderr);
    assert!(stderr.contains("relay.json.damaged-1"), "{stderr}");
    assert_eq!(fs::read_to_string(&other).unwrap(), "not to be touched");
    assert!(fs::symlink_metadata(home.kept()).unwrap().is_file());
    assert_eq!(home.solved(), 1);

    symlink(&other, home.path("clase.toml")).unwrap();
    let said = talk(home.lab(&["lesson", "new", "clase.toml"]), "");
    assert_eq!(said.status.code(), Some(2));
    fs::create_dir(home.path("theirs")).unwrap();
    symlink(home.path("theirs"), home.path("casa")).unwrap();
    let said = talk(home.lab(&["export", "postfix", "relay", "casa"]), "");
    assert_eq!(said.status.code(), Some(3));
    let stderr = text(&said.stderr);
    assert!(stderr.contains("I cannot write casa"), "{stderr}");
    assert_eq!(fs::read_dir(home.path("theirs")).unwrap().count(), 0);
    assert_eq!(fs::read_to_string(&other).unwrap(), "not to be touched");
}

#[test]
fn a_half_written_file_is_put_aside_and_what_a_killed_process_left_is_cleared_away() {
    let home = Home::new();
    let whole = home.with_the_first_step_done();
    let (half, _) = whole.split_at(whole.len() / 2);
    fs::write(home.kept(), half).unwrap();
    fs::write(home.kept().with_file_name(".unfinished-x1y2z3"), half).unwrap();
    let said = talk(home.lab(RELAY), "q\n");
    let aside = home.path("state/lab/progress/relay.json.damaged-1");
    let stderr = text(&said.stderr);
    assert!(stderr.contains(aside.to_str().unwrap()), "{stderr}");
    assert_eq!(fs::read_to_string(aside).unwrap(), half);
    assert_eq!(
        home.names(),
        [".lock", "relay.json", "relay.json.damaged-1"]
    );
}

/// A lesson under way, read line by line.
struct Running {
    child: Child,
    told: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        Self { child, told }
    }

    fn say(&mut self, words: &str) {
        let keyboard = self.child.stdin.as_mut().unwrap();
        keyboard.write_all(words.as_bytes()).unwrap();
    }

    /// The next line; `None` at the end.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.told.read_line(&mut line).unwrap() > 0).then_some(line)
    }

    fn until(&mut self, text: &str) {
        while !self.line().unwrap().contains(text) {}
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        self.told.read_to_end(&mut Vec::new()).unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn two_instances_keep_what_both_have_done() {
    let home = Home::new();
    let mut first = Running::start(home.lab(RELAY));
    let mut second = Running::start(home.lab(&["run", "relay", "--plain", "--step", "2"]));
    // Neither finds what the other has done.
    first.until("Step 1 of ");
    second.until("Step 2 of ");
    first.say("2\n");
    second.say("1\n");
    first.say("\nf\n\nf\n\nf\n\nf\n");
    first.until(DONE);
    second.say("hint\nq\n");
    second.end();
    first.say("q\n");
    first.end();
    let kept: Value = serde_json::from_slice(&fs::read(home.kept()).unwrap()).unwrap();
    let steps = kept["steps"].as_object().unwrap();
    assert_eq!(steps["cuatro-casillas"]["solved"], true, "{kept}");
    assert!(
        steps
            .values()
            .filter(|step| step["prediction"].is_u64())
            .count()
            >= 2,
        "{kept}"
    );
}

#[test]
fn the_doctor_tells_what_else_is_running() {
    let home = Home::new();
    assert!(!doctor(home.lab(&["doctor"]), 0).contains("also running"));
    let mut first = Running::start(home.lab(RELAY));
    let mut second = Running::start(home.lab(RELAY));
    let mut server = Running::start(home.lab(&[
        "serve",
        "relay",
        "--smtp",
        "127.0.0.1:0",
        "--submission",
        "off",
        "--submissions",
        "off",
    ]));
    let ready = server.line().unwrap();
    let address = ready.trim_end().rsplit(' ').next().unwrap();
    for lesson in [&mut first, &mut second] {
        lesson.say("hint\n");
        lesson.until("Step 1 of ");
    }
    let told = doctor(home.lab(&["doctor"]), 0);
    let line = told.lines().find(|line| line.contains("also running"));
    let line = line.unwrap_or_else(|| panic!("{told}"));
    assert!(line.starts_with("[NOTE]"), "{line}");
    for (running, what) in [
        (&first, "lab run relay"),
        (&second, "lab run relay"),
        (&server, &format!("lab serve relay {address}")),
    ] {
        let named = format!("{what} ({})", running.child.id());
        assert!(line.contains(&named), "{named}: {line}");
    }
    assert!(
        told.contains("Nothing is lost when a lesson is open twice"),
        "{told}"
    );

    // Who takes the port that the other one has is told so.
    let said = talk(home.lab(&["serve", "relay", "--smtp", address]), "");
    let stderr = text(&said.stderr);
    assert_eq!(said.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("another program has that port"), "{stderr}");

    first.child.kill().unwrap();
    server.child.kill().unwrap();
    first.end();
    server.end();
    second.say("q\n");
    second.end();
    assert!(!doctor(home.lab(&["doctor"]), 0).contains("also running"));
    let left = fs::read_dir(home.path("state/lab/run")).unwrap();
    assert_eq!(left.count(), 0, "what the killed ones left is cleared away");
}

#[test]
fn what_was_finished_survives_being_killed_at_any_moment() {
    for lines in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144] {
        let home = Home::new();
        let mut lesson = Running::start(home.lab(RELAY));
        lesson.say(FIRST_STEP);
        lesson.say("n\n1\nhint\nn\n1\nhint\nn\n");
        for _ in 0..lines {
            lesson.line().unwrap();
        }
        lesson.child.kill().unwrap();
        lesson.child.wait().unwrap();
        if home.kept().exists() {
            let kept: Value = serde_json::from_slice(&fs::read(home.kept()).unwrap()).unwrap();
            assert_eq!(kept["lesson"], "relay");
        }
        let said = talk(home.lab(RELAY), "q\n");
        // That it goes on is all it has to say: nothing is broken.
        let stderr = text(&said.stderr);
        let complaint = stderr
            .lines()
            .find(|line| !line.starts_with("You go on where"));
        assert_eq!(complaint, None, "killed after {lines} lines");
    }
    let home = Home::new();
    let mut lesson = Running::start(home.lab(RELAY));
    lesson.say(FIRST_STEP);
    lesson.until(DONE);
    // Whoever types on has been told.
    lesson.say("o\n");
    lesson.until("[x] Outside to foreign: no");
    lesson.child.kill().unwrap();
    lesson.child.wait().unwrap();
    assert_eq!(home.solved(), 1);
}

#[test]
fn files_are_their_owners_alone() {
    let home = Home::new();
    home.with_the_first_step_done();
    let mut logged = home.lab(RELAY);
    logged.env("LAB_LOG", "debug");
    talk(logged, "q\n");
    talk(home.lab(&["export", "postfix", "relay", "casa"]), "");
    for (name, mode) in [
        ("state/lab/progress", 0o700),
        ("state/lab/progress/relay.json", 0o600),
        ("state/lab/lab.log", 0o600),
        ("casa", 0o700),
        ("casa/main.cf", 0o600),
    ] {
        let found = fs::metadata(home.path(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{name}");
    }
}
