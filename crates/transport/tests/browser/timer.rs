use std::time::Duration;

use countermand_transport::{BrowserTimer, Timer};
use futures_util::FutureExt;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_wait_takes_at_least_as_long_as_asked() {
    let timer = BrowserTimer::new();
    for wait in [
        Duration::ZERO,
        Duration::from_micros(1),
        Duration::from_millis(30),
    ] {
        let begun = timer.monotonic();
        timer.sleep(wait).await;
        // A browser shows its clock in steps, to make attacks harder.
        let took = timer.monotonic() - begun + Duration::from_millis(1);
        assert!(took >= wait, "{took:?} of {wait:?}");
    }
}

#[wasm_bindgen_test]
async fn a_very_long_wait_does_not_run_out_at_once() {
    let timer = BrowserTimer::new();
    let mut long = timer.sleep(Duration::from_secs(30 * 24 * 3600));
    assert!((&mut long).now_or_never().is_none());
    timer.sleep(Duration::from_millis(50)).await;
    assert!((&mut long).now_or_never().is_none());
}

#[wasm_bindgen_test]
fn the_wall_clock_is_the_browsers() {
    let browser = js_sys::Date::now();
    let ours = BrowserTimer::new().now().as_millis() as f64;
    assert!((ours - browser).abs() < 60_000.0, "{ours} {browser}");
}
