//! The demonstrations of `docs/attacks.md` and its Spanish twin: what is typed
//! there brings what it says.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// How lines begin that come back; the student types all others.
const COMES_BACK: [&str; 6] = ["<-", "<*", "<~", "===", "from=<", "status="];

fn comes_back(line: &str) -> bool {
    COMES_BACK.iter().any(|sign| line.starts_with(sign))
}

/// The blocks of a page, line by line.
fn blocks(page: &str) -> Vec<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(page);
    let text = fs::read_to_string(file).unwrap();
    let pieces = text.split("```text\n").skip(1);
    let lines = |piece: &str| {
        piece
            .split_once("```")
            .unwrap()
            .0
            .lines()
            .map(str::to_owned)
            .collect()
    };
    pieces.map(lines).collect()
}

fn play(block: &[String], language: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"))
        .args([
            "run",
            "caso5",
            "--plain",
            "--step",
            "relay-abierto",
            "--lang",
            language,
        ])
        .env("XDG_STATE_HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let typed: Vec<_> = block
        .iter()
        .filter(|line| !comes_back(line))
        .cloned()
        .collect();
    let typed = format!("1\n{}\n", typed.join("\n"));
    let mut keyboard = lab.stdin.take().unwrap();
    keyboard.write_all(typed.as_bytes()).unwrap();
    drop(keyboard);
    String::from_utf8(lab.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn every_demonstration_shows_what_its_page_says() {
    for (page, language) in [("attacks.md", "en"), ("attacks.es.md", "es")] {
        let blocks = blocks(page);
        assert_eq!(blocks.len(), 10, "{page}");
        for block in blocks {
            let told = play(&block, language);
            let mut rest = told.as_str();
            for line in block.iter().filter(|line| comes_back(line)) {
                let (_, after) = rest.split_once(line).unwrap_or_else(|| {
                    panic!("{page}: `{line}` did not come:\n{told}");
                });
                rest = after;
            }
        }
    }
}
