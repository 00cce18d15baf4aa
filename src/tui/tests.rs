//! What a student sees and what their keys do, against the pretended world.

mod enter;
mod escapes;
mod layers;
mod seeking;
mod themes;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::demonstration::{Cue, LINE, next_line};
use super::draw::draw;
use super::keymap::{Action, Context};
use super::notice::Notice;
use super::scene::Scene;
use super::screen::{Command, Drawn, Pane, Panel, Presentation, Screen};
use super::theme::Theme;
use super::words::for_key;
use crate::app::testing::Stage;
use crate::app::{Msg, View};
use crate::clock::Moment;
use crate::journal::event::{
    Attack, Bytes, CertificateFacts, DeliveryStatus, Endpoint, Purpose, Tampering, Verification,
    WireBytes,
};
use crate::journal::{ConnectionId, End, Kind, Way};
use crate::lesson::model::Blocklist;
use crate::lesson::{NamedKey, Order};
use crate::postfix::decision::{Decision, Verdict};
use crate::postfix::reason::{Reason, Rule};
use crate::text::{Catalogue, Language};

/// A student in front of a terminal of some size.
struct Seat {
    stage: Stage,
    screen: Screen,
    terminal: Terminal<TestBackend>,
    theme: &'static Theme,
    /// What the keys said to the model.
    told: Vec<Msg>,
    /// What they gave to the clipboard.
    copied: Vec<String>,
}

impl Seat {
    fn at(columns: u16, rows: u16, stage: Stage) -> Self {
        let mut seat = Self {
            screen: Screen::default(),
            terminal: Terminal::new(TestBackend::new(columns, rows)).unwrap(),
            stage,
            theme: &Theme::DARK,
            told: Vec::new(),
            copied: Vec::new(),
        };
        seat.screen.follow(&seat.stage.model);
        seat.look();
        seat
    }

    fn look(&mut self) -> String {
        while self.frame() {}
        self.terminal.backend().to_string()
    }

    fn frame(&mut self) -> bool {
        let scene = Scene {
            model: &self.stage.model,
            screen: &self.screen,
            words: words(self.stage.model.language),
            theme: self.theme,
        };
        let mut drawn = Drawn::default();
        self.terminal
            .draw(|frame| drawn = draw(&scene, frame))
            .unwrap();
        self.screen.remember(drawn)
    }

    /// Presses keys, one after the other: characters for themselves, `⏎`, `⎋`,
    /// `⇥`, `⇤`, `⇟` and the arrows for theirs.
    fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            let code = match key {
                '⏎' => KeyCode::Enter,
                '⎋' => KeyCode::Esc,
                '⇥' => KeyCode::Tab,
                '←' => KeyCode::Left,
                '→' => KeyCode::Right,
                '↑' => KeyCode::Up,
                '↓' => KeyCode::Down,
                '⌫' => KeyCode::Backspace,
                '⇤' => KeyCode::BackTab,
                '⇟' => KeyCode::PageDown,
                '⇞' => KeyCode::PageUp,
                key => KeyCode::Char(key),
            };
            let modifiers = match code {
                // Terminals send it so.
                KeyCode::BackTab => KeyModifiers::SHIFT,
                _ => KeyModifiers::NONE,
            };
            self.strike(KeyEvent::new(code, modifiers));
        }
    }

    /// Presses a letter with Control.
    fn control(&mut self, letter: char) {
        self.strike(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL));
    }

    fn strike(&mut self, event: KeyEvent) {
        for command in self.screen.key(event, &self.stage.model) {
            match command {
                Command::Tell(msg) => {
                    self.told.push(msg.clone());
                    self.stage.play(msg);
                    self.screen.follow(&self.stage.model);
                }
                Command::Copy(text) => self.copied.push(text),
                Command::Suspend | Command::Redraw => {}
            }
        }
        self.look();
    }

    fn happen(&mut self, kind: Kind) {
        self.stage.happen(kind);
        self.screen.follow(&self.stage.model);
    }
}

fn words(language: Language) -> &'static Catalogue {
    static SPANISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::Es));
    static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::En));
    match language {
        Language::Es => &SPANISH,
        Language::En => &ENGLISH,
    }
}

#[test]
fn the_changes_are_shown_as_on_a_real_server() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("R");
    let nothing = seat.look();
    assert!(nothing.contains("aún no has cambiado nada"), "{nothing}");
    seat.press("⎋mR");
    insta::assert_snapshot!("real_thing_80x24_es", seat.look());
    seat.press("⎋uU");
    assert!(matches!(seat.told.last(), Some(Msg::Redo)));
    let mut seat = Seat::at(120, 36, Stage::answered());
    seat.stage.play(Msg::Speak(Language::En));
    seat.press("mR");
    insta::assert_snapshot!("real_thing_120x36_en", seat.look());
}

#[test]
fn what_the_student_is_told_to_press_is_the_students_own_key() {
    let mut seat = opened(80, 24);
    seat.screen.focus = Pane::Lesson;
    assert!(seat.look().contains("Con n pasas al siguiente paso"));
    let key = vec!["w".parse().unwrap()];
    let bound = seat
        .screen
        .keymap
        .rebind(Context::Lesson, Action::NextStep, key);
    assert!(bound);
    assert!(seat.look().contains("Con w pasas al siguiente paso"));
    let keymap = &seat.screen.keymap;
    let said = for_key(NamedKey::Queue, keymap, words(Language::En));
    assert_eq!(said, "key `Q`");
}

#[test]
fn whoever_is_on_no_list_is_told_so_and_nobody_asks() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    let lesson = Arc::make_mut(&mut seat.stage.model.lesson);
    lesson.blocklists.push(Blocklist {
        zone: "rbl.example".to_owned(),
        text: "spam".to_owned(),
        traps: Vec::new(),
        tester: "spammer".to_owned(),
    });
    seat.press("B");
    let seen = seat.look();
    assert!(seen.contains("no está en rbl.example"), "{seen}");
    assert!(seat.told.is_empty());
    seat.happen(Kind::Listed {
        list: "rbl.example".to_owned(),
        address: [192, 0, 2, 10].into(),
        trap: "trampa@remoto.example".to_owned(),
    });
    seat.press("B");
    let asked = seat.told.last();
    assert!(
        matches!(asked, Some(Msg::Order(Order::Delist { .. }))),
        "{asked:?}"
    );
}

#[test]
fn another_conversation_is_read_from_its_beginning() {
    let mut seat = opened(80, 24);
    seat.screen.focus = Pane::Lesson;
    seat.press("v");
    assert_eq!(
        (seat.screen.focus, seat.screen.row),
        (Pane::Dialogue, Some(0))
    );
    let seen = seat.look();
    assert!(seen.contains("220 mail.aula.example ESMTP"), "{seen}");
}

#[test]
fn a_long_text_to_be_copied_is_read_page_by_page() {
    let mut seat = refused(60, 16);
    seat.press("y↓");
    let seen = seat.look();
    assert!(seen.contains('▼'), "{seen}");
    seat.press("⇟⇟⇟");
    let seen = seat.look();
    assert!(
        seen.contains('▲') && seen.contains("221 2.0.0 Bye"),
        "{seen}"
    );
    seat.press("⏎");
    assert!(
        seat.copied[0].contains("220 mail.aula.example"),
        "all of it"
    );
}

#[test]
fn once_all_was_played_the_first_dialogue_is_offered_again() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("⏎f⏎");
    let seen = seat.look();
    assert!(seen.contains("] otro"), "{seen}");
    seat.press("]");
    assert_eq!(seat.screen.run, Some(0), "the first");
    seat.press("⏎f[");
    assert_eq!(seat.screen.run, Some(1), "the last");
    seat.press("⏎");
    let opened = seat.told.len();
    seat.press("⏎");
    let seen = seat.look();
    assert!(seen.contains("Pulsa ⏎ para empezar: Spam"), "{seen}");
    assert_eq!(seat.told.len(), opened, "Enter chooses, and says what");
    seat.press("⏎");
    assert!(matches!(seat.told.last(), Some(Msg::OpenRun(0))));
}

