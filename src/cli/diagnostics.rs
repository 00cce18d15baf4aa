//! Diagnostics for developers: into a file, never onto the screen.

use std::fs::{self, File};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

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
    if let Err(problem) = open(filter) {
        let problem = format!("{problem:#}");
        let catalogue = Catalogue::new(language);
        talk(&catalogue.say_with("no-diagnostics", &[("problem", problem.into())]));
    }
}

fn open(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::builder().parse(filter)?;
    let directory = state_directory().ok_or_else(|| anyhow::anyhow!("$HOME"))?;
    fs::create_dir_all(&directory)?;
    let file = File::options()
        .create(true)
        .append(true)
        .open(directory.join("lab.log"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .try_init()
        .map_err(|problem| anyhow::anyhow!(problem))
}
