//! Tells the teacher's second terminal where the presentation stands.

use crate::app::Model;
use crate::clock::Clock;
use crate::lesson::model::Text;
use crate::notes::{Page, Publisher};

/// What was told last, and to whom.
#[derive(Debug)]
pub(super) struct Lectern {
    publisher: Publisher,
    page: Page,
}

impl Lectern {
    /// Begins to tell; `None` if it cannot be: the presentation goes on without.
    pub(super) fn open(model: &Model) -> Option<Self> {
        let publisher = match Publisher::open() {
            Ok(publisher) => publisher,
            Err(error) => {
                tracing::warn!(%error, "nobody can follow the notes");
                return None;
            }
        };
        let now = Clock::Machine.now().as_micros();
        let mut page = page(model);
        (page.began, page.step_began) = (now, now);
        publisher.tell(&page);
        Some(Self { publisher, page })
    }

    /// Tells what has changed, if anything has.
    pub(super) fn follow(&mut self, model: &Model) {
        let mut page = page(model);
        page.began = self.page.began;
        page.step_began = if page.number == self.page.number {
            self.page.step_began
        } else {
            Clock::Machine.now().as_micros()
        };
        if page != self.page {
            self.publisher.tell(&page);
            self.page = page;
        }
    }
}

/// Where the presentation stands, but for the times.
fn page(model: &Model) -> Page {
    let step = model.present_step();
    let goals = model.present_state().map(|state| state.goals.as_slice());
    let goals = goals.unwrap_or_default();
    let predict = step.and_then(|step| step.predict.as_ref());
    let right = predict.and_then(|it| it.options.iter().find(|option| option.correct));
    Page {
        lesson: model.lesson.title.clone(),
        number: model.step + 1,
        steps: model.lesson.steps.len(),
        title: step.map(|step| step.title.clone()).unwrap_or_default(),
        notes: step.and_then(|step| step.notes.clone()),
        answer: right.filter(|_| model.can_predict()).map(|right| Text {
            es: right.es.clone(),
            en: right.en.clone(),
        }),
        reached: goals.iter().filter(|holds| **holds).count(),
        goals: goals.len(),
        next: model
            .lesson
            .steps
            .get(model.step + 1)
            .map(|step| step.title.clone()),
        began: 0,
        step_began: 0,
    }
}
