//! Is there a network?

/// As far as the browser knows.
pub fn is_online() -> bool {
    super::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls `changed` when the browser finds that there is one, or none.
pub fn watch(changed: impl Fn() + Clone + 'static) {
    for event in ["online", "offline"] {
        let changed = changed.clone();
        super::listen(event, move |_: web_sys::Event| changed());
    }
}
