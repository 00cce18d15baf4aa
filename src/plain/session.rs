//! The model, the world behind it and the output before it, kept together.

use std::error::Error;
use std::io::{self, Write};

use fluent_bundle::FluentValue;

use super::Form;
use super::input::Lines;
use super::json;
use super::narrator::Narrator;
use super::output::remark;
use super::signals::Signals;
use crate::app::{Effect, Ending, Model, Msg};
use crate::journal::Cursor;
use crate::lesson::progress::Store;
use crate::text::Catalogue;
use crate::world::World;

/// One telling of a lesson.
pub(super) struct Session<'a, W> {
    /// The model.
    pub(super) model: Model,
    world: World,
    cursor: Cursor,
    store: Option<&'a Store>,
    form: Form,
    out: W,
    signals: Signals,
    narrator: Narrator,
    catalogue: Catalogue,
    leaving: bool,
    interrupted: bool,
}

impl<'a, W: Write> Session<'a, W> {
    /// A session at its beginning. Without a store nothing is kept.
    pub(super) fn new(
        model: Model,
        world: World,
        store: Option<&'a Store>,
        form: Form,
        out: W,
    ) -> io::Result<Self> {
        Ok(Self {
            signals: Signals::listen()?,
            cursor: world.journal().cursor(0),
            catalogue: Catalogue::new(model.language),
            narrator: Narrator::default(),
            leaving: false,
            interrupted: false,
            model,
            world,
            store,
            form,
            out,
        })
    }

    /// The words of the present language.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Whether the student has asked to leave.
    pub(super) fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// Whether a signal asked the program to end.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Changes the model and does what follows from it.
    pub(super) fn update(&mut self, msg: Msg) {
        let effects = self.model.update(msg);
        self.perform(effects);
        if self.model.language != self.catalogue.language() {
            self.catalogue = Catalogue::new(self.model.language);
        }
    }

    /// Does what the model asks for.
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Order(order) => {
                    self.world.order(order);
                }
                Effect::Save => self.save(),
                Effect::Quit => self.leaving = true,
            }
        }
    }

    /// Waits until the world is at rest, or a signal asks the program to end.
    pub(super) async fn settle(&mut self) -> io::Result<()> {
        while self.model.busy() && !self.interrupted {
            tokio::select! {
                biased;
                () = self.signals.any() => self.interrupt(),
                settled = self.cursor.wait_for_rest() => {
                    self.read()?;
                    if !settled {
                        return Err(io::Error::other("the world ended before its orders were done"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits for the student's next line; what callers from outside do
    /// meanwhile is told at once. `None`: there will be no line, or a signal
    /// asked the program to end.
    pub(super) async fn next_line(&mut self, lines: &mut Lines) -> io::Result<Option<String>> {
        loop {
            tokio::select! {
                biased;
                () = self.signals.any() => {
                    self.interrupt();
                    return Ok(None);
                }
                line = lines.next() => return Ok(line),
                true = self.cursor.wait() => {
                    self.read()?;
                    self.tell()?;
                    self.flush()?;
                }
            }
        }
    }

    /// Tells what happened since the last telling.
    pub(super) fn tell(&mut self) -> io::Result<()> {
        if self.form == Form::Text {
            self.narrator
                .tell(&mut self.out, &self.catalogue, &self.model.projection)?;
        }
        Ok(())
    }

    /// Passes over what happened since the last telling.
    pub(super) fn skip(&mut self) {
        self.narrator.skip(&self.model.projection);
    }

    /// Writes lines of the lesson's own text.
    pub(super) fn page(&mut self, lines: &[String]) -> io::Result<()> {
        if self.form == Form::Text {
            for line in lines {
                writeln!(self.out, "{line}")?;
            }
        }
        Ok(())
    }

    /// Says something of the program's own, after everything written so far.
    pub(super) fn remark(&mut self, id: &str) -> io::Result<()> {
        self.remark_with(id, &[])
    }

    /// The same for a message with arguments.
    pub(super) fn remark_with(
        &mut self,
        id: &str,
        arguments: &[(&str, FluentValue<'_>)],
    ) -> io::Result<()> {
        self.out.flush()?;
        remark(&self.catalogue.say_with(id, arguments));
        Ok(())
    }

    /// Hands everything written so far to the reader.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes the first line, in the form that has one.
    pub(super) fn header(&mut self, seed: u64) -> io::Result<()> {
        match self.form {
            Form::Text => Ok(()),
            Form::Json { .. } => json::line(
                &mut self.out,
                &json::Header::new(&self.model.lesson.id, seed),
            ),
        }
    }

    /// Writes what is left, and says how it ended.
    pub(super) fn end(mut self, ending: Ending) -> io::Result<Ending> {
        if matches!(self.form, Form::Json { .. }) {
            json::line(&mut self.out, &json::Footer::from(ending))?;
        }
        self.out.flush()?;
        Ok(ending)
    }

    fn interrupt(&mut self) {
        self.interrupted = true;
        if self.store.is_some() {
            self.save();
            remark(&format!("\n{}", self.catalogue.say("plain-interrupted")));
        }
    }

    fn read(&mut self) -> io::Result<()> {
        let events = self.cursor.read();
        if let Form::Json { wire } = self.form {
            for event in &events {
                json::event(&mut self.out, event, wire)?;
            }
        }
        self.update(Msg::Journal(events));
        Ok(())
    }

    fn save(&self) {
        let Some(store) = self.store else {
            return;
        };
        if let Err(error) = store.save(&self.model.progress()) {
            let reason = match error.source() {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            };
            remark(
                &self
                    .catalogue
                    .say_with("plain-not-saved", &[("reason", reason.into())]),
            );
        }
    }
}
