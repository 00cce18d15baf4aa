//! Why the server decided as it did: every list that was asked, every
//! restriction with the fact that decided it, the winner lit; or the other rule
//! that decided, with the parameters behind it.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::flow;
use super::super::scene::{Scene, deciding_list, winner};
use crate::journal::Kind;
use crate::postfix::decision::{Decision, ListTrace, Outcome, RestrictionTrace, Verdict};
use crate::postfix::reason::{Reason, Rule};
use crate::text::{policy, visible};

/// Columns for the name of a restriction, before its fact begins.
const NAME: usize = 27;

/// The panel's lines in `width` columns, and how many of them there are up to
/// the rule that decided: so many should be in sight.
pub(crate) fn lines(scene: &Scene<'_>, width: usize) -> (Vec<Line<'static>>, usize) {
    let theme = scene.theme;
    let Some(decision) = scene.decision() else {
        let mut lines = authentications(scene, None, width);
        if lines.is_empty() {
            let at = scene.at();
            let nothing = scene
                .connection()
                .map_or("tui-why-nothing", |connection| connection.undecided_at(at));
            let said = Line::styled(scene.say(nothing), theme.quiet);
            lines = flow::wrap(&said, width, 0);
        }
        return (lines, 0);
    };
    let refused = matches!(decision.verdict, Verdict::Refused { .. });
    let look = if refused {
        theme.refusal
    } else {
        theme.success
    };
    let heading = Line::from(vec![
        Span::styled(policy::heading(decision), theme.heading),
        Span::styled(" → ", theme.quiet),
        Span::styled(policy::verdict(scene.words, &decision.verdict), look),
    ]);
    let withholds = !refused && !decision.reasons.is_empty();
    // The reply stands whole in the dialogue; the room is for the reasons.
    let mut lines = vec![flow::cut_line(heading, width)];
    let deciding = deciding_list(decision);
    let mut sought = 0;
    for list in &decision.lists {
        let decides = deciding.is_some_and(|deciding| std::ptr::eq(deciding, list));
        lines.extend(list_lines(scene, list, decides, width));
        if decides {
            // The rule that decides a list is its last one.
            sought = lines.len();
        }
    }
    if withholds {
        let said = Line::styled(scene.say("tui-why-withheld"), theme.quiet);
        lines.extend(flow::wrap(&said, width, 0));
    }
    for reason in &decision.reasons {
        lines.extend(reason_lines(scene, reason, withholds, width));
        if refused {
            sought = lines.len();
        }
    }
    if decision.lists.is_empty() && decision.reasons.is_empty() {
        let said = Line::styled(scene.say("tui-why-no-list"), theme.quiet);
        lines.extend(flow::wrap(&said, width, 0));
    }
    lines.extend(authentications(scene, Some(decision), width));
    (lines, sought)
}

fn list_lines(
    scene: &Scene<'_>,
    list: &ListTrace,
    decides: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let said = if list.steps.is_empty() {
        scene.say("tui-why-empty-list")
    } else {
        policy::list_outcome(scene.words, list.outcome)
    };
    let name = if decides { theme.winner } else { theme.code };
    let heading = Line::from(vec![
        Span::styled(list.parameter, name),
        Span::styled(format!("  {said}"), theme.quiet),
    ]);
    let mut lines = flow::wrap(&heading, width, 2);
    let deciding = winner(list);
    for (index, step) in list.steps.iter().enumerate() {
        let wins = deciding.is_some_and(|deciding| std::ptr::eq(deciding, step));
        lines.extend(step_lines(scene, index, step, (wins, decides), width));
    }
    lines
}

fn step_lines(
    scene: &Scene<'_>,
    index: usize,
    step: &RestrictionTrace,
    (wins, decides): (bool, bool),
    width: usize,
) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let mark = if wins { "▶" } else { " " };
    let look = match (wins, decides) {
        (true, true) => theme.winner,
        (true, false) => theme.strong,
        (false, _) => theme.text,
    };
    let name = visible::text(&step.restriction);
    let fact = policy::fact(scene.words, &step.fact);
    let outcome = policy::outcome(scene.words, step.outcome);
    let outcome_look = match step.outcome {
        Outcome::Permit => theme.success,
        Outcome::Defer | Outcome::Reject => theme.refusal,
        Outcome::Warn => theme.notice,
        Outcome::Continue => theme.quiet,
    };
    let head = format!("{mark}{:>2} {name}", index + 1);
    let padding = (NAME + 4).saturating_sub(head.width()).max(2);
    let line = Line::from(vec![
        Span::styled(head, look),
        Span::raw(" ".repeat(padding)),
        Span::styled(fact, theme.text),
        Span::styled(" → ", theme.quiet),
        Span::styled(outcome, outcome_look),
    ]);
    flow::wrap(&line, width, if width > 90 { NAME + 4 } else { 6 })
}

/// A rule other than a restriction, the parameters that it depends on, and where
/// it stands written. `withholds`: it keeps a keyword from the client.
fn reason_lines(
    scene: &Scene<'_>,
    reason: &Reason,
    withholds: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let theme = scene.theme;
    let source = policy::source(scene.words, reason);
    let mut why = vec![Span::styled(
        policy::rule(scene.words, reason),
        if withholds { theme.text } else { theme.strong },
    )];
    if withholds {
        why.insert(0, Span::raw("  "));
        why.insert(0, Span::styled(visible::text(&reason.found), theme.code));
    }
    let mut lines = flow::wrap(&Line::from(why), width, 2);
    for (index, setting) in reason.settings.iter().enumerate() {
        let (mark, look) = match (withholds, index) {
            (false, 0) => ("▶ ", theme.winner),
            _ => ("  ", theme.code),
        };
        let line = Line::from(vec![
            Span::styled(mark, look),
            Span::styled(policy::setting(setting), look),
            Span::styled("  ", theme.quiet),
            Span::styled(policy::origin(scene.words, setting.origin), theme.quiet),
        ]);
        lines.extend(flow::wrap(&line, width, 4));
    }
    if !withholds && !source.is_empty() {
        let line = Line::styled(format!("  {source}"), theme.quiet);
        lines.extend(flow::wrap(&line, width, 2));
    }
    lines
}

/// What Dovecot said about logins on this connection, but for what was decided
/// for that reason and stands there already.
fn authentications(
    scene: &Scene<'_>,
    decision: Option<&Decision>,
    width: usize,
) -> Vec<Line<'static>> {
    let Some(connection) = scene.connection() else {
        return Vec::new();
    };
    let reasons = decision.map_or(&[] as &[_], |decision| decision.reasons.as_slice());
    let is_said = |user: &str| {
        let mut refused = reasons.iter();
        refused.any(|it| it.rule == Rule::WrongCredentials && visible::text(&it.found) == user)
    };
    let mut lines = Vec::new();
    let until = scene.at();
    let judged = connection
        .authentications
        .iter()
        .take_while(|position| **position <= until)
        .filter_map(|position| scene.model.projection.event(*position));
    for event in judged {
        let Kind::Authenticated {
            mechanism,
            user,
            accepted,
            ..
        } = &event.kind
        else {
            continue;
        };
        // The catalogue makes its arguments visible; what is visible already stays.
        let user = user.visible();
        if !accepted && is_said(&user) {
            continue;
        }
        let (said, look) = if *accepted {
            ("tui-why-login-accepted", scene.theme.success)
        } else {
            ("tui-why-login-refused", scene.theme.refusal)
        };
        let words = scene.say_with(said, &[("mechanism", mechanism), ("user", &user)]);
        lines.extend(flow::wrap(&Line::styled(words, look), width, 2));
    }
    lines
}
