//! Time: the wall clock, and waiting.

use std::time::Duration;

use countermand_core_model::Timestamp;
use futures_channel::oneshot::{Receiver, channel};
use js_sys::Date;
use leptos::prelude::set_interval_with_handle;

/// Now, by this computer's clock.
pub fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
        .or_else(|| Timestamp::from_millis(0))
        .unwrap_or_else(|| unreachable!())
}

/// A moment as a field for date and time has it: in the person's own time, without a zone.
pub fn for_input(at: Timestamp) -> String {
    let offset = date(at).get_timezone_offset() as i64;
    let shifted = at.plus_millis(-offset * 60_000).unwrap_or(at).to_string();
    shifted.chars().take("2026-01-01T00:00:00".len()).collect()
}

/// What was put into such a field; none where it is empty or is none.
pub fn from_input(text: &str) -> Option<Timestamp> {
    // Without a zone it is taken as the person's own time.
    let millis = Date::parse(text);
    if millis.is_nan() {
        return None;
    }
    Timestamp::from_millis(millis as i64)
}

fn date(at: Timestamp) -> Date {
    Date::new(&wasm_bindgen::JsValue::from_f64(at.as_millis() as f64))
}

/// Calls `tick` every `millis` milliseconds until the page that asked for it is gone.
pub fn every(millis: u64, tick: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_millis(millis)) {
        leptos::prelude::on_cleanup(move || handle.clear());
    }
}

/// Calls `then` once, after this many milliseconds.
pub fn after(millis: f64, then: impl FnOnce() + 'static) {
    leptos::prelude::set_timeout(then, Duration::from_millis(millis as u64));
}

/// Waits for this many milliseconds.
pub fn wait(millis: f64) -> Receiver<()> {
    let (done, waiting) = channel();
    after(millis, move || {
        let _ = done.send(());
    });
    waiting
}

/// Calls `then` as soon as `is_so`, looking at each frame, and after a second in any case.
pub fn until(is_so: fn() -> bool, then: impl FnOnce() + 'static) {
    look(is_so, elapsed() + 1_000.0, Box::new(then));
}

fn look(is_so: fn() -> bool, end: f64, then: Box<dyn FnOnce()>) {
    leptos::prelude::request_animation_frame(move || {
        if is_so() || elapsed() > end {
            then();
        } else {
            look(is_so, end, then);
        }
    });
}

/// Milliseconds since the page was opened, by a clock that is never put back.
pub fn elapsed() -> f64 {
    let performance = super::window().and_then(|window| window.performance());
    performance.map_or_else(Date::now, |performance| performance.now())
}
