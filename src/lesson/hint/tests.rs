use super::*;
use crate::clock::Moment;
use crate::journal::{Observation, Observed};
use crate::lesson::template::template;

/// The template's lesson with these hints in its only step, whose goal is
/// called `cerrado`.
fn lesson(hints: &str) -> Lesson {
    let text = template(Language::Es).replace("[[step.goal]]\n", "[[step.goal]]\nid = 'cerrado'\n");
    let mut lesson: Lesson = toml::from_str(&text).unwrap();
    let step: Hinted = toml::from_str(hints).unwrap();
    lesson.steps[0].hints_when = step.hint_when;
    lesson
}

#[derive(serde::Deserialize)]
struct Hinted {
    hint_when: Vec<HintWhen>,
}

const REST: &str = "text = { es = 'Es `{value}`: `{observed}`.', en = 'x' }\ntried = []\n";

fn happened(kinds: impl IntoIterator<Item = Kind>) -> Vec<Arc<Event>> {
    let events = kinds.into_iter().enumerate().map(|(position, kind)| {
        Arc::new(Event {
            position,
            at: Moment::LESSON_START,
            kind,
        })
    });
    events.collect()
}

fn set(service: Option<&str>, old: Option<&str>, new: Option<&str>) -> Kind {
    Kind::ParameterSet {
        host: "mail.aula.example".to_owned(),
        service: service.map(str::to_owned),
        parameter: "mynetworks".to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    }
}

fn checked(holds: bool, observed: &str) -> Kind {
    Kind::GoalChecked {
        step: 0,
        goal: 0,
        holds,
        observed: Observed::one(Observation::words(observed)),
    }
}

/// Whether a hint with this condition on the directive fits these events.
fn fits_after(edited: &str, kinds: impl IntoIterator<Item = Kind>) -> bool {
    let hint = format!("[[hint_when]]\nedited = {{ parameter = 'mynetworks'{edited} }}\n{REST}");
    fitting(&lesson(&hint), 0, &happened(kinds), &[]).is_some()
}

#[test]
fn a_directive_counts_while_it_differs_from_what_it_was() {
    let open = || {
        set(
            None,
            Some("127.0.0.0/8"),
            Some("127.0.0.0/8, 203.0.113.0/24"),
        )
    };
    assert!(!fits_after("", []));
    assert!(fits_after("", [open()]));
    let back = set(None, Some("x"), Some("  127.0.0.0/8"));
    assert!(!fits_after("", [open(), back]));
    assert!(fits_after("", [set(None, Some("127.0.0.0/8"), None)]));
    assert!(!fits_after("", [set(Some("smtp"), None, Some("x"))]));
    assert!(fits_after(
        ", service = 'submission'",
        [set(Some("587"), None, Some("x"))]
    ));
    assert!(!fits_after(", host = 'mx.remoto.example'", [open()]));
}

fn written(path: &str, old: &str, new: &str) -> Kind {
    Kind::FileWritten {
        host: "mail.aula.example".to_owned(),
        path: path.to_owned(),
        old: Some(old.to_owned()),
        new: Some(new.to_owned()),
    }
}

#[test]
fn a_directive_counts_when_its_file_is_written_whole() {
    let main_cf = |old, new| written("/etc/postfix/main.cf", old, new);
    let open = || {
        main_cf(
            "mynetworks = 127.0.0.0/8\n",
            "mynetworks = 127.0.0.0/8,\n  203.0.113.0/24\nrelayhost =\n",
        )
    };
    let wanted = ", contains = '203.0.113.0/24'";
    assert!(fits_after(wanted, [open()]));
    assert!(fits_after("", [main_cf("mynetworks = x\n", "")]));
    assert!(!fits_after("", [main_cf("relayhost = x\n", "")]));
    let elsewhere = written("/etc/aliases", "", "mynetworks = 203.0.113.0/24\n");
    assert!(!fits_after("", [elsewhere]));
    // What was changed in one way can be taken back in the other.
    let back = set(None, Some("x"), Some("127.0.0.0/8"));
    assert!(!fits_after("", [open(), back]));

    let submission = |value: &str| {
        format!("587 inet n - y - - smtpd\n  -o mynetworks=a\n  -o mynetworks={value}\n")
    };
    let master_cf = || {
        let (old, new) = (submission("x"), submission("y"));
        written("/etc/postfix/master.cf", &old, &new)
    };
    assert!(fits_after(", service = 'submission'", [master_cf()]));
    assert!(!fits_after(
        ", service = 'submission', lacks = 'y'",
        [master_cf()]
    ));
    assert!(!fits_after("", [master_cf()]));
}

