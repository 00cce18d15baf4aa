//! The lines that the student types, or that come through a pipe.

use std::io::{self, BufRead, Read};

use tokio::sync::mpsc::{Receiver, channel};

/// The longest command that is read, in bytes; no command of ours comes near.
const LONGEST: u64 = 4096;

/// Standard input, line by line.
#[derive(Debug)]
pub(super) struct Lines {
    receiver: Receiver<String>,
}

impl Lines {
    /// Begins to read standard input, on a thread of its own: a read cannot be
    /// called off, and a signal must not wait for it.
    pub(super) fn read() -> Self {
        // With room for one line only, a large file is read as slowly as it is used.
        let (sender, receiver) = channel(1);
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            while let Ok(Some(line)) = line(&mut input) {
                if sender.blocking_send(line).is_err() {
                    break;
                }
            }
        });
        Self { receiver }
    }

    /// The next line, without its end; `None` at the end of the input.
    pub(super) async fn next(&mut self) -> Option<String> {
        self.receiver.recv().await
    }
}

/// Reads a line; of one that is too long only the beginning is kept.
fn line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        skip_to_line_end(input)?;
    }
    Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
}

fn skip_to_line_end(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (skipped, done) = match end {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(skipped);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_whatever_bytes_they_hold() {
        let long = "x".repeat(10_000);
        let bytes = [b"\n set a=b \r\n", long.as_bytes(), b"\n\xff\nlast"].concat();
        let mut input = bytes.as_slice();
        let mut lines = Vec::new();
        while let Some(line) = line(&mut input).unwrap() {
            lines.push(line);
        }
        assert_eq!(
            lines,
            ["", "set a=b", &"x".repeat(4096), "\u{fffd}", "last"]
        );
    }
}
