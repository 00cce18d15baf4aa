//! `smtp`'s visit to one host: the conversation, and what each of its answers
//! means for the recipients, in the words of Postfix's log.

use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use super::login::Account;
use super::report::{Attempt, Failure};
use super::route::Hop;
use crate::clock::Moment;
use crate::journal::ConnectionId;
use crate::journal::event::{DeliveryStatus, Purpose};
use crate::lesson::TRUSTED_AUTHORITIES;
use crate::postfix::address::quoted;
use crate::postfix::configuration::Service;
use crate::postfix::notification::to_xtext;
use crate::postfix::smtpd::Recipient;
use crate::postfix::tls_policy::{Level, TlsPolicy, Unusable};
use crate::smtp::Reply;
use crate::smtp::dialogue::{Dialogue, Ending, Mail, Plan, Protection, Stage};
use crate::world::client_end::{NoHandshake, Trust};
use crate::world::conversation::{Conversation, Loss, Lost, Progress};
use crate::world::host::{Host, Message};
use crate::world::internet::{Caller, Internet, Refusal};
use crate::world::timeouts::Timeouts;

/// A host to try.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Site {
    /// Its name.
    pub(super) name: String,
    /// The address to try.
    pub(super) address: IpAddr,
    /// The port.
    pub(super) port: u16,
}

/// What a visit came to.
pub(super) struct Visit {
    /// Recipients that are dealt with, for now or for good.
    pub(super) attempts: Vec<Attempt>,
    /// Recipients for whom the next host may be tried.
    pub(super) waiting: Vec<Recipient>,
    /// Where the visit failed as a whole, and why, if it did.
    pub(super) failure: Option<(String, Failure)>,
    /// Whether it came so far that mail was offered.
    pub(super) had_session: bool,
}

/// Which hosts are still to come after this one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// None: what fails here has failed.
    pub(super) is_last: bool,
    /// None, if mail is offered here (`smtp_mx_session_limit`).
    pub(super) is_last_session: bool,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.name, self.address)
    }
}

/// Visits a host to deliver to `recipients`. If TLS is welcome but fails, a
/// message that has waited before goes in clear, so as not to wait for ever.
pub(super) async fn visit(
    errand: &Errand<'_>,
    site: &Site,
    turn: Turn,
    recipients: &[Recipient],
) -> Visit {
    let Errand { host, hop, .. } = errand;
    let main = errand.main;
    let found = TlsPolicy::of(main, &hop.written, &site.name, &*host.services.borrow());
    let policy = match found {
        Ok(policy) => policy,
        Err(problem) => return errand.unusable(site, problem, recipients),
    };
    if main.boolean("smtp_tls_wrappermode") && policy.level < Level::Encrypt {
        return errand.not_wrapped(recipients);
    }
    if let Some(warning) = &policy.warning {
        errand.log(None, format!("warning: {warning}"));
    }
    let account = Account::find(main, hop, &site.name, &*host.services.borrow());
    let may_fall_back = policy.level == Level::May
        && account.is_none()
        && errand.began.since(errand.message.arrived) >= main.time("minimal_backoff_time");
    let mut call = errand.call(site, &policy, account.as_ref(), recipients);
    if let Ok(call) = &mut call {
        call.talk().await;
    }
    let call = match call {
        Ok(call) => call,
        Err(refusal) => return errand.unconnected(site, recipients, refusal),
    };
    if !(may_fall_back && call.tls_failed()) {
        return call.outcome(turn, recipients);
    }
    let not_yet = Turn {
        is_last: false,
        is_last_session: false,
    };
    let visit = call.outcome(not_yet, recipients);
    let policy = TlsPolicy::none();
    let mut again = match errand.call(site, &policy, None, &visit.waiting) {
        Ok(mut call) => {
            call.talk().await;
            call.outcome(turn, &visit.waiting)
        }
        Err(refusal) => errand.unconnected(site, &visit.waiting, refusal),
    };
    again.attempts.splice(0..0, visit.attempts);
    again
}

/// What `smtp` sets out for.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub(super) internet: &'a Internet,
    pub(super) host: &'a Rc<Host>,
    pub(super) main: &'a Service,
    pub(super) message: &'a Message,
    pub(super) hop: &'a Hop,
    /// When the delivery agent began.
    pub(super) began: Moment,
}

