//! Getting and renewing the token.

use std::{future::Future, pin::pin, task::Poll, time::Duration};

use countermand_enos::{Code, TokenUnavailable};
use countermand_transport::{
    ApiErrorKind, CancelEffect, Hold, TransportErrorKind,
    fake::{FakeTimer, FakeTransport},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{gateway::Gateway, setup::*};

#[tokio::test]
async fn fifty_calls_at_once_ask_for_one_token() {
    let gateway = Gateway::new();
    let enos = signed(gateway.clone(), &timer());
    let results = join_all((0..50).map(|_| enos.check())).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((gateway.token_requests(), gateway.calls()), (1, 50));
    gateway.assert_content();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_tasks_at_once_renew_an_expired_token_once() {
    let gateway = Gateway::new();
    let enos = signed(gateway.clone(), &timer());
    enos.check().await.unwrap();
    gateway.expire();
    let tasks = (0..50).map(|_| {
        let enos = enos.clone();
        tokio::spawn(async move { enos.check().await })
    });
    for result in join_all(tasks).await {
        result.unwrap().unwrap();
    }
    assert_eq!(gateway.token_requests(), 2);
    assert_eq!(gateway.most_under_way(), 1);
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_fetches_the_token_leaves_no_one_waiting() {
    let gateway = Gateway::new();
    let enos = signed(gateway.clone(), &timer());
    let mut waiting: Vec<_> = (0..5).map(|_| Box::pin(enos.check())).collect();
    {
        let mut leader = pin!(enos.check());
        // The leader asks for the token; the others queue up behind it.
        assert!(poll_once(leader.as_mut()).await.is_pending());
        for other in &mut waiting {
            assert!(poll_once(other.as_mut()).await.is_pending());
        }
        assert_eq!(gateway.token_requests(), 1);
    }
    // One that waited is dropped, too, and it is the one whose turn it would be.
    drop(waiting.remove(0));
    let results = tokio::time::timeout(Duration::from_secs(30), join_all(waiting)).await;
    assert!(results.unwrap().iter().all(Result::is_ok));
    assert_eq!((gateway.token_requests(), gateway.most_under_way()), (2, 1));
    gateway.assert_content();
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

#[tokio::test]
async fn calls_that_waited_for_a_failed_request_share_its_failure() {
    let gateway = Gateway::new();
    gateway.refuse(1);
    let enos = signed(gateway.clone(), &timer());
    let results = join_all((0..50).map(|_| enos.check())).await;
    for result in results {
        assert_eq!(Code::of(&result.unwrap_err()), Some(Code::UnknownAppKey));
    }
    assert_eq!((gateway.token_requests(), gateway.calls()), (1, 0));
    enos.check().await.unwrap();
    assert_eq!(gateway.token_requests(), 2, "a later call tries anew");
}

/// Two calls with this long between them, the token being given for `expire`; tells the paths.
async fn two_calls(expire: Value, between: Duration) -> Vec<String> {
    let fake = FakeTransport::new()
        .answer(200, token_for(TOKEN, expire))
        .answer(200, ok(json!([])));
    let timer = timer();
    let enos = signed(fake.clone(), &timer);
    enos.check().await.unwrap();
    timer.advance(between);
    // What comes next depends on what is asked for.
    let fake = fake.answer(200, token(TOKEN_2)).answer(200, ok(json!([])));
    let _ = enos.check().await;
    paths(&fake)
}

#[tokio::test]
async fn it_is_refreshed_some_minutes_before_it_expires() {
    let kept = ["get", "devices", "devices"];
    let renewed = ["get", "devices", "refresh", "devices"];
    let second = Duration::from_secs(1);
    assert_eq!(two_calls(json!(7_200), minutes(115) - second).await, kept);
    assert_eq!(two_calls(json!(7_200), minutes(115)).await, renewed);
    assert_eq!(two_calls(json!("7200"), minutes(115)).await, renewed);
    assert_eq!(two_calls(json!(600), minutes(9) - second).await, kept);
    assert_eq!(two_calls(json!(600), minutes(9)).await, renewed);
}

#[tokio::test]
async fn without_a_sensible_expire_it_is_used_until_it_is_refused() {
    for expire in [
        json!(null),
        json!(0),
        json!(-5),
        json!("soon"),
        json!({}),
        json!(1e300),
    ] {
        let seen = two_calls(expire.clone(), minutes(60 * 24 * 365)).await;
        assert_eq!(seen, ["get", "devices", "devices"], "{expire}");
    }
}

fn renewing() -> (FakeTransport, FakeTimer) {
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .answer(200, ok(json!([])));
    (fake, timer())
}

#[tokio::test]
async fn the_refresh_names_the_old_token_and_its_answer_is_used() {
    let (fake, timer) = renewing();
    let fake = fake.answer(200, token(TOKEN_2)).answer(200, ok(json!([])));
    let enos = signed(fake.clone(), &timer);
    enos.check().await.unwrap();
    timer.advance(minutes(118));
    enos.check().await.unwrap();
    assert_eq!(bodies(&fake)[0].get("accessToken"), None);
    assert_eq!(bodies(&fake)[2]["accessToken"], TOKEN);
    assert_eq!(fake.requests()[3].headers()["apim-accesstoken"], TOKEN_2);
}

#[tokio::test]
async fn a_failed_refresh_falls_back_to_get() {
    for (status, body) in [
        (200, refusal("status", 1204)),
        (200, refusal("status", 1203)),
        (401, refusal("code", 1203)),
        (404, "<html>no such page</html>".to_owned()),
        (200, "{}".to_owned()),
    ] {
        let (fake, timer) = renewing();
        let fake = fake
            .answer(status, body.clone())
            .answer(200, token(TOKEN_2))
            .answer(200, ok(json!([])));
        let enos = signed(fake.clone(), &timer);
        enos.check().await.unwrap();
        timer.advance(minutes(118));
        enos.check().await.unwrap();
        assert_eq!(
            paths(&fake),
            ["get", "devices", "refresh", "get", "devices"],
            "{body}"
        );
        assert_eq!(fake.requests()[4].headers()["apim-accesstoken"], TOKEN_2);
    }
}

#[tokio::test]
async fn a_token_that_still_holds_outlives_a_failed_renewal() {
    let (fake, timer) = renewing();
    let fake = fake
        .fail(TransportErrorKind::Timeout)
        .answer(200, ok(json!([])))
        .answer(200, ok(json!([])))
        .answer(429, "")
        .answer(200, ok(json!([])));
    let enos = signed(fake.clone(), &timer);
    enos.check().await.unwrap();
    timer.advance(minutes(116));
    enos.check().await.unwrap();
    // The next try is put off, so that not every call waits for it.
    enos.check().await.unwrap();
    timer.advance(Duration::from_secs(30));
    enos.check().await.unwrap();
    assert_eq!(
        paths(&fake),
        [
            "get", "devices", "refresh", "devices", "devices", "refresh", "devices"
        ]
    );
    assert_eq!(fake.requests()[6].headers()["apim-accesstoken"], TOKEN);
}

#[tokio::test]
async fn after_its_end_a_token_is_not_used_though_renewing_fails() {
    let (fake, timer) = renewing();
    let fake = fake.fail(TransportErrorKind::Timeout);
    let enos = signed(fake.clone(), &timer);
    enos.check().await.unwrap();
    timer.advance(minutes(120));
    let error = enos.check().await.unwrap_err();
    assert!(
        error
            .transport()
            .unwrap()
            .layer::<TokenUnavailable>()
            .is_some()
    );
    assert_eq!(paths(&fake), ["get", "devices", "refresh"]);
}

#[tokio::test]
async fn a_token_request_that_is_refused_as_a_repetition_is_made_anew_at_most_twice() {
    let repeated = || refusal("status", 1001);
    let fake = FakeTransport::new()
        .answer(200, repeated())
        .answer(200, repeated())
        .answer(200, token(TOKEN))
        .answer(200, ok(json!([])));
    signed(fake.clone(), &timer()).check().await.unwrap();
    let stamps: Vec<_> = bodies(&fake)[..3]
        .iter()
        .map(|body| body["timestamp"].as_i64().unwrap())
        .collect();
    assert_eq!(stamps, [START, START + 1, START + 2]);

    let fake = (0..9).fold(FakeTransport::new(), |fake, _| fake.answer(200, repeated()));
    let error = signed(fake.clone(), &timer()).check().await.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unauthorized);
    assert_eq!(paths(&fake).len(), 3);
}

#[tokio::test]
async fn without_an_answer_to_the_token_request_the_cancel_was_surely_not_sent() {
    for kind in [
        TransportErrorKind::Timeout,
        TransportErrorKind::Interrupted,
        TransportErrorKind::Fetch,
        TransportErrorKind::Truncated,
        TransportErrorKind::Connect,
    ] {
        let fake = FakeTransport::new().fail(kind);
        let enos = signed(fake.clone(), &timer());
        let error = enos.cancel(&by_key(), &command_id()).await.unwrap_err();
        let transport = error.transport().unwrap();
        assert_eq!(
            transport.kind(),
            TransportErrorKind::HeldBack(Hold::Transient)
        );
        assert!(transport.layer::<TokenUnavailable>().is_some());
        assert_eq!(transport.to_string(), "no access token could be got");
        assert_eq!(
            std::error::Error::source(transport).unwrap().to_string(),
            countermand_transport::TransportError::new(kind).to_string()
        );
        assert_eq!(error.cancel_effect(), CancelEffect::NotSent, "{kind:?}");
        assert_eq!(error.attempts(), 0);
        assert_eq!(paths(&fake), ["get"]);
    }
}

#[tokio::test]
async fn what_the_token_service_refuses_is_said_and_never_counts_as_maybe_cancelled() {
    use ApiErrorKind::{Forbidden, Unauthorized, Unavailable};
    let vendor = |code| refusal("status", code);
    let message = || json!({"message": "no"}).to_string();
    for (status, body, kind, code) in [
        (200, vendor(1001), Unauthorized, Some(Code::Repeated)),
        (200, vendor(1002), Unauthorized, Some(Code::UnknownAppKey)),
        (200, vendor(1003), Unauthorized, Some(Code::WrongEncryption)),
        (
            200,
            vendor(1004),
            Unauthorized,
            Some(Code::InvalidAuthentication),
        ),
        (
            200,
            vendor(1202),
            Unauthorized,
            Some(Code::EmptyAuthentication),
        ),
        (200, vendor(1203), Unauthorized, Some(Code::TokenExpired)),
        (500, vendor(1204), Unauthorized, Some(Code::RefreshFailed)),
        (200, vendor(4711), Unauthorized, Some(Code::Other)),
        (
            200,
            vendor(1005),
            Unavailable,
            Some(Code::TokenServiceFailed),
        ),
        (401, message(), Unauthorized, None),
        (403, message(), Forbidden, None),
        (429, message(), Unavailable, None),
        (429, vendor(1002), Unavailable, Some(Code::UnknownAppKey)),
        (500, message(), Unavailable, None),
        (503, "<html>".to_owned(), Unavailable, None),
        (200, "<html>".to_owned(), Unavailable, None),
        (200, String::new(), Unavailable, None),
        (
            200,
            json!({"status": 0, "data": {}}).to_string(),
            Unavailable,
            None,
        ),
        (200, token("not\na header"), Unavailable, None),
        (404, "gone".to_owned(), Unavailable, None),
        (302, String::new(), Unavailable, None),
    ] {
        let fake = (0..3).fold(FakeTransport::new(), |fake, _| {
            fake.answer_with(status, &[("retry-after", "7")], body.clone())
        });
        let enos = signed(fake.clone(), &timer());
        let error = enos.cancel(&by_key(), &command_id()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(Code::of(&error), code, "{status} {body}");
        assert_eq!(
            error.cancel_effect(),
            CancelEffect::Refused,
            "{status} {body}"
        );
        assert_eq!(error.attempts(), 0, "{status} {body}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(
            error.to_string().contains("no access token could be got"),
            "{error}"
        );
        assert_eq!(error.is_page(), body.starts_with('<'), "{error}");
        assert!(paths(&fake).iter().all(|path| path == "get"));
        if code.is_some() {
            assert_eq!(error.word().request_id.as_deref(), Some("req-1"));
        }
    }
}
