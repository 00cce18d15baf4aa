//! How a session of the lab ended.

/// How a session of the lab ended; the command line turns it into an exit status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Every step's goals were reached.
    Reached,
    /// Some goal does not hold after all was played.
    NotReached,
    /// The student left before the end; what was done is saved.
    Left,
    /// Ctrl-C, or the signal to end; what was done is saved.
    Interrupted,
}