impl<'a> Errand<'a> {
    /// Calls a host.
    fn call(
        &self,
        site: &'a Site,
        policy: &'a TlsPolicy,
        account: Option<&'a Account>,
        recipients: &[Recipient],
    ) -> Result<Call<'a>, Refusal> {
        let Self {
            internet,
            host,
            main,
            message,
            ..
        } = *self;
        let caller = Caller {
            name: host.name.clone(),
            addresses: host.addresses.clone(),
        };
        let purpose = Purpose::Delivery {
            queue_id: message.queue_id.clone(),
        };
        let line = internet
            .call(&caller, &site.name, &[site.address], site.port, purpose)
            .map_err(|(refusal, _)| refusal)?;
        let has_engine = policy.level == Level::None || self.has_engine();
        let protection = match policy.level {
            _ if !has_engine => Protection::Clear,
            Level::None => Protection::Clear,
            _ if main.boolean("smtp_tls_wrappermode") => Protection::Implicit,
            Level::May => Protection::Opportunistic,
            Level::Encrypt | Level::Verify | Level::Secure => Protection::Required,
        };
        let plan = Plan {
            helo: main.text("smtp_helo_name").to_owned(),
            protection,
            login: None,
            mail: Some(Mail {
                sender: quoted(&message.sender),
                recipients: recipients
                    .iter()
                    .map(|recipient| quoted(&recipient.address))
                    .collect(),
                content: Some(message.content.clone()),
                request: message.request.parameters(),
                wishes: recipients.iter().map(wish).collect(),
                size: Some(message.size),
            }),
            pipelining: true,
        };
        let trust = Trust {
            roots: roots(host, main).into(),
            server_name: site.name.clone(),
            expected_names: match policy.expected_names() {
                [] => vec![site.name.clone()],
                names => names.to_vec(),
            },
            required: false,
        };
        Ok(Call {
            errand: *self,
            site,
            policy,
            account,
            connected: internet.pen.now(),
            conversation: Conversation::new(line, Dialogue::new(plan), trust, Timeouts::of(main)),
            has_engine,
            given_up: None,
        })
    }

    /// Whether the authorities to be trusted can be read; without them there is no TLS.
    fn has_engine(&self) -> bool {
        let file = self.main.text("smtp_tls_CAfile").trim();
        let Some(Err(words)) = (!file.is_empty()).then(|| self.host.read_file(file)) else {
            return true;
        };
        self.log(
            None,
            format!(
                "cannot load Certification Authority data, CAfile=\"{file}\": disabling TLS support"
            ),
        );
        let library = [
            format!(
                "error:80000002:system library::{words}:../crypto/bio/bss_file.c:67:\
                 calling fopen({file}, r):"
            ),
            "error:10000080:BIO routines::no such file:../crypto/bio/bss_file.c:75:".to_owned(),
            "error:05880002:x509 certificate routines::system lib:../crypto/x509/by_file.c:229:"
                .to_owned(),
        ];
        for problem in library {
            self.log(None, format!("warning: TLS library problem: {problem}"));
        }
        false
    }

    /// The configuration says what cannot be done.
    fn unusable(&self, site: &Site, problem: Unusable, recipients: &[Recipient]) -> Visit {
        for line in problem.lines {
            self.log(None, line);
        }
        self.log(
            None,
            format!(
                "warning: TLS policy lookup for {}/{}: {}",
                self.hop.written, site.name, problem.reason
            ),
        );
        self.all_wait(recipients, "none", "4.7.5", problem.reason.to_owned())
    }

    /// TLS from the first byte was asked for, but not TLS.
    fn not_wrapped(&self, recipients: &[Recipient]) -> Visit {
        let text = "warning: smtp_tls_wrappermode requires \
                    \"smtp_tls_security_level = encrypt\" (or stronger)";
        self.log(None, text.to_owned());
        let reason = "server unavailable or unable to receive mail".to_owned();
        self.all_wait(recipients, "none", "4.3.0", reason)
    }

    /// Nobody answered.
    fn unconnected(&self, site: &Site, recipients: &[Recipient], refusal: Refusal) -> Visit {
        if refusal == Refusal::Silent {
            let patience = self.main.time("smtp_connect_timeout");
            self.internet.pen.pass(patience);
        }
        let why = match refusal {
            Refusal::Refused => "Connection refused",
            Refusal::Silent => "Connection timed out",
            Refusal::Unreachable => "Network is unreachable",
        };
        let reason = format!("connect to {site}:{}: {why}", site.port);
        self.log(None, reason.clone());
        self.all_wait(recipients, "none", "4.4.1", reason)
    }

    fn all_wait(&self, recipients: &[Recipient], relay: &str, dsn: &str, reason: String) -> Visit {
        let failure = Failure {
            program: self.hop.program,
            status: DeliveryStatus::Deferred,
            dsn: dsn.to_owned(),
            reason,
            said: None,
        };
        Visit {
            attempts: Vec::new(),
            waiting: recipients.to_vec(),
            failure: Some((relay.to_owned(), failure)),
            had_session: false,
        }
    }

    fn log(&self, connection: Option<ConnectionId>, text: String) {
        let pen = &self.internet.pen;
        self.host.log(pen, connection, self.hop.program, text);
    }
}

