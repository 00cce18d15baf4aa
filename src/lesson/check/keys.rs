//! Whether every key that a text names is one that there is.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, nearest};
use crate::lesson::keys::{self, NamedKey};

/// A fault for each key named in a string of the file that there is not.
pub(super) fn check(source: &str, root: &DeTable<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for value in root.values() {
        check_value(source, value, &mut faults);
    }
    faults
}

fn check_value(source: &str, value: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            for value in table.values() {
                check_value(source, value, faults);
            }
        }
        DeValue::Array(array) => {
            for value in array {
                check_value(source, value, faults);
            }
        }
        DeValue::String(_) => {
            let span = value.span();
            let written = source.get(span.clone()).unwrap_or_default();
            for (place, name) in keys::names(written) {
                if NamedKey::named(name).is_none() {
                    let place = span.start + place.start..span.start + place.end;
                    faults.push(unknown(place, name));
                }
            }
        }
        _ => {}
    }
}

fn unknown(place: std::ops::Range<usize>, name: &str) -> Fault {
    let known = NamedKey::ALL.map(NamedKey::name);
    let fault = match nearest(name, known) {
        Some(near) => Fault::new(place, "named-key-near").with("near", near),
        None => Fault::new(place, "named-key").with("known", &known.join(", ")),
    };
    fault.with("name", name)
}
