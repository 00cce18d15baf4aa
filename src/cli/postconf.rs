//! `lab postconf`: parameters as postconf(1) prints them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;

use super::arguments;
use super::status::Failure;
use super::{Status, talk};
use crate::postfix::configuration::{Configuration, Diagnostic, DiagnosticKind};
use crate::postfix::{main_cf, parameters};
use crate::text::{Catalogue, visible};

/// Prints what a main.cf sets (`-n`) or the defaults (`-d`).
pub(super) fn print(asked: &arguments::Postconf, catalogue: &Catalogue) -> Result<Status> {
    let mut warnings = Vec::new();
    let values = match &asked.set {
        Some(folder) => set(folder, &mut warnings, catalogue)?,
        None => parameters::all()
            .map(|parameter| (parameter.name.to_owned(), parameter.default.to_owned()))
            .collect(),
    };
    let mut out = io::stdout().lock();
    let mut line = |name: &str, value: &str| {
        let value = visible::text(value);
        let equals = if value.is_empty() { " =" } else { " = " };
        writeln!(out, "{}{equals}{value}", visible::text(name))
    };
    if asked.parameters.is_empty() {
        for (name, value) in &values {
            line(name, value)?;
        }
    }
    for name in &asked.parameters {
        match values.get(name) {
            Some(value) => line(name, value)?,
            None if parameters::find(name).is_some() => {}
            None => warnings.push(format!("postconf: warning: {name}: unknown parameter")),
        }
    }
    for warning in warnings {
        talk(&warning);
    }
    Ok(Status::Reached)
}

/// What the main.cf of `folder` sets, by name.
fn set(
    folder: &Path,
    warnings: &mut Vec<String>,
    catalogue: &Catalogue,
) -> Result<BTreeMap<String, String>> {
    let path = folder.join("main.cf");
    let text = std::fs::read(&path).map_err(|problem| {
        let arguments = [
            ("file", path.display().to_string().into()),
            ("problem", problem.to_string().into()),
        ];
        Failure::environment(catalogue.say_with("cannot-read", &arguments))
    })?;
    let text = String::from_utf8_lossy(&text);
    let master = std::fs::read(folder.join("master.cf")).ok();
    let master = master.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (entries, _) = main_cf::parse(&text);
    let (_, diagnostics) = Configuration::parse(&text, master.as_deref());
    let mut values: BTreeMap<String, String> = entries
        .into_iter()
        .map(|entry| (entry.name, entry.value))
        .collect();
    for diagnostic in &diagnostics {
        // An unused parameter is one that postconf does not know.
        if let Some((_, unused)) = diagnostic.words.split_once(": unused parameter: ") {
            values.remove(unused.split('=').next().unwrap_or_default());
        }
        warnings.push(warning(diagnostic, folder, catalogue));
    }
    Ok(values)
}

fn warning(diagnostic: &Diagnostic, folder: &Path, catalogue: &Catalogue) -> String {
    let Diagnostic {
        file,
        line,
        kind,
        words,
    } = diagnostic;
    if *kind == DiagnosticKind::NotImitated {
        let name = words.split('=').next().unwrap_or_default();
        return catalogue.say_with(
            "serve-not-imitated",
            &[
                ("file", (*file).into()),
                ("line", line.to_string().into()),
                ("name", name.into()),
            ],
        );
    }
    let here = format!("{}/", folder.display());
    format!("postconf: {}", words.replace("/etc/postfix/", &here))
}
