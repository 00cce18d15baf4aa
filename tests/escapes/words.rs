//! The command line, the names of files and the environment.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::process::{Command, Stdio};

use super::corpus::{assert_harmless, bytes, text};

/// What can be files' names: no slash, and short enough.
fn names() -> [OsString; 2] {
    let all: Vec<u8> = bytes().into_iter().filter(|byte| *byte != b'/').collect();
    let (first, second) = all.split_at(all.len() / 2);
    [first, second].map(|name| OsString::from_vec(name.to_vec()))
}

fn assert_output_harmless(what: &str, lab: &mut Command) {
    let output = lab.stdin(Stdio::null()).output().unwrap();
    assert_harmless(&format!("{what}, stdout"), &output.stdout);
    assert_harmless(&format!("{what}, stderr"), &output.stderr);
    assert_ne!(output.status.code(), Some(70), "{what}: an internal error");
}

#[test]
fn words_of_the_command_line_are_harmless() {
    let home = tempfile::tempdir().unwrap();
    let lab = || {
        let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
        for folder in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
            lab.env(folder, home.path());
        }
        lab
    };
    let places: [&[&str]; 24] = [
        &["{}"],
        &["--{}"],
        &["-{}"],
        &["run", "{}"],
        &["run", "caso5", "--plain", "--step", "{}"],
        &["run", "caso5", "--speed", "{}"],
        &["run", "caso5", "--theme", "{}"],
        &["run", "caso5", "--lang", "{}"],
        &["run", "caso5", "--{}"],
        &["run", "caso5", "{}"],
        &["run", "caso5", "--plain", "--listen", "--smtp", "{}"],
        &["serve", "{}"],
        &["serve", "caso5", "--client", "{}"],
        &["serve", "caso5", "--smtp", "{}"],
        &["serve", "caso5", "--log", "/nowhere/{}"],
        &["serve", "--postfix", "{}"],
        &["postconf", "-n", "{}"],
        &["postconf", "-d", "{}"],
        &["export", "postfix", "{}"],
        &["export", "postfix", "caso5", "--step", "{}"],
        &["lesson", "check", "{}"],
        &["lesson", "new", "/nowhere/{}"],
        &["lesson", "watch", "{}"],
        &["completions", "{}"],
    ];
    let hostile = [OsString::from(text()), OsString::from_vec(bytes())];
    for place in places {
        for word in &hostile {
            let mut command = lab();
            for part in place {
                let mut argument = Vec::new();
                for (at, piece) in part.split("{}").enumerate() {
                    if at > 0 {
                        argument.extend_from_slice(word.as_encoded_bytes());
                    }
                    argument.extend_from_slice(piece.as_bytes());
                }
                command.arg(OsString::from_vec(argument));
            }
            assert_output_harmless(&format!("{place:?}"), &mut command);
        }
    }
}

#[test]
fn names_of_files_are_harmless() {
    let lesson = smtp_lab::lesson::template::template(smtp_lab::text::Language::En);
    for name in names() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(&name);
        fs::create_dir(&folder).unwrap();
        let file = folder.join(&name);
        let lab = |arguments: &[&str]| {
            let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
            lab.args(arguments);
            for folder_of in [
                "HOME",
                "XDG_STATE_HOME",
                "XDG_CONFIG_HOME",
                "XDG_RUNTIME_DIR",
            ] {
                lab.env(folder_of, &folder);
            }
            lab
        };
        let check = |arguments: &[&str], with: &[&std::path::Path]| {
            assert_output_harmless(
                &format!("{arguments:?} {}", name.as_encoded_bytes().escape_ascii()),
                lab(arguments).args(with),
            );
        };
        check(&["lesson", "new"], &[&file]);
        check(&["lesson", "new"], &[&file]);
        check(&["lesson", "check"], &[&file]);
        fs::write(&file, lesson.replace("minutes = 5", "minutes = x")).unwrap();
        check(&["lesson", "check"], &[&file]);
        check(&["run", "--auto", "--plain"], &[&file]);
        fs::write(folder.join("main.cf"), "x\nmynetworks = 1\n").unwrap();
        check(&["postconf", "-n"], &[&folder]);
        check(
            &["export", "postfix", "caso5", "--solution"],
            &[&folder.join("out")],
        );
        check(
            &["export", "postfix", "caso5", "--solution"],
            &[&folder.join("out")],
        );
        for arguments in [
            &["doctor"][..],
            &["config", "path"],
            &["config", "print"],
            &["list"],
        ] {
            check(arguments, &[]);
        }
        // A damaged progress and faulty settings are told of by name.
        let kept = folder.join("lab");
        fs::create_dir_all(&kept).unwrap();
        fs::write(kept.join("config.toml"), text()).unwrap();
        for file in ["progress/caso5.json", "caso5.json"] {
            let file = kept.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text()).unwrap();
        }
        for arguments in [
            &["doctor"][..],
            &["config", "check"],
            &["list"],
            &["run", "caso5", "--plain"],
            &["run", "caso5", "--plain", "--fresh"],
        ] {
            check(arguments, &[]);
        }
    }
}

#[test]
fn the_environment_is_harmless() {
    let home = tempfile::tempdir().unwrap();
    let names = [
        "LAB_LANG",
        "LAB_LOG",
        "LAB_THEME",
        "LAB_SPEED",
        "LAB_STEP",
        "LAB_SEED",
        "LAB_SMTP",
        "TERM",
        "COLORTERM",
        "LANG",
        "LC_ALL",
        "SSH_TTY",
        "TMUX",
        "STY",
        "XDG_STATE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "HOME",
    ];
    let lab = |arguments: &[&str]| {
        let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
        lab.args(arguments).current_dir(home.path());
        for folder in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
            lab.env(folder, home.path());
        }
        lab
    };
    // Each alone, and all at once.
    for name in names {
        let run: &[&str] = if name.starts_with("LAB_") {
            &["run", "caso5", "--plain", "--listen"]
        } else {
            &["doctor"]
        };
        assert_output_harmless(&format!("{name} in {run:?}"), lab(run).env(name, text()));
    }
    for value in [OsString::from(text()), OsString::from_vec(bytes())] {
        for command in [&["doctor"][..], &["list"], &["config", "path"]] {
            let every = names.iter().map(|name| (name, &value));
            assert_output_harmless(&format!("all in {command:?}"), lab(command).envs(every));
        }
    }
}
