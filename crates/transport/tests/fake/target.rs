//! The one place where this suite knows on what it runs.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use tokio::test as layer_test;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm_bindgen_test::wasm_bindgen_test as layer_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
