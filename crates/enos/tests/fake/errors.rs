//! Every documented error, and every answer that is none of the provider's.

use std::time::Duration;

use bytes::Bytes;
use countermand_core_model::ProviderCode;
use countermand_enos::Code;
use countermand_transport::{ApiError, ApiErrorKind, CancelEffect, fake::FakeTransport};
use serde_json::json;

use crate::setup::*;

async fn cancel(status: u16, body: impl Into<Bytes>) -> ApiError {
    let fake = FakeTransport::new().answer_with(status, &[("retry-after", " 12 ")], body);
    let error = unsigned(&fake)
        .cancel(&by_key(), &command_id())
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
    error
}

#[tokio::test]
async fn every_code_whatever_the_http_status() {
    use ApiErrorKind::*;
    use CancelEffect::{Refused, Unknown};
    for (code, name, kind, effect) in [
        (1001, Code::Repeated, Unauthorized, Refused),
        (1002, Code::UnknownAppKey, Unauthorized, Refused),
        (1003, Code::WrongEncryption, Unauthorized, Refused),
        (1004, Code::InvalidAuthentication, Unauthorized, Refused),
        (1005, Code::TokenServiceFailed, Server, Unknown),
        (1202, Code::EmptyAuthentication, Unauthorized, Refused),
        (1203, Code::TokenExpired, Unauthorized, Refused),
        (1204, Code::RefreshFailed, Unauthorized, Refused),
        (4011, Code::TokenRefused, Unauthorized, Refused),
        (4012, Code::TokenRefused, Unauthorized, Refused),
        (497, Code::SignatureRefused, Unauthorized, Refused),
        (498, Code::TokenRefused, Unauthorized, Refused),
        (429, Code::TooManyRequests, RateLimited, Refused),
        (99400, Code::InvalidParameter, Rejected, Refused),
        (99403, Code::NoPermission, Denied, Refused),
        (99404, Code::DoesNotExist, NotFound, Refused),
        (99500, Code::Internal, Server, Unknown),
    ] {
        for status in [200, 400, 401, 403, 404, 500] {
            for body in [
                json!({"code": code, "msg": "why", "requestId": "r-9"}),
                json!({"code": code.to_string(), "message": "why", "requestId": "r-9", "data": []}),
                json!({"status": code, "msg": "why", "requestId": "r-9"}),
                json!({"apim_status": code, "msg": "why", "requestId": "r-9"}),
            ] {
                let error = cancel(status, body.to_string()).await;
                assert_eq!(error.kind(), kind, "{status} {body}");
                assert_eq!(error.cancel_effect(), effect, "{status} {body}");
                assert_eq!(Code::of(&error), Some(name));
                assert_eq!(error.word().code, Some(ProviderCode::Number(code)));
                assert_eq!(error.word().message.as_deref(), Some("why"));
                assert_eq!(error.word().request_id.as_deref(), Some("r-9"));
                assert_eq!(error.status().unwrap().as_u16(), status);
            }
        }
    }
}

#[tokio::test]
async fn codes_are_an_open_set() {
    for (status, body, kind) in [
        (
            200,
            json!({"code": 12345, "msg": "x"}),
            ApiErrorKind::Rejected,
        ),
        (200, json!({"code": -1}), ApiErrorKind::Rejected),
        (200, json!({"code": "E_BUSY"}), ApiErrorKind::Rejected),
        (200, json!({"code": 0.5}), ApiErrorKind::Rejected),
        (400, json!({"code": 12345}), ApiErrorKind::Rejected),
        (401, json!({"code": 12345}), ApiErrorKind::Unauthorized),
        (429, json!({"code": 12345}), ApiErrorKind::RateLimited),
        (500, json!({"code": 12345}), ApiErrorKind::Server),
        (502, json!({"code": 12345}), ApiErrorKind::Server),
        (503, json!({"code": 12345}), ApiErrorKind::Unavailable),
        // Contradictions: the worse of the two holds.
        (500, json!({"code": 0, "data": []}), ApiErrorKind::Server),
        (403, json!({"code": 0, "data": []}), ApiErrorKind::Forbidden),
    ] {
        let error = cancel(status, body.to_string()).await;
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_ne!(Code::of(&error), Some(Code::InvalidParameter));
    }
}