/// The authorities that `smtp` trusts: none unless it is told so
/// (`smtp_tls_CAfile`, `smtp_tls_CApath`).
fn roots(host: &Host, main: &Service) -> String {
    let mut roots = String::new();
    let file = main.text("smtp_tls_CAfile").trim();
    let folder = main.text("smtp_tls_CApath").trim().trim_end_matches('/');
    if !file.is_empty() {
        roots.push_str(&host.read_file(file).unwrap_or_default());
    }
    if TRUSTED_AUTHORITIES
        .rsplit_once('/')
        .is_some_and(|(place, _)| place == folder)
    {
        roots.push_str(&host.read_file(TRUSTED_AUTHORITIES).unwrap_or_default());
    }
    roots
}

/// A visit under way.
struct Call<'a> {
    errand: Errand<'a>,
    site: &'a Site,
    policy: &'a TlsPolicy,
    account: Option<&'a Account>,
    /// When the way was free for the mail itself.
    connected: Moment,
    conversation: Conversation,
    /// Whether TLS works here, so far as it is wanted.
    has_engine: bool,
    /// Why `smtp` went away by itself.
    given_up: Option<Fate>,
}

impl Call<'_> {
    /// Whether it was TLS that failed.
    fn tls_failed(&self) -> bool {
        self.conversation.lost().is_some_and(|lost| {
            matches!(lost.how, Loss::Handshake(_)) || self.conversation.dialogue().is_protected()
        })
    }

    async fn talk(&mut self) {
        loop {
            if self.conversation.dialogue().is_ready_for_mail() {
                self.check_protection();
                self.log_in();
                self.check_size();
                self.connected = self.errand.internet.pen.now();
            }
            match self.conversation.step().await {
                Progress::Answered => {}
                Progress::Secured => self.judge_certificate(),
                Progress::Over => break,
            }
        }
        if let Some(Lost {
            how: Loss::Handshake(problem),
            ..
        }) = self.conversation.lost()
        {
            let end = match problem {
                NoHandshake::HungUp => "lost connection",
                NoHandshake::Silent => "Connection timed out",
                NoHandshake::Problem(_) => "-1",
            };
            self.log(format!(
                "SSL_connect error to {}:{}: {end}",
                self.site, self.site.port
            ));
            if let NoHandshake::Problem(problem) = problem {
                self.log(format!("warning: TLS library problem: {problem}"));
            }
        }
    }

    /// Leaves if there is no TLS where there must be; notes where there could be.
    fn check_protection(&mut self) {
        let main = self.errand.main;
        if !self.has_engine && self.policy.level >= Level::Encrypt {
            let reason = "TLS is required, but our TLS engine is unavailable".to_owned();
            self.given_up = Some(self.site_failure("4.7.5", reason));
            self.conversation.give_up();
        } else if self.policy.level == Level::None
            && main.boolean("smtp_tls_note_starttls_offer")
            && self.conversation.dialogue().offers("STARTTLS", None)
        {
            self.log(format!("Host offered STARTTLS: [{}]", self.site.name));
        }
    }

    /// Logs in where there is an account and the server asks who calls.
    fn log_in(&mut self) {
        let dialogue = self.conversation.dialogue();
        let Some(account) = self.account.take() else {
            return;
        };
        if !dialogue.offers("AUTH", None) {
            return;
        }
        if let Some(login) = account.login(self.errand.main, dialogue) {
            self.conversation.log_in(login);
        } else {
            let text = "warning: SASL authentication failure: No worthy mechs found";
            self.log(text.to_owned());
            let reason = format!(
                "SASL authentication failed; cannot authenticate to server {}: no mechanism available",
                self.site
            );
            self.given_up = Some(self.site_failure("4.7.0", reason));
            self.conversation.give_up();
        }
    }

    /// Leaves if the server has told that the message is too big for it (RFC 1870 §7).
    fn check_size(&mut self) {
        let dialogue = self.conversation.dialogue();
        let size = self.errand.message.size;
        let Some(limit) = dialogue.size_limit().filter(|limit| size > *limit) else {
            return;
        };
        if !dialogue.is_ready_for_mail() {
            return;
        }
        self.given_up = Some(Fate::Settled {
            status: DeliveryStatus::Bounced,
            dsn: "5.3.4".to_owned(),
            reason: format!(
                "message size {size} exceeds size limit {limit} of server {}",
                self.site
            ),
            said: None,
        });
        self.conversation.break_off();
    }

    /// Logs what the handshake brought, and leaves if it is not enough.
    fn judge_certificate(&mut self) {
        let peer = format!("{}:{}", self.site, self.site.port);
        let (Some(tls), Some((chain, verification))) =
            (self.conversation.tls(), self.conversation.certificate())
        else {
            return;
        };
        let doubted = self.policy.verifies() && verification.code != 0;
        // Names count only where the level looks at them.
        let status = match (self.policy.verifies(), verification.code) {
            (true, 0) => "Verified",
            (false, 0 | 62) => "Trusted",
            _ => "Untrusted",
        };
        let fault = match (verification.code, chain.last()) {
            (10, _) => format!(
                "server certificate verification failed for {peer}: {}",
                verification.words
            ),
            (18, _) => format!(
                "certificate verification failed for {peer}: {}",
                verification.words
            ),
            (20, Some(last)) => format!(
                "certificate verification failed for {peer}: untrusted issuer /{}",
                last.issuer
            ),
            (code, _) => format!(
                "server certificate verification failed for {peer}: num={code}:{}",
                verification.words
            ),
        };
        let mut lines = Vec::new();
        if doubted {
            lines.push(fault);
        }
        if self.errand.main.number("smtp_tls_loglevel") >= 1 {
            lines.push(format!(
                "{status} TLS connection established to {peer}: {} with cipher {} ({bits}/{bits} bits){}",
                tls.version,
                tls.cipher,
                tls.details,
                bits = tls.bits
            ));
        }
        for text in lines {
            self.log(text);
        }
        if doubted {
            let reason = "Server certificate not verified".to_owned();
            self.given_up = Some(self.site_failure("4.7.5", reason));
            self.conversation.give_up();
        }
    }

    /// What the whole visit means for each recipient: first for those that the
    /// server refused one by one, then for the others together.
    fn outcome(&self, turn: Turn, recipients: &[Recipient]) -> Visit {
        let dialogue = self.conversation.dialogue();
        let had_session = self.given_up.is_none() && dialogue.offered_mail();
        let is_last = turn.is_last || (had_session && turn.is_last_session);
        let mut visit = Visit {
            attempts: Vec::new(),
            waiting: Vec::new(),
            failure: None,
            had_session,
        };
        let answers = dialogue.recipients().iter().map(Option::as_ref);
        let answered: Vec<_> = recipients.iter().zip(answers).collect();
        let mut others = Vec::new();
        for (recipient, answer) in answered {
            match answer.and_then(|answer| self.refusal(answer)) {
                Some(fate) => {
                    self.settle(&mut visit, fate, &[recipient], is_last);
                }
                None => others.push(recipient),
            }
        }
        if !others.is_empty() {
            self.settle(&mut visit, self.fate(), &others, is_last);
        }
        // The next host hears of them in the old order.
        let place = |left: &Recipient| recipients.iter().position(|recipient| recipient == left);
        visit.waiting.sort_by_cached_key(place);
        visit
    }

    /// Recipients share a fate: final, unless the next host may still be asked.
    fn settle(&self, visit: &mut Visit, fate: Fate, recipients: &[&Recipient], is_last: bool) {
        let relay = format!("{}:{}", self.site, self.site.port);
        let (failure, is_site) = match fate {
            Fate::Site(failure) => (failure, true),
            Fate::Settled {
                status,
                dsn,
                reason,
                said,
            } => {
                let failure = Failure {
                    program: self.errand.hop.program,
                    status,
                    dsn,
                    reason,
                    said,
                };
                (failure, false)
            }
        };
        if failure.status == DeliveryStatus::Deferred && !is_last {
            let queue_id = &self.errand.message.queue_id;
            self.log(format!("{queue_id}: {}", failure.reason));
        }
        if failure.status == DeliveryStatus::Deferred && (is_site || !is_last) {
            let waiting = recipients.iter().map(|recipient| (*recipient).clone());
            visit.waiting.extend(waiting);
            visit.failure = Some((relay, failure));
            return;
        }
        let passes_on = self.conversation.dialogue().offers("DSN", None);
        visit
            .attempts
            .extend(recipients.iter().map(|recipient| Attempt {
                recipient: (*recipient).clone(),
                program: failure.program,
                status: failure.status,
                relay: relay.clone(),
                dsn: failure.dsn.clone(),
                reason: failure.reason.clone(),
                said: failure.said.clone(),
                began: self.errand.began,
                connected: Some(self.connected),
                done: self.errand.internet.pen.now(),
                is_passed_on: passes_on,
            }));
    }

    /// What becomes of a recipient by this answer to RCPT, if that is decided by it.
    fn refusal(&self, answer: &Reply) -> Option<Fate> {
        let mail_refused = matches!(
            self.conversation.dialogue().ending(),
            Some(Ending::Refused {
                stage: Stage::Mail,
                ..
            })
        );
        let decides = !answer.is_positive() && !mail_refused && self.given_up.is_none();
        decides.then(|| self.said(answer, Stage::Rcpt))
    }

    /// What became of the recipients that were not refused one by one.
    fn fate(&self) -> Fate {
        let dialogue = self.conversation.dialogue();
        if let Some(fate) = &self.given_up {
            return fate.clone();
        }
        match dialogue.ending() {
            Some(Ending::Refused {
                stage: Stage::Mail,
                reply,
            }) => return self.said(reply, Stage::Mail),
            Some(Ending::Refused {
                stage: Stage::Greeting | Stage::Ehlo,
                reply,
            }) => {
                let reason = format!("host {} refused to talk to me: {reply}", self.site);
                return self.site_failure(&soft(reply), reason);
            }
            Some(Ending::Refused {
                stage: Stage::Starttls,
                reply,
            }) => {
                let reason = format!(
                    "TLS is required, but host {} refused to start TLS: {reply}",
                    self.site
                );
                return self.tls_refused(reply, reason);
            }
            Some(Ending::Refused {
                stage: Stage::Auth,
                reply,
            }) => {
                let reason = format!(
                    "SASL authentication failed; server {} said: {reply}",
                    self.site
                );
                return self.site_failure(&soft(reply), reason);
            }
            Some(Ending::NotOffered(_)) => {
                let reason = format!("TLS is required, but was not offered by host {}", self.site);
                return self.site_failure("4.7.4", reason);
            }
            _ => {}
        }
        match (dialogue.accepted(), dialogue.ending()) {
            (Some(accepted), _) => Fate::Settled {
                status: DeliveryStatus::Sent,
                dsn: accepted
                    .enhanced
                    .clone()
                    .unwrap_or_else(|| "2.0.0".to_owned()),
                reason: accepted.to_string(),
                said: Some((self.site.name.clone(), accepted.to_string())),
            },
            (_, Some(Ending::Refused { stage, reply })) => self.said(reply, *stage),
            _ => self.lost(self.conversation.lost()),
        }
    }

    /// The server will not do what is required: for good, if it says so.
    fn tls_refused(&self, reply: &Reply, reason: String) -> Fate {
        if reply.class() != 5 {
            return self.site_failure(&soft(reply), reason);
        }
        Fate::Settled {
            status: DeliveryStatus::Bounced,
            dsn: reply.enhanced.clone().unwrap_or_else(|| "5.0.0".to_owned()),
            reason,
            said: Some((self.site.name.clone(), reply.to_string())),
        }
    }

    /// The server refused a command.
    fn said(&self, reply: &Reply, stage: Stage) -> Fate {
        let command = match stage {
            Stage::Mail => "MAIL FROM command",
            Stage::Rcpt => "RCPT TO command",
            Stage::Data => "DATA command",
            _ => "end of DATA command",
        };
        let (status, dsn) = if reply.class() == 5 {
            (DeliveryStatus::Bounced, "5.0.0")
        } else {
            (DeliveryStatus::Deferred, "4.0.0")
        };
        Fate::Settled {
            status,
            dsn: reply.enhanced.clone().unwrap_or_else(|| dsn.to_owned()),
            reason: format!("host {} said: {reply} (in reply to {command})", self.site),
            said: Some((self.site.name.clone(), reply.to_string())),
        }
    }

    /// The connection broke.
    fn lost(&self, lost: Option<&Lost>) -> Fate {
        let Some(Lost { stage, how }) = lost else {
            return self.site_failure("4.4.2", format!("lost connection with {}", self.site));
        };
        let doing = match stage {
            Some(Stage::Greeting) => "receiving the initial server greeting",
            // There are no other words for AUTH.
            Some(Stage::Ehlo | Stage::Auth) => "performing the EHLO handshake",
            Some(Stage::Starttls) => "receiving the STARTTLS response",
            Some(Stage::Mail) => "sending MAIL FROM",
            Some(Stage::Rcpt) => "sending RCPT TO",
            Some(Stage::Data) => "sending DATA command",
            Some(Stage::Message) => "sending end of data -- message may be sent more than once",
            Some(Stage::Reset) => "sending final RSET",
            _ => "sending final QUIT",
        };
        match how {
            Loss::CutShort => self.site_failure(
                "4.4.2",
                format!(
                    "lost connection with {} while sending message body",
                    self.site
                ),
            ),
            Loss::HungUp => self.site_failure(
                "4.4.2",
                format!("lost connection with {} while {doing}", self.site),
            ),
            Loss::Silent => self.site_failure(
                "4.4.2",
                format!("conversation with {} timed out while {doing}", self.site),
            ),
            Loss::Handshake(_) => {
                self.site_failure("4.7.5", "Cannot start TLS: handshake failure".to_owned())
            }
        }
    }

    /// The host, not the mail, is the trouble: another one may be tried.
    fn site_failure(&self, dsn: &str, reason: String) -> Fate {
        Fate::Site(Failure {
            program: self.errand.hop.program,
            status: DeliveryStatus::Deferred,
            dsn: dsn.to_owned(),
            reason,
            said: None,
        })
    }

    fn log(&self, text: String) {
        self.errand.log(Some(self.conversation.connection()), text);
    }
}

