//! Who `smtp` is when a server asks: the account for a destination
//! (`smtp_sasl_password_maps`) and the mechanism that main.cf allows.

use super::route::Hop;
use crate::postfix::configuration::Service;
use crate::postfix::maps;
use crate::postfix::smtpd::Services;
use crate::smtp::dialogue::{Dialogue, Login, Mechanism};

/// An account at a server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Account {
    user: String,
    password: String,
}

impl Account {
    /// The account for the host called `name`, or for the next hop, written
    /// exactly as in the configuration.
    pub(super) fn find(
        main: &Service,
        hop: &Hop,
        name: &str,
        services: &dyn Services,
    ) -> Option<Self> {
        if !main.boolean("smtp_sasl_auth_enable") {
            return None;
        }
        let entry = [name, &hop.written].into_iter().find_map(|key| {
            maps::find(main, "smtp_sasl_password_maps", key, services)
                .ok()
                .flatten()
        })?;
        let (user, password) = entry.split_once(':').unwrap_or((&entry, ""));
        Some(Self {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }

    /// How to log in, by the best mechanism that both sides agree to. `None`: there is none.
    pub(super) fn login(&self, main: &Service, dialogue: &Dialogue) -> Option<Login> {
        let options = main.list(if dialogue.is_protected() {
            "smtp_sasl_tls_security_options"
        } else {
            "smtp_sasl_security_options"
        });
        // Both mechanisms show the password to whoever listens.
        if options.iter().any(|option| option == "noplaintext") {
            return None;
        }
        let filter = main.list("smtp_sasl_mechanism_filter");
        let mechanism = [Mechanism::Plain, Mechanism::Login]
            .into_iter()
            .find(|mechanism| {
                let name = mechanism.name();
                dialogue.offers("AUTH", Some(name))
                    && (filter.is_empty()
                        || filter
                            .iter()
                            .any(|allowed| allowed.eq_ignore_ascii_case(name)))
            })?;
        Some(Login {
            mechanism,
            user: self.user.clone(),
            password: self.password.clone(),
            insist: false,
        })
    }
}
