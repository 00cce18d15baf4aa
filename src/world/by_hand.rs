//! A conversation that the student types: whatever is said is sent as it is,
//! and the server is listened to until it has nothing more to say.

use super::client_end::{ClientEnd, Heard, Line, Trust};
use super::conversation::Progress;
use super::timeouts::NO_TIME;

/// A conversation typed by hand.
pub(super) struct ByHand {
    end: ClientEnd,
    /// The last line that the server said.
    last: Vec<u8>,
}

impl ByHand {
    /// Takes `line` up, with TLS from the first byte if `implicit`, and listens
    /// to the greeting. `None`: the connection did not last so long.
    pub(super) async fn open(line: Line, trust: Trust, implicit: bool) -> Option<Self> {
        let mut by_hand = Self {
            end: ClientEnd::new(line, trust),
            last: Vec::new(),
        };
        by_hand.end.watch.server_at_rest().await;
        if implicit && by_hand.end.shake_hands(NO_TIME).await.is_err() {
            by_hand.hang_up().await;
            return None;
        }
        let progress = by_hand.listen().await;
        if progress == Progress::Answered && by_hand.last.is_empty() {
            by_hand.end.stalled(NO_TIME);
        }
        (progress != Progress::Over).then_some(by_hand)
    }

    /// Sends `bytes` exactly as they are. Where they ask for STARTTLS and the
    /// server agrees, the handshake follows: what is said next goes inside.
    pub(super) async fn say(&mut self, bytes: &[u8]) -> Progress {
        self.last.clear();
        self.end.say(bytes).await;
        let progress = self.listen().await;
        let asked = bytes.trim_ascii().eq_ignore_ascii_case(b"STARTTLS");
        if !(asked && progress == Progress::Answered && self.last.starts_with(b"220")) {
            return progress;
        }
        if self.end.shake_hands(NO_TIME).await.is_err() {
            self.hang_up().await;
            return Progress::Over;
        }
        Progress::Secured
    }

    /// The student walks away.
    pub(super) async fn hang_up(&mut self) {
        self.end.hang_up(false).await;
    }

    /// Listens until the server waits for its client, or is gone.
    pub(super) async fn listen(&mut self) -> Progress {
        loop {
            while let Some(line) = self.end.next_line() {
                self.last = line;
            }
            match self.end.listen(NO_TIME).await {
                Heard::Bytes(_) => {}
                Heard::Silence => return Progress::Answered,
                Heard::HangUp => {
                    self.hang_up().await;
                    return Progress::Over;
                }
            }
        }
    }
}