/// What the sender wants to hear of a recipient, as the next host is told: the
/// address that they first gave, and when (RFC 3461 §4.1 and 4.2). Where nobody
/// said which was the first, it is the one that came in here.
fn wish(recipient: &Recipient) -> String {
    let original = quoted(&recipient.original);
    let first = recipient
        .first
        .as_deref()
        .and_then(|first| first.split_once(';'))
        .or_else(|| (!original.is_empty()).then_some(("rfc822", original.as_str())))
        .map(|(kind, address)| format!("ORCPT={kind};{}", to_xtext(address)));
    let words: Vec<String> = first
        .into_iter()
        .chain(recipient.notify.parameter())
        .collect();
    words.join(" ")
}

/// What became of a recipient.
#[derive(Clone)]
enum Fate {
    /// The host failed; others may do better.
    Site(Failure),
    /// It is decided.
    Settled {
        status: DeliveryStatus,
        dsn: String,
        reason: String,
        /// The host that said no, and its words.
        said: Option<(String, String)>,
    },
}

/// The enhanced code of a refusal that is held against the host only: never final.
fn soft(reply: &Reply) -> String {
    match reply
        .enhanced
        .as_deref()
        .and_then(|code| code.split_once('.'))
    {
        Some((_, rest)) => format!("4.{rest}"),
        None => "4.0.0".to_owned(),
    }
}
