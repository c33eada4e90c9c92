//! Calls whose token or signature the provider refuses: they were surely not executed.

use std::{sync::Arc, time::Duration};

use countermand_enos::{Code, Enos, Signed};
use countermand_transport::{
    ApiErrorKind, BoxTransport, CancelEffect, Retry, RetryPolicy, TransportErrorKind,
    fake::FakeTransport,
};
use serde_json::json;

use crate::{gateway::check_signature, setup::*};

fn begun() -> FakeTransport {
    FakeTransport::new().answer(200, token(TOKEN))
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_the_cancel_repeated() {
    for (status, body) in [
        (200, refusal("code", 1203)),
        (401, refusal("code", 1203)),
        (200, refusal("status", 1203)),
        (401, refusal("status", 1203)),
        (
            401,
            json!({"message": "Invalid authentication credentials"}).to_string(),
        ),
        (401, String::new()),
        (498, String::new()),
        (
            200,
            json!({"apim_status": 4011, "apim_refreshtoken": "a-token"}).to_string(),
        ),
        (
            200,
            json!({"apim_status": "4012", "apim_refreshtoken": "a-token"}).to_string(),
        ),
        (
            403,
            json!({"apim_status": 4011, "code": "FAIL"}).to_string(),
        ),
        (200, refusal("code", 401)),
        (200, refusal("status", 498)),
        (500, refusal("apim_status", 498)),
        (200, json!({"status": "401", "message": "x"}).to_string()),
    ] {
        let fake = begun()
            .answer(status, body.clone())
            .answer(200, token(TOKEN_2))
            .answer(200, ok(json!([command(COMMAND, 1)])));
        let enos = signed(fake.clone(), &timer());
        let answer = enos.cancel(&by_key(), &command_id()).await.unwrap();
        assert_eq!(answer.attempts, 2, "{status} {body}");
        assert_eq!(
            paths(&fake),
            ["get", "commands", "refresh", "commands"],
            "{body}"
        );
        let requests = fake.requests();
        let (first, second) = (
            check_signature(&requests[1]).unwrap(),
            check_signature(&requests[3]).unwrap(),
        );
        assert_eq!((first.0.as_str(), second.0.as_str()), (TOKEN, TOKEN_2));
        assert!(second.1 > first.1);
        assert_eq!(requests[1].uri(), requests[3].uri());
    }
}

#[tokio::test]
async fn a_third_refusal_is_passed_on() {
    let fake = begun()
        .answer(200, refusal("code", 1203))
        .answer(200, token(TOKEN_2))
        .answer(200, refusal("code", 1203))
        .answer(200, token("the third"))
        .answer(200, refusal("code", 1203))
        .answer(200, token("never asked for"));
    let enos = signed(fake.clone(), &timer());
    let error = enos.cancel(&by_key(), &command_id()).await.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unauthorized);
    assert_eq!(Code::of(&error), Some(Code::TokenExpired));
    assert_eq!(error.cancel_effect(), CancelEffect::Refused);
    assert_eq!(error.word().request_id.as_deref(), Some("req-1"));
    assert_eq!(error.attempts(), 3);
    assert_eq!(fake.left(), 1);
}

