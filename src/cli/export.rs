//! `lab export postfix LESSON [DIR]`: the student's own configuration, to take home.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::environment::Environment;
use super::status::Failure;
use super::take_home::{Configuration, take_home};
use super::{Status, arguments, locate};
use crate::journal::Kind;
use crate::lesson::progress::state_directory;
use crate::lesson::{Lesson, Order, Progress, Store};
use crate::text::{Catalogue, visible};
use crate::world::World;

/// Any seed does: a configuration is no matter of chance.
const SEED: u64 = 1;

/// Writes the configuration with which the student finished the lesson, or one
/// of its steps, into a folder.
pub(super) fn postfix(
    asked: &arguments::Export,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Status> {
    let lesson = Arc::new(locate::lesson(&asked.lesson, environment, catalogue)?);
    let wanted = asked
        .step
        .as_deref()
        .map(|step| locate::step(&lesson, step, catalogue))
        .transpose()?;
    let (step, configuration) = if asked.solution {
        let last = lesson.steps.len().saturating_sub(1);
        let step = wanted.unwrap_or(last);
        (step, of_solution(&lesson, step)?)
    } else {
        let state = state_directory();
        let store = state.map(|state| Store::new(&state, &lesson.id));
        let progress = store.and_then(|store| store.peek()).unwrap_or_default();
        of_student(&lesson, &progress, wanted)
            .ok_or_else(|| Failure::usage(nothing_kept(&lesson, catalogue)))?
    };
    let folder = asked
        .directory
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("postfix-{}", lesson.id)));
    let files = take_home(&lesson, step, &configuration, catalogue);
    write(&folder, &files).map_err(|problem| refusal(&folder, &problem, catalogue))?;
    let arguments = [
        ("folder", folder.display().to_string().into()),
        ("step", (step + 1).to_string().into()),
    ];
    let said = catalogue.say_with("export-written", &arguments);
    writeln!(io::stderr().lock(), "{}", visible::text(&said))?;
    Ok(Status::Reached)
}

fn nothing_kept(lesson: &Lesson, catalogue: &Catalogue) -> String {
    let arguments = [("lesson", lesson.id.as_str().into())];
    catalogue.say_with("export-nothing", &arguments)
}

/// The files with which the student finished a step: the one that is wanted,
/// or the last one.
fn of_student(
    lesson: &Lesson,
    progress: &Progress,
    wanted: Option<usize>,
) -> Option<(usize, Configuration)> {
    let kept = |index: usize| {
        let step = progress.steps.get(&lesson.steps.get(index)?.id)?;
        let changed = step.configuration.as_ref()?;
        let mut configuration = Configuration::of_host(lesson)?;
        for (name, text) in changed {
            configuration.put(name, text);
        }
        Some((index, configuration))
    };
    match wanted {
        Some(index) => kept(index),
        None => (0..lesson.steps.len()).rev().find_map(kept),
    }
}

/// The files that the reference solution of a step comes to.
fn of_solution(lesson: &Arc<Lesson>, index: usize) -> Result<Configuration> {
    let mut configuration = Configuration::of_host(lesson).context("no host is studied")?;
    let mut world = World::start(Arc::clone(lesson), SEED).context("world")?;
    let cursor = world.journal().cursor(0);
    world.order(Order::Begin { step: index });
    let step = lesson.steps.get(index).context("no such step")?;
    let deeds = step.solution.iter().filter_map(Order::of_deed);
    for edit in deeds.filter(Order::is_edit) {
        world.order(edit);
    }
    let last = world.order(Order::CheckGoals);
    let mut cursor = cursor;
    while cursor.block() {
        for event in cursor.read() {
            match &event.kind {
                Kind::Configured {
                    host,
                    main_cf,
                    master_cf,
                    files,
                } if *host == lesson.study => {
                    configuration.put("main.cf", main_cf);
                    configuration.put("master.cf", master_cf);
                    for (path, text) in files {
                        configuration.put(path, text);
                    }
                }
                Kind::Settled { order } if *order == last => return Ok(configuration),
                _ => {}
            }
        }
    }
    bail!("the world ended before it was asked to")
}

/// Writes everything into a folder beside, which then takes its place: there
/// is all of it or nothing. Only its owner may read it.
fn write(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
        }
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => {}
        Err(problem) => return Err(problem),
    }
    let mut beside = tempfile::Builder::new();
    beside.prefix(".lab-export-");
    #[cfg(unix)]
    beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let beside = beside.tempdir_in(parent)?;
    for (name, text) in files {
        let path = beside.path().join(name);
        if let Some(inner) = path.parent() {
            create_folders(inner)?;
        }
        create_file(&path)?.write_all(text.as_bytes())?;
    }
    if folder.exists() {
        fs::remove_dir(folder)?;
    }
    fs::rename(beside.path(), folder)?;
    // It has another name now, under which it is to stay.
    let _ = beside.keep();
    Ok(())
}

fn create_folders(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn create_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn refusal(folder: &Path, problem: &io::Error, catalogue: &Catalogue) -> anyhow::Error {
    let shown = folder.display().to_string();
    if problem.kind() == io::ErrorKind::DirectoryNotEmpty {
        let arguments = [("folder", shown.into())];
        return Failure::usage(catalogue.say_with("export-not-empty", &arguments));
    }
    let arguments = [
        ("file", shown.into()),
        ("problem", problem.to_string().into()),
    ];
    Failure::environment(catalogue.say_with("cannot-write", &arguments))
}
