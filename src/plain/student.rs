//! The student's dialogue with the program: a line typed, what follows told.

use std::io::{self, Write};

use super::by_hand;
use super::command::{AttackWanted, Command};
use super::differences;
use super::explanations;
use super::file;
use super::find;
use super::input::Lines;
use super::output::prompt;
use super::pages;
use super::session::Session;
use crate::app::{Ending, Model, Msg, NextHint};
use crate::journal::Position;
use crate::lesson::Order;
use crate::lesson::check::nearest;
use crate::lesson::model::{Host, Wire};
use crate::postfix::parameters;
use crate::text::Catalogue;

/// What was known before a command, to tell what is new after it.
struct Before {
    step: usize,
    began: Position,
    goals: Vec<bool>,
    held: bool,
}

/// Guides the student through the lesson until its end, or theirs.
pub(super) async fn guide<W: Write>(
    session: &mut Session<'_, W>,
    interactive: bool,
) -> io::Result<Ending> {
    let mut lines = Lines::read();
    session.page(&pages::lesson(&session.model, session.catalogue()))?;
    if interactive {
        session.remark("plain-welcome")?;
    }
    session.settle().await?;
    if session.model.is_in_the_middle() {
        session.remark("plain-resumed")?;
    }
    open_step(session)?;
    while !session.is_leaving() && !session.is_interrupted() {
        session.flush()?;
        if interactive {
            prompt(&question_now(&session.model, session.catalogue()));
        }
        match session.next_line(&mut lines).await? {
            Some(line) => {
                let before = Before::of(&session.model);
                let command = if session.model.open_by_hand().is_some() {
                    by_hand::heed(session, &line)?
                } else {
                    Some(Command::parse(&line))
                };
                let key = match command {
                    Some(Command::Letter(key)) => Some(key),
                    _ => None,
                };
                if let Some(command) = command {
                    carry_out(session, command)?;
                }
                session.settle().await?;
                tell_news(session, &before)?;
                if let Some(key) = key {
                    session.page(&pages::toggled(&session.model, session.catalogue(), key))?;
                }
            }
            None if session.is_interrupted() => {}
            // The end of the input (Ctrl-D) is a farewell as well.
            None => session.update(Msg::Quit),
        }
    }
    Ok(if session.is_interrupted() {
        Ending::Interrupted
    } else {
        session.model.ending()
    })
}

/// Tells the beginning of a step.
fn open_step<W: Write>(session: &mut Session<'_, W>) -> io::Result<()> {
    session.skip();
    retell(session)
}

/// Says the step's text, with its question or, once that is answered, its task.
fn retell<W: Write>(session: &mut Session<'_, W>) -> io::Result<()> {
    let (model, catalogue) = (&session.model, session.catalogue());
    let mut lines = pages::step(model, catalogue);
    if model.can_predict() {
        lines.extend(pages::question(model, catalogue));
    } else {
        lines.extend(task(model, catalogue));
    }
    session.page(&lines)
}

/// What there is to do: the dialogues and the goals.
fn task(model: &Model, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = pages::runs(model, catalogue);
    lines.extend(pages::goals(model, catalogue));
    lines.extend(pages::outside(model, catalogue));
    lines
}

