//! Standard error, and the signals that ask the program to end.

use std::io::Write;

use crate::text::visible;

/// A remark of the program's own, on standard error.
pub(super) fn remark(text: &str) {
    // A remark that nobody can read any more is no reason to stop.
    let mut stderr = std::io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(stderr, "{}", visible::text(line));
    }
}

/// Asks for the next command, on standard error and without a line end.
pub(super) fn prompt(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "{} ", visible::text(text)).and_then(|()| stderr.flush());
}
