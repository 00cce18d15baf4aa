//! Whole flows through the model, against the pretended world.

use proptest::prelude::*;

use super::super::testing::Stage;
use super::super::{Connection, Ending, Hint, Msg, NextHint, Played, Relay, Row, View};
use crate::journal::event::Problem;
use crate::journal::{End, Kind};
use crate::lesson::Order;
use crate::postfix::decision::{Decision, Fact, ListTrace, Outcome, RestrictionTrace, Verdict};
use crate::text::Language;

fn set(value: &str) -> Msg {
    Msg::Set {
        host: "mail.aula.example".to_owned(),
        service: None,
        parameter: "mynetworks".to_owned(),
        value: Some(value.to_owned()),
    }
}

fn mynetworks(stage: &Stage) -> String {
    let directives = stage.model.directives("mail.aula.example", None);
    directives[0].value.clone()
}

fn last_text(stage: &Stage) -> String {
    let connection = stage.model.shown_connection().unwrap();
    let said = connection
        .rows_at(stage.model.position())
        .iter()
        .rev()
        .find_map(|row| match row {
            Row::Said { text, .. } => Some(text.clone()),
            _ => None,
        });
    said.unwrap()
}

#[test]
fn nothing_runs_and_nothing_is_edited_before_the_prediction() {
    let mut stage = Stage::begun();
    for msg in [
        Msg::Forward,
        Msg::OpenRun(0),
        Msg::Rerun,
        Msg::ToEnd,
        Msg::Toggle('m'),
        set("0.0.0.0/0"),
        Msg::Order(Order::Wait { seconds: 600 }),
    ] {
        stage.give(msg);
        assert!(stage.orders.is_empty());
    }
    assert!(stage.model.can_predict());
    stage.give(Msg::Predict(7));
    assert!(stage.model.can_predict(), "there is no such answer");
    stage.give(Msg::Predict(0));
    assert!(!stage.model.can_predict());
    assert_eq!(stage.saves, 1);
    stage.give(Msg::Predict(1));
    let prediction = stage.model.steps[0].prediction.unwrap();
    assert_eq!((prediction.option, prediction.correct), (0, false));
    stage.give(Msg::Forward);
    assert_eq!(stage.waiting(), [Order::Open { run: 0 }]);
}

#[test]
fn forward_plays_line_by_line_and_then_the_next_run() {
    let mut stage = Stage::answered();
    stage.play(Msg::Forward);
    assert!(last_text(&stage).starts_with("220 "));
    stage.play(Msg::Forward);
    assert_eq!(last_text(&stage), "250 CHUNKING");
    stage.play(Msg::ToEnd);
    assert!(stage.model.open_dialogue().is_none());
    assert_eq!(stage.model.steps[0].played, [Played::Since, Played::Never]);
    assert_eq!(stage.model.next_run(), Some(1));
    assert!(stage.model.failed_call().is_none());
    stage.play(Msg::Forward);
    assert!(stage.model.failed_call().is_some(), "nobody listens there");
    assert_eq!(stage.model.steps[0].played, [Played::Since; 2]);
    assert_eq!(stage.model.last_run(), Some(1));
    stage.give(Msg::Forward);
    assert!(stage.orders.is_empty(), "all is played");
}

#[test]
fn after_an_edit_the_runs_are_next_again_in_their_round() {
    let mut stage = Stage::answered();
    for msg in [
        set("192.0.2.0/24"),
        Msg::OpenRun(0),
        Msg::ToEnd,
        set("0.0.0.0/0"),
    ] {
        stage.play(msg);
    }
    assert_eq!(stage.model.steps[0].played, [Played::Before, Played::Never]);
    assert_eq!(stage.model.next_run(), Some(1), "the one after the last");
    stage.play(Msg::OpenRun(1));
    assert!(stage.model.goals_hold());
    assert_eq!(
        stage.model.next_run(),
        Some(0),
        "it shows what the edit did"
    );
    stage.play(set("127.0.0.0/8"));
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    assert_eq!(stage.model.next_run(), Some(1), "not the first again");
    stage.give(Msg::Forward);
    assert_eq!(stage.waiting(), [Order::Open { run: 1 }]);
    stage.settle();
    assert_eq!(stage.model.next_run(), None);
}

