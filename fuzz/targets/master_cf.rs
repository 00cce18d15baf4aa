#![no_main]

#[path = "../../tests/properties/master_cf.rs"]
mod master_cf;

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| master_cf::holds(input));
