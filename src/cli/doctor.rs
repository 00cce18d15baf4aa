//! `lab doctor`: what this terminal and this machine can do, to be pasted into
//! a question.

use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Result;

use super::Status;
use super::environment::Environment;
use super::settings;
use crate::journal::event::Kind;
use crate::lesson::check::prevents;
use crate::lesson::loader::Source;
use crate::lesson::progress::state_directory;
use crate::lesson::template::template;
use crate::lesson::{Order, Store, library};
use crate::text::{Catalogue, Language, visible};
use crate::tui::terminal::size;
use crate::world::World;

/// What was found out about one thing.
struct Finding {
    /// The message with its name.
    name: &'static str,
    /// What was found, in no language or in the machine's words.
    found: String,
    fine: bool,
}

/// Prints what was found. Something that keeps the lab from working makes the
/// status [`Status::Environment`].
pub(super) fn examine(environment: &Environment, catalogue: &Catalogue) -> Result<Status> {
    let findings = [
        version(),
        variables(environment),
        terminal(environment),
        clipboard(environment),
        unicode(environment),
        language(catalogue),
        configuration(environment),
        state(),
        lessons(),
        world(),
        loopback(),
    ];
    let mut out = io::stdout().lock();
    for finding in &findings {
        let mark = catalogue.say(if finding.fine {
            "doctor-fine"
        } else {
            "doctor-fault"
        });
        let name = catalogue.say(finding.name);
        writeln!(out, "[{mark}] {name}: {}", visible::text(&finding.found))?;
    }
    let all_fine = findings.iter().all(|finding| finding.fine);
    Ok(if all_fine {
        Status::Reached
    } else {
        Status::Environment
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
    let (input, output) = (
        tty(environment.input_is_terminal),
        tty(environment.output_is_terminal),
    );
    let found = match size().filter(|_| environment.output_is_terminal) {
        Some((columns, rows)) => format!("stdin {input}, stdout {output}, {columns}x{rows}"),
        None => format!("stdin {input}, stdout {output}"),
    };
    fact("doctor-terminal", found)
}

/// How `y` reaches the clipboard. Whether the terminal takes it is not to be
/// learnt; what stands in between can be seen.
fn clipboard(environment: &Environment) -> Finding {
    let between = if environment.variable("TMUX").is_some() {
        ", tmux: set -s set-clipboard on"
    } else if environment.variable("STY").is_some() {
        ", screen: -"
    } else {
        ""
    };
    fact("doctor-clipboard", format!("OSC 52{between}"))
}

fn tty(is_terminal: bool) -> &'static str {
    if is_terminal { "tty" } else { "no tty" }
}

fn unicode(environment: &Environment) -> Finding {
    let fine = environment.writes_utf8();
    Finding {
        name: "doctor-unicode",
        found: if fine {
            "UTF-8: ñ → ▸ ┌┐"
        } else {
            "LC_ALL=C.UTF-8 ?"
        }
        .to_owned(),
        fine,
    }
}

fn language(catalogue: &Catalogue) -> Finding {
    fact("doctor-language", catalogue.language().code().to_owned())
}

/// The file of settings. That there is none is no fault.
fn configuration(environment: &Environment) -> Finding {
    let name = "doctor-config";
    let Some(path) = settings::path() else {
        return fault(name, "$HOME ?".to_owned());
    };
    let path = path.display();
    let found = &environment.found;
    match &found.problem {
        Some(problem) => fault(name, problem.clone()),
        None if prevents(&found.faults) => fault(name, format!("{path} (lab config check)")),
        None if found.file.is_none() => fact(name, format!("{path} (-)")),
        None => fact(name, path.to_string()),
    }
}

fn state() -> Finding {
    let name = "doctor-state";
    let Some(directory) = state_directory() else {
        return fault(name, "$HOME ?".to_owned());
    };
    match Store::new(&directory, "doctor").probe() {
        Ok(()) => fact(name, directory.display().to_string()),
        Err(problem) => fault(name, format!("{:#}", anyhow::Error::from(problem))),
    }
}

fn lessons() -> Finding {
    let ids = library::ids();
    let faulty = |id: &&String| !matches!(library::lesson(id), Some(Ok(_)));
    match ids.iter().find(faulty) {
        None => fact("doctor-lessons", ids.join(", ")),
        Some(id) => fault("doctor-lessons", id.clone()),
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
        Err(problem) => fault(name, format!("{problem:#}")),
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

fn fact(name: &'static str, found: String) -> Finding {
    Finding {
        name,
        found,
        fine: true,
    }
}

fn fault(name: &'static str, found: String) -> Finding {
    Finding {
        name,
        found,
        fine: false,
    }
}