fn refused(columns: u16, rows: u16) -> Seat {
    let mut seat = Seat::at(columns, rows, Stage::begun());
    seat.press("2⏎f");
    seat
}

/// A relay that was opened and abused: the step is done.
fn opened(columns: u16, rows: u16) -> Seat {
    let mut seat = refused(columns, rows);
    seat.press("mr");
    seat
}

/// The conversation, after its recipient, goes into TLS.
fn with_tls(columns: u16, rows: u16) -> Seat {
    let mut seat = Seat::at(columns, rows, Stage::begun());
    seat.press("2⏎⏎");
    let connection = ConnectionId(2);
    let wire = |from, bytes: &[u8]| Kind::Wire {
        connection,
        from,
        bytes: WireBytes(bytes.to_vec()),
    };
    seat.happen(wire(
        End::Client,
        b"AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0\r\n",
    ));
    seat.happen(wire(End::Client, &[22, 3, 1, 0, 4, 1, 0, 0, 0]));
    seat.happen(wire(End::Server, &[23, 3, 3, 0, 3, 9, 9, 9]));
    seat.happen(Kind::Certificate {
        connection,
        chain: vec![CertificateFacts {
            subject: "CN=mail.aula.example".to_owned(),
            issuer: "CN=mail.aula.example".to_owned(),
            names: vec!["mail.aula.example".to_owned()],
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
        seat.happen(Kind::TlsEstablished {
            connection,
            end,
            version: "TLSv1.3".to_owned(),
            cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
        });
    }
    let lines = [
        (End::Client, "EHLO portátil.aula.example"),
        (End::Server, "535 5.7.8 Error: authentication failed:"),
    ];
    for (from, line) in lines {
        for (end, way) in [(from, Way::Sent), (from.other(), Way::Received)] {
            seat.happen(Kind::Line {
                connection,
                end,
                way,
                protected: true,
                line: line.into(),
            });
        }
    }
    seat
}

#[test]
fn the_question_comes_first() {
    let mut seat = Seat::at(120, 36, Stage::begun());
    insta::assert_snapshot!("question_120x36_es", seat.look());
    seat.press("t");
    insta::assert_snapshot!("question_120x36_en", seat.look());
    let mut seat = Seat::at(80, 24, Stage::begun());
    insta::assert_snapshot!("question_80x24_es", seat.look());
}

#[test]
fn a_refusal_is_seen_on_both_sides_and_explained() {
    let mut seat = refused(120, 36);
    insta::assert_snapshot!("refused_120x36_es", seat.look());
    seat.press("t");
    insta::assert_snapshot!("refused_120x36_en", seat.look());
    let mut seat = refused(80, 24);
    insta::assert_snapshot!("refused_80x24_es", seat.look());
    seat.press("t");
    insta::assert_snapshot!("refused_80x24_en", seat.look());
}

#[test]
fn an_open_relay_and_a_finished_step_are_said_in_words() {
    let mut seat = opened(120, 36);
    insta::assert_snapshot!("opened_120x36_es", seat.look());
    let mut seat = opened(80, 24);
    seat.press("⇥");
    assert_eq!(
        seat.screen.focus,
        Pane::Lesson,
        "the explanation is one key away"
    );
    insta::assert_snapshot!("opened_80x24_en", {
        seat.press("t");
        seat.look()
    });
}

#[test]
fn the_panels_show_wire_log_certificate_queue_and_configuration() {
    let mut seat = with_tls(120, 36);
    seat.press("2");
    insta::assert_snapshot!("wire_120x36_es", seat.look());
    seat.press("4");
    insta::assert_snapshot!("certificate_120x36_es", seat.look());
    let mut seat = opened(80, 24);
    let connection = Some(ConnectionId(6));
    let (host, queue_id) = ("mail.aula.example".to_owned(), "4Zx1".to_owned());
    let recipient = "victima@remoto.example".to_owned();
    seat.happen(Kind::Queued {
        host: host.clone(),
        queue_id: queue_id.clone(),
        connection,
        sender: "spam@spam.example".to_owned(),
        recipients: vec![recipient.clone()],
        size: 400,
    });
    seat.happen(Kind::Delivery {
        host,
        queue_id,
        recipient: recipient.clone(),
        status: DeliveryStatus::Sent,
        relay: "mx.remoto.example[198.51.100.25]:25".to_owned(),
        dsn: "2.0.0".to_owned(),
        reason: "250 2.0.0 Ok: queued as 5".to_owned(),
    });
    seat.happen(Kind::Stored {
        host: "mx.remoto.example".to_owned(),
        mailbox: "victima".to_owned(),
        recipient,
        message: Bytes::from("From: spam@spam.example\r\nSubject: Gana dinero\r\n\r\nhola\r\n"),
    });
    seat.press("5z");
    insta::assert_snapshot!("queue_80x24_es", seat.look());
    seat.press("z3");
    insta::assert_snapshot!("log_80x24_es", seat.look());
    seat.press("6");
    insta::assert_snapshot!("configuration_80x24_es", seat.look());
}

#[test]
fn a_message_in_a_mailbox_is_read_from_its_panel() {
    let mut seat = opened(80, 24);
    for (mailbox, subject) in [("alumno", "Notas"), ("victima", "Gana dinero")] {
        let message = format!(
            "Return-Path: <spam@spam.example>\r\n\
             Received: from spam.example (unknown [203.0.113.66])\r\n\
             \tby mail.aula.example (Postfix) with ESMTP id 4Zx1\r\n\
             \tfor <{mailbox}@aula.example>; Mon, 12 Jan 2026 09:00:04 +0000 (UTC)\r\n\
             Subject: {subject}\r\n\
             \r\n\
             hola\u{1b}[2J: adi\u{f3}s\r\n"
        );
        seat.happen(Kind::Stored {
            host: "mail.aula.example".to_owned(),
            mailbox: mailbox.to_owned(),
            recipient: format!("{mailbox}@aula.example"),
            message: Bytes::from(message.as_str()),
        });
    }
    seat.press("5");
    let seen = seat.look();
    assert!(seen.contains("⏎ leer el correo"), "{seen}");
    seat.press("⏎");
    insta::assert_snapshot!("mailbox_80x24_es", seat.look());
    seat.press("←");
    let seen = seat.look();
    assert!(seen.contains("Subject: Notas"), "{seen}");
    seat.press("⎋");
    assert!(seat.screen.layers.is_empty());
    assert_eq!(seat.screen.panel, Panel::Queue);
}

#[test]
fn the_configuration_of_others_is_read_and_not_edited() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.happen(Kind::Configured {
        host: "mx.remoto.example".to_owned(),
        main_cf: "myhostname = mx.remoto.example\n".to_owned(),
        master_cf: String::new(),
        files: BTreeMap::new(),
    });
    seat.press("c⇤⇤");
    let seen = seat.look();
    assert!(
        seen.contains("Configuración · mx.remoto.example · solo lectura: no es tuyo"),
        "{seen}"
    );
    assert!(
        !seen.contains("a añadir"),
        "no key that does nothing: {seen}"
    );
    let before = seat.told.len();
    for key in ["⏎", "a", "↓d"] {
        seat.press(key);
        let seen = seat.look();
        assert!(seen.contains("Ese servidor no es tuyo"), "{key}: {seen}");
    }
    assert_eq!(seat.told.len(), before);
    seat.press("⇤⇤");
    let seen = seat.look();
    assert!(seen.contains("Configuración · mail.aula.example"), "{seen}");
}

#[test]
fn a_directive_is_explained_below_the_editors_own_lines() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    let meaning = "Desde qué direcciones se es de confianza";
    let selected = "mynetworks = 127.0.0.0/8";
    seat.press("c/mynetworks⏎e");
    let seen = seat.look();
    assert!(seen.contains(selected) && seen.contains(meaning), "{seen}");
    insta::assert_snapshot!("editor_explains_80x24_es", seen);
    seat.press("⎋");
    let seen = seat.look();
    assert!(!seen.contains(meaning), "{seen}");
    assert!(seen.contains(selected), "one key closes one thing: {seen}");
    // In the file too, on whichever of its lines the directive stands.
    seat.press("⎋→/mynetworks =⏎e");
    let seen = seat.look();
    assert!(seen.contains(selected) && seen.contains(meaning), "{seen}");
    seat.press("⎋e→");
    let seen = seat.look();
    assert!(!seen.contains(meaning), "{seen}");
    seat.press("e");
    let seen = seat.look();
    assert!(seen.contains("Aquí no hay ninguna directiva"), "{seen}");
}

#[test]
fn a_large_screen_shows_the_keys_in_two_columns() {
    let mut seat = Seat::at(200, 60, Stage::answered());
    seat.press("?");
    let seen = seat.look();
    assert!(seen.contains("En la cola (mailq)"), "{seen}");
    insta::assert_snapshot!("help_200x60_es", seen);
}

#[test]
fn a_parameter_is_sought_in_the_configuration() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("c/auth");
    let seen = seat.look();
    assert!(seen.contains("-o smtpd_tls_auth_only"), "{seen}");
    assert!(!seen.contains("mynetworks = "), "{seen}");
    seat.press("⏎e");
    let seen = seat.look();
    assert!(seen.contains("solo se ofrece dentro de TLS"), "{seen}");
    seat.press("⎋⏎");
    let seen = seat.look();
    assert!(seen.contains("smtpd_tls_auth_only ="), "{seen}");
    seat.press("⎋⎋");
    assert!(seat.look().contains("mynetworks = 127.0.0.0/8"));
    seat.press("Gg");
    assert_eq!(seat.screen.layers.len(), 1);
    assert!(seat.stage.model.edits.is_empty());
}

