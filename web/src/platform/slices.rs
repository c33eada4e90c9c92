//! Long work in slices, between which the browser draws and listens.

use js_sys::{Date, Promise};
use wasm_bindgen_futures::JsFuture;

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

/// Lets the browser do what it has in its queue.
pub async fn breathe() {
    let waiting = Promise::new(&mut |done, _| {
        if let Some(window) = super::window() {
            // Refused for no function.
            let _ = window.set_timeout_with_callback(&done);
        }
    });
    let _ = JsFuture::from(waiting).await;
}
