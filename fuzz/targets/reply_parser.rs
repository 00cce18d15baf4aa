#![no_main]

#[path = "../../tests/properties/reply_parser.rs"]
mod reply_parser;

libfuzzer_sys::fuzz_target!(|input: &[u8]| reply_parser::holds(input));
