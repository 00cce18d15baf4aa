//! The configuration of the host under study, as it stands at the shown
//! moment; what decided is lit, what the student changed is marked.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::flow;
use super::super::scene::Scene;
use super::{Focus, padded, show, titled};
use crate::app::{Directive, Place, Since, Standing};
use crate::lesson::model::Toggle;
use crate::postfix::parameters;
use crate::text::visible;

/// What is in force, for a pane of its own.
pub(crate) struct Standings {
    /// Its lines.
    pub(crate) lines: Vec<Line<'static>>,
    /// The first one that is lit.
    lit: Option<usize>,
}

impl Standings {
    /// What is in force in `width` columns.
    pub(crate) fn in_force(scene: &Scene<'_>, width: usize) -> Self {
        lay_out(scene, Services::OfTheConnection, width)
    }

    /// How many lines there are up to what decided, and one more.
    fn sought(&self) -> usize {
        self.lit.map_or(0, |lit| lit + 2)
    }

    /// Draws as much of it as fits, what decided among it.
    pub(crate) fn draw(&self, scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
        let title = format!("main.cf · {}", visible::text(&scene.model.lesson.study));
        let inside = padded(titled(scene, Focus::Elsewhere, &title, area, buffer));
        let scroll = self.sought().saturating_sub(usize::from(inside.height));
        show(scene, Focus::Elsewhere, &self.lines, scroll, inside, buffer);
    }
}

/// The lines of the panel in `width` columns, and how many of them there are up
/// to what decided: so many should be in sight.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> (Vec<Line<'static>>, usize) {
    let standings = lay_out(scene, Services::All, width);
    let sought = standings.sought();
    (standings.lines, sought)
}

/// Whose overrides are shown beside main.cf.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Services {
    /// Those of every network service.
    All,
    /// Those of the service that the shown connection goes to.
    OfTheConnection,
}

impl Services {
    /// The directives of the host under study beside what they were when the
    /// step began; where there is little room, only those that stand.
    fn standings(self, scene: &Scene<'_>, service: Option<&str>) -> Vec<Standing> {
        let mut standings = scene.model.standings(&scene.model.lesson.study, service);
        if self == Self::OfTheConnection {
            standings.retain(|standing| standing.since != Since::Removed);
            for standing in &mut standings {
                if matches!(standing.since, Since::Changed(_)) {
                    standing.since = Since::Added;
                }
            }
        }
        standings
    }
}

fn lay_out(scene: &Scene<'_>, shown: Services, width: usize) -> Standings {
    let host = scene.model.lesson.study.as_str();
    let mut lines = Vec::new();
    let mut lit = None;
    let service = scene
        .connection()
        .filter(|connection| connection.to.host == host)
        .map(|connection| connection.service.as_str());
    let overrides = service
        .map(|service| scene.model.directives(host, Some(service)))
        .unwrap_or_default();
    let overridden = |parameter: &str| overrides.iter().any(|known| known.parameter == parameter);
    // What another server decided by its own rules is not to be seen here.
    let winners = match service {
        Some(_) => scene.winning_parameters(),
        None => Vec::new(),
    };
    let mut main_cf = shown.standings(scene, None);
    if shown == Services::OfTheConnection {
        // What the lesson is about comes before what every Debian has there.
        let spoken_of = spoken_of(scene);
        let at_issue = scene.model.places_at_issue();
        let is_at_issue = |name: &str| {
            at_issue.iter().any(|(of, place)| {
                *of == host
                    && matches!(place, Place::Directive { service: None, parameter } if parameter == name)
            })
        };
        main_cf.sort_by_key(|standing| {
            let parameter = standing.directive.parameter.as_str();
            let toggled = |toggle: &Toggle| toggle.parameter == parameter;
            if winners.contains(&parameter) || is_at_issue(parameter) {
                0
            } else if scene.model.lesson.toggles.iter().any(toggled) {
                1
            } else if spoken_of.contains(parameter) {
                2
            } else {
                3
            }
        });
    }
    for standing in &main_cf {
        let parameter = standing.directive.parameter.as_str();
        let stands = standing.since != Since::Removed;
        let wins = stands && winners.contains(&parameter) && !overridden(parameter);
        if wins && lit.is_none() {
            lit = Some(lines.len());
        }
        lines.extend(standing_lines(scene, None, standing, wins, width));
    }
    // A list that decided without standing in the file is Postfix's default.
    if let Some(parameter) = winners.first() {
        let stands = main_cf
            .iter()
            .any(|known| known.since != Since::Removed && known.directive.parameter == *parameter);
        if !stands && !overridden(parameter) {
            lit = lit.or(Some(lines.len()));
            let line = Line::from(vec![
                Span::styled("▶ ", scene.theme.winner),
                Span::styled((*parameter).to_owned(), scene.theme.winner),
                Span::styled(default_of(parameter), scene.theme.text),
                Span::styled(
                    format!(" {}", scene.say("tui-configuration-default")),
                    scene.theme.quiet,
                ),
            ]);
            lines.extend(flow::wrap(&line, width, 3));
        }
    }
    let services = match shown {
        Services::All => scene.model.services(host),
        Services::OfTheConnection => service.map(str::to_owned).into_iter().collect(),
    };
    for name in services {
        let here = Some(name.as_str()) == service;
        let overrides = shown.standings(scene, Some(&name));
        if !overrides.is_empty() {
            lines.push(Line::styled(
                format!("master.cf · {}", visible::text(&name)),
                scene.theme.strong,
            ));
        }
        for standing in &overrides {
            let stands = standing.since != Since::Removed;
            let wins = here && stands && winners.contains(&standing.directive.parameter.as_str());
            if wins && lit.is_none() {
                lit = Some(lines.len());
            }
            lines.extend(standing_lines(scene, Some(&name), standing, wins, width));
        }
    }
    Standings { lines, lit }
}

