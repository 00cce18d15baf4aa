//! What a session remembers of the conversation, whatever state it is in, and
//! the way in which it speaks: replies with their pauses, and log lines.

use std::collections::HashSet;
use std::sync::Arc;

use crate::clock::Moment;
use crate::postfix::address::quoted;
use crate::postfix::configuration::Service;
use crate::postfix::decision::{Decision, Fact, Outcome, Verdict};
use crate::postfix::notification::Request;
use crate::postfix::printable::cut_for_log;
use crate::postfix::reason::{Reason, Rule};
use crate::postfix::restrictions::{Action, Evaluation, Facts};
use crate::smtp::Reply;

use super::bdat::Chunks;
use super::command::Tally;
use super::ehlo::Discarded;
use super::footer;
use super::interface::{Identity, LogLine, Output, Recipient, Services, TlsEngine, TlsFacts};
use super::newline::BareNewline;
use super::notice::{ErrorClass, Transcript};
use super::outcome::Refusal;
use super::tls::TlsPolicy;

/// Everything about a session but its state.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; none excludes another"
)]
pub(super) struct Conversation {
    pub(super) service: Arc<Service>,
    pub(super) client: Identity,
    /// The present moment, as of the last input.
    pub(super) now: Moment,
    pub(super) engine: TlsEngine,
    pub(super) tls_policy: TlsPolicy,
    /// What the driver is to do, in order.
    pub(super) outputs: Vec<Output>,
    /// What was said, for the postmaster.
    pub(super) transcript: Transcript,
    /// What it says in logs about where the session stands: `CONNECT`, `EHLO`, ….
    pub(super) place: &'static str,
    pub(super) tally: Tally,
    pub(super) errors: i64,
    pub(super) junk: i64,
    /// A reply was given after which the server hangs up.
    pub(super) hanging_up: bool,
    pub(super) helo: Option<String>,
    pub(super) protocol: Protocol,
    pub(super) tls: Option<TlsFacts>,
    /// The SASL mechanisms on offer; `None`: AUTH is not enabled (now).
    pub(super) mechanisms: Option<Vec<String>>,
    pub(super) login: Option<Login>,
    pub(super) transaction: Option<Transaction>,
    /// How BDAT stands; it can go wrong before there is a transaction.
    pub(super) chunks: Chunks,
    /// The client spoke when it was not its turn.
    pub(super) pipelined: bool,
    /// The client was turned away by name or address and may only leave.
    pub(super) denied: bool,
    pub(super) discarded: Discarded,
    pub(super) bare_newline: BareNewline,
    pub(super) may_xclient: bool,
    /// The connection is counted in the anvil.
    pub(super) counted: bool,
    /// What the log was told to be out of date.
    deprecations: HashSet<String>,
}

/// What the client claims to speak.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Protocol {
    Smtp,
    Esmtp,
}

/// Who logged in.
#[derive(Clone, Debug)]
pub(super) struct Login {
    /// The mechanism, as the client spelled it.
    pub(super) method: String,
    pub(super) user: String,
}

/// A mail transaction, from MAIL on.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    /// The envelope sender, unquoted.
    pub(super) sender: String,
    /// Whether SMTPUTF8 was declared.
    pub(super) smtputf8: bool,
    /// The value of `AUTH=`.
    pub(super) sasl_sender: Option<String>,
    /// When it began.
    pub(super) arrival: Moment,
    pub(super) recipients: Vec<Recipient>,
    /// Recipients turned away because there were too many.
    pub(super) overshoot: i64,
    /// Made when the first recipient is accepted (`smtpd_delay_open_until_valid_rcpt`).
    pub(super) queue_id: Option<String>,
    /// What the sender wants of reports.
    pub(super) request: Request,
    /// What access tables asked for.
    pub(super) actions: Vec<Action>,
    /// Message bytes so far, with two for each line end.
    pub(super) size: u64,
}

impl Protocol {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Esmtp => "ESMTP",
        }
    }
}

