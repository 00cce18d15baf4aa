//! Everything that can lie on top of a lesson, in both sizes and languages.

use std::fmt::Write;

use super::{Seat, mail_waits, refused};
use crate::app::Msg;
use crate::journal::Kind;
use crate::text::Language;

/// What lies on top, and the keys that put it there.
pub(super) const LAYERS: [(&str, &str); 16] = [
    ("call", "i"),
    ("confirm", "x"),
    ("copy", "y"),
    ("dig", "Dremoto.example MX"),
    ("editor", "c⏎"),
    ("explain", "e"),
    ("file", "c→"),
    ("file_written", "c→G⏎⏎mynetworks 0.0.0.0/0"),
    ("glossary", "G"),
    ("help", "?"),
    ("journey", "J"),
    ("queue", "Q"),
    ("real_thing", "mR"),
    ("search", "?/cola"),
    ("steps", "g"),
    ("steps_search", "g/a"),
];

/// A student who was refused, in a world where mail waits.
pub(super) fn student(size: (u16, u16), language: Language) -> Seat {
    let mut seat = refused(size.0, size.1);
    seat.stage.play(Msg::Speak(language));
    mail_waits(&mut seat);
    let connection = seat.stage.model.shown_connection().map(|shown| shown.id);
    seat.happen(Kind::Queued {
        host: "mail.aula.example".to_owned(),
        queue_id: "4Zx3".to_owned(),
        connection,
        sender: "spam@spam.example".to_owned(),
        recipients: vec!["victima@remoto.example".to_owned()],
        size: 400,
    });
    seat
}

#[test]
fn every_layer_reads_in_both_sizes_and_languages() {
    for (name, keys) in LAYERS {
        let mut seen = String::new();
        for size in [(80, 24), (120, 36)] {
            for language in [Language::Es, Language::En] {
                let mut seat = student(size, language);
                seat.press(keys);
                assert!(!seat.screen.layers.is_empty(), "{name}");
                let (columns, rows) = size;
                writeln!(seen, "{columns}x{rows} {}", language.code()).unwrap();
                writeln!(seen, "{}", seat.look()).unwrap();
            }
        }
        insta::assert_snapshot!(format!("layer_{name}"), seen);
    }
}
