//! Signals that concern a program that holds the terminal.

/// What a signal asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signalled {
    /// The program was stopped and goes on: the terminal may have changed.
    Continued,
    /// The terminal is gone, or somebody wants the program to end.
    End,
    /// Stop, as on Ctrl-Z.
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

#[cfg(not(unix))]
mod platform {
    use std::io;

    use super::Signalled;

    /// No signals here but Ctrl-C, which arrives as a key.
    #[derive(Debug)]
    pub(crate) struct Signals;

    impl Signals {
        /// Nothing to take over.
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for ever.
        pub(crate) async fn next(&mut self) -> Signalled {
            std::future::pending().await
        }
    }

    /// There is no stopping here.
    pub(crate) fn stop() -> io::Result<()> {
        Ok(())
    }
}

pub(crate) use platform::{Signals, stop};
