//! The access policy of `smtpd`: the restriction lists of each stage of a
//! session, evaluated in Postfix's order, with the fact behind each step
//! (`SMTPD_ACCESS_README`).

mod access;
mod address;
mod attributes;
mod blocklist;
mod client;
mod destination;
mod helo;
mod judge;
mod listed;
mod login;
mod mail_exchanger;
mod names;
mod restriction;
mod server;
mod startup;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::postfix::address::quoted;
use crate::postfix::configuration::Service;
use crate::postfix::decision::Decision;
use crate::postfix::smtpd::{Identity, Services, TlsFacts};
use judge::Judge;

pub use attributes::attributes;
pub use names::NAMES;
pub use startup::startup;

/// What the session knows when a command is judged.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The client.
    pub client: &'a Identity,
    /// `SMTP` or `ESMTP`.
    pub protocol: &'a str,
    /// The queue id, once the first recipient has been accepted.
    pub queue_id: Option<&'a str>,
    /// The argument of EHLO or HELO.
    pub helo: Option<&'a str>,
    /// Envelope sender, unquoted; empty for `<>`; `None` before MAIL.
    pub sender: Option<&'a str>,
    /// The recipient being judged (RCPT, VRFY), or the only one accepted
    /// (DATA and later), unquoted.
    pub recipient: Option<&'a str>,
    /// How many recipients were accepted so far.
    pub recipients: usize,
    /// The SASL user name, if authenticated.
    pub sasl_user: Option<&'a str>,
    /// The TLS session, if there is one.
    pub tls: Option<&'a TlsFacts>,
    /// Whether the client sent commands before it might.
    pub pipelined: bool,
    /// What access tables asked for so far.
    pub actions: &'a [Action],
}

/// What the policy made of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The verdict with its trace. `Refused.code` 421 or 521 asks the session to hang up.
    pub decision: Decision,
    /// Texts for the mail log, in order: warnings, and the `NOQUEUE: reject: …` line.
    pub log: Vec<String>,
    /// What access tables asked for besides.
    pub actions: Vec<Action>,
    /// How long the client was kept waiting meanwhile (`sleep`, and a policy
    /// service that does not answer).
    pub pause: Duration,
}

/// An access(5) action that acts on the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// `BCC user@domain`.
    Bcc(String),
    /// `DISCARD`: claim delivery and drop the message.
    Discard,
    /// `FILTER transport:destination`.
    Filter(String),
    /// `HOLD`: into the hold queue.
    Hold,
    /// `PREPEND headername: headervalue`.
    Prepend(String),
    /// `REDIRECT user@domain`.
    Redirect(String),
}

/// What the subject of a refusal is called in its text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ReplyClass {
    Client,
    Data,
    EndOfData,
    Etrn,
    Helo,
    Recipient,
    ReverseClient,
    Sasl,
    Sender,
}

/// The client list, at connection time (only with `smtpd_delay_reject = no`;
/// otherwise it is judged at RCPT). A refusal here is the greeting.
pub fn at_connect(service: &Service, facts: &Facts<'_>, services: &dyn Services) -> Evaluation {
    let mut judge = Judge::new(service, *facts, services, "CONNECT");
    if !service.boolean("smtpd_delay_reject") {
        judge.client_list();
    }
    judge.finish("")
}

/// At HELO or EHLO (`stage`); `facts.helo` is the new name.
pub fn at_helo(
    service: &Service,
    facts: &Facts<'_>,
    services: &dyn Services,
    stage: &'static str,
) -> Evaluation {
    let mut judge = Judge::new(service, *facts, services, stage);
    if !service.boolean("smtpd_delay_reject") {
        judge.helo_list();
    }
    judge.finish(facts.helo.unwrap_or_default())
}

/// At MAIL.
pub fn at_mail(service: &Service, facts: &Facts<'_>, services: &dyn Services) -> Evaluation {
    let mut judge = Judge::new(service, *facts, services, "MAIL");
    if !service.boolean("smtpd_delay_reject") {
        judge.sender_list();
    }
    judge.finish(facts.sender.unwrap_or_default())
}

/// At RCPT: delayed lists, relay and recipient lists, and the known-recipient check.
pub fn at_rcpt(service: &Service, facts: &Facts<'_>, services: &dyn Services) -> Evaluation {
    recipient(service, facts, services, "RCPT")
}

/// At VRFY, with the address in `facts.recipient`: as for RCPT.
pub fn at_vrfy(service: &Service, facts: &Facts<'_>, services: &dyn Services) -> Evaluation {
    recipient(service, facts, services, "VRFY")
}

/// At ETRN.
pub fn at_etrn(
    service: &Service,
    facts: &Facts<'_>,
    services: &dyn Services,
    domain: &str,
) -> Evaluation {
    let mut judge = Judge::new(service, *facts, services, "ETRN");
    judge.etrn = Some(domain);
    if service.boolean("smtpd_delay_reject") {
        judge.client_list();
        judge.helo_list();
    }
    judge.list("smtpd_etrn_restrictions", domain, ReplyClass::Etrn);
    judge.apply_deferral();
    judge.finish(domain)
}

