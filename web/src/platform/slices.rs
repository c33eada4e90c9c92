//! Long work in slices, between which the browser draws and listens.

#[cfg(target_arch = "wasm32")]
use countermand_transport::breathe;
use js_sys::Date;

/// So many milliseconds at a time: half a frame, so that the other half is the browser's.
const LONGEST: f64 = 8.0;

/// A piece of work that must not keep the page from answering.
#[derive(Debug)]
pub struct Slices {
    began: f64,
}

impl Slices {
    /// Begins now.
    pub fn begin() -> Self {
        Self { began: Date::now() }
    }

    /// To be called between steps: lets the browser go on where enough was done at a time.
    pub async fn pause(&mut self) {
        if Date::now() - self.began >= LONGEST {
            breathe().await;
            self.began = Date::now();
        }
    }
}

/// Where no browser is, there is none that waits.
#[cfg(not(target_arch = "wasm32"))]
async fn breathe() {}
