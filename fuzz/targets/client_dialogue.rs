#![no_main]

#[path = "../../tests/properties/client_dialogue.rs"]
mod client_dialogue;

libfuzzer_sys::fuzz_target!(|input: client_dialogue::Call| client_dialogue::holds(input));
