//! Plays a lesson's reference solution in a world of its own, to see whether
//! each goal fails at the start of its step and holds after the solution; and
//! what deserves a hint, to see whether it is given.

use std::sync::Arc;

use anyhow::{Context, Result, bail};

use crate::journal::event::{Kind, Problem};
use crate::journal::{Cursor, Event, Observed};
use crate::lesson::check::{Fault, Locator};
use crate::lesson::{Lesson, Order, hint};
use crate::world::World;

/// Any seed does: whether a goal can be reached is no matter of chance.
const SEED: u64 = 1;

/// A world, with the place up to which its journal was read.
struct Stage {
    world: World,
    cursor: Cursor,
    /// What happened since the step began.
    events: Vec<Arc<Event>>,
}

/// What the world answered to one order.
#[derive(Default)]
struct Answer {
    /// Whether each goal held, with what was observed, by index.
    goals: Vec<(usize, bool, Observed)>,
    /// Why the order was not carried out.
    problem: Option<Problem>,
}

/// Every fault of `lesson` that shows only when it is played; `places` finds
/// them in its file.
pub(super) fn rehearse(lesson: &Arc<Lesson>, places: &Locator<'_>) -> Result<Vec<Fault>> {
    let world = World::start(Arc::clone(lesson), SEED).context("world")?;
    let cursor = world.journal().cursor(0);
    let mut stage = Stage {
        world,
        cursor,
        events: Vec::new(),
    };
    let mut faults = Vec::new();
    for (index, step) in lesson.steps.iter().enumerate() {
        let begun = stage.give(Order::Begin { step: index })?;
        if let Some(problem) = begun.problem {
            let span = places.step(index);
            faults.push(Fault::new(span, "world").with("problem", &words(&problem)));
            continue;
        }
        for (goal, holds, observed) in stage.give(Order::CheckGoals)?.goals {
            let kept = step.goals.get(goal).is_some_and(|goal| goal.keep);
            if holds && !kept {
                let span = places.goal(index, goal);
                faults.push(Fault::new(span, "goal-at-start").with("observed", &observed));
            }
        }
        for (number, action) in step.solution.iter().enumerate() {
            for order in Order::of_action(step, action) {
                // A dialogue may be over before it is told to go to its end:
                // nobody listened, or both ends waited for the other.
                let problem = stage.give(order)?.problem;
                if let Some(problem) = problem.filter(|it| *it != Problem::NoDialogue) {
                    let span = places.action(index, number);
                    let fault = Fault::new(span, "action-failed");
                    faults.push(fault.with("problem", &words(&problem)));
                }
            }
        }
        for (goal, holds, observed) in stage.give(Order::CheckGoals)?.goals {
            if !holds {
                let span = places.goal(index, goal);
                faults.push(Fault::new(span, "goal-not-reached").with("observed", &observed));
            }
        }
    }
    for (index, step) in lesson.steps.iter().enumerate() {
        for hint in 0..step.hints_when.len() {
            let fault = stage.deserve(lesson, index, hint, places)?;
            faults.extend(fault);
        }
    }
    Ok(faults)
}

impl Stage {
    /// Does what is said to deserve hint `hint` of step `index`. The fault, if
    /// the hint is not given then.
    fn deserve(
        &mut self,
        lesson: &Lesson,
        index: usize,
        hint: usize,
        places: &Locator<'_>,
    ) -> Result<Option<Fault>> {
        self.give(Order::Begin { step: index })?;
        let step = &lesson.steps[index];
        for action in &step.hints_when[hint].tried {
            for order in Order::of_action(step, action) {
                self.give(order)?;
            }
        }
        let goals = self.give(Order::CheckGoals)?.goals;
        let place = || places.hint_when(index, hint);
        if goals.iter().all(|(_, holds, _)| *holds) {
            return Ok(Some(Fault::new(place(), "hint-when-solved")));
        }
        let given = hint::fitting(lesson, index, &self.events, &[]);
        let given = given.map(|told| told.hint);
        if given == Some(hint) {
            return Ok(None);
        }
        let observed: Vec<_> = goals
            .iter()
            .map(|(_, _, observed)| observed.to_string())
            .filter(|observed| !observed.is_empty())
            .collect();
        let fault = Fault::new(place(), "hint-when-silent")
            .with("count", &given.map_or(0, |given| given + 1))
            .with("observed", &observed.join(" | "));
        Ok(Some(fault))
    }

    /// Gives an order and waits until it is settled.
    fn give(&mut self, order: Order) -> Result<Answer> {
        let number = self.world.order(order);
        let mut answer = Answer::default();
        while self.cursor.block() {
            for event in self.cursor.read() {
                if matches!(event.kind, Kind::StepBegan { .. }) {
                    self.events.clear();
                }
                self.events.push(Arc::clone(&event));
                if answer.take(&event, number) {
                    return Ok(answer);
                }
            }
        }
        bail!("the world ended before order {number} was done")
    }
}

impl Answer {
    /// Takes an event in; whether it is the one that settles order `number`.
    fn take(&mut self, event: &Event, number: u64) -> bool {
        match &event.kind {
            Kind::GoalChecked {
                goal,
                holds,
                observed,
                ..
            } => self.goals.push((*goal, *holds, observed.clone())),
            Kind::OrderFailed { problem } => self.problem = Some(problem.clone()),
            Kind::Settled { order } => return *order == number,
            _ => {}
        }
        false
    }
}

/// The problem in the words of whoever has it.
fn words(problem: &Problem) -> String {
    match problem {
        Problem::NoDialogue => String::new(),
        Problem::Refused { words } => words.clone(),
        Problem::Unknown { what } | Problem::NotOurs { host: what } => what.clone(),
    }
}
