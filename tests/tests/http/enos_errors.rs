//! Every error that is known of EnOS: the service's by code, the gateway's by HTTP status.

use countermand_core_model::{CancelOutcome, Provider};
use countermand_simulator::Fault;
use countermand_tests::{TestBed, TestRun, http_answer, rows::row};
use countermand_transport::ApiErrorKind;

const ENOS: Provider = Provider::Enos;

/// Of a code: what it is, and what becomes of a cancel that is always answered so.
const CODES: &[(i64, ApiErrorKind, CancelOutcome)] = &[
    (99400, ApiErrorKind::Rejected, CancelOutcome::Rejected),
    (99403, ApiErrorKind::Denied, CancelOutcome::Denied),
    (99404, ApiErrorKind::NotFound, CancelOutcome::NotFound),
    (99500, ApiErrorKind::Server, CancelOutcome::Unknown),
    // One that nobody knows yet.
    (99777, ApiErrorKind::Rejected, CancelOutcome::Rejected),
];

/// Of an HTTP status of the gateway.
const STATUSES: &[(u16, &str, ApiErrorKind, CancelOutcome)] = &[
    (
        400,
        "Bad request",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
    (
        401,
        "Invalid authentication credentials",
        ApiErrorKind::Unauthorized,
        CancelOutcome::Denied,
    ),
    (
        403,
        "Your IP address is not allowed",
        ApiErrorKind::Forbidden,
        CancelOutcome::Denied,
    ),
    (
        413,
        "Request size limit exceeded",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
    (
        429,
        "API rate limit exceeded",
        ApiErrorKind::RateLimited,
        CancelOutcome::NotSent,
    ),
    (
        500,
        "An unexpected error occurred",
        ApiErrorKind::Server,
        CancelOutcome::Unknown,
    ),
    (
        503,
        "no healthy upstream",
        ApiErrorKind::Unavailable,
        CancelOutcome::NotSent,
    ),
];

const CALLS: [&str; 4] = ["enos.search", "enos.get", "enos.devices", "enos.cancel"];

#[tokio::test]
async fn each_code_is_told_by_its_kind_and_keeps_message_and_request_id() {
    for (code, kind, outcome) in CODES {
        for http in [200, 400, 500] {
            let bed = TestBed::start().await;
            let client = bed.client(ENOS);
            let device = bed.device(ENOS, 2);
            let ids = bed.add_waiting(&device, 1);
            let result = {
                let body = format!(
                    r#"{{"code":{code},"msg":"said {code}","requestId":"req-{code}","data":null}}"#
                );
                bed.fault(Fault::always(http_answer(http, body)).on("enos.cancel"));
                TestRun::default()
                    .cancel(&bed, &client, &device, &ids)
                    .await
            };
            let report = row(&result, &ids[0]);
            // What has both a code of its own and HTTP 500 is what the code says, where it is known.
            let known = *code != 99777 || http != 500;
            if known {
                assert_eq!(report.outcome, *outcome, "HTTP {http} {report:?}");
            }
            assert_eq!(
                report
                    .vendor_code
                    .as_ref()
                    .and_then(countermand_core_model::ProviderCode::number),
                Some(*code)
            );
            assert_eq!(report.message, Some(format!("said {code}")));
            assert_eq!(report.request_id, Some(format!("req-{code}")));
            for call in CALLS {
                let body = format!(
                    r#"{{"code":{code},"msg":"said {code}","requestId":"req-{code}","data":null}}"#
                );
                bed.fault(Fault::always(http_answer(http, body)).on(call));
            }
            for error in [
                client.list(&device, None).await.unwrap_err(),
                client.get(&device, &ids[0]).await.unwrap_err(),
                client.devices(None).await.unwrap_err(),
                client.check().await.unwrap_err(),
            ] {
                if known {
                    assert_eq!(error.kind(), *kind, "HTTP {http} {error}");
                }
                let word = error.word();
                assert_eq!(
                    word.code
                        .as_ref()
                        .and_then(countermand_core_model::ProviderCode::number),
                    Some(*code)
                );
                assert_eq!(word.message, Some(format!("said {code}")));
                assert_eq!(word.request_id, Some(format!("req-{code}")));
                assert!(
                    error.to_string().contains(&format!("req-{code}")),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn each_status_of_the_gateway_is_told_by_its_kind_and_keeps_the_message() {
    for (status, message, kind, outcome) in STATUSES {
        let bed = TestBed::start().await;
        let client = bed.client(ENOS);
        let device = bed.device(ENOS, 2);
        let ids = bed.add_waiting(&device, 1);
        let body = format!(r#"{{"message":"{message}"}}"#);
        bed.fault(Fault::always(http_answer(*status, body.clone())).on("enos.cancel"));
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        let report = row(&result, &ids[0]);
        assert_eq!(report.outcome, *outcome, "{report:?}");
        assert_eq!(report.message.as_deref(), Some(*message), "{report:?}");
        for call in CALLS {
            bed.fault(Fault::always(http_answer(*status, body.clone())).on(call));
        }
        for error in [
            client.list(&device, None).await.unwrap_err(),
            client.get(&device, &ids[0]).await.unwrap_err(),
            client.devices(None).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), *kind, "{error}");
            assert_eq!(error.word().message.as_deref(), Some(*message), "{error}");
            assert_eq!(error.status().map(|known| known.as_u16()), Some(*status));
        }
    }
}

#[tokio::test]
async fn a_device_that_is_named_but_not_there_is_not_found_with_its_request_id() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    for name in [
        "enos:asset:NoSuchAsset",
        "enos:key:NoSuchProduct/NoSuchDevice",
    ] {
        let error = client.list(&name.parse().unwrap(), None).await.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::NotFound, "{error}");
        assert_eq!(
            error
                .word()
                .code
                .as_ref()
                .and_then(countermand_core_model::ProviderCode::number),
            Some(99404)
        );
        assert!(error.word().request_id.is_some());
    }
}
