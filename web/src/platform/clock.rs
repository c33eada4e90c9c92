//! Time: the wall clock, waiting, and how a moment is written here.

use std::time::Duration;

use countermand_core_model::Timestamp;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::set_interval_with_handle;
use wasm_bindgen::{JsCast, JsValue};

/// Now, by this computer's clock.
pub fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
        .or_else(|| Timestamp::from_millis(0))
        .unwrap_or_else(|| unreachable!())
}

thread_local! {
    /// Making a format costs more than using it a thousand times.
    static FULL: Option<Function> = format(&[("dateStyle", "medium"), ("timeStyle", "medium")]);
    static SHORT: Option<Function> = format(&[
        ("month", "short"), ("day", "numeric"), ("hour", "numeric"), ("minute", "2-digit"), ("second", "2-digit"),
    ]);
}

fn format(choices: &[(&str, &str)]) -> Option<Function> {
    let options = Object::new();
    for (name, value) in choices {
        Reflect::set(&options, &(*name).into(), &(*value).into()).ok()?;
    }
    // No locale is named: the person's own.
    let format = Intl::DateTimeFormat::new(&Array::new(), &options);
    Reflect::get(&format, &"format".into())
        .ok()?
        .dyn_into()
        .ok()
}

/// A moment in the person's own time and way of writing; in UTC where the browser cannot.
pub fn local(at: Timestamp) -> String {
    FULL.with(|format| written(format.as_ref(), at))
}

/// The same without the year, where it is this year's.
pub fn local_short(at: Timestamp) -> String {
    let year = |at: Timestamp| date(at).get_full_year();
    if year(at) == year(now()) {
        SHORT.with(|format| written(format.as_ref(), at))
    } else {
        local(at)
    }
}

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.as_millis() as f64))
}

fn written(format: Option<&Function>, at: Timestamp) -> String {
    format
        .and_then(|format| {
            format
                .call1(&JsValue::UNDEFINED, &date(at))
                .ok()?
                .as_string()
        })
        .unwrap_or_else(|| at.to_string())
}

/// Calls `tick` every `millis` milliseconds until the page that asked for it is gone.
pub fn every(millis: u64, tick: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_millis(millis)) {
        leptos::prelude::on_cleanup(move || handle.clear());
    }
}
