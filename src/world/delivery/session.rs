//! `smtp`'s visit to one host: the conversation, and what each of its answers
//! means for the recipients, in the words of Postfix's log.

use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use super::cleanup;
use super::report::{self, Attempt, Failure};
use super::route::Hop;
use crate::clock::Moment;
use crate::journal::event::{DeliveryStatus, Purpose};
use crate::postfix::configuration::Service;
use crate::postfix::smtpd::Recipient;
use crate::smtp::Reply;
use crate::smtp::dialogue::{Dialogue, Ending, Mail, Plan, Protection, Stage};
use crate::world::conversation::{Conversation, Loss, Lost, Progress, Trust};
use crate::world::host::{Host, Message, TRUSTED_AUTHORITIES};
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

/// How much `smtp` wants of TLS (`smtp_tls_security_level`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Level {
    None,
    May,
    Encrypt,
    Verify,
    Secure,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.name, self.address)
    }
}

impl Level {
    fn of(main: &Service) -> Self {
        match main.text("smtp_tls_security_level") {
            "may" => Self::May,
            "encrypt" => Self::Encrypt,
            "verify" => Self::Verify,
            "secure" => Self::Secure,
            _ => Self::None,
        }
    }

    fn protection(self) -> Protection {
        match self {
            Self::None => Protection::Clear,
            Self::May => Protection::Opportunistic,
            Self::Encrypt | Self::Verify | Self::Secure => Protection::Required,
        }
    }

    fn verifies(self) -> bool {
        matches!(self, Self::Verify | Self::Secure)
    }
}

/// Visits a host to deliver to `recipients`.
pub(super) async fn visit(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    hop: &Hop,
    site: &Site,
    recipients: &[Recipient],
    began: Moment,
) -> Visit {
    let settings = host.settings();
    let main = settings.configuration.main();
    let caller = Caller {
        name: host.name.clone(),
        addresses: host.addresses.clone(),
    };
    let purpose = Purpose::Delivery {
        queue_id: message.queue_id.clone(),
    };
    let line = match internet.call(&caller, &site.name, &[site.address], site.port, purpose) {
        Ok(line) => line,
        Err((refusal, _)) => return unconnected(internet, host, hop, site, recipients, refusal),
    };
    let level = Level::of(main);
    let plan = Plan {
        helo: main.text("smtp_helo_name").to_owned(),
        protection: level.protection(),
        login: None,
        mail: Some(Mail {
            sender: message.sender.clone(),
            recipients: recipients
                .iter()
                .map(|recipient| recipient.address.clone())
                .collect(),
            content: Some(message.content.clone()),
            size: Some(cleanup::size(&message.content)),
        }),
        pipelining: true,
    };
    let mut call = Call {
        internet,
        host,
        main,
        hop,
        site,
        level,
        began,
        connected: internet.pen.now(),
        conversation: Conversation::new(
            line,
            Dialogue::new(plan),
            trust(host, main, hop, site, level),
        ),
        distrusted: false,
    };
    call.talk().await;
    call.outcome(recipients)
}

/// Nobody answered.
fn unconnected(
    internet: &Internet,
    host: &Rc<Host>,
    hop: &Hop,
    site: &Site,
    recipients: &[Recipient],
    refusal: Refusal,
) -> Visit {
    if refusal == Refusal::Silent {
        let settings = host.settings();
        let patience = settings.configuration.main().time("smtp_connect_timeout");
        internet.pen.pass(patience);
    }
    let why = match refusal {
        Refusal::Refused => "Connection refused",
        Refusal::Silent => "Connection timed out",
        Refusal::Unreachable => "Network is unreachable",
    };
    let reason = format!("connect to {site}:{}: {why}", site.port);
    report::log(&internet.pen, host, None, hop.program, reason.clone());
    let failure = Failure {
        program: hop.program,
        status: DeliveryStatus::Deferred,
        dsn: "4.4.1".to_owned(),
        reason,
        said: None,
    };
    Visit {
        attempts: Vec::new(),
        waiting: recipients.to_vec(),
        failure: Some(("none".to_owned(), failure)),
    }
}

/// Which authorities `smtp` trusts: none unless it is told so
/// (`smtp_tls_CAfile`, `smtp_tls_CApath`).
fn trust(host: &Host, main: &Service, hop: &Hop, site: &Site, level: Level) -> Trust {
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
    let expected_name = if level == Level::Secure {
        &hop.destination
    } else {
        &site.name
    };
    Trust {
        roots: roots.into(),
        server_name: site.name.trim_matches(['[', ']']).to_owned(),
        expected_name: expected_name.clone(),
        required: false,
    }
}

/// A visit under way.
struct Call<'a> {
    internet: &'a Internet,
    host: &'a Rc<Host>,
    main: &'a Service,
    hop: &'a Hop,
    site: &'a Site,
    level: Level,
    began: Moment,
    /// When the way was free for the mail itself.
    connected: Moment,
    conversation: Conversation,
    /// The certificate was not good enough for the level.
    distrusted: bool,
}

impl Call<'_> {
    async fn talk(&mut self) {
        loop {
            if self.conversation.dialogue().is_ready_for_mail() {
                self.connected = self.internet.pen.now();
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

    /// Logs what the handshake brought, and leaves if it is not enough.
    fn judge_certificate(&mut self) {
        let peer = format!("{}:{}", self.site, self.site.port);
        let (Some(tls), Some((chain, verification))) =
            (self.conversation.tls(), self.conversation.certificate())
        else {
            return;
        };
        let trusted = matches!(verification.code, 0 | 62);
        let verified = verification.code == 0 && self.level.verifies();
        let status = match (verified, trusted) {
            (true, _) => "Verified",
            (false, true) => "Trusted",
            (false, false) => "Untrusted",
        };
        let fault = match (verification.code, chain.last()) {
            (10 | 18, _) => verification.words.to_owned(),
            (20, Some(last)) => format!("untrusted issuer /{}", last.issuer),
            (code, _) => format!("num={code}:{}", verification.words),
        };
        let mut lines = Vec::new();
        if self.main.number("smtp_tls_loglevel") >= 1 {
            if self.level.verifies() && !verified {
                lines.push(format!(
                    "certificate verification failed for {peer}: {fault}"
                ));
            }
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
        if self.level.verifies() && !verified {
            self.distrusted = true;
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
                    program: self.hop.program,
                    status,
                    relay: format!("{}:{}", self.site, self.site.port),
                    dsn,
                    reason,
                    said,
                    began: self.began,
                    connected: Some(self.connected),
                    done: self.internet.pen.now(),
                }),
            }
        }
        visit
    }

    /// What became of a recipient whose RCPT was answered so.
    fn fate(&self, answer: Option<&Reply>) -> Fate {
        let dialogue = self.conversation.dialogue();
        if self.distrusted {
            return self.site_failure("4.7.5", "Server certificate not verified".to_owned());
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
                said: None,
            },
            (_, _, Some(Ending::Refused { stage, reply })) => self.said(reply, *stage),
            _ => self.lost(self.conversation.lost()),
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
            program: self.hop.program,
            status: DeliveryStatus::Deferred,
            dsn: dsn.to_owned(),
            reason,
            said: None,
        })
    }

    fn log(&self, text: String) {
        let connection = Some(self.conversation.connection());
        report::log(
            &self.internet.pen,
            self.host,
            connection,
            self.hop.program,
            text,
        );
    }
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
