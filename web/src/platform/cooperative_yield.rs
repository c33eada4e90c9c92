//! Long work that yields to the browser, so that it draws and listens.

#[cfg(target_arch = "wasm32")]
pub use countermand_transport::breathe;
use js_sys::Date;

/// How many milliseconds of work lie between two yields: half a frame.
const LONGEST: f64 = 8.0;

/// Yields when enough was done at a time.
#[derive(Debug)]
pub struct Yielder {
    began: f64,
}

impl Yielder {
    /// Begins counting now.
    pub fn begin() -> Self {
        Self { began: Date::now() }
    }

    /// Yields if it is time. To be called between the steps of the work.
    pub async fn yield_if_due(&mut self) {
        if Date::now() - self.began >= LONGEST {
            breathe().await;
            self.began = Date::now();
        }
    }
}

/// Where no browser is, there is none that waits.
#[cfg(not(target_arch = "wasm32"))]
pub async fn breathe() {}
