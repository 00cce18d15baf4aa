//! `local`: aliases, `.forward` files and mailboxes of the system's users
//! (local(8), aliases(5)). It never runs a command: mail for one is refused as
//! if `allow_mail_to_commands` were empty.

mod step;

use std::collections::HashSet;
use std::rc::Rc;

use super::cleanup;
use super::mailbox;
use super::report::Attempt;
use super::route::is_local;
use crate::journal::event::{Bytes, DeliveryStatus, Kind};
use crate::postfix::address;
use crate::postfix::aliases::{self, Target};
use crate::postfix::configuration::Service;
use crate::postfix::date::mail_date;
use crate::postfix::expand::expand;
use crate::postfix::header;
use crate::postfix::maps;
use crate::postfix::notification::Notify;
use crate::postfix::rewrite::rewrite;
use crate::postfix::smtpd::{Accepted, Recipient, Services};
use crate::world::host::{Host, Message};
use crate::world::internet::Internet;
use step::{Found, Step};

/// What `local` did with recipients of this host.
pub(super) struct Done {
    /// What it dealt with itself.
    pub(super) attempts: Vec<Attempt>,
    /// Whom it leaves to another transport, which is named as in
    /// `mailbox_transport`.
    pub(super) passed: Vec<(String, Recipient)>,
}

/// Delivers to recipients of this host.
pub(super) fn deliver(
    internet: &Internet,
    host: &Rc<Host>,
    message: &Message,
    recipients: &[Recipient],
) -> Done {
    let settings = host.settings();
    let mut done = Done {
        attempts: Vec::new(),
        passed: Vec::new(),
    };
    for recipient in recipients {
        let mut delivery = Local {
            internet,
            host,
            main: settings.configuration.main(),
            message,
            recipient,
            seen: HashSet::new(),
            forwarded: Vec::new(),
            done: &mut done,
        };
        delivery.begin();
        delivery.forward();
    }
    done
}

/// A delivery to one recipient.
struct Local<'a> {
    internet: &'a Internet,
    host: &'a Rc<Host>,
    main: &'a Service,
    message: &'a Message,
    /// Whom the queue manager named.
    recipient: &'a Recipient,
    /// What was done before and is not done twice, as `mailbox alumno`.
    seen: HashSet<String>,
    /// Addresses that get a message of their own, by its sender.
    forwarded: Vec<(String, Vec<String>)>,
    done: &'a mut Done,
}

