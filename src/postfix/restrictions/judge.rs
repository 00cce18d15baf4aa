//! The evaluation of restriction lists: what each restriction found becomes an
//! outcome, a reply and log lines.

use std::time::Duration;

use super::restriction::Call;
use super::{Action, Evaluation, Facts, ReplyClass};
use crate::postfix::configuration::Service;
use crate::postfix::decision::{Decision, Fact, ListTrace, Outcome, RestrictionTrace, Verdict};
use crate::postfix::smtpd::Services;
use crate::postfix::table::Lookups;

/// How deep classes and access tables may lead to further lists.
const DEEPEST: usize = 100;

/// One command being judged.
pub(super) struct Judge<'a> {
    pub(super) service: &'a Service,
    pub(super) facts: Facts<'a>,
    pub(super) lookups: Lookups<'a>,
    pub(super) stage: &'static str,
    pub(super) etrn: Option<&'a str>,
    pub(super) actions: Vec<Action>,
    pub(super) pause: Duration,
    pub(super) recipient_was_checked: bool,
    pub(super) sender_was_checked: bool,
    pub(super) is_discarded: bool,
    lists: Vec<ListTrace>,
    refusal: Option<Refusal>,
    /// `warn_if_reject` stands before the restriction under way, at this depth.
    warn_at: Option<usize>,
    depth: usize,
    if_permit: Option<Deferral>,
    if_reject: Option<Refusal>,
}

/// What a restriction found out, and what it concludes from that.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) fact: Fact,
    pub(super) conclusion: Conclusion,
}

/// What a restriction concludes.
#[derive(Debug)]
pub(super) enum Conclusion {
    Continue,
    /// Go on with these restrictions: of a class, or from an access table.
    Delegate(Vec<String>),
    /// Defer if nothing refuses.
    DeferIfPermit(Refusal),
    /// Any later refusal becomes this one.
    DeferIfReject(Refusal),
    /// Refuse, whatever `warn_if_reject` says: the configuration is at fault.
    Fail(Refusal),
    Permit,
    Refuse(Refusal),
}

/// A reply of class 4 or 5.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    code: u16,
    enhanced: String,
    text: String,
}

struct Deferral {
    refusal: Refusal,
    /// The list and the step that asked for it.
    place: (usize, usize),
}

