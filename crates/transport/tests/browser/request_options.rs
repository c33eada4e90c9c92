use countermand_transport::{FetchTransport, Transport, TransportErrorKind};
use http::{HeaderValue, Request};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stub::{Stub, get, post};

const NOTE_BODY: &str = "
    seen.bytes = Array.from(new Uint8Array(await request.clone().arrayBuffer())).join(',');
    return new Response('ok');";

#[wasm_bindgen_test]
async fn nothing_of_the_page_goes_along_and_no_redirect_is_followed() {
    let stub = Stub::answering(NOTE_BODY);
    FetchTransport::new().send(get()).await.unwrap();
    for (option, value) in [
        ("credentials", "omit"),
        ("cache", "no-store"),
        ("redirect", "manual"),
        ("referrerPolicy", "no-referrer"),
        ("mode", "cors"),
    ] {
        assert_eq!(stub.text(&format!("request.{option}")), value, "{option}");
    }
}

#[wasm_bindgen_test]
async fn the_pages_session_goes_along_where_it_was_asked_for_and_to_its_own_origin_only() {
    let stub = Stub::answering(NOTE_BODY);
    let transport = FetchTransport::new().with_session();
    transport.send(get()).await.unwrap();
    assert_eq!(stub.text("request.credentials"), "same-origin");
    assert_eq!(stub.text("request.redirect"), "manual");
}

#[wasm_bindgen_test]
async fn method_and_url_arrive_as_they_were_written() {
    let stub = Stub::answering(NOTE_BODY);
    FetchTransport::new().send(get()).await.unwrap();
    assert_eq!(stub.text("request.method"), "GET");
    assert_eq!(
        stub.text("request.url"),
        "https://vendor.example/v1/x%20y?key=hunter2&b=%25"
    );
    assert_eq!(stub.text("bytes"), "");
}

#[wasm_bindgen_test]
async fn a_body_arrives_byte_for_byte() {
    let stub = Stub::answering(NOTE_BODY);
    FetchTransport::new()
        .send(post(b"\x00{\xff}\n"))
        .await
        .unwrap();
    assert_eq!(stub.text("request.method"), "POST");
    assert_eq!(stub.text("bytes"), "0,123,255,125,10");
    let content_type =
        js_sys::Function::new_with_args("of", "return of.headers.get('content-type')")
            .call1(&wasm_bindgen::JsValue::UNDEFINED, &stub.seen("request"))
            .unwrap();
    assert_eq!(
        content_type.as_string().as_deref(),
        Some("application/json")
    );
}

#[wasm_bindgen_test]
async fn an_empty_post_has_no_body() {
    let stub = Stub::answering(NOTE_BODY);
    FetchTransport::new().send(post(b"")).await.unwrap();
    assert!(stub.seen("request.body").is_null());
}

#[wasm_bindgen_test]
async fn what_the_browser_would_not_take_is_surely_not_sent() {
    let stub = Stub::answering(NOTE_BODY);
    let mut odd_header = get();
    odd_header
        .headers_mut()
        .insert("x-odd", HeaderValue::from_bytes(b"\xe9").unwrap());
    let (parts, body) = get().into_parts();
    let mut odd_method = Request::from_parts(parts, body);
    *odd_method.method_mut() = http::Method::TRACE;
    let (mut parts, _) = get().into_parts();
    parts.method = http::Method::GET;
    let get_with_body = Request::from_parts(parts, bytes::Bytes::from_static(b"body"));
    for request in [odd_header, odd_method, get_with_body] {
        let error = FetchTransport::new().send(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::InvalidRequest);
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(stub.calls(), 0.0);
}
