//! How long a client waits for each answer (RFC 5321 §4.5.3.2).

use std::time::Duration;

use crate::postfix::configuration::Service;
use crate::smtp::dialogue::Stage;

/// A client's patience, by what it waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeouts {
    helo: Duration,
    starttls: Duration,
    mail: Duration,
    rcpt: Duration,
    data: Duration,
    message: Duration,
    reset: Duration,
}

impl Timeouts {
    /// Those of Postfix's `smtp` (`smtp_helo_timeout` and its kin, postconf(5)).
    pub(super) fn of(main: &Service) -> Self {
        Self {
            helo: main.time("smtp_helo_timeout"),
            starttls: main.time("smtp_starttls_timeout"),
            mail: main.time("smtp_mail_timeout"),
            rcpt: main.time("smtp_rcpt_timeout"),
            data: main.time("smtp_data_init_timeout"),
            message: main.time("smtp_data_done_timeout"),
            reset: main.time("smtp_rset_timeout"),
        }
    }

    /// Those of a client of a lesson, for whom no time passes.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// For the answer to what is said at `stage`.
    pub(super) fn at(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Greeting | Stage::Ehlo | Stage::Auth => self.helo,
            Stage::Starttls => self.starttls,
            Stage::Mail => self.mail,
            Stage::Rcpt => self.rcpt,
            Stage::Data => self.data,
            Stage::Message => self.message,
            Stage::Reset => self.reset,
            // Nobody waits for a farewell (`smtp_skip_quit_response`).
            Stage::Quit => NO_TIME,
        }
    }

    /// For a handshake.
    pub(super) fn handshake(&self) -> Duration {
        self.starttls
    }
}

/// No time at all: what would never come is not waited for.
pub(super) const NO_TIME: Duration = Duration::ZERO;
