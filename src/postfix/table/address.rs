//! Looking up a mail address: the whole, without extension, the local part if
//! the domain is ours, the domain (virtual(5), `local_recipient_maps`).

use super::{Lookups, Unavailable};
use crate::postfix::address::{join, split, without_extension};

/// Searches `tables` (a list value) for an address, in Postfix's order of
/// keys: `user+ext@domain`, `user@domain`, and for a domain of this host
/// `user+ext` and `user`, then `@domain`. Gives table, key and value.
pub(in crate::postfix) fn find_address(
    lookups: &mut Lookups<'_>,
    tables: &[String],
    address: &str,
    delimiter: &str,
    domain_is_local: bool,
) -> Result<Option<(String, String, String)>, Unavailable> {
    let (local, domain) = split(address);
    let bare = without_extension(local, delimiter);
    let mut keys = vec![address.to_owned()];
    if let Some(domain) = domain {
        keys.extend(bare.map(|bare| join(bare, domain)));
        if domain_is_local {
            keys.push(local.to_owned());
            keys.extend(bare.map(str::to_owned));
        }
        keys.push(format!("@{domain}"));
    } else {
        keys.extend(bare.map(str::to_owned));
    }
    for key in keys.iter().filter(|key| !key.is_empty()) {
        for table in tables {
            if let Some(value) = lookups.get(table, key)? {
                return Ok(Some((table.clone(), key.clone(), value)));
            }
        }
    }
    Ok(None)
}
