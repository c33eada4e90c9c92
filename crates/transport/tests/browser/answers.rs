use countermand_transport::{FetchTransport, Transport, TransportErrorKind};
use http::Request;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stub::{self, Stub, get};

#[wasm_bindgen_test]
async fn status_headers_and_body_are_taken_over() {
    let _stub = Stub::answering(
        "return new Response(new Uint8Array([0, 255, 10]), { status: 429, headers: {
            'retry-after': '7', 'x-latin': '\\u00e9', 'content-encoding': 'gzip', 'content-length': '99' } });",
    );
    let response = FetchTransport::new().send(get()).await.unwrap();
    assert_eq!(response.status().as_u16(), 429);
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.headers()["x-latin"].as_bytes(), b"\xe9");
    // The browser has unpacked it: these no longer hold.
    assert!(!response.headers().contains_key("content-encoding"));
    assert!(!response.headers().contains_key("content-length"));
    assert_eq!(&response.body()[..], b"\x00\xff\n");
}

#[wasm_bindgen_test]
async fn an_answer_of_any_status_is_an_answer() {
    for status in [200, 204, 301, 304, 404, 500, 599] {
        let _stub = Stub::answering(&format!(
            "return new Response(null, {{ status: {status} }});"
        ));
        let response = FetchTransport::new().send(get()).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert!(response.body().is_empty());
    }
}

#[wasm_bindgen_test]
async fn an_opaque_redirect_is_an_error_of_its_own() {
    let _stub = Stub::answering(
        "const answer = new Response(null);
         Object.defineProperty(answer, 'type', { value: 'opaqueredirect' });
         Object.defineProperty(answer, 'status', { value: 0 });
         return answer;",
    );
    let error = FetchTransport::new().send(get()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Redirected);
}

#[wasm_bindgen_test]
async fn a_body_in_pieces_is_put_together_up_to_the_limit() {
    let stub = Stub::answering(
        "return new Response(new ReadableStream({ start(pieces) {
            pieces.enqueue(new Uint8Array([1, 2, 3])); pieces.enqueue(new Uint8Array([4, 5]));
            pieces.close(); } }));",
    );
    let response = FetchTransport::with_max_body_bytes(5)
        .send(get())
        .await
        .unwrap();
    assert_eq!(&response.body()[..], [1, 2, 3, 4, 5]);
    let error = FetchTransport::with_max_body_bytes(4)
        .send(get())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    assert!(stub.aborted());
}

#[wasm_bindgen_test]
async fn a_body_that_never_ends_is_ended() {
    let stub = Stub::answering(
        "return new Response(new ReadableStream({ pull(pieces) {
            pieces.enqueue(new Uint8Array(1000)); } }));",
    );
    let error = FetchTransport::with_max_body_bytes(10_000)
        .send(get())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    assert!(stub.aborted());
}

/// No stub: the page that runs the tests is fetched over the loopback interface.
#[wasm_bindgen_test]
async fn a_real_fetch_of_a_real_server() {
    stub::without();
    let origin = js_sys::Reflect::get(&js_sys::global(), &"location".into())
        .and_then(|location| js_sys::Reflect::get(&location, &"origin".into()))
        .unwrap()
        .as_string()
        .unwrap();
    let request = |path: &str| {
        let uri = format!("{origin}{path}");
        Request::get(uri).body(bytes::Bytes::new()).unwrap()
    };
    let response = FetchTransport::new().send(request("/")).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(!response.body().is_empty());
    let response = FetchTransport::new()
        .send(request("/no-such-page"))
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 404);
}