#[test]
fn a_command_by_hand_is_an_attempt_before_the_call_is_over() {
    let mut stage = Stage::answered();
    stage.play(Msg::Call {
        client: "spammer".to_owned(),
        to: "mail.aula.example:25".to_owned(),
        implicit_tls: false,
    });
    assert_eq!(stage.model.next_hint(), NextHint::AfterAttempt);
    stage.play(Msg::Say(b"DATA\r\n".to_vec()));
    assert!(stage.model.open_by_hand().is_some());
    assert_eq!(stage.model.next_hint(), NextHint::Ready);
    stage.play(Msg::NextStep);
    assert_eq!(stage.model.next_hint(), NextHint::Never, "it has none");
}

#[test]
fn a_second_forward_waits_for_the_first() {
    let mut stage = Stage::answered();
    stage.give(Msg::Forward);
    stage.give(Msg::Forward);
    stage.give(Msg::OpenRun(1));
    assert_eq!(stage.orders.len(), 1);
    assert!(stage.model.busy());
    stage.give(Msg::ToEnd);
    assert_eq!(stage.orders.len(), 1);
    stage.settle();
    assert!(!stage.model.busy());
    assert_eq!(
        stage.model.steps[0].played,
        [Played::Since, Played::Never],
        "the run that was opening could be finished"
    );
}

#[test]
fn a_call_that_nobody_takes_is_not_finished() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(1));
    stage.play(Msg::Rerun);
    assert!(stage.model.trouble.is_none());
    assert_eq!(stage.model.projection.failed_calls.len(), 2);
}

#[test]
fn what_one_end_sent_and_the_other_received_shares_a_row() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    let rows = &stage.model.shown_connection().unwrap().rows;
    let lines = rows.iter().filter(|row| {
        matches!(row, Row::Said { sent: Some(sent), received: Some(received), .. } if sent < received)
    });
    assert_eq!(
        lines.count(),
        rows.len() - 1,
        "all but the hang-up: {rows:#?}"
    );
    let refusals = rows
        .iter()
        .filter(|row| matches!(row, Row::Said { refusal: true, .. }));
    assert_eq!(refusals.count(), 1);
}

#[test]
fn time_travel_goes_by_what_was_said_and_ends_in_the_present() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    let end = stage.model.position();
    let mut seen = vec![last_text(&stage)];
    for _ in 0..4 {
        stage.play(Msg::Back);
        seen.push(last_text(&stage));
    }
    assert_eq!(
        seen,
        [
            "221 2.0.0 Bye",
            "221 2.0.0 Bye",
            "QUIT",
            "454 4.7.1 <victima@remoto.example>: Relay access denied",
            "RCPT TO:<victima@remoto.example>",
        ],
        "the first step back takes the hang-up away"
    );
    let at = stage.model.position();
    let connection = stage.model.shown_connection().unwrap();
    assert!(connection.decisions_at(at).is_empty());
    assert!(connection.is_open_at(at));
    assert!(
        connection
            .rows_at(at)
            .iter()
            .all(|row| row.is_known_to(End::Server, at))
    );

    stage.play(Msg::ToStart);
    assert!(last_text(&stage).starts_with("220 "));
    stage.play(Msg::Back);
    assert!(
        last_text(&stage).starts_with("220 "),
        "there is nothing before"
    );
    let mut forward = 0;
    while !stage.model.is_live() {
        stage.give(Msg::Forward);
        forward += 1;
        assert!(stage.orders.is_empty(), "moving in time orders nothing");
    }
    assert_eq!(forward, 9, "one each: command, reply, hang-up");
    assert_eq!(stage.model.position(), end);

    stage.play(Msg::Back);
    stage.give(Msg::ToEnd);
    assert_eq!(stage.model.view, View::Live);
}