fn carry_out<W: Write>(session: &mut Session<'_, W>, command: Command) -> io::Result<()> {
    match command {
        Command::Forward => return forward(session),
        Command::Number(number) => number_given(session, number)?,
        Command::Finish => return finish(session),
        command if command.needs_answer() && session.model.can_predict() => {
            session.remark("plain-answer-first")?;
        }
        Command::Rerun if session.model.last_run().is_none() => {
            session.remark("plain-nothing-to-rerun")?;
        }
        Command::Rerun => session.update(Msg::Rerun),
        Command::Letter(key) if is_toggle(&session.model, key) => {
            session.update(Msg::Toggle(key));
        }
        Command::Letter(_) | Command::Unknown => {
            session.remark("plain-unknown-command")?;
        }
        Command::Edit {
            host,
            service,
            parameter,
            value,
        } => {
            doubt(session, &parameter)?;
            session.update(Msg::Set {
                host: host.unwrap_or_else(|| session.model.lesson.study.clone()),
                service,
                parameter,
                value,
            });
        }
        Command::File(wanted) => return file::carry_out(session, wanted),
        Command::Undo if session.model.edits.is_empty() => {
            session.remark("plain-nothing-to-undo")?;
        }
        Command::Undo => session.update(Msg::Undo),
        Command::Redo if session.model.undone.is_empty() => {
            session.remark("plain-nothing-to-redo")?;
        }
        Command::Redo => session.update(Msg::Redo),
        Command::Reset => session.update(Msg::ResetStep),
        Command::Hint => match session.model.next_hint() {
            NextHint::Ready => {
                session.update(Msg::Hint);
                return session.page(&pages::hint(&session.model, session.catalogue()));
            }
            nothing_new => {
                session.page(&pages::hint(&session.model, session.catalogue()))?;
                session.remark(match nothing_new {
                    NextHint::None => "plain-no-more-hints",
                    NextHint::Never => "plain-no-hints",
                    _ => "plain-no-hint-yet",
                })?;
            }
        },
        Command::Solution => session.update(Msg::ShowSolution),
        Command::Call(Some(call)) => {
            session.update(Msg::Call {
                client: call.client,
                to: call.to,
                implicit_tls: call.implicit_tls,
            });
            session.remark("plain-by-hand")?;
        }
        Command::Next => session.update(Msg::NextStep),
        Command::Previous => session.update(Msg::PreviousStep),
        Command::Step(wanted) => match find_step(&session.model, &wanted) {
            Some(step) => session.update(Msg::GoToStep(step)),
            None => session.remark("plain-no-such-step")?,
        },
        Command::Speak(language) => {
            session.update(Msg::Speak(language));
            return retell(session);
        }
        Command::Conversation => return turn_to_another_conversation(session),
        Command::Outside(client) => session.update(Msg::CountOutsiderAs(client)),
        Command::Delist if let Some(list) = unlisted(&session.model) => {
            return tell_unlisted(session, list);
        }
        command if command.is_deed() => match deed(&session.model, command) {
            Ok(order) => {
                if matches!(order, Order::Wait { .. }) && !somebody_waits(&session.model) {
                    session.remark("plain-nothing-waits")?;
                }
                session.update(Msg::Order(order));
            }
            Err(missing) => session.remark(missing)?,
        },
        Command::Quit => session.update(Msg::Quit),
        Command::Text => return retell(session),
        Command::Base64(text) => return by_hand::encode(session, &text),
        other => {
            let lines = page(&session.model, session.catalogue(), &other);
            return session.page(&lines);
        }
    }
    Ok(())
}

/// Whether there is anybody whom it concerns that time passes: mail that waits
/// in a queue, or a server that waits for its client.
fn somebody_waits(model: &Model) -> bool {
    let waits = |host: &Host| !model.waiting_at(&host.name).is_empty();
    model.lesson.hosts.iter().any(waits)
        || model
            .showable()
            .any(|connection| connection.closed.is_none())
}

/// Reads another conversation of the step.
fn turn_to_another_conversation<W: Write>(session: &mut Session<'_, W>) -> io::Result<()> {
    match session.model.next_conversation() {
        Some(next) => {
            session.update(Msg::Show(Some(next)));
            session.page(&pages::conversation(&session.model))
        }
        None => session.remark("tui-notice-one-conversation"),
    }
}

/// The block list that could take the host under study off, if it is not on it.
fn unlisted(model: &Model) -> Option<String> {
    let list = &model.lesson.blocklists.first()?.zone;
    (!model.is_listed(list)).then(|| list.clone())
}

fn tell_unlisted<W: Write>(session: &mut Session<'_, W>, list: String) -> io::Result<()> {
    let host = session.model.lesson.study.clone();
    let about = [("list", list.into()), ("host", host.into())];
    session.remark_with("news-not-listed", &about)
}

