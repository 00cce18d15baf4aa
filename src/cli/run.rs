//! `lab run LESSON`: puts lesson, world, progress and a front end together.

use std::cell::LazyCell;
use std::sync::Arc;

use anyhow::{Result, anyhow};

use super::arguments::Run;
use super::environment::Environment;
use super::instance::Instance;
use super::status::Failure;
use super::{Status, config, layout, locate, serve, talk};
use crate::app::{Ending, Model};
use crate::clock::fresh_seed;
use crate::lesson::loader::Watched;
use crate::lesson::progress::{Locking, StoreError, state_directory};
use crate::lesson::{Lesson, Progress, Store};
use crate::text::Catalogue;
use crate::tui::{Left, Mouse, Speed, ThemeChoice};
use crate::world::{Listeners, World};
use crate::{plain, tui};

/// Runs a lesson to its end, or until the student leaves.
pub(super) fn run(run: &Run, environment: &Environment, catalogue: &Catalogue) -> Result<Status> {
    let left = play(run, None, environment, catalogue)?;
    Ok(left.ending.into())
}

/// Runs a lesson, and says how it was left; on the screen until `watched`, its
/// file, is saved anew.
pub(super) fn play(
    run: &Run,
    watched: Option<Watched>,
    environment: &Environment,
    catalogue: &Catalogue,
) -> Result<Left> {
    let plain = is_linear(run, environment);
    let mut lesson = locate::lesson(&run.lesson, environment, catalogue)?;
    name_keys(&mut lesson, plain, environment, catalogue);
    let lesson = Arc::new(lesson);
    let step = run
        .step
        .as_deref()
        .map(|step| locate::step(&lesson, step, catalogue))
        .transpose()?;
    if run.wire && !run.json {
        return Err(Failure::usage(catalogue.say("wire-needs-json")));
    }
    if !plain {
        config::require(environment, catalogue)?;
        check_terminal(environment, catalogue)?;
    }
    let Kept {
        store,
        progress,
        remarks,
    } = kept(run, &lesson, catalogue);
    for remark in &remarks {
        talk(remark);
    }
    // A demonstration keeps nothing, and nobody has to know of it.
    let known = (!run.auto).then(|| Instance::register(&format!("lab run {}", run.lesson)));
    let seed = run.seed.unwrap_or_else(fresh_seed);
    tracing::info!(lesson = lesson.id, seed, plain, "a lesson begins");
    let listeners = run.listen.then(|| listen(run, catalogue)).transpose()?;
    let world = World::start_listening(Arc::clone(&lesson), seed, listeners);
    let world = world.map_err(|problem| {
        let arguments = [("problem", problem.to_string().into())];
        Failure::environment(catalogue.say_with("no-world", &arguments))
    })?;
    let (model, effects) = Model::new(lesson, catalogue.language(), progress.as_ref(), step);
    let left = if plain {
        let options = linear(run, environment, seed);
        Left {
            ending: plain::run(model, effects, world, &store, &options)?,
            language: catalogue.language(),
            saved_anew: false,
            panel: None,
        }
    } else {
        let state = state_directory().filter(|_| !run.auto);
        let options = tui::Options {
            watched,
            remarks,
            panel: state.as_deref().map(layout::panel).unwrap_or_default(),
            ..full_screen(run, environment)
        };
        let left = tui::run(model, effects, world, &store, &options).map_err(|problem| {
            let arguments = [("problem", problem.to_string().into())];
            Failure::environment(catalogue.say_with("no-terminal", &arguments))
        })?;
        if let (Some(state), Some(panel)) = (state, left.panel)
            && let Err(problem) = layout::remember(&state, panel)
        {
            // The lesson's progress has said so already, where it matters.
            tracing::warn!(%problem, "the layout is not remembered");
        }
        left
    };
    drop(known);
    tracing::info!(?left, "the lesson ends");
    Ok(left)
}

/// Puts into the lesson's texts the keys that its reader has, or the words.
fn name_keys(lesson: &mut Lesson, plain: bool, environment: &Environment, catalogue: &Catalogue) {
    let other = LazyCell::new(|| Catalogue::new(catalogue.language().other()));
    let keymap = &environment.found.settings.keymap;
    lesson.name_keys(|key, language| {
        let catalogue = if language == catalogue.language() {
            catalogue
        } else {
            &other
        };
        if plain {
            plain::words_for_key(key, catalogue)
        } else {
            tui::words_for_key(key, keymap, catalogue)
        }
    });
}

/// The sockets for programs outside.
fn listen(run: &Run, catalogue: &Catalogue) -> Result<Listeners> {
    let addresses = serve::addresses(&run.ports, catalogue)?;
    Listeners::bind(&addresses).map_err(|problem| serve::cannot_open(&problem, catalogue))
}

/// Whether the lesson is told line by line.
pub(super) fn is_linear(run: &Run, environment: &Environment) -> bool {
    run.plain || run.json || can_only_print(environment)
}

