//! What the policy decided about one command, and why: the trace that the
//! *why* panel shows. Plain data: whoever evaluates restrictions writes it,
//! and every reader turns it into words in its own language.

use std::fmt;
use std::net::IpAddr;

use serde::Serialize;

use super::reason::Reason;
use crate::smtp::Reply;

/// What was decided about one command: by the restriction lists, each with its
/// outcome, or by another rule of `smtpd`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The command that was decided about, as `smtpd` names the stage in its
    /// log: `CONNECT`, `EHLO`, `MAIL`, `RCPT`, `DATA`, `END-OF-MESSAGE`, …
    pub stage: &'static str,
    /// What the command was about: the recipient for `RCPT`, the sender for
    /// `MAIL`; empty where there is nothing.
    pub subject: String,
    /// The lists that were evaluated, in Postfix's order.
    pub lists: Vec<ListTrace>,
    /// What decided besides: why a refusal was made that no list made; and with a
    /// reply to EHLO, why keywords are missing in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// The end of it all.
    pub verdict: Verdict,
}

/// How a decision ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Verdict {
    /// The command goes on.
    Accepted,
    /// The command was answered with this reply: of class 4 or 5, or the 221
    /// with which Postfix hangs up on whoever does not speak SMTP.
    Refused {
        /// The three-digit code.
        code: u16,
        /// The enhanced status code (RFC 3463), such as `5.7.1`; empty: none.
        enhanced: String,
        /// The text behind the codes.
        text: String,
    },
}

/// One restriction list, evaluated from the left until something decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListTrace {
    /// The parameter that holds the list, such as `smtpd_relay_restrictions`.
    pub parameter: &'static str,
    /// Each restriction that was evaluated, in order.
    pub steps: Vec<RestrictionTrace>,
    /// What the list as a whole said.
    pub outcome: Outcome,
}

/// One restriction and the fact that decided it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RestrictionTrace {
    /// The restriction as written in the list, with its argument if it has one.
    pub restriction: String,
    /// What was found when it was evaluated.
    pub fact: Fact,
    /// What followed from that.
    pub outcome: Outcome,
}

/// What a restriction, or a whole list, concluded.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing to say: the next restriction is asked (`DUNNO`).
    Continue,
    /// Permitted: the rest of *this* list is skipped.
    Permit,
    /// Refused for now (4xx).
    Defer,
    /// Refused for good (5xx).
    Reject,
    /// Would have been refused, but for `warn_if_reject` (or a test mode): logged only.
    Warn,
}

/// The fact that decided a restriction.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Fact {
    /// The client's address matches this entry of `mynetworks`.
    ClientInNetworks {
        /// The client's address.
        client: IpAddr,
        /// The entry that matched, as written.
        network: String,
    },
    /// The client's address matches no entry of `mynetworks`, or a `!` entry first.
    ClientOutsideNetworks {
        /// The client's address.
        client: IpAddr,
        /// The value of `mynetworks` in force.
        networks: String,
    },
    /// The session is authenticated.
    Authenticated {
        /// The SASL user name.
        user: String,
    },
    /// The session is not authenticated.
    NotAuthenticated,
    /// The recipient's domain is one this server takes mail for.
    OurDestination {
        /// The domain.
        domain: String,
        /// The parameter that says so: `mydestination`, `relay_domains`, ….
        parameter: &'static str,
    },
    /// The recipient's domain is not one this server takes mail for.
    ForeignDestination {
        /// The domain.
        domain: String,
    },
    /// A name did or did not have the form that was asked for.
    Form {
        /// The name or address that was looked at.
        subject: String,
        /// Whether it is acceptable.
        acceptable: bool,
    },
    /// A table lookup found something.
    TableMatched {
        /// The table, as written: `hash:/etc/postfix/access`.
        table: String,
        /// The key that was found.
        key: String,
        /// The value on the right-hand side.
        value: String,
    },
    /// No key of the table applied.
    TableSilent {
        /// The table, as written.
        table: String,
        /// What was looked up.
        subject: String,
    },
    /// DNS said that a name exists (or a block list has an entry).
    DnsFound {
        /// The name that was asked for.
        name: String,
        /// What it points to.
        answer: String,
    },
    /// DNS said that a name does not exist.
    DnsMissing {
        /// The name that was asked for.
        name: String,
    },
    /// DNS gave no answer.
    DnsFailed {
        /// The name that was asked for.
        name: String,
    },
    /// The recipient or sender is not in the tables of known addresses.
    Unlisted {
        /// The address.
        address: String,
    },
    /// The recipient or sender is known.
    Listed {
        /// The address.
        address: String,
        /// The parameter that names the table with it.
        parameter: &'static str,
    },
    /// Any address of this class is taken: no table lists those that exist.
    NoList {
        /// The parameter that is empty.
        parameter: &'static str,
    },
    /// Postfix uses the address itself; it always exists.
    Reserved {
        /// The address.
        address: String,
    },
    /// There is no address to judge: not said yet, or `<>`.
    NoAddress,
    /// The sender address belongs to another login (`smtpd_sender_login_maps`).
    SenderOwnedBy {
        /// The envelope sender.
        sender: String,
        /// Its owner, if it has one.
        owner: Option<String>,
    },
    /// The restriction needs no fact: `permit`, `reject`, `defer`.
    Unconditional,
    /// The restriction could not be evaluated: the configuration is wrong.
    Misconfigured {
        /// Postfix's own words, as in the log.
        problem: String,
    },
}

impl Verdict {
    /// The command is answered with this reply.
    pub fn refused(reply: &Reply) -> Self {
        Self::Refused {
            code: reply.code,
            enhanced: reply.enhanced.clone().unwrap_or_default(),
            text: reply.lines.join(" "),
        }
    }

    /// The reply that refuses the command, if it is refused.
    pub fn reply(&self) -> Option<Reply> {
        match self {
            Self::Accepted => None,
            Self::Refused {
                code,
                enhanced,
                text,
            } => {
                let enhanced = (!enhanced.is_empty()).then_some(enhanced.as_str());
                Some(Reply::new(*code, enhanced, text))
            }
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reply() {
            None => f.write_str("accepted"),
            Some(reply) => reply.wire_lines().try_for_each(|line| f.write_str(&line)),
        }
    }
}
