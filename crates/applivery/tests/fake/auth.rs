//! The token: on every request, and never anywhere else.

use countermand_applivery::{Applivery, Bearer, OrganizationId};
use countermand_core_model::Secret;
use countermand_transport::{
    BaseUrl, BoxTransport, Transport, TransportErrorKind, fake::FakeTransport,
};
use http::Request;

use crate::support::{ID, device, id, now};

const TOKEN: &str = r#"s3cr3t/T0ken"x\y"#;

fn bearer(fake: &FakeTransport) -> Bearer<FakeTransport> {
    Bearer::new(fake.clone(), &Secret::from(TOKEN)).unwrap()
}

fn client(fake: &FakeTransport) -> Applivery {
    Applivery::new(
        BoxTransport::new(bearer(fake)),
        BaseUrl::parse("https://api.example/v1").unwrap(),
        OrganizationId::parse("acme").unwrap(),
    )
}

#[test]
fn it_goes_out_marked_sensitive() {
    let fake = FakeTransport::new().answer(200, "{}");
    now(client(&fake).cancel(&device(), &id())).unwrap();
    let request = &fake.requests()[0];
    let header = &request.headers()["authorization"];
    assert_eq!(header.as_bytes(), format!("Bearer {TOKEN}").as_bytes());
    assert!(header.is_sensitive());
    assert!(!format!("{request:?}").contains("s3cr3t"));
    assert!(!request.uri().to_string().contains("s3cr3t"));
}

#[test]
fn it_replaces_one_that_was_there() {
    let fake = FakeTransport::new().answer(200, "");
    let mut request = Request::new(bytes::Bytes::new());
    for _ in 0..2 {
        let old = http::HeaderValue::from_static("Bearer old");
        request.headers_mut().append("authorization", old);
    }
    now(bearer(&fake).send(request)).unwrap();
    let requests = fake.requests();
    assert_eq!(
        requests[0]
            .headers()
            .get_all("authorization")
            .iter()
            .count(),
        1
    );
}

#[test]
fn what_cannot_be_a_token_is_refused_without_showing_it() {
    for token in [
        "",
        " ",
        "hunter22 hunter22",
        "hunter22\n",
        "hunter22\r\nX: y",
        "hunter22\0",
        "hunter22\u{7f}",
        "hunter22é",
    ] {
        let error = Bearer::new(FakeTransport::new(), &Secret::from(token)).unwrap_err();
        assert_eq!(error.field(), "token");
        assert!(error.rule().starts_with("must "), "{error}");
        let shown = format!("{error} {error:?} {}", error.value());
        assert!(!shown.contains("hunter22"), "{shown}");
    }
}

#[test]
fn debug_shows_nothing() {
    let fake = FakeTransport::new();
    let shown = format!("{:?} {:?}", bearer(&fake), client(&fake));
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[test]
fn an_echo_is_taken_out_of_body_and_headers() {
    let json = serde_json::to_string(TOKEN).unwrap();
    let slashes = json.replace('/', r"\/");
    let body = format!(
        r#"{{"status":false,"plain":"{TOKEN}","error":{{"code":4004,"message":{json},"requestId":{slashes}}}}} {TOKEN}{TOKEN}"#
    );
    let fake = FakeTransport::new().answer_with(401, &[("x-request-id", TOKEN)], body);
    let response = now(bearer(&fake).send(Request::new(bytes::Bytes::new()))).unwrap();
    let shown = format!("{response:?}");
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(!text.contains("s3cr3t"), "{text}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
    assert_eq!(text.matches("[redacted]").count(), 5);
    assert_eq!(response.headers()["x-request-id"], "[redacted]");
}

#[test]
fn no_error_shows_it() {
    let json = serde_json::to_string(TOKEN).unwrap();
    let body = format!(
        r#"{{"status":false,"error":{{"code":{json},"message":{json}}},"requestId":{json}}}"#
    );
    for status in [200, 302, 400, 401, 403, 404, 429, 500] {
        let fake = FakeTransport::new().answer(status, body.clone());
        let error = now(client(&fake).cancel(&device(), &id())).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
    let fake = FakeTransport::new().fail(TransportErrorKind::Timeout);
    let error = now(client(&fake).cancel(&device(), &id())).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cr3t"));
}

#[test]
fn no_command_shows_it() {
    let json = serde_json::to_string(TOKEN).unwrap();
    let body = format!(
        r#"{{"status":true,"data":{{"id":"{ID}","status":{json},"type":{json},"config":{{"name":{json},"metadata":{{"x":{json}}}}}}}}}"#
    );
    let fake = FakeTransport::new().answer(200, body);
    let command = now(client(&fake).command(&device(), &id())).unwrap();
    let shown = format!("{command:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
    assert_eq!(command.kind, "[redacted]");
}

#[test]
fn an_answer_without_an_echo_is_left_alone() {
    let fake = FakeTransport::new().answer(200, "s3cr3t/T0ken and more");
    let response = now(bearer(&fake).send(Request::new(bytes::Bytes::new()))).unwrap();
    assert_eq!(response.body(), "s3cr3t/T0ken and more");
}
