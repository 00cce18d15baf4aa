//! The session itself: which state it is in, and what takes it to the next.

use std::sync::Arc;
use std::time::Duration;

use crate::postfix::configuration::Service;
use crate::postfix::printable::printable;
use crate::postfix::reason::Rule;
use crate::postfix::table::is_table;
use crate::smtp::{Line, LineReader, Overlong};

use super::auth::Exchange;
use super::bdat::Chunk;
use super::command::{Verb, Word, words};
use super::conversation::{Conversation, Protocol, shortened};
use super::data::Reception;
use super::interface::{Identity, Input, Output, Services, TlsEngine, TlsFacts, TlsFailure};
use super::newline::BareNewline;
use super::notice;
use super::outcome::{Answer, Greeted, Next, Refusal, refuse};
use super::{auth, bdat, data, ehlo, etrn, filter, greeting, mail, rcpt, starttls, vrfy, xclient};

/// One client's session with `smtpd`. It is told what happens and says what is
/// to be done; see [`Input`] and [`Output`].
#[derive(Debug)]
pub struct Session {
    conversation: Conversation,
    input: LineReader,
    state: State,
}

/// Where a session stands.
#[derive(Debug)]
enum State {
    /// Nobody told it yet that the client is there.
    Waiting,
    /// A handshake goes on, for this reason.
    Handshake(Handshake),
    /// The next line is a command.
    Command,
    /// The next line is the response to a SASL challenge.
    Exchange(Exchange),
    /// Message content comes, after DATA.
    Content(Reception),
    /// Message content comes, after BDAT.
    Chunk(Chunk),
    /// It is over.
    Over,
}

/// Why a TLS handshake goes on.
#[derive(Clone, Copy, Debug)]
enum Handshake {
    Starttls,
    Wrapper,
}

/// Why a conversation ended otherwise than by QUIT.
#[derive(Clone, Copy, Debug)]
enum End {
    LostConnection,
    Timeout,
    TooManyErrors,
}

impl Session {
    /// A session of `service` with a client; nothing is said before
    /// [`Input::Connected`].
    pub fn new(service: Arc<Service>, client: Identity, tls: TlsEngine) -> Self {
        Self {
            conversation: Conversation::new(service, client, tls),
            input: LineReader::default(),
            state: State::Waiting,
        }
    }

    /// How long to wait for the client before [`Input::Timeout`] (`smtpd_timeout`,
    /// and `smtpd_starttls_timeout` for a handshake).
    pub fn timeout(&self) -> Duration {
        let parameter = match self.state {
            State::Handshake(_) => "smtpd_starttls_timeout",
            _ => "smtpd_timeout",
        };
        self.conversation.service.time(parameter)
    }

    /// Tells the session what happened; returns what is to be done, in order.
    pub fn handle(&mut self, input: Input<'_>, services: &mut dyn Services) -> Vec<Output> {
        self.conversation.now = services.now();
        self.conversation.outputs.reserve(USUAL_OUTPUTS);
        match (&self.state, input) {
            (State::Over, _) => {}
            (_, Input::Bytes(bytes)) => {
                self.input.push(bytes);
                self.proceed(services);
            }
            (State::Waiting, Input::Connected) => self.connected(services),
            (&State::Handshake(reason), input) => self.handshake(reason, input, services),
            (State::Command | State::Exchange(_) | State::Content(_) | State::Chunk(_), input) => {
                match input {
                    Input::Hangup => self.end(End::LostConnection, services),
                    Input::Timeout => {
                        let name = self.conversation.myhostname();
                        let text = format!("{name} Error: timeout exceeded");
                        let refusal = Refusal::new(Rule::Silent, 421, "4.4.2", text).of(None);
                        self.conversation.turn_down(refusal);
                        self.end(End::Timeout, services);
                    }
                    _ => {}
                }
            }
            (State::Waiting, _) => {}
        }
        std::mem::take(&mut self.conversation.outputs)
    }

