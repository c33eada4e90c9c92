//! What goes on only while the page is looked at.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::prelude::{
    IntervalHandle, UpdateValue, on_cleanup, set_interval_with_handle,
    window_event_listener_untyped,
};

/// Calls `tick` every `millis` milliseconds while the page is looked at, and at once when it is looked at
/// again; there is no timer while it is hidden. It ends with whatever asked for it.
pub fn every(millis: u64, tick: impl Fn() + Clone + 'static) {
    let running: Rc<RefCell<Option<IntervalHandle>>> = Rc::default();
    let start = {
        let running = running.clone();
        move |tick: &(dyn Fn() + 'static), again: Box<dyn Fn()>| {
            if let Some(handle) = running.borrow_mut().take() {
                handle.clear();
            }
            if is_visible() {
                tick();
                let handle = set_interval_with_handle(again, Duration::from_millis(millis));
                *running.borrow_mut() = handle.ok();
            }
        }
    };
    start(&tick, Box::new(tick.clone()));
    let listener = window_event_listener_untyped("visibilitychange", move |_| {
        start(&tick, Box::new(tick.clone()));
    });
    let ended = leptos::prelude::StoredValue::new_local((running, Some(listener)));
    on_cleanup(move || {
        ended.try_update_value(|(running, listener)| {
            if let Some(handle) = running.borrow_mut().take() {
                handle.clear();
            }
            if let Some(listener) = listener.take() {
                listener.remove();
            }
        });
    });
}

/// Returns whether the page is in front. While it is not, no provider is asked anything.
pub fn is_visible() -> bool {
    super::document().is_none_or(|document| !document.hidden())
}
