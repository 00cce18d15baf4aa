//! One frame of the screen at 200x60, with a short and with a very long
//! history: the two must cost the same (DESIGN: ≤ 1 ms).

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot run has to say so"
)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use smtp_lab::app::{Model, Msg};
use smtp_lab::clock::Moment;
use smtp_lab::journal::event::{Endpoint, Purpose};
use smtp_lab::journal::{ConnectionId, End, Event, Kind, Way};
use smtp_lab::lesson::Lesson;
use smtp_lab::text::{Catalogue, Language};
use smtp_lab::tui::draw::draw;
use smtp_lab::tui::scene::Scene;
use smtp_lab::tui::screen::{Panel, Screen};
use smtp_lab::tui::theme::Theme;

/// Lines said on each connection; twice as many events, and a log line each.
const LINES: usize = 20;

fn history(events: usize) -> Model {
    let lesson: Lesson =
        toml::from_str(include_str!("../lessons/caso5.toml")).expect("the lesson is checked");
    let study = lesson.study.clone();
    let (mut model, _) = Model::new(Arc::new(lesson), Language::Es, None, None);
    let mut kinds = vec![
        Kind::StepBegan {
            step: 0,
            id: "first".to_owned(),
        },
        Kind::Settled { order: 1 },
    ];
    let mut connections = 0;
    while kinds.len() < events {
        connections += 1;
        converse(ConnectionId(connections), &study, &mut kinds);
    }
    let events = kinds.into_iter().enumerate().map(|(position, kind)| {
        Arc::new(Event {
            position,
            at: Moment::LESSON_START,
            kind,
        })
    });
    model.update(Msg::Journal(events.collect()));
    model
}

fn converse(connection: ConnectionId, study: &str, kinds: &mut Vec<Kind>) {
    let endpoint = |host: &str, last: u8| Endpoint {
        host: host.to_owned(),
        address: [192, 0, 2, last].into(),
        port: 25,
    };
    kinds.push(Kind::Connected {
        connection,
        from: endpoint("spammer", 66),
        to: endpoint(study, 10),
        service: "smtp".to_owned(),
        purpose: Purpose::Dialogue { run: 0 },
    });
    for number in 0..LINES {
        let from = if number % 2 == 0 {
            End::Server
        } else {
            End::Client
        };
        for (end, way) in [(from, Way::Sent), (from.other(), Way::Received)] {
            kinds.push(Kind::Line {
                connection,
                end,
                way,
                protected: false,
                line: "454 4.7.1 <victima@remoto.example>: Relay access denied".into(),
            });
        }
        kinds.push(Kind::Log {
            host: study.to_owned(),
            connection: Some(connection),
            program: "postfix/smtpd".to_owned(),
            pid: 1234,
            text: "connect from unknown[203.0.113.66]".to_owned(),
        });
    }
    kinds.push(Kind::Closed {
        connection,
        by: End::Client,
    });
}

fn frame(criterion: &mut Criterion) {
    let words = Catalogue::new(Language::Es);
    for events in [1_000, 100_000] {
        let model = history(events);
        for panel in PANELS {
            let mut screen = Screen::default();
            screen.panel = panel;
            let mut terminal =
                Terminal::new(TestBackend::new(200, 60)).expect("a test backend never fails");
            let name = format!("frame 200x60, {events} events, {panel:?}");
            criterion.bench_function(&name, |bencher| {
                bencher.iter(|| {
                    let scene = Scene {
                        model: &model,
                        screen: &screen,
                        words: &words,
                        theme: &Theme::DARK,
                    };
                    terminal
                        .draw(|frame| {
                            black_box(draw(&scene, frame));
                        })
                        .expect("a test backend never fails");
                });
            });
        }
    }
}

/// Those whose content grows with what has happened.
const PANELS: [Panel; 5] = [
    Panel::Why,
    Panel::Wire,
    Panel::Log,
    Panel::Differences,
    Panel::Queue,
];

criterion_group!(benches, frame);
criterion_main!(benches);