/// At DATA (or the first BDAT).
pub fn at_data(service: &Service, facts: &Facts<'_>, services: &dyn Services) -> Evaluation {
    message(
        service,
        facts,
        services,
        "DATA",
        "smtpd_data_restrictions",
        ReplyClass::Data,
    )
}

/// At the end of the message content.
pub fn at_end_of_data(service: &Service, facts: &Facts<'_>, services: &dyn Services) -> Evaluation {
    message(
        service,
        facts,
        services,
        "END-OF-MESSAGE",
        "smtpd_end_of_data_restrictions",
        ReplyClass::EndOfData,
    )
}

/// Whether the client is exempt from the limits per client
/// (`smtpd_client_event_limit_exceptions`), and what the log says about the list.
pub fn is_exempt_from_limits(
    service: &Service,
    client: &Identity,
    services: &dyn Services,
) -> (bool, Vec<String>) {
    client::is_in(
        service,
        "smtpd_client_event_limit_exceptions",
        client,
        services,
    )
}

/// Whether the client is in the list of clients that a parameter holds
/// (`smtpd_authorized_xclient_hosts`, `smtpd_sasl_exceptions_networks`, …),
/// and what the log says about the list. A list that cannot be read has nobody.
pub fn is_listed_client(
    service: &Service,
    parameter: &str,
    client: &Identity,
    services: &dyn Services,
) -> (bool, Vec<String>) {
    client::is_in(service, parameter, client, services)
}

fn recipient(
    service: &Service,
    facts: &Facts<'_>,
    services: &dyn Services,
    stage: &'static str,
) -> Evaluation {
    let recipient = facts.recipient.unwrap_or_default();
    let mut judge = Judge::new(service, *facts, services, stage);
    // RFC 5321 §4.5.1: postmaster without a domain is always welcome.
    if recipient.eq_ignore_ascii_case("postmaster") {
        return judge.finish(recipient);
    }
    if service.boolean("smtpd_delay_reject") {
        judge.client_list();
        judge.helo_list();
        judge.sender_list();
    }
    let mut lists = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"];
    if !service.boolean("smtpd_relay_before_recipient_restrictions") {
        lists.reverse();
    }
    for parameter in lists {
        judge.list(parameter, recipient, ReplyClass::Recipient);
    }
    judge.apply_deferral();
    judge.known_recipient();
    judge.finish(recipient)
}

fn message(
    service: &Service,
    facts: &Facts<'_>,
    services: &dyn Services,
    stage: &'static str,
    parameter: &'static str,
    class: ReplyClass,
) -> Evaluation {
    // With several recipients none of them is the one that is judged.
    let facts = Facts {
        recipient: facts.recipient.filter(|_| facts.recipients <= 1),
        ..*facts
    };
    let mut judge = Judge::new(service, facts, services, stage);
    judge.list(parameter, stage, class);
    judge.apply_deferral();
    judge.finish("")
}

impl Facts<'_> {
    /// `name[address]`, as replies and the log call the client.
    pub fn client_name(&self) -> String {
        format!("{}[{}]", self.peer_name(), self.client.address)
    }

    fn peer_name(&self) -> &str {
        self.client.name.as_deref().unwrap_or("unknown")
    }

    /// One line of the log about what was done to a command at a stage:
    /// `NOQUEUE: reject: MAIL from unknown[203.0.113.66]: 552 5.3.4 …; from=<…> proto=ESMTP helo=<…>`.
    pub fn log_line(&self, action: &str, stage: &str, text: &str) -> String {
        use std::fmt::Write;
        let queue_id = self.queue_id.unwrap_or("NOQUEUE");
        let mut line = format!(
            "{queue_id}: {action}: {stage} from {}: {text};",
            self.client_name()
        );
        // Writing into a String cannot fail.
        if let Some(sender) = self.sender {
            let _ = write!(line, " from=<{}>", quoted(sender));
        }
        if let Some(recipient) = self.recipient {
            let _ = write!(line, " to=<{}>", quoted(recipient));
        }
        let _ = write!(line, " proto={}", self.protocol);
        if let Some(helo) = self.helo {
            let _ = write!(line, " helo=<{helo}>");
        }
        line
    }
}

impl ReplyClass {
    /// The words of `SMTPD_NAME_…`.
    fn words(self) -> &'static str {
        match self {
            Self::Client => "Client host",
            Self::Data => "Data command",
            Self::EndOfData => "End-of-data",
            Self::Etrn => "Etrn command",
            Self::Helo => "Helo command",
            Self::Recipient => "Recipient address",
            Self::ReverseClient => "Unverified Client host",
            Self::Sasl => "SASL login name",
            Self::Sender => "Sender address",
        }
    }
}