#[test]
fn the_past_shows_the_configuration_of_its_time() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    stage.play(Msg::Toggle('m'));
    assert_eq!(mynetworks(&stage), "0.0.0.0/0");
    assert_eq!(stage.model.relay(), Some(Relay::Open));
    stage.play(Msg::Back);
    assert_eq!(mynetworks(&stage), "127.0.0.0/8, [::1]/128");
    assert_eq!(stage.model.relay(), Some(Relay::Closed));
    let toggle = stage.model.lesson.toggles[0].clone();
    assert_eq!(stage.model.toggle_value(&toggle), Some(0));
    stage.play(Msg::Toggle('m'));
    assert!(stage.model.is_live(), "an edit is made in the present");
    assert_eq!(mynetworks(&stage), "127.0.0.0/8 [::1]/128");
}

#[test]
fn a_toggle_cycles_from_the_value_in_force() {
    let mut stage = Stage::answered();
    stage.give(Msg::Toggle('z'));
    assert!(stage.orders.is_empty());
    stage.play(Msg::Toggle('m'));
    assert_eq!(mynetworks(&stage), "0.0.0.0/0");
    stage.give(Msg::Toggle('m'));
    stage.give(Msg::Toggle('m'));
    assert_eq!(stage.orders.len(), 2, "no press is lost");
    stage.settle();
    assert_eq!(mynetworks(&stage), "0.0.0.0/0", "once around");
    stage.play(set("192.0.2.0/24"));
    stage.play(Msg::Toggle('m'));
    assert_eq!(
        mynetworks(&stage),
        "127.0.0.0/8 [::1]/128",
        "unknown: the first"
    );
}

#[test]
fn undo_takes_edits_back_one_by_one() {
    let mut stage = Stage::answered();
    stage.play(set("10.0.0.0/8"));
    stage.play(set("0.0.0.0/0"));
    assert_eq!(stage.model.edits.len(), 2);
    stage.play(Msg::Undo);
    assert_eq!(mynetworks(&stage), "10.0.0.0/8");
    stage.play(Msg::Undo);
    assert_eq!(mynetworks(&stage), "127.0.0.0/8, [::1]/128");
    assert!(stage.model.edits.is_empty(), "taking back is no edit");
    stage.give(Msg::Undo);
    assert!(stage.orders.is_empty());
}

#[test]
fn what_was_taken_back_can_be_made_again_until_something_else_is_edited() {
    let mut stage = Stage::answered();
    stage.play(set("10.0.0.0/8"));
    stage.play(set("0.0.0.0/0"));
    stage.play(Msg::Undo);
    stage.play(Msg::Undo);
    stage.play(Msg::Redo);
    assert_eq!(mynetworks(&stage), "10.0.0.0/8");
    stage.play(Msg::Redo);
    assert_eq!(mynetworks(&stage), "0.0.0.0/0");
    stage.give(Msg::Redo);
    assert!(stage.orders.is_empty(), "there is nothing more");
    stage.play(Msg::Undo);
    assert_eq!(mynetworks(&stage), "10.0.0.0/8");
    stage.play(set("192.0.2.0/24"));
    assert!(stage.model.undone.is_empty());
    stage.play(Msg::Undo);
    assert_eq!(mynetworks(&stage), "10.0.0.0/8");
}

#[test]
fn the_real_thing_is_the_way_from_the_beginning_of_the_step() {
    let mut stage = Stage::answered();
    assert_eq!(stage.model.real_thing(), []);
    stage.play(set("10.0.0.0/8"));
    stage.play(set("0.0.0.0/0"));
    let real = stage.model.real_thing();
    assert_eq!(
        real[0].commands,
        [
            "postconf -e 'mynetworks = 0.0.0.0/0'",
            "systemctl reload postfix"
        ]
    );
    stage.play(Msg::Undo);
    stage.play(Msg::Undo);
    assert_eq!(stage.model.real_thing(), []);
}

