use std::error::Error;

use countermand_transport::{Delivery, FetchTransport, Transport, TransportErrorKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stub::{self, Stub, get};

#[wasm_bindgen_test]
async fn a_failed_fetch_may_have_been_sent_whatever_it_throws() {
    for thrown in [
        "new TypeError('Failed to fetch ' + request.url)",
        "'a text'",
        "undefined",
        "null",
        "{ name: 5 }",
    ] {
        for stub in [
            Stub::answering as fn(&str) -> Stub,
            Stub::plain as fn(&str) -> Stub,
        ] {
            let _stub = stub(&format!("throw {thrown};"));
            let error = FetchTransport::new().send(get()).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Fetch, "{thrown}");
            assert_eq!(error.delivery(), Delivery::MayHaveBeenSent);
            assert_eq!(error.attempts(), 1);
            let text = format!("{error} {error:?} {:?}", error.source());
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}

#[wasm_bindgen_test]
async fn what_is_no_response_is_a_failed_fetch() {
    for answer in ["return {};", "return null;", "return Response.error();"] {
        let _stub = Stub::answering(answer);
        let error = FetchTransport::new().send(get()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Fetch, "{answer}");
    }
}

#[wasm_bindgen_test]
async fn an_abort_from_elsewhere_is_an_interruption() {
    for (name, kind) in [
        ("AbortError", TransportErrorKind::Interrupted),
        ("TimeoutError", TransportErrorKind::Timeout),
    ] {
        let _stub = Stub::answering(&format!("throw new DOMException('stopped', '{name}');"));
        let error = FetchTransport::new().send(get()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.delivery(), Delivery::MayHaveBeenSent);
    }
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_off_is_truncated() {
    for broken in [
        "pieces.enqueue(new Uint8Array(3)); pieces.error(new TypeError('network ' + request.url));",
        "pieces.error('a text');",
        "pieces.enqueue('no bytes'); pieces.close();",
    ] {
        let _stub = Stub::answering(&format!(
            "return new Response(new ReadableStream({{ start(pieces) {{ {broken} }} }}));"
        ));
        let error = FetchTransport::new().send(get()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Truncated, "{broken}");
        assert_eq!(error.delivery(), Delivery::Answered);
        let text = format!("{error} {error:?} {:?}", error.source());
        assert!(!text.contains("hunter2"), "{text}");
    }
}

/// No stub: a port that browsers refuse to connect to.
#[wasm_bindgen_test]
async fn a_real_fetch_that_fails() {
    stub::without();
    let request = http::Request::get("http://127.0.0.1:1/")
        .body(bytes::Bytes::new())
        .unwrap();
    let error = FetchTransport::new().send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Fetch);
}
