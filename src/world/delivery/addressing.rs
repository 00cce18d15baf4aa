//! `cleanup`'s work on the envelope: addresses get the form that tables want,
//! copies are addressed, and virtual aliases are expanded (cleanup(8),
//! `ADDRESS_REWRITING_README`).

use super::route::is_local;
use crate::postfix::address;
use crate::postfix::configuration::Service;
use crate::postfix::maps;
use crate::postfix::notification::Notify;
use crate::postfix::rewrite::rewrite;
use crate::postfix::smtpd::Recipient;
use crate::world::host::Host;

/// The envelope of a message that goes into a host's queue.
pub(super) struct Addressing<'a> {
    pub(super) host: &'a Host,
    pub(super) main: &'a Service,
}

impl Addressing<'_> {
    /// The sender as it stands in the queue (`sender_canonical_maps`,
    /// `canonical_maps`, `masquerade_domains`).
    pub(super) fn sender(&self, sender: &str) -> String {
        if sender.is_empty() {
            return String::new();
        }
        let sender = rewrite(self.main, sender);
        let sender = self.mapped("sender_canonical_maps", sender);
        self.masqueraded(self.mapped("canonical_maps", sender))
    }

    /// The recipients as they stand in the queue (`recipient_canonical_maps`,
    /// `canonical_maps`, `virtual_alias_maps`).
    pub(super) fn recipients(&self, recipients: Vec<Recipient>) -> Vec<Recipient> {
        let expanded = recipients.into_iter().flat_map(|recipient| {
            let address = self.mapped("recipient_canonical_maps", recipient.address.clone());
            self.aliased(&Recipient {
                address: self.mapped("canonical_maps", address),
                ..recipient
            })
        });
        expanded.collect()
    }

    /// Who else gets the message (`always_bcc`, `sender_bcc_maps`,
    /// `recipient_bcc_maps`). Nobody is told what becomes of a copy.
    pub(super) fn copies(&self, sender: &str, recipients: &[Recipient]) -> Vec<Recipient> {
        let mut addresses = self.main.list("always_bcc");
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
        let local = is_local(self.host, self.main, address);
        let services = self.host.services.borrow();
        maps::find_mailbox(self.main, parameter, address, local, &*services).ok()?
    }

    /// The address without the subdomain that `masquerade_domains` hides.
    fn masqueraded(&self, address: String) -> String {
        let (local, Some(domain)) = address::split(&address) else {
            return address;
        };
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

    /// Replaces a recipient by what `virtual_alias_maps` make of it (virtual(5)).
    fn aliased(&self, recipient: &Recipient) -> Vec<Recipient> {
        let mut done: Vec<String> = Vec::new();
        let mut pending = vec![recipient.address.clone()];
        let mut seen: Vec<String> = Vec::new();
        while let Some(address) = pending.pop() {
            if seen.contains(&address) || seen.len() >= VIRTUAL_ALIAS_LIMIT {
                done.push(address);
                continue;
            }
            seen.push(address.clone());
            match self.found("virtual_alias_maps", &address) {
                Some(value) => {
                    let targets = value
                        .split([',', ' ', '\t'])
                        .filter(|target| !target.is_empty());
                    pending.extend(targets.map(|target| rewrite(self.main, target)).rev());
                }
                None => done.push(address),
            }
        }
        let mut recipients: Vec<Recipient> = Vec::new();
        for address in done {
            let expanded = Recipient {
                address,
                ..recipient.clone()
            };
            if !recipients.contains(&expanded) {
                recipients.push(expanded);
            }
        }
        recipients
    }
}

/// How often an address is looked up again after it was replaced.
const DEEPEST: usize = 10;

/// Aliases of aliases that are followed (`virtual_alias_recursion_limit`).
const VIRTUAL_ALIAS_LIMIT: usize = 1000;
