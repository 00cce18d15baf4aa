//! The access policy of `smtpd`: the restriction lists of each stage of a
//! session, evaluated in Postfix's order, with the fact behind each step.

use crate::postfix::configuration::Service;
use crate::postfix::decision::Decision;
use crate::postfix::smtpd::{Identity, Services, TlsFacts};

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

/// What an `smtpd` process says and does when it starts, before any client.
/// `Ok`: log texts. `Err`: log texts of which the last begins `fatal: `; the
/// process dies and the client gets no greeting.
pub fn startup(_service: &Service, _services: &dyn Services) -> Result<Vec<String>, Vec<String>> {
    todo!()
}

/// The client list, at connection time (only with `smtpd_delay_reject = no`;
/// otherwise it is judged at RCPT). A refusal here is the greeting.
pub fn at_connect(_: &Service, _: &Facts<'_>, _: &dyn Services) -> Evaluation {
    todo!()
}

/// At HELO or EHLO; `stage` is the verb. `facts.helo` is the new name.
pub fn at_helo(_: &Service, _: &Facts<'_>, _: &dyn Services, _stage: &'static str) -> Evaluation {
    todo!()
}

/// At MAIL.
pub fn at_mail(_: &Service, _: &Facts<'_>, _: &dyn Services) -> Evaluation {
    todo!()
}

/// At RCPT: delayed lists, relay and recipient lists, and the known-recipient check.
pub fn at_rcpt(_: &Service, _: &Facts<'_>, _: &dyn Services) -> Evaluation {
    todo!()
}

/// At VRFY, with the address in `facts.recipient`: as for RCPT.
pub fn at_vrfy(_: &Service, _: &Facts<'_>, _: &dyn Services) -> Evaluation {
    todo!()
}

/// At ETRN.
pub fn at_etrn(_: &Service, _: &Facts<'_>, _: &dyn Services, _domain: &str) -> Evaluation {
    todo!()
}

/// At DATA (or the first BDAT).
pub fn at_data(_: &Service, _: &Facts<'_>, _: &dyn Services) -> Evaluation {
    todo!()
}

/// At the end of the message content.
pub fn at_end_of_data(_: &Service, _: &Facts<'_>, _: &dyn Services) -> Evaluation {
    todo!()
}
