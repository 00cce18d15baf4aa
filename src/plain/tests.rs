//! What a reader of the plain mode reads, against the pretended world.

use super::narrator::Narrator;
use super::pages;
use crate::app::Msg;
use crate::app::testing::Stage;
use crate::clock::Moment;
use crate::journal::event::{CertificateFacts, ConnectionId, Verification};
use crate::journal::{End, Kind, Way};
use crate::text::{Catalogue, Language};

/// Everything the narrator tells of what is on the stage and was not told yet.
fn told(narrator: &mut Narrator, stage: &Stage, language: Language) -> String {
    let mut out = Vec::new();
    narrator
        .tell(&mut out, &Catalogue::new(language), &stage.model.projection)
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_step_reads_from_top_to_bottom() {
    let mut stage = Stage::begun();
    let mut narrator = Narrator::default();
    let catalogue = Catalogue::new(Language::Es);
    narrator.skip(&stage.model.projection);
    let mut lines = pages::step(&stage.model, &catalogue);
    lines.extend(pages::question(&stage.model, &catalogue));
    stage.play(Msg::Predict(1));
    lines.extend(pages::reconciliation(&stage.model, &catalogue));
    lines.extend(pages::runs(&stage.model, &catalogue));
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    stage.play(Msg::Toggle('m'));
    stage.play(Msg::Rerun);
    stage.play(Msg::OpenRun(1));
    lines.push(told(&mut narrator, &stage, Language::Es));
    lines.extend(pages::goals(&stage.model, &catalogue));
    lines.extend(pages::explanation(&stage.model, &catalogue));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn tls_is_told_with_its_arrows_and_its_certificate() {
    let mut stage = Stage::answered();
    let mut narrator = Narrator::default();
    stage.play(Msg::OpenRun(0));
    narrator.skip(&stage.model.projection);
    let connection = ConnectionId(2);
    stage.happen(Kind::Certificate {
        connection,
        chain: vec![CertificateFacts {
            subject: "CN=mail.aula.example".to_owned(),
            issuer: "CN=mail.aula.example".to_owned(),
            names: Vec::new(),
            not_before: Moment::LESSON_START,
            not_after: Moment::LESSON_START,
            self_signed: true,
        }],
        verification: Verification {
            code: 18,
            words: "self-signed certificate",
            name: "mail.aula.example".to_owned(),
            required: false,
        },
    });
    for end in [End::Client, End::Server] {
        stage.happen(Kind::TlsEstablished {
            connection,
            end,
            version: "TLSv1.3".to_owned(),
            cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
        });
    }
    for (way, line) in [
        (Way::Sent, "AUTH PLAIN AGEA\x1b[2J"),
        (Way::Received, "535 5.7.8 Error: authentication failed:"),
    ] {
        stage.happen(Kind::Line {
            connection,
            end: End::Client,
            way,
            protected: true,
            line: line.into(),
        });
    }
    insta::assert_snapshot!(told(&mut narrator, &stage, Language::En), @r"

    === spammer [203.0.113.66] -> mail.aula.example [192.0.2.10]:25
    === Verify return code: 18 (self-signed certificate)
    === it is self-signed: nobody trusted vouches for it
    === the client takes note and goes on
    === TLS: TLSv1.3, TLS_AES_256_GCM_SHA384
     ~> AUTH PLAIN AGEA\x1B[2J
    <~* 535 5.7.8 Error: authentication failed:
    ");
}

#[test]
fn a_goal_that_fails_says_what_was_observed_and_what_was_required() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    let failures = pages::failures(&stage.model, &Catalogue::new(Language::En));
    assert_eq!(
        failures,
        ["Step abrir, goal not reached: The stranger passes. \
             Observed: 454 4.7.1. What is missing: To pass."]
    );
}

#[test]
fn hints_and_help_are_in_the_readers_language() {
    let mut stage = Stage::begun();
    stage.play(Msg::Predict(0));
    stage.play(Msg::Hint);
    assert_eq!(hint_of(&stage, Language::Es), "\nPista:\nMira quién.");
    stage.play(Msg::Speak(Language::En));
    assert_eq!(hint_of(&stage, Language::En), "\nHint:\nLook who.");
    let help = pages::help(&stage.model, &Catalogue::new(Language::En)).join("\n");
    assert!(
        help.contains("m changes mynetworks: itself · all"),
        "{help}"
    );
    assert!(
        help.lines().all(|line| line.chars().count() <= 80),
        "{help}"
    );
}

fn hint_of(stage: &Stage, language: Language) -> String {
    pages::hint(&stage.model, &Catalogue::new(language)).join("\n")
}

#[test]
fn a_hint_on_what_was_tried_says_so() {
    let mut stage = Stage::answered();
    stage.play(Msg::Set {
        host: "mail.aula.example".to_owned(),
        service: None,
        parameter: "mynetworks".to_owned(),
        value: Some("203.0.113.0/25".to_owned()),
    });
    stage.play(Msg::Hint);
    assert_eq!(
        hint_of(&stage, Language::Es),
        "\nPista sobre lo que has probado:\nCon `203.0.113.0/25` se oye `454 4.7.1`."
    );
}

#[test]
fn base64_in_clear_is_read_aloud() {
    let mut stage = Stage::answered();
    let mut narrator = Narrator::default();
    stage.play(Msg::OpenRun(0));
    narrator.skip(&stage.model.projection);
    let connection = stage.model.shown_connection().unwrap().id;
    for (way, line) in [
        (Way::Sent, "AUTH LOGIN"),
        (Way::Received, "334 VXNlcm5hbWU6"),
        (Way::Sent, "YWx1bW5v"),
    ] {
        stage.happen(Kind::Line {
            connection,
            end: End::Client,
            way,
            protected: false,
            line: line.into(),
        });
    }
    insta::assert_snapshot!(told(&mut narrator, &stage, Language::Es), @r"

    === spammer [203.0.113.66] -> mail.aula.example [192.0.2.10]:25
     -> AUTH LOGIN
    <-  334 VXNlcm5hbWU6
      ! Quien escuche el cable lee: Username:
     -> YWx1bW5v
      ! Quien escuche el cable lee: alumno
    ");
}

#[test]
fn a_parameter_of_main_cf_is_explained_with_its_default() {
    let mut stage = Stage::answered();
    stage.play(Msg::Speak(Language::En));
    let ask = |name| {
        let catalogue = Catalogue::new(Language::En);
        let lines = super::explanations::explain(&stage.model, &catalogue, name);
        let words: Vec<&str> = lines
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        words.join(" ")
    };
    let said = ask("mynetworks_style");
    assert!(said.contains("this machine (`host`)"), "{said}");
    assert!(said.contains("postconf(5)"), "{said}");
    let said = ask("message_size_limit");
    assert!(said.contains("Default: 10240000"), "{said}");
    let said = ask("relay_recipient_maps");
    assert!(said.contains("Empty by default."), "{said}");
    let said = ask("address_verify_cache_cleanup_interval");
    assert!(said.contains("no lesson speaks of"), "{said}");
    assert!(said.contains("12h"), "{said}");
    assert!(!ask("mynetwork_style").contains("postconf(5)"));
}

#[test]
fn the_messages_of_a_mailbox_are_read_whole() {
    let mut stage = Stage::answered();
    let catalogue = Catalogue::new(Language::En);
    let read = |stage: &Stage, whose| pages::mailbox(&stage.model, &catalogue, whose).join("\n");
    assert_eq!(
        read(&stage, None),
        "No message has come there in this step."
    );
    for (mailbox, subject) in [("ana", "one"), ("bob", "two"), ("ana", "three")] {
        stage.happen(Kind::Stored {
            host: "mail.aula.example".to_owned(),
            mailbox: mailbox.to_owned(),
            recipient: format!("{mailbox}@aula.example"),
            message: format!("Subject: {subject}\n\n\x1b[2J\n").as_str().into(),
        });
    }
    insta::assert_snapshot!(read(&stage, Some("ana")));
    assert!(read(&stage, None).contains("Subject: three"));
    assert!(read(&stage, Some("bob@mail.aula.example")).contains("Subject: two"));
    assert!(read(&stage, Some("eva")).contains("Mailboxes with mail: ana@mail.aula.example"));
}

#[test]
fn what_was_shown_is_searched_and_told_with_the_names_of_the_panels() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    let catalogue = Catalogue::new(Language::Es);
    let found = |what| super::find::lines(&stage.model, &catalogue, what).join("\n");
    let all = ["RELAY  access", "mynetworks", "abre el relay", "ñu\u{1b}"].map(found);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_written_file_is_told_with_what_was_typed_for_it() {
    let mut stage = Stage::answered();
    let mut narrator = Narrator::default();
    narrator.skip(&stage.model.projection);
    for text in ["a smtp:[b]\n", "# c\na smtp:[d]\n"] {
        stage.play(Msg::Write {
            host: "mail.aula.example".to_owned(),
            path: "/etc/postfix/transport".to_owned(),
            text: Some(text.to_owned()),
        });
    }
    stage.happen(Kind::CommandRun {
        host: "mail.aula.example".to_owned(),
        command: "postmap hash:/t".to_owned(),
        lines: vec!["postmap: warning: \u{1b}[2J".to_owned()],
    });
    assert_eq!(
        told(&mut narrator, &stage, Language::En),
        "\nmail.aula.example# editor /etc/postfix/transport\n\
         + a smtp:[b]\n\
         mail.aula.example# postmap hash:/etc/postfix/transport\n\
         \nmail.aula.example# editor /etc/postfix/transport\n\
         - a smtp:[b]\n\
         + # c\n\
         + a smtp:[d]\n\
         mail.aula.example# postmap hash:/etc/postfix/transport\n\
         mail.aula.example# postmap hash:/t\n\
         postmap: warning: \\x1B[2J\n"
    );
}
