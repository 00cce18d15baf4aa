#![no_main]

#[path = "../../tests/properties/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|input: (u64, Vec<world::Deed>)| world::holds(input));