#[test]
fn a_goal_that_is_missed_says_what_is_wanted_once_something_was_tried() {
    let mut seat = Seat::at(120, 36, Stage::answered());
    assert!(!seat.look().contains("Que pase."), "it would give it away");
    seat.press("⏎f");
    seat.stage.model.steps[0].observed[0].0.clear();
    assert!(seat.look().contains("Que pase."));
}

#[test]
fn the_next_step_is_offered_only_while_the_goals_hold() {
    let mut seat = opened(80, 24);
    assert!(seat.look().contains("n paso siguiente"));
    seat.press("m");
    let seen = seat.look();
    assert!(!seen.contains("n paso siguiente"), "{seen}");
}

#[test]
fn the_port_is_never_cut_and_no_certificate_is_missed_before_a_call() {
    let mut seat = Seat::at(60, 16, Stage::answered());
    seat.press("4");
    assert!(seat.look().contains("Aún no ha llamado nadie"));
    let mut seat = Seat::at(60, 16, Stage::answered());
    seat.press("⏎");
    let seen = seat.look();
    assert!(seen.contains("…:25 "), "{seen}");
}

#[test]
fn rules_of_another_server_are_not_lit_in_ours() {
    let mut seat = opened(120, 36);
    seat.press("6");
    assert!(seat.look().contains("▶ mynetworks"));
    let events = &seat.stage.model.projection.events;
    let decided = events.iter().rev().find_map(|event| match &event.kind {
        Kind::Decided { decision, .. } => Some(decision.clone()),
        _ => None,
    });
    let connection = call_from_the_spammer(&mut seat, "mx.remoto.example");
    seat.happen(Kind::Decided {
        connection,
        decision: decided.unwrap(),
    });
    let seen = seat.look();
    assert!(!seen.contains("▶ mynetworks"), "{seen}");
}

/// A dialogue of the step begins.
fn call_from_the_spammer(seat: &mut Seat, server: &str) -> ConnectionId {
    let connection = ConnectionId(77);
    let end = |host: &str, port| Endpoint {
        host: host.to_owned(),
        address: std::net::Ipv4Addr::LOCALHOST.into(),
        port,
    };
    seat.happen(Kind::Connected {
        connection,
        from: end("spammer", 40_077),
        to: end(server, 25),
        service: "smtp".to_owned(),
        purpose: Purpose::Dialogue { run: 0 },
    });
    connection
}

#[test]
fn a_call_that_ended_before_anything_was_decided_is_not_waited_for() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    let connection = call_from_the_spammer(&mut seat, "mail.aula.example");
    seat.press("1");
    let seen = seat.look();
    assert!(
        seen.contains("Postfix aún no ha tenido que decidir"),
        "{seen}"
    );
    let by = End::Server;
    seat.happen(Kind::Closed { connection, by });
    let seen = seat.look();
    assert!(seen.contains("Postfix no llegó a decidir nada"), "{seen}");
    seat.press("2");
    let seen = seat.look();
    assert!(seen.contains("no pasó ni un byte"), "{seen}");
}

#[test]
fn a_login_that_dovecot_refused_is_told_once() {
    let mut seat = refused(80, 24);
    let connection = seat.stage.model.shown_connection().unwrap().id;
    let tried = |user: &str, accepted| Kind::Authenticated {
        connection,
        mechanism: "PLAIN".to_owned(),
        user: Bytes(user.as_bytes().to_vec()),
        accepted,
    };
    seat.happen(tried("eva", false));
    seat.happen(tried("alumno", false));
    seat.happen(Kind::Decided {
        connection,
        decision: Decision {
            stage: "AUTH",
            subject: String::new(),
            lists: Vec::new(),
            reasons: vec![Reason {
                rule: Rule::WrongCredentials,
                found: "alumno".to_owned(),
                settings: Vec::new(),
                source: "RFC 4954 §6",
            }],
            verdict: Verdict::Refused {
                code: 535,
                enhanced: "5.7.8".to_owned(),
                text: "Error: authentication failed: (reason unavailable)".to_owned(),
            },
        },
    });
    seat.press("1z");
    let seen = seat.look();
    assert!(seen.contains("Dovecot no conoce a alumno"), "{seen}");
    assert!(!seen.contains("Dovecot rechaza a alumno"), "{seen}");
    assert!(seen.contains("Dovecot rechaza a eva"), "{seen}");
}

#[test]
fn whoever_comes_back_is_told_that_the_step_begins_anew() {
    let seat = Seat::at(80, 24, Stage::answered());
    let progress = seat.stage.model.progress();
    let stage = Stage::resumed(Some(&progress));
    let notice = Screen::begun(&stage.model).notice;
    assert_eq!(notice, Some(Notice::Words("tui-notice-resumed")));
    assert_eq!(Screen::begun(&Stage::begun().model).notice, None);
}

#[test]
fn what_is_open_on_top_is_closed_alone() {
    let mut seat = refused(80, 24);
    seat.press("?");
    insta::assert_snapshot!("help_80x24_es", seat.look());
    seat.press("⎋g");
    insta::assert_snapshot!("steps_80x24_es", seat.look());
    seat.press("⎋c↓⏎");
    insta::assert_snapshot!("editor_80x24_es", seat.look());
    seat.press("⎋");
    assert_eq!(seat.screen.layers.len(), 1, "the list is still open");
    seat.press("⎋");
    assert!(seat.screen.layers.is_empty());
    seat.press("x");
    insta::assert_snapshot!("confirm_80x24_es", seat.look());
    seat.press("n");
    assert!(seat.screen.layers.is_empty());
}

