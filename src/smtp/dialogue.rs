//! The client's side of a dialogue (RFC 5321 §3), as a state machine that
//! awaits nothing: ask [`Dialogue::next_action`] what the client does now, do it, and
//! tell the dialogue what came of it. Laptops, spammers and mail servers that
//! pass mail on are all this one client with different [`Plan`]s.

mod plan;

use std::collections::VecDeque;
use std::fmt::Write;

use super::reply::Reply;
use crate::sasl;

pub use plan::{Login, Mail, Mechanism, Plan, Protection};

/// What the client does now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// Wait for a reply without sending anything.
    Listen,
    /// Send these lines in one go, then wait for a reply.
    Send(Vec<String>),
    /// Send these bytes, the message with its final dot, then wait for a reply.
    SendMessage(Vec<u8>),
    /// Shake hands.
    StartTls,
    /// Close the connection.
    HangUp,
}

/// A moment of the dialogue: what a reply answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// The connection itself.
    Greeting,
    /// EHLO (or HELO).
    Ehlo,
    /// STARTTLS.
    Starttls,
    /// AUTH and its continuation lines.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The message.
    Message,
    /// RSET.
    Reset,
    /// QUIT.
    Quit,
}

/// How the client's purpose ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Everything asked for was said; what became of each recipient is in
    /// [`Dialogue::recipients`].
    Done,
    /// The server would not.
    Refused {
        /// What it refused.
        stage: Stage,
        /// Its words.
        reply: Reply,
    },
    /// The server does not list what the client needs.
    NotOffered(Stage),
    /// The client gave up by itself: the handshake failed, or it did not like
    /// the certificate.
    GivenUp,
}

/// A dialogue, from the client's side.
#[derive(Clone, Debug)]
pub struct Dialogue {
    plan: Plan,
    next: Next,
    /// Commands sent whose replies have not come yet.
    unanswered: VecDeque<Stage>,
    protected: bool,
    /// Words of the last EHLO answer, in capitals, each line split.
    offers: Vec<Vec<String>>,
    /// Whether MAIL was said.
    offered_mail: bool,
    recipients: Vec<Option<Reply>>,
    accepted: Option<Reply>,
    ending: Option<Ending>,
    /// Whether QUIT was answered.
    goodbye: bool,
}

/// What the client will do when nothing is unanswered any more.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Next {
    Greeting,
    Ehlo,
    Helo,
    Starttls,
    Handshake,
    Auth,
    /// Lines that LOGIN still has to say.
    Respond(VecDeque<String>),
    Mail,
    Rcpt(usize),
    Data,
    Content,
    /// A message of no lines, to end a DATA that was sent too early (RFC 2920 §3.1).
    NoContent,
    Reset,
    Quit,
    Over,
}

impl Dialogue {
    /// A dialogue that follows `plan`, before the connection's first byte.
    pub fn new(plan: Plan) -> Self {
        let next = match plan.protection {
            Protection::Implicit => Next::Handshake,
            _ => Next::Greeting,
        };
        let recipients = plan.mail.as_ref().map_or(0, |mail| mail.recipients.len());
        Self {
            plan,
            next,
            unanswered: VecDeque::new(),
            protected: false,
            offers: Vec::new(),
            offered_mail: false,
            recipients: vec![None; recipients],
            accepted: None,
            ending: None,
            goodbye: false,
        }
    }

    /// What the client does now. Lines it sends count as sent from here on.
    pub fn next_action(&mut self) -> Action {
        if !self.unanswered.is_empty() {
            return Action::Listen;
        }
        match &mut self.next {
            Next::Greeting => {
                self.unanswered.push_back(Stage::Greeting);
                Action::Listen
            }
            Next::Handshake => Action::StartTls,
            Next::Over => Action::HangUp,
            Next::Ehlo => self.say(Stage::Ehlo, format!("EHLO {}", self.plan.helo)),
            Next::Helo => self.say(Stage::Ehlo, format!("HELO {}", self.plan.helo)),
            Next::Starttls => self.say(Stage::Starttls, "STARTTLS".to_owned()),
            Next::Auth => self.authenticate(),
            Next::Respond(lines) => {
                // A server that asks for more than there is to say is told to stop (RFC 4954 §4).
                let line = lines.pop_front().unwrap_or_else(|| "*".to_owned());
                self.say(Stage::Auth, line)
            }
            Next::Mail => self.begin_mail(),
            Next::Rcpt(index) => {
                let index = *index;
                let line = self.rcpt_line(index);
                self.say(Stage::Rcpt, line)
            }
            Next::Data => self.say(Stage::Data, "DATA".to_owned()),
            Next::Content => {
                self.unanswered.push_back(Stage::Message);
                let content = self
                    .plan
                    .mail
                    .as_ref()
                    .and_then(|mail| mail.content.as_ref());
                Action::SendMessage(stuffed(content.map_or(&[], Vec::as_slice)))
            }
            Next::NoContent => {
                self.unanswered.push_back(Stage::Message);
                Action::SendMessage(stuffed(b""))
            }
            Next::Reset => self.say(Stage::Reset, "RSET".to_owned()),
            Next::Quit => self.say(Stage::Quit, "QUIT".to_owned()),
        }
    }

