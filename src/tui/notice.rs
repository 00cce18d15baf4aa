//! What is said to the student below the lesson, until the next key.

use super::markdown;
use super::scene::Scene;
use super::speed::Speed;
use crate::app::{Edit, Place, deed, news};
use crate::journal::Position;
use crate::lesson::{Order, course};
use crate::postfix::configuration::{Configuration, DiagnosticKind};
use crate::text::explain::capitalised;
use crate::text::visible;

/// Something to say to the student.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// This message.
    Words(&'static str),
    /// What the program says of itself, each a paragraph.
    Told(Vec<String>),
    /// The progress could not be kept, and why.
    NotSaved(String),
    /// What follows a backslash stands for no byte.
    BadEscape(String),
    /// The hint that was opened last.
    Hint,
    /// How fast what plays by itself goes.
    Speed(Speed),
    /// The run that Enter opens next, by index.
    NextRun(usize),
    /// There is no step after this one; what comes next in the course.
    LastStep,
    /// An edit was made, and Postfix has read its configuration again.
    Edited(Edit),
    /// An edit was taken back.
    Undone(Edit),
    /// Something happened in the world, at this position of the journal.
    News(Position),
    /// This block list does not have the host under study.
    NotListed(String),
    /// Something was done that is neither dialogue nor edit.
    Done(Order),
}

/// More columns than a paragraph has: what is said is wrapped where it is shown.
const WIDEST: usize = 4000;

impl Notice {
    /// The words, in lines.
    pub(crate) fn say(&self, scene: &Scene<'_>) -> Vec<String> {
        match self {
            Self::Words(id) => vec![scene.instruct(id, &[])],
            Self::Told(words) => {
                let said = words.iter().map(|words| visible::text(&capitalised(words)));
                said.collect()
            }
            Self::NotSaved(reason) => {
                vec![scene.say_with("tui-notice-not-saved", &[("reason", reason)])]
            }
            Self::BadEscape(escape) => {
                vec![scene.say_with("tui-notice-bad-escape", &[("escape", escape)])]
            }
            Self::Hint => {
                let hint = scene.model.open_hints().pop();
                let hint = hint.map(|(hint, _)| markdown::render(&hint, scene.theme, WIDEST));
                let lines = hint.unwrap_or_default().into_iter();
                let title = format!("{}:", scene.say("tui-hint"));
                let lines = lines.map(|line| line.to_string());
                std::iter::once(title).chain(lines).collect()
            }
            Self::Speed(speed) => {
                let speed = speed.to_string();
                vec![scene.say_with("tui-notice-speed", &[("speed", &speed)])]
            }
            Self::NextRun(index) => {
                let run = scene.model.run(*index);
                let label = run.map(|run| scene.text(&run.label)).unwrap_or_default();
                vec![scene.instruct("tui-press-to-run", &[("run", &label)])]
            }
            Self::LastStep => vec![match course::after(&scene.model.lesson.id) {
                Some((lesson, title)) => {
                    let title = scene.text(&title);
                    let next = [("lesson", lesson.as_str()), ("title", &title)];
                    scene.instruct("tui-notice-last-step-next", &next)
                }
                None => scene.instruct("tui-notice-last-step", &[]),
            }],
            Self::Edited(edit) => edited(edit, edit.new.as_deref(), scene),
            Self::News(at) => {
                let event = scene.model.projection.event(*at);
                let told = event.and_then(|event| news(scene.words, &event.kind));
                told.into_iter().collect()
            }
            Self::NotListed(list) => {
                let host = scene.model.lesson.study.as_str();
                vec![scene.say_with("news-not-listed", &[("list", list), ("host", host)])]
            }
            Self::Done(order) => vec![deed(scene.words, order)],
            Self::Undone(edit) => edited(edit, edit.old.as_deref(), scene),
        }
    }
}

/// What stands there since an edit, what was typed to bring it into force, and
/// what was said of it.
fn edited(edit: &Edit, now: Option<&str>, scene: &Scene<'_>) -> Vec<String> {
    let commands = scene.model.commands_after_edit();
    let said = commands.iter().flat_map(|(_, lines)| lines.iter());
    let mut lines = Vec::new();
    match &edit.place {
        Place::Directive { service, parameter } => {
            let service = service.as_deref();
            lines.push(directive(&edit.host, service, parameter, now, scene));
            lines.extend(remarks(&edit.host, service, parameter, scene));
            // A reload that was refused is said whatever it was that was edited.
            let refused = said.filter(|line| line.contains("fatal: "));
            lines.extend(refused.map(|line| visible::text(line)));
        }
        Place::File { path } => {
            let id = match now {
                Some(_) => "tui-notice-written",
                None => "tui-notice-file-removed",
            };
            lines.push(scene.say_with(id, &[("file", path)]));
            for (command, said) in commands {
                lines.push(visible::text(&format!("# {command}")));
                lines.extend(said.iter().map(|line| visible::text(line)));
            }
        }
    }
    lines
}

/// The directive as it stands since an edit, and that Postfix knows.
fn directive(
    host: &str,
    service: Option<&str>,
    parameter: &str,
    value: Option<&str>,
    scene: &Scene<'_>,
) -> String {
    let place = service.unwrap_or("main.cf");
    let place = if host == scene.model.lesson.study {
        place.to_owned()
    } else {
        format!("{place} · {}", visible::text(host))
    };
    let arguments = [("parameter", parameter), ("place", place.as_str())];
    match value {
        Some(value) => {
            let value = [("value", value)];
            scene.say_with("tui-notice-edited", &[&arguments[..], &value[..]].concat())
        }
        None => scene.say_with("tui-notice-removed", &arguments),
    }
}

/// What Postfix says about the edited directive when it reads the files.
fn remarks(host: &str, service: Option<&str>, parameter: &str, scene: &Scene<'_>) -> Vec<String> {
    let projection = &scene.model.projection;
    let text = projection.configuration_at(host, projection.last());
    text.map_or_else(Vec::new, |text| {
        said_about(service, parameter, text.main_cf, text.master_cf, scene)
    })
}

/// What Postfix says about a directive of main.cf, or of a service, when it
/// reads these files.
pub(super) fn said_about(
    service: Option<&str>,
    parameter: &str,
    main_cf: &str,
    master_cf: &str,
    scene: &Scene<'_>,
) -> Vec<String> {
    let file = if service.is_some() {
        "master.cf"
    } else {
        "main.cf"
    };
    let names = |words: &str| {
        words
            .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .any(|word| word == parameter)
    };
    let (_, diagnostics) = Configuration::parse(main_cf, Some(master_cf));
    diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.file == file && names(&diagnostic.words))
        .map(|diagnostic| match diagnostic.kind {
            DiagnosticKind::NotImitated => scene.say("tui-notice-not-imitated"),
            _ => visible::text(&diagnostic.words),
        })
        .collect()
}