    /// Something happened during a handshake.
    fn handshake(&mut self, reason: Handshake, input: Input<'_>, services: &mut dyn Services) {
        let failure = match input {
            Input::TlsEstablished(facts) => return self.protected(reason, facts, services),
            Input::TlsFailed(failure) => failure,
            Input::Hangup => TlsFailure::HungUp,
            Input::Timeout => TlsFailure::TimedOut,
            Input::Bytes(_) | Input::Connected => return,
        };
        starttls::failed(&mut self.conversation, &failure);
        if starttls::is_too_often(&mut self.conversation, services).is_some() {
            return self.leave(services);
        }
        self.end(End::LostConnection, services);
    }

    fn connected(&mut self, services: &mut dyn Services) {
        let hasty = self.input.pending().to_vec();
        let greeted = greeting::connected(&mut self.conversation, &hasty, services);
        self.greeted(greeted, services);
    }

    fn greeted(&mut self, greeted: Greeted, services: &mut dyn Services) {
        match greeted {
            Greeted::Welcome => {
                self.state = State::Command;
                self.proceed(services);
            }
            Greeted::Refused => self.leave(services),
            Greeted::Never => {
                self.conversation.outputs.push(Output::Died);
                self.state = State::Over;
            }
            Greeted::Died => self.die(services),
            Greeted::AfterHandshake => self.shake_hands(Handshake::Wrapper),
        }
    }

    fn shake_hands(&mut self, reason: Handshake) {
        self.input.purge();
        self.conversation.outputs.push(Output::StartTls);
        self.state = State::Handshake(reason);
    }

    /// The handshake succeeded.
    fn protected(&mut self, reason: Handshake, facts: TlsFacts, services: &mut dyn Services) {
        let mut greeted = starttls::established(&mut self.conversation, facts, services);
        if greeted == Greeted::Welcome {
            match reason {
                Handshake::Starttls => self.finish(Verb::Starttls, true),
                Handshake::Wrapper => {
                    greeted = greeting::greet(&mut self.conversation, &[], services);
                }
            }
        }
        self.greeted(greeted, services);
    }

    /// Goes as far as the input allows.
    fn proceed(&mut self, services: &mut dyn Services) {
        loop {
            self.state = match std::mem::replace(&mut self.state, State::Over) {
                State::Command => {
                    if self.is_enough(services) {
                        return;
                    }
                    let Some(line) = self.next_line("line_length_limit") else {
                        self.state = State::Command;
                        return;
                    };
                    self.command(&line, services)
                }
                State::Exchange(exchange) => {
                    let Some(line) = self.next_line("smtpd_sasl_response_limit") else {
                        self.state = State::Exchange(exchange);
                        return;
                    };
                    self.receive(&line.bytes);
                    let limit = self.limit("smtpd_sasl_response_limit");
                    let excessive = line.bytes.len() >= limit;
                    let response = self.text_of(&line, limit);
                    let next = if excessive {
                        let text = "SASL response limit exceeded";
                        let refusal = Refusal::new(Rule::AuthTooLong, 500, "5.5.6", text);
                        self.conversation.turn_down(refusal.of(None));
                        Next::Failed
                    } else {
                        auth::respond(&mut self.conversation, exchange, &response, services)
                    };
                    self.next(Verb::Auth, next, services)
                }
                State::Content(reception) => {
                    match data::receive(
                        &mut self.conversation,
                        &mut self.input,
                        reception,
                        services,
                    ) {
                        Ok(next) => self.next(Verb::Data, next, services),
                        Err(reception) => {
                            self.state = State::Content(reception);
                            return;
                        }
                    }
                }
                State::Chunk(chunk) => {
                    match bdat::receive(&mut self.conversation, &mut self.input, chunk, services) {
                        Ok(next) => self.next(Verb::Bdat, next, services),
                        Err(chunk) => {
                            self.state = State::Chunk(chunk);
                            return;
                        }
                    }
                }
                state @ (State::Waiting | State::Handshake(_) | State::Over) => {
                    self.state = state;
                    return;
                }
            };
        }
    }

