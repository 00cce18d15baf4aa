//! `lab doctor`: what this terminal and this machine can do, to be pasted into
//! a question.

use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Result;

use super::Status;
use super::environment::Environment;
use super::instance;
use super::settings;
use crate::clock::{Clock, Moment};
use crate::journal::event::Kind;
use crate::lesson::check::prevents;
use crate::lesson::loader::Source;
use crate::lesson::progress::{Locking, state_directory};
use crate::lesson::template::template;
use crate::lesson::{Order, Store, library};
use crate::text::{Catalogue, Language, visible};
use crate::tui::SMALLEST;
use crate::tui::terminal::size;
use crate::world::World;

/// What was found out about one thing.
struct Finding {
    /// The message with its name.
    name: &'static str,
    /// What was found, in no language or in the machine's words.
    found: String,
    verdict: Verdict,
}

/// What it means.
enum Verdict {
    Fine,
    /// Something will be missing; the message says what to do.
    Note(&'static str),
    /// Something keeps the lab from working; the message says what to do, if
    /// what was found does not.
    Fault(Option<&'static str>),
}

/// Prints what was found, and what to do about it. Something that keeps the lab
/// from working makes the status [`Status::Environment`].
pub(super) fn examine(environment: &Environment, catalogue: &Catalogue) -> Result<Status> {
    let mut findings = vec![
        version(),
        variables(environment),
        terminal(environment),
        colours(environment),
        clipboard(environment),
        unicode(environment),
        language(catalogue),
        configuration(environment),
        state(),
        clock(),
        lessons(),
        world(),
        loopback(),
    ];
    findings.extend(taken_ports());
    findings.extend(others());
    let mut out = io::stdout().lock();
    for finding in &findings {
        let (mark, advice) = match finding.verdict {
            Verdict::Fine => ("doctor-fine", None),
            Verdict::Note(advice) => ("doctor-note", Some(advice)),
            Verdict::Fault(advice) => ("doctor-fault", advice),
        };
        let (mark, name) = (catalogue.say(mark), catalogue.say(finding.name));
        writeln!(out, "[{mark}] {name}: {}", visible::text(&finding.found))?;
        if let Some(advice) = advice {
            writeln!(out, "    {}", catalogue.say(advice))?;
        }
    }
    let is_fault = |finding: &Finding| matches!(finding.verdict, Verdict::Fault(_));
    Ok(if findings.iter().any(is_fault) {
        Status::Environment
    } else {
        Status::Reached
    })
}

fn version() -> Finding {
    let (version, system, machine) = (
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    fact(
        "doctor-version",
        format!("lab {version}, {system} {machine}"),
    )
}

fn variables(environment: &Environment) -> Finding {
    let names = [
        "TERM",
        "COLORTERM",
        "NO_COLOR",
        "LANG",
        "LC_ALL",
        "LAB_LANG",
        "SSH_TTY",
        "TMUX",
    ];
    let set = names
        .iter()
        .filter_map(|name| Some(format!("{name}={}", environment.variable(name)?)));
    fact("doctor-variables", set.collect::<Vec<_>>().join(" "))
}

/// No terminal is no fault: the lesson is then told line by line.
fn terminal(environment: &Environment) -> Finding {
    let name = "doctor-terminal";
    let (input, output) = (
        tty(environment.input_is_terminal),
        tty(environment.output_is_terminal),
    );
    let found = format!("stdin {input}, stdout {output}");
    match size().filter(|_| environment.output_is_terminal) {
        _ if environment.terminal_is_dumb() => {
            note(name, format!("{found}, TERM=dumb"), "doctor-advice-dumb")
        }
        None => fact(name, found),
        Some((columns, rows)) => {
            let found = format!("{found}, {columns}x{rows}");
            if columns < SMALLEST.0 || rows < SMALLEST.1 {
                note(name, found, "doctor-advice-size")
            } else {
                fact(name, found)
            }
        }
    }
}

/// How many colours there are. The lab needs sixteen, and can do without any.
fn colours(environment: &Environment) -> Finding {
    let variable = |name| environment.variable(name).unwrap_or_default();
    let found = if !variable("NO_COLOR").is_empty() {
        "NO_COLOR: --theme mono"
    } else if environment.terminal_is_dumb() || variable("TERM").is_empty() {
        "0: --theme mono"
    } else if matches!(variable("COLORTERM"), "truecolor" | "24bit") {
        "24 bit"
    } else if variable("TERM").contains("256") {
        "256"
    } else {
        "16"
    };
    fact("doctor-colours", found.to_owned())
}

/// How `y` reaches the clipboard. Whether the terminal takes it is not to be
/// learnt; what stands in between can be seen.
fn clipboard(environment: &Environment) -> Finding {
    let name = "doctor-clipboard";
    if environment.variable("TMUX").is_some() {
        note(name, "OSC 52, tmux".to_owned(), "doctor-advice-tmux")
    } else if environment.variable("STY").is_some() {
        note(name, "OSC 52, screen".to_owned(), "doctor-advice-screen")
    } else {
        fact(name, "OSC 52".to_owned())
    }
}

fn tty(is_terminal: bool) -> &'static str {
    if is_terminal { "tty" } else { "no tty" }
}

fn unicode(environment: &Environment) -> Finding {
    let name = "doctor-unicode";
    if environment.writes_utf8() {
        fact(name, "UTF-8: ñ → ▸ ┌┐".to_owned())
    } else {
        fault(name, "UTF-8 -".to_owned(), "doctor-advice-utf8")
    }
}

fn language(catalogue: &Catalogue) -> Finding {
    fact("doctor-language", catalogue.language().code().to_owned())
}

/// The file of settings. That there is none is no fault.
fn configuration(environment: &Environment) -> Finding {
    let name = "doctor-config";
    let Some(path) = settings::path() else {
        return fault(name, "$HOME ?".to_owned(), "doctor-advice-home");
    };
    let path = path.display();
    let found = &environment.found;
    match &found.problem {
        Some(problem) => unexplained(name, problem.clone()),
        None if prevents(&found.faults) => fault(name, path.to_string(), "doctor-advice-config"),
        None if found.file.is_none() => fact(name, format!("{path} (-)")),
        None => fact(name, path.to_string()),
    }
}

fn state() -> Finding {
    let name = "doctor-state";
    let Some(directory) = state_directory() else {
        return fault(name, "$HOME ?".to_owned(), "doctor-advice-home");
    };
    match Store::new(&directory, "doctor").rehearse() {
        Ok(Locking::Works) => fact(name, directory.display().to_string()),
        Ok(Locking::Missing) => {
            let found = directory.display().to_string();
            note(name, found, "doctor-advice-locks")
        }
        Err(problem) => {
            let advice = if problem.is_full() {
                "doctor-advice-full"
            } else {
                "doctor-advice-state"
            };
            fault(name, format!("{:#}", anyhow::Error::from(problem)), advice)
        }
    }
}

/// `lab serve` writes this machine's time into its log and its certificates,
/// and who calls it holds them to their own.
fn clock() -> Finding {
    let (name, now) = ("doctor-clock", Clock::Machine.now());
    let found = now.to_rfc2822();
    if now.since(Moment::LESSON_START).is_zero() {
        note(name, found, "doctor-advice-clock")
    } else {
        fact(name, found)
    }
}

fn lessons() -> Finding {
    let ids = library::ids();
    let faulty = |id: &&String| !matches!(library::lesson(id), Some(Ok(_)));
    match ids.iter().find(faulty) {
        None => fact("doctor-lessons", ids.join(", ")),
        Some(id) => unexplained("doctor-lessons", id.clone()),
    }
}

/// Starts the template's world and begins its step, which makes certificates,
/// reads a Postfix configuration and opens listeners.
fn world() -> Finding {
    let name = "doctor-world";
    let began = || -> Result<usize> {
        let lesson = Source {
            name: "template".to_owned(),
            text: template(Language::default()).to_owned(),
        };
        let lesson = lesson.load()?;
        let mut world = World::start(Arc::new(lesson), 1)?;
        let order = world.order(Order::Begin { step: 0 });
        let mut cursor = world.journal().cursor(0);
        let mut events = 0;
        while cursor.block() {
            for event in cursor.read() {
                events += 1;
                if event.kind == (Kind::Settled { order }) {
                    return Ok(events);
                }
            }
        }
        anyhow::bail!("the journal closed")
    };
    match began() {
        Ok(events) => fact(name, format!("PKI, DNS, Postfix: {events} events")),
        Err(problem) => unexplained(name, format!("{problem:#}")),
    }
}

/// Lessons need no socket; `lab serve` binds loopback addresses.
fn loopback() -> Finding {
    let bound = |address: &str| {
        TcpListener::bind((address, 0))
            .and_then(|listener| listener.local_addr())
            .map_or_else(
                |problem| format!("{address}: {problem}"),
                |bound| bound.to_string(),
            )
    };
    fact(
        "doctor-loopback",
        format!("{}, {}", bound("127.0.0.1"), bound("::1")),
    )
}

/// Whether another program, perhaps a second `lab serve`, has the ports that
/// `lab serve` takes unless told otherwise.
fn taken_ports() -> Option<Finding> {
    let taken = [2525_u16, 2587, 2465].into_iter().filter_map(|port| {
        let problem = TcpListener::bind(("127.0.0.1", port)).err()?;
        Some(format!("127.0.0.1:{port}: {problem}"))
    });
    let taken: Vec<_> = taken.collect();
    let found = taken.join(", ");
    (!taken.is_empty()).then(|| note("doctor-ports", found, "doctor-advice-ports"))
}

/// Lessons and servers of this user that run beside this.
fn others() -> Option<Finding> {
    let others = instance::others();
    let told = others
        .iter()
        .map(|it| format!("{} ({})", it.command, it.process));
    let found = told.collect::<Vec<_>>().join(", ");
    (!others.is_empty()).then(|| note("doctor-others", found, "doctor-advice-others"))
}

fn fact(name: &'static str, found: String) -> Finding {
    Finding {
        name,
        found,
        verdict: Verdict::Fine,
    }
}

fn note(name: &'static str, found: String, advice: &'static str) -> Finding {
    Finding {
        name,
        found,
        verdict: Verdict::Note(advice),
    }
}

fn fault(name: &'static str, found: String, advice: &'static str) -> Finding {
    Finding {
        name,
        found,
        verdict: Verdict::Fault(Some(advice)),
    }
}

/// A fault that speaks for itself.
fn unexplained(name: &'static str, found: String) -> Finding {
    Finding {
        name,
        found,
        verdict: Verdict::Fault(None),
    }
}
