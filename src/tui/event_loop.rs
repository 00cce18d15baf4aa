//! The loop: waits for a key, an event of the journal or a signal, lets the
//! model know, and draws. It never turns without a reason: while nothing
//! happens, it costs nothing.

use std::cell::OnceCell;
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::StreamExt;
use tokio::time::{Instant, Sleep, sleep};

use super::demonstration::{Cue, LINE, Script, next_line};
use super::draw;
use super::lectern::Lectern;
use super::notice::Notice;
use super::scene::Scene;
use super::screen::{Command, Demonstration, Drawn, Presentation, Screen};
use super::signals::{self, Signalled, Signals};
use super::terminal::{self, Guard};
use super::theme::Theme;
use super::{Left, Options};
use crate::app::{Effect, Ending, Model, Msg};
use crate::journal::Cursor;
use crate::lesson::loader::{LOOK_EVERY, Watched};
use crate::lesson::progress::Store;
use crate::text::{Catalogue, Language};
use crate::world::World;

/// The least time between two frames: what comes faster is drawn at once.
const FRAME: Duration = Duration::from_millis(16);

/// Waits for input and takes all there is of it; nothing: there will be none
/// any more. The stream must only ever be polled by the loop's own task, for
/// it remembers whom to wake from the first time it has nothing to give.
pub(super) async fn batch(input: &mut EventStream) -> Vec<io::Result<Event>> {
    poll_fn(|context| {
        let mut events = Vec::new();
        loop {
            match input.poll_next_unpin(context) {
                Poll::Ready(Some(event)) => events.push(event),
                Poll::Pending if events.is_empty() => return Poll::Pending,
                Poll::Ready(None) | Poll::Pending => return Poll::Ready(events),
            }
        }
    })
    .await
}