    /// Takes the server's next reply.
    pub fn heard(&mut self, reply: Reply) {
        let Some(stage) = self.unanswered.pop_front() else {
            return;
        };
        // 421 may answer anything: the server is closing (RFC 5321 §3.8). Mail
        // servers bid farewell all the same.
        if reply.code == 421 && !self.plan.pipelining {
            self.end(Ending::Refused { stage, reply });
            self.unanswered.clear();
            self.next = Next::Over;
            return;
        }
        match stage {
            Stage::Greeting if reply.code == 220 => self.next = Next::Ehlo,
            Stage::Ehlo if reply.is_positive() => self.introduced(&reply),
            // A server that will not have EHLO is greeted in the old way (RFC 5321 §3.2).
            Stage::Ehlo
                if self.next == Next::Ehlo && reply.code != 421 && !self.needs_extensions() =>
            {
                self.next = Next::Helo;
            }
            Stage::Starttls if reply.is_positive() => self.next = Next::Handshake,
            Stage::Starttls if self.plan.protection == Protection::Opportunistic => self.identify(),
            Stage::Auth if reply.code == 334 => self.respond(),
            Stage::Auth if reply.is_positive() => self.send_mail(),
            Stage::Greeting | Stage::Ehlo | Stage::Starttls | Stage::Auth => {
                self.refused(stage, reply);
            }
            Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Message => {
                self.transacted(stage, reply);
            }
            Stage::Reset => self.next = Next::Quit,
            Stage::Quit => {
                self.goodbye = true;
                self.next = Next::Over;
            }
        }
    }

    /// The handshake succeeded: everything heard before is forgotten and the
    /// client introduces itself again (RFC 3207 §4.2).
    pub fn secured(&mut self) {
        self.protected = true;
        self.offers.clear();
        self.next = match self.plan.protection {
            Protection::Implicit => Next::Greeting,
            _ => Next::Ehlo,
        };
    }

    /// The client logs in before it goes on; to be told before MAIL.
    pub fn log_in(&mut self, login: Login) {
        self.plan.login = Some(login);
        self.next = Next::Auth;
    }

    /// The client wants no more of it, but stays polite: QUIT comes next.
    pub fn give_up(&mut self) {
        self.end(Ending::GivenUp);
        self.unanswered.clear();
        self.next = Next::Quit;
    }

    /// The connection is of no use any more: only hanging up is left.
    pub fn break_off(&mut self) {
        self.end(Ending::GivenUp);
        self.unanswered.clear();
        self.next = Next::Over;
    }

    /// Whether all the introductions are over and MAIL comes next.
    pub fn is_ready_for_mail(&self) -> bool {
        self.next == Next::Mail && self.unanswered.is_empty()
    }

    /// Whether nothing is left but hanging up.
    pub fn is_over(&self) -> bool {
        self.next == Next::Over && self.unanswered.is_empty()
    }

    /// Whether the server has bidden farewell, and so hangs up first.
    pub fn said_goodbye(&self) -> bool {
        self.goodbye
    }

    /// Whether the connection is protected by TLS.
    pub fn is_protected(&self) -> bool {
        self.protected
    }

    /// Whether a reply is still to come.
    pub fn awaits_reply(&self) -> bool {
        !self.unanswered.is_empty()
    }

    /// What the reply to come answers.
    pub fn awaited(&self) -> Option<Stage> {
        self.unanswered.front().copied()
    }

