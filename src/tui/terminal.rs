//! The terminal, taken and given back. Whatever ends the program (leaving, an
//! error, a panic, a signal), the screen it found is there again, the cursor
//! is visible and keys are echoed.

use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};
use tokio::sync::Notify;

use super::signals;

/// Whether clicks and the wheel are wanted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mouse {
    /// The terminal reports them.
    #[default]
    Used,
    /// The terminal keeps them for its own selection.
    Left,
}

/// A terminal in our hands. Dropping it gives it back.
pub struct Guard {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: Mouse,
    /// Whether the next frame is drawn whole, whatever may be on the screen.
    is_unsure: bool,
}

/// As long as it lives, a [`Guard`] that is dropped leaves the terminal to the
/// next one: from the menu to a lesson and back nothing else is seen. Dropping
/// it gives the terminal back.
#[derive(Debug)]
pub struct Kept(());

impl Kept {
    /// Keeps whatever is taken from now on.
    pub fn from_now_on() -> Self {
        KEPT.store(true, Ordering::Release);
        Self(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.store(false, Ordering::Release);
        give_back();
    }
}

/// How many columns and rows the terminal has, if there is one.
pub fn size() -> Option<(u16, u16)> {
    crossterm::terminal::size().ok()
}

/// Room for a whole frame, so that it reaches the terminal in one piece.
const FRAME_BYTES: usize = 64 * 1024;

impl Guard {
    /// Takes the terminal: raw mode, alternate screen, no cursor, pasted text
    /// marked as such. A panic from now on gives it back before it speaks, and
    /// a signal that ends programs waits for whoever listens.
    pub fn take(mouse: Mouse) -> io::Result<Self> {
        signals::take_over()?;
        restore_on_panic();
        if !HELD.load(Ordering::Acquire) {
            enter(mouse)?;
        }
        let output = BufWriter::with_capacity(FRAME_BYTES, stdout());
        let taken = Terminal::new(CrosstermBackend::new(output)).map(|terminal| Self {
            terminal,
            mouse,
            // Another guard may have drawn, and not every terminal clears its
            // alternate screen by itself.
            is_unsure: true,
        });
        if taken.is_err() {
            give_back();
        }
        taken
    }

    /// Draws one frame, without flicker where the terminal can do that. Once a
    /// panic has given the terminal back, nothing is drawn any more.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if BROKE.load(Ordering::Acquire) {
            return Ok(());
        }
        crossterm::queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        if std::mem::take(&mut self.is_unsure) {
            // `clear` would ask the terminal where its cursor is, and wait for an
            // answer that a slow or simple terminal may never give.
            let area = self.terminal.size()?.into();
            self.terminal.resize(area)?;
        }
        self.terminal.draw(render)?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Gives the terminal back for a while (the student pressed Ctrl-Z).
    pub fn suspend(&mut self) {
        give_back();
    }

    /// Takes it again; the next frame is drawn whole.
    pub fn resume(&mut self) -> io::Result<()> {
        enter(self.mouse)?;
        self.redraw();
        Ok(())
    }

    /// Gives `text` to the clipboard (OSC 52). Whether the terminal takes it is
    /// not to be learnt.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(
            self.terminal.backend_mut(),
            CopyToClipboard::to_clipboard_from(text)
        )
    }

    /// Makes the next frame whole, in case something else wrote on the screen.
    pub fn redraw(&mut self) {
        self.is_unsure = true;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !KEPT.load(Ordering::Acquire) {
            give_back();
        }
    }
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

fn enter(mouse: Mouse) -> io::Result<()> {
    enable_raw_mode()?;
    HELD.store(true, Ordering::Release);
    let entered = execute!(
        stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )
    .and_then(|()| match mouse {
        Mouse::Used => execute!(stdout(), EnableMouseCapture),
        Mouse::Left => Ok(()),
    });
    if entered.is_err() {
        give_back();
    }
    entered
}

/// Gives the terminal back, if it is in our hands: a second time would take the
/// cursor back to where it was, onto whatever was said since. Each part is tried even if another fails: the terminal
/// may be gone (a lost connection), and then there is nobody left to tell.
pub fn give_back() {
    if !HELD.swap(false, Ordering::AcqRel) {
        return;
    }
    let mut output = stdout();
    let _ = execute!(
        output,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
    let _ = output.flush();
}

/// Whether the terminal is in our hands now.
static HELD: AtomicBool = AtomicBool::new(false);

/// Whether a dropped guard leaves it there.
static KEPT: AtomicBool = AtomicBool::new(false);

/// Whether a panic has given the terminal back.
static BROKE: AtomicBool = AtomicBool::new(false);

/// Wakes whoever waits in [`broken`].
static BREAKING: Notify = Notify::const_new();

/// Waits until a panic, in whichever thread or task, has given the terminal
/// back: whoever holds it has nothing left to draw on, and has to end.
pub async fn broken() {
    BREAKING.notified().await;
}

fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let inner = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            BROKE.store(true, Ordering::Release);
            give_back();
            inner(panic);
            BREAKING.notify_one();
        }));
    });
}
