#![no_main]

#[allow(dead_code, reason = "not every target needs all of it")]
#[path = "../../tests/properties/host.rs"]
mod host;
#[path = "../../tests/properties/server_session.rs"]
mod server_session;

libfuzzer_sys::fuzz_target!(|input: server_session::Call| server_session::holds(input));
