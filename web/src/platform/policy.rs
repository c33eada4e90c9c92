//! What the page's own content security policy refused.

use std::{cell::RefCell, collections::HashSet};

use wasm_bindgen_futures::JsFuture;
use web_sys::SecurityPolicyViolationEvent;

thread_local! {
    static BLOCKED: RefCell<HashSet<String>> = RefCell::default();
}

/// From now on, what the policy refuses to connect to is noted.
pub fn watch() {
    super::listen(
        "securitypolicyviolation",
        |event: SecurityPolicyViolationEvent| {
            if event.effective_directive().starts_with("connect-src") {
                BLOCKED.with_borrow_mut(|blocked| blocked.insert(event.blocked_uri()));
            }
        },
    );
}

/// Returns whether it refused to connect to this origin.
pub fn has_blocked(origin: &str) -> bool {
    BLOCKED.with_borrow(|blocked| {
        blocked.iter().any(|uri| {
            uri.strip_prefix(origin)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
    })
}

/// Lets the browser do what it has in its queue.
pub(super) async fn next_task() {
    let waiting = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = super::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 50);
        }
    });
    let _ = JsFuture::from(waiting).await;
}
