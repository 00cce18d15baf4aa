//! ETRN: deliver now what waits for a site (RFC 1985).

use crate::postfix::address::is_hostname;
use crate::postfix::reason::Rule;
use crate::postfix::restrictions;

use super::command::Word;
use super::conversation::{Conversation, shortened};
use super::interface::Services;
use super::lists;
use super::outcome::{Answer, Next, Refusal, refuse};

/// `ETRN domain`.
pub(super) fn etrn(
    conversation: &mut Conversation,
    arguments: &[Word],
    services: &mut dyn Services,
) -> Answer {
    let site = match arguments {
        _ if conversation.helo.is_none() && conversation.service.boolean("smtpd_helo_required") => {
            return refuse(Rule::HelloFirst, 503, "", "Error: send HELO/EHLO first");
        }
        _ if conversation.transaction.is_some() => {
            let text = "Error: MAIL transaction in progress";
            return refuse(Rule::InTransaction, 503, "", text);
        }
        [site] => site.text.as_str(),
        _ => return refuse(Rule::Syntax, 500, "", "Syntax: ETRN domain"),
    };
    let site = site.strip_prefix(['@', '#']).unwrap_or(site);
    if !is_hostname(site) && !lists::is_literal(site) {
        let text = "Error: invalid parameter syntax";
        let refusal = Refusal::new(Rule::ParameterSyntax, 501, "", text);
        return Err(refusal.about(site));
    }
    let evaluation = restrictions::at_etrn(
        &conversation.service,
        &conversation.facts(None),
        services,
        site,
    );
    if !conversation.accept(evaluation) {
        return Ok(Next::Failed);
    }
    if lists::is_domain_listed(conversation, "fast_flush_domains", site) {
        conversation.reply(250, "", "Queuing started");
        return Ok(Next::Done);
    }
    conversation.warn(format!(
        "reject: ETRN {}... from {}",
        shortened(site, 100),
        conversation.client_name()
    ));
    let text = format!("<{site}>: service unavailable");
    let refusal = Refusal::new(Rule::EtrnNotServed, 459, "", text).about(site);
    Err(refusal.of(None))
}