/// `text` with `stand_in` for everything that is not printable; without
/// `smtputf8_enable` that is every byte beyond ASCII.
fn without_unprintable(service: &Service, text: &str, stand_in: char) -> String {
    let utf8 = service.boolean("smtputf8_enable");
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' '..='~' => printable.push(character),
            _ if utf8 && !character.is_ascii() => printable.push(character),
            _ => printable.extend(std::iter::repeat_n(stand_in, character.len_utf8())),
        }
    }
    printable
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        service: &'a Service,
        facts: Facts<'a>,
        services: &'a dyn Services,
        stage: &'static str,
    ) -> Self {
        Self {
            service,
            facts,
            lookups: service.lookups(services),
            stage,
            etrn: None,
            actions: Vec::new(),
            pause: Duration::ZERO,
            recipient_was_checked: false,
            sender_was_checked: false,
            is_discarded: false,
            lists: Vec::new(),
            refusal: None,
            warn_at: None,
            depth: 0,
            if_permit: None,
            if_reject: None,
        }
    }

    pub(super) fn client_list(&mut self) {
        let name = self.facts.client_name();
        self.list("smtpd_client_restrictions", &name, ReplyClass::Client);
    }

    pub(super) fn helo_list(&mut self) {
        if let Some(helo) = self.facts.helo {
            self.list("smtpd_helo_restrictions", helo, ReplyClass::Helo);
        }
    }

    pub(super) fn sender_list(&mut self) {
        let Some(sender) = self.facts.sender else {
            return;
        };
        self.list("smtpd_sender_restrictions", sender, ReplyClass::Sender);
        if self.service.boolean("smtpd_reject_unlisted_sender")
            && !self.sender_was_checked
            && !sender.is_empty()
        {
            self.implicit("smtpd_reject_unlisted_sender", "reject_unlisted_sender");
        }
    }

    /// The check that follows the recipient lists unless they contain it.
    pub(super) fn known_recipient(&mut self) {
        if self.service.boolean("smtpd_reject_unlisted_recipient")
            && !self.recipient_was_checked
            && self.facts.recipient.is_some()
        {
            self.implicit(
                "smtpd_reject_unlisted_recipient",
                "reject_unlisted_recipient",
            );
        }
    }

    /// Evaluates the list that a parameter holds, unless all is decided.
    pub(super) fn list(&mut self, parameter: &'static str, subject: &str, class: ReplyClass) {
        let restrictions = self.service.list(parameter);
        self.evaluate_list(parameter, restrictions, subject, class);
    }

    /// Lets an earlier temporary failure have its say: it may have kept a
    /// restriction from refusing.
    pub(super) fn apply_deferral(&mut self) {
        if self.refusal.is_some() {
            return;
        }
        if let Some(Deferral { refusal, place }) = self.if_permit.take() {
            if let Some(list) = self.lists.get_mut(place.0) {
                list.outcome = Outcome::Defer;
                if let Some(step) = list.steps.get_mut(place.1) {
                    step.outcome = Outcome::Defer;
                }
            }
            self.refuse(refusal);
        }
    }

    /// Ends the evaluation; `subject` is what the command was about.
    pub(super) fn finish(self, subject: &str) -> Evaluation {
        let verdict = self
            .refusal
            .map_or(Verdict::Accepted, |refusal| Verdict::Refused {
                code: refusal.code,
                enhanced: refusal.enhanced,
                text: refusal.text,
            });
        Evaluation {
            decision: Decision {
                stage: self.stage,
                subject: subject.to_owned(),
                lists: self.lists,
                reasons: Vec::new(),
                verdict,
            },
            log: self.lookups.log,
            actions: self.actions,
            pause: self.pause,
        }
    }

    pub(super) fn warn(&mut self, words: impl Into<String>) {
        self.lookups.log.push(format!("warning: {}", words.into()));
    }

    /// A line of the log about this command: `NOQUEUE: hold: RCPT from …`.
    pub(super) fn note(&mut self, action: &str, text: &str) {
        let line = self.facts.log_line(action, self.stage, text);
        let line = without_unprintable(self.service, &line, '?');
        self.lookups.log.push(line);
    }

    pub(super) fn is_warning_only(&self) -> bool {
        self.warn_at.is_some()
    }

    fn implicit(&mut self, parameter: &'static str, restriction: &str) {
        let (subject, class) = match restriction {
            "reject_unlisted_sender" => (self.facts.sender, ReplyClass::Sender),
            _ => (self.facts.recipient, ReplyClass::Recipient),
        };
        self.evaluate_list(
            parameter,
            &[restriction.to_owned()],
            subject.unwrap_or_default(),
            class,
        );
    }

    fn evaluate_list(
        &mut self,
        parameter: &'static str,
        restrictions: &[String],
        subject: &str,
        class: ReplyClass,
    ) {
        if self.refusal.is_some() || self.is_discarded || restrictions.is_empty() {
            return;
        }
        self.warn_at = None;
        self.if_reject = None;
        self.depth = 0;
        self.lists.push(ListTrace {
            parameter,
            steps: Vec::new(),
            outcome: Outcome::Continue,
        });
        let outcome = self.evaluate(restrictions, subject, class);
        if let Some(list) = self.lists.last_mut() {
            list.outcome = outcome;
        }
    }

    /// Evaluates restrictions from the left until one decides.
    fn evaluate(&mut self, restrictions: &[String], subject: &str, class: ReplyClass) -> Outcome {
        self.depth += 1;
        let depth = self.depth;
        let mut outcome = Outcome::Continue;
        let mut rest = restrictions;
        while let Some((first, after)) = rest.split_first() {
            if self.is_discarded {
                break;
            }
            rest = after;
            if first.eq_ignore_ascii_case("warn_if_reject") {
                self.warn_at.get_or_insert(depth);
                continue;
            }
            let mut call = Call {
                name: first,
                rest,
                subject,
                class,
                argument: None,
            };
            let finding = self.call(&mut call);
            let written = match call.argument {
                Some(argument) => format!("{first} {argument}"),
                None => first.clone(),
            };
            rest = call.rest;
            outcome = self.conclude(written, finding, subject, class);
            if self.warn_at.is_some_and(|level| level >= depth) {
                self.warn_at = None;
            }
            let stands = matches!(outcome, Outcome::Continue | Outcome::Warn);
            if !stands {
                break;
            }
            outcome = Outcome::Continue;
        }
        self.depth = depth - 1;
        outcome
    }

    fn conclude(
        &mut self,
        restriction: String,
        finding: Finding,
        subject: &str,
        class: ReplyClass,
    ) -> Outcome {
        let list = self.lists.len().saturating_sub(1);
        let step = self.lists.last().map_or(0, |list| list.steps.len());
        let mut delegated = None;
        let outcome = match finding.conclusion {
            Conclusion::Continue => Outcome::Continue,
            Conclusion::Permit => Outcome::Permit,
            Conclusion::Delegate(restrictions) => {
                delegated = Some(restrictions);
                Outcome::Continue
            }
            Conclusion::DeferIfPermit(refusal) => {
                // `warn_if_reject` leaves nothing of it but a line in the log.
                if self.is_warning_only() {
                    self.warn_of(&refusal)
                } else {
                    self.if_permit.get_or_insert(Deferral {
                        refusal,
                        place: (list, step),
                    });
                    Outcome::Continue
                }
            }
            Conclusion::DeferIfReject(refusal) => {
                self.if_reject.get_or_insert(refusal);
                Outcome::Continue
            }
            Conclusion::Refuse(refusal) if self.is_warning_only() => self.warn_of(&refusal),
            Conclusion::Refuse(refusal) => {
                let refusal = self.if_reject.take().unwrap_or(refusal);
                self.refuse(refusal)
            }
            Conclusion::Fail(refusal) => self.refuse(refusal),
        };
        if let Some(list) = self.lists.last_mut() {
            list.steps.push(RestrictionTrace {
                restriction,
                fact: finding.fact,
                outcome,
            });
        }
        match delegated {
            Some(_) if self.depth > DEEPEST => {
                self.warn("restriction classes are nested too deeply");
                let refusal = self.refusal(451, "4.3.5", "Server configuration error");
                self.refuse(refusal)
            }
            Some(restrictions) => self.evaluate(&restrictions, subject, class),
            None => outcome,
        }
    }

    /// A refusal whose enhanced code agrees with the code, and with `soft_bounce`.
    pub(super) fn refusal(&self, code: i64, enhanced: &str, text: &str) -> Refusal {
        let mut code = u16::try_from(code)
            .ok()
            .filter(|code| (400..600).contains(code))
            .unwrap_or(450);
        if code >= 500 && self.service.boolean("soft_bounce") {
            code -= 100;
        }
        let detail = enhanced.split_once('.').map_or("7.1", |(_, detail)| detail);
        Refusal {
            code,
            enhanced: format!("{}.{detail}", code / 100),
            text: without_unprintable(self.service, text, ' '),
        }
    }

    /// As [`Self::refusal`], for a code that the configuration gives: one that
    /// refuses nothing is a fault of the configuration.
    pub(super) fn refusal_with_code_of(
        &mut self,
        parameter: &str,
        less: i64,
        enhanced: &str,
        text: &str,
    ) -> Refusal {
        let code = self.service.number(parameter) - less;
        if (400..600).contains(&code) {
            return self.refusal(code, enhanced, text);
        }
        self.warn(format!(
            "SMTP reply code configuration error: {code} {enhanced} {text}"
        ));
        self.refusal(450, "4.7.1", "Service unavailable")
    }

    fn refuse(&mut self, refusal: Refusal) -> Outcome {
        self.note("reject", &refusal.to_string());
        let outcome = if refusal.code < 500 {
            Outcome::Defer
        } else {
            Outcome::Reject
        };
        self.refusal = Some(refusal);
        outcome
    }

    fn warn_of(&mut self, refusal: &Refusal) -> Outcome {
        self.note("reject_warning", &refusal.to_string());
        Outcome::Warn
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.code, self.enhanced, self.text)
    }
}

impl Finding {
    pub(super) fn nothing(fact: Fact) -> Self {
        Self {
            fact,
            conclusion: Conclusion::Continue,
        }
    }

    pub(super) fn permit(fact: Fact) -> Self {
        Self {
            fact,
            conclusion: Conclusion::Permit,
        }
    }

    pub(super) fn refuse(fact: Fact, refusal: Refusal) -> Self {
        Self {
            fact,
            conclusion: Conclusion::Refuse(refusal),
        }
    }
}
