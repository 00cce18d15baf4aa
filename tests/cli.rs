//! The command line as a shell sees it: what is printed where, and with which
//! exit status.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty, starts_with};

/// A home of one's own for each test.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// `lab ARGUMENTS`, with nothing in its environment but this home.
    fn lab(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("lab").unwrap();
        command
            .env_clear()
            .env("HOME", self.0.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .current_dir(self.0.path())
            .args(arguments);
        command
    }
}

#[test]
fn help_speaks_the_users_language() {
    let home = Home::new();
    let help = |variable: &str, value: &str| {
        let output = home.lab(&["--help"]).env(variable, value).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(help("LANG", "es_ES.UTF-8").contains("Órdenes:"));
    assert!(help("LANG", "en_GB.UTF-8").contains("Commands:"));
    assert!(help("LAB_LANG", "en").contains("Commands:"));
    home.lab(&["run", "--help", "--lang", "en"])
        .assert()
        .success()
        .stdout(contains("Plays the reference solution").and(contains("LAB_AUTO")));
}

#[test]
fn every_command_has_help_in_both_languages() {
    // A message that is missing in a catalogue panics in a debug build.
    let home = Home::new();
    for language in ["es", "en"] {
        for command in [
            "run",
            "list",
            "lesson",
            "config",
            "notes",
            "doctor",
            "completions",
            "man",
            "schema",
        ] {
            home.lab(&[command, "--help", "--lang", language])
                .assert()
                .success()
                .stdout(is_empty().not());
        }
        for command in ["check", "new", "watch"] {
            home.lab(&["lesson", command, "--help", "--lang", language])
                .assert()
                .success();
        }
    }
}

#[test]
fn a_wrong_command_line_is_explained_and_exits_with_2() {
    let home = Home::new();
    for (arguments, said) in [
        (&["rum"][..], "¿Querías decir «run»?"),
        (&["run"], "Falta: <LECCIÓN>"),
        (&["run", "caso5", "--outo"], "¿Querías decir «--auto»?"),
        (
            &["--theme", "mono", "run", "caso5"],
            "«--theme» delante de una orden no vale",
        ),
        (&["--theme", "pink"], "«pink» no vale para --theme"),
        (
            &["run", "caso5", "--speed", "9"],
            "«9» no vale para --speed",
        ),
        (&["run", "caso5", "--lang", "fr"], "Vale: es, en"),
        (&["run", "caso5", "--seed", "x"], "«x» no vale para --seed"),
        (&["run", "cas5"], "¿Querías decir «caso5»?"),
        (&["run", "./no.toml"], "No puedo leer ./no.toml"),
        (&["run", "caso5", "--step", "99"], "no tiene el paso «99»"),
        (
            &["run", "caso5", "--wire"],
            "--wire solo tiene sentido con --json",
        ),
        (&["lesson", "check", "no.toml"], "No puedo leer no.toml"),
        (&["run", "nada"], ", caso4, "),
        (&["run", "caso5", "otra"], "No sé qué hacer con «otra»"),
        (
            &["run", "caso5", "--seed", "-1"],
            "«-1» no vale para --seed",
        ),
        (&["run", "caso5", "--step", "0"], "no tiene el paso «0»"),
    ] {
        home.lab(arguments)
            .assert()
            .code(2)
            .stdout(is_empty())
            .stderr(starts_with("lab: ").and(contains(said)));
    }
}

#[test]
fn flags_of_run_come_from_the_environment_too() {
    let home = Home::new();
    home.lab(&["run", "caso5", "--lang", "en"])
        .env("LAB_STEP", "no-such-step")
        .assert()
        .code(2)
        .stderr(contains("no step “no-such-step”"));
    home.lab(&["run", "caso5", "--lang", "en"])
        .env("LAB_SPEED", "fast")
        .assert()
        .code(2)
        .stderr(contains("“fast” will not do for LAB_SPEED"));
    home.lab(&["list"])
        .env("LAB_LANG", "fr")
        .assert()
        .code(2)
        .stderr(contains("«fr» no vale para LAB_LANG"));
    let mut unset = home.lab(&["run", "caso5", "--auto", "--step", "15"]);
    for variable in ["LAB_SEED", "LAB_SPEED", "LAB_THEME", "LAB_LANG"] {
        unset.env(variable, "");
    }
    unset.assert().success();
}

#[test]
fn the_list_shows_every_lesson_with_its_progress() {
    let home = Home::new();
    home.lab(&["list"])
        .assert()
        .success()
        .stdout(contains("caso5").and(contains(" 0 de ")));
    home.write(
        "state/lab/progress/caso5.json",
        r#"{"format": 1, "lesson": "caso5", "step": "x", "steps": {"no-longer-there": {"solved": true}}}"#,
    );
    let output = home.lab(&["list", "--json"]).output().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut lessons = list.as_array().unwrap().iter();
    let lesson = lessons.find(|lesson| lesson["id"] == "caso5").unwrap();
    assert_eq!(lesson["begun"], true);
    assert_eq!(lesson["solved"], 0, "a step that is gone counts no more");
}

#[test]
fn without_arguments_the_lessons_are_listed() {
    Home::new()
        .lab(&[])
        .assert()
        .success()
        .stdout(contains("lab run "));
}

#[test]
fn a_lesson_file_with_faults_is_reported_whole() {
    let home = Home::new();
    let file = home.write("clase.toml", "format = 1\nid = \"A B\"\ntitel = 3\n");
    home.lab(&["lesson", "check", &file, "--lang", "en"])
        .assert()
        .code(4)
        .stdout(
            contains("clase.toml:2:6")
                .and(contains("“A B” will not do as an id"))
                .and(contains("clase.toml:3:1"))
                .and(contains("did you mean “title”?")),
        );
    home.lab(&["run", &file, "--lang", "en"])
        .assert()
        .code(4)
        .stdout(is_empty())
        .stderr(contains("“A B” will not do as an id"));
}

#[test]
fn a_file_that_is_no_lesson_is_a_fault_with_its_place() {
    let home = Home::new();
    let path = home.path("latin.toml");
    fs::write(&path, b"format = 1\nid = \"a\xf1o\"\n").unwrap();
    home.lab(&["lesson", "check", "latin.toml", "--lang", "en"])
        .assert()
        .code(4)
        .stdout(contains("latin.toml:2:8").and(contains("not UTF-8: \\xF1")));
    #[cfg(target_os = "linux")]
    home.lab(&["lesson", "check", "/dev/zero", "--lang", "en"])
        .assert()
        .code(4)
        .stdout(contains("larger than 1024 KiB"));
    let zone = template(&home).replace("IN MX 10 mx.remoto", "IN MX ten mx.remoto");
    home.write("zone.toml", &zone);
    for arguments in [
        &["lesson", "check", "zone.toml"][..],
        &["run", "./zone.toml"],
    ] {
        let output = home.lab(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(4));
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("zone.toml:20:1"), "{said}");
        assert!(said.contains("bad MX data"), "{said}");
    }
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let home = Home::new();
    home.write("bad.toml", "titel = 1\n");
    home.lab(&["lesson", "check", "no.toml", "bad.toml", "--lang", "en"])
        .assert()
        .code(4)
        .stderr(contains("I cannot read no.toml"))
        .stdout(contains("bad.toml:1:1"));
}