#[test]
fn the_presentation_shows_the_code_that_decides() {
    let mut seat = refused(80, 24);
    seat.screen.presentation = Presentation::On;
    insta::assert_snapshot!("presentation_80x24_es", seat.look());
    seat.press("b");
    assert!(seat.look().chars().all(|c| matches!(c, ' ' | '"' | '\n')));
    seat.press("b⎋");
    assert_eq!(seat.screen.presentation, Presentation::Off);
}

#[test]
fn the_presentation_shows_a_call_that_nobody_took() {
    let mut seat = refused(80, 24);
    seat.press("f]]⏎");
    seat.screen.presentation = Presentation::On;
    insta::assert_snapshot!("presentation_refused_80x24_es", seat.look());
}

#[test]
fn what_does_not_fit_into_the_presentation_has_a_sign() {
    let mut seat = Seat::at(60, 16, Stage::begun());
    seat.screen.presentation = Presentation::On;
    assert!(
        !seat.look().contains('▼'),
        "without room around it, it fits"
    );
    let lesson = Arc::make_mut(&mut seat.stage.model.lesson);
    let asked = lesson.steps.iter_mut().find_map(|it| it.predict.as_mut());
    let options = &mut asked.unwrap().options;
    for _ in 0..3 {
        options.extend(options.clone());
    }
    assert!(seat.look().contains('▼'));
}

#[test]
fn keys_become_messages() {
    let mut seat = Seat::at(120, 36, Stage::begun());
    seat.press("⏎");
    assert!(matches!(seat.told.pop(), Some(Msg::Predict(0))));
    seat.press("⏎");
    assert!(matches!(seat.told.pop(), Some(Msg::Forward)));
    seat.press("f←");
    assert!(matches!(seat.told.pop(), Some(Msg::Back)));
    assert!(matches!(seat.told.pop(), Some(Msg::ToEnd)));
    assert!(matches!(seat.stage.model.view, View::Past(_)));
    insta::assert_snapshot!("past_120x36_es", seat.look());
    seat.press("m");
    assert!(matches!(seat.told.pop(), Some(Msg::Toggle('m'))));
    seat.press("u");
    assert!(matches!(seat.told.pop(), Some(Msg::Undo)));
    seat.press("r");
    assert!(matches!(seat.told.pop(), Some(Msg::Rerun)));
    seat.press("]⏎");
    assert!(matches!(seat.told.pop(), Some(Msg::OpenRun(_))));
    seat.press("h");
    assert!(matches!(seat.told.pop(), Some(Msg::Hint)));
    seat.press("n");
    assert!(matches!(seat.told.pop(), Some(Msg::NextStep)));
    seat.press("g↑⏎");
    assert!(matches!(seat.told.pop(), Some(Msg::GoToStep(0))));
    seat.press("Ss");
    assert!(matches!(seat.told.pop(), Some(Msg::ShowSolution)));
    seat.press("x⏎");
    assert!(matches!(seat.told.pop(), Some(Msg::ResetStep)));
    seat.press("t");
    assert!(matches!(seat.told.pop(), Some(Msg::Speak(Language::En))));
    seat.press("q");
    assert!(matches!(seat.told.pop(), Some(Msg::Quit)));
}

#[test]
fn leaving_a_running_dialogue_is_asked_about() {
    let mut seat = Seat::at(80, 24, Stage::begun());
    seat.press("2⏎q");
    assert!(!seat.stage.quit);
    seat.press("⎋q⏎");
    assert!(seat.stage.quit);
}

#[test]
fn a_directive_is_edited_added_and_removed() {
    let mut seat = Seat::at(120, 36, Stage::answered());
    seat.press("c⏎⌫");
    seat.press("9⏎");
    let value = |seat: &Seat, parameter: &str| {
        let directives = seat.stage.model.directives("mail.aula.example", None);
        let found = directives.iter().find(|known| known.parameter == parameter);
        found.map(|known| known.value.clone())
    };
    assert!(value(&seat, "mynetworks").unwrap().ends_with('9'));
    seat.press("amydestin⇥⏎");
    for _ in 0..80 {
        seat.press("⌫");
    }
    seat.press("aula.example⏎");
    assert_eq!(
        value(&seat, "mydestination").as_deref(),
        Some("aula.example")
    );
    // What was just added is marked.
    seat.press("d");
    assert!(value(&seat, "mydestination").is_none());
    assert!(value(&seat, "mynetworks").is_some());
}

#[test]
fn an_edit_is_answered_with_what_postfix_makes_of_it() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("casmtpd_tls_auth_only = quizás⏎");
    let screen = seat.look();
    assert!(screen.contains("Postfix ha recargado"), "{screen}");
    assert!(
        screen.contains("fatal: bad boolean configuration: smtpd_tls_auth_only = quizás"),
        "{screen}"
    );
    seat.press("asmtpd_tls_autonly = yes⏎");
    let screen = seat.look();
    assert!(
        screen.contains("unused parameter: smtpd_tls_autonly=yes"),
        "{screen}"
    );
    seat.press("⎋");
    assert!(!seat.look().contains("unused parameter"));
}

#[test]
fn a_value_is_completed_and_judged_while_it_is_typed() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("casmtpd_tls_auth_only⏎");
    seat.press("⌫⌫⌫quizás");
    let screen = seat.look();
    assert!(
        screen.contains("fatal: bad boolean configuration: smtpd_tls_auth_only = quizás"),
        "{screen}"
    );
    seat.press("⎋asmtpd_helo_restrictions⏎permit_myn⇥, reject_unk⇥h⇥⏎");
    let Some(Msg::Set { value, .. }) = seat.told.last() else {
        panic!("nothing was set: {:?}", seat.told);
    };
    assert_eq!(
        value.as_deref(),
        Some("permit_mynetworks, reject_unknown_helo_hostname")
    );
}

#[test]
fn the_chosen_run_is_named_where_the_list_is_out_of_sight() {
    let mut seat = refused(80, 24);
    seat.press("f]]");
    assert!(seat.look().contains("Pulsa ⏎ para empezar: Nadie"));
}

#[test]
fn a_clicker_alone_goes_through_a_step_and_back() {
    let mut seat = Seat::at(120, 36, Stage::begun());
    seat.screen.presentation = Presentation::On;
    assert!(seat.look().contains("(•)"), "the class sees the question");
    seat.press("⇟");
    assert!(matches!(seat.told.pop(), Some(Msg::Predict(0))));
    assert!(seat.look().contains("Spam"), "and what comes next");
    seat.press("⇟⇟");
    assert!(matches!(seat.told.pop(), Some(Msg::Forward)));
    seat.press("⇞");
    assert!(matches!(seat.told.pop(), Some(Msg::Back)));
    seat.press("ff⇟f⇟");
    assert!(matches!(seat.told.pop(), Some(Msg::NextStep)));
    seat.press("⇞");
    assert!(matches!(seat.told.pop(), Some(Msg::PreviousStep)));
}

#[test]
fn the_rule_that_decided_is_in_sight_on_a_small_screen() {
    let mut seat = refused(80, 24);
    assert!(seat.look().contains("▶ 2 defer_unauth_destination"));
    seat.press("1↑↑↑↑");
    assert!(seat.look().contains("RCPT <victima@remoto.example>"));
}

#[test]
fn a_row_can_be_chosen_and_is_explained() {
    let mut seat = refused(80, 24);
    assert_eq!(seat.screen.focus, Pane::Dialogue, "forward turned the page");
    seat.press("kkkk");
    assert_eq!(seat.screen.row, Some(7));
    seat.press("⏎");
    insta::assert_snapshot!("explain_80x24_es", seat.look());
    seat.press("⎋⎋");
    assert_eq!(seat.screen.row, None);
    seat.press("⏎");
    assert!(matches!(seat.told.last(), Some(Msg::Forward)));
}