#[test]
fn a_step_is_solved_when_its_goals_hold_and_the_world_is_at_rest() {
    let mut stage = Stage::answered();
    assert!(
        stage.model.steps[0].observed[0].is_empty(),
        "looked at, but not to be told yet"
    );
    assert!(!stage.model.goals_hold());
    stage.play(Msg::Toggle('m'));
    assert!(stage.model.goals_hold());
    assert_eq!(stage.model.steps[0].observed[0].to_string(), "250 2.1.5 Ok");
    assert!(stage.model.steps[0].solved);
    assert_eq!(stage.saves, 2, "the answer, and now the goals");
    stage.play(Msg::Toggle('m'));
    assert!(!stage.model.goals_hold());
    assert!(stage.model.steps[0].solved, "what was reached stays");
    stage.play(Msg::NextStep);
    assert_eq!(
        stage.model.ending(),
        Ending::Reached,
        "the second holds from its start"
    );
}

#[test]
fn hints_open_one_at_a_time_after_an_attempt() {
    let mut stage = Stage::begun();
    assert_eq!(stage.model.next_hint(), NextHint::AfterAttempt);
    stage.play(Msg::Hint);
    assert_eq!(stage.model.steps[0].rungs(), 0, "nothing was tried");
    stage.play(Msg::Predict(0));
    stage.play(Msg::Hint);
    stage.play(Msg::Hint);
    assert_eq!(
        stage.model.steps[0].rungs(),
        1,
        "a wrong answer is an attempt"
    );
    stage.play(set("10.0.0.0/8"));
    assert_eq!(stage.model.next_hint(), NextHint::Ready);
    stage.play(Msg::Hint);
    stage.play(set("10.0.0.0/9"));
    stage.play(Msg::Hint);
    assert_eq!(stage.model.steps[0].rungs(), 2, "the ladder has two rungs");
    assert_eq!(stage.model.next_hint(), NextHint::None);
}

#[test]
fn what_was_tried_decides_what_the_hint_says() {
    let mut stage = Stage::answered();
    stage.play(set("203.0.113.0/25"));
    stage.play(Msg::Hint);
    let said = [("Con `203.0.113.0/25` se oye `454 4.7.1`.".to_owned(), true)];
    assert_eq!(stage.model.open_hints(), said);
    assert_eq!(stage.model.next_hint(), NextHint::AfterAttempt);
    stage.play(Msg::Rerun);
    stage.play(set("203.0.113.0/25 10.0.0.0/8"));
    stage.play(Msg::Hint);
    let ladder = ("Mira quién.".to_owned(), false);
    assert_eq!(
        stage.model.open_hints(),
        [said[0].clone(), ladder.clone()],
        "it is said once, then comes the ladder"
    );
    stage.play(Msg::ResetStep);
    assert_eq!(
        stage.model.open_hints(),
        [ladder],
        "the world it spoke of is gone"
    );
    stage.play(set("203.0.113.0/25"));
    stage.play(Msg::Undo);
    assert_eq!(
        stage.model.steps[0].fitting, None,
        "what was taken back is not held against anybody"
    );
}

#[test]
fn a_shown_solution_reaches_the_goals_but_solves_nothing() {
    let mut stage = Stage::answered();
    stage.play(set("192.0.2.0/24"));
    stage.play(Msg::ShowSolution);
    assert!(stage.model.goals_hold());
    let first = &stage.model.steps[0];
    assert!(first.solution_shown && !first.solved);
    assert_eq!(first.played, [Played::Since, Played::Never]);
    assert!(stage.model.is_finished(0));
    assert_eq!(stage.model.ending(), Ending::Left);
}

#[test]
fn a_demonstration_solves_by_playing() {
    let mut stage = Stage::answered();
    stage.play(Msg::PlaySolution);
    assert!(stage.model.steps[0].solved);
    let checks = stage
        .model
        .projection
        .events
        .iter()
        .filter(|event| matches!(event.kind, Kind::GoalChecked { .. }));
    assert_eq!(
        checks.count(),
        2,
        "goals are looked at when all is done, not between"
    );
}

#[test]
fn another_step_begins_with_a_clean_world() {
    let mut stage = Stage::answered();
    stage.play(Msg::OpenRun(0));
    stage.play(set("10.0.0.0/8"));
    stage.give(Msg::NextStep);
    assert!(stage.model.beginning());
    assert!(
        stage.model.shown_connection().is_none(),
        "the old dialogue is gone at once"
    );
    stage.settle();
    assert_eq!(stage.model.step, 1);
    assert!(stage.model.edits.is_empty());
    assert!(stage.model.shown_connection().is_none());
    stage.play(Msg::NextStep);
    stage.play(Msg::GoToStep(9));
    assert_eq!(stage.model.step, 1, "there is no other");
    stage.play(Msg::PreviousStep);
    stage.play(Msg::PreviousStep);
    assert_eq!(stage.model.step, 0);
    assert!(!stage.model.can_predict(), "answers are kept");
}

