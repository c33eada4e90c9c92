//! The browser's backend and timer, in a headless browser, with `fetch` replaced by what a test says.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)] // A test may; clippy.toml covers test functions only.

mod abort;
mod answers;
mod failures;
mod request_options;
mod stub;
mod timer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
