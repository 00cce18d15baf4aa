//! The one door through which time and chance enter the program.
//!
//! A lesson runs on a simulated clock that starts at a fixed moment and moves
//! only when the world says so, and on a generator seeded by `--seed`; so the
//! same orders always write the same journal. `lab serve` uses the machine's
//! own clock. Nothing else in the program may ask for the time (clippy.toml
//! forbids it) or for a random number.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Moment(i64);

impl Moment {
    /// The moment at which every lesson's clock starts: a Monday morning class.
    pub const LESSON_START: Self = Self(1_768_208_400_000_000);

    /// The moment `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The moment so much later.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// This moment as a date and time in UTC.
    pub fn to_date(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The form of a syslog line, `Jan 12 09:00:00`, in UTC (RFC 3164 §4.1.2).
    pub fn to_syslog(self) -> String {
        const STAMP: &[BorrowedFormatItem<'_>] =
            format_description!("[month repr:short] [day padding:space] [hour]:[minute]:[second]");
        self.to_date().format(STAMP).unwrap_or_default()
    }

    /// The form of a `Date:` or `Received:` header (RFC 5322 §3.3).
    pub fn to_rfc2822(self) -> String {
        self.to_date().format(&Rfc2822).unwrap_or_default()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_date().format(&Rfc3339).unwrap_or_default())
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where the time comes from. Clones share the same clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's own clock.
    Machine,
    /// A clock that moves only by [`Clock::advance`].
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A simulated clock standing at `start`.
    pub fn simulated(start: Moment) -> Self {
        Self::Simulated(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present moment.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may ask"
    )]
    pub fn now(&self) -> Moment {
        match self {
            Self::Machine => {
                let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos();
                Moment(i64::try_from(nanos / 1000).unwrap_or(i64::MAX))
            }
            Self::Simulated(micros) => Moment(micros.load(Ordering::Relaxed)),
        }
    }

    /// Moves a simulated clock forward; the machine's clock moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Self::Simulated(micros) = self {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::Relaxed);
        }
    }
}

/// The seeded generator. Clones continue independently from the same state.
#[derive(Clone, Debug)]
pub struct Chance(fastrand::Rng);

impl Chance {
    /// A generator whose whole future is decided by `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number below `limit`; 0 if `limit` is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.0.u64(..limit) }
    }

    /// Any 64-bit number.
    pub fn number(&mut self) -> u64 {
        self.0.u64(..)
    }
}

/// A seed nobody chose, for the runs in which no `--seed` was given.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that may ask"
)]
pub fn fresh_seed() -> u64 {
    fastrand::Rng::new().u64(1..1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_clock_moves_only_when_told() {
        let clock = Clock::simulated(Moment::LESSON_START);
        assert_eq!(clock.now().to_string(), "2026-01-12T09:00:00Z");
        clock.clone().advance(Duration::from_millis(1500));
        assert_eq!(
            clock.now().since(Moment::LESSON_START),
            Duration::from_millis(1500)
        );
        assert_eq!(Moment::LESSON_START.since(clock.now()), Duration::ZERO);
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (mut one, mut other) = (Chance::seeded(7), Chance::seeded(7));
        assert_eq!(one.number(), other.number());
        assert_eq!(one.below(10), other.below(10));
    }
}
