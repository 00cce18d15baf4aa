//! `lab serve`: a server of the lab on real local ports.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::arguments;
use super::environment::Environment;
use super::instance::Instance;
use super::status::Failure;
use super::{Status, locate, talk};
use crate::clock::fresh_seed;
use crate::journal::{Event, Kind};
use crate::lesson::Lesson;
use crate::lesson::course;
use crate::lesson::model::Client;
use crate::lesson::progress::state_directory;
use crate::text::{Catalogue, visible};
use crate::world::serve::{
    Addresses, Folder, Loopback, LoopbackError, Remark, ServeError, Server, Source,
};

/// Serves until it is told to stop.
pub(super) fn serve(
    asked: &arguments::Serve,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    let addresses = addresses(&asked.ports, catalogue)?;
    let mut command = vec!["lab serve".to_owned()];
    let source = if let Some(folder) = &asked.postfix {
        command.push(format!("--postfix {}", folder.display()));
        Source::Folder(Box::new(read(folder, catalogue)?))
    } else {
        let name = asked.lesson.clone().unwrap_or_else(present_lesson);
        command.push(name.clone());
        let lesson = Arc::new(locate::lesson(&name, environment, catalogue)?);
        let client = client(asked.client.as_deref(), &lesson, catalogue)?;
        Source::Lesson { lesson, client }
    };
    let mut log = MailLog::open(asked.log.as_deref(), catalogue)?;
    let server = Server::open(source, &addresses, fresh_seed())
        .map_err(|problem| cannot_open(&problem, catalogue))?;
    for service in server.missing() {
        talk(&catalogue.say_with("serve-no-service", &[("service", (*service).into())]));
    }
    let listeners = server.listeners();
    if listeners.is_empty() {
        return Err(Failure::environment(catalogue.say("serve-nothing")));
    }
    command.extend(listeners.iter().map(|(_, address)| address.to_string()));
    let _known = Instance::register(&command.join(" "));
    let ready = || {
        let mut lines = Vec::new();
        for (name, address) in &listeners {
            writeln!(lines, "listening {name} {address}")?;
        }
        let mut out = io::stdout().lock();
        out.write_all(&lines)?;
        out.flush()?;
        match &asked.ready_file {
            Some(file) => std::fs::write(file, lines),
            None => Ok(()),
        }
    };
    server.run(ready, |events| log.record(events))?;
    Ok(Status::Reached)
}

/// The lesson that the student is in, or comes to next.
fn present_lesson() -> String {
    let state = state_directory();
    let standings = course::standings(state.as_deref());
    let next = course::next(&standings, state.as_deref()).unwrap_or(0);
    standings
        .into_iter()
        .nth(next)
        .map_or_else(String::new, |standing| standing.id)
}

/// The lesson's client of this name.
fn client(name: Option<&str>, lesson: &Lesson, catalogue: &Catalogue) -> Result<Option<Client>> {
    let Some(name) = name else {
        return Ok(None);
    };
    let client = lesson.clients.iter().find(|client| client.name == name);
    client.cloned().map(Some).ok_or_else(|| {
        let names: Vec<_> = lesson.clients.iter().map(|it| it.name.as_str()).collect();
        let arguments = [
            ("client", name.into()),
            ("clients", names.join(", ").into()),
        ];
        Failure::usage(catalogue.say_with("serve-no-client", &arguments))
    })
}

/// Where to listen.
pub(super) fn addresses(ports: &arguments::Ports, catalogue: &Catalogue) -> Result<Addresses> {
    Ok(Addresses {
        smtp: address(&ports.smtp, catalogue)?,
        submission: address(&ports.submission, catalogue)?,
        submissions: address(&ports.submissions, catalogue)?,
    })
}

/// An address to listen on; `None` for `off`.
fn address(text: &str, catalogue: &Catalogue) -> Result<Option<Loopback>> {
    if text == "off" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|problem| {
        let message = match problem {
            LoopbackError::Malformed => "serve-bad-address",
            LoopbackError::NotLoopback => "serve-not-loopback",
        };
        Failure::usage(catalogue.say_with(message, &[("address", text.into())]))
    })
}

/// Reads a folder, and says what is to be said about it.
fn read(path: &Path, catalogue: &Catalogue) -> Result<Folder> {
    let folder = Folder::read(path).map_err(|(name, problem)| {
        let arguments = [
            ("file", path.join(name).display().to_string().into()),
            ("problem", problem.to_string().into()),
        ];
        Failure::environment(catalogue.say_with("cannot-read", &arguments))
    })?;
    for remark in folder.remarks() {
        talk(&match remark {
            Remark::Postfix(words) => words.clone(),
            Remark::NotImitated { file, line, name } => catalogue.say_with(
                "serve-not-imitated",
                &[
                    ("file", (*file).into()),
                    ("line", line.to_string().into()),
                    ("name", name.as_str().into()),
                ],
            ),
            Remark::Fault { file, line, words } => catalogue.say_with(
                "serve-fault",
                &[
                    ("file", (*file).into()),
                    ("line", line.to_string().into()),
                    ("words", words.as_str().into()),
                ],
            ),
        });
    }
    Ok(folder)
}

pub(super) fn cannot_open(problem: &ServeError, catalogue: &Catalogue) -> anyhow::Error {
    let (message, arguments) = match problem {
        ServeError::Bind { address, problem } => (
            match problem.kind() {
                io::ErrorKind::AddrInUse => "serve-port-taken",
                io::ErrorKind::PermissionDenied => "serve-port-reserved",
                _ => "serve-cannot-listen",
            },
            vec![
                ("address", address.to_string().into()),
                ("problem", problem.to_string().into()),
            ],
        ),
        other => (
            "serve-cannot-start",
            vec![("problem", other.to_string().into())],
        ),
    };
    Failure::environment(catalogue.say_with(message, &arguments))
}

/// The mail log, as rsyslog writes it on Debian, in UTC.
struct MailLog {
    out: BufWriter<Box<dyn Write>>,
    /// The second of the last line, and how that second is written.
    stamp: (i64, String),
    line: String,
}

impl MailLog {
    /// Opens the log; without a file it goes to standard error.
    fn open(file: Option<&Path>, catalogue: &Catalogue) -> Result<Self> {
        let out: Box<dyn Write> = match file {
            None => Box::new(io::stderr()),
            Some(path) => Box::new(append(path).map_err(|problem| {
                let arguments = [
                    ("file", path.display().to_string().into()),
                    ("problem", problem.to_string().into()),
                ];
                Failure::environment(catalogue.say_with("cannot-write", &arguments))
            })?),
        };
        Ok(Self {
            out: BufWriter::new(out),
            stamp: (i64::MIN, String::new()),
            line: String::new(),
        })
    }

    /// Writes the log lines among `events`.
    fn record(&mut self, events: &[Arc<Event>]) -> io::Result<()> {
        for event in events {
            if let Kind::Log {
                host,
                program,
                pid,
                text,
                ..
            } = &event.kind
            {
                let host = host.split('.').next().unwrap_or_default();
                self.line.clear();
                visible::push(&mut self.line, host);
                self.line.push(' ');
                visible::push(&mut self.line, program);
                // Writing into a String cannot fail.
                let _ = write!(self.line, "[{pid}]: ");
                visible::push(&mut self.line, text);
                let second = event.at.as_micros().div_euclid(1_000_000);
                if self.stamp.0 != second {
                    self.stamp = (second, event.at.to_syslog());
                }
                writeln!(self.out, "{} {}", self.stamp.1, self.line)?;
            }
        }
        self.out.flush()
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
