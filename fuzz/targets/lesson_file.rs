#![no_main]

#[path = "../../tests/properties/lesson_file.rs"]
mod lesson_file;

libfuzzer_sys::fuzz_target!(|input: &str| lesson_file::holds(input));
