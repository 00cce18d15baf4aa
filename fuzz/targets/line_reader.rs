#![no_main]

#[path = "../../tests/properties/line_reader.rs"]
mod line_reader;

libfuzzer_sys::fuzz_target!(|input: (u16, bool, Vec<u8>, Vec<u8>)| line_reader::holds(input));