#[tokio::test]
async fn the_gateway_by_its_status() {
    use ApiErrorKind::*;
    for (status, kind, effect) in [
        (400, Rejected, CancelEffect::Refused),
        (401, Unauthorized, CancelEffect::Refused),
        (497, Unauthorized, CancelEffect::Refused),
        (498, Unauthorized, CancelEffect::Refused),
        (403, Forbidden, CancelEffect::Refused),
        (404, Unreadable, CancelEffect::Unknown),
        (405, Rejected, CancelEffect::Refused),
        (408, Server, CancelEffect::Unknown),
        (413, Rejected, CancelEffect::Refused),
        (429, RateLimited, CancelEffect::Refused),
        (500, Server, CancelEffect::Unknown),
        (502, Server, CancelEffect::Unknown),
        (503, Unavailable, CancelEffect::Refused),
        (504, Server, CancelEffect::Unknown),
    ] {
        for body in [
            json!({"message": "gateway says"}).to_string(),
            // A bare web server's own error page.
            json!({"timestamp": "t", "status": status, "error": "x", "message": "gateway says"})
                .to_string(),
            "<html>gateway says</html>".to_owned(),
            String::new(),
        ] {
            let error = cancel(status, body.clone()).await;
            assert_eq!(error.kind(), kind, "{status} {body}");
            assert_eq!(error.cancel_effect(), effect, "{status}");
            if kind != Unreadable {
                assert_eq!(
                    error.retry_after(),
                    Some(Duration::from_secs(12)),
                    "{status}"
                );
                let message = body.starts_with('{').then_some("gateway says");
                assert_eq!(error.word().message.as_deref(), message);
            }
        }
    }
    let error = cancel(404, "").await;
    assert!(error.to_string().contains("check the base URL"), "{error}");
}

#[tokio::test]
async fn what_is_not_the_vendor_s_is_unreadable_and_its_text_is_not_repeated() {
    for (status, body, finding) in [
        (200, &b""[..], "the body is empty"),
        (200, b" \n ", "the body is empty"),
        (200, b"<!doctype html><p>hunter22", "HTML"),
        (200, b"hunter22", "not JSON"),
        (200, b"{\"code\":0,\"msg\":\"hunter22", "breaks off"),
        (200, b"{\"code\":0,\"msg\":\"hunter22\"} tail", "not JSON"),
        (200, b"[\"hunter22\"]", "not an object"),
        (200, b"\"hunter22\"", "not an object"),
        (200, b"{\"code\":0,\"msg\":\"\xff hunter22\"}", "not UTF-8"),
        (
            200,
            b"{\"msg\":\"hunter22\",\"data\":[]}",
            "neither a code nor a status",
        ),
        (
            200,
            b"{\"code\":null,\"status\":200,\"data\":[]}",
            "neither a code nor a status",
        ),
        (
            200,
            b"{\"code\":0,\"msg\":\"hunter22\",\"data\":[],\"apim_status\":4011}",
            "says OK, and that the access token is not accepted",
        ),
        (
            200,
            b"{\"apim_status\":0,\"msg\":\"hunter22\"}",
            "neither a code nor a status",
        ),
        (
            200,
            b"{\"code\":{},\"msg\":\"hunter22\"}",
            "neither a code nor a status",
        ),
        (204, b"", "the body is empty"),
        (301, b"hunter22", "redirect"),
        (302, b"{\"code\":0,\"data\":[]}", "redirect"),
        (304, b"", "redirect"),
    ] {
        let error = cancel(status, body).await;
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{body:?}");
        assert_eq!(error.cancel_effect(), CancelEffect::Unknown);
        assert!(error.to_string().contains(finding), "{error}");
        assert!(
            !format!("{error} {error:?}").contains("hunter22"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_wait_that_is_no_wait_is_none() {
    for text in ["", "soon", "-1", "1.5"] {
        let fake = FakeTransport::new().answer_with(429, &[("retry-after", text)], "");
        let error = unsigned(&fake).check().await.unwrap_err();
        assert_eq!(error.retry_after(), None, "{text:?}");
    }
}
