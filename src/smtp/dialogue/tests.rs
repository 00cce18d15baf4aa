use super::*;

fn plan() -> Plan {
    Plan {
        helo: "cliente.example".to_owned(),
        protection: Protection::Clear,
        login: None,
        mail: Some(Mail {
            sender: "ana@remoto.example".to_owned(),
            recipients: vec![
                "alumno@aula.example".to_owned(),
                "bob@remoto.example".to_owned(),
            ],
            content: Some(b"Subject: prueba\r\n\r\n.Hola".to_vec()),
            request: String::new(),
            wishes: Vec::new(),
            size: None,
        }),
        pipelining: false,
    }
}

fn login(mechanism: Mechanism, insist: bool) -> Login {
    Login {
        mechanism,
        user: "alumno".to_owned(),
        password: "clase-1234".to_owned(),
        insist,
    }
}

fn reply(text: &str) -> Reply {
    let mut reader = crate::smtp::ReplyReader::default();
    text.lines()
        .find_map(|line| reader.push(line.as_bytes()).unwrap())
        .unwrap()
}

/// Plays the dialogue against these replies and tells what the client did.
fn play(plan: Plan, replies: &[&str]) -> (Vec<String>, Dialogue) {
    let mut dialogue = Dialogue::new(plan);
    let mut done = Vec::new();
    let mut replies = replies.iter();
    loop {
        match dialogue.next_action() {
            Action::Listen => {}
            Action::Send(lines) => done.push(lines.join(" | ")),
            Action::SendMessage(bytes) => done.push(String::from_utf8(bytes).unwrap()),
            Action::StartTls => {
                done.push("(TLS)".to_owned());
                dialogue.secured();
                continue;
            }
            Action::HangUp => return (done, dialogue),
        }
        match replies.next() {
            Some(text) => dialogue.heard(reply(text)),
            None => dialogue.break_off(),
        }
    }
}

const EHLO: &str =
    "250-mail.aula.example\n250-PIPELINING\n250-SIZE 100\n250-STARTTLS\n250 8BITMIME";
const EHLO_AUTH: &str = "250-mail.aula.example\n250 AUTH PLAIN LOGIN";

#[test]
fn one_recipient_refused_the_other_gets_the_message() {
    let refusal = "454 4.7.1 <bob@remoto.example>: Relay access denied";
    let (done, dialogue) = play(
        plan(),
        &[
            "220 hi",
            EHLO,
            "250 2.1.0 Ok",
            "250 2.1.5 Ok",
            refusal,
            "354 go",
            "250 2.0.0 Ok: queued as X",
            "221 2.0.0 Bye",
        ],
    );
    assert_eq!(
        done,
        [
            "EHLO cliente.example",
            "MAIL FROM:<ana@remoto.example>",
            "RCPT TO:<alumno@aula.example>",
            "RCPT TO:<bob@remoto.example>",
            "DATA",
            "Subject: prueba\r\n\r\n..Hola\r\n.\r\n",
            "QUIT",
        ]
    );
    assert_eq!(dialogue.ending(), Some(&Ending::Done));
    assert_eq!(dialogue.recipients()[1], Some(reply(refusal)));
    assert!(dialogue.accepted().is_some());
}

#[test]
fn nobody_accepted_ends_with_quit() {
    let (done, dialogue) = play(
        plan(),
        &["220 hi", EHLO, "250 Ok", "454 no", "454 no", "221 Bye"],
    );
    assert_eq!(done.last().map(String::as_str), Some("QUIT"));
    assert!(dialogue.accepted().is_none());
}

#[test]
fn starttls_then_ehlo_again_then_plain() {
    let plan = Plan {
        protection: Protection::Demanded,
        login: Some(login(Mechanism::Plain, false)),
        mail: None,
        ..plan()
    };
    let (done, dialogue) = play(
        plan,
        &[
            "220 hi",
            EHLO,
            "220 go",
            EHLO_AUTH,
            "235 2.7.0 yes",
            "221 Bye",
        ],
    );
    assert_eq!(
        done,
        [
            "EHLO cliente.example",
            "STARTTLS",
            "(TLS)",
            "EHLO cliente.example",
            "AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0",
            "QUIT"
        ]
    );
    assert!(dialogue.is_protected());
}

