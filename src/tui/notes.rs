//! `lab notes` on the screen: what the presenting instance tells, and the time.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEventKind};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Widget};
use tokio::time::{MissedTickBehavior, interval};

use super::event_loop::batch;
use super::keymap::{Action, Context};
use super::signals::{self, Signalled, Signals};
use super::terminal::Guard;
use super::theme::Theme;
use super::{Options, flow, markdown};
use crate::app::Ending;
use crate::clock::Clock;
use crate::notes::{Follower, Page, Presentation};
use crate::text::{Catalogue, Language, visible};

/// What a teacher reads, and how.
struct View<'a> {
    page: Page,
    words: &'a Catalogue,
    theme: &'a Theme,
    /// Lines scrolled in the notes.
    scroll: usize,
    /// How far they can be scrolled.
    end: usize,
}

/// Follows `presentation` until it is over ([`Ending::Reached`]) or the teacher
/// leaves.
///
/// # Errors
/// The terminal could not be taken, read or written, or the presentation is
/// already over.
pub fn follow(
    presentation: &Presentation,
    language: Language,
    options: &Options,
) -> io::Result<Ending> {
    let theme = options.theme.resolve(options.may_ask);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let follower = Follower::of(presentation).await?;
        let terminal = Guard::take(options.mouse)?;
        let words = Catalogue::new(language);
        let view = View {
            page: Page::default(),
            words: &words,
            theme,
            scroll: 0,
            end: 0,
        };
        run(view, follower, terminal, options).await
    })
}

