//! Which error each refusal is.

use std::time::Duration;

use countermand_applivery::Code;
use countermand_core_model::ProviderCode;
use countermand_transport::{
    ApiError,
    ApiErrorKind::{
        self, Denied, Forbidden, NotFound, RateLimited, Rejected, Server, Transport, Unauthorized,
        Unavailable, Unreadable,
    },
    CancelEffect, TransportErrorKind,
    fake::FakeTransport,
};

use crate::support::{cancel, cancel_over, get};

fn vendors(code: &str) -> String {
    format!(r#"{{"status":false,"error":{{"code":{code},"message":"said"}}}}"#)
}

#[test]
fn by_http_status() {
    let rows: &[(u16, &str, ApiErrorKind)] = &[
        (400, "5106", Rejected),
        (401, "4004", Unauthorized),
        (401, "4005", Unauthorized),
        (402, "1", Rejected),
        (403, "4003", Denied),
        (404, "3001", NotFound),
        (404, "9999", NotFound),
        (404, "1002", Rejected),
        (404, r#""1002""#, Rejected),
        (408, "1", Server),
        (409, "1", Rejected),
        (422, "3000", Rejected),
        (429, "1", RateLimited),
        (500, "1000", Server),
        (502, "1", Server),
        (503, "1", Unavailable),
        (504, "1", Server),
        (599, "1", Server),
    ];
    for (status, code, kind) in rows {
        let error = cancel(*status, vendors(code)).unwrap_err();
        assert_eq!(error.kind(), *kind, "{status} {code}");
        assert_eq!(error.word().message.as_deref(), Some("said"), "{status}");
    }
}

#[test]
fn without_the_vendors_envelope() {
    let rows: &[(u16, ApiErrorKind)] = &[
        (400, Rejected),
        (401, Unauthorized),
        (403, Forbidden),
        (404, Unreadable),
        (408, Server),
        (413, Rejected),
        (429, RateLimited),
        (500, Server),
        (502, Server),
        (503, Unavailable),
    ];
    for body in [
        "",
        "<html>nginx-marker</html>",
        "[1]",
        "{",
        r#"{"text":"nginx-marker"}"#,
        r#"{"status":404,"error":"Not Found","path":"nginx-marker"}"#,
        r#"{"error":{"code":403,"status":"nginx-marker"}}"#,
    ] {
        for (status, kind) in rows {
            let error = cancel(*status, body).unwrap_err();
            assert_eq!(error.kind(), *kind, "{status} {body}");
            assert!(!format!("{error} {error:?}").contains("nginx"), "{error}");
        }
    }
}

#[test]
fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 304, 307, 308] {
        let transport = FakeTransport::new().answer_with(
            status,
            &[("location", "https://elsewhere.example")],
            "{}",
        );
        let error = cancel_over(&transport).unwrap_err();
        assert_eq!(error.kind(), Unreadable);
        assert!(
            error
                .to_string()
                .contains("redirect to another place, not followed")
        );
        assert_eq!(transport.requests().len(), 1);
    }
}

