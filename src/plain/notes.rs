//! `lab notes` as linear text: a block each time the presentation comes to
//! another step, and a line when a goal is reached in it.

use std::io::{self, Write};

use super::input::Lines;
use super::markdown::{flatten, wrap};
use super::narrator::WIDTH;
use super::output::remark;
use super::signals::Signals;
use crate::app::Ending;
use crate::clock::{Clock, Moment};
use crate::notes::{Follower, Page, Presentation};
use crate::text::{Catalogue, visible};

/// Tells what `presentation` tells until it is over ([`Ending::Reached`]) or
/// the teacher leaves. If somebody sits in front of standard input, an empty
/// line asks for the time.
///
/// # Errors
/// The presentation is already over, or standard output could not be written.
pub fn follow_notes(
    presentation: &Presentation,
    catalogue: &Catalogue,
    interactive: bool,
) -> io::Result<Ending> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let mut follower = Follower::of(presentation).await?;
        let mut lines = interactive.then(Lines::read);
        let mut told = Page::default();
        if interactive {
            remark(&catalogue.say("notes-plain-keys"));
        }
        loop {
            let said = tokio::select! {
                page = follower.next() => match page? {
                    Some(page) => {
                        let said = what_is_new(catalogue, &told, &page, Clock::Machine.now());
                        told = page;
                        said
                    }
                    None => return Ok(Ending::Reached),
                },
                line = next_of(&mut lines) => match line.as_deref() {
                    None | Some("q") => return Ok(Ending::Left),
                    Some(_) => format!("{}\n", standing(catalogue, &told, Clock::Machine.now())),
                },
                () = signals.any() => return Ok(Ending::Interrupted),
            };
            let mut out = io::stdout().lock();
            out.write_all(said.as_bytes())?;
            out.flush()?;
        }
    })
}

/// The next line that is typed; where nobody types, there is none to wait for.
async fn next_of(lines: &mut Option<Lines>) -> Option<String> {
    match lines {
        Some(lines) => lines.next().await,
        None => std::future::pending().await,
    }
}

/// What `page` says that the page before it, `told`, did not.
fn what_is_new(catalogue: &Catalogue, told: &Page, page: &Page, now: Moment) -> String {
    if page.lesson != told.lesson {
        let lesson = visible::text(page.lesson.in_language(catalogue.language()));
        let title = wrap(&lesson, WIDTH, "", "").join("\n");
        format!("{title}\n\n{}", block(catalogue, page, now))
    } else if page.number != told.number {
        block(catalogue, page, now)
    } else if page.reached == told.reached {
        String::new()
    } else {
        format!("{}\n", standing(catalogue, page, now))
    }
}

/// The step, an empty line behind it.
fn block(catalogue: &Catalogue, page: &Page, now: Moment) -> String {
    let language = catalogue.language();
    let step = visible::text(page.title.in_language(language));
    let title = format!("{}/{} · {step}", page.number, page.steps);
    let mut parts = vec![wrap(&title, WIDTH, "=== ", "    ").join("\n")];
    if let Some(answer) = &page.answer {
        let answer = [("answer", visible::text(answer.in_language(language)).into())];
        let said = catalogue.say_with("notes-answer", &answer);
        parts.push(wrap(&said, WIDTH, "", "").join("\n"));
    }
    parts.push(match &page.notes {
        Some(notes) => flatten(notes.in_language(language), WIDTH),
        None => catalogue.say("notes-nothing"),
    });
    let next = match &page.next {
        Some(next) => {
            let next = [("step", visible::text(next.in_language(language)).into())];
            catalogue.say_with("notes-next", &next)
        }
        None => catalogue.say("notes-last"),
    };
    parts.push(format!("{next}\n{}", standing(catalogue, page, now)));
    format!("{}\n\n", parts.join("\n\n"))
}

/// The goals and the time.
fn standing(catalogue: &Catalogue, page: &Page, now: Moment) -> String {
    let goals = [
        ("reached", page.reached.into()),
        ("goals", page.goals.into()),
    ];
    let (elapsed, in_step) = page.elapsed(now);
    let clock = [("time", elapsed.into()), ("step", in_step.into())];
    let goals = catalogue.say_with("notes-goals", &goals);
    let clock = catalogue.say_with("notes-clock", &clock);
    format!("{goals} · {}", clock.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::model::Text;
    use crate::text::Language;

    fn text(es: &str, en: &str) -> Text {
        Text {
            es: es.to_owned(),
            en: en.to_owned(),
        }
    }

    fn page() -> Page {
        Page {
            lesson: text("Caso 5", "Case 5"),
            number: 4,
            steps: 15,
            title: text("Abres el relay", "You open the relay"),
            notes: Some(text(
                "Una **nota** que es bastante larga para pasar de una línea de ochenta columnas.\n\n- y una lista",
                "A short note.\u{1b}[2J",
            )),
            answer: Some(text("El 250", "The 250")),
            reached: 0,
            goals: 2,
            next: Some(text("El precio", "The price")),
            began: 0,
            step_began: 60_000_000,
        }
    }

    fn new(language: Language, told: &Page, page: &Page) -> String {
        let now = Moment::from_micros(90_000_000);
        what_is_new(&Catalogue::new(language), told, page, now)
    }

    #[test]
    fn a_step_is_a_block_and_a_goal_a_line() {
        let before = Page::default();
        let last = Page {
            next: None,
            answer: None,
            ..page()
        };
        let reached = Page {
            reached: 1,
            ..page()
        };
        let told = [
            new(Language::Es, &before, &page()),
            new(Language::En, &before, &last),
            new(Language::Es, &page(), &reached),
        ];
        insta::assert_snapshot!("notes", told.concat());
    }

    #[test]
    fn nothing_is_said_twice() {
        let answered = Page {
            answer: None,
            ..page()
        };
        assert_eq!(new(Language::Es, &page(), &answered), "");
    }
}