#[test]
fn what_is_begun_while_the_step_is_prepared_comes_after_that() {
    let mut stage = Stage::answered();
    stage.give(Msg::ResetStep);
    assert!(stage.model.beginning());
    stage.give(Msg::Forward);
    stage.give(Msg::Forward);
    stage.give(Msg::Rerun);
    let given: Vec<_> = stage.orders.iter().map(|(_, order)| order).collect();
    assert!(
        matches!(given[..], [Order::Begin { .. }, Order::Open { run: 0 }]),
        "{given:?}"
    );
    stage.settle();
    assert!(stage.model.open_dialogue().is_some());
}

#[test]
fn a_failed_order_is_told_until_the_next_key() {
    let mut stage = Stage::answered();
    stage.play(Msg::Set {
        host: "nowhere.example".to_owned(),
        service: None,
        parameter: "mynetworks".to_owned(),
        value: None,
    });
    assert!(matches!(stage.model.trouble, Some(Problem::Unknown { .. })));
    assert!(!stage.model.busy());
    stage.play(Msg::Speak(Language::En));
    assert!(stage.model.trouble.is_none());
}

#[test]
fn progress_survives_and_resumes() {
    let mut stage = Stage::begun();
    stage.play(Msg::Predict(0));
    stage.play(Msg::Hint);
    stage.play(Msg::Toggle('m'));
    stage.play(Msg::NextStep);
    let kept = stage.model.progress();
    assert_eq!(kept.step, "cerrar");
    let mut resumed = Stage::resumed(Some(&kept));
    resumed.settle();
    assert_eq!(resumed.model.step, 1);
    let first = &resumed.model.steps[0];
    assert!(first.solved);
    assert_eq!(first.hints, [Hint::Rung]);
    assert_eq!(first.prediction.map(|given| given.correct), Some(false));
    assert_eq!(
        resumed.model.progress(),
        kept_with_second_step(&kept, &resumed)
    );
}

// The second step's goal holds from its start in the pretended world.
fn kept_with_second_step(
    kept: &crate::lesson::progress::Progress,
    resumed: &Stage,
) -> crate::lesson::progress::Progress {
    let mut kept = kept.clone();
    let second = resumed.model.progress().steps["cerrar"].clone();
    kept.steps.insert("cerrar".to_owned(), second);
    kept
}

#[test]
fn leaving_saves_first() {
    let mut stage = Stage::begun();
    stage.give(Msg::Quit);
    assert!(stage.quit);
    assert_eq!(stage.saves, 1);
}

#[derive(Clone, Debug)]
enum Play {
    Give(Msg),
    CarryOut,
}

fn any_play() -> impl Strategy<Value = Play> {
    prop_oneof![
        4 => Just(Play::CarryOut),
        6 => prop_oneof![
            Just(Msg::Forward), Just(Msg::Back), Just(Msg::ToEnd), Just(Msg::ToStart),
            Just(Msg::Rerun), Just(Msg::Undo), Just(Msg::Redo), Just(Msg::Hint), Just(Msg::Toggle('m')),
        ].prop_map(Play::Give),
        3 => prop_oneof![
            (0..4_usize).prop_map(Msg::Predict),
            (0..4_usize).prop_map(Msg::OpenRun),
            proptest::option::of(0..9_u32)
                .prop_map(|id| Msg::Show(id.map(crate::journal::ConnectionId))),
            "[a-z0-9./ ]{0,9}".prop_map(|value| set(&value)),
        ].prop_map(Play::Give),
        1 => prop_oneof![
            Just(Msg::ResetStep), Just(Msg::ShowSolution), Just(Msg::NextStep),
            Just(Msg::PreviousStep), (0..4_usize).prop_map(Msg::GoToStep), Just(Msg::Quit),
            Just(Msg::PlaySolution),
        ].prop_map(Play::Give),
    ]
}