impl Transaction {
    /// Whether an access table said to throw the message away (`DISCARD`).
    pub(super) fn is_discarded(&self) -> bool {
        self.actions.contains(&Action::Discard)
    }
}

impl Conversation {
    pub(super) fn new(service: Arc<Service>, client: Identity, engine: TlsEngine) -> Self {
        Self {
            tls_policy: TlsPolicy::of(&service),
            discarded: Discarded::of(&service),
            bare_newline: BareNewline::of(&service),
            service,
            client,
            now: Moment::default(),
            engine,
            outputs: Vec::new(),
            transcript: Transcript::default(),
            place: "CONNECT",
            tally: Tally::default(),
            errors: 0,
            junk: 0,
            hanging_up: false,
            helo: None,
            protocol: Protocol::Smtp,
            tls: None,
            mechanisms: None,
            login: None,
            transaction: None,
            chunks: Chunks::None,
            pipelined: false,
            denied: false,
            may_xclient: false,
            counted: false,
            deprecations: HashSet::new(),
        }
    }

    // ---- speaking ---------------------------------------------------------

    /// Says something positive to the client. What is not goes by
    /// [`Self::turn_down`], with its reason.
    pub(super) fn say(&mut self, reply: Reply) {
        debug_assert!(reply.class() < 4, "a refusal without a reason: {reply:?}");
        self.utter(reply);
    }

    /// Says one line that is positive.
    pub(super) fn reply(&mut self, code: u16, enhanced: &str, text: impl Into<String>) {
        let enhanced = (!enhanced.is_empty()).then_some(enhanced);
        self.say(Reply::new(code, enhanced, text));
    }

    /// Turns the command under way down.
    pub(super) fn turn_down(&mut self, refusal: Refusal) {
        self.turn_down_at(self.place, refusal);
    }

    /// Turns a command down that does not count for the log's idea of where the
    /// session stands.
    pub(super) fn turn_down_at(&mut self, stage: &'static str, refusal: Refusal) {
        let reply = self.decide_against(stage, refusal);
        self.utter(reply);
    }

    /// Tells why a command is turned down; what the client is told, and later.
    pub(super) fn decide_against(&mut self, stage: &'static str, refusal: Refusal) -> Reply {
        let Refusal {
            mut reply,
            rule,
            found,
            class,
        } = refusal;
        if let Some(class) = class {
            self.went_wrong(class);
        }
        let mut reasons = vec![Reason::new(&self.service, stage, rule, found)];
        reasons.extend(self.soften(stage, &mut reply));
        self.outputs.push(Output::Decided(Decision {
            stage,
            subject: String::new(),
            lists: Vec::new(),
            reasons,
            verdict: Verdict::refused(&reply),
        }));
        reply
    }

    /// Refuses for now what would be refused for good, if nothing shall bounce
    /// yet (`soft_bounce`).
    fn soften(&self, stage: &str, reply: &mut Reply) -> Option<Reason> {
        if reply.class() != 5 || !self.service.boolean("soft_bounce") {
            return None;
        }
        reply.code -= 100;
        if let Some(detail) = reply.enhanced.as_deref().and_then(|e| e.strip_prefix('5')) {
            reply.enhanced = Some(format!("4{detail}"));
        }
        Some(Reason::new(&self.service, stage, Rule::SoftBounce, ""))
    }

    /// Says something to the client: later, if it made many mistakes
    /// (`smtpd_soft_error_limit`). After 421 and 521 the server hangs up.
    fn utter(&mut self, mut reply: Reply) {
        if self.errors >= self.service.number("smtpd_soft_error_limit") {
            let pause = self.service.time("smtpd_error_sleep_time");
            if !pause.is_zero() {
                self.outputs.push(Output::Pause(pause));
            }
        }
        self.hanging_up |= matches!(reply.code, 421 | 521);
        if matches!(reply.class(), 4 | 5) {
            footer::add(self, &mut reply);
        }
        for line in reply.wire_lines() {
            self.transcript.said(&line);
            self.outputs.push(Output::Reply(line));
        }
    }

