//! Diagnostics for developers: into a file, never onto the screen.

use std::fs::{self, File};
use std::sync::Mutex;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use super::environment::Environment;
use super::talk;
use crate::lesson::progress::state_directory;
use crate::text::{Catalogue, Language};

/// Writes diagnostics to `lab.log` in the state directory if `LAB_LOG` asks for
/// them (`debug`, `smtp_lab::world=trace`, …). If that cannot be, it is said
/// and the program goes on: nobody's lesson hangs on it.
pub(super) fn start(environment: &Environment, language: Language) {
    let Some(filter) = environment.variable("LAB_LOG") else {
        return;
    };
    let catalogue = Catalogue::new(language);
    let Some(wanted) = parse(filter) else {
        let filter = filter.into();
        return talk(&catalogue.say_with("wrong-filter", &[("filter", filter)]));
    };
    if let Err(problem) = open(wanted) {
        let problem = format!("{problem:#}");
        talk(&catalogue.say_with("no-diagnostics", &[("problem", problem.into())]));
    }
}

/// The filter, unless it makes no sense. A word alone that is no level would be
/// taken for a part of the program; only parts that exist are.
fn parse(filter: &str) -> Option<Targets> {
    let parts = filter.split(',').map(str::trim);
    let makes_sense = |part: &str| {
        part.contains('=')
            || part.starts_with(env!("CARGO_CRATE_NAME"))
            || part.parse::<LevelFilter>().is_ok()
    };
    if !parts.into_iter().all(makes_sense) {
        return None;
    }
    filter.parse().ok()
}

fn open(filter: Targets) -> anyhow::Result<()> {
    let directory = state_directory().ok_or_else(|| anyhow::anyhow!("$HOME"))?;
    fs::create_dir_all(&directory)?;
    let mut options = File::options();
    options.create(true).append(true);
    // What a student types can be in it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(directory.join("lab.log"))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(file));
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .try_init()
        .map_err(|problem| anyhow::anyhow!(problem))
}