#[test]
fn inside_a_good_status() {
    for (code, kind) in [
        ("4002", Unauthorized),
        ("4004", Unauthorized),
        ("4005", Unauthorized),
        (r#""4005""#, Unauthorized),
        ("4003", Denied),
        ("3001", NotFound),
        ("1000", Server),
        ("1002", Rejected),
        ("5106", Rejected),
        ("123456", Rejected),
        ("null", Rejected),
    ] {
        assert_eq!(cancel(200, vendors(code)).unwrap_err().kind(), kind);
        // Either sign is enough, whatever the other says.
        let only_error = format!(r#"{{"status":true,"data":{{}},"error":{{"code":{code}}}}}"#);
        assert_eq!(get(200, only_error).unwrap_err().kind(), kind, "{code}");
        let only_status = format!(r#"{{"status":false,"data":{{}},"code":{code}}}"#);
        assert_eq!(get(200, only_status).unwrap_err().kind(), kind, "{code}");
    }
}

#[test]
fn the_word_wherever_it_stands() {
    for (body, code, message) in [
        (
            r#"{"status":false,"error":{"code":"E7","msg":"m"}}"#,
            Some(ProviderCode::Text("E7".into())),
            Some("m"),
        ),
        (
            r#"{"status":false,"code":7,"message":"m"}"#,
            Some(ProviderCode::Number(7)),
            Some("m"),
        ),
        (r#"{"status":false,"error":"m"}"#, None, Some("m")),
        (
            "{\"status\":false,\"error\":{\"message\":\"a\\u001b[31mb\\n\"}}",
            None,
            Some("a\u{1b}[31mb\n"),
        ),
        (
            r#"{"status":false,"error":{"message":{"a":1}}}"#,
            None,
            None,
        ),
        (r#"{"status":false}"#, None, None),
    ] {
        for status in [200, 400] {
            let error = cancel(status, body).unwrap_err();
            assert_eq!(error.kind(), Rejected);
            assert_eq!(error.word().code, code, "{body}");
            assert_eq!(error.word().message.as_deref(), message, "{body}");
        }
    }
}

#[test]
fn a_message_of_megabytes_is_cut() {
    let long = "ä".repeat(1_000_000);
    let body = format!(r#"{{"status":false,"error":{{"code":"{long}","message":"{long}"}}}}"#);
    let error = cancel(400, body).unwrap_err();
    assert!(error.to_string().len() < 10_000);
}

#[test]
fn the_request_id_of_body_or_header() {
    let ask = |body: &'static str| {
        let transport =
            FakeTransport::new().answer_with(500, &[("x-request-id", "in-header")], body);
        let error = cancel_over(&transport).unwrap_err();
        error.word().request_id.clone()
    };
    assert_eq!(ask(r#"{"requestId":"a"}"#).as_deref(), Some("a"));
    assert_eq!(ask(r#"{"error":{"request_id":"b"}}"#).as_deref(), Some("b"));
    assert_eq!(ask("").as_deref(), Some("in-header"));
    assert_eq!(cancel(500, "").unwrap_err().word().request_id, None);
    // What cannot be read can still be asked about.
    let transport = FakeTransport::new().answer_with(200, &[("x-request-id", "r")], "<html>");
    let error = cancel_over(&transport).unwrap_err();
    assert_eq!(error.word().request_id.as_deref(), Some("r"));
}

#[test]
fn how_long_to_wait() {
    let ask = |headers: &[(&'static str, &str)]| {
        let transport = FakeTransport::new().answer_with(429, headers, "");
        cancel_over(&transport).unwrap_err().retry_after()
    };
    let date = ("date", "Thu, 12 Feb 2026 08:30:00 GMT");
    let later = ("retry-after", "Thu, 12 Feb 2026 08:30:10 GMT");
    assert_eq!(ask(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
    assert_eq!(ask(&[date, later]), Some(Duration::from_secs(10)));
    assert_eq!(ask(&[later]), None, "without a clock a date is no wait");
    assert_eq!(ask(&[("retry-after", "soon"), date]), None);
    assert_eq!(ask(&[("retry-after", ""), date]), None);
    assert_eq!(ask(&[]), None);
}

#[test]
fn what_a_cancel_may_have_done() {
    let effect = |error: ApiError| error.cancel_effect();
    for status in [400, 401, 403, 429, 503] {
        assert_eq!(
            effect(cancel(status, "").unwrap_err()),
            CancelEffect::Refused
        );
    }
    for status in [404, 408, 500, 502, 504, 302] {
        assert_eq!(
            effect(cancel(status, "").unwrap_err()),
            CancelEffect::Unknown
        );
    }
    for (kind, expected) in [
        (TransportErrorKind::Connect, CancelEffect::NotSent),
        (TransportErrorKind::Timeout, CancelEffect::Unknown),
    ] {
        let error = cancel_over(&FakeTransport::new().fail(kind)).unwrap_err();
        assert_eq!(error.kind(), Transport);
        assert_eq!(effect(error), expected);
    }
}

#[test]
fn a_wrong_route_points_at_the_base_url() {
    for error in [
        cancel(404, vendors("1002")).unwrap_err(),
        cancel(404, "<html>").unwrap_err(),
    ] {
        assert!(error.to_string().contains("check the base URL"), "{error}");
    }
}

#[test]
fn codes_and_their_numbers() {
    for (number, code) in [
        (1000, Code::InternalError),
        (1002, Code::RouteNotFound),
        (3000, Code::ValidationError),
        (3001, Code::EntityNotFound),
        (4002, Code::AuthTokenMissing),
        (4003, Code::Forbidden),
        (4004, Code::InvalidToken),
        (4005, Code::TokenExpired),
        (5050, Code::FeatureNotInPlan),
        (5106, Code::NotPendingOrTried),
        (77, Code::Other(ProviderCode::Number(77))),
    ] {
        assert_eq!(Code::from(&ProviderCode::Number(number)), code);
        assert_eq!(code.number(), Some(number));
    }
    let text = ProviderCode::Text("4004".into());
    assert_eq!(Code::from(&text), Code::InvalidToken);
    assert_eq!(Code::of(&cancel(500, "").unwrap_err()), None);
}