/// What is only to be read, and changes nothing.
fn page(model: &Model, catalogue: &Catalogue, command: &Command) -> Vec<String> {
    match command {
        Command::Goals => pages::goals(model, catalogue),
        Command::Configuration => pages::configuration(model),
        Command::RealThing => pages::real_thing(model, catalogue),
        Command::Copy(what) => pages::copied(model, catalogue, *what),
        Command::Journey => pages::journey(model, catalogue),
        Command::Mailbox(whose) => pages::mailbox(model, catalogue, whose.as_deref()),
        Command::Wire => pages::wire(model, catalogue),
        Command::Why => pages::why(model, catalogue),
        Command::Explain(what) => explanations::explain(model, catalogue, what),
        Command::Find(what) => find::lines(model, catalogue, what),
        Command::Glossary(what) => explanations::glossary(catalogue, what),
        Command::Compare => differences::lines(model, catalogue),
        Command::Call(_) => by_hand::whom(model, catalogue),
        _ => pages::help(model, catalogue),
    }
}

/// The order of a command that is neither dialogue nor edit. `Err`: the
/// message that says what is missing for it.
fn deed(model: &Model, command: Command) -> Result<Order, &'static str> {
    let named = |host: Option<String>| host.unwrap_or_else(|| model.lesson.study.clone());
    Ok(match command {
        Command::Attack(wanted) => attack(model, wanted).ok_or("plain-no-wire")?,
        Command::Delist => {
            let list = model.lesson.blocklists.first();
            Order::Delist {
                list: list.ok_or("plain-no-blocklist")?.zone.clone(),
                host: named(None),
            }
        }
        Command::Dig(question) => Order::LookUp { question },
        Command::Wait(seconds) => Order::Wait { seconds },
        Command::Flush(host) => Order::Flush { host: named(host) },
        Command::ListQueue(host) => Order::ListQueue { host: named(host) },
        Command::DeleteQueued(queue_id, host) => Order::DeleteQueued {
            host: named(host),
            queue_id,
        },
        _ => return Err("plain-unknown-command"),
    })
}

/// The order that lets the attacker do what is wanted to their wire.
fn attack(model: &Model, wanted: Option<AttackWanted>) -> Option<Order> {
    let Some(attack) = wanted else {
        return model.next_attack();
    };
    let Wire { from, to } = model.attackers_wire()?;
    Some(Order::Attack { from, to, attack })
}

/// Says so if an edit of `parameter` will change nothing: postconf(1) writes
/// whatever it is given, and so does the lab.
fn doubt<W: Write>(session: &mut Session<'_, W>, parameter: &str) -> io::Result<()> {
    if parameters::find(parameter).is_some() {
        return Ok(());
    }
    let name = ("name", parameter.into());
    if parameters::is_known(parameter) {
        return session.remark_with("plain-not-imitated", &[name]);
    }
    match nearest(parameter, parameters::all().map(|known| known.name)) {
        Some(near) => session.remark_with("plain-unknown-near", &[name, ("near", near.into())]),
        None => session.remark_with("plain-unknown-parameter", &[name]),
    }
}

/// Enter: whatever comes next.
fn forward<W: Write>(session: &mut Session<'_, W>) -> io::Result<()> {
    let model = &session.model;
    if model.can_predict() {
        return session.page(&pages::question(model, session.catalogue()));
    }
    if model.open_dialogue().is_some() || model.next_run().is_some() {
        session.update(Msg::Forward);
    } else if !model.goals_hold() && !model.is_finished(model.step) {
        session.page(&pages::goals(model, session.catalogue()))?;
        session.remark("plain-goals-left")?;
    } else if model.is_last_step() {
        session.update(Msg::Quit);
    } else {
        session.update(Msg::NextStep);
    }
    Ok(())
}