    /// Whether the conversation has come to its end before the next command.
    fn is_enough(&mut self, services: &mut dyn Services) -> bool {
        if self.conversation.hanging_up {
            self.leave(services);
            return true;
        }
        let limit = self.conversation.service.number("smtpd_hard_error_limit");
        if self.conversation.errors >= limit {
            let text = format!("{} Error: too many errors", self.conversation.myhostname());
            let refusal = Refusal::new(Rule::TooManyErrors, 421, "4.7.0", text)
                .of(None)
                .about(&self.conversation.errors);
            self.conversation.turn_down(refusal);
            self.end(End::TooManyErrors, services);
            return true;
        }
        false
    }

    // ---- input ------------------------------------------------------------

    fn limit(&self, parameter: &str) -> usize {
        usize::try_from(self.conversation.service.number(parameter)).unwrap_or(2048)
    }

    fn next_line(&mut self, parameter: &str) -> Option<Line> {
        self.input.next_line(self.limit(parameter), Overlong::Skip)
    }

    fn receive(&mut self, line: &[u8]) {
        self.conversation.transcript.heard(line);
        self.conversation
            .outputs
            .push(Output::Received(line.to_vec()));
    }

    /// A line as text, up to a NUL as C sees it. Says in the log if it was cut.
    fn text_of(&mut self, line: &Line, limit: usize) -> String {
        let bytes = line.bytes.split(|&byte| byte == 0).next();
        let mut text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        if self.conversation.bare_newline == BareNewline::Allowed {
            text.truncate(text.trim_end_matches('\r').len());
        }
        if line.bytes.len() >= limit {
            let beginning = printable(shortened(&text, 30));
            let name = self.conversation.client_name();
            self.conversation.warn(format!(
                "{name}: request longer than {limit}: {beginning}..."
            ));
        }
        text
    }

    // ---- commands ---------------------------------------------------------

    fn command(&mut self, line: &Line, services: &mut dyn Services) -> State {
        self.receive(&line.bytes);
        let limit = self.limit("line_length_limit");
        let text = self.text_of(line, limit);
        let conversation = &mut self.conversation;
        if conversation.bare_newline == BareNewline::Rejected
            && line.end == crate::smtp::LineEnd::BareLf
        {
            data::complain_of_bare_newline(conversation, conversation.place);
            self.leave(services);
            return State::Over;
        }
        if conversation.service.boolean("smtputf8_enable")
            && std::str::from_utf8(&line.bytes).is_err()
        {
            return self.misunderstood(Rule::NotUtf8, "Error: bad UTF-8 syntax");
        }
        let Ok(text) = filter::filtered(conversation, text, services) else {
            self.lack_data();
            self.leave(services);
            return State::Over;
        };
        let conversation = &mut self.conversation;
        let words = words(&text);
        let Some(first) = words.first() else {
            return self.misunderstood(Rule::EmptyCommand, "Error: bad syntax");
        };
        if is_listed(&conversation.service, "smtpd_noop_commands", &first.text) {
            conversation.reply(250, "2.0.0", "Ok");
            self.count_junk();
            return State::Command;
        }
        let verb = Verb::named(&first.text);
        conversation.tally.came(verb);
        if verb.is_none() {
            conversation.place = "UNKNOWN";
            let rule = if is_header(&first.text) {
                Some(Rule::HeaderAsCommand)
            } else if is_forbidden(&conversation.service, &first.text, services) {
                Some(Rule::ForbiddenCommand)
            } else {
                None
            };
            if let Some(rule) = rule {
                let name = conversation.client_name();
                conversation.warn(format!(
                    "non-SMTP command from {name}: {}",
                    shortened(&text, 100)
                ));
                let goodbye = "Error: I can break rules, too. Goodbye.";
                let refusal = Refusal::new(rule, 221, "2.7.0", goodbye).of(None);
                conversation.turn_down(refusal.about(&first.text));
                self.leave(services);
                return State::Over;
            }
        }
        if conversation.denied && verb != Some(Verb::Quit) {
            let text = format!("Error: access denied for {}", conversation.client_name());
            let refusal = Refusal::new(Rule::TurnedAway, 503, "5.7.0", text).of(None);
            let stage = verb.map_or(conversation.place, Verb::name);
            conversation.turn_down_at(stage, refusal);
            conversation.errors += 1;
            return State::Command;
        }
        let Some(verb) = verb else {
            let text = "Error: command not recognized";
            let refusal = Refusal::new(Rule::UnknownCommand, 500, "5.5.2", text);
            conversation.turn_down(refusal.about(&first.text));
            conversation.errors += 1;
            return State::Command;
        };
        if conversation.tls_policy.requires()
            && conversation.tls.is_none()
            && !verb.is_allowed_in_clear()
        {
            let text = "Must issue a STARTTLS command first";
            let refusal = Refusal::new(Rule::TlsFirst, 530, "5.7.0", text).of(None);
            conversation.turn_down_at(verb.name(), refusal);
            conversation.errors += 1;
            return State::Command;
        }
        conversation.place = verb.name();
        if (conversation.protocol == Protocol::Smtp || verb.ends_group())
            && greeting::is_out_of_turn(conversation, self.input.pending())
        {
            conversation.turn_down(greeting::out_of_turn());
            self.leave(services);
            return State::Over;
        }
        let next =
            carry_out(conversation, verb, &words, &text, services).unwrap_or_else(|refusal| {
                conversation.turn_down(refusal);
                Next::Failed
            });
        self.next(verb, next, services)
    }

