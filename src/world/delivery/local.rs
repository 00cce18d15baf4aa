//! `local`: aliases and mailboxes of the system's users (local(8), aliases(5)).

use std::rc::Rc;

use super::cleanup;
use super::mailbox;
use super::report::Attempt;
use super::route::is_local;
use crate::journal::event::{Bytes, DeliveryStatus, Kind};
use crate::postfix::address;
use crate::postfix::configuration::Service;
use crate::postfix::date::mail_date;
use crate::postfix::header;
use crate::postfix::maps;
use crate::postfix::rewrite::rewrite;
use crate::postfix::smtpd::{Accepted, Recipient, Services};
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;

/// Delivers to recipients of this host.
pub(super) fn deliver(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    recipients: &[Recipient],
) -> Vec<Attempt> {
    let settings = host.settings();
    let delivery = Local {
        internet,
        host,
        main: settings.configuration.main(),
        message,
    };
    recipients
        .iter()
        .flat_map(|recipient| delivery.recipient(recipient))
        .collect()
}

/// A delivery by `local`.
struct Local<'a> {
    internet: &'a Internet,
    host: &'a Rc<Host>,
    main: &'a Service,
    message: &'a Message,
}

/// What an address comes to when all aliases are resolved.
#[derive(Default)]
struct Targets {
    /// Users of this host.
    users: Vec<String>,
    /// Addresses elsewhere.
    elsewhere: Vec<String>,
    /// Names that mean nobody.
    unknown: Vec<String>,
}

impl Local<'_> {
    fn recipient(&self, recipient: &Recipient) -> Vec<Attempt> {
        if self.was_here(&recipient.address) {
            let reason = format!("mail forwarding loop for {}", recipient.address);
            return vec![self.ended(recipient.clone(), DeliveryStatus::Bounced, "5.4.6", reason)];
        }
        let mut targets = Targets::default();
        self.resolve(
            address::split(&recipient.address).0,
            &mut Vec::new(),
            &mut targets,
        );
        let mut attempts = Vec::new();
        for user in &targets.users {
            attempts.push(self.store(recipient, user));
        }
        if !targets.elsewhere.is_empty() {
            attempts.push(self.forward(recipient, &targets.elsewhere));
        }
        for name in targets.unknown {
            let reason = format!("unknown user: \"{name}\"");
            attempts.push(self.ended(recipient.clone(), DeliveryStatus::Bounced, "5.1.1", reason));
        }
        attempts
    }

    /// Follows aliases until only users and foreign addresses are left.
    fn resolve(&self, local: &str, seen: &mut Vec<String>, targets: &mut Targets) {
        let name = local.to_lowercase();
        let bare = address::without_extension(&name, self.main.text("recipient_delimiter"));
        for key in [Some(name.as_str()), bare].into_iter().flatten() {
            if seen.iter().any(|known| known == key) {
                continue;
            }
            let found = maps::find(self.main, "alias_maps", key, &*self.host.services.borrow());
            if let Ok(Some(value)) = found {
                seen.push(key.to_owned());
                for target in value
                    .split(',')
                    .map(str::trim)
                    .filter(|target| !target.is_empty())
                {
                    let target = rewrite(self.main, target);
                    if is_local(self.host, self.main, &target) {
                        self.resolve(address::split(&target).0, seen, targets);
                    } else {
                        targets.elsewhere.push(target);
                    }
                }
                return;
            }
        }
        let services = self.host.services.borrow();
        match [Some(name.as_str()), bare]
            .into_iter()
            .flatten()
            .find(|name| services.has_user(name))
        {
            Some(user) => targets.users.push(user.to_owned()),
            None => targets.unknown.push(bare.unwrap_or(&name).to_owned()),
        }
    }

    /// Whether the message has been delivered to this address before.
    fn was_here(&self, address: &str) -> bool {
        let head = String::from_utf8_lossy(header::head(&self.message.content)).into_owned();
        head.lines().any(|line| {
            line.split_once(':').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("Delivered-To")
                    && value.trim().eq_ignore_ascii_case(address)
            })
        })
    }

    fn store(&self, recipient: &Recipient, user: &str) -> Attempt {
        // The log names the user's own address when an alias led there; the mailbox does not.
        let (local, domain) = address::split(&recipient.address);
        let bare = address::without_extension(local, self.main.text("recipient_delimiter"));
        let is_own = local.eq_ignore_ascii_case(user)
            || bare.is_some_and(|bare| bare.eq_ignore_ascii_case(user));
        let address = match domain {
            Some(_) if is_own => recipient.address.clone(),
            _ => rewrite(self.main, user),
        };
        let delivered = Recipient {
            address,
            ..recipient.clone()
        };
        self.internet.pen.write(Kind::Stored {
            host: self.host.name.clone(),
            mailbox: user.to_owned(),
            recipient: recipient.address.clone(),
            message: Bytes(mailbox::stored(
                self.message,
                &delivered,
                &recipient.address,
            )),
        });
        self.ended(
            delivered,
            DeliveryStatus::Sent,
            "2.0.0",
            mailbox::delivered(self.main),
        )
    }

    /// Gives a copy back to the queue, for addresses elsewhere.
    fn forward(&self, recipient: &Recipient, elsewhere: &[String]) -> Attempt {
        let pen = &self.internet.pen;
        let queue_id = self.host.services.borrow_mut().new_queue_id();
        let mut content = format!(
            "Received: by {} ({})\r\n\tid {queue_id}; {}\r\nDelivered-To: {}\r\n",
            self.main.text("myhostname"),
            self.main.text("mail_name"),
            mail_date(pen.now()),
            recipient.address
        )
        .into_bytes();
        content.extend_from_slice(&self.message.content);
        let accepted = Accepted {
            queue_id: queue_id.clone(),
            sender: self.message.sender.clone(),
            recipients: elsewhere
                .iter()
                .map(|address| Recipient {
                    address: address.clone(),
                    ..recipient.clone()
                })
                .collect(),
            message: content,
            hold: false,
            request: self.message.request.clone(),
        };
        cleanup::post(pen, self.host, accepted);
        self.ended(
            recipient.clone(),
            DeliveryStatus::Sent,
            "2.0.0",
            format!("forwarded as {queue_id}"),
        )
    }

    fn ended(
        &self,
        recipient: Recipient,
        status: DeliveryStatus,
        dsn: &str,
        reason: String,
    ) -> Attempt {
        let now = self.internet.pen.now();
        Attempt {
            recipient,
            program: "postfix/local",
            status,
            relay: "local".to_owned(),
            dsn: dsn.to_owned(),
            reason,
            said: None,
            began: now,
            connected: None,
            done: now,
            is_passed_on: false,
        }
    }
}
