//! Hints for whoever has just tried something. Pure: what was tried is read
//! from the journal's events, and which hint fits depends on nothing else.

use std::sync::Arc;

use super::goal::judge_last_call;
use super::model::{Edited, HintWhen, Lesson, Step, Unmet, Wrote};
use crate::journal::Event;
use crate::journal::event::Kind;
use crate::postfix::main_cf::{self, MAIN_CF};
use crate::postfix::master_cf::{self, MASTER_CF};
use crate::text::{Language, visible};

/// A hint that fits, with what it speaks of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Told {
    /// Its index in [`Step::hints_when`].
    pub hint: usize,
    /// The present value of the directive that was changed, or else the line that
    /// was found in a file; empty if none is meant, or it was taken out.
    pub value: String,
    /// What was observed, in the words of the wire; empty if nothing is meant.
    pub observed: String,
}

impl Told {
    /// The hint in `language`, Markdown; empty if `step` has no such hint.
    pub fn text(&self, step: &Step, language: Language) -> String {
        let Some(hint) = step.hints_when.get(self.hint) else {
            return String::new();
        };
        let text = hint.text.in_language(language);
        let mut said = String::with_capacity(text.len());
        let mut rest = text;
        for name in placeholders(text) {
            let mark = format!("{{{name}}}");
            let Some((before, after)) = rest.split_once(&mark) else {
                continue;
            };
            said.push_str(before);
            match name {
                "value" => said.push_str(&shown(&self.value)),
                "observed" => said.push_str(&shown(&self.observed)),
                _ => said.push_str(&mark),
            }
            rest = after;
        }
        said + rest
    }
}

/// Safe to show, and to stand between the backquotes of Markdown's code.
fn shown(text: &str) -> String {
    visible::text(text).replace('`', "'")
}

/// The names in braces in `text`, in their order: `value` in `now it is {value}`.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        is_name.then_some(name)
    })
}

/// The first hint of step `step` that fits what `events` tell, all that
/// happened since the step began, and was not given yet.
pub fn fitting(
    lesson: &Lesson,
    step: usize,
    events: &[Arc<Event>],
    given: &[usize],
) -> Option<Told> {
    let step = lesson.steps.get(step)?;
    let hints = step.hints_when.iter().enumerate();
    hints
        .filter(|(index, _)| !given.contains(index))
        .find_map(|(index, hint)| fits(lesson, step, index, hint, events))
}

fn fits(
    lesson: &Lesson,
    step: &Step,
    index: usize,
    hint: &HintWhen,
    events: &[Arc<Event>],
) -> Option<Told> {
    let mut told = Told {
        hint: index,
        value: String::new(),
        observed: String::new(),
    };
    if let Some(wanted) = &hint.edited {
        told.value = edited(wanted, &lesson.study, events)?;
    }
    if let Some(wanted) = &hint.wrote {
        let line = wrote(wanted, &lesson.study, events)?;
        if hint.edited.is_none() {
            told.value = line;
        }
    }
    if let Some(wanted) = &hint.unmet {
        told.observed = unmet(wanted, step, events)?;
    }
    if let Some(ran) = &hint.ran {
        let judged = judge_last_call(step, ran, &hint.expect, events)?;
        if !judged.holds {
            return None;
        }
        told.observed = judged.observed.to_string();
    }
    Some(told)
}

/// The directive's present value, if it was changed and is as `wanted` says:
/// by itself, or with the file in which it stands.
fn edited(wanted: &Edited, study: &str, events: &[Arc<Event>]) -> Option<String> {
    let of_host = wanted.host.as_deref().unwrap_or(study);
    let mut edits = events.iter().filter_map(|event| match &event.kind {
        Kind::ParameterSet {
            host,
            service,
            parameter,
            old,
            new,
        } if host == of_host
            && *parameter == wanted.parameter
            && same_service(service.as_deref(), wanted.service.as_deref()) =>
        {
            Some((old.clone(), new.clone()))
        }
        Kind::FileWritten {
            host,
            path,
            old,
            new,
        } if host == of_host && *path == file_of(wanted) => {
            let value = |text: &Option<String>| value_in(text.as_deref()?, wanted);
            Some((value(old), value(new)))
        }
        _ => None,
    });
    let (before, first) = edits.next()?;
    let now = edits.next_back().map_or(first, |(_, last)| last);
    let differs = before.as_deref().map(words) != now.as_deref().map(words);
    let value = now.unwrap_or_default();
    let present = words(&value);
    let fits = wanted
        .contains
        .as_ref()
        .is_none_or(|part| holds(&present, part))
        && wanted
            .lacks
            .as_ref()
            .is_none_or(|part| !holds(&present, part));
    (differs && fits).then(|| value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The file in which the directive stands.
fn file_of(wanted: &Edited) -> &'static str {
    match wanted.service {
        Some(_) => MASTER_CF,
        None => MAIN_CF,
    }
}

/// The directive's value in the text of its file.
fn value_in(text: &str, wanted: &Edited) -> Option<String> {
    match &wanted.service {
        Some(service) => master_cf::override_of(text, service, &wanted.parameter),
        None => main_cf::value_of(text, &wanted.parameter),
    }
}

/// The line of the file that holds what is `wanted`, if the file was written and
/// is as `wanted` says; empty if no line is meant.
fn wrote(wanted: &Wrote, study: &str, events: &[Arc<Event>]) -> Option<String> {
    let of_host = wanted.host.as_deref().unwrap_or(study);
    let mut writings = events.iter().filter_map(|event| match &event.kind {
        Kind::FileWritten {
            host,
            path,
            old,
            new,
        } if host == of_host && *path == wanted.path => Some((old.as_deref(), new.as_deref())),
        _ => None,
    });
    let (before, first) = writings.next()?;
    let now = writings.next_back().map_or(first, |(_, last)| last);
    if before == now {
        return None;
    }
    let lines = || {
        let lines = now.unwrap_or_default().lines();
        lines.filter(|line| !line.trim_start().starts_with('#'))
    };
    let line_with = |part: &str| lines().find(|line| holds(&words(line), part));
    if let Some(part) = &wanted.lacks
        && line_with(part).is_some()
    {
        return None;
    }
    match &wanted.contains {
        Some(part) => line_with(part).map(|line| line.trim().to_owned()),
        None => Some(String::new()),
    }
}

fn same_service(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => master_cf::same_service(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// The words of a value: Postfix's lists are parted by blanks or commas alike.
fn words(value: &str) -> Vec<String> {
    value
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Whether the words of `part` stand one after the other in `present`.
fn holds(present: &[String], part: &str) -> bool {
    let part = words(part);
    part.is_empty() || present.windows(part.len()).any(|window| window == part)
}

/// What was observed in the goal's place, if it does not hold and that is as
/// `wanted` says.
fn unmet(wanted: &Unmet, step: &Step, events: &[Arc<Event>]) -> Option<String> {
    let sought = |id: &Option<String>| id.as_ref() == Some(&wanted.goal);
    let number = step.goals.iter().position(|goal| sought(&goal.id))?;
    let (held, seen) = events.iter().rev().find_map(|event| match &event.kind {
        Kind::GoalChecked {
            goal,
            holds,
            observed,
            ..
        } if *goal == number => Some((*holds, observed.to_string())),
        _ => None,
    })?;
    let as_wanted = wanted
        .observed
        .as_ref()
        .is_none_or(|part| seen.contains(part));
    (!held && as_wanted).then_some(seen)
}

#[cfg(test)]
mod tests;
