use std::time::Duration;

use countermand_transport::{BrowserTimer, FetchTransport, Timer, Transport};
use futures_util::FutureExt;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stub::{Stub, get};

#[wasm_bindgen_test]
async fn dropped_before_the_head_it_aborts() {
    let stub = Stub::plain("return new Promise(() => {});");
    let transport = FetchTransport::new();
    let mut call = Box::pin(transport.send(get()));
    assert!((&mut call).now_or_never().is_none());
    assert_eq!(stub.calls(), 1.0);
    assert!(!stub.aborted());
    drop(call);
    assert!(stub.aborted());
}

#[wasm_bindgen_test]
async fn dropped_while_the_body_is_read_it_aborts() {
    // The second pull is the reader's wish for more than the one piece that there is.
    let stub = Stub::answering(
        "return new Response(new ReadableStream({ pull(pieces) {
            seen.pulls = (seen.pulls ?? 0) + 1;
            if (seen.pulls === 1) pieces.enqueue(new Uint8Array(3));
            else return new Promise(() => {}); } }, { highWaterMark: 0 }));",
    );
    let transport = FetchTransport::new();
    let mut call = Box::pin(transport.send(get()));
    for _ in 0..1000 {
        assert!((&mut call).now_or_never().is_none());
        if stub.seen("pulls").as_f64() == Some(2.0) {
            break;
        }
        BrowserTimer::new().sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        stub.seen("pulls").as_f64(),
        Some(2.0),
        "the body is being read"
    );
    assert!(!stub.aborted());
    drop(call);
    assert!(stub.aborted());
}

#[wasm_bindgen_test]
async fn it_does_not_abort_before_the_body_is_read() {
    let stub = Stub::answering(
        "return new Response(new ReadableStream({ pull(pieces) {
            if (seen.pulled) { seen.aborted_early = request.signal.aborted; pieces.close(); }
            else { seen.pulled = true; pieces.enqueue(new Uint8Array([7])); } } }, { highWaterMark: 0 }));",
    );
    let response = FetchTransport::new().send(get()).await.unwrap();
    assert_eq!(&response.body()[..], [7]);
    assert_eq!(stub.seen("aborted_early").as_bool(), Some(false));
}