#[tokio::test]
async fn a_repeated_signature_is_made_anew_at_most_twice() {
    for (first, second) in [
        ((200, refusal("code", 1001)), (401, refusal("status", 1001))),
        (
            (200, refusal("code", 497)),
            (200, json!({"status": "497", "message": "x"}).to_string()),
        ),
        ((497, String::new()), (200, refusal("apim_status", 497))),
    ] {
        let fake = begun()
            .answer(first.0, first.1)
            .answer(second.0, second.1)
            .answer(200, ok(json!([])));
        let answer = signed(fake.clone(), &timer())
            .cancel_everything(&by_key())
            .await
            .unwrap();
        assert_eq!(answer.attempts, 3);
        let stamps: Vec<i64> = fake.requests()[1..]
            .iter()
            .map(|request| check_signature(request).unwrap().1)
            .collect();
        assert_eq!(stamps, [START + 1, START + 2, START + 3]);
    }

    let fake = (0..9).fold(begun(), |fake, _| fake.answer(200, refusal("code", 1001)));
    let error = signed(fake.clone(), &timer())
        .cancel_everything(&by_key())
        .await
        .unwrap_err();
    assert_eq!(Code::of(&error), Some(Code::Repeated));
    assert_eq!(error.cancel_effect(), CancelEffect::Refused);
    assert_eq!((error.attempts(), fake.left()), (3, 6));
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_ends_the_call_as_refused() {
    let fake = begun()
        .answer(200, refusal("code", 1203))
        .answer(200, refusal("status", 1204))
        .answer(200, refusal("status", 1002));
    let enos = signed(fake.clone(), &timer());
    let error = enos.cancel(&by_key(), &command_id()).await.unwrap_err();
    assert_eq!(Code::of(&error), Some(Code::UnknownAppKey));
    assert!(error.refuses_connection());
    assert_eq!(error.attempts(), 1);
    // The refused token is not tried again.
    let fake = fake.answer(200, token(TOKEN_2)).answer(200, ok(json!([])));
    enos.check().await.unwrap();
    assert_eq!(
        paths(&fake),
        ["get", "commands", "refresh", "get", "get", "devices"]
    );
}

#[tokio::test]
async fn a_lost_answer_after_a_repeat_counts_both_attempts() {
    let fake = begun()
        .answer(200, refusal("code", 1203))
        .answer(200, token(TOKEN_2))
        .fail(TransportErrorKind::Timeout);
    let enos = signed(fake, &timer());
    let error = enos.cancel(&by_key(), &command_id()).await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert_eq!(error.cancel_effect(), CancelEffect::Unknown);
}

#[tokio::test]
async fn a_lost_token_answer_after_a_refusal_leaves_the_cancel_surely_not_executed() {
    let fake = begun()
        .answer(200, refusal("code", 1203))
        .fail(TransportErrorKind::Timeout);
    let enos = signed(fake, &timer());
    let error = enos.cancel(&by_key(), &command_id()).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.cancel_effect(), CancelEffect::NotSent);
}

#[tokio::test]
async fn other_refusals_and_failures_are_not_repeated_here() {
    for fake in [
        begun().answer(403, json!({"message": "no"}).to_string()),
        begun().answer(503, ""),
        begun().answer(429, ""),
        begun().answer(200, refusal("code", 1002)),
        begun().answer(200, refusal("code", 99403)),
        begun().answer(200, "<html>1203</html>"),
        // It may have been executed.
        begun().answer(
            200,
            json!({"code": 0, "data": [], "apim_status": 4011}).to_string(),
        ),
        begun().fail(TransportErrorKind::Connect),
    ] {
        let enos = signed(fake.clone(), &timer());
        enos.cancel(&by_key(), &command_id()).await.unwrap_err();
        assert_eq!(paths(&fake), ["get", "commands"]);
    }
}

#[tokio::test]
async fn below_a_retry_the_attempts_of_all_layers_add_up() {
    let fake = FakeTransport::new()
        .fail(TransportErrorKind::Timeout)
        .answer(200, token(TOKEN))
        .answer(429, "")
        .answer(200, refusal("code", 1001))
        .answer(200, ok(json!([])));
    let timer = timer();
    let layer = Signed::new(fake.clone(), base(), credentials(), Arc::new(timer.clone()));
    let retry = Retry::new(layer, Arc::new(timer), RetryPolicy::default());
    let enos = Enos::new(BoxTransport::new(retry), base(), org());
    let answer = enos.cancel(&by_key(), &command_id()).await.unwrap();
    assert_eq!(answer.attempts, 3);
    assert_eq!(
        paths(&fake),
        ["get", "get", "commands", "commands", "commands"]
    );
}

#[tokio::test]
async fn a_date_to_wait_for_is_counted_from_when_the_answer_came() {
    // START is Tue, 14 Nov 2023 22:13:20 GMT.
    let wait = [("retry-after", "Tue, 14 Nov 2023 22:14:20 GMT")];
    let fake = begun().answer_with(429, &wait, "");
    let error = signed(fake, &timer()).check().await.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));

    // Without a clock a date says nothing.
    let fake = FakeTransport::new().answer_with(429, &wait, "");
    assert_eq!(
        unsigned(&fake).check().await.unwrap_err().retry_after(),
        None
    );
}
