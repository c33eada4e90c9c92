//! The examples that the provider publishes for the cancel decode to the letter.

use countermand_applivery::Code;
use countermand_core_model::{CommandState, ProviderCode, Timestamp};
use countermand_transport::{ApiErrorKind, CancelEffect};

use crate::support::{ID, cancel, get};

const OK: &str = include_str!("../fixtures/cancel-200.json");
const PLAN: &str = include_str!("../fixtures/cancel-400.json");
const NO_TOKEN: &str = include_str!("../fixtures/cancel-401.json");
const NOT_FOUND: &str = include_str!("../fixtures/cancel-404.json");

#[test]
fn the_200_contradicts_itself_and_is_unknown() {
    let answer = cancel(200, OK).unwrap();
    assert_eq!(answer.attempts, 1);
    let [command] = answer.value.commands.as_slice() else {
        panic!("one command");
    };
    assert_eq!(command.id.as_str(), ID);
    assert_eq!(command.state, CommandState::Unknown);
    assert_eq!(command.vendor_state.as_deref(), Some("PENDING"));
    assert_eq!(command.kind, "LOCK");
    assert_eq!(
        command.name.as_deref(),
        Some("enterprises/LC04z6vydu/devices/123456789/operations/abc123")
    );
    assert_eq!(
        command.created_at,
        Timestamp::parse_rfc3339("2026-02-10T12:00:00Z")
    );
    assert_eq!(
        command.expires_at,
        Timestamp::parse_rfc3339("2026-02-10T13:00:00Z")
    );
    assert_eq!(command.org.as_str(), "acme");
    assert_eq!(command.device.to_string(), "applivery:R58M123");
    // Nothing in the example is a secret: what is kept for reading is what was sent.
    let published: serde_json::Value = serde_json::from_str(OK).unwrap();
    let kept = |raw: &Option<countermand_core_model::RawJson>| -> serde_json::Value {
        serde_json::from_str(raw.as_ref().unwrap().as_str()).unwrap()
    };
    assert_eq!(kept(&command.raw), published["data"]);
    assert_eq!(
        kept(&command.request),
        published["data"]["config"]["metadata"]
    );
    assert_eq!(get(200, OK).unwrap(), *command, "reading it gives the same");
}

#[test]
fn the_errors_keep_code_and_message() {
    for (status, body, kind, code, number, message) in [
        (
            400,
            PLAN,
            ApiErrorKind::Rejected,
            Code::FeatureNotInPlan,
            5050,
            "Feature not allowed for you billing plan",
        ),
        (
            401,
            NO_TOKEN,
            ApiErrorKind::Unauthorized,
            Code::AuthTokenMissing,
            4002,
            "No auth token",
        ),
        (
            404,
            NOT_FOUND,
            ApiErrorKind::NotFound,
            Code::EntityNotFound,
            3001,
            "Entity not found",
        ),
    ] {
        let error = cancel(status, body).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(Code::of(&error), Some(code));
        assert_eq!(error.word().code, Some(ProviderCode::Number(number)));
        assert_eq!(error.word().message.as_deref(), Some(message));
        assert_eq!(error.cancel_effect(), CancelEffect::Refused);
        assert_eq!(error.attempts(), 1);
    }
}
