//! Whether an authenticated user may send as this address
//! (`smtpd_sender_login_maps`).

use super::ReplyClass;
use super::judge::{Finding, Judge};
use super::listed::find;
use crate::postfix::decision::Fact;
use crate::postfix::parameters;
use crate::postfix::rewrite::resolve;

impl Judge<'_> {
    pub(super) fn reject_sender_login_mismatch(&mut self, name: &str) -> Finding {
        if !self.service.boolean("smtpd_sasl_auth_enable") {
            // To Postfix it is these two, one after the other.
            if name == "reject_sender_login_mismatch" {
                self.without_sasl("reject_authenticated_sender_login_mismatch");
                return self.without_sasl("reject_unauthenticated_sender_login_mismatch");
            }
            return self.without_sasl(name);
        }
        let user = self.facts.sasl_user;
        let maps = "smtpd_sender_login_maps";
        let concerns = match name {
            "reject_authenticated_sender_login_mismatch" => user.is_some(),
            "reject_unauthenticated_sender_login_mismatch" => user.is_none(),
            _ => true,
        };
        let Some(sender) = self.envelope(ReplyClass::Sender) else {
            return Finding::nothing(owned(String::new(), None));
        };
        if !concerns || self.service.text(maps).is_empty() {
            return Finding::nothing(owned(sender.to_owned(), None));
        }
        let found = resolve(self.service, &mut self.lookups, sender)
            .and_then(|it| find(self.service, &mut self.lookups, maps, &it.recipient));
        let Ok(found) = found else {
            return self.lookup_failed(sender);
        };
        let owner = found.map(|(_, _, owners)| owners);
        let owners = owner.as_deref().map(parameters::list).unwrap_or_default();
        let fact = owned(sender.to_owned(), owner);
        let problem = match user {
            None if owners.is_empty() => None,
            None => Some("not logged in".to_owned()),
            Some(user) if owners.iter().any(|it| it.eq_ignore_ascii_case(user)) => None,
            Some(_) if owners.is_empty() && name == "reject_known_sender_login_mismatch" => None,
            Some(user) => Some(format!("not owned by user {user}")),
        };
        match problem {
            None => Finding::nothing(fact),
            Some(problem) => {
                let text = format!("<{sender}>: Sender address rejected: {problem}");
                Finding::refuse(fact, self.refusal(553, "5.7.1", &text))
            }
        }
    }
}

impl Judge<'_> {
    /// A restriction that means nothing where nobody can log in.
    pub(super) fn without_sasl(&mut self, name: &str) -> Finding {
        let problem = format!("restriction `{name}' ignored: no SASL support");
        self.warn(problem.clone());
        Finding::nothing(Fact::Misconfigured { problem })
    }
}

fn owned(sender: String, owner: Option<String>) -> Fact {
    Fact::SenderOwnedBy { sender, owner }
}
