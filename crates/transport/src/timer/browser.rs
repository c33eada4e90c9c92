//! Time by the browser.

use std::time::Duration;

use countermand_core_model::Timestamp;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Reflect};
use wasm_bindgen::JsCast;
use web_sys::Performance;

use super::clock::{Timer, wall_clock};
use crate::BoxFuture;

/// The longest delay that `setTimeout` takes: more runs out at once.
const LONGEST_DELAY_MS: u32 = i32::MAX as u32;

/// `Date.now`, `performance.now` and `setTimeout`: in a page and in a worker.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserTimer;

impl BrowserTimer {
    /// The browser's clocks.
    pub fn new() -> Self {
        Self
    }
}

impl Timer for BrowserTimer {
    fn now(&self) -> Timestamp {
        wall_clock(Date::now() as i64)
    }

    fn monotonic(&self) -> Duration {
        // Looked up each time, because a handle to a JavaScript object is not `Send`.
        let performance = Reflect::get(&js_sys::global(), &"performance".into())
            .ok()
            .and_then(|performance| performance.dyn_into::<Performance>().ok());
        // Every browser that runs wasm has it; the wall clock is the nearest thing to it.
        let millis = performance.map_or_else(Date::now, |performance| performance.now());
        Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Rounded up: a timer that runs out early would have the waiter look again and again.
        let mut millis = duration.as_nanos().div_ceil(1_000_000);
        Box::pin(async move {
            while millis > 0 {
                let delay = u32::try_from(millis)
                    .map_or(LONGEST_DELAY_MS, |millis| millis.min(LONGEST_DELAY_MS));
                TimeoutFuture::new(delay).await;
                millis -= u128::from(delay);
            }
        })
    }
}
