//! The lesson's own texts as lines to print: nothing here changes anything.

use std::iter;

use fluent_bundle::FluentValue;

use super::markdown::{flatten, wrap};
use super::narrator::{self, WIDTH, arrowed};
use crate::app::{
    self, Copied, Eavesdropper, Model, Played, Relay, Row, Sight, Since, Standing, StoredMessage,
};
use crate::journal::{End, Kind, Way};
use crate::lesson::model::{PredictOption, Text};
use crate::text::{Catalogue, Language, policy, quotation, visible};

/// The lesson's title and what it is for.
pub(super) fn lesson(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = prose(catalogue, &model.lesson.title);
    lines.push(String::new());
    lines.extend(prose(catalogue, &model.lesson.summary));
    lines
}

/// The step's number, title and text, and its dialogues.
pub(super) fn step(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let Some(step) = model.present_step() else {
        return Vec::new();
    };
    let title = step.title.in_language(catalogue.language());
    let arguments = [
        ("number", (model.step + 1).to_string().into()),
        ("total", model.lesson.steps.len().to_string().into()),
        ("title", sentence(title).into()),
    ];
    let mut lines = vec![String::new(), String::new()];
    lines.extend(said(catalogue, "plain-step", &arguments));
    lines.push(String::new());
    lines.extend(prose(catalogue, &step.text));
    if model.relay() == Some(Relay::Open) {
        lines.push(String::new());
        let host = visible::text(&model.lesson.study).into();
        lines.extend(said(catalogue, "plain-relay-open", &[("host", host)]));
    }
    lines
}

/// The step's question with its options; nothing if it asks none.
pub(super) fn question(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let Some(predict) = model.present_step().and_then(|step| step.predict.as_ref()) else {
        return Vec::new();
    };
    let mut lines = headed(catalogue, "plain-predict");
    lines.extend(prose(catalogue, &predict.question));
    for (number, option) in (1..).zip(&predict.options) {
        lines.extend(numbered(number, answer(option, catalogue.language())));
    }
    lines
}

/// The dialogues that can be run, with what was played; nothing if there are none.
pub(super) fn runs(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let (Some(step), Some(state)) = (model.present_step(), model.present_state()) else {
        return Vec::new();
    };
    if step.runs.is_empty() {
        return Vec::new();
    }
    let mut lines = headed(catalogue, "plain-runs");
    for ((number, run), played) in (1..).zip(&step.runs).zip(&state.played) {
        let mut label = run.label.in_language(catalogue.language()).to_owned();
        let said = match played {
            Played::Never => None,
            Played::Before => Some("plain-played-before"),
            Played::Since => Some("plain-played"),
        };
        if let Some(said) = said {
            label.extend([" (", &catalogue.say(said), ")"]);
        }
        lines.extend(numbered(number, &label));
    }
    lines
}

/// The index of the right answer to the step's question.
pub(super) fn right_answer(model: &Model) -> Option<usize> {
    let predict = model.present_step()?.predict.as_ref()?;
    predict.options.iter().position(|option| option.correct)
}

/// The answer that was given, whether it was right, and why. Nothing before an answer.
pub(super) fn reconciliation(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let predict = model.present_step().and_then(|step| step.predict.as_ref());
    let given = model.present_state().and_then(|state| state.prediction);
    let (Some(predict), Some(given)) = (predict, given) else {
        return Vec::new();
    };
    let Some(option) = predict.options.get(given.option) else {
        return Vec::new();
    };
    let id = if given.correct {
        "plain-answer-right"
    } else {
        "plain-answer-wrong"
    };
    let chosen = sentence(answer(option, catalogue.language()));
    let chosen = quotation::within(&chosen, catalogue.language());
    let arguments = [
        ("number", (given.option + 1).to_string().into()),
        ("answer", chosen.into()),
    ];
    let mut lines = vec![String::new()];
    lines.extend(said(catalogue, id, &arguments));
    lines.extend(prose(catalogue, &option.why));
    lines
}

