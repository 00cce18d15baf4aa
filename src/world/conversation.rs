//! The client's end of a connection: does, one at a time, what a dialogue's
//! plan says, over a wire of the world.

use super::client_end::{ClientEnd, Heard, Line, NoHandshake, Trust};
use super::timeouts::{NO_TIME, Timeouts};
use crate::journal::event::{CertificateFacts, Verification};
use crate::postfix::smtpd::TlsFacts;
use crate::smtp::dialogue::{Action, Dialogue, Login, Stage};
use crate::smtp::{ReplyError, ReplyReader};

/// A client's dialogue with a server.
pub(super) struct Conversation {
    end: ClientEnd,
    dialogue: Dialogue,
    replies: ReplyReader,
    timeouts: Timeouts,
    /// Whether the message did not get through to the server's end.
    is_cut_short: bool,
    lost: Option<Lost>,
}

/// How a connection broke.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Lost {
    /// What the client was waiting for; `None`: the handshake.
    pub(super) stage: Option<Stage>,
    /// How.
    pub(super) how: Loss,
}

/// The ways in which a connection breaks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Loss {
    /// The server hung up.
    HungUp,
    /// The server hung up before it had the whole message.
    CutShort,
    /// The server says nothing, and never would.
    Silent,
    /// The handshake failed.
    Handshake(NoHandshake),
}

/// What a step of a conversation came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Progress {
    /// The server answered.
    Answered,
    /// The connection is protected from here on.
    Secured,
    /// The connection is closed.
    Over,
}

impl Conversation {
    /// A conversation over `line`, before its first byte.
    pub(super) fn new(line: Line, dialogue: Dialogue, trust: Trust, timeouts: Timeouts) -> Self {
        Self {
            end: ClientEnd::new(line, trust),
            dialogue,
            replies: ReplyReader::default(),
            timeouts,
            is_cut_short: false,
            lost: None,
        }
    }

    /// Does the next thing and waits for what comes of it. Once nothing but
    /// hanging up is left, that is done in the same step.
    pub(super) async fn step(&mut self) -> Progress {
        // A server greets as soon as it is called.
        self.end.watch.server_at_rest().await;
        let progress = match self.dialogue.next_action() {
            Action::Listen => self.hear().await,
            Action::Send(lines) => {
                let text: Vec<u8> = lines
                    .iter()
                    .flat_map(|line| [line.as_bytes(), b"\r\n"].concat())
                    .collect();
                self.say(&text).await
            }
            Action::SendMessage(message) => {
                self.is_cut_short = !self.end.say(&message).await;
                self.hear().await
            }
            Action::StartTls => self.shake_hands().await,
            Action::HangUp => Progress::Over,
        };
        if progress == Progress::Over || self.dialogue.is_over() {
            self.hang_up().await;
            return Progress::Over;
        }
        self.end.watch.server_at_rest().await;
        progress
    }

    /// Goes on to the end.
    pub(super) async fn finish(&mut self) {
        while self.step().await != Progress::Over {}
    }

    /// The client walks away, whatever the dialogue wanted. After QUIT the
    /// server hangs up first.
    pub(super) async fn hang_up(&mut self) {
        self.end.hang_up(self.dialogue.said_goodbye()).await;
    }

    /// Listens to what the server says without being asked. It is no answer to
    /// anything that the dialogue wants; if the server hangs up, it is over.
    pub(super) async fn overhear(&mut self) -> Progress {
        loop {
            while self.end.next_line().is_some() {}
            match self.end.listen(NO_TIME).await {
                Heard::Bytes(_) => {}
                Heard::Silence => return Progress::Answered,
                Heard::HangUp => {
                    self.end.hang_up(false).await;
                    return Progress::Over;
                }
            }
        }
    }

    /// The client logs in before it goes on.
    pub(super) fn log_in(&mut self, login: Login) {
        self.dialogue.log_in(login);
    }

    /// The client wants no more of it, but stays polite.
    pub(super) fn give_up(&mut self) {
        self.dialogue.give_up();
    }

    /// The client wants no more of it, and says nothing.
    pub(super) fn break_off(&mut self) {
        self.dialogue.break_off();
    }

    /// What was said.
    pub(super) fn dialogue(&self) -> &Dialogue {
        &self.dialogue
    }

    /// The handshake, once it is done.
    pub(super) fn tls(&self) -> Option<&TlsFacts> {
        self.end.tls()
    }

    /// The server's certificates and what the client thinks of them, once it
    /// has seen them.
    pub(super) fn certificate(&self) -> Option<&(Vec<CertificateFacts>, Verification)> {
        self.end.certificate()
    }

    /// How the connection broke, if it did.
    pub(super) fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// The connection's number.
    pub(super) fn connection(&self) -> crate::journal::ConnectionId {
        self.end.pen.connection
    }

    async fn say(&mut self, bytes: &[u8]) -> Progress {
        self.end.say(bytes).await;
        self.hear().await
    }

    /// Reads replies until nothing is unanswered.
    async fn hear(&mut self) -> Progress {
        let mut heard = 0;
        loop {
            if heard > LONGEST_ANSWER {
                return self.lose(Loss::Silent);
            }
            while let Some(line) = self.end.next_line() {
                match self.replies.push(&line) {
                    Ok(Some(reply)) => self.dialogue.heard(reply),
                    // What is no reply is no answer: the client goes on waiting for one.
                    Ok(None) | Err(ReplyError::NotAReply) => {}
                    Err(ReplyError::TooLong) => return self.lose(Loss::Silent),
                }
                if !self.dialogue.awaits_reply() {
                    return Progress::Answered;
                }
            }
            let awaited = self.dialogue.awaited();
            let patience = awaited.map_or(NO_TIME, |stage| self.timeouts.at(stage));
            match self.end.listen(patience).await {
                Heard::Bytes(count) => heard += count,
                Heard::HangUp if self.is_cut_short => return self.lose(Loss::CutShort),
                Heard::HangUp => return self.lose(Loss::HungUp),
                Heard::Silence => {
                    self.end.stalled(patience);
                    return self.lose(Loss::Silent);
                }
            }
        }
    }

    fn lose(&mut self, how: Loss) -> Progress {
        let stage = match how {
            Loss::Handshake(_) => None,
            Loss::HungUp | Loss::CutShort | Loss::Silent => self.dialogue.awaited(),
        };
        self.lost = Some(Lost { stage, how });
        self.dialogue.break_off();
        Progress::Over
    }

    async fn shake_hands(&mut self) -> Progress {
        match self.end.shake_hands(self.timeouts.handshake()).await {
            Ok(()) => {
                self.dialogue.secured();
                Progress::Secured
            }
            Err(problem) => self.lose(Loss::Handshake(problem)),
        }
    }
}

/// Bytes after which a client waits no longer for the end of an answer, as a
/// deadline would have it (`smtp_per_request_deadline`).
const LONGEST_ANSWER: usize = 1024 * 1024;
