//! The linear front end with the real world behind it: the whole of Caso 5
//! played by itself, and a student who types.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn lab(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("lab").unwrap();
    command
        .env_clear()
        .env("XDG_STATE_HOME", home)
        .args(["run", "caso5", "--plain", "--lang", "es"])
        .args(arguments);
    command
}

#[test]
fn the_whole_lesson_plays_by_itself_and_always_alike() {
    let home = tempfile::tempdir().unwrap();
    let play = || {
        let played = lab(home.path(), &["--auto", "--seed", "7"])
            .assert()
            .success();
        String::from_utf8(played.get_output().stdout.clone()).unwrap()
    };
    let transcript = play();
    for said in [
        "<** 454 4.7.1 <victima@remoto.example>: Relay access denied",
        "mail.aula.example# postconf -e 'mynetworks = 0.0.0.0/0'",
        "permit_mynetworks: 203.0.113.66 está en 0.0.0.0/0 => permite",
        "Correo para victima@remoto.example en el buzón victima de mx.remoto.example",
        "<~  235 2.7.0 Authentication successful",
        r"Quien escuche el cable lee: \0alumno\0clase-1234",
        "*** Silencio: cada extremo espera a que hable el otro",
        "Verify return code: 0 (ok)",
    ] {
        assert!(transcript.contains(said), "nobody said: {said}");
    }
    assert!(!transcript.contains("[ ] "), "a goal does not hold");
    assert_eq!(transcript, play());
    assert!(
        !home.path().join("lab").exists(),
        "a demonstration leaves no progress"
    );
}

#[test]
fn json_is_an_object_a_line_the_same_for_the_same_seed() {
    let home = tempfile::tempdir().unwrap();
    let play = || {
        let played = lab(home.path(), &["--auto", "--json", "--seed", "7"])
            .assert()
            .success();
        String::from_utf8(played.get_output().stdout.clone()).unwrap()
    };
    let journal = play();
    let objects: Vec<Value> = journal
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects[0]["format"], 1);
    assert_eq!(objects[0]["lesson"], "caso5");
    assert_eq!(objects[0]["seed"], 7);
    assert_eq!(objects.last().unwrap()["ending"], "reached");
    let of = |kind: &str| {
        objects
            .iter()
            .filter(|object| object["event"] == kind)
            .count()
    };
    assert!(of("decided") > 0 && of("goal-checked") > 0 && of("log") > 0);
    assert_eq!(of("wire"), 0);
    assert_eq!(journal, play());
}

#[test]
fn what_is_typed_in_vain_is_answered() {
    let home = tempfile::tempdir().unwrap();
    let typed = "r\npaso relay-abierto\n3\nr\nw\nm\nset mynetwork = 0.0.0.0/0\nset debugger_command = x\n\
                 set mynetworks = 300.0.0.0/8\n1\nf\nset nadie.example:mynetworks = 1\nset mx.remoto.example:mynetworks = 1\nespera\npaso 99\nbla\n";
    let played = lab(home.path(), &[]).write_stdin(typed).assert().code(1);
    let output = played.get_output();
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    let remarks = String::from_utf8(output.stderr.clone()).unwrap();
    for remark in [
        "Primero responde a la pregunta",
        "Todavía no hay ningún diálogo que repetir",
        "«mynetwork»: lo escribo, pero no cambia nada. ¿Querías decir «mynetworks»?",
        "no imita «debugger_command»",
        "no tiene ese paso",
        "En ninguna cola había nada esperando",
        "No entiendo eso",
    ] {
        assert!(
            remarks.contains(remark),
            "nobody remarked: {remark}\n{remarks}"
        );
    }
    for said in [
        "Nada: en este paso no ha hablado nadie todavía.",
        "=== mynetworks: también la red del aula",
        "warning: mynetworks: bad network value in \"300.0.0.0/8\"",
        "451 4.3.0 <victima@remoto.example>: Temporary lookup failure",
        "no existe nadie.example",
        "mx.remoto.example no es tuyo",
    ] {
        assert!(told.contains(said), "nobody said: {said}\n{told}");
    }
}

#[test]
fn the_next_dialogue_is_run_to_its_end_at_one_word() {
    let home = tempfile::tempdir().unwrap();
    let typed = "paso relay-abierto\n3\nf\nbuzón\n";
    let played = lab(home.path(), &[]).write_stdin(typed).assert().code(1);
    let told = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    assert!(told.contains("<-  221 2.0.0 Bye"), "{told}");
    assert!(told.contains("no ha llegado ningún mensaje"), "{told}");
}

/// Two terminals of one student, each with another step.
#[test]
fn two_at_once_keep_what_both_did() {
    let home = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for (step, typed) in [
            ("relay-abierto", "paso relay-abierto\n3\nm\nm\n1\nf\n"),
            ("quien-llama", "paso quien-llama\n1\n1\nf\n2\nf\n3\nf\n"),
        ] {
            let home = home.path();
            scope.spawn(move || {
                let played = lab(home, &[]).write_stdin(typed).assert().code(1);
                let said = String::from_utf8_lossy(&played.get_output().stdout).into_owned();
                assert!(said.contains("Qué ha pasado:"), "{step}: {said}");
            });
        }
    });
    let kept = std::fs::read(home.path().join("lab/progress/caso5.json")).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    for step in ["relay-abierto", "quien-llama"] {
        assert_eq!(kept["steps"][step]["solved"], true, "{step}: {kept}");
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_keeps_what_was_done() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command as Process, Stdio};

    for signal in ["INT", "TERM", "HUP"] {
        let home = tempfile::tempdir().unwrap();
        let mut child = Process::new(assert_cmd::cargo::cargo_bin("lab"))
            .env_clear()
            .env("XDG_STATE_HOME", home.path())
            .args(["run", "caso5", "--plain", "--lang", "es"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The input stays open, so that it is the signal that ends it.
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"2\n").unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(output.any(|line| line.unwrap() == "Objetivos:"));
        let sent = Process::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        output.for_each(drop);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        let kept = std::fs::read(home.path().join("lab/progress/caso5.json")).unwrap();
        let kept: Value = serde_json::from_slice(&kept).unwrap();
        let step = kept["step"].as_str().unwrap();
        assert_eq!(kept["steps"][step]["prediction"], 1, "{signal}: {kept}");
    }
}

