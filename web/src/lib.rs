//! The browser console: see which commands are pending on devices at Applivery and EnOS, and cancel them.
//!
//! It shows what the client decides, and decides nothing itself: it says "cancelled" only if the provider, read again,
//! said so. Keys are in memory only. The state and the texts are in `countermand_console`, plain Rust that is tested
//! without a browser. `views` shows it, and `console` joins it to `platform`, which is all that knows the browser.

mod console;
mod language;
mod platform;
mod views;

use std::{cell::Cell, rc::Rc, time::Duration};

use countermand_console::language::Language;

/// For so long the page waits for the messages of the person's language before it begins in English.
const PATIENCE: Duration = Duration::from_secs(2);

/// Begins the console on the page.
pub fn start() {
    platform::intl::install();
    let begun = Rc::new(Cell::new(false));
    let begin = move || {
        if !begun.replace(true) {
            leptos::mount::mount_to_body(views::app::App);
        }
    };
    let wanted = language::preferred();
    if wanted == Language::English {
        return begin();
    }
    let in_time = begin.clone();
    wasm_bindgen_futures::spawn_local(async move {
        language::speak(wanted).await;
        in_time();
    });
    leptos::prelude::set_timeout(begin, PATIENCE);
}