#[test]
fn a_broken_configuration_is_played_as_postfix_would() {
    let home = Home::new();
    let restrictions = "mynetworks = 127.0.0.0/8 [::1]/128\nsmtpd_relay";
    for (line, said, status) in [
        (
            "smtpd_sasl_auth_enable = maybe",
            "fatal: bad boolean configuration: smtpd_sasl_auth_enable = maybe",
            1,
        ),
        (
            "one = $two\ntwo = $one\nmyorigin = $one",
            "fatal: dictionary mail_dict: macro processing error",
            1,
        ),
        (
            "smtpd_recipient_restrictions = check_client_access hash:/etc/postfix/none",
            "451 4.3.5 <unknown[203.0.113.66]>: Client host rejected: Server configuration error",
            0,
        ),
    ] {
        let broken = template(&home).replace(
            restrictions,
            &restrictions.replace('\n', &format!("\n{line}\n")),
        );
        assert!(broken.contains(line));
        home.write("broken.toml", &broken);
        home.lab(&["run", "./broken.toml", "--auto", "--lang", "en"])
            .assert()
            .code(status)
            .stdout(contains(said));
    }
}

/// The lesson that `lab lesson new` writes.
fn template(home: &Home) -> String {
    let file = home.path("template.toml");
    if !file.exists() {
        home.lab(&["lesson", "new", "template.toml"])
            .assert()
            .success();
    }
    fs::read_to_string(file).unwrap()
}

