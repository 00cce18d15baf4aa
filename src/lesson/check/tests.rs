use super::*;
use crate::lesson::library;
use crate::lesson::loader::Source;
use crate::lesson::template::template;
use crate::text::{Catalogue, Language};

fn faults(text: &str) -> Vec<&'static str> {
    check(text).1.into_iter().map(|fault| fault.id).collect()
}

fn reported(text: &str, language: Language) -> String {
    reported_by(text, &Catalogue::new(language))
}

fn reported_by(text: &str, catalogue: &Catalogue) -> String {
    let name = "clase.toml".to_owned();
    let file = Source {
        name,
        text: text.to_owned(),
    };
    let (_, faults) = check(text);
    report(&file, &faults, catalogue, Style::Plain)
}

/// The template with one thing changed.
#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let text = template(Language::Es);
    assert!(text.contains(from), "the template has no {from}");
    text.replacen(from, to, 1)
}

#[test]
fn the_lessons_and_the_templates_have_no_fault() {
    for language in [Language::Es, Language::En] {
        assert_eq!(faults(template(language)), Vec::<&str>::new());
    }
    for id in library::ids() {
        let file = library::source(&id).unwrap();
        let (_, faults) = check(&file.text);
        let report = report(&file, &faults, &Catalogue::new(Language::En), Style::Plain);
        assert!(faults.is_empty(), "{report}");
    }
}

#[test]
fn a_lesson_is_called_like_its_file() {
    for id in library::ids() {
        assert_eq!(library::lesson(&id).unwrap().unwrap().id, id);
    }
}

