#![no_main]

#[path = "../src/server_checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::calls(data));
