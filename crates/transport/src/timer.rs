//! Time, injected: the same layers run natively, in the browser and in tests.

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
mod browser;
mod clock;
#[cfg(all(feature = "tokio", not(target_arch = "wasm32")))]
mod native;

#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub use browser::BrowserTimer;
pub use clock::{SharedTimer, Timer};
#[cfg(all(feature = "tokio", not(target_arch = "wasm32")))]
pub use native::TokioTimer;