/// To the end of the open dialogue, or of the next one.
fn finish<W: Write>(session: &mut Session<'_, W>) -> io::Result<()> {
    let model = &session.model;
    match (model.open_dialogue(), model.next_run()) {
        _ if model.can_predict() => session.remark("plain-answer-first")?,
        (None, None) => session.remark("plain-nothing-to-finish")?,
        (None, Some(run)) => {
            session.update(Msg::OpenRun(run));
            session.update(Msg::ToEnd);
        }
        (Some(_), _) => session.update(Msg::ToEnd),
    }
    Ok(())
}

/// A number: the answer to the question that waits, or else a dialogue.
fn number_given<W: Write>(session: &mut Session<'_, W>, number: usize) -> io::Result<()> {
    let index = number.checked_sub(1);
    if session.model.can_predict() {
        if let Some(option) = index {
            session.update(Msg::Predict(option));
        }
        if session.model.can_predict() {
            session.remark("plain-no-such-answer")?;
            return Ok(());
        }
        session.remark("plain-answer-noted")?;
        return session.page(&task(&session.model, session.catalogue()));
    }
    match index.filter(|run| session.model.run(*run).is_some()) {
        Some(run) => session.update(Msg::OpenRun(run)),
        None => session.remark("plain-no-such-run")?,
    }
    Ok(())
}

/// Tells what the last command brought about.
fn tell_news<W: Write>(session: &mut Session<'_, W>, before: &Before) -> io::Result<()> {
    let model = &session.model;
    // Where the solution is being shown, something has happened since.
    let anew = model.projection.step_began != before.began
        && model.edits.is_empty()
        && model.last_run().is_none();
    if model.step != before.step || anew {
        return open_step(session);
    }
    session.tell()?;
    let now = Before::of(&session.model);
    if now.goals != before.goals {
        session.page(&pages::goals(&session.model, session.catalogue()))?;
    }
    if now.held && !before.held {
        let (model, catalogue) = (&session.model, session.catalogue());
        let mut lines = pages::reconciliation(model, catalogue);
        lines.extend(pages::explanation(model, catalogue));
        session.page(&lines)?;
        let id = if session.model.is_last_step() {
            "plain-lesson-done"
        } else {
            "plain-step-done"
        };
        session.remark(id)?;
        if session.model.is_last_step() {
            let lesson = session.model.lesson.id.clone();
            session.remark_with("lesson-take-home", &[("lesson", lesson.into())])?;
        }
    }
    Ok(())
}

/// What to ask for next: the prompt.
fn question_now(model: &Model, catalogue: &Catalogue) -> String {
    catalogue.say(if model.open_by_hand().is_some() {
        "plain-prompt-by-hand"
    } else if model.can_predict() {
        "plain-prompt-answer"
    } else if model.open_dialogue().is_some() {
        "plain-prompt-line"
    } else if model.next_run().is_some() {
        match (model.goals_hold(), model.is_last_step()) {
            (false, _) => "plain-prompt-run",
            (true, false) => "plain-prompt-run-or-next",
            (true, true) => "plain-prompt-run-or-end",
        }
    } else if !model.goals_hold() && !model.is_finished(model.step) {
        "plain-prompt-goals"
    } else if model.is_last_step() {
        "plain-prompt-end"
    } else {
        "plain-prompt-next"
    })
}

/// A step by its number (from 1) or its id.
fn find_step(model: &Model, wanted: &str) -> Option<usize> {
    let steps = &model.lesson.steps;
    let numbered = wanted
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    numbered
        .filter(|step| *step < steps.len())
        .or_else(|| steps.iter().position(|step| step.id == wanted))
}

fn is_toggle(model: &Model, key: char) -> bool {
    model.lesson.toggles.iter().any(|toggle| toggle.key == key)
}

impl Before {
    fn of(model: &Model) -> Self {
        Self {
            step: model.step,
            began: model.projection.step_began,
            goals: model
                .present_state()
                .map_or_else(Vec::new, |state| state.goals.clone()),
            held: model.goals_hold(),
        }
    }
}
