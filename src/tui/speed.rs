//! How fast what plays by itself goes.

use std::fmt;
use std::time::Duration;

/// A speed between a quarter and eight times a pace to read along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(f64);

impl Speed {
    const SLOWEST: f64 = 0.25;
    const FASTEST: f64 = 8.0;

    /// So many times a pace to read along, or the nearest there is to that.
    pub fn new(times: f64) -> Self {
        Self(times.clamp(Self::SLOWEST, Self::FASTEST))
    }

    /// Half of it.
    #[must_use]
    pub fn slower(self) -> Self {
        Self::new(self.0 / 2.0)
    }

    /// Twice that.
    #[must_use]
    pub fn faster(self) -> Self {
        Self::new(self.0 * 2.0)
    }

    /// How long a pause takes that takes `pause` at speed 1.
    pub(crate) fn paced(self, pause: Duration) -> Duration {
        pause.div_f64(self.0)
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self(1.0)
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 <= 0.25 {
            f.write_str("¼x")
        } else if (self.0 - 0.5).abs() < f64::EPSILON {
            f.write_str("½x")
        } else {
            write!(f, "{}x", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_within_its_bounds_and_says_what_it_is() {
        let mut speed = Speed::new(100.0);
        let mut said = Vec::new();
        for _ in 0..7 {
            said.push(speed.to_string());
            speed = speed.slower();
        }
        assert_eq!(said, ["8x", "4x", "2x", "1x", "½x", "¼x", "¼x"]);
        assert_eq!(speed.faster().faster(), Speed::default());
        assert_eq!(Speed::new(1.5).to_string(), "1.5x");
    }
}
