//! Every error that is known of Applivery: its kind, its code, its message.

use countermand_core_model::{CancelOutcome, Provider};
use countermand_simulator::Fault;
use countermand_tests::{TestBed, TestRun, http_answer, rows::row};
use countermand_transport::{ApiErrorKind, CancelEffect};

const APPLIVERY: Provider = Provider::Applivery;

struct Case {
    status: u16,
    code: i64,
    message: &'static str,
    kind: ApiErrorKind,
    /// Of a cancel that is always answered so.
    outcome: CancelOutcome,
}

const fn case(
    status: u16,
    code: i64,
    message: &'static str,
    kind: ApiErrorKind,
    outcome: CancelOutcome,
) -> Case {
    Case {
        status,
        code,
        message,
        kind,
        outcome,
    }
}

const CASES: &[Case] = &[
    case(
        400,
        5050,
        "Feature not allowed for you billing plan",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
    case(
        400,
        5106,
        "AdmCommand not status pending or tried",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
    case(
        401,
        4002,
        "No auth token",
        ApiErrorKind::Unauthorized,
        CancelOutcome::Denied,
    ),
    case(
        401,
        4004,
        "Invalid Token",
        ApiErrorKind::Unauthorized,
        CancelOutcome::Denied,
    ),
    case(
        401,
        4005,
        "Token Expired",
        ApiErrorKind::Unauthorized,
        CancelOutcome::Denied,
    ),
    case(
        403,
        4003,
        "Forbidden",
        ApiErrorKind::Denied,
        CancelOutcome::Denied,
    ),
    case(
        404,
        3001,
        "Entity not found",
        ApiErrorKind::NotFound,
        CancelOutcome::NotFound,
    ),
    case(
        404,
        1002,
        "Route not found",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
    case(
        422,
        3000,
        "Validation Error",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
    case(
        500,
        1000,
        "Internal error",
        ApiErrorKind::Server,
        CancelOutcome::Unknown,
    ),
    // A code that nobody knows yet.
    case(
        409,
        7777,
        "Something new",
        ApiErrorKind::Rejected,
        CancelOutcome::Rejected,
    ),
];

fn body(case: &Case, message_key: &str) -> String {
    format!(
        r#"{{"status":false,"error":{{"code":{},"{message_key}":"{}","data":{{"x":[1]}}}}}}"#,
        case.code, case.message
    )
}

#[tokio::test]
async fn each_is_told_by_its_kind_and_keeps_code_and_message() {
    for case in CASES {
        for key in ["message", "msg"] {
            let bed = TestBed::start().await;
            let client = bed.client(APPLIVERY);
            let device = bed.device(APPLIVERY, 2);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(Fault::always(http_answer(case.status, body(case, key))));
            for error in [
                client.list(&device, None).await.unwrap_err(),
                client.get(&device, &ids[0]).await.unwrap_err(),
                client.devices(None).await.unwrap_err(),
                client.check().await.unwrap_err(),
            ] {
                assert_eq!(error.kind(), case.kind, "{error}");
                assert_eq!(
                    error.status().map(|status| status.as_u16()),
                    Some(case.status)
                );
                let code = error
                    .word()
                    .code
                    .as_ref()
                    .and_then(countermand_core_model::ProviderCode::number);
                assert_eq!(code, Some(case.code), "{error}");
                assert_eq!(
                    error.word().message.as_deref(),
                    Some(case.message),
                    "{error}"
                );
                let said = error.to_string();
                assert!(
                    said.contains(case.message) && said.contains(&case.code.to_string()),
                    "{said}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_cancel_that_is_answered_so_ends_so_with_the_vendors_words() {
    for case in CASES {
        let bed = TestBed::start().await;
        let client = bed.client(APPLIVERY);
        let device = bed.device(APPLIVERY, 2);
        let ids = bed.add_waiting(&device, 1);
        bed.fault(
            Fault::always(http_answer(case.status, body(case, "message"))).on("applivery.cancel"),
        );
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        let report = row(&result, &ids[0]);
        assert_eq!(report.outcome, case.outcome, "{report:?}");
        let code = report
            .vendor_code
            .as_ref()
            .and_then(countermand_core_model::ProviderCode::number);
        assert_eq!(code, Some(case.code), "{report:?}");
        assert_eq!(report.message.as_deref(), Some(case.message), "{report:?}");
        let effect = match case.kind {
            ApiErrorKind::Server => CancelEffect::Unknown,
            _ => CancelEffect::Refused,
        };
        assert_eq!(
            report.attempts > 1,
            effect == CancelEffect::Unknown,
            "{report:?}"
        );
    }
}

#[tokio::test]
async fn a_failure_within_a_good_status_is_a_failure() {
    let bed = TestBed::start().await;
    let client = bed.client(APPLIVERY);
    let device = bed.device(APPLIVERY, 2);
    let ids = bed.add_waiting(&device, 1);
    for body in [
        r#"{"status":false,"error":{"code":5050,"message":"no"}}"#,
        r#"{"status":true,"error":{"code":5050,"message":"no"}}"#,
        r#"{"error":{"code":5050,"msg":"no"}}"#,
    ] {
        bed.simulator.clear_faults();
        bed.fault(Fault::always(http_answer(200, body)).on("applivery.cancel"));
        bed.fault(Fault::always(http_answer(200, body)).on("applivery.devices"));
        let error = client.devices(None).await.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Rejected, "{body}: {error}");
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(
            row(&result, &ids[0]).outcome,
            CancelOutcome::Rejected,
            "{body}"
        );
        assert_eq!(row(&result, &ids[0]).message.as_deref(), Some("no"));
    }
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_cannot_be_renewed_and_stops_the_run() {
    let bed = TestBed::start().await;
    let client = bed.client(APPLIVERY);
    let device = bed.device(APPLIVERY, 2);
    let ids = bed.add_waiting(&device, 3);
    let expires = Fault {
        skip: 1,
        ..Fault::always(countermand_simulator::FaultKind::TokenExpired).on("applivery.cancel")
    };
    bed.fault(expires);
    let result = TestRun::one_by_one()
        .cancel(&bed, &client, &device, &ids)
        .await;
    assert_eq!(row(&result, &ids[0]).outcome, CancelOutcome::Cancelled);
    let denied = row(&result, &ids[1]);
    assert_eq!(denied.outcome, CancelOutcome::Denied);
    assert_eq!(
        denied
            .vendor_code
            .as_ref()
            .and_then(countermand_core_model::ProviderCode::number),
        Some(4005)
    );
    assert_eq!(row(&result, &ids[2]).outcome, CancelOutcome::NotSent);
}