#[test]
fn every_fault_is_reported_at_once_with_its_place_and_a_fix() {
    let text = template(Language::Es)
        .replace("minutes = 5\n", "minuts = 5\n")
        .replace(r#", en = "My lesson""#, "")
        .replace(
            r#"addresses = ["203.0.113.66"]"#,
            r#"addresses = ["8.8.8.8"]"#,
        )
        .replace(
            r#"client = "spammer"
to = "mail.aula.example:25""#,
            r#"client = "spamer"
to = "mail.aula.example""#,
        )
        .replace("correct = true\n", "")
        .replace("code = 454 }", "code = \"454\" }")
        .replace(
            r#""Se llama `mynetworks`."]"#,
            r#""Pon `127.0.0.0/8 [::1]/128`."]"#,
        );
    insta::assert_snapshot!("faults_es", reported(&text, Language::Es));
    insta::assert_snapshot!("faults_en", reported(&text, Language::En));
}

#[test]
fn a_fault_of_syntax_is_placed_and_does_not_bring_others() {
    let text = changed("minutes = 5", "minutes = cinco");
    insta::assert_snapshot!(reported(&text, Language::Es));
}

#[test]
fn unknown_keys_are_found_at_every_depth() {
    let run = r#"client = "spammer"
to = "mail.aula.example:25""#;
    for (from, to) in [
        ("format = 1", "format = 1\nformt = 1"),
        (
            run,
            "client = \"spammer\"\ntlss = \"none\"\nto = \"mail.aula.example:25\"",
        ),
        (
            "probe = { client",
            "probe = { cliente = \"spammer\", client",
        ),
        ("expect = { at", "expect = { att = \"rcpt\", at"),
        (
            "users = [{ name = \"alumno\",",
            "users = [{ nme = \"alumno\", name = \"alumno\",",
        ),
    ] {
        assert_eq!(faults(&changed(from, to)), ["unknown-key-near"], "{to}");
        assert!(
            toml::from_str::<Lesson>(&changed(from, to)).is_err(),
            "{to}"
        );
    }
}

/// The template's goal, to be exchanged for another.
const GOAL: &str = "probe = { client = \"spammer\", to = \"mail.aula.example:25\", mail = { from = \"oferta@spam.example\", to = [\"victima@remoto.example\"] } }\n";

/// What is in the template, what stands there instead, and the fault that makes.
const CHANGES: &[(&str, &str, &str)] = &[
    ("format = 1", "format = 2", "format"),
    ("id = \"cerrar\"", "id = \"Cerrar el relay\"", "identifier"),
    (
        "study = \"mail.aula.example\"",
        "study = \"mail.aula.exampel\"",
        "unknown-name-near",
    ),
    (
        "name = \"mx.remoto.example\"\n",
        "name = \"mail.google.com\"\n",
        "real-domain",
    ),
    ("\"2001:db8::10\"", "\"2a00:1450::10\"", "real-address"),
    ("\"2001:db8::10\"", "\"::1\"", "real-address"),
    ("\"2001:db8::10\"", "\"198.51.100.25\"", "duplicate"),
    ("\"203.0.113.66\"", "\"203.0.113.666\"", "not-an-address"),
    ("key = \"m\"", "key = \"mm\"", "not-a-key"),
    ("key = \"m\"", "key = \"n\"", "reserved-key"),
    (
        "value = \"0.0.0.0/0 [::]/0\" },",
        "value = \"127.0.0.0/8 [::1]/128\" },",
        "duplicate",
    ),
    ("minutes = 5", "minutes = 0", "minutes"),
    ("minutes = 5", "minutes = -5", "number-range"),
    ("minutes = 5", "minutes = 99999999999", "number-range"),
    ("en = \"My lesson\"", "en = \" \"", "missing-language"),
    ("id = \"cerrar\"\n", "", "missing-key"),
    (GOAL, "", "goal-kinds"),
    (GOAL, "ran = { run = \"abusos\" }\n", "unknown-name-near"),
    (
        GOAL,
        "mailbox = { recipient = \"victima@remoto.example\" }\n",
        "expect-of-mailbox",
    ),
    (
        GOAL,
        "mailbox = { recipient = \"victima@remoto.example\" }\nran = { run = \"abuso\" }\n",
        "goal-kinds",
    ),
    (
        "expect = { at = \"rcpt\", code = 454 }",
        "",
        "expect-nothing",
    ),
    (
        "at = \"rcpt\", code = 454",
        "at = \"rcpt\", code = 4540",
        "reply-code",
    ),
    (
        "code = 454 }",
        "code = 454, enhanced = \"5.7.1\" }",
        "enhanced-code",
    ),
    ("at = \"rcpt\"", "at = \"message\"", "stage-unreachable"),
    ("at = \"rcpt\"", "at = \"auth\"", "stage-unreachable"),
    ("at = \"rcpt\"", "at = \"recipient\"", "unknown-choice"),
    ("code = 454 }", "certificate = 0 }", "verify-without-tls"),
    ("run = \"abuso\"\n", "", "action-kinds"),
    (
        "mydestination = $myhostname,",
        "mydestinations = $myhostname,",
        "configuration",
    ),
    (
        "mynetworks = 127.0.0.0/8 [::1]/128\n",
        "mynetworks\n",
        "configuration",
    ),
    (
        "parameter = \"mynetworks\"\nvalue =",
        "parameter = \"mynetwork\"\nvalue =",
        "unknown-parameter-near",
    ),
    (
        "parameter = \"mynetworks\"\nvalue =",
        "parameter = \"xyz\"\nvalue =",
        "unknown-parameter",
    ),
    (
        "parameter = \"mynetworks\"\nvalue =",
        "service = \"submission\"\nparameter = \"mynetworks\"\nvalue =",
        "unknown-service",
    ),
    ("\"¿Quién está en esa lista?\", ", "", "hints-uneven"),
    ("\"¿Quién está en esa lista?\"", "\"\"", "empty"),
    (
        "\"¿Quién está en esa lista?\"",
        "\"mynetworks = 127.0.0.0/8 [::1]/128\"",
        "hint-tells",
    ),
    (
        "from = \"oferta@spam.example\"",
        "from = \"oferta@gmail.com\"",
        "real-domain",
    ),
    (
        "from = \"oferta@spam.example\"",
        "from = \"oferta@[8.8.8.8]\"",
        "real-address",
    ),
    (
        "why = { es = \"Eso",
        "correct = true\nwhy = { es = \"Eso",
        "correct-options",
    ),
];

#[test]
fn each_rule_finds_what_breaks_it() {
    for (from, to, expected) in CHANGES {
        let text = changed(from, to);
        let found = faults(&text);
        assert_eq!(
            found,
            [*expected],
            "{from} -> {to}\n{}",
            reported(&text, Language::En)
        );
    }
}

/// A hint for the template's step, to be inserted before its solution.
const HINT: &str = r#"[[step.hint_when]]
edited = { parameter = "mynetworks", contains = "127.0.0.0/16" }
text = { es = "Con {value} no.", en = "Not with {value}." }
tried = [{ run = "abuso" }]
"#;

#[test]
fn hints_on_what_was_tried_have_their_rules() {
    for (from, to, expected) in [
        ("", "", &[][..]),
        ("contains", "contans", &["unknown-key-near"]),
        (
            "\"mynetworks\"",
            "\"mynetwork\"",
            &["unknown-parameter-near"],
        ),
        (
            "{ parameter",
            "{ service = \"submission\", parameter",
            &["unknown-service"],
        ),
        (
            "{ parameter",
            "{ host = \"mail.aula\", parameter",
            &["unknown-name-near"],
        ),
        (
            "text",
            "unmet = { goal = \"x\" }\ntext",
            &["unknown-name-none"],
        ),
        (
            "text",
            "ran = { run = \"abusos\" }\ntext",
            &["unknown-name-near"],
        ),
        (
            "text",
            "ran = { run = \"abuso\" }\ntext",
            &["expect-nothing"],
        ),
        (
            "text",
            "expect = { code = 250 }\ntext",
            &["expect-without-ran"],
        ),
        (
            "edited = { parameter = \"mynetworks\", contains = \"127.0.0.0/16\" }",
            "wrote = { path = \"/etc/aliases\", contains = \"root: alumno\" }",
            &[],
        ),
        (
            "edited = { parameter = \"mynetworks\", contains = \"127.0.0.0/16\" }",
            "wrote = { path = \"/etc/aliases\", lacks = \"root: alumno\" }",
            &["placeholder", "placeholder"],
        ),
        (
            "edited = { parameter = \"mynetworks\", contains = \"127.0.0.0/16\" }",
            "wrote = { path = \"/etc/alias\", contains = \"root\" }",
            &["unknown-file"],
        ),
        ("Not with {value}", "Not {observed}", &["placeholder"]),
        ("Not with {value}", "Not {values}", &["placeholder"]),
        ("Not with {value}", "", &[]),
        (", en = \"Not with {value}.\"", "", &["missing-language"]),
        ("{ run = \"abuso\" }", "", &["none-of"]),
        (
            "Con {value} no",
            "Pon `127.0.0.0/8 [::1]/128`",
            &["hint-tells"],
        ),
        (
            "edited = { parameter = \"mynetworks\", contains = \"127.0.0.0/16\" }\n",
            "",
            &["hint-when-nothing", "placeholder", "placeholder"],
        ),
    ] {
        assert!(HINT.contains(from), "{from}");
        let hint = HINT.replacen(from, to, 1);
        let text = changed("[[step.solution]]", &format!("{hint}\n[[step.solution]]"));
        assert_eq!(faults(&text), expected, "{from} -> {to}");
    }
}

#[test]
fn a_line_of_a_long_text_has_its_own_place() {
    let text = template(Language::Es);
    let lesson: Lesson = toml::from_str(text).unwrap();
    let path = place::Path::default().to("host").to(0).to("main_cf");
    let span = Locator::new(text).line(&path, &lesson.hosts[0].main_cf, 4);
    assert_eq!(text.get(span), Some("mynetworks = 127.0.0.0/8 [::1]/128"));
}

#[test]
fn what_postfix_complains_of_may_be_meant() {
    let text = changed(
        "mynetworks = 127",
        "smtpd_sasl_auth_enable = maybe\nmynetworks = 127",
    );
    let (lesson, faults) = check(&text);
    assert!(lesson.is_some() && !faults.is_empty() && !prevents(&faults));
    let report = reported(&text, Language::En);
    assert!(report.starts_with("warning: Postfix will complain: fatal: bad boolean"));
    assert!(report.ends_with("no faults\n"), "{report}");
}

#[test]
fn a_character_that_nobody_sees_is_a_fault() {
    for hidden in ["\\u001b", "\\u009b", "\u{202e}", "\\u0000"] {
        let text = changed("Mi lección", &format!("Mi {hidden}lección"));
        assert_eq!(faults(&text), ["control-character"], "{hidden}");
    }
}

#[test]
fn a_file_full_of_faults_is_reported_in_part() {
    let unknown: Vec<_> = (0..5000).map(|number| format!("k{number} = 1\n")).collect();
    let text = template(Language::En).to_owned() + &unknown.concat();
    let report = reported(&text, Language::En);
    assert_eq!(report.matches("fault: ").count(), 200);
    assert!(
        report.contains("clase.toml: 4800 more are not shown\n"),
        "{}",
        report.len()
    );
    assert!(report.ends_with("clase.toml: 5000 faults\n"));
}

#[test]
fn a_file_cannot_speak_to_the_terminal() {
    let text = "id = \"\u{1b}[2J\u{9b}2J\u{202e}\"\n\u{1b}]0;x\u{7} = \"\\u001b[2J\"\n";
    let report = reported(text, Language::Es);
    assert!(
        !report
            .chars()
            .any(|c| c != '\n' && crate::text::visible::is_unsafe(c)),
        "{report:?}"
    );
}

#[test]
fn no_text_makes_it_panic() {
    use proptest::prelude::*;
    let pieces = prop_oneof![
        "[[step]]\n|\\[step.predict\\]\n|a = |\"|'''|\\{|\\}|\\[|\\]|\n|id|=|1|\\.",
        any::<String>(),
    ];
    let catalogue = Catalogue::new(Language::En);
    let texts = proptest::collection::vec(pieces, 0..20);
    proptest!(ProptestConfig::with_cases(64), |(text in texts)| {
        reported_by(&text.concat(), &catalogue);
    });
}

#[test]
fn a_key_that_no_text_can_name_is_a_fault_at_its_place() {
    let text = template(Language::Es).replacen("es = \"", "es = \"{key:queue} ", 1);
    assert_eq!(faults(&text), Vec::<&str>::new());
    for (named, id) in [("{key:queu}", "named-key-near"), ("{key:zzz}", "named-key")] {
        let text = template(Language::Es).replacen("es = \"", &format!("es = \"{named} "), 1);
        let (_, faults) = check(&text);
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.id, text.get(fault.span.clone()).unwrap()))
            .collect();
        assert_eq!(found, [(id, named)]);
    }
}
