//! The browser console: see which commands are pending on devices at Applivery and EnOS, and cancel them.
//!
//! It shows what the client decides, and decides nothing itself: it says "cancelled" only if the provider, read again,
//! said so. Keys are in memory only. The state and the texts are in `countermand_console`, plain Rust that is tested
//! without a browser. `views` shows it, and `console` joins it to `platform`, which is all that knows the browser.

mod console;
mod language;
mod platform;
mod views;

use std::pin::pin;

use countermand_console::language::Language;
use futures_util::future::{Either, join, select};

use console::early::Early;
use platform::{
    appearance, clock,
    start::{self, Part},
};

/// For so many milliseconds the page waits for what its host offers, and for the messages of the person's language, before
/// it begins without.
const PATIENCE: f64 = 2_000.0;

/// Begins the console on the page.
pub fn start() {
    platform::intl::install();
    platform::policy::watch();
    console::address::come_back();
    wasm_bindgen_futures::spawn_local(async {
        let (early, _) = join(in_time(Early::open()), in_time(speak())).await;
        let early = early.flatten();
        if let Some(early) = &early {
            early.draw(views::early_rows::drawing).await;
        }
        start::has(Part::Rest).await;
        appearance::page_has_loaded();
        leptos::mount::mount_to_body(move || views::app::App(views::app::AppProps { early }));
    });
}

/// Speaks the person's language.
async fn speak() {
    let wanted = language::preferred();
    if wanted != Language::English {
        language::speak(wanted).await;
    }
}

/// Waits for `work`, but not for long.
async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), clock::wait(PATIENCE)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}