    /// Notes for the postmaster that something is wrong.
    pub(super) fn went_wrong(&mut self, class: ErrorClass) {
        self.transcript.went_wrong(class);
    }

    /// Writes a line of `smtpd`'s log.
    pub(super) fn log(&mut self, text: impl Into<String>) {
        let mut text = text.into();
        cut_for_log(&mut text);
        self.outputs.push(Output::Log(LogLine {
            program: self.service.program(),
            text,
        }));
    }

    /// Writes a line of the log of a daemon that `smtpd` talks to. Such a daemon
    /// serves all listeners, and knows nothing of their `-o syslog_name`.
    pub(super) fn log_of(&mut self, daemon: &str, text: String) {
        let name = self.service.text("syslog_name");
        let name = name.split('/').next().unwrap_or(name);
        self.outputs.push(Output::Log(LogLine {
            program: format!("{name}/{daemon}"),
            text,
        }));
    }

    /// Writes lines of `smtpd`'s log.
    pub(super) fn log_all(&mut self, lines: impl IntoIterator<Item = String>) {
        for line in lines {
            self.log(line);
        }
    }

    /// Writes a `warning:` line of `smtpd`'s log.
    pub(super) fn warn(&mut self, text: impl AsRef<str>) {
        self.log(format!("warning: {}", text.as_ref()));
    }

    /// Warns that this client has passed a limit of its service.
    pub(super) fn warn_of_limit(&mut self, complaint: &str) {
        let (client, service) = (self.client_name(), self.service.name());
        let warning = format!("{complaint} from {client} for service {service}");
        self.warn(warning);
    }

    // ---- what is known ----------------------------------------------------

    /// The client, as every log line names it.
    pub(super) fn client_name(&self) -> String {
        self.client.named_address()
    }

    pub(super) fn myhostname(&self) -> &str {
        self.service.text("myhostname")
    }

    /// The queue id, or what stands for it before there is one.
    pub(super) fn queue_id(&self) -> &str {
        self.transaction
            .as_ref()
            .and_then(|transaction| transaction.queue_id.as_deref())
            .unwrap_or("NOQUEUE")
    }

    /// What the policy is told; `recipient` is the one it shall judge.
    pub(super) fn facts<'a>(&'a self, recipient: Option<&'a str>) -> Facts<'a> {
        let transaction = self.transaction.as_ref();
        let recipients = transaction.map_or(&[][..], |transaction| &transaction.recipients);
        let only = match recipients {
            [only] => Some(only.original.as_str()),
            _ => None,
        };
        Facts {
            client: &self.client,
            protocol: self.protocol.name(),
            queue_id: transaction.and_then(|transaction| transaction.queue_id.as_deref()),
            helo: self.helo.as_deref(),
            sender: transaction.map(|transaction| transaction.sender.as_str()),
            recipient: recipient.or(only),
            recipients: recipients.len(),
            sasl_user: self.login.as_ref().map(|login| login.user.as_str()),
            tls: self.tls.as_ref(),
            pipelined: self.pipelined,
            actions: transaction.map_or(&[][..], |transaction| &transaction.actions),
        }
    }

    /// Logs and tells what the policy decided; says so to the client if it is a
    /// refusal. Returns whether the command may go on.
    pub(super) fn accept(&mut self, evaluation: Evaluation) -> bool {
        match self.accept_silently(evaluation) {
            Ok(()) => true,
            Err(reply) => {
                self.utter(reply);
                false
            }
        }
    }