/// Each goal, whether it holds, what was observed and, if it fails, what is missing.
pub(super) fn goals(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let (Some(step), Some(state)) = (model.present_step(), model.present_state()) else {
        return Vec::new();
    };
    let mut lines = headed(catalogue, "plain-goals");
    let judged = step.goals.iter().zip(&state.goals).zip(&state.observed);
    for ((goal, holds), observed) in judged {
        let mark = if *holds { "[x] " } else { "[ ] " };
        let text = sentence(goal.text.in_language(catalogue.language()));
        lines.extend(wrap(&text, WIDTH, mark, "    "));
        if !observed.is_empty() {
            let observed = [("observed", policy::observed(catalogue, observed).into())];
            let words = catalogue.say_with("plain-observed", &observed);
            lines.extend(wrap(&words, WIDTH, "    ", "    "));
        }
        if !holds && model.has_acted() {
            let missing = goal.explain.in_language(catalogue.language());
            let missing = [("required", sentence(missing).into())];
            let words = catalogue.say_with("plain-required", &missing);
            lines.extend(wrap(&words, WIDTH, "    ", "    "));
        }
    }
    lines
}

/// What the step showed, and what the standards say today.
pub(super) fn explanation(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let Some(step) = model.present_step() else {
        return Vec::new();
    };
    let mut lines = headed(catalogue, "plain-explanation");
    lines.extend(prose(catalogue, &step.explain));
    if let Some(standard) = &step.standard {
        lines.extend(headed(catalogue, "plain-standard"));
        lines.extend(prose(catalogue, standard));
    }
    lines
}

/// The hint that was opened last.
pub(super) fn hint(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let Some((hint, is_about_a_try)) = model.open_hints().pop() else {
        return Vec::new();
    };
    let title = if is_about_a_try {
        "plain-hint-tried"
    } else {
        "plain-hint"
    };
    let mut lines = headed(catalogue, title);
    lines.extend(flatten(&hint, WIDTH).lines().map(str::to_owned));
    lines
}

