//! `smtpd_command_filter`: commands are rewritten before anybody reads them, so
//! that clients with odd habits can be understood.

use crate::postfix::table::Unavailable;

use super::conversation::{Conversation, shortened};
use super::interface::Services;

/// The command that stands for `command`; another one if the table has it,
/// which the log then says.
///
/// # Errors
/// The table cannot be asked; the log has said why.
pub(super) fn filtered(
    conversation: &mut Conversation,
    command: String,
    services: &dyn Services,
) -> Result<String, Unavailable> {
    let service = conversation.service.clone();
    let table = service.text("smtpd_command_filter");
    if table.is_empty() {
        return Ok(command);
    }
    let mut lookups = service.lookups(services);
    let found = lookups.get(table, command.trim_start_matches([' ', '\t']));
    conversation.log_all(lookups.log);
    let Some(replacement) = found? else {
        return Ok(command);
    };
    let name = conversation.client_name();
    conversation.log(format!(
        "{name}: replacing command \"{}\" with \"{}\"",
        shortened(&command, 100),
        shortened(&replacement, 100)
    ));
    Ok(replacement)
}
