use super::*;
use crate::app::Msg;
use crate::app::testing::Stage;
use crate::journal::{ConnectionId, Kind, Way};
use proptest::prelude::*;

/// What one end says of the dialogue that is open on the stage.
fn say(stage: &mut Stage, from: End, protected: bool, line: &str) {
    let connection = stage.model.shown_connection().unwrap().id;
    for (end, way) in [(from, Way::Sent), (from.other(), Way::Received)] {
        stage.happen(Kind::Line {
            connection,
            end,
            way,
            protected,
            line: line.into(),
        });
    }
}

/// A dialogue of which only the greeting has come.
fn greeted() -> Stage {
    let mut stage = Stage::answered();
    stage.play(Msg::Forward);
    stage
}

fn into_tls(stage: &mut Stage) {
    stage.happen(Kind::TlsEstablished {
        connection: ConnectionId(2),
        end: End::Client,
        version: "TLSv1.3".to_owned(),
        cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
    });
}

/// A submission as a mail reader does it, after STARTTLS.
fn submitted() -> Stage {
    let mut stage = greeted();
    say(&mut stage, End::Client, false, "EHLO [192.0.2.33]");
    say(&mut stage, End::Server, false, "250 STARTTLS");
    say(&mut stage, End::Client, false, "STARTTLS");
    say(
        &mut stage,
        End::Server,
        false,
        "220 2.0.0 Ready to start TLS",
    );
    into_tls(&mut stage);
    for (from, line) in [
        (End::Client, "EHLO [192.0.2.33]"),
        (End::Server, "250 AUTH LOGIN"),
        (End::Client, "AUTH LOGIN"),
        (End::Server, "334 VXNlcm5hbWU6"),
        (End::Client, "YWx1bW5v"),
        (End::Server, "334 UGFzc3dvcmQ6"),
        (End::Client, "Y2xhc2UtMTIzNA=="),
        (End::Server, "235 2.7.0 Authentication successful"),
        (End::Client, "MAIL FROM:<alumno@aula.example>"),
        (End::Server, "250 2.1.0 Ok"),
        (End::Client, "RCPT TO:<profesor@aula.example>"),
        (End::Server, "250 2.1.5 Ok"),
        (End::Client, "DATA"),
        (End::Server, "354 End data with <CR><LF>.<CR><LF>"),
        (End::Client, "Subject: it's me"),
        (End::Client, ""),
        (End::Client, "..dotted"),
        (End::Client, "."),
        (End::Server, "250 2.0.0 Ok: queued as 4Xyz"),
    ] {
        say(&mut stage, from, true, line);
    }
    stage
}

#[test]
fn a_refused_relay_is_asked_again_by_swaks() {
    let mut stage = greeted();
    stage.play(Msg::ToEnd);
    assert_eq!(
        stage.model.copied(Copied::Swaks).unwrap(),
        "swaks --server mail.aula.example:25 \\\n  --helo spam.example \\\n  \
         --from spam@spam.example \\\n  --to victima@remoto.example \\\n  --quit-after RCPT"
    );
    assert_eq!(stage.model.copied(Copied::Openssl), None, "it saw no TLS");
    let curl = stage.model.copied(Copied::Curl).unwrap();
    assert!(curl.contains("--url smtp://mail.aula.example:25/spam.example"));
}

#[test]
fn a_command_says_only_what_was_said_by_then() {
    let mut stage = greeted();
    let swaks = |stage: &Stage| stage.model.copied(Copied::Swaks).unwrap();
    assert!(swaks(&stage).ends_with("--quit-after CONNECT"));
    stage.play(Msg::Forward);
    assert!(swaks(&stage).ends_with("--quit-after EHLO"));
    stage.play(Msg::ToEnd);
    stage.play(Msg::ToStart);
    assert!(
        swaks(&stage).ends_with("--quit-after CONNECT"),
        "it is the past"
    );
}

#[test]
fn a_login_and_a_message_are_taken_along() {
    let stage = submitted();
    let swaks = stage.model.copied(Copied::Swaks).unwrap();
    assert!(swaks.contains(" --tls "), "{swaks}");
    assert!(swaks.contains("--auth LOGIN --auth-user alumno --auth-password clase-1234"));
    assert!(
        swaks.contains(r"--data 'Subject: it'\''s me\n\n.dotted\n'"),
        "{swaks}"
    );
    let openssl = stage.model.copied(Copied::Openssl).unwrap();
    assert!(
        openssl.contains("-starttls smtp -name '[192.0.2.33]'"),
        "{openssl}"
    );
    assert!(openssl.contains("..dotted"), "as it goes over the wire");
    assert!(!openssl.contains("STARTTLS"), "openssl says that itself");
    let curl = stage.model.copied(Copied::Curl).unwrap();
    assert!(
        curl.contains("smtp://mail.aula.example:25/%5B192.0.2.33%5D"),
        "{curl}"
    );
    assert!(curl.contains("--user alumno:clase-1234"), "{curl}");
}

