//! Signals that concern a program that holds the terminal.

/// What a signal asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signalled {
    /// The program was stopped and goes on: the terminal may have changed.
    #[cfg_attr(windows, expect(dead_code, reason = "nothing is stopped there"))]
    Continued,
    /// The terminal is gone, or somebody wants the program to end.
    End,
    /// Stop, as on Ctrl-Z.
    #[cfg_attr(windows, expect(dead_code, reason = "nothing is stopped there"))]
    Stop,
}

#[cfg(unix)]
mod platform {
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, LazyLock};

    use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::flag;
    use signal_hook::low_level::emulate_default_handler;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Signalled;

    /// Takes the signals that end a program over from their default actions, for
    /// good; the flag is set once one of them has come. What comes while nobody
    /// waits for it, between the menu and a lesson, would be lost else, and what
    /// comes before would end the program with the terminal in its hands.
    pub(crate) fn take_over() -> io::Result<&'static AtomicBool> {
        static ASKED: LazyLock<Result<Arc<AtomicBool>, io::ErrorKind>> = LazyLock::new(|| {
            let asked = Arc::default();
            for signal in [SIGTERM, SIGHUP, SIGINT] {
                flag::register(signal, Arc::clone(&asked)).map_err(|problem| problem.kind())?;
            }
            Ok(asked)
        });
        ASKED.as_deref().map_err(|kind| (*kind).into())
    }

    /// The signals, waited for.
    #[derive(Debug)]
    pub(crate) struct Signals {
        /// Whether somebody wants the program to end.
        asked: &'static AtomicBool,
        terminate: Signal,
        hang_up: Signal,
        interrupt: Signal,
        stop: Signal,
        go_on: Signal,
    }

    impl Signals {
        /// Takes the signals over from their default actions.
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self {
                asked: take_over()?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                stop: signal(SignalKind::from_raw(SIGTSTP))?,
                go_on: signal(SignalKind::from_raw(signal_hook::consts::signal::SIGCONT))?,
            })
        }

        /// Waits for the next one; at once if the program was asked to end before.
        pub(crate) async fn next(&mut self) -> Signalled {
            if self.asked.load(Ordering::Acquire) {
                return Signalled::End;
            }
            tokio::select! {
                _ = self.terminate.recv() => Signalled::End,
                _ = self.hang_up.recv() => Signalled::End,
                _ = self.interrupt.recv() => Signalled::End,
                _ = self.stop.recv() => Signalled::Stop,
                _ = self.go_on.recv() => Signalled::Continued,
            }
        }
    }

    /// Stops the program, and comes back when it goes on.
    pub(crate) fn stop() -> io::Result<()> {
        emulate_default_handler(SIGTSTP)
    }
}

#[cfg(windows)]
mod platform {
    use std::io;

    use tokio::signal::windows::{
        CtrlBreak, CtrlClose, CtrlShutdown, ctrl_break, ctrl_close, ctrl_shutdown,
    };

    use super::Signalled;

    /// There is nothing to be taken over: the console waits for its programs.
    pub(crate) fn take_over() -> io::Result<()> {
        Ok(())
    }

    /// What the console tells its programs. Ctrl-C arrives as a key.
    #[derive(Debug)]
    pub(crate) struct Signals {
        broken: CtrlBreak,
        closed: CtrlClose,
        shut_down: CtrlShutdown,
    }

    impl Signals {
        /// Takes them over from their default actions.
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self {
                broken: ctrl_break()?,
                closed: ctrl_close()?,
                shut_down: ctrl_shutdown()?,
            })
        }

        /// Waits for the next one.
        pub(crate) async fn next(&mut self) -> Signalled {
            tokio::select! {
                _ = self.broken.recv() => Signalled::End,
                _ = self.closed.recv() => Signalled::End,
                _ = self.shut_down.recv() => Signalled::End,
            }
        }
    }

    /// There is no stopping here.
    pub(crate) fn stop() -> io::Result<()> {
        Ok(())
    }
}

pub(crate) use platform::{Signals, stop, take_over};