    /// How the purpose ended; `None` as long as it is pursued.
    pub fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// Whether the client has come so far as to say MAIL.
    pub fn offered_mail(&self) -> bool {
        self.offered_mail
    }

    /// The answer to each recipient, in the order of the plan.
    pub fn recipients(&self) -> &[Option<Reply>] {
        &self.recipients
    }

    /// The answer by which the server took the message over.
    pub fn accepted(&self) -> Option<&Reply> {
        self.accepted.as_ref()
    }

    /// Whether the last EHLO answer listed `keyword`, with `parameter` if one is given.
    pub fn offers(&self, keyword: &str, parameter: Option<&str>) -> bool {
        self.offers.iter().any(|words| match words.split_first() {
            Some((first, rest)) => {
                first == keyword
                    && parameter.is_none_or(|wanted| rest.iter().any(|word| word == wanted))
            }
            None => false,
        })
    }

    /// The limit on a message's size that the last EHLO answer told, in bytes
    /// (RFC 1870 §4); `None`: there is none.
    pub fn size_limit(&self) -> Option<usize> {
        let words = self
            .offers
            .iter()
            .find(|words| words.first().is_some_and(|word| word == "SIZE"))?;
        words.get(1)?.parse().ok().filter(|limit| *limit > 0)
    }

    fn say(&mut self, stage: Stage, line: String) -> Action {
        self.unanswered.push_back(stage);
        Action::Send(vec![line])
    }

    fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    fn refused(&mut self, stage: Stage, reply: Reply) {
        self.end(Ending::Refused { stage, reply });
        self.next = Next::Quit;
    }

    fn needs_extensions(&self) -> bool {
        self.plan.login.is_some()
            || matches!(
                self.plan.protection,
                Protection::Demanded | Protection::Required
            )
    }

    /// EHLO was answered.
    fn introduced(&mut self, reply: &Reply) {
        self.offers = reply
            .lines
            .iter()
            .skip(1)
            .map(|line| {
                line.split_whitespace()
                    .map(str::to_ascii_uppercase)
                    .collect()
            })
            .collect();
        let offered = self.offers("STARTTLS", None);
        match self.plan.protection {
            _ if self.protected => self.identify(),
            Protection::Demanded => self.next = Next::Starttls,
            Protection::Opportunistic | Protection::Required if offered => {
                self.next = Next::Starttls;
            }
            Protection::Required => {
                self.end(Ending::NotOffered(Stage::Starttls));
                self.next = Next::Quit;
            }
            Protection::Clear | Protection::Implicit | Protection::Opportunistic => self.identify(),
        }
    }

    /// Protection is settled; who the client is comes next.
    fn identify(&mut self) {
        let Some(login) = &self.plan.login else {
            self.send_mail();
            return;
        };
        if login.insist || self.offers("AUTH", Some(login.mechanism.name())) {
            self.next = Next::Auth;
        } else {
            self.end(Ending::NotOffered(Stage::Auth));
            self.next = Next::Quit;
        }
    }

    fn authenticate(&mut self) -> Action {
        let Some(login) = &self.plan.login else {
            return self.say(Stage::Quit, "QUIT".to_owned());
        };
        let line = match login.mechanism {
            Mechanism::Plain => {
                format!(
                    "AUTH PLAIN {}",
                    sasl::client::plain(&login.user, &login.password)
                )
            }
            Mechanism::Login => "AUTH LOGIN".to_owned(),
        };
        self.say(Stage::Auth, line)
    }

    /// The server asks for (more of) a SASL response.
    fn respond(&mut self) {
        if self.next == Next::Auth {
            let lines = match &self.plan.login {
                Some(login) if login.mechanism == Mechanism::Login => {
                    sasl::client::login(&login.user, &login.password).into()
                }
                _ => VecDeque::new(),
            };
            self.next = Next::Respond(lines);
        }
    }

    fn send_mail(&mut self) {
        if self.plan.mail.is_some() {
            self.next = Next::Mail;
        } else {
            self.end(Ending::Done);
            self.next = Next::Quit;
        }
    }

