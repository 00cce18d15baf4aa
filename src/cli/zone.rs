//! The faults of a lesson's zone, which the world reads and so has to judge.

use crate::lesson::Lesson;
use crate::lesson::check::{Fault, Locator};
use crate::world::zone::{Zone, ZoneError};

/// Every line of the zone that cannot be read, at its place in the file
/// `source`.
pub(super) fn faults(lesson: &Lesson, source: &str) -> Vec<Fault> {
    let (_, errors) = Zone::parse(&lesson.zone);
    if errors.is_empty() {
        return Vec::new();
    }
    let places = Locator::new(source);
    let fault = |error: &ZoneError| {
        let span = places.zone_line(&lesson.zone, error.line);
        Fault::new(span, "zone").with("problem", &error.fault)
    };
    errors.iter().map(fault).collect()
}
