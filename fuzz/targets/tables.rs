#![no_main]

#[allow(dead_code, reason = "not every target needs all of it")]
#[path = "../../tests/properties/host.rs"]
mod host;
#[path = "../../tests/properties/tables.rs"]
mod tables;

libfuzzer_sys::fuzz_target!(|input: (u8, &str, &str)| tables::holds(input));
