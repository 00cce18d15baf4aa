#![no_main]

#[allow(dead_code, reason = "not every target needs all of it")]
#[path = "../../tests/properties/host.rs"]
mod host;
#[path = "../../tests/properties/main_cf.rs"]
mod main_cf;

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| main_cf::holds(input));