proptest! {
    #[test]
    fn whatever_is_done_in_whatever_order_the_view_stays_within_the_journal(
        plays in proptest::collection::vec(any_play(), 0..120),
    ) {
        let mut stage = Stage::resumed(None);
        for play in plays {
            match play {
                Play::Give(msg) => stage.give(msg),
                Play::CarryOut => {
                    stage.step();
                }
            }
            let events = stage.model.projection.events.len();
            prop_assert!(events == 0 || stage.model.position() < events);
            prop_assert_eq!(stage.model.busy(), !stage.orders.is_empty());
            let shown = stage.model.shown_connection();
            prop_assert!(shown.is_none_or(Connection::is_shown));
        }
        stage.settle();
        prop_assert!(!stage.model.busy());
    }
}

#[test]
fn a_file_is_an_edit_like_any_other() {
    let write = |text: &str| Msg::Write {
        host: "mail.aula.example".to_owned(),
        path: "/etc/postfix/transport".to_owned(),
        text: Some(text.to_owned()),
    };
    let file = |stage: &Stage| {
        let path = stage.model.find_file("mail.aula.example", "transport")?;
        let text = stage.model.file("mail.aula.example", &path);
        text.map(str::to_owned)
    };
    let mut stage = Stage::begun();
    stage.give(write("a b\n"));
    assert!(stage.orders.is_empty(), "the question comes first");
    let mut stage = Stage::answered();
    stage.play(set("transport_maps_are_elsewhere"));
    stage.play(write("a smtp:[b]\n"));
    stage.play(write("a smtp:[c]\n"));
    let real = stage.model.real_thing();
    let (name, lines) = real[0].differences.last().unwrap();
    assert_eq!(name, "/etc/postfix/transport");
    assert_eq!(lines.len(), 1);
    stage.play(Msg::Undo);
    assert_eq!(file(&stage).as_deref(), Some("a smtp:[b]\n"));
    stage.play(Msg::Back);
    stage.play(Msg::Undo);
    assert_eq!(file(&stage), None, "it was not there before");
    stage.play(Msg::Redo);
    stage.play(Msg::Redo);
    assert_eq!(file(&stage).as_deref(), Some("a smtp:[c]\n"));
}

#[test]
fn a_relay_that_is_closed_to_strangers_may_be_open_to_some() {
    let mut stage = Stage::answered();
    assert_eq!(stage.model.relay(), Some(Relay::Closed));
    stage.play(set("203.0.113.0/24"));
    stage.play(Msg::OpenRun(0));
    stage.play(Msg::ToEnd);
    assert_eq!(stage.model.relay(), Some(Relay::Closed), "it was refused");
    let connection = stage.model.shown_connection().unwrap().id;
    let relayed = |client: [u8; 4]| Kind::Decided {
        connection,
        decision: Decision {
            stage: "RCPT",
            subject: "victima@remoto.example".to_owned(),
            lists: vec![ListTrace {
                parameter: "smtpd_relay_restrictions",
                steps: vec![RestrictionTrace {
                    restriction: "permit_mynetworks".to_owned(),
                    fact: Fact::ClientInNetworks {
                        client: client.into(),
                        network: "x".to_owned(),
                    },
                    outcome: Outcome::Permit,
                }],
                outcome: Outcome::Permit,
            }],
            reasons: Vec::new(),
            verdict: Verdict::Accepted,
        },
    };
    for own in [[127, 0, 0, 1], [192, 0, 2, 10]] {
        stage.happen(relayed(own));
        assert_eq!(stage.model.relay(), Some(Relay::Closed), "{own:?}");
    }
    stage.happen(relayed([203, 0, 113, 66]));
    assert_eq!(stage.model.relay(), Some(Relay::ForSome));
    stage.play(set("127.0.0.0/8"));
    assert_eq!(stage.model.relay(), Some(Relay::Closed), "as it is now");
    stage.play(set("0.0.0.0/0"));
    assert_eq!(stage.model.relay(), Some(Relay::Open));
}