#[test]
fn the_words_of_a_value_are_what_is_looked_at() {
    let now = |value| [set(None, Some(""), Some(value))];
    let wanted = ", contains = '127.0.0.0/8 203.0.113.0/24'";
    assert!(fits_after(wanted, now("127.0.0.0/8,203.0.113.0/24 [::1]")));
    assert!(!fits_after(wanted, now("203.0.113.0/24 127.0.0.0/8")));
    assert!(!fits_after(", contains = '10.0.0.0'", now("10.0.0.0/8")));
    assert!(fits_after(", lacks = '10.0.0.0'", now("10.0.0.0/8")));
    assert!(!fits_after(", lacks = 'NO'", now("no")));
}

#[test]
fn a_goal_is_unmet_as_it_was_last_looked_at() {
    let hint = format!(
        "[[hint_when]]\nunmet = {{ goal = 'cerrado', observed = '250' }}\n{REST}\
         [[hint_when]]\nunmet = {{ goal = 'cerrado' }}\n{REST}"
    );
    let lesson = lesson(&hint);
    let fitting = |kinds: &[Kind], given: &[usize]| {
        fitting(&lesson, 0, &happened(kinds.iter().cloned()), given).map(|told| told.hint)
    };
    let (open, odd, held) = (
        checked(false, "250 2.1.5 Ok"),
        checked(false, "554 5.7.1"),
        checked(true, "454 4.7.1"),
    );
    assert_eq!(fitting(&[], &[]), None);
    assert_eq!(fitting(&[odd.clone(), open.clone()], &[]), Some(0));
    assert_eq!(fitting(&[open.clone(), odd], &[]), Some(1));
    assert_eq!(fitting(std::slice::from_ref(&open), &[0]), Some(1));
    assert_eq!(fitting(std::slice::from_ref(&open), &[0, 1]), None);
    assert_eq!(fitting(&[open, held], &[]), None);
}

#[test]
fn a_hint_says_what_was_tried_without_becoming_markdown() {
    let hint = format!("[[hint_when]]\nedited = {{ parameter = 'mynetworks' }}\n{REST}");
    let lesson = lesson(&hint);
    let events = happened([set(None, None, Some("`x`\u{1b} {observed}\n y"))]);
    let told = fitting(&lesson, 0, &events, &[]).unwrap();
    let text = told.text(&lesson.steps[0], Language::Es);
    assert!(text.starts_with("Es `'x'"), "{text}");
    assert!(text.ends_with(" {observed} y`: ``."), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn only_a_name_in_braces_is_a_placeholder() {
    let text = "{value} {} { value} {Value} {a b} {observed}{x";
    assert_eq!(
        placeholders(text).collect::<Vec<_>>(),
        ["value", "observed"]
    );
}

#[test]
fn a_file_counts_while_it_differs_and_by_its_lines() {
    let aliases = |old: &str, new: Option<&str>| Kind::FileWritten {
        host: "mail.aula.example".to_owned(),
        path: "/etc/aliases".to_owned(),
        old: Some(old.to_owned()),
        new: new.map(str::to_owned),
    };
    let told = |wrote: &str, kinds: Vec<Kind>| {
        let hint = format!("[[hint_when]]\nwrote = {{ path = '/etc/aliases'{wrote} }}\n{REST}");
        let told = fitting(&lesson(&hint), 0, &happened(kinds), &[]);
        told.map(|told| told.value)
    };
    let written = || vec![aliases("a: b\n", Some("# root: ana\nroot:  ana, luis\n"))];
    assert_eq!(told("", vec![]), None, "nothing was written");
    assert_eq!(told("", written()), Some(String::new()));
    let contains = ", contains = 'ana luis'";
    assert_eq!(
        told(contains, written()).as_deref(),
        Some("root:  ana, luis")
    );
    assert_eq!(told(", contains = '# root'", written()), None, "a comment");
    assert_eq!(told(", lacks = 'luis'", written()), None);
    assert_eq!(told(", lacks = 'a:'", written()), Some(String::new()));
    let mut undone = written();
    undone.push(aliases("x", Some("a: b\n")));
    assert_eq!(told("", undone), None, "it is as it was");
    let removed = vec![aliases("a: b\n", None)];
    assert_eq!(told(", lacks = 'b'", removed), Some(String::new()));
}
