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

    use signal_hook::consts::signal::SIGTSTP;
    use signal_hook::low_level::emulate_default_handler;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Signalled;

    /// The signals, waited for.
    #[derive(Debug)]
    pub(crate) struct Signals {
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
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                stop: signal(SignalKind::from_raw(SIGTSTP))?,
                go_on: signal(SignalKind::from_raw(signal_hook::consts::signal::SIGCONT))?,
            })
        }

        /// Waits for the next one.
        pub(crate) async fn next(&mut self) -> Signalled {
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

pub(crate) use platform::{Signals, stop};
