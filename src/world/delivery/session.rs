//! `smtp`'s visit to one host: the conversation, and what each of its answers
//! means for the recipients, in the words of Postfix's log.

use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use super::cleanup;
use super::login::Account;
use super::report::{self, Attempt, Failure};
use super::route::Hop;
use crate::clock::Moment;
use crate::journal::ConnectionId;
use crate::journal::event::{DeliveryStatus, Purpose};
use crate::postfix::configuration::Service;
use crate::postfix::notification::to_xtext;
use crate::postfix::smtpd::Recipient;
use crate::postfix::tls_policy::{Level, TlsPolicy, Unusable};
use crate::smtp::Reply;
use crate::smtp::dialogue::{Dialogue, Ending, Mail, Plan, Protection, Stage};
use crate::world::client_end::Trust;
use crate::world::conversation::{Conversation, Loss, Lost, Progress};
use crate::world::host::{Host, Message};
use crate::world::installation::TRUSTED_AUTHORITIES;
use crate::world::internet::{Caller, Internet, Refusal};

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
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.name, self.address)
    }
}

/// Visits a host to deliver to `recipients`. If TLS is welcome but fails, a
/// message that has waited before goes in clear, so as not to wait for ever.
pub(super) async fn visit(errand: &Errand<'_>, site: &Site, recipients: &[Recipient]) -> Visit {
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
    let (visit, tls_failed) = errand
        .call(site, recipients, &policy, account.as_ref())
        .await;
    if !(tls_failed && may_fall_back && !visit.waiting.is_empty()) {
        return visit;
    }
    let policy = TlsPolicy::none();
    let (mut again, _) = errand.call(site, &visit.waiting, &policy, None).await;
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

impl Errand<'_> {
    /// Calls a host once. Tells too whether it was TLS that failed.
    async fn call(
        &self,
        site: &Site,
        recipients: &[Recipient],
        policy: &TlsPolicy,
        account: Option<&Account>,
    ) -> (Visit, bool) {
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
        let answer = internet.call(&caller, &site.name, &[site.address], site.port, purpose);
        let line = match answer {
            Ok(line) => line,
            Err((refusal, _)) => return (self.unconnected(site, recipients, refusal), false),
        };
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
                sender: message.sender.clone(),
                recipients: recipients
                    .iter()
                    .map(|recipient| recipient.address.clone())
                    .collect(),
                content: Some(message.content.clone()),
                request: message.request.parameters(),
                wishes: recipients.iter().map(wish).collect(),
                size: Some(cleanup::size(&message.content)),
            }),
            pipelining: true,
        };
        let trust = Trust {
            roots: roots(host, main).into(),
            server_name: site.name.clone(),
            expected_name: policy.expected_name().unwrap_or(&site.name).to_owned(),
            required: false,
        };
        let mut call = Call {
            errand: *self,
            site,
            policy,
            account,
            connected: internet.pen.now(),
            conversation: Conversation::new(line, Dialogue::new(plan), trust),
            has_engine,
            given_up: None,
        };
        call.talk().await;
        let tls_failed = call.conversation.lost().is_some_and(|lost| {
            matches!(lost.how, Loss::Handshake(_)) || call.conversation.dialogue().is_protected()
        });
        (call.outcome(recipients), tls_failed)
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
        }
    }

    fn log(&self, connection: Option<ConnectionId>, text: String) {
        let pen = &self.internet.pen;
        report::log(pen, self.host, connection, self.hop.program, text);
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
    /// Why `smtp` went away by itself: enhanced code and words.
    given_up: Option<(&'static str, String)>,
}

impl Call<'_> {
    async fn talk(&mut self) {
        loop {
            if self.conversation.dialogue().is_ready_for_mail() {
                self.check_protection();
                self.log_in();
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
            let end = if problem.is_some() {
                "-1"
            } else {
                "lost connection"
            };
            self.log(format!(
                "SSL_connect error to {}:{}: {end}",
                self.site, self.site.port
            ));
            if let Some(problem) = problem {
                self.log(format!("warning: TLS library problem: {problem}"));
            }
        }
    }

    /// Leaves if there is no TLS where there must be; notes where there could be.
    fn check_protection(&mut self) {
        let main = self.errand.main;
        if !self.has_engine && self.policy.level >= Level::Encrypt {
            let reason = "TLS is required, but our TLS engine is unavailable".to_owned();
            self.given_up = Some(("4.7.5", reason));
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
            self.given_up = Some(("4.7.0", reason));
            self.conversation.give_up();
        }
    }

    /// Logs what the handshake brought, and leaves if it is not enough.
    fn judge_certificate(&mut self) {
        let peer = format!("{}:{}", self.site, self.site.port);
        let (Some(tls), Some((chain, verification))) =
            (self.conversation.tls(), self.conversation.certificate())
        else {
            return;
        };
        let trusted = matches!(verification.code, 0 | 62);
        let names = chain.first().map_or(&[][..], |leaf| &leaf.names);
        let fits = verification.code == 0 || self.policy.accepts(names);
        let verified = trusted && fits && self.policy.verifies();
        let status = match (verified, trusted && !self.policy.verifies()) {
            (true, _) => "Verified",
            (false, true) => "Trusted",
            (false, false) => "Untrusted",
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
            (code, _) => {
                let (code, words) = if code == 0 {
                    (62, "hostname mismatch")
                } else {
                    (code, verification.words)
                };
                format!("server certificate verification failed for {peer}: num={code}:{words}")
            }
        };
        let mut lines = Vec::new();
        if self.policy.verifies() && !verified {
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
        if self.policy.verifies() && !verified {
            self.given_up = Some(("4.7.5", "Server certificate not verified".to_owned()));
            self.conversation.give_up();
        }
    }

    /// What the whole visit means for each recipient.
    fn outcome(&self, recipients: &[Recipient]) -> Visit {
        let dialogue = self.conversation.dialogue();
        let mut visit = Visit {
            attempts: Vec::new(),
            waiting: Vec::new(),
            failure: None,
        };
        for (index, recipient) in recipients.iter().enumerate() {
            let answer = dialogue.recipients().get(index).and_then(Option::as_ref);
            match self.fate(answer) {
                Fate::Site(failure) => {
                    visit.waiting.push(recipient.clone());
                    visit.failure = Some((format!("{}:{}", self.site, self.site.port), failure));
                }
                Fate::Settled {
                    status,
                    dsn,
                    reason,
                    said,
                } => visit.attempts.push(Attempt {
                    recipient: recipient.clone(),
                    program: self.errand.hop.program,
                    status,
                    relay: format!("{}:{}", self.site, self.site.port),
                    dsn,
                    reason,
                    said,
                    began: self.errand.began,
                    connected: Some(self.connected),
                    done: self.errand.internet.pen.now(),
                    is_passed_on: dialogue.offers("DSN", None),
                }),
            }
        }
        visit
    }

    /// What became of a recipient whose RCPT was answered so.
    fn fate(&self, answer: Option<&Reply>) -> Fate {
        let dialogue = self.conversation.dialogue();
        if let Some((dsn, reason)) = &self.given_up {
            return self.site_failure(dsn, reason.clone());
        }
        // What the server said of the whole message counts before what it said of one recipient,
        // unless that was a refusal which came first.
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
        match (answer, dialogue.accepted(), dialogue.ending()) {
            (Some(answer), _, _) if !answer.is_positive() => self.said(answer, Stage::Rcpt),
            (Some(_), Some(accepted), _) => Fate::Settled {
                status: DeliveryStatus::Sent,
                dsn: accepted
                    .enhanced
                    .clone()
                    .unwrap_or_else(|| "2.0.0".to_owned()),
                reason: accepted.to_string(),
                said: Some((self.site.name.clone(), accepted.to_string())),
            },
            (_, _, Some(Ending::Refused { stage, reply })) => self.said(reply, *stage),
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
            Some(Stage::Ehlo) => "performing the EHLO handshake",
            Some(Stage::Mail) => "sending MAIL FROM",
            Some(Stage::Rcpt) => "sending RCPT TO",
            Some(Stage::Data) => "sending DATA command",
            Some(Stage::Message) => "sending end of data -- message may be sent more than once",
            Some(Stage::Reset) => "sending final RSET",
            _ => "sending final QUIT",
        };
        match how {
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

/// What the sender wants to hear of a recipient, as the next host is told.
fn wish(recipient: &Recipient) -> String {
    let first = recipient
        .first
        .as_deref()
        .and_then(|first| first.split_once(';'))
        .map(|(kind, address)| format!("ORCPT={kind};{}", to_xtext(address)));
    let words: Vec<String> = first
        .into_iter()
        .chain(recipient.notify.parameter())
        .collect();
    words.join(" ")
}

/// What became of a recipient.
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
