//! `--auto`: the lesson's reference solution, step by step, without questions.

use std::io::{self, Write};

use super::output::remark;
use super::pages;
use super::session::Session;
use crate::app::{Ending, Msg};

/// Plays the lesson from the present step to its end.
pub(super) async fn play<W: Write>(session: &mut Session<'_, W>) -> io::Result<Ending> {
    let mut failures = Vec::new();
    session.page(&pages::lesson(&session.model, session.catalogue()))?;
    loop {
        session.settle().await?;
        session.skip();
        session.page(&pages::step(&session.model, session.catalogue()))?;
        if let Some(right) = pages::right_answer(&session.model) {
            session.update(Msg::Predict(right));
        }
        session.page(&pages::question(&session.model, session.catalogue()))?;
        session.page(&pages::reconciliation(&session.model, session.catalogue()))?;
        session.update(Msg::PlaySolution);
        session.settle().await?;
        if session.is_interrupted() {
            return Ok(Ending::Interrupted);
        }
        session.tell()?;
        session.page(&pages::goals(&session.model, session.catalogue()))?;
        session.page(&pages::explanation(&session.model, session.catalogue()))?;
        failures.extend(pages::failures(&session.model, session.catalogue()));
        if session.model.is_last_step() {
            break;
        }
        session.update(Msg::NextStep);
    }
    session.flush()?;
    for failure in &failures {
        remark(failure);
    }
    Ok(if failures.is_empty() {
        Ending::Reached
    } else {
        Ending::NotReached
    })
}