    /// A table without which nothing goes on cannot be asked.
    fn lack_data(&mut self) {
        let conversation = &mut self.conversation;
        let text = format!("{} Server local data error", conversation.myhostname());
        conversation.log(format!(
            "{}: reject: {} from {}: 421 4.3.0 {text}",
            conversation.queue_id(),
            conversation.place,
            conversation.client_name()
        ));
        let refusal = Refusal::new(Rule::TableUnavailable, 421, "4.3.0", text);
        conversation.turn_down(refusal.of(None));
    }

    fn misunderstood(&mut self, rule: Rule, text: &str) -> State {
        let refusal = Refusal::new(rule, 500, "5.5.2", text);
        self.conversation.turn_down(refusal);
        self.conversation.errors += 1;
        State::Command
    }

    /// Counts how a command ended.
    fn finish(&mut self, verb: Verb, well: bool) {
        if well {
            self.conversation.tally.went_well(verb);
        } else {
            self.conversation.errors += 1;
        }
        if verb.is_junk() {
            self.count_junk();
        }
    }

    fn count_junk(&mut self) {
        let conversation = &mut self.conversation;
        if conversation.junk > conversation.service.number("smtpd_junk_command_limit") {
            conversation.errors += 1;
        }
        conversation.junk += 1;
    }

    fn next(&mut self, verb: Verb, next: Next, services: &mut dyn Services) -> State {
        match next {
            Next::Done => self.finish(verb, true),
            Next::Failed => self.finish(verb, false),
            Next::Exchange(exchange) => return State::Exchange(exchange),
            Next::Content(reception) => return State::Content(reception),
            Next::Chunk(chunk) => return State::Chunk(chunk),
            Next::Handshake => {
                self.shake_hands(Handshake::Starttls);
                return std::mem::replace(&mut self.state, State::Over);
            }
            Next::Greet => {
                let greeted = greeting::greet(&mut self.conversation, &[], services);
                if greeted != Greeted::Welcome {
                    self.greeted(greeted, services);
                    return std::mem::replace(&mut self.state, State::Over);
                }
            }
            Next::Leave => {
                self.finish(verb, true);
                self.leave(services);
                return State::Over;
            }
        }
        State::Command
    }

    // ---- the end ----------------------------------------------------------

    /// The conversation broke off.
    fn end(&mut self, end: End, services: &mut dyn Services) {
        let name = self.conversation.client_name();
        let reason = match end {
            End::LostConnection => "lost connection",
            End::Timeout => "timeout",
            End::TooManyErrors => "too many errors",
        };
        let place = match &self.state {
            State::Content(_) => Some(format!("DATA ({} bytes)", self.bytes_so_far())),
            State::Chunk(chunk) if chunk.is_kept() => {
                Some(format!("BDAT ({} bytes)", self.bytes_so_far()))
            }
            _ if self.conversation.place == "END-OF-MESSAGE"
                && matches!(end, End::LostConnection) =>
            {
                None
            }
            _ => Some(self.conversation.place.to_owned()),
        };
        match &self.state {
            State::Content(reception) => reception.abandon(&mut self.conversation, services),
            State::Chunk(chunk) => chunk.abandon(&mut self.conversation, services),
            _ => {}
        }
        if let Some(place) = place {
            self.conversation
                .log(format!("{reason} after {place} from {name}"));
        }
        self.leave_for(Some(reason), services);
    }

