//! The tables that the delivery side asks: aliases(5), virtual(5), transport
//! and policy maps, by the parameter that lists them.

use crate::postfix::configuration::Service;
use crate::postfix::smtpd::Services;
use crate::postfix::table::{Unavailable, find_address};

/// Searches the tables of `parameter` for exactly `key`.
pub fn find(
    service: &Service,
    parameter: &str,
    key: &str,
    services: &dyn Services,
) -> Result<Option<String>, Unavailable> {
    let mut lookups = service.lookups(services);
    for table in service.list(parameter) {
        if let Some(value) = lookups.get(table, key)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Searches the tables of `parameter` for an address, from the whole of it to
/// its domain alone (virtual(5)).
pub fn find_mailbox(
    service: &Service,
    parameter: &str,
    address: &str,
    domain_is_local: bool,
    services: &dyn Services,
) -> Result<Option<String>, Unavailable> {
    let delimiter = service.text("recipient_delimiter");
    let tables = service.list(parameter);
    let mut lookups = service.lookups(services);
    let found = find_address(&mut lookups, tables, address, delimiter, domain_is_local)?;
    Ok(found.map(|(_, _, value)| value))
}
