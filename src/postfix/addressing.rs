//! `cleanup`'s work on the envelope: addresses get the form that tables want,
//! copies are addressed, and virtual aliases are expanded (cleanup(8),
//! `ADDRESS_REWRITING_README`).

use std::collections::{HashSet, VecDeque};

use super::address;
use super::configuration::Service;
use super::maps;
use super::notification::Notify;
use super::rewrite::{self, Class, rewrite};
use super::smtpd::{Recipient, Services};

/// The envelope of a message that goes into the queue.
pub struct Addressing<'a> {
    /// The configuration.
    pub main: &'a Service,
    /// Where tables are looked up.
    pub services: &'a dyn Services,
}

/// Aliases that lead nowhere: the words of `cleanup`'s log for it, behind
/// `warning:` and the queue id.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unreasonable(pub String);

impl Addressing<'_> {
    /// The sender as it stands in the queue (`sender_canonical_maps`,
    /// `canonical_maps`, `masquerade_domains`).
    pub fn sender(&self, sender: &str) -> String {
        if sender.is_empty() {
            return String::new();
        }
        let sender = rewrite(self.main, sender);
        let sender = self.mapped("sender_canonical_maps", sender);
        self.canonical(sender, "envelope_sender")
    }

    /// A recipient as those who stand in the queue for it (`recipient_canonical_maps`,
    /// `canonical_maps`, `masquerade_domains`, `virtual_alias_maps`).
    ///
    /// # Errors
    ///
    /// If its aliases lead to no end: the message is not accepted.
    pub fn recipients(&self, recipient: &Recipient) -> Result<Vec<Recipient>, Unreasonable> {
        let address = self.mapped("recipient_canonical_maps", recipient.address.clone());
        let address = self.canonical(address, "envelope_recipient");
        let mut recipients: Vec<Recipient> = Vec::new();
        for address in self.aliased(&address)? {
            let expanded = Recipient {
                address,
                ..recipient.clone()
            };
            if !recipients.contains(&expanded) {
                recipients.push(expanded);
            }
        }
        Ok(recipients)
    }

    /// Who else gets the message (`always_bcc`, `sender_bcc_maps`,
    /// `recipient_bcc_maps`). Nobody is told what becomes of a copy.
    pub fn copies(&self, sender: &str, recipients: &[Recipient]) -> Vec<Recipient> {
        let mut addresses = self.main.list("always_bcc").to_vec();
        if !sender.is_empty() {
            addresses.extend(self.found("sender_bcc_maps", sender));
        }
        for recipient in recipients {
            addresses.extend(self.found("recipient_bcc_maps", &recipient.address));
        }
        let mut copies: Vec<Recipient> = Vec::new();
        for address in addresses {
            let address = rewrite(self.main, &address);
            if copies.iter().all(|copy| copy.address != address) {
                copies.push(Recipient {
                    original: address.clone(),
                    address,
                    notify: Notify::Never,
                    first: None,
                });
            }
        }
        copies
    }

    /// An address of this class without what `canonical_maps` and
    /// `masquerade_domains` replace (`canonical_classes`, `masquerade_classes`).
    fn canonical(&self, mut address: String, class: &str) -> String {
        let is_in = |parameter| self.main.list(parameter).iter().any(|it| it == class);
        if is_in("canonical_classes") {
            address = self.mapped("canonical_maps", address);
        }
        if is_in("masquerade_classes") {
            address = self.masqueraded(address);
        }
        address
    }

    /// What the tables of `parameter` make of an address.
    fn mapped(&self, parameter: &str, mut address: String) -> String {
        for _ in 0..DEEPEST {
            match self.found(parameter, &address) {
                Some(found) => {
                    let found = rewrite(self.main, &found);
                    if found.eq_ignore_ascii_case(&address) {
                        return found;
                    }
                    address = found;
                }
                None => break,
            }
        }
        address
    }

    fn found(&self, parameter: &str, address: &str) -> Option<String> {
        if self.main.text(parameter).is_empty() {
            return None;
        }
        let is_local = rewrite::classify(self.main, address, self.services)
            .is_ok_and(|resolved| resolved.class == Class::Local);
        maps::find_mailbox(self.main, parameter, address, is_local, self.services).ok()?
    }

    /// The address without the subdomain that `masquerade_domains` hides, but
    /// for the users of `masquerade_exceptions`.
    fn masqueraded(&self, address: String) -> String {
        let (local, Some(domain)) = address::split(&address) else {
            return address;
        };
        let exceptions = self.main.list("masquerade_exceptions");
        if exceptions
            .iter()
            .any(|user| user.eq_ignore_ascii_case(local))
        {
            return address;
        }
        let domain = domain.to_lowercase();
        for entry in self.main.list("masquerade_domains") {
            let entry = entry.to_lowercase();
            let (is_hidden, parent) = match entry.strip_prefix('!') {
                Some(parent) => (false, parent),
                None => (true, entry.as_str()),
            };
            let below = domain.strip_suffix(parent);
            if below.is_some_and(|below| below.is_empty() || below.ends_with('.')) {
                return if is_hidden {
                    address::join(local, parent)
                } else {
                    address
                };
            }
        }
        address
    }

    /// Replaces an address by what `virtual_alias_maps` make of it (virtual(5)).
    fn aliased(&self, address: &str) -> Result<Vec<String>, Unreasonable> {
        let limit = |parameter| usize::try_from(self.main.number(parameter)).unwrap_or(usize::MAX);
        let most = limit("virtual_alias_expansion_limit");
        let deepest = limit("virtual_alias_recursion_limit");
        let longest = limit("virtual_alias_address_length_limit");
        let unreasonable = |what: String| {
            let what = format!("unreasonable virtual_alias_maps {what}");
            Unreasonable(format!("{what} -- message not accepted, try again later"))
        };
        let mut done: Vec<String> = Vec::new();
        let mut pending = VecDeque::from([address.to_owned()]);
        // Those that are among what they stand for are not replaced again.
        let mut final_ones: HashSet<String> = HashSet::new();
        while let Some(mut current) = pending.pop_front() {
            if done.len() + 1 + pending.len() > most {
                return Err(unreasonable(format!("map expansion size for {address}")));
            }
            let mut depth = 0;
            while !final_ones.contains(&current.to_lowercase()) {
                if depth >= deepest {
                    return Err(unreasonable(format!("map nesting for {address}")));
                }
                let value = self.found("virtual_alias_maps", &current);
                let value = value.unwrap_or_default();
                let targets = value.split([',', ' ', '\t']).filter(|it| !it.is_empty());
                let targets: Vec<String> = targets.map(|it| rewrite(self.main, it)).collect();
                if let Some(target) = targets.iter().find(|it| it.len() > longest) {
                    let shown: String = target.chars().take(SHOWN).collect();
                    return Err(unreasonable(format!("result {shown}...")));
                }
                if targets.iter().any(|it| it.eq_ignore_ascii_case(&current)) {
                    final_ones.insert(current.to_lowercase());
                }
                let mut targets = targets.into_iter();
                let Some(first) = targets.next() else {
                    break;
                };
                current = first;
                pending.extend(targets);
                depth += 1;
            }
            done.push(current);
        }
        Ok(done)
    }
}

/// How often an address is looked up again after it was replaced.
const DEEPEST: usize = 10;

/// Characters of an address that the log shows when it is too long.
const SHOWN: usize = 300;