    /// As [`Self::accept`], but leaves it to the caller to tell the client.
    pub(super) fn accept_silently(&mut self, evaluation: Evaluation) -> Result<(), Reply> {
        let Evaluation {
            mut decision,
            log,
            actions,
            pause,
        } = evaluation;
        if !pause.is_zero() {
            self.outputs.push(Output::Pause(pause));
        }
        for line in log {
            // What is out of date is said once in the life of a process.
            let is_deprecation = line.starts_with("warning: support for restriction ");
            if !is_deprecation || self.deprecations.insert(line.clone()) {
                self.log(line);
            }
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.actions.extend(actions);
        }
        for class in error_classes(&decision) {
            self.went_wrong(class);
        }
        let refusal = decision.verdict.reply().map(|mut reply| {
            if let Some(softened) = self.soften(decision.stage, &mut reply) {
                decision.reasons.push(softened);
                decision.verdict = Verdict::refused(&reply);
            }
            reply
        });
        self.outputs.push(Output::Decided(decision));
        refusal.map_or(Ok(()), Err)
    }

    /// Says what was decided before, in [`Self::decide_against`] or
    /// [`Self::accept_silently`].
    pub(super) fn say_decided(&mut self, reply: Reply) {
        self.utter(reply);
    }

    /// Turns the command under way down with the `reject:` line that goes with it.
    pub(super) fn reject(&mut self, refusal: Refusal) {
        let line = format!(
            "{}: reject: {} from {}: {};{}",
            self.queue_id(),
            self.place,
            self.client_name(),
            Verdict::refused(&refusal.reply),
            self.circumstances(),
        );
        self.log(line);
        self.turn_down(refusal);
    }

    /// ` from=<…> to=<…> proto=… helo=<…>`, as far as known.
    pub(super) fn circumstances(&self) -> String {
        use std::fmt::Write;
        let mut text = String::new();
        // Writing into a String cannot fail.
        if let Some(transaction) = &self.transaction {
            let _ = write!(text, " from=<{}>", quoted(&transaction.sender));
            if let Some(first) = transaction.recipients.first() {
                let _ = write!(text, " to=<{}>", quoted(&first.original));
            }
        }
        let _ = write!(text, " proto={}", self.protocol.name());
        if let Some(helo) = &self.helo {
            let _ = write!(text, " helo=<{helo}>");
        }
        text
    }

    // ---- forgetting -------------------------------------------------------

    /// Forgets the mail transaction, as RSET does.
    pub(super) fn reset_mail(&mut self) {
        self.transaction = None;
        self.chunks = Chunks::None;
    }

    /// Forgets what the client said about itself.
    pub(super) fn reset_helo(&mut self) {
        self.helo = None;
    }

    /// Gives the transaction a queue id and logs whose it is.
    pub(super) fn open_queue_file(&mut self, services: &mut dyn Services) {
        let Some(transaction) = &mut self.transaction else {
            return;
        };
        if transaction.queue_id.is_some() {
            return;
        }
        let queue_id = services.new_queue_id();
        let mut line = format!("{queue_id}: client={}", self.client.named_address());
        if let Some(login) = &self.login {
            line.push_str(", sasl_method=");
            line.push_str(&login.method);
            line.push_str(", sasl_username=");
            line.push_str(&login.user);
        }
        if let Some(sender) = &transaction.sasl_sender {
            line.push_str(", sasl_sender=");
            line.push_str(sender);
        }
        transaction.queue_id = Some(queue_id);
        self.log(line);
    }
}

/// What the postmaster would say is wrong when the policy decides so.
fn error_classes(decision: &Decision) -> Vec<ErrorClass> {
    let mut classes: Vec<ErrorClass> = decision
        .lists
        .iter()
        .flat_map(|list| &list.steps)
        .filter(|step| {
            matches!(
                step.outcome,
                Outcome::Defer | Outcome::Reject | Outcome::Warn
            )
        })
        .map(|step| match step.fact {
            Fact::Unlisted { .. } => ErrorClass::Bounce,
            _ => ErrorClass::Policy,
        })
        .collect();
    if let Verdict::Refused { text, .. } = &decision.verdict {
        if text.starts_with("Server configuration") {
            classes = vec![ErrorClass::Software];
        } else if classes.is_empty() {
            classes.push(ErrorClass::Policy);
        }
    }
    classes
}

/// The first `count` bytes of `text`, or less so that no character is cut.
pub(super) fn shortened(text: &str, count: usize) -> &str {
    let mut end = count.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}