#[test]
fn what_a_student_configured_is_taken_home_once_a_step_is_finished() {
    let home = Home::new();
    let export = || home.lab(&["export", "postfix", "relay", "casa"]);
    export()
        .assert()
        .code(2)
        .stderr(contains("no hay guardado ningún paso"));
    home.lab(&["run", "relay", "--plain", "--step", "1"])
        .write_stdin("1\nsolución\nset biff = yes\nq\n")
        .assert()
        .code(1);
    export().assert().success();
    let main_cf = fs::read_to_string(home.path("casa/main.cf")).unwrap();
    assert!(main_cf.contains("biff = yes"), "{main_cf}");
    let changes = fs::read_to_string(home.path("casa/changes.diff")).unwrap();
    assert!(changes.contains("+biff = yes"), "{changes}");
    let users = fs::read_to_string(home.path("casa/users")).unwrap();
    assert!(!users.contains("clase"), "passwords stay here: {users}");
    export().assert().code(2).stderr(contains("no está vacía"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_fault_of_the_program() {
    let home = Home::new();
    for arguments in [
        &["list"][..],
        &["schema"],
        &["--help"],
        &["run", "caso5", "--auto"],
    ] {
        let mut command = std::process::Command::new(home.lab(&[]).get_program());
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command
            .args(arguments)
            .env_clear()
            .env("XDG_STATE_HOME", home.path("state"))
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("no puedo seguir: No space left"), "{said}");
    }
}

#[test]
fn a_new_lesson_is_written_once() {
    let home = Home::new();
    home.lab(&["lesson", "new", "clase.toml"])
        .assert()
        .success();
    let written = fs::read_to_string(home.path("clase.toml")).unwrap();
    assert!(written.contains("format = 1"));
    fs::write(home.path("clase.toml"), "mine").unwrap();
    home.lab(&["lesson", "new", "clase.toml"])
        .assert()
        .code(2)
        .stderr(contains("ya existe"));
    assert_eq!(fs::read_to_string(home.path("clase.toml")).unwrap(), "mine");
    home.lab(&["lesson", "new", "no/such/directory/clase.toml"])
        .assert()
        .code(3);
}

#[test]
fn completions_manual_and_schema_are_printed() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        home.lab(&["completions", shell])
            .assert()
            .success()
            .stdout(contains("lesson"));
    }
    home.lab(&["man", "--lang", "en"])
        .assert()
        .success()
        .stdout(
            contains(".TH lab")
                .and(contains("\\-\\-step"))
                .and(contains("EXIT STATUS"))
                .and(contains("unwritable folder"))
                .and(contains("lab\\-run(1)").not()),
        );
    let schema = home.lab(&["schema"]).output().unwrap().stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    assert_eq!(schema["title"], "Lesson");
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let home = Home::new();
    let mut command = std::process::Command::new(home.lab(&[]).get_program());
    command.args(["schema"]).env_clear();
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The pipe is closed before anything was read: whatever is written breaks it.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

/// Plays the whole of caso5 and returns what came out.
fn played(home: &Home, arguments: &[&str]) -> String {
    let mut all = vec!["run", "caso5", "--auto", "--seed", "7"];
    all.extend(arguments);
    let output = home.lab(&all).output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{talk}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_lessons_and_a_new_one_pass_the_checker() {
    let home = Home::new();
    let lessons = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons");
    let mut files: Vec<_> = fs::read_dir(lessons)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    for language in ["es", "en"] {
        let file = format!("{language}.toml");
        home.lab(&["lesson", "new", &file, "--lang", language])
            .assert()
            .success();
        files.push(file);
    }
    let mut arguments = vec!["lesson", "check"];
    arguments.extend(files.iter().map(String::as_str));
    home.lab(&arguments).assert().success();
}

#[test]
fn the_authors_guide_has_sound_examples_and_every_key() {
    let home = Home::new();
    let schema = home.lab(&["schema"]).output().unwrap().stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).unwrap();
    let mut keys = Vec::new();
    keys_in(&schema, &mut keys);
    assert!(keys.contains(&"hint_when".to_owned()));
    for guide in ["authors.md", "authors.es.md"] {
        let path = format!("{}/docs/{guide}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let mut examples = 0;
        for block in text.split("```toml\n").skip(1) {
            let (example, _) = block.split_once("```").unwrap();
            let file = home.write("example.toml", example);
            home.lab(&["lesson", "check", &file]).assert().success();
            examples += 1;
        }
        assert!(examples > 0, "{guide}");
        let unnamed: Vec<_> = keys
            .iter()
            .filter(|key| !text.contains(&format!("`{key}`")))
            .collect();
        assert!(unnamed.is_empty(), "{guide} says nothing of {unnamed:?}");
    }
}

/// Every key that a lesson may have, at whatever depth.
fn keys_in(schema: &serde_json::Value, keys: &mut Vec<String>) {
    match schema {
        serde_json::Value::Object(parts) => {
            for (name, part) in parts {
                if let ("properties", Some(properties)) = (name.as_str(), part.as_object()) {
                    keys.extend(properties.keys().cloned());
                }
                keys_in(part, keys);
            }
        }
        serde_json::Value::Array(parts) => {
            for part in parts {
                keys_in(part, keys);
            }
        }
        _ => {}
    }
}

#[test]
fn a_goal_that_holds_too_early_or_never_is_a_fault() {
    let home = Home::new();
    home.lab(&["lesson", "new", "clase.toml"])
        .assert()
        .success();
    let lesson = fs::read_to_string(home.path("clase.toml")).unwrap();
    let early = home.write(
        "early.toml",
        &lesson.replace("0.0.0.0/0 [::]/0\"\n", "127.0.0.0/8\"\n"),
    );
    home.lab(&["lesson", "check", &early, "--lang", "en"])
        .assert()
        .code(4)
        .stdout(contains("this goal holds already").and(contains("454 4.7.1")));
    let never = home.write("never.toml", &lesson.replace("code = 454", "code = 554"));
    home.lab(&["lesson", "check", &never, "--lang", "en"])
        .assert()
        .code(4)
        .stdout(contains("after the solution this goal does not hold").and(contains("454 4.7.1")));
}

#[test]
fn a_watched_lesson_is_checked_again_when_it_is_saved() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let home = Home::new();
    home.lab(&["lesson", "new", "clase.toml"])
        .assert()
        .success();
    let sound = fs::read_to_string(home.path("clase.toml")).unwrap();
    let mut lab = std::process::Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(["lesson", "watch", "clase.toml", "--lang", "en"])
        .current_dir(home.0.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(lab.stdout.take().unwrap()).lines();
    let mut report = || {
        let mut said = || lines.next().unwrap().unwrap();
        std::iter::repeat_with(&mut said)
            .find(|line| line.starts_with("clase.toml: "))
            .unwrap()
    };
    assert_eq!(report(), "clase.toml: no faults");
    home.write("clase.toml", &sound.replace("minutes = 5", "minutes = 0"));
    assert_eq!(report(), "clase.toml: 1 fault");
    // As editors do that put a new file in the old one's place.
    home.write("new.toml", &sound);
    fs::rename(home.path("new.toml"), home.path("clase.toml")).unwrap();
    assert_eq!(report(), "clase.toml: no faults");
    lab.kill().unwrap();
    lab.wait().unwrap();
}

#[test]
fn a_hint_on_a_wrong_move_that_nobody_gets_is_a_fault() {
    let home = Home::new();
    home.lab(&["lesson", "new", "clase.toml"])
        .assert()
        .success();
    let lesson = fs::read_to_string(home.path("clase.toml")).unwrap();
    let tried = "\"127.0.0.0/8 203.0.113.0/24\"";
    assert!(lesson.contains(tried));
    let silent = lesson.replace(tried, "\"0.0.0.0/0\"");
    let solved = lesson.replace(tried, "\"127.0.0.0/8\"");
    for (text, said) in [
        (silent, "this hint is not given"),
        (solved, "reaches every goal"),
    ] {
        let file = home.write("hint.toml", &text);
        home.lab(&["lesson", "check", &file, "--lang", "en"])
            .assert()
            .code(4)
            .stdout(contains(said));
    }
}

#[test]
fn the_same_seed_plays_the_same_lesson() {
    let home = Home::new();
    let events = played(&home, &["--json"]);
    assert!(events.lines().count() > 100);
    for line in events.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
    assert!(events == played(&home, &["--json"]), "two runs differ");
}

#[test]
fn the_transcript_speaks_both_languages_and_the_wire_only_its_own() {
    let home = Home::new();
    let spanish = played(&home, &["--plain", "--lang", "es"]);
    let english = played(&home, &["--plain", "--lang", "en"]);
    assert_ne!(spanish, english);
    for transcript in [&spanish, &english] {
        assert!(transcript.contains("454 4.7.1 <"));
        assert!(transcript.contains("Relay access denied"));
    }
    assert!(
        !home.path("state").exists(),
        "a demonstration keeps nothing"
    );
}

#[test]
fn a_goal_that_is_not_reached_is_named_and_exits_with_1() {
    let home = Home::new();
    home.lab(&["lesson", "new", "clase.toml"])
        .assert()
        .success();
    let lesson = fs::read_to_string(home.path("clase.toml")).unwrap();
    let never = home.write("never.toml", &lesson.replace("code = 454", "code = 554"));
    home.lab(&["run", &never, "--auto", "--lang", "en"])
        .assert()
        .code(1)
        .stdout(contains("a stranger cannot relay"));
}

#[test]
fn progress_is_kept_and_a_damaged_file_set_aside() {
    let home = Home::new();
    let run = |input: &str| {
        let mut command = home.lab(&["run", "caso5", "--plain", "--lang", "en"]);
        command.write_stdin(input.to_owned()).assert().code(1)
    };
    run("");
    let kept = home.path("state/lab/progress/caso5.json");
    assert!(fs::read_to_string(&kept).unwrap().contains("\"format\": 1"));
    fs::write(&kept, "{ half a fi").unwrap();
    run("").stderr(contains("damaged").and(contains("caso5.json.damaged-1")));
    let aside = home.path("state/lab/progress/caso5.json.damaged-1");
    assert_eq!(fs::read_to_string(aside).unwrap(), "{ half a fi");
}

#[test]
fn progress_of_a_later_version_is_left_alone() {
    let home = Home::new();
    let later = r#"{"format": 2, "everything": "else"}"#;
    let kept = home.write("state/lab/progress/caso5.json", later);
    home.lab(&["run", "caso5", "--plain"])
        .write_stdin("n\n")
        .assert()
        .code(1)
        .stderr(contains("una versión posterior"));
    assert_eq!(fs::read_to_string(kept).unwrap(), later);
}

#[test]
fn where_progress_cannot_be_kept_the_lesson_runs_all_the_same() {
    let home = Home::new();
    home.write("state", "a file where a directory should be");
    home.lab(&["run", "caso5", "--plain", "--lang", "en"])
        .write_stdin("")
        .assert()
        .code(1)
        .stderr(contains("I go on without saving"));
}

#[test]
fn diagnostics_go_to_a_file_and_nowhere_else() {
    let home = Home::new();
    home.lab(&["run", "caso5", "--auto", "--lang", "en"])
        .env("LAB_LOG", "debug")
        .assert()
        .success()
        .stderr(is_empty());
    let log = fs::read_to_string(home.path("state/lab/lab.log")).unwrap();
    assert!(log.contains("a lesson begins"));
}

#[test]
fn nonsense_in_lab_log_is_said_and_goes_no_further() {
    let home = Home::new();
    for nonsense in ["loud", "a=b=c", "smtp_lab=much"] {
        home.lab(&["list", "--lang", "en"])
            .env("LAB_LOG", nonsense)
            .assert()
            .success()
            .stderr(contains(format!("LAB_LOG: “{nonsense}” will not do")));
    }
    assert!(!home.path("state/lab/lab.log").exists());
}

#[test]
fn the_doctor_finds_everything_in_order() {
    Home::new()
        .lab(&["doctor", "--lang", "en"])
        .assert()
        .success()
        .stdout(contains("[fine] a trial world").and(contains("FAULT").not()));
}

#[test]
fn the_doctor_finds_what_is_wrong_and_says_what_to_do() {
    let home = Home::new();
    home.write("file", "");
    // Whoever has the port, it is taken.
    let _listener = std::net::TcpListener::bind("127.0.0.1:2525");
    let mut doctor = home.lab(&["doctor", "--lang", "en"]);
    for (name, value, finding, advice) in [
        ("LC_ALL", "C", "[FAULT] characters", "export LC_ALL="),
        (
            "TMUX",
            "/tmp/tmux,1,0",
            "[NOTE] clipboard",
            "set-clipboard on",
        ),
        ("STY", "1.pts", "[NOTE] clipboard", "with the mouse"),
        ("TERM", "dumb", "[NOTE] terminal", "--plain"),
        ("NO_COLOR", "1", "[fine] colours", "--theme mono"),
        (
            "XDG_STATE_HOME",
            home.path("file").to_str().unwrap(),
            "[FAULT] what you have done",
            "export XDG_STATE_HOME=",
        ),
        (
            "LAB_LANG",
            "en",
            "[NOTE] ports in use: 127.0.0.1:2525",
            "--smtp",
        ),
    ] {
        let is_fault = finding.starts_with("[FAULT]");
        home.lab(&["doctor", "--lang", "en"])
            .env(name, value)
            .assert()
            .code(if is_fault { 3 } else { 0 })
            .stdout(contains(finding).and(contains(advice)));
    }
    home.write(".config/lab/config.toml", "language = 1\n");
    doctor
        .assert()
        .code(3)
        .stdout(contains("[FAULT] settings").and(contains("lab config check")));
}

#[test]
fn settings_are_found_printed_and_checked() {
    let home = Home::new();
    let file = home.path(".config/lab/config.toml");
    home.lab(&["config", "path"])
        .assert()
        .success()
        .stdout(starts_with(file.to_str().unwrap()));
    home.lab(&["config", "check"])
        .assert()
        .success()
        .stdout(contains("no existe"));

    // What is printed is a file of settings, and says the same when read.
    let printed = || home.lab(&["config", "print"]).output().unwrap().stdout;
    let model = String::from_utf8(printed()).unwrap();
    assert!(model.contains("[keys.lesson]\n") && model.contains("next-step = [\"n\""));
    home.write(".config/lab/config.toml", &model);
    assert_eq!(String::from_utf8(printed()).unwrap(), model);
    home.lab(&["config", "check"])
        .assert()
        .success()
        .stdout(contains("sin faltas"));

    home.write(
        ".config/lab/config.toml",
        "language = \"en\"\n[keys.lesson]\nhint = \"n\"\nundo = \"m\"\n",
    );
    home.lab(&["config", "check"]).assert().code(2).stdout(
        contains("config.toml:3:8")
            .and(contains("“n” is already the key of lesson.next-step"))
            .and(contains("config.toml:4:8"))
            .and(contains("changes a parameter in some lessons (")),
    );
    home.lab(&["doctor"])
        .assert()
        .stdout(contains("lab config check"));
    home.lab(&["list", "--lang", "es"])
        .assert()
        .success()
        .stdout(contains("minutos"));
}