async fn run(
    mut view: View<'_>,
    mut follower: Follower,
    mut terminal: Guard,
    options: &Options,
) -> io::Result<Ending> {
    let mut signals = Signals::listen()?;
    let mut input = EventStream::new();
    // The time is on the screen.
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            page = follower.next() => match page? {
                Some(page) => {
                    if page.number != view.page.number {
                        view.scroll = 0;
                    }
                    view.page = page;
                }
                None => return Ok(Ending::Reached),
            },
            signal = signals.next() => match signal {
                Signalled::End => return Ok(Ending::Interrupted),
                Signalled::Stop => stop(&mut terminal)?,
                Signalled::Continued => terminal.resume()?,
            },
            events = batch(&mut input) => {
                if events.is_empty() {
                    return Ok(Ending::Interrupted);
                }
                for event in events {
                    match event? {
                        Event::Resize(..) => terminal.redraw(),
                        Event::Key(key) if key.kind != KeyEventKind::Release => {
                            let contexts = [Context::Reading, Context::Everywhere];
                            match options.keymap.action(&contexts, key) {
                                Some(Action::Quit | Action::Close) => return Ok(Ending::Left),
                                Some(Action::Suspend) => stop(&mut terminal)?,
                                Some(Action::Redraw) => terminal.redraw(),
                                Some(action) => view.act(action),
                                None => {}
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ = second.tick() => {}
        }
        if view.page.steps > 0 {
            terminal.draw(|frame| view.draw(frame))?;
        }
    }
}

/// Gives the terminal back, stops, and takes it again when the shell says so.
fn stop(terminal: &mut Guard) -> io::Result<()> {
    terminal.suspend();
    signals::stop()?;
    terminal.resume()
}

impl View<'_> {
    fn act(&mut self, action: Action) {
        self.scroll = match action {
            Action::ScrollUp => self.scroll.saturating_sub(1),
            Action::ScrollDown => self.scroll + 1,
            Action::ScrollHalfUp => self.scroll.saturating_sub(8),
            Action::ScrollHalfDown => self.scroll + 8,
            Action::ScrollTop => 0,
            Action::ScrollBottom => self.end,
            _ => self.scroll,
        }
        .min(self.end);
    }

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let (page, theme) = (&self.page, self.theme);
        let language = self.words.language();
        let area = frame.area();
        let buffer = frame.buffer_mut();
        buffer.set_style(area, theme.text);
        let [title, body, after, keys] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(2),
            Constraint::Length(1),
        ])
        .areas(area);
        buffer.set_style(title, theme.bar);
        let (elapsed, in_step) = page.elapsed(Clock::Machine.now());
        let clock = [("time", elapsed.into()), ("step", in_step.into())];
        let clock = Line::styled(self.words.say_with("notes-clock", &clock), theme.strong);
        let room = usize::from(title.width).saturating_sub(clock.width() + 1);
        let lesson = visible::text(page.lesson.in_language(language));
        let left = format!(" lab ▸ {} ▸ {lesson}", self.words.say("notes-title"));
        Line::styled(flow::cut(&left, room), theme.strong).render(title, buffer);
        clock.right_aligned().render(title, buffer);

        let step = visible::text(page.title.in_language(language));
        let step = format!("{}/{} {step}", page.number, page.steps);
        let room = usize::from(body.width).saturating_sub(6);
        let block = Block::bordered()
            .border_style(theme.border)
            .title_top(theme.title(flow::cut(&step, room)));
        let inside = block.inner(body);
        block.render(body, buffer);
        let width = usize::from(inside.width.saturating_sub(2)).max(1);
        let mut lines = Vec::new();
        if let Some(answer) = &page.answer {
            let answer = [("answer", visible::text(answer.in_language(language)).into())];
            let said = self.words.say_with("notes-answer", &answer);
            lines.extend(flow::wrap(&Line::styled(said, theme.notice), width, 0));
            lines.push(Line::default());
        }
        match &page.notes {
            Some(notes) => {
                lines.extend(markdown::render(notes.in_language(language), theme, width));
            }
            None => lines.push(Line::styled(self.words.say("notes-nothing"), theme.quiet)),
        }
        let height = usize::from(inside.height);
        self.end = lines.len().saturating_sub(height);
        self.scroll = self.scroll.min(self.end);
        let shown: Vec<_> = lines.into_iter().skip(self.scroll).take(height).collect();
        let text = ratatui::layout::Rect {
            x: inside.x.saturating_add(1),
            width: inside.width.saturating_sub(2),
            ..inside
        };
        Paragraph::new(shown).render(text, buffer);
        for (there_is, y, sign) in [
            (self.scroll > 0, inside.y, "▲"),
            (
                self.scroll < self.end,
                inside.bottom().saturating_sub(1),
                "▼",
            ),
        ] {
            if there_is && !text.is_empty() {
                buffer.set_string(text.right(), y, sign, theme.notice);
            }
        }

        let goals = [
            ("reached", page.reached.into()),
            ("goals", page.goals.into()),
        ];
        let goals = self.words.say_with("notes-goals", &goals);
        let next = match &page.next {
            Some(next) => {
                let next = [("step", visible::text(next.in_language(language)).into())];
                self.words.say_with("notes-next", &next)
            }
            None => self.words.say("notes-last"),
        };
        let width = usize::from(after.width).saturating_sub(1);
        let lines = [goals, next]
            .map(|text| Line::styled(flow::cut(&format!(" {text}"), width), theme.strong));
        Paragraph::new(lines.to_vec()).render(after, buffer);
        let keys_line = Line::from(vec![
            Span::raw(" "),
            Span::styled("q", theme.key),
            Span::raw(format!(" {}  ", self.words.say("tui-key-quit"))),
            Span::styled("↑ ↓", theme.key),
            Span::raw(format!(" {}", self.words.say("notes-scroll"))),
        ]);
        keys_line.render(keys, buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::model::Text;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn text(es: &str, en: &str) -> Text {
        Text {
            es: es.to_owned(),
            en: en.to_owned(),
        }
    }

    fn look(columns: u16, rows: u16, language: Language, scroll: usize) -> String {
        let now = Clock::Machine.now().as_micros();
        let words = Catalogue::new(language);
        let mut view = View {
            page: Page {
                lesson: text("Caso 5", "Case 5"),
                number: 4,
                steps: 15,
                title: text("Abres el relay", "You open the relay"),
                notes: Some(text(&"Una nota larga. ".repeat(80), "A *short* note.")),
                answer: Some(text("El 250", "The 250")),
                reached: 1,
                goals: 2,
                next: Some(text("El precio", "The price")),
                // Later than now: no time has passed, whenever the test runs.
                began: now + 60_000_000,
                step_began: now + 60_000_000,
            },
            words: &words,
            theme: &Theme::MONO,
            scroll,
            end: usize::MAX,
        };
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| view.draw(frame)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn the_teacher_reads_notes_answer_goals_next_step_and_time() {
        insta::assert_snapshot!("notes_80x24_es", look(80, 24, Language::Es, 0));
        insta::assert_snapshot!("notes_80x24_en", look(80, 24, Language::En, 0));
        assert!(look(80, 12, Language::Es, 99).contains('▲'));
    }

    #[test]
    fn no_size_breaks_it() {
        for (columns, rows) in [(1, 1), (20, 5), (300, 90)] {
            look(columns, rows, Language::Es, 0);
        }
    }
}