impl Local<'_> {
    fn begin(&mut self) {
        let step = Step::first(&self.message.sender, &self.recipient.address);
        self.deliver(&step);
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

    /// Delivers to an address of this host: alias, `.forward`, mailbox.
    fn deliver(&mut self, step: &Step) {
        if self.is_repeated(format!("recipient {} {}", step.level, step.address)) {
            return;
        }
        if self.was_here(&step.address) {
            let reason = format!("mail forwarding loop for {}", step.address);
            self.bounced(step, "5.4.6", reason);
            return;
        }
        let local = address::split(&step.address).0.to_lowercase();
        if let Some(user) = local.strip_prefix('\\') {
            let user = user.to_owned();
            let step = step.at(rewrite(self.main, &user));
            if !self.mailbox(&step, &user) {
                self.unknown(&step, &user);
            }
            return;
        }
        let delimiter = self.main.text("recipient_delimiter");
        let user = address::without_extension(&local, delimiter).unwrap_or(&local);
        if self.alias(step, &local) || (user != local && self.alias(step, user)) {
            return;
        }
        if step.is_for_others(user) {
            self.resubmit(step);
        } else if !self.forward_file(step, user) && !self.mailbox(step, user) {
            self.unknown(step, user);
        }
    }

    /// Whether `name` is an alias, which it is followed as.
    fn alias(&mut self, step: &Step, name: &str) -> bool {
        // An alias that names itself means the user.
        if step.alias.as_deref() == Some(name) {
            return false;
        }
        if step.level > DEEPEST {
            let reason = format!("alias database loop for {name}");
            self.warn(&reason);
            self.bounced(step, "5.4.6", reason);
            return true;
        }
        let find =
            |name: &str| maps::find(self.main, "alias_maps", name, &*self.host.services.borrow());
        let value = match find(name) {
            Ok(Some(value)) => value,
            Ok(None) => return false,
            Err(_) => {
                let reason = "alias database unavailable".to_owned();
                self.ended(step, DeliveryStatus::Deferred, "4.3.0", reason);
                return true;
            }
        };
        let mut step = step.within(Found::Alias);
        step.alias = Some(name.to_owned());
        let owner = format!("owner-{name}");
        if let Ok(Some(addresses)) = find(&owner) {
            let owner = if self.main.boolean("expand_owner_alias") {
                addresses
            } else {
                owner
            };
            step.sender = rewrite(self.main, &owner);
            step.owner = Some(step.sender.clone());
        }
        let targets = aliases::targets(&value);
        if targets.is_empty() {
            self.warn(&format!("no recipient in alias lookup result for {name}"));
            self.misconfigured(&step);
        }
        self.follow(&step, targets);
        true
    }

    /// Whether the user has a `.forward` file that names somebody (`forward_path`).
    fn forward_file(&mut self, step: &Step, user: &str) -> bool {
        if !self.host.services.borrow().has_user(user)
            || self.is_repeated(format!("forward {user}"))
        {
            return false;
        }
        let text = self.main.list("forward_path").iter().find_map(|path| {
            let path = self.expanded(path, step);
            self.host.read_at_home(&path).ok()
        });
        let targets = aliases::targets_of_file(&text.unwrap_or_default());
        if targets.is_empty() {
            return false;
        }
        let mut step = step.within(Found::Forward);
        step.owner = Some(user.to_owned());
        self.follow(&step, targets);
        true
    }

    fn follow(&mut self, step: &Step, targets: Vec<Target>) {
        for target in targets {
            match target {
                Target::Address(address) => self.resolve(step, &address),
                Target::Command(_) => {
                    let reason = "mail to command is restricted".to_owned();
                    self.bounced(step, "5.7.1", reason);
                }
                Target::File(path) => self.append(step, &path),
                Target::Include(path) => self.include(step, &path),
            }
        }
    }

    /// Goes on with an address that stood in an alias or a file.
    fn resolve(&mut self, step: &Step, address: &str) {
        let step = step.at(rewrite(self.main, address));
        if is_local(self.host, self.main, &step.address) {
            self.deliver(&step);
        } else {
            self.resubmit(&step);
        }
    }

    fn include(&mut self, step: &Step, path: &str) {
        if self.is_repeated(format!("include {path}")) {
            return;
        }
        match self.host.read_file(path) {
            Ok(text) => {
                self.follow(
                    &step.within(Found::Include),
                    aliases::targets_of_file(&text),
                );
            }
            Err(words) => {
                self.warn(&format!("unable to lookup :include: file {path}: {words}"));
                self.misconfigured(step);
            }
        }
    }

    /// Appends to a file of the world.
    fn append(&mut self, step: &Step, path: &str) {
        let allowed = self.main.list("allow_mail_to_files");
        if !allowed.iter().any(|word| word == step.found.keyword()) {
            self.bounced(step, "5.7.1", "mail to file is restricted".to_owned());
            return;
        }
        if self.is_repeated(format!("file {path}")) {
            return;
        }
        if may_write(step, path) {
            if path != "/dev/null" {
                self.store(step, path);
            }
            self.sent(step, format!("delivered to file: {path}"));
        } else {
            let words = "Permission denied";
            self.warn(&format!("unable to create lock file {path}.lock: {words}"));
            let reason = format!(
                "cannot append message to file {path}: cannot create file exclusively: {words}"
            );
            self.bounced(step, "5.2.0", reason);
        }
    }

    /// Whether there is such a user, into whose mailbox the message goes.
    fn mailbox(&mut self, step: &Step, user: &str) -> bool {
        if self.is_repeated(format!("mailbox {user}")) {
            return true;
        }
        let transport = self.main.text("mailbox_transport");
        if !transport.is_empty() {
            self.pass(step, transport);
            return true;
        }
        if !self.host.services.borrow().has_user(user) {
            return false;
        }
        self.store(step, user);
        self.sent(step, mailbox::delivered(self.main));
        true
    }

    fn unknown(&mut self, step: &Step, user: &str) {
        let transport = self.main.text("fallback_transport");
        let other = self.main.text("luser_relay");
        if !transport.is_empty() {
            self.pass(step, transport);
        } else if !other.is_empty() && !step.is_misaddressed {
            let address = self.expanded(other, step);
            let step = Step {
                is_misaddressed: true,
                ..step.within(step.found)
            };
            self.resolve(&step, &address);
        } else if matches!(user, "postmaster" | "mailer-daemon") {
            self.warn(&format!("required alias not found: {user}"));
            self.sent(step, "discarded".to_owned());
        } else {
            self.bounced(step, "5.1.1", format!("unknown user: \"{user}\""));
        }
    }

    /// Leaves the recipient to another transport.
    fn pass(&mut self, step: &Step, transport: &str) {
        let agent = transport.split(':').next().unwrap_or_default();
        let text = format!(
            "{}: passing <{}> to transport={agent}",
            self.message.queue_id, step.address
        );
        self.log(text);
        let recipient = self.reached(step);
        self.done.passed.push((transport.to_owned(), recipient));
    }

    /// Makes a message of its own for this address, once all others are found.
    fn resubmit(&mut self, step: &Step) {
        if self.is_repeated(format!("indirect {}", step.address)) {
            return;
        }
        let address = step.address.clone();
        let known = self
            .forwarded
            .iter_mut()
            .find(|(sender, _)| *sender == step.sender);
        match known {
            Some((_, addresses)) => addresses.push(address),
            None => self.forwarded.push((step.sender.clone(), vec![address])),
        }
    }

    /// Gives copies back to the queue, one by sender.
    fn forward(&mut self) {
        for (sender, addresses) in std::mem::take(&mut self.forwarded) {
            let pen = &self.internet.pen;
            let queue_id = self.host.services.borrow_mut().new_queue_id();
            let mut content = format!(
                "Received: by {} ({})\r\n\tid {queue_id}; {}\r\nDelivered-To: {}\r\n",
                self.main.text("myhostname"),
                self.main.text("mail_name"),
                mail_date(pen.now()),
                self.recipient.address
            )
            .into_bytes();
            content.extend_from_slice(&self.message.content);
            // The owner of a list hears nothing of how mail came to the list.
            let is_list = sender != self.message.sender;
            let recipients = addresses.into_iter().map(|address| {
                if is_list {
                    Recipient {
                        original: address.clone(),
                        address,
                        notify: Notify::Usual,
                        first: None,
                    }
                } else {
                    Recipient {
                        address,
                        ..self.recipient.clone()
                    }
                }
            });
            let accepted = Accepted {
                queue_id: queue_id.clone(),
                sender,
                recipients: recipients.collect(),
                message: content,
                hold: false,
                request: self.message.request.clone(),
            };
            cleanup::post_again(pen, self.host, accepted);
            let step = Step::first(&self.message.sender, &self.recipient.address);
            self.sent(&step, format!("forwarded as {queue_id}"));
        }
    }

    fn store(&self, step: &Step, mailbox: &str) {
        if !self.internet.pen.writes_deeds() {
            return;
        }
        let delivered_to = &self.recipient.address;
        self.internet.pen.write(Kind::Stored {
            host: self.host.name.clone(),
            mailbox: mailbox.to_owned(),
            recipient: delivered_to.clone(),
            message: Bytes(mailbox::stored(
                self.message,
                &self.reached(step),
                delivered_to,
            )),
        });
    }

    /// A value with `$user`, `$home`, `$local`, `$domain`, `$recipient` and
    /// `$extension` (local(8)).
    fn expanded(&self, value: &str, step: &Step) -> String {
        let delimiter = self.main.text("recipient_delimiter");
        let (local, domain) = address::split(&step.address);
        let local = local.to_lowercase();
        let user = address::without_extension(&local, delimiter).unwrap_or(&local);
        let home = home_of(user);
        // One that could lead to another directory is none.
        let extension = local.get(user.len() + 1..);
        let extension = extension.filter(|extension| !extension.contains('/'));
        let value_of = |name: &str| match name {
            "user" => Some(user),
            "home" => Some(home.as_str()),
            "shell" => Some("/bin/bash"),
            "local" => Some(local.as_str()),
            "domain" => domain,
            "recipient" => Some(step.address.as_str()),
            "extension" => extension,
            "recipient_delimiter" => extension.map(|_| delimiter),
            _ => None,
        };
        expand(value, &value_of).unwrap_or_default()
    }

    /// Whether this was done before.
    fn is_repeated(&mut self, what: String) -> bool {
        !self.seen.insert(what)
    }

    fn warn(&self, words: &str) {
        self.log(format!("warning: {words}"));
    }

    fn log(&self, text: String) {
        self.host.log(&self.internet.pen, None, PROGRAM, text);
    }

    fn misconfigured(&mut self, step: &Step) {
        let reason = "mail system configuration error".to_owned();
        self.bounced(step, "5.3.5", reason);
    }

    fn bounced(&mut self, step: &Step, dsn: &str, reason: String) {
        self.ended(step, DeliveryStatus::Bounced, dsn, reason);
    }

    fn sent(&mut self, step: &Step, reason: String) {
        self.ended(step, DeliveryStatus::Sent, "2.0.0", reason);
    }

    fn ended(&mut self, step: &Step, status: DeliveryStatus, dsn: &str, reason: String) {
        let now = self.internet.pen.now();
        let attempt = Attempt {
            recipient: self.reached(step),
            program: PROGRAM,
            status,
            relay: "local".to_owned(),
            dsn: dsn.to_owned(),
            reason,
            said: None,
            began: now,
            connected: None,
            done: now,
            is_passed_on: false,
        };
        self.done.attempts.push(attempt);
    }

    /// The recipient under the address that was reached.
    fn reached(&self, step: &Step) -> Recipient {
        Recipient {
            address: step.address.clone(),
            ..self.recipient.clone()
        }
    }
}

/// Whether there can be such a file: an alias writes as `nobody`
/// (`default_privs`), a `.forward` file as the user whose it is.
fn may_write(step: &Step, path: &str) -> bool {
    let is_at_home = |user: &String| {
        let rest = path.strip_prefix(&home_of(user));
        step.found == Found::Forward && rest.is_some_and(|rest| rest.starts_with('/'))
    };
    PUBLIC.iter().any(|public| path.starts_with(public))
        || step.owner.as_ref().is_some_and(is_at_home)
}

fn home_of(user: &str) -> String {
    match user {
        "root" => "/root".to_owned(),
        user => format!("/home/{user}"),
    }
}

const PROGRAM: &str = "postfix/local";

/// How deep aliases may lie within aliases.
const DEEPEST: usize = 100;

/// Where anybody may write on a Debian.
const PUBLIC: [&str; 3] = ["/dev/null", "/tmp/", "/var/tmp/"];
