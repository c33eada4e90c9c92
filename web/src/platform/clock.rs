//! Time: the wall clock, and waiting.

use std::time::Duration;

use countermand_core_model::Timestamp;
use js_sys::Date;
use leptos::prelude::set_interval_with_handle;

/// Now, by this computer's clock.
pub fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
        .or_else(|| Timestamp::from_millis(0))
        .unwrap_or_else(|| unreachable!())
}

/// Calls `tick` every `millis` milliseconds until the page that asked for it is gone.
pub fn every(millis: u64, tick: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_millis(millis)) {
        leptos::prelude::on_cleanup(move || handle.clear());
    }
}