/// Every hint that is open.
pub(super) fn hints(model: &Model) -> Vec<String> {
    let hints = model.open_hints();
    hints
        .iter()
        .flat_map(|(hint, _)| {
            flatten(hint, WIDTH)
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The directives in force on the host under study: main.cf's, and the
/// overrides of each service in master.cf.
pub(super) fn configuration(model: &Model) -> Vec<String> {
    let host = &model.lesson.study;
    let mut lines = vec![String::new(), visible::text(host)];
    for standing in model.standings(host, None) {
        lines.extend(standing_lines("", &standing));
    }
    for service in model.services(host) {
        for standing in model.standings(host, Some(&service)) {
            lines.extend(standing_lines(&format!("{service}/"), &standing));
        }
    }
    lines
}

/// A directive; where it is not what it was when the step began, marked as
/// diff(1) does.
fn standing_lines(prefix: &str, standing: &Standing) -> Vec<String> {
    let name = &standing.directive.parameter;
    let line = |mark: &str, value: &str| visible::text(&format!("{mark}{prefix}{name} = {value}"));
    let value = standing.directive.value.as_str();
    match &standing.since {
        Since::Same => vec![line("", value)],
        Since::Added => vec![line("+ ", value)],
        Since::Changed(was) => vec![line("- ", was), line("+ ", value)],
        Since::Removed => vec![line("- ", value)],
    }
}

/// The changes of the step as an administrator makes them.
pub(super) fn real_thing(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let hosts = model.real_thing();
    if hosts.is_empty() {
        return said(catalogue, "real-thing-nothing", &[]);
    }
    let mut lines = headed(catalogue, "real-thing-title");
    for changed in hosts {
        lines.push(visible::text(&changed.host));
        let commands = changed.commands.iter();
        lines.extend(commands.map(|command| format!("# {}", visible::text(command))));
        for block in &changed.blocks {
            lines.push(String::new());
            lines.push(format!("{}:", block.file));
            let written = block.lines.iter();
            lines.extend(written.map(|line| format!("    {}", visible::text(line))));
        }
        for (file, difference) in &changed.differences {
            lines.push(String::new());
            lines.extend(said(
                catalogue,
                "real-thing-difference",
                &[("file", file.as_str().into())],
            ));
            let marked = difference.iter();
            lines.extend(
                marked.map(|(mark, line)| format!("{} {}", mark.sign(), visible::text(line))),
            );
        }
    }
    lines
}

/// The shown conversation from its beginning.
pub(super) fn conversation(model: &Model) -> Vec<String> {
    let Some(shown) = model.shown_connection() else {
        return Vec::new();
    };
    let (from, to) = (&shown.from.host, &shown.to.host);
    let title = format!("=== {from} -> {to}:{}", shown.to.port);
    let mut lines = vec![String::new(), visible::text(&title)];
    lines.extend(shown.rows_at(model.position()).iter().filter_map(said_in));
    lines
}

/// What was said in a row, with its arrow.
pub(super) fn said_in(row: &Row) -> Option<String> {
    match row {
        Row::Said {
            from,
            protected,
            text,
            refusal,
            ..
        } => Some(app::arrowed(*from, *protected, *refusal, text)),
        _ => None,
    }
}

/// Why the server decided as it did.
pub(super) fn why(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let at = model.position();
    let shown = model.shown_connection();
    let mut lines = vec![String::new()];
    if let Some(decision) = shown.and_then(|shown| shown.deciding(at)) {
        lines.extend(narrator::decision(catalogue, decision));
    } else {
        let nothing = shown.map_or("tui-why-nothing", |shown| shown.undecided_at(at));
        lines.extend(said(catalogue, nothing, &[]));
    }
    lines
}

/// The last dialogue as whoever listens to its wire sees it.
pub(super) fn wire(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = headed(catalogue, "plain-wire");
    let Some(connection) = model.shown_connection() else {
        lines.extend(said(catalogue, "plain-wire-silent", &[]));
        return lines;
    };
    let mut listener = Eavesdropper::default();
    for position in connection.wire_at(model.position()) {
        match model.projection.event(*position).map(|event| &event.kind) {
            Some(Kind::Wire { from, bytes, .. }) => listener.hear(*from, &bytes.0),
            Some(Kind::Tampered { tampering, .. }) => listener.learn(tampering),
            _ => {}
        }
    }
    let sights = listener.finish();
    if sights.is_empty() {
        let nothing = connection.unheard_at(model.position());
        lines.extend(said(catalogue, nothing, &[]));
    }
    for sight in sights {
        lines.extend(seen(catalogue, sight));
    }
    lines
}

/// The journey of the last message, hop by hop, with what each host's log says of it.
pub(super) fn journey(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let hops = model.journey();
    if hops.is_empty() {
        return said(catalogue, "plain-journey-none", &[]);
    }
    let mut lines = headed(catalogue, "plain-journey");
    for hop in hops {
        let connection = hop.connection;
        let connection = connection.and_then(|id| model.projection.connection(id));
        let came = connection.map_or_else(String::new, |connection| {
            let tls = if connection.is_protected_at(model.position()) {
                " TLS"
            } else {
                ""
            };
            format!(
                "{} -> {}{tls} -> ",
                connection.from.host, connection.to.port
            )
        });
        let indent = "  ".repeat(hop.depth);
        let place = match hop.queued {
            Some(queued) => queued.queue_id,
            None => catalogue.say("plain-journey-not-taken"),
        };
        let line = format!("{indent}{came}{} {place}", hop.host);
        lines.push(visible::text(&line));
        for at in hop.log {
            if let Some(Kind::Log { program, text, .. }) =
                model.projection.event(at).map(|event| &event.kind)
            {
                lines.push(format!(
                    "{indent}    {}: {}",
                    visible::text(program),
                    visible::text(text)
                ));
            }
        }
    }
    lines
}

/// The messages in a mailbox, `USER` or `USER@HOST`, as they lie in the file;
/// `None`: the message that came last, wherever that was.
pub(super) fn mailbox(model: &Model, catalogue: &Catalogue, whose: Option<&str>) -> Vec<String> {
    let stored = model.stored_messages();
    let is_theirs = |message: &&StoredMessage| {
        whose.is_some_and(|whose| {
            let user = message.mailbox.split_once('@').map(|(user, _)| user);
            message.mailbox == whose || user == Some(whose)
        })
    };
    let wanted: Vec<&StoredMessage> = match whose {
        Some(_) => stored.iter().filter(is_theirs).collect(),
        None => stored.last().into_iter().collect(),
    };
    let mut lines = Vec::new();
    for message in &wanted {
        let about = [("mailbox", message.mailbox.as_str().into())];
        lines.extend(iter::once(String::new()));
        lines.extend(said(catalogue, "plain-mailbox", &about));
        lines.extend(message.lines.iter().map(|line| {
            let line = format!("    {line}");
            line.trim_end().to_owned()
        }));
    }
    if wanted.is_empty() {
        lines.extend(said(catalogue, "plain-mailbox-empty", &[]));
    }
    let mut others: Vec<&str> = stored
        .iter()
        .map(|stored| stored.mailbox.as_str())
        .collect();
    others.sort_unstable();
    others.dedup();
    if others.len() > 1 || (wanted.is_empty() && !others.is_empty()) {
        let about = [("mailboxes", others.join(" · ").into())];
        lines.extend(said(catalogue, "plain-mailboxes", &about));
    }
    lines
}

/// One thing seen on the wire.
fn seen(catalogue: &Catalogue, sight: Sight) -> Vec<String> {
    let way = |from| match from {
        End::Client => Way::Sent,
        End::Server => Way::Received,
    };
    match sight {
        Sight::Line {
            from,
            protected,
            text,
            decoded,
        } => {
            let line = arrowed(way(from), protected, &text);
            let mut lines = vec![line.trim_end().to_owned()];
            lines.extend(decoded.map(|decoded| overheard(catalogue, decoded)));
            lines
        }
        Sight::Tampered(tampering) => {
            vec![format!("  ! {}", policy::tampering(catalogue, &tampering))]
        }
        Sight::Record {
            from,
            kind,
            message,
            length,
            server_name,
        } => {
            let what =
                message.map_or_else(|| kind.to_owned(), |message| format!("{kind}, {message}"));
            let arguments = [("what", what.into()), ("length", length.to_string().into())];
            let record = catalogue.say_with("plain-record", &arguments);
            let mut lines = vec![arrowed(way(from), true, &record)];
            lines.extend(server_name.map(|name| {
                let name = [("name", name.into())];
                format!("  ! {}", catalogue.say_with("plain-server-name", &name))
            }));
            lines
        }
    }
}

fn overheard(catalogue: &Catalogue, decoded: String) -> String {
    let decoded = [("decoded", decoded.into())];
    format!("  ! {}", catalogue.say_with("plain-overheard", &decoded))
}

/// What the value that the toggle `key` has now means; nothing if there is no
/// such toggle, or its parameter has a value of the student's own.
pub(super) fn toggled(model: &Model, catalogue: &Catalogue, key: char) -> Vec<String> {
    let mut toggles = model.lesson.toggles.iter();
    let meaning = toggles.find(|toggle| toggle.key == key).and_then(|toggle| {
        let value = toggle.values.get(model.toggle_value(toggle)?)?;
        let label = value.label.in_language(catalogue.language());
        Some(format!("=== {}: {label}", toggle.parameter))
    });
    meaning.iter().map(|line| visible::text(line)).collect()
}

/// What can be typed now, toggles included.
pub(super) fn help(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = headed(catalogue, "plain-help-title");
    lines.extend(catalogue.say("plain-help").lines().map(str::to_owned));
    for toggle in &model.lesson.toggles {
        let labels: Vec<_> = toggle
            .values
            .iter()
            .map(|value| value.label.in_language(catalogue.language()))
            .collect();
        let arguments = [
            ("key", toggle.key.to_string().into()),
            ("parameter", visible::text(&toggle.parameter).into()),
            ("values", visible::text(&labels.join(" · ")).into()),
        ];
        lines.extend(said(catalogue, "plain-help-toggle", &arguments));
    }
    if !model.listening.is_empty() {
        lines.extend(said(catalogue, "plain-help-outside", &[]));
    }
    lines
}

/// The shown dialogue, or commands that say the same, to be selected and
/// copied; or else why there is no such thing.
pub(super) fn copied(model: &Model, catalogue: &Catalogue, what: Option<Copied>) -> Vec<String> {
    let wanted: &[Copied] = match &what {
        Some(one) => std::slice::from_ref(one),
        None => &[Copied::Swaks, Copied::Openssl, Copied::Curl],
    };
    let texts: Vec<_> = wanted.iter().filter_map(|one| model.copied(*one)).collect();
    if texts.is_empty() {
        return said(catalogue, "plain-nothing-to-copy", &[]);
    }
    let lines = texts
        .iter()
        .flat_map(|text| iter::once("").chain(text.lines()));
    lines.map(str::to_owned).collect()
}

/// How to call from outside the world; nothing if nobody listens.
pub(super) fn outside(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let commands = model.commands_from_outside();
    if commands.is_empty() {
        return Vec::new();
    }
    let mut lines = headed(catalogue, "plain-outside-try");
    lines.extend(
        commands
            .iter()
            .map(|command| format!("  {}", visible::text(command))),
    );
    lines
}

/// One line for each goal of the step that does not hold: which one, what was
/// observed and what was required.
pub(super) fn failures(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let (Some(step), Some(state)) = (model.present_step(), model.present_state()) else {
        return Vec::new();
    };
    let judged = step.goals.iter().zip(&state.goals).zip(&state.observed);
    judged
        .filter(|((_, holds), _)| !**holds)
        .map(|((goal, _), observed)| {
            let language = catalogue.language();
            let seen = if observed.is_empty() {
                catalogue.say("nothing-observed")
            } else {
                policy::observed(catalogue, observed)
            };
            catalogue.say_with(
                "plain-goal-failed",
                &[
                    ("step", step.id.as_str().into()),
                    ("goal", sentence(goal.text.in_language(language)).into()),
                    ("observed", seen.into()),
                    (
                        "required",
                        sentence(goal.explain.in_language(language)).into(),
                    ),
                ],
            )
        })
        .collect()
}

/// The answer in `language`.
fn answer(option: &PredictOption, language: Language) -> &str {
    match language {
        Language::Es => &option.es,
        Language::En => &option.en,
    }
}

fn prose(catalogue: &Catalogue, text: &Text) -> Vec<String> {
    flatten(text.in_language(catalogue.language()), WIDTH)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// A text of a sentence or two as one line, its Markdown flattened.
fn sentence(text: &str) -> String {
    flatten(text, usize::MAX).replace('\n', " ")
}

fn headed(catalogue: &Catalogue, id: &str) -> Vec<String> {
    vec![String::new(), catalogue.say(id)]
}

fn numbered(number: usize, text: &str) -> Vec<String> {
    let first = format!("  {number}) ");
    wrap(&sentence(text), WIDTH, &first, "     ")
}

fn said(catalogue: &Catalogue, id: &str, arguments: &[(&str, FluentValue<'_>)]) -> Vec<String> {
    wrap(&catalogue.say_with(id, arguments), WIDTH, "", "")
}