#[test]
fn login_says_one_thing_at_a_time() {
    let plan = Plan {
        login: Some(login(Mechanism::Login, false)),
        mail: None,
        ..plan()
    };
    let (done, _) = play(
        plan,
        &[
            "220 hi",
            EHLO_AUTH,
            "334 VXNlcm5hbWU6",
            "334 UGFzc3dvcmQ6",
            "535 5.7.8 no",
            "221 Bye",
        ],
    );
    assert_eq!(
        done[1..],
        ["AUTH LOGIN", "YWx1bW5v", "Y2xhc2UtMTIzNA==", "QUIT"]
    );
}

#[test]
fn without_auth_on_offer_a_user_leaves_unless_they_insist() {
    let ask = |insist| Plan {
        login: Some(login(Mechanism::Plain, insist)),
        ..plan()
    };
    let (done, dialogue) = play(ask(false), &["220 hi", EHLO, "221 Bye"]);
    assert_eq!(done, ["EHLO cliente.example", "QUIT"]);
    assert_eq!(dialogue.ending(), Some(&Ending::NotOffered(Stage::Auth)));
    let (done, _) = play(
        ask(true),
        &[
            "220 hi",
            EHLO,
            "503 5.5.1 Error: authentication not enabled",
            "221 Bye",
        ],
    );
    assert_eq!(done.len(), 3);
}

#[test]
fn opportunistic_goes_on_in_clear_and_required_does_not() {
    let with = |protection| Plan {
        protection,
        mail: None,
        ..plan()
    };
    let bare = "250 mail.aula.example";
    let (done, _) = play(
        with(Protection::Opportunistic),
        &["220 hi", EHLO, "454 4.7.0 no", "221 Bye"],
    );
    assert_eq!(done, ["EHLO cliente.example", "STARTTLS", "QUIT"]);
    let (done, dialogue) = play(with(Protection::Required), &["220 hi", bare, "221 Bye"]);
    assert_eq!(done, ["EHLO cliente.example", "QUIT"]);
    assert_eq!(
        dialogue.ending(),
        Some(&Ending::NotOffered(Stage::Starttls))
    );
    let (done, _) = play(
        with(Protection::Demanded),
        &["220 hi", bare, "502 5.5.1 no", "221 Bye"],
    );
    assert_eq!(done, ["EHLO cliente.example", "STARTTLS", "QUIT"]);
}

#[test]
fn a_server_sends_ahead_and_undoes_what_came_to_nothing() {
    let mut plan = Plan {
        pipelining: true,
        ..plan()
    };
    if let Some(mail) = &mut plan.mail {
        mail.size = Some(24);
    }
    let (done, dialogue) = play(
        plan,
        &[
            "220 hi",
            EHLO,
            "250 Ok",
            "550 5.1.1 no",
            "550 5.1.1 no",
            "554 5.5.1 Error: no valid recipients",
            "250 Ok",
            "221 Bye",
        ],
    );
    assert_eq!(
        done[1..],
        [
            "MAIL FROM:<ana@remoto.example> SIZE=24 | RCPT TO:<alumno@aula.example> | RCPT TO:<bob@remoto.example> | DATA",
            "RSET",
            "QUIT",
        ]
    );
    assert_eq!(dialogue.ending(), Some(&Ending::Done));
}

#[test]
fn an_old_server_is_greeted_with_helo_and_421_ends_everything() {
    let plan = Plan {
        mail: None,
        ..plan()
    };
    let (done, _) = play(
        plan.clone(),
        &["220 hi", "500 what", "250 hello", "221 Bye"],
    );
    assert_eq!(
        done,
        ["EHLO cliente.example", "HELO cliente.example", "QUIT"]
    );
    let (done, dialogue) = play(plan, &["421 4.3.2 not now"]);
    assert!(done.is_empty());
    assert!(matches!(
        dialogue.ending(),
        Some(Ending::Refused {
            stage: Stage::Greeting,
            ..
        })
    ));
}

#[test]
fn implicit_tls_comes_before_the_greeting() {
    let plan = Plan {
        protection: Protection::Implicit,
        mail: None,
        ..plan()
    };
    let (done, _) = play(plan, &["220 hi", EHLO, "221 Bye"]);
    assert_eq!(done, ["(TLS)", "EHLO cliente.example", "QUIT"]);
}