#[test]
fn tls_from_the_first_byte_is_told_apart() {
    let mut stage = greeted();
    into_tls(&mut stage);
    say(&mut stage, End::Client, true, "EHLO pc");
    let copied = |what| stage.model.copied(what).unwrap();
    assert!(copied(Copied::Swaks).contains("--tls-on-connect"));
    assert!(!copied(Copied::Openssl).contains("-starttls"));
}

#[test]
fn the_transcript_has_the_arrows_of_swaks() {
    let mut stage = greeted();
    stage.play(Msg::ToEnd);
    let transcript = stage.model.copied(Copied::Transcript).unwrap();
    let lines: Vec<_> = transcript.lines().collect();
    assert_eq!(lines[0], "=== Trying mail.aula.example:25...");
    assert_eq!(lines[2], " -> EHLO spam.example");
    assert!(lines[7].starts_with(" -> RCPT") && lines[8].starts_with("<** 454 4.7.1"));
    assert_eq!(
        lines.last(),
        Some(&"=== Connection closed with remote host.")
    );
}

#[test]
fn no_file_of_the_student_is_read_for_a_message_that_begins_with_an_at_sign() {
    let mut stage = greeted();
    say(&mut stage, End::Client, false, "DATA");
    say(&mut stage, End::Server, false, "354 Go on");
    say(&mut stage, End::Client, false, "@/etc/passwd");
    let swaks = stage.model.copied(Copied::Swaks).unwrap();
    assert!(swaks.contains("--data '@@/etc/passwd"), "{swaks}");
}

/// Reads a word of a shell as the shell does (XCU §2.2.2).
fn unquoted(word: &str) -> String {
    let mut text = String::new();
    let mut quoted = false;
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => quoted = !quoted,
            '\\' if !quoted => text.extend(characters.next()),
            other => {
                assert!(quoted || !" $`;&|<>()\"*?!~#\n".contains(other), "{word}");
                text.push(other);
            }
        }
    }
    assert!(!quoted, "{word}");
    text
}

proptest! {
    #[test]
    fn nothing_received_is_more_than_a_word_to_a_shell(text in ".*") {
        prop_assert_eq!(unquoted(&quoted(&text)), visible::text(&text));
    }

    #[test]
    fn nothing_a_terminal_would_obey_is_copied(lines in prop::collection::vec((any::<bool>(), ".*"), 0..6)) {
        let mut stage = greeted();
        for (client, line) in &lines {
            let from = if *client { End::Client } else { End::Server };
            say(&mut stage, from, true, line);
        }
        into_tls(&mut stage);
        for copied in Copied::ALL {
            let text = stage.model.copied(copied).unwrap_or_default();
            prop_assert!(!text.replace('\n', "").chars().any(visible::is_unsafe), "{}", text);
        }
    }
}

#[test]
fn a_folded_header_is_copied_as_it_is_seen() {
    let mut stage = greeted();
    for (from, line) in [
        (End::Client, "MAIL FROM:<alumno@aula.example>"),
        (End::Server, "250 2.1.0 Ok"),
        (End::Client, "RCPT TO:<victima@remoto.example>"),
        (End::Server, "250 2.1.5 Ok"),
        (End::Client, "DATA"),
        (End::Server, "354 End data with <CR><LF>.<CR><LF>"),
        (End::Client, "Received: from one"),
        (End::Client, "\tby another"),
        (End::Client, "."),
    ] {
        say(&mut stage, from, false, line);
    }
    for copied in Copied::ALL {
        let Some(text) = stage.model.copied(copied) else {
            continue;
        };
        assert!(!text.contains('\t'), "{text}");
    }
    let transcript = stage.model.copied(Copied::Transcript).unwrap();
    assert!(transcript.contains("     by another"), "{transcript}");
    let swaks = stage.model.copied(Copied::Swaks).unwrap();
    assert!(swaks.contains("    by another"), "{swaks}");
}
