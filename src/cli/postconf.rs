//! `lab postconf`: parameters and services as postconf(1) prints them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::arguments;
use super::status::Failure;
use super::{Status, talk, utter};
use crate::postfix::configuration::{Configuration, Diagnostic, DiagnosticKind};
use crate::postfix::{main_cf, master_cf, parameters};
use crate::text::{Catalogue, visible};

/// Prints the defaults (`-d`), what a folder's main.cf sets (`-n`), what is in
/// force there (`-c`), or what its master.cf has (`-M`, `-P`).
pub(super) fn print(asked: &arguments::Postconf, catalogue: &Catalogue) -> Result<Status> {
    let folders = [
        &asked.set,
        &asked.in_force,
        &asked.services,
        &asked.overrides,
    ];
    let Some(folder) = folders.into_iter().find_map(Option::as_ref) else {
        let (services, _) = master_cf::parse(master_cf::DEBIAN);
        print_values(&defaults(&services), asked, Vec::new())?;
        return Ok(Status::Reached);
    };
    let files = Files::read(folder, catalogue)?;
    let master = files.master_cf.as_deref();
    let (configuration, diagnostics) = Configuration::parse(&files.main_cf, master);
    let said = diagnostics
        .iter()
        .map(|diagnostic| warning(diagnostic, folder, catalogue))
        .collect();
    let has = |kind| diagnostics.iter().any(|it| it.kind == kind);
    if has(DiagnosticKind::Fatal) {
        say(said);
        return Ok(Status::NotReached);
    }
    if has(DiagnosticKind::Unexpandable) {
        say(said);
        utter("postconf: fatal: macro processing error");
        return Ok(Status::NotReached);
    }
    let (services, _) = master_cf::parse(master.unwrap_or(master_cf::DEBIAN));
    if asked.services.is_some() || asked.overrides.is_some() {
        print_services(&services, asked)?;
        say(said);
        return Ok(Status::Reached);
    }
    let mut values = set(&files.main_cf, &diagnostics);
    if asked.in_force.is_some() {
        for name in ["myhostname", "mydomain", "mynetworks"] {
            let value = || configuration.main().text(name).to_owned();
            values.entry(name.to_owned()).or_insert_with(value);
        }
        for (name, default) in defaults(&services) {
            values.entry(name).or_insert(default);
        }
    }
    print_values(&values, asked, said)?;
    Ok(Status::Reached)
}

/// A folder's files.
struct Files {
    main_cf: String,
    master_cf: Option<String>,
}

impl Files {
    fn read(folder: &Path, catalogue: &Catalogue) -> Result<Self> {
        let read = |path: PathBuf| {
            let bytes = std::fs::read(&path).map_err(|problem| {
                let arguments = [
                    ("file", path.display().to_string().into()),
                    ("problem", problem.to_string().into()),
                ];
                Failure::environment(catalogue.say_with("cannot-read", &arguments))
            })?;
            anyhow::Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let master_cf = folder.join("master.cf");
        Ok(Self {
            main_cf: read(folder.join("main.cf"))?,
            master_cf: master_cf.exists().then(|| read(master_cf)).transpose()?,
        })
    }
}

/// What is to be said about the files: Postfix's words as they are, the lab's
/// own with its name in front.
enum Said {
    Lab(String),
    Postconf(String),
}

fn say(said: Vec<Said>) {
    for words in said {
        match words {
            Said::Lab(words) => talk(&words),
            Said::Postconf(words) => utter(&format!("postconf: {words}")),
        }
    }
}

fn print_values(
    values: &BTreeMap<String, String>,
    asked: &arguments::Postconf,
    mut said: Vec<Said>,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if asked.parameters.is_empty() {
        for (name, value) in values {
            writeln!(out, "{}", setting(name, value))?;
        }
    }
    for name in &asked.parameters {
        if let Some(value) = values.get(name) {
            writeln!(out, "{}", setting(name, value))?;
        } else if !parameters::is_known(name) {
            said.push(Said::Postconf(format!(
                "warning: {name}: unknown parameter"
            )));
        }
    }
    say(said);
    Ok(())
}

fn print_services(services: &[master_cf::Entry], asked: &arguments::Postconf) -> io::Result<()> {
    let wanted = |service: &&master_cf::Entry| {
        asked.parameters.is_empty()
            || asked.parameters.iter().any(|it| match it.split_once('/') {
                Some((name, kind)) => service.name == name && service.kind == kind,
                None => service.name == *it,
            })
    };
    let mut out = io::stdout().lock();
    for service in services.iter().filter(wanted) {
        if asked.services.is_some() {
            writeln!(out, "{}", visible::text(&service.to_string()))?;
            continue;
        }
        let settings: BTreeMap<&str, &str> = service
            .overrides
            .iter()
            .map(|it| (it.name.as_str(), it.value.as_str()))
            .collect();
        for (name, value) in settings {
            let name = format!("{}/{}/{name}", service.name, service.kind);
            writeln!(out, "{}", setting(&name, value))?;
        }
    }
    Ok(())
}

/// `name = value`, with the value's white space made single blanks.
fn setting(name: &str, value: &str) -> String {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    let line = format!("{name} = {}", words.join(" "));
    visible::text(line.trim_end())
}

/// Every parameter's default, with those that the services bring along.
fn defaults(services: &[master_cf::Entry]) -> BTreeMap<String, String> {
    let own = parameters::defaults().map(|(name, value)| (name.to_owned(), value.to_owned()));
    own.chain(services.iter().flat_map(parameters::of_service))
        .collect()
}

/// What a main.cf sets, by name. An unused parameter is one that postconf
/// does not know.
fn set(main_cf: &str, diagnostics: &[Diagnostic]) -> BTreeMap<String, String> {
    let (entries, _) = main_cf::parse(main_cf);
    let mut values: BTreeMap<String, String> = entries
        .into_iter()
        .map(|entry| (entry.name, entry.value))
        .collect();
    for diagnostic in diagnostics {
        if let Some((_, unused)) = diagnostic.words.split_once("main.cf: unused parameter: ") {
            values.remove(unused.split('=').next().unwrap_or_default());
        }
    }
    values
}

fn warning(diagnostic: &Diagnostic, folder: &Path, catalogue: &Catalogue) -> Said {
    let Diagnostic {
        file,
        line,
        kind,
        words,
    } = diagnostic;
    let place = |message: &str, key: &'static str, value: &str| {
        let arguments = [
            ("file", (*file).into()),
            ("line", line.to_string().into()),
            (key, value.to_owned().into()),
        ];
        Said::Lab(catalogue.say_with(message, &arguments))
    };
    match kind {
        DiagnosticKind::NotImitated => {
            let name = words.split('=').next().unwrap_or_default();
            place("serve-not-imitated", "name", name)
        }
        // postconf leaves it to the daemons.
        DiagnosticKind::BadValue | DiagnosticKind::BadEntry => place("serve-fault", "words", words),
        DiagnosticKind::Fatal | DiagnosticKind::Unexpandable | DiagnosticKind::Warning => {
            let here = format!("{}/", folder.display());
            Said::Postconf(words.replace("/etc/postfix/", &here))
        }
    }
}