/// A directive, marked as diff(1) does where it is not what it was when the
/// step began: what it was, if it was, and what it is.
pub(crate) fn standing_lines(
    scene: &Scene<'_>,
    service: Option<&str>,
    standing: &Standing,
    wins: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let now = &standing.directive;
    let line = |mark, look, value| directive_line(scene, service, now, (mark, look), value);
    let marked = |mark| if wins { ("▶ ", theme.winner) } else { mark };
    let lines = match &standing.since {
        Since::Same => {
            let (mark, look) = marked(("  ", theme.code));
            vec![line(mark, look, (now.value.as_str(), theme.text))]
        }
        Since::Added => {
            let (mark, look) = marked(("+ ", theme.success));
            vec![line(mark, look, (now.value.as_str(), theme.strong))]
        }
        Since::Changed(was) => {
            let (mark, look) = marked(("+ ", theme.success));
            vec![
                line("- ", theme.removed, (was.as_str(), theme.removed)),
                line(mark, look, (now.value.as_str(), theme.strong)),
            ]
        }
        Since::Removed => vec![line(
            "- ",
            theme.removed,
            (now.value.as_str(), theme.removed),
        )],
    };
    lines
        .iter()
        .flat_map(|line| flow::wrap(line, width, 3))
        .collect()
}

fn directive_line(
    scene: &Scene<'_>,
    service: Option<&str>,
    directive: &Directive,
    (mark, look): (&'static str, Style),
    (value, value_look): (&str, Style),
) -> Line<'static> {
    let option = if service.is_some() { "-o " } else { "" };
    let name = format!("{option}{}", visible::text(&directive.parameter));
    Line::from(vec![
        Span::styled(mark, look),
        Span::styled(name, look),
        Span::styled(" = ", scene.theme.quiet),
        Span::styled(visible::text(value), value_look),
    ])
}

/// The parameters of the host under study that the lesson has to do with.
fn spoken_of<'a>(scene: &Scene<'a>) -> BTreeSet<&'a str> {
    let lesson = &scene.model.lesson;
    let settings = lesson.steps.iter().flat_map(|step| {
        let solved = step
            .solution
            .iter()
            .filter_map(|action| action.set.as_ref());
        step.setup.iter().chain(solved)
    });
    settings
        .filter(|setting| setting.host == lesson.study)
        .map(|setting| setting.parameter.as_str())
        .collect()
}

/// ` = value` for a parameter that stands in no file; nothing where Postfix's
/// default is itself a computation that would explain nothing.
fn default_of(parameter: &str) -> String {
    parameters::find(parameter)
        .map(|known| known.default)
        .filter(|default| !default.contains("${"))
        .map_or_else(String::new, |default| format!(" = {default}"))
}
