#![no_main]

#[path = "../../tests/properties/sasl.rs"]
mod sasl;

libfuzzer_sys::fuzz_target!(|input: (String, Option<Vec<u8>>, Vec<Vec<u8>>)| sasl::holds(input));
