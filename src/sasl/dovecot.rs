//! What of Dovecot's configuration shows in SMTP.

use std::time::Duration;

/// How long Dovecot takes over a failed login before it says so, unless told
/// otherwise (`auth_failure_delay`).
pub const FAILURE_DELAY: Duration = Duration::from_secs(2);

/// Where Dovecot listens for Postfix.
pub const SOCKET_PATH: &str = "/var/spool/postfix/private/auth";

/// Dovecot's socket for Postfix, as `SASL_README` has it ("Configuring Dovecot
/// SASL"): in Debian's `/etc/dovecot/conf.d/10-master.conf`.
pub const SOCKET: &str = "\
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
";

/// What a lesson's host tells its Dovecot: the mechanisms of the same README
/// and the socket.
pub const CONFIGURATION: &str = "\
# /etc/dovecot/conf.d/10-auth.conf
auth_mechanisms = plain login

# /etc/dovecot/conf.d/10-master.conf
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
";