    fn bytes_so_far(&self) -> u64 {
        let transaction = self.conversation.transaction.as_ref();
        transaction.map_or(0, |transaction| transaction.size)
    }

    /// The process dies in the middle of it, and says no more.
    fn die(&mut self, services: &mut dyn Services) {
        greeting::disconnected(&mut self.conversation, services);
        self.conversation.outputs.push(Output::Died);
        self.conversation.outputs.push(Output::Close);
        self.state = State::Over;
    }

    /// Hangs up.
    fn leave(&mut self, services: &mut dyn Services) {
        self.leave_for(None, services);
    }

    /// Hangs up, for this reason if the session was aborted.
    fn leave_for(&mut self, reason: Option<&str>, services: &mut dyn Services) {
        let conversation = &mut self.conversation;
        notice::flush(conversation, reason, services);
        conversation.outputs.push(Output::Close);
        greeting::disconnected(conversation, services);
        let line = format!(
            "disconnect from {}{}",
            conversation.client_name(),
            conversation.tally.format()
        );
        conversation.log(line);
        conversation.reset_mail();
        self.state = State::Over;
    }
}

/// Room for what most commands bring about.
const USUAL_OUTPUTS: usize = 8;

fn carry_out(
    conversation: &mut Conversation,
    verb: Verb,
    words: &[Word],
    line: &str,
    services: &mut dyn Services,
) -> Answer {
    let arguments = words.get(1..).unwrap_or_default();
    match verb {
        Verb::Helo | Verb::Ehlo => ehlo::hello(conversation, verb, arguments, services),
        Verb::Xclient => xclient::xclient(conversation, arguments, services),
        Verb::Xforward => xclient::xforward(conversation, arguments),
        Verb::Starttls => starttls::starttls(conversation, arguments, services),
        Verb::Auth => auth::auth(conversation, arguments, services),
        Verb::Mail => mail::mail(conversation, arguments, services),
        Verb::Rcpt => rcpt::rcpt(conversation, arguments, services),
        Verb::Data => data::data(conversation, arguments, services),
        Verb::Bdat => bdat::bdat(conversation, arguments, line, services),
        Verb::Rset if !arguments.is_empty() => refuse(Rule::Syntax, 501, "5.5.4", "Syntax: RSET"),
        Verb::Rset => {
            notice::flush_long(conversation, services);
            conversation.reset_mail();
            conversation.reply(250, "2.0.0", "Ok");
            Ok(Next::Done)
        }
        Verb::Noop => {
            conversation.reply(250, "2.0.0", "Ok");
            Ok(Next::Done)
        }
        Verb::Vrfy => vrfy::vrfy(conversation, arguments, services),
        Verb::Etrn => etrn::etrn(conversation, arguments, services),
        Verb::Quit => {
            conversation.reply(221, "2.0.0", "Bye");
            Ok(Next::Leave)
        }
    }
}

/// Whether a parameter lists this command, in any letter case.
fn is_listed(service: &Service, parameter: &str, command: &str) -> bool {
    service
        .list(parameter)
        .iter()
        .any(|listed| listed.eq_ignore_ascii_case(command))
}

/// Whether a command ends the session (`smtpd_forbidden_commands`): by its name,
/// or because a table has it.
fn is_forbidden(service: &Service, command: &str, services: &dyn Services) -> bool {
    let mut lookups = service.lookups(services);
    service
        .list("smtpd_forbidden_commands")
        .iter()
        .any(|listed| {
            listed.eq_ignore_ascii_case(command)
                || is_table(listed) && matches!(lookups.get(listed, command), Ok(Some(_)))
        })
}

/// Whether a command is a message header: a client that sends its message
/// without having been asked for it.
fn is_header(word: &str) -> bool {
    word.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && c != ':')
    })
}