/// Whether nothing but lines can be written: to a pipe, a file, a dumb terminal.
pub(super) fn can_only_print(environment: &Environment) -> bool {
    !environment.output_is_terminal || environment.terminal_is_dumb()
}

fn linear(run: &Run, environment: &Environment, seed: u64) -> plain::Options {
    plain::Options {
        auto: run.auto,
        form: if run.json {
            plain::Form::Json { wire: run.wire }
        } else {
            plain::Form::Text
        },
        interactive: environment.input_is_terminal,
        seed,
    }
}

/// The colours: those that were asked for, or those of the settings; without
/// either, none for whoever set `NO_COLOR` (<https://no-color.org>).
pub(super) fn theme(asked: Option<ThemeChoice>, environment: &Environment) -> ThemeChoice {
    let colourless = environment.variable("NO_COLOR").is_some();
    let settled = environment.found.settings.theme;
    match asked.or(settled).unwrap_or_default() {
        ThemeChoice::Auto if colourless => ThemeChoice::Mono,
        chosen => chosen,
    }
}

/// How the screen is to look and behave.
pub(super) fn full_screen(run: &Run, environment: &Environment) -> tui::Options {
    let theme = theme(run.theme, environment);
    tui::Options {
        keymap: environment.found.settings.keymap.clone(),
        theme,
        may_ask: environment.variable("CI").is_none(),
        present: run.present,
        mouse: if run.no_mouse {
            Mouse::Left
        } else {
            Mouse::Used
        },
        auto: run.auto,
        speed: Speed::new(run.speed),
        watched: None,
        remarks: Vec::new(),
        panel: tui::Panel::default(),
    }
}

/// What a full screen needs. (That it is large enough, the front end sees to.)
pub(super) fn check_terminal(environment: &Environment, catalogue: &Catalogue) -> Result<()> {
    if !environment.input_is_terminal {
        return Err(Failure::environment(catalogue.say("no-keyboard")));
    }
    if !environment.writes_utf8() {
        return Err(Failure::environment(catalogue.say("no-utf8")));
    }
    Ok(())
}

/// What is kept of a lesson.
struct Kept {
    /// Where.
    store: Store,
    /// What was kept before.
    progress: Option<Progress>,
    /// What the student has to know of it.
    remarks: Vec<String>,
}

impl Kept {
    fn nowhere() -> Self {
        Self {
            store: Store::nowhere(),
            progress: None,
            remarks: Vec::new(),
        }
    }
}

/// Where progress is kept, and what was kept. Whoever cannot save is told so
/// and may learn all the same. A demonstration neither reads nor writes it.
fn kept(run: &Run, lesson: &Lesson, catalogue: &Catalogue) -> Kept {
    if run.auto {
        return Kept::nowhere();
    }
    let remark = |problem: anyhow::Error| {
        if let Some(StoreError::LaterFormat { path, .. }) = problem.downcast_ref() {
            let file = path.display().to_string();
            return catalogue.say_with("progress-later", &[("file", file.into())]);
        }
        let problem = format!("{problem:#}");
        catalogue.say_with("progress-not-kept", &[("problem", problem.into())])
    };
    open_store(run, lesson, catalogue).unwrap_or_else(|problem| Kept {
        remarks: vec![remark(problem)],
        // What was done before can often be read all the same.
        progress: state_directory()
            .filter(|_| !run.fresh)
            .and_then(|state| Store::new(&state, &lesson.id).peek()),
        ..Kept::nowhere()
    })
}

fn open_store(run: &Run, lesson: &Lesson, catalogue: &Catalogue) -> Result<Kept> {
    let directory = state_directory().ok_or_else(|| anyhow!("$HOME?"))?;
    let store = Store::new(&directory, &lesson.id);
    let mut remarks = Vec::new();
    let mut remark = |id, name, value: String| {
        remarks.push(catalogue.say_with(id, &[(name, value.into())]));
    };
    match store.probe() {
        Ok(Locking::Works) => {}
        Ok(Locking::Missing) => {
            let directory = directory.display().to_string();
            remark("progress-without-locks", "directory", directory);
        }
        // Room can be made while the lesson is on.
        Err(problem) if problem.is_full() => {
            let problem = format!("{:#}", anyhow!(problem));
            remark("progress-without-room", "problem", problem);
        }
        Err(problem) => return Err(problem.into()),
    }
    let progress = if run.fresh {
        if let Some(path) = store.start_afresh()? {
            remark("progress-put-away", "file", path.display().to_string());
        }
        None
    } else {
        let loaded = store.load()?;
        if let Some(path) = loaded.set_aside {
            remark("progress-damaged", "file", path.display().to_string());
        }
        loaded.progress
    };
    Ok(Kept {
        store,
        progress,
        remarks,
    })
}

impl From<Ending> for Status {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Reached => Self::Reached,
            Ending::NotReached | Ending::Left => Self::NotReached,
            Ending::Interrupted => Self::Interrupted,
        }
    }
}