#[test]
fn lines_are_explained_one_after_the_other() {
    let mut seat = refused(120, 36);
    seat.press("⇥⇥kkkkte");
    insta::assert_snapshot!("explain_120x36_en", seat.look());
    seat.press("←");
    assert!(seat.look().contains("RCPT TO:<victima@remoto.example>"));
    seat.press("e");
    assert!(seat.screen.layers.is_empty());
}

#[test]
fn a_line_of_the_log_is_explained() {
    let mut seat = refused(80, 24);
    seat.press("3e");
    let last = seat.look();
    assert!(last.contains("disconnect from"), "{last}");
    seat.press("←");
    let before = seat.look();
    assert!(before.contains("Un cliente se ha conectado"), "{before}");
}

#[test]
fn the_words_of_the_trade_can_be_sought() {
    let mut seat = refused(80, 24);
    seat.press("G");
    insta::assert_snapshot!("glossary_80x24_es", seat.look());
    seat.press("/sobre");
    let typed = seat.look();
    assert!(typed.contains("/sobre"), "{typed}");
    assert!(!typed.contains("alias"), "{typed}");
    seat.press("⏎⎋");
    assert_eq!(seat.screen.layers.len(), 1, "the search is gone first");
    seat.press("⎋");
    assert!(seat.screen.layers.is_empty());
}

#[test]
fn a_key_is_found_by_what_it_does() {
    let mut seat = refused(80, 24);
    seat.press("?/pista");
    let found = seat.look();
    assert!(found.contains("h  H"), "{found}");
    assert!(!found.contains("Ctrl-Z"), "{found}");
}

#[test]
fn a_step_is_found_by_its_title() {
    let mut seat = refused(80, 24);
    seat.press("g/cerr⏎⏎");
    assert!(matches!(seat.told.last(), Some(Msg::GoToStep(1))));
}

/// A student who has called the server by hand.
fn called(columns: u16, rows: u16) -> Seat {
    let mut seat = Seat::at(columns, rows, Stage::answered());
    seat.press("i");
    insta::assert_snapshot!(format!("call_{columns}x{rows}_es"), seat.look());
    seat.press("⏎");
    assert!(seat.screen.is_typing);
    seat
}

#[test]
fn smtp_is_typed_by_hand_with_completion_and_history() {
    let mut seat = called(80, 24);
    seat.press("eh⇥⏎mail from:<al");
    insta::assert_snapshot!("typing_80x24_es", seat.look());
    seat.press("⎋");
    assert!(!seat.screen.is_typing);
    assert!(seat.stage.model.open_by_hand().is_some(), "it stays open");
    seat.press("⏎↑↑⏎");
    let said: Vec<_> = seat.told.iter().filter_map(said).collect();
    assert_eq!(said, ["EHLO spam.example\r\n", "EHLO spam.example\r\n"]);
    seat.press("QUIT⏎");
    assert!(!seat.screen.is_typing);
    assert!(seat.look().contains("Pulsa i para llamar otra vez"));
}

#[test]
fn being_the_client_reads_in_english_on_a_large_screen() {
    let mut seat = called(120, 36);
    seat.press("AUTH LOGIN⏎⎋ti");
    insta::assert_snapshot!("typing_120x36_en", seat.look());
    seat.press("alumno");
    seat.control('b');
    seat.press("⏎");
    assert_eq!(
        seat.told.iter().rev().find_map(said).unwrap(),
        "YWx1bW5v\r\n"
    );
}

#[test]
fn raw_is_sent_exactly_and_a_bad_escape_is_said() {
    let mut seat = called(80, 24);
    seat.control('r');
    seat.press("NOOP\\n⏎");
    assert_eq!(seat.told.iter().rev().find_map(said).unwrap(), "NOOP\n");
    seat.press("\\q⏎");
    assert!(seat.look().contains("no es ningún byte"), "{}", seat.look());
    seat.control('d');
    assert!(seat.stage.model.open_by_hand().is_none());
}

