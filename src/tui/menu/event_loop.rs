//! Waits for a key or a signal and draws, and costs nothing in between.

use std::io;

use crossterm::event::{Event, EventStream, KeyEventKind};

use super::keys::Came;
use super::{Choice, Menu, draw};
use crate::text::{Catalogue, Language};
use crate::tui::event_loop::batch;
use crate::tui::signals::{self, Signalled, Signals};
use crate::tui::terminal::Guard;
use crate::tui::theme::Theme;

/// Runs until the student has chosen, or is made to leave.
pub(super) async fn run(
    menu: &mut Menu,
    theme: &'static Theme,
    mut terminal: Guard,
) -> io::Result<Choice> {
    let spanish = Catalogue::new(Language::Es);
    let english = Catalogue::new(Language::En);
    let mut signals = Signals::listen()?;
    let mut input = EventStream::new();
    loop {
        let words = match menu.language {
            Language::Es => &spanish,
            Language::En => &english,
        };
        let mut drawn = super::Drawn::default();
        terminal.draw(|frame| drawn = draw::draw(menu, words, theme, frame))?;
        menu.remember(drawn);
        tokio::select! {
            signal = signals.next() => match signal {
                Signalled::End => return Ok(Choice::Interrupted),
                Signalled::Stop => stop(&mut terminal)?,
                Signalled::Continued => terminal.resume()?,
            },
            events = batch(&mut input) => {
                if events.is_empty() {
                    // Nobody can type any more.
                    return Ok(Choice::Interrupted);
                }
                for event in events {
                    match take(menu, &event?) {
                        Came::Nothing => {}
                        Came::Redraw => terminal.redraw(),
                        Came::Suspend => stop(&mut terminal)?,
                        Came::Choice(choice) => return Ok(choice),
                    }
                }
            }
        }
    }
}

fn take(menu: &mut Menu, event: &Event) -> Came {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => menu.key(*key),
        Event::Paste(text) => menu.paste(text),
        Event::Mouse(mouse) => menu.mouse(*mouse),
        Event::Resize(..) => Came::Redraw,
        _ => Came::Nothing,
    }
}

/// Gives the terminal back, stops, and takes it again when the shell says so.
fn stop(terminal: &mut Guard) -> io::Result<()> {
    terminal.suspend();
    signals::stop()?;
    terminal.resume()
}