#[test]
fn smtp_is_typed_by_hand_as_text() {
    let home = tempfile::tempdir().unwrap();
    let typed = "paso relay-abierto\n3\ncliente spammer mail.aula.example\nEHLO x.example\n\
                 !base64 \\0a\\0b\nRCPT TO:<a@b.example>\n!explica\n!crudo NOOP\\n\n!fin\ncliente\n";
    let played = lab(home.path(), &[]).write_stdin(typed).assert().code(1);
    let said = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    for wanted in [
        "-> EHLO x.example",
        "AGEAYg==",
        "<** 503 5.5.1 Error: need MAIL command",
        "Las órdenes van en orden",
        "-> NOOP",
        "mail.aula.example:465",
    ] {
        assert!(said.contains(wanted), "nobody said: {wanted}\n{said}");
    }
}

#[test]
fn a_hint_about_a_directive_answers_whoever_writes_its_file() {
    let home = tempfile::tempdir().unwrap();
    let lesson = home.path().join("clase.toml");
    let program = || {
        let mut command = Command::cargo_bin("lab").unwrap();
        command.env_clear().env("XDG_STATE_HOME", home.path());
        command.env("LAB_LANG", "es");
        command
    };
    // Its hint is for whoever has the stranger's network in `mynetworks`.
    program()
        .args(["lesson", "new"])
        .arg(&lesson)
        .assert()
        .success();
    let typed = "1\n1\nf\nfichero main.cf + mynetworks = 127.0.0.0/8,\\n  203.0.113.0/24\npista\n";
    let played = program()
        .args(["run", "--plain"])
        .arg(&lesson)
        .write_stdin(typed)
        .assert()
        .code(1);
    let said = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    let hint = "Con `127.0.0.0/8, 203.0.113.0/24` el desconocido sigue dentro";
    assert!(said.contains(hint), "{said}");
}

#[test]
fn time_that_passes_hangs_up_on_a_client_who_says_nothing() {
    let home = tempfile::tempdir().unwrap();
    let typed = "paso relay-abierto\n3\ncliente spammer mail.aula.example\nEHLO x.example\n\
                 !espera 301\nespera 301\nNOOP\n";
    let played = lab(home.path(), &[]).write_stdin(typed).assert().code(1);
    let output = played.get_output();
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    let (before, after) = said.split_once("=== pasa el tiempo: 301 ").unwrap();
    assert!(!before.contains("421 "), "{before}");
    let line = "<** 421 4.4.2 mail.aula.example Error: timeout exceeded\n";
    assert!(after.contains(line), "{after}");
    let remarks = String::from_utf8(output.stderr.clone()).unwrap();
    let said_twice = remarks
        .matches("En ninguna cola había nada esperando")
        .count();
    assert_eq!(said_twice, 1, "somebody did wait the first time: {remarks}");
}

#[test]
fn a_student_types_and_finds_everything_again_the_next_day() {
    let home = tempfile::tempdir().unwrap();
    let typed = "paso relay-abierto\n3\nm\nm\n1\nf\n\n";
    let first = lab(home.path(), &[]).write_stdin(typed).assert().code(1);
    let said = String::from_utf8(first.get_output().stdout.clone()).unwrap();
    assert!(
        said.contains("postconf -e 'mynetworks = 0.0.0.0/0'"),
        "{said}"
    );
    assert!(said.contains("<-  250 2.1.5 Ok"), "{said}");
    assert!(said.contains("Qué ha pasado:"), "{said}");
    assert!(
        said.contains("Paso 5 de "),
        "Enter goes on after the goals: {said}"
    );

    let second = lab(home.path(), &[]).write_stdin("p\n").assert().code(1);
    let said = String::from_utf8(second.get_output().stdout.clone()).unwrap();
    assert!(said.contains("Paso 5 de "), "{said}");
    let step = said.split("Paso 4 de ").nth(1).unwrap();
    assert!(!step.contains("predice"), "the answer was kept: {step}");
}

#[test]
fn the_queue_can_be_worked_with_as_on_a_server() {
    let home = tempfile::tempdir().unwrap();
    let typed = "2\nset relayhost = [192.0.2.99]\n2\nf\nmailq\nespera 10m\npostqueue -f\npostsuper -d ALL\nmailq\nq\n";
    let played = lab(home.path(), &["--step", "1", "--fresh"])
        .write_stdin(typed)
        .assert()
        .code(1);
    let told = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    for said in [
        "mail.aula.example# mailq\n-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------",
        "(connect to 192.0.2.99[192.0.2.99]:25: Connection timed out)",
        "=== pasa el tiempo: 10 minutos",
        "mail.aula.example# postqueue -f",
        "postfix/postsuper[",
        "mail.aula.example# mailq\nMail queue is empty",
    ] {
        assert!(told.contains(said), "nobody said: {said}\n{told}");
    }
}