/// Everything the loop holds.
pub(super) struct Session<'a> {
    model: Model,
    world: World,
    store: Option<&'a Store>,
    screen: Screen,
    spanish: Catalogue,
    english: Catalogue,
    theme: &'static Theme,
    terminal: Guard,
    cursor: Cursor,
    script: Script,
    /// Whether something changed since the last frame.
    changed: bool,
    ending: Option<Ending>,
    /// The lesson's file, if it is being written meanwhile.
    watched: Option<Watched>,
    /// What the teacher's second terminal is told, from the first presentation
    /// on; `None` if there can be none.
    lectern: OnceCell<Option<Lectern>>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        model: Model,
        world: World,
        store: &'a Store,
        options: &Options,
        theme: &'static Theme,
        terminal: Guard,
    ) -> Self {
        let cursor = world.journal().cursor(0);
        let mut screen = Screen::begun(&model);
        screen.keymap = options.keymap.clone();
        screen.speed = options.speed;
        screen.panel = options.panel;
        if options.present {
            screen.presentation = Presentation::On;
        }
        if options.auto {
            screen.demonstration = Demonstration::Playing;
        }
        if !options.remarks.is_empty() {
            screen.notice = Some(Notice::Told(options.remarks.clone()));
        }
        screen.follow(&model);
        Self {
            // A demonstration leaves the student's progress alone.
            store: (!options.auto).then_some(store),
            model,
            world,
            screen,
            spanish: Catalogue::new(Language::Es),
            english: Catalogue::new(Language::En),
            theme,
            terminal,
            cursor,
            script: Script::default(),
            changed: true,
            ending: None,
            watched: options.watched.clone(),
            lectern: OnceCell::new(),
        }
    }

    /// Runs until the student leaves, or is made to.
    pub(super) async fn run(mut self, effects: Vec<Effect>) -> io::Result<Left> {
        let mut signals = Signals::listen()?;
        let mut input = EventStream::new();
        let mut pause: Pin<Box<Sleep>> = Box::pin(sleep(Duration::ZERO));
        let mut cue: Pin<Box<Sleep>> = Box::pin(sleep(Duration::ZERO));
        let mut look: Pin<Box<Sleep>> = Box::pin(sleep(LOOK_EVERY));
        let mut pausing = false;
        let mut played = false;
        self.perform(effects);
        loop {
            self.read_journal();
            if let Some(ending) = self.ending {
                return Ok(self.left(ending));
            }
            if self.changed && !pausing {
                self.tell_the_teacher();
                self.draw()?;
                pause.as_mut().reset(Instant::now() + FRAME);
                pausing = true;
            }
            let plays = self.screen.playing && self.screen.layers.is_empty();
            if plays && !played {
                // The key that began it has brought the first line.
                let wait = self.screen.speed.paced(LINE);
                cue.as_mut().reset(Instant::now() + wait);
            }
            played = plays;
            let playing = plays || self.screen.demonstration == Demonstration::Playing;
            tokio::select! {
                signal = signals.next() => self.signal(signal)?,
                events = batch(&mut input) => {
                    if events.is_empty() {
                        // Nobody can type any more.
                        self.interrupt();
                    }
                    for event in events {
                        self.input(&event?)?;
                    }
                }
                open = self.cursor.wait() => {
                    if !open {
                        // Only a world that broke closes its journal while it is still held.
                        self.save();
                        self.world.share_fate();
                        return Ok(self.left(Ending::Interrupted));
                    }
                }
                () = terminal::broken() => {
                    self.save();
                    // What happened was said when it happened.
                    std::panic::resume_unwind(Box::new("a task broke"));
                }
                () = &mut pause, if pausing => pausing = false,
                () = &mut look, if self.watched.is_some() => {
                    if self.watched.as_ref().is_some_and(Watched::is_saved_anew) {
                        self.save();
                        return Ok(Left {
                            saved_anew: true,
                            ..self.left(Ending::Left)
                        });
                    }
                    look.as_mut().reset(Instant::now() + LOOK_EVERY);
                }
                () = &mut cue, if playing => {
                    let wait = self.play();
                    cue.as_mut().reset(Instant::now() + wait);
                }
            }
        }
    }

    fn left(&self, ending: Ending) -> Left {
        Left {
            ending,
            language: self.model.language,
            saved_anew: false,
            panel: Some(self.screen.panel),
        }
    }

    /// Tells the second terminal where the presentation stands; once there was
    /// one, it goes on until the end.
    fn tell_the_teacher(&mut self) {
        if self.screen.presentation != Presentation::Off {
            self.lectern.get_or_init(|| Lectern::open(&self.model));
        }
        if let Some(Some(lectern)) = self.lectern.get_mut() {
            lectern.follow(&self.model);
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        while self.frame()? {}
        self.changed = false;
        Ok(())
    }

    /// Draws one frame; `true` if what it found out makes another one necessary.
    fn frame(&mut self) -> io::Result<bool> {
        let scene = Scene {
            model: &self.model,
            screen: &self.screen,
            words: match self.model.language {
                Language::Es => &self.spanish,
                Language::En => &self.english,
            },
            theme: self.theme,
        };
        let mut drawn = Drawn::default();
        self.terminal
            .draw(|frame| drawn = draw::draw(&scene, frame))?;
        Ok(self.screen.remember(drawn))
    }

    fn read_journal(&mut self) {
        let events = self.cursor.read();
        if !events.is_empty() {
            self.tell(Msg::Journal(events));
        }
    }

    fn input(&mut self, event: &Event) -> io::Result<()> {
        let commands = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                self.screen.key(*key, &self.model)
            }
            Event::Paste(text) => self.screen.paste(text),
            Event::Mouse(mouse) => {
                self.changed |= self.screen.mouse(*mouse, &self.model);
                return Ok(());
            }
            // A window that shrank and grew again between two frames has the same
            // size as before, but not what was drawn on it.
            Event::Resize(..) => vec![Command::Redraw],
            _ => return Ok(()),
        };
        self.changed = true;
        for command in commands {
            match command {
                Command::Tell(msg) => self.tell(msg),
                Command::Copy(text) => self.terminal.copy(&text)?,
                Command::Redraw => self.terminal.redraw(),
                Command::Suspend => self.stop()?,
            }
        }
        Ok(())
    }

    fn signal(&mut self, signal: Signalled) -> io::Result<()> {
        match signal {
            Signalled::End => self.interrupt(),
            Signalled::Stop => self.stop()?,
            Signalled::Continued => {
                self.terminal.resume()?;
                self.changed = true;
            }
        }
        Ok(())
    }

    /// Gives the terminal back, stops, and takes it again when the shell says so.
    fn stop(&mut self) -> io::Result<()> {
        self.terminal.suspend();
        signals::stop()?;
        self.terminal.resume()?;
        self.changed = true;
        Ok(())
    }

    fn interrupt(&mut self) {
        self.save();
        self.ending = Some(Ending::Interrupted);
    }

    /// Plays the next part of the demonstration; says how long to wait after it.
    fn play(&mut self) -> Duration {
        self.changed = true;
        let speed = self.screen.speed;
        let cue = match self.screen.demonstration {
            Demonstration::Playing => self.script.next(&self.model, speed),
            Demonstration::Off | Demonstration::Paused => next_line(&self.model, speed),
        };
        match cue {
            Cue::Play(msg, pause) => {
                self.tell(msg);
                pause
            }
            Cue::Wait(pause) => pause,
            Cue::Over if std::mem::take(&mut self.screen.playing) => Duration::ZERO,
            Cue::Over => {
                self.screen.demonstration = Demonstration::Off;
                self.screen.notice = Some(Notice::Words("tui-notice-demonstration-over"));
                Duration::ZERO
            }
        }
    }

    fn tell(&mut self, msg: Msg) {
        let effects = self.model.update(msg);
        self.screen.follow(&self.model);
        self.changed = true;
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Order(order) => {
                    self.world.order(order);
                }
                Effect::Save => self.save(),
                Effect::Quit => self.ending = Some(self.model.ending()),
            }
        }
    }

    fn save(&mut self) {
        if let Some(store) = self.store
            && let Err(error) = store.save(&self.model.progress())
        {
            let reason = match error.source() {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            };
            tracing::warn!(reason, "progress could not be saved");
            self.screen.notice = Some(Notice::NotSaved(reason));
        }
    }
}