fn said(msg: &Msg) -> Option<String> {
    match msg {
        Msg::Say(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

#[test]
fn two_runs_are_compared_and_the_first_difference_is_in_sight() {
    let mut seat = opened(80, 24);
    seat.press("d");
    insta::assert_snapshot!("differences_80x24_es", seat.look());
    let mut seat = opened(120, 36);
    seat.press("dt");
    insta::assert_snapshot!("differences_120x36_en", seat.look());
    let mut seat = refused(80, 24);
    seat.press("d");
    assert!(seat.look().contains("Repite el mismo diálogo"));
}

#[test]
fn numbers_open_panels_once_the_question_is_answered() {
    let mut seat = Seat::at(120, 36, Stage::begun());
    seat.press("2");
    assert!(matches!(seat.told.last(), Some(Msg::Predict(1))));
    seat.press("2");
    assert_eq!(seat.screen.panel, Panel::Wire);
}

#[test]
fn nothing_raw_reaches_the_terminal() {
    let mut seat = refused(120, 36);
    seat.happen(Kind::Log {
        host: "mail\u{1b}[2J".to_owned(),
        connection: None,
        program: "postfix/smtpd".to_owned(),
        pid: 1,
        text: "bell\u{7} \u{202e}oil".to_owned(),
    });
    seat.press("3");
    let seen = seat.look();
    assert!(seen.contains(r"bell\x07"), "{seen}");
    assert!(
        !seen
            .chars()
            .any(|c| c != '\n' && crate::text::visible::is_unsafe(c))
    );
}

#[test]
fn nothing_runs_before_the_answer() {
    let mut seat = Seat::at(80, 24, Stage::begun());
    seat.press(" rm");
    assert!(!seat.stage.waiting().contains(&Order::Open { run: 0 }));
    assert!(seat.look().contains("responde a la pregunta"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_size_and_any_keys_are_survived(
        columns in 1_u16..140, rows in 1_u16..50, keys in "[⏎⎋⇥←→↑↓1-6a-zA-Z?\\[\\] 0]{0,25}",
    ) {
        let mut seat = Seat::at(columns, rows, Stage::begun());
        seat.press(&keys);
        seat.terminal.backend_mut().resize(rows, columns);
        seat.look();
    }
}

/// Mail that waits at the host under study, after its first attempt.
fn mail_waits(seat: &mut Seat) {
    let host = || "mail.aula.example".to_owned();
    for (queue_id, recipient) in [
        ("4Zx1", "bob@remoto.example"),
        ("4Zx2", "eva@remoto.example"),
    ] {
        seat.happen(Kind::Queued {
            host: host(),
            queue_id: queue_id.to_owned(),
            connection: None,
            sender: "profesor@aula.example".to_owned(),
            recipients: vec![recipient.to_owned()],
            size: 400,
        });
        seat.happen(Kind::Delivery {
            host: host(),
            queue_id: queue_id.to_owned(),
            recipient: recipient.to_owned(),
            status: DeliveryStatus::Deferred,
            relay: "none".to_owned(),
            dsn: "4.4.1".to_owned(),
            reason: "connect to mx.remoto.example[198.51.100.25]:25: Connection refused".to_owned(),
        });
    }
    let line =
        |id, to| format!("{id}            400 Sun Nov 22 10:00:00  profesor@aula.example {to}");
    seat.happen(Kind::QueueListed {
        host: host(),
        lines: vec![
            line("4Zx1", "bob@remoto.example"),
            line("4Zx2", "eva@remoto.example"),
        ],
    });
}

#[test]
fn the_queue_is_seen_and_acted_upon() {
    let mut seat = refused(80, 24);
    mail_waits(&mut seat);
    seat.press("5z");
    insta::assert_snapshot!("queue_waiting_80x24_es", seat.look());
    seat.told.clear();
    seat.press("zQ↓d");
    insta::assert_snapshot!("mailq_80x24_es", seat.look());
    seat.press("fw⇥⎋");
    let told: Vec<_> = seat
        .told
        .iter()
        .filter_map(|msg| match msg {
            Msg::Order(order) if !order.only_looks() => Some(order.clone()),
            _ => None,
        })
        .collect();
    let host = || "mail.aula.example".to_owned();
    assert_eq!(
        told,
        [
            Order::DeleteQueued {
                host: host(),
                queue_id: "4Zx2".to_owned()
            },
            Order::Flush { host: host() },
            Order::Wait { seconds: 600 },
        ]
    );
    assert!(seat.screen.layers.is_empty());
}

#[test]
fn an_attacker_on_the_wire_is_named_wherever_it_matters() {
    let mut seat = refused(120, 36);
    seat.press("A");
    assert_eq!(
        seat.told.last().and_then(|msg| match msg {
            Msg::Order(order) => Some(order.clone()),
            _ => None,
        }),
        Some(Order::Attack {
            from: "spammer".to_owned(),
            to: "mail.aula.example".to_owned(),
            attack: Some(Attack::StripStarttls),
        })
    );
    seat.happen(Kind::AttackerTurned {
        from: "spammer".to_owned(),
        to: "mail.aula.example".to_owned(),
        attack: Some(Attack::StripStarttls),
    });
    let connection = seat.stage.model.shown_connection().unwrap().id;
    for tampering in [
        Tampering::Removed {
            line: "250-STARTTLS".into(),
        },
        Tampering::Read {
            from: End::Client,
            line: "AUTH PLAIN AGFsdW1ubwBjbGFzZS0xMjM0".into(),
        },
    ] {
        seat.happen(Kind::Tampered {
            connection,
            tampering,
        });
    }
    seat.press("2");
    insta::assert_snapshot!("attacker_120x36_es", seat.look());
    seat.press("A");
    assert!(
        matches!(
            seat.told.last(),
            Some(Msg::Order(Order::Attack {
                attack: Some(Attack::RefuseStarttls),
                ..
            }))
        ),
        "{:?}",
        seat.told.last()
    );
}

#[test]
fn dns_is_asked_as_with_dig() {
    let mut seat = refused(80, 24);
    seat.press("Dremoto.example MX⏎");
    let question = "remoto.example MX".to_owned();
    assert!(matches!(
        seat.told.last(),
        Some(Msg::Order(Order::LookUp { question: asked })) if *asked == question
    ));
    seat.happen(Kind::LookedUp {
        question,
        lines: vec![
            ";; ANSWER SECTION:".to_owned(),
            "remoto.example.         3600    IN      MX      10 mx.remoto.example.".to_owned(),
        ],
    });
    insta::assert_snapshot!("dig_80x24_es", seat.look());
    seat.press("remoto.example TXT⏎");
    seat.happen(Kind::LookedUp {
        question: "remoto.example TXT".to_owned(),
        lines: Vec::new(),
    });
    for (keys, prompt) in [
        ("", "$ dig ▏"),
        ("↑", "$ dig remoto.example TXT▏"),
        ("↑↑", "$ dig remoto.example MX▏"),
        ("↓", "$ dig remoto.example TXT▏"),
        ("↓", "$ dig ▏"),
    ] {
        seat.press(keys);
        let seen = seat.look();
        assert!(seen.contains(prompt), "{prompt}: {seen}");
    }
    seat.press("⎋");
    assert!(seat.screen.layers.is_empty());
}

#[test]
fn the_journey_of_a_message_opens_its_hops() {
    let mut seat = opened(80, 24);
    let first = seat.stage.model.shown_connection().unwrap().id;
    let host = || "mail.aula.example".to_owned();
    seat.happen(Kind::Queued {
        host: host(),
        queue_id: "4Zx1".to_owned(),
        connection: Some(first),
        sender: "spam@spam.example".to_owned(),
        recipients: vec!["victima@remoto.example".to_owned()],
        size: 400,
    });
    seat.happen(Kind::Log {
        host: host(),
        connection: None,
        program: "postfix/qmgr".to_owned(),
        pid: 7,
        text: "4Zx1: from=<spam@spam.example>, size=400, nrcpt=1 (queue active)".to_owned(),
    });
    seat.press("J");
    insta::assert_snapshot!("journey_80x24_es", seat.look());
    seat.told.clear();
    seat.press("⏎");
    assert!(matches!(seat.told.as_slice(), [Msg::Show(Some(id))] if *id == first));
    assert!(seat.screen.layers.is_empty());
}

#[test]
fn a_block_list_is_asked_and_its_answer_told() {
    let mut seat = refused(80, 24);
    seat.press("B");
    assert!(seat.look().contains("Ninguna lista negra"));
    seat.happen(Kind::Listed {
        list: "rbl.example".to_owned(),
        address: std::net::Ipv4Addr::new(192, 0, 2, 10).into(),
        trap: "trampa@remoto.example".to_owned(),
    });
    insta::assert_snapshot!("listed_80x24_es", seat.look());
}

#[test]
fn a_wave_of_mail_is_counted_and_can_be_stopped() {
    let mut seat = refused(80, 24);
    let host = "mail.aula.example".to_owned();
    seat.happen(Kind::Repeating {
        run: 0,
        to: host.clone(),
        times: 2000,
    });
    seat.happen(Kind::Log {
        host,
        connection: None,
        program: "postfix/smtpd".to_owned(),
        pid: 1,
        text: "disconnect from unknown[203.0.113.66] commands=4".to_owned(),
    });
    let look = seat.look();
    assert!(look.contains("van 1 de 2000. Esc lo para"), "{look}");
    assert!(
        look.contains("Esc parar") && !look.contains("r repetir"),
        "{look}"
    );
    seat.told.clear();
    // What lies on top is closed first.
    seat.press("?⎋");
    assert!(seat.told.is_empty());
    seat.press("⎋");
    assert!(matches!(
        seat.told.as_slice(),
        [Msg::Order(Order::StopRepeating)]
    ));
    seat.happen(Kind::Repeated {
        run: 0,
        sent: 1,
        accepted: 1,
    });
    assert!(!seat.look().contains("Esc parar"));
}

#[test]
fn what_was_said_can_be_copied_as_a_command() {
    let mut seat = refused(80, 24);
    seat.press("y↓↓");
    insta::assert_snapshot!(seat.look());
    assert!(seat.copied.is_empty(), "not before it is chosen");
    seat.press("⏎");
    assert!(seat.copied[0].starts_with("swaks --server mail.aula.example:25"));
    assert!(seat.screen.layers.is_empty());
    seat.press("yy");
    assert_eq!(seat.copied[1], "221 2.0.0 Bye", "the last line");
    seat.press("y↓↓↓⏎");
    assert_eq!(seat.copied.len(), 2, "openssl has nothing to do with it");
    assert!(!seat.screen.layers.is_empty());
}

#[test]
fn a_line_of_the_log_can_be_copied() {
    let mut seat = refused(120, 36);
    seat.press("3y⏎");
    assert!(
        seat.copied[0].ends_with("disconnect from unknown[203.0.113.66]"),
        "{}",
        seat.copied[0]
    );
}

/// What stands on the screen below its title and above its keys.
fn body(screen: &str) -> String {
    let lines: Vec<_> = screen.lines().collect();
    lines[1..lines.len() - 1].join("\n")
}

#[test]
fn every_panel_shows_the_past_as_it_was_when_it_was_the_present() {
    for panel in Panel::ALL {
        let mut seat = opened(120, 36);
        seat.press(&format!("{}z", panel.index() + 1));
        let connection = seat.stage.model.shown_connection().unwrap();
        let moments = connection.moments();
        assert!(moments.len() > 5);
        let mut then = Vec::new();
        // Each moment once as it was when nothing had happened after it …
        let events = seat.stage.model.projection.events.clone();
        for moment in &moments {
            let mut stage = Stage::resumed(None);
            stage.orders.clear();
            stage.give(Msg::Journal(events[..=*moment].to_vec()));
            let mut early = Seat::at(120, 36, stage);
            early.screen.notice = None;
            early.screen.panel = panel;
            early.screen.focus = Pane::Panel;
            early.screen.zoomed = true;
            then.push(body(&early.look()));
        }
        // … and once looked back at.
        for (moment, then) in moments.iter().zip(then).rev().skip(1) {
            seat.press("←");
            assert_eq!(seat.stage.model.view, View::Past(*moment));
            let seen = body(&seat.look()).replace('╌', "─").replace('╎', "│");
            assert_eq!(seen, then, "{panel:?} at {moment}");
        }
    }
}

#[test]
fn the_past_says_so_and_one_key_leads_back() {
    let mut seat = refused(80, 24);
    seat.press("←←");
    let screen = seat.look();
    assert!(screen.contains("◀ EN EL PASADO 9/11"), "{screen}");
    assert!(screen.contains("f al presente"), "{screen}");
    seat.press("f");
    assert!(!seat.look().contains("PASADO"));
}

#[test]
fn the_space_bar_lets_the_dialogue_play_at_a_speed() {
    let mut seat = Seat::at(80, 24, Stage::begun());
    seat.press(" ");
    assert!(!seat.screen.playing, "the question comes first");
    seat.press("2 ");
    assert!(seat.screen.playing);
    assert!(matches!(seat.told.last(), Some(Msg::Forward)));
    seat.press(">");
    assert!(seat.look().contains("▶▶ 2x"));
    for _ in 0..5 {
        let cue = next_line(&seat.stage.model, seat.screen.speed);
        let Cue::Play(msg, pause) = cue else {
            break;
        };
        assert_eq!(pause, LINE / 2);
        seat.stage.play(msg);
        seat.screen.follow(&seat.stage.model);
    }
    assert!(seat.stage.model.open_dialogue().is_none());
    let cue = next_line(&seat.stage.model, seat.screen.speed);
    assert!(matches!(cue, Cue::Over), "{cue:?}");
    seat.press(" ");
    assert!(!seat.screen.playing);
    seat.press("←← ");
    assert!(seat.screen.playing, "the past plays as well");
    seat.press("←");
    assert!(!seat.screen.playing, "who goes back wants to look");
}

#[test]
fn a_file_is_written_saved_and_taken_back() {
    let path = "/etc/postfix/main.cf";
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("c→G⏎⏎biff = no");
    let seen = seat.look();
    assert!(
        seen.contains("mail.aula.example:/etc/postfix/main.cf"),
        "{seen}"
    );
    assert!(seen.contains("sin guardar"), "{seen}");
    let writes = |seat: &Seat| {
        let told = seat.told.iter();
        let writes = told.filter_map(|msg| match msg {
            Msg::Write { path, text, .. } => Some((path.clone(), text.clone())),
            _ => None,
        });
        writes.collect::<Vec<_>>()
    };
    assert_eq!(writes(&seat), []);
    // What was written outlives the editor.
    seat.press("⎋⎋");
    assert!(seat.screen.layers.is_empty());
    assert!(seat.look().contains("sin guardar"));
    seat.press("c");
    assert!(seat.look().contains("biff = no"));
    seat.press("s");
    let [(written, Some(text))] = &writes(&seat)[..] else {
        panic!("{:?}", seat.told);
    };
    assert_eq!(written, path);
    assert!(text.ends_with("\nbiff = no\n"), "{text}");
    // What was typed to bring it into force is said once, in the file's own view.
    let seen = seat.look();
    assert_eq!(seen.matches("# postfix reload").count(), 1, "{seen}");
}

#[test]
fn a_directive_is_added_with_what_holds_without_it_beside_it() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.press("casmtpd_tls_auth_onl");
    seat.press("⇥⏎");
    let seen = seat.look();
    assert!(
        seen.contains("smtpd_tls_auth_only =  (por defecto: no)  no  yes"),
        "{seen}"
    );
    seat.press("y⇥⏎");
    let Some(Msg::Set {
        parameter, value, ..
    }) = seat.told.last()
    else {
        panic!("{:?}", seat.told);
    };
    assert_eq!(parameter, "smtpd_tls_auth_only");
    assert_eq!(value.as_deref(), Some("yes"));
    seat.press("asmtpd_tls_cert_file⏎");
    let seen = seat.look();
    assert!(seen.contains("(por defecto, vacía)"), "{seen}");
    assert!(seen.contains("ssl-cert-snakeoil.pem"), "{seen}");
    seat.press("/etc/ssl/certs/ssl⇥⏎");
    let Some(Msg::Set { value, .. }) = seat.told.last() else {
        panic!("{:?}", seat.told);
    };
    let snakeoil = "/etc/ssl/certs/ssl-cert-snakeoil.pem";
    assert_eq!(value.as_deref(), Some(snakeoil));
}

#[test]
fn the_editor_opens_at_what_the_step_is_about_or_else_at_what_decided() {
    let mut seat = refused(80, 24);
    let lesson = Arc::make_mut(&mut seat.stage.model.lesson);
    lesson.toggles.clear();
    seat.happen(Kind::Configured {
        host: "mail.aula.example".to_owned(),
        main_cf: "biff = no\nmynetworks = 10.0.0.0/8\nmydestination = aula.example\n".to_owned(),
        master_cf: String::new(),
        files: BTreeMap::new(),
    });
    seat.press("c⏎");
    let seen = seat.look();
    assert!(seen.contains("│ mydestination =  "), "{seen}");
    seat.press("⎋⎋");

    let lesson = Arc::make_mut(&mut seat.stage.model.lesson);
    lesson.steps[0].text.es = "Mira `mynetworks`.".to_owned();
    seat.press("c⏎");
    let seen = seat.look();
    assert!(seen.contains("│ mynetworks =  "), "{seen}");
}

#[test]
fn an_override_that_decided_is_kept_in_sight_and_main_cf_does_not_stand_twice() {
    let mut seat = refused(120, 36);
    let main_cf = (0..40).map(|number| format!("header_checks{number} = x\n"));
    seat.happen(Kind::Configured {
        host: "mail.aula.example".to_owned(),
        main_cf: main_cf.collect(),
        master_cf: "smtp inet n - y - - smtpd\n  -o smtpd_relay_restrictions=reject\n".to_owned(),
        files: BTreeMap::new(),
    });
    let seen = seat.look();
    assert!(seen.contains("▶ -o smtpd_relay_restrictions"), "{seen}");
    assert!(seen.contains("main.cf · mail.aula.example"), "{seen}");
    seat.press("6");
    let seen = seat.look();
    assert!(!seen.contains("main.cf · mail.aula.example"), "{seen}");
    assert!(seen.contains("▶ -o smtpd_relay_restrictions"), "{seen}");
    assert_eq!(seen.matches("header_checks39 ").count(), 1, "{seen}");
}

#[test]
fn how_a_step_is_prepared_is_not_announced() {
    let listed = || Kind::Listed {
        list: "rbl.example".to_owned(),
        address: [192, 0, 2, 10].into(),
        trap: "trampa@remoto.example".to_owned(),
    };
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.stage.give(Msg::ResetStep);
    seat.screen.follow(&seat.stage.model);
    seat.happen(listed());
    seat.stage.settle();
    seat.screen.follow(&seat.stage.model);
    assert_eq!(seat.screen.notice, None);
    seat.happen(listed());
    assert!(matches!(seat.screen.notice, Some(Notice::News(_))));
}

#[test]
fn the_lesson_is_over_only_when_every_step_is_solved() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    seat.stage.play(Msg::GoToStep(1));
    seat.screen.follow(&seat.stage.model);
    seat.press("⏎f");
    assert!(seat.stage.model.is_last_step() && seat.stage.model.goals_hold());
    let seen = seat.look();
    assert!(!seen.contains("la lección entera"), "{seen}");
    seat.screen.focus = Pane::Lesson;
    let seen = seat.look();
    assert!(seen.contains("queda otro por hacer (g)"), "{seen}");
    seat.stage.model.steps[0].solved = true;
    let seen = seat.look();
    assert!(seen.contains("la lección entera"), "{seen}");
}

#[test]
fn a_hint_is_told_in_the_presentation_too() {
    let mut seat = refused(80, 24);
    seat.screen.presentation = Presentation::On;
    seat.press("h");
    let seen = seat.look();
    assert!(seen.contains("▶ Pista:"), "{seen}");
    assert!(seen.contains("Mira quién."), "{seen}");
    seat.screen.presentation = Presentation::Off;
    seat.press("mr");
    seat.press("h");
    assert_eq!(
        seat.screen.notice,
        Some(Notice::Words("tui-notice-hint-reached"))
    );
}

#[test]
fn a_long_line_of_a_file_is_read_whole() {
    let mut seat = Seat::at(80, 24, Stage::answered());
    let long = format!(
        "smtpd_relay_restrictions = {}",
        "permit_mynetworks ".repeat(8)
    );
    seat.happen(Kind::Configured {
        host: "mail.aula.example".to_owned(),
        main_cf: format!("biff = no\n{long}reject_unauth_destination\n"),
        master_cf: String::new(),
        files: BTreeMap::new(),
    });
    seat.press("c→");
    let seen = seat.look();
    assert!(seen.contains("reject_unauth_destination"), "{seen}");
}

#[test]
fn the_number_of_the_step_is_read_whatever_else_is_said() {
    for (columns, rows) in [(60, 16), (70, 20), (80, 24), (100, 30), (120, 36)] {
        for language in [Language::Es, Language::En] {
            let mut seat = refused(columns, rows);
            seat.stage.play(Msg::Speak(language));
            let steps = seat.stage.model.lesson.steps.len();
            let number = format!(" {}/{steps} ", seat.stage.model.step + 1);
            for keys in ["", "←←"] {
                seat.press(keys);
                let seen = seat.look();
                let bar = seen.lines().next().unwrap_or_default();
                assert!(bar.contains(&number), "{columns}: {bar}");
            }
        }
    }
}

#[test]
fn who_got_the_mail_is_read_on_a_narrow_screen() {
    for language in [Language::Es, Language::En] {
        let mut seat = Seat::at(80, 24, Stage::begun());
        seat.press("2⏎⏎");
        seat.stage.play(Msg::Speak(language));
        let connection = seat.stage.model.shown_connection().map(|shown| shown.id);
        let (host, next) = ("mail.aula.example", "mx.remoto.example");
        let end = |host: &str| Endpoint {
            host: host.to_owned(),
            address: [192, 0, 2, 10].into(),
            port: 25,
        };
        let queued = |host: &str, queue_id: &str, connection| Kind::Queued {
            host: host.to_owned(),
            queue_id: queue_id.to_owned(),
            connection,
            sender: "spam@spam.example".to_owned(),
            recipients: vec!["victima@remoto.example".to_owned()],
            size: 400,
        };
        seat.happen(queued(host, "AAA", connection));
        seat.happen(Kind::Connected {
            connection: ConnectionId(99),
            from: end(host),
            to: end(next),
            service: "smtp".to_owned(),
            purpose: Purpose::Delivery {
                queue_id: "AAA".to_owned(),
            },
        });
        seat.happen(queued(next, "BBB", Some(ConnectionId(99))));
        seat.happen(Kind::Stored {
            host: next.to_owned(),
            mailbox: "victima".to_owned(),
            recipient: "victima@remoto.example".to_owned(),
            message: Bytes::from("Subject: Gana dinero\r\n"),
        });
        for (host, queue_id) in [(host, "AAA"), (next, "BBB")] {
            seat.happen(Kind::Dequeued {
                host: host.to_owned(),
                queue_id: queue_id.to_owned(),
            });
        }
        let seen = seat.look();
        let notes = seen.lines().nth(2).unwrap_or_default();
        assert!(notes.contains('✉') && !notes.contains('…'), "{seen}");
    }
}

#[test]
fn in_a_presentation_of_the_past_the_keys_that_move_in_time_are_offered() {
    for language in [Language::Es, Language::En] {
        let mut seat = opened(80, 24);
        seat.stage.play(Msg::Speak(language));
        seat.screen.presentation = Presentation::On;
        seat.press("←←");
        let seen = seat.look();
        let keys = seen.lines().last().unwrap_or_default();
        assert!(keys.contains(" ⏎ ") && keys.contains(" ← "), "{keys}");
    }
}

#[test]
fn a_question_of_two_lines_is_not_torn_apart_before_the_class() {
    let mut seat = Seat::at(80, 24, Stage::begun());
    let lesson = Arc::make_mut(&mut seat.stage.model.lesson);
    let asked = lesson.steps.iter_mut().find_map(|it| it.predict.as_mut());
    let question = &mut asked.unwrap().question;
    question.es = "una palabra tras otra ".repeat(5).trim().to_owned();
    seat.screen.presentation = Presentation::On;
    let seen = seat.look();
    let lines: Vec<_> = seen
        .lines()
        .map(|line| line.trim_matches(['"', ' ']))
        .collect();
    let first = lines
        .iter()
        .position(|line| line.starts_with("una"))
        .unwrap();
    assert!(lines[first + 1].ends_with("otra"), "{seen}");
    assert_eq!(lines[first + 2], "", "{seen}");
    assert!(lines[first + 3].starts_with("(•) 1") && lines[first + 4].is_empty());
}

#[test]
fn before_a_large_class_the_code_stands_beside_the_dialogue() {
    for (columns, rows, digit) in [(120, 36, "████████████"), (200, 60, "██████████████████")]
    {
        let mut seat = refused(columns, rows);
        seat.screen.presentation = Presentation::On;
        let seen = seat.look();
        let beside = |line: &str| line.contains(digit) && line.contains("220 mail.aula.example");
        assert!(seen.lines().any(|line| line.contains(digit)), "{seen}");
        let above_the_end = seen.lines().position(|line| line.contains(digit));
        let end = seen.lines().position(|line| line.contains("221 2.0.0 Bye"));
        assert!(above_the_end < end, "{seen}");
        assert!(seen.lines().any(beside) || columns == 120, "{seen}");
    }
}

#[test]
fn the_server_on_the_chart_stays_where_it_is() {
    let column = |seat: &mut Seat| {
        let seen = seat.look();
        let line = seen
            .lines()
            .find(|line| line.contains("┌ mail.aula.example"));
        let (before, _) = line.unwrap_or_default().split_once('┌').unwrap();
        before.chars().count()
    };
    let mut seat = Seat::at(200, 60, Stage::begun());
    let before = column(&mut seat);
    seat.press("2⏎⏎");
    assert_eq!(column(&mut seat), before);
    seat.happen(Kind::Stalled {
        connection: ConnectionId(2),
    });
    let seen = seat.look();
    assert!(seen.contains("los dos esperan "), "{seen}");
    assert_eq!(column(&mut seat), before, "{seen}");
}

#[test]
fn a_layer_with_nothing_to_be_moved_offers_no_key_for_it() {
    let mut seat = refused(80, 24);
    for keys in ["J", "⎋R"] {
        seat.press(keys);
        let seen = seat.look();
        assert!(seen.contains("─ Esc cerrar ┘"), "{seen}");
    }
}