    fn mail_line(&self) -> String {
        let Some(mail) = &self.plan.mail else {
            return "MAIL FROM:<>".to_owned();
        };
        let mut line = format!("MAIL FROM:<{}>", mail.sender);
        let content = mail.content.as_deref().unwrap_or_default();
        if let Some(size) = mail.size
            && self.offers("SIZE", None)
        {
            // Writing into a String cannot fail.
            let _ = write!(line, " SIZE={size}");
        }
        if needs_eight_bits(content) && self.offers("8BITMIME", None) {
            line.push_str(" BODY=8BITMIME");
        }
        if self.offers("DSN", None) && !mail.request.is_empty() {
            line.push(' ');
            line.push_str(&mail.request);
        }
        line
    }

    fn rcpt_line(&self, index: usize) -> String {
        let Some(mail) = &self.plan.mail else {
            return "RCPT TO:<>".to_owned();
        };
        let recipient = mail.recipients.get(index).map_or("", String::as_str);
        let mut line = format!("RCPT TO:<{recipient}>");
        if let Some(wish) = mail.wishes.get(index).filter(|wish| !wish.is_empty())
            && self.offers("DSN", None)
        {
            line.push(' ');
            line.push_str(wish);
        }
        line
    }

    fn begin_mail(&mut self) -> Action {
        self.offered_mail = true;
        let line = self.mail_line();
        if !(self.plan.pipelining && self.offers("PIPELINING", None)) {
            return self.say(Stage::Mail, line);
        }
        let mut lines = vec![line];
        self.unanswered.push_back(Stage::Mail);
        for index in 0..self.recipients.len() {
            lines.push(self.rcpt_line(index));
            self.unanswered.push_back(Stage::Rcpt);
        }
        lines.push("DATA".to_owned());
        self.unanswered.push_back(Stage::Data);
        Action::Send(lines)
    }

    /// A command of the mail transaction was answered.
    fn transacted(&mut self, stage: Stage, reply: Reply) {
        let positive = reply.is_positive();
        match stage {
            Stage::Mail if positive => self.next = Next::Rcpt(0),
            Stage::Rcpt => {
                let index = self.recipients.iter().position(Option::is_none);
                if let Some(slot) = index.and_then(|index| self.recipients.get_mut(index)) {
                    *slot = Some(reply);
                }
                self.next = self.after_recipient();
            }
            Stage::Data if reply.code == 354 => {
                self.next = if self.anyone_accepted() {
                    Next::Content
                } else {
                    Next::NoContent
                };
            }
            Stage::Message if positive && self.next == Next::Content => {
                self.accepted = Some(reply);
                self.end(Ending::Done);
                self.next = Next::Quit;
            }
            _ => {
                // A DATA answered 5xx because every recipient was refused says nothing new.
                let news =
                    self.ending.is_none() && (stage != Stage::Data || self.anyone_accepted());
                let ending = if news {
                    Ending::Refused { stage, reply }
                } else {
                    Ending::Done
                };
                self.end(ending);
                // What was sent ahead leaves a transaction half made: undo it.
                self.next = if self.plan.pipelining && stage != Stage::Message {
                    Next::Reset
                } else {
                    Next::Quit
                };
            }
        }
    }

    fn anyone_accepted(&self) -> bool {
        self.ending.is_none() && self.recipients.iter().flatten().any(Reply::is_positive)
    }

    fn after_recipient(&mut self) -> Next {
        if let Some(index) = self.recipients.iter().position(Option::is_none) {
            return Next::Rcpt(index);
        }
        let wants_to_send = self
            .plan
            .mail
            .as_ref()
            .is_some_and(|mail| mail.content.is_some());
        if wants_to_send && self.anyone_accepted() {
            return Next::Data;
        }
        // With DATA already on its way, its answer decides what comes next.
        if self.unanswered.is_empty() {
            self.end(Ending::Done);
        }
        Next::Quit
    }
}

/// `content` as it goes over the wire: lines that begin with a dot get another
/// one, and a lone dot ends it (RFC 5321 §4.5.2).
fn stuffed(content: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(content.len() + 8);
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
    }
    if !wire.is_empty() && !wire.ends_with(b"\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

/// Whether a message is, or says that it is, more than ASCII (RFC 6152).
fn needs_eight_bits(content: &[u8]) -> bool {
    !content.is_ascii()
        || content
            .split(|byte| *byte == b'\n')
            .take_while(|line| !matches!(line, [] | [b'\r']))
            .any(|line| {
                line.trim_ascii()
                    .eq_ignore_ascii_case(b"Content-Transfer-Encoding: 8bit")
            })
}

#[cfg(test)]
mod tests;
