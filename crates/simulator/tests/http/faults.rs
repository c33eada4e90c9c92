//! Bad luck: lost, refused, late and broken answers, and cancels that go wrong.

use std::time::{Duration, Instant};

use countermand_simulator::{Fault, FaultKind, TrueState};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Lab, lab};

fn http(status: u16) -> FaultKind {
    FaultKind::Http {
        status,
        retry_after: None,
        body: None,
        content_type: None,
        processed: false,
    }
}

/// Cancels the first cached command of the first EnOS device, and gives its id and the answer.
async fn cancel(lab: &Lab) -> (String, reqwest::Result<reqwest::Response>) {
    let device = &lab.about.enos.devices[0];
    let id = lab.enos_cached(device).await[0].clone();
    let query = lab.enos_query("cancel", device, &format!("&commandId={id}"));
    let answer = lab.try_enos("commands", &query, None).await;
    (id, answer)
}

fn state(lab: &Lab, id: &str) -> TrueState {
    let ledger = lab.sim.ledger_of(&lab.about.enos.devices[0]).unwrap();
    ledger
        .commands
        .iter()
        .find(|command| command.command == id)
        .unwrap()
        .state
}

#[tokio::test]
async fn an_answer_is_lost_before_or_after_it_was_done() {
    for (fault, wanted) in [
        (FaultKind::LostBefore, TrueState::Pending),
        (FaultKind::LostAfter, TrueState::Cancelled),
    ] {
        let lab = lab().await;
        lab.sim
            .fault(Fault::always(fault.clone()).on("enos.cancel").times(1))
            .unwrap();
        let (id, answer) = cancel(&lab).await;
        let error = answer.unwrap_err();
        assert!(
            !error.is_connect() && !error.is_timeout(),
            "{fault:?}: {error:?}"
        );
        lab.sim.advance(300);
        assert_eq!(state(&lab, &id), wanted, "{fault:?}");
        let count = &lab.sim.ledger().requests["enos.cancel"];
        assert_eq!(count.received, 1);
        assert_eq!(count.processed, u64::from(wanted == TrueState::Cancelled));
        assert_eq!(count.faults[fault.name()], 1);
        assert_eq!(lab.sim.faults()[0].fired, 1);
    }
}

#[tokio::test]
async fn the_connection_is_closed_without_a_byte() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let lab = lab().await;
    lab.sim.fault(Fault::always(FaultKind::LostAfter)).unwrap();
    let mut stream = tokio::net::TcpStream::connect(lab.sim.addr())
        .await
        .unwrap();
    stream
        .write_all(b"GET /v1/nothing HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut bytes = Vec::new();
    // The end of the stream, or a reset; never a byte.
    let _ = stream.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty(), "{bytes:?}");
}

#[tokio::test]
async fn any_status_can_be_given_with_or_without_retry_after() {
    let lab = lab().await;
    let url = lab.commands_url(&lab.applivery_device(0), "");
    let busy = FaultKind::Http {
        status: 429,
        retry_after: Some("7".to_owned()),
        body: None,
        content_type: None,
        processed: false,
    };
    for fault in [busy, http(429), http(500), http(502), http(503), http(504)] {
        lab.sim
            .fault(Fault::always(fault).on("applivery.list").times(1))
            .unwrap();
    }
    let mut seen = Vec::new();
    for _ in 0..7 {
        let request = lab.http.get(&url).bearer_auth(&lab.about.applivery.token);
        let response = request.send().await.unwrap();
        let retry = response
            .headers()
            .get("retry-after")
            .map(|value| value.to_str().unwrap().to_owned());
        seen.push((response.status().as_u16(), retry));
    }
    let plain = |status| (status, None);
    assert_eq!(seen[0], (429, Some("7".to_owned())));
    assert_eq!(
        seen[1..],
        [
            plain(429),
            plain(500),
            plain(502),
            plain(503),
            plain(504),
            plain(200)
        ]
    );
}

#[tokio::test]
async fn an_error_can_come_after_it_was_done_and_with_any_body() {
    let lab = lab().await;
    let fault = FaultKind::Http {
        status: 502,
        retry_after: None,
        body: Some("<h1>Bad gateway</h1>".to_owned()),
        content_type: Some("text/html".to_owned()),
        processed: true,
    };
    lab.sim
        .fault(Fault::always(fault).on("enos.cancel"))
        .unwrap();
    let (id, answer) = cancel(&lab).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.text().await.unwrap(), "<h1>Bad gateway</h1>");
    lab.sim.advance(300);
    assert_eq!(state(&lab, &id), TrueState::Cancelled);
}

#[tokio::test]
async fn a_body_breaks_off_and_a_proxy_answers_with_html() {
    let lab = lab().await;
    let url = lab.commands_url(&lab.applivery_device(0), "");
    let get = || {
        lab.http
            .get(&url)
            .bearer_auth(&lab.about.applivery.token)
            .send()
    };
    lab.sim
        .fault(Fault::always(FaultKind::Truncated).times(1))
        .unwrap();
    lab.sim
        .fault(Fault::always(FaultKind::Html).times(1))
        .unwrap();
    let truncated = get().await.unwrap();
    assert_eq!(truncated.status(), StatusCode::OK);
    assert!(truncated.content_length().unwrap() > 100);
    assert!(truncated.bytes().await.is_err());
    let html = get().await.unwrap();
    assert_eq!(html.status(), StatusCode::OK);
    assert!(html.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    assert!(get().await.unwrap().json::<Value>().await.is_ok());
}

#[tokio::test]
async fn a_slow_answer_is_done_at_once_and_comes_late() {
    let lab = lab().await;
    lab.sim
        .fault(Fault::always(FaultKind::Slow { ms: 150 }).on("enos.cancel"))
        .unwrap();
    let begun = Instant::now();
    let (id, answer) = cancel(&lab).await;
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
    assert!(begun.elapsed() >= Duration::from_millis(150));
    lab.sim.advance(300);
    assert_eq!(state(&lab, &id), TrueState::Cancelled);
}

#[tokio::test]
async fn a_token_ends_early_and_a_request_counts_as_repeated() {
    let lab = lab().await;
    let before = lab.token().await;
    lab.sim
        .fault(
            Fault::always(FaultKind::Replayed)
                .on("enos.cancel")
                .times(1),
        )
        .unwrap();
    lab.sim
        .fault(
            Fault::always(FaultKind::TokenExpired)
                .on("enos.cancel")
                .times(1),
        )
        .unwrap();
    for wanted in [1001, 1203] {
        let (id, answer) = cancel(&lab).await;
        let answer: Value = answer.unwrap().json().await.unwrap();
        assert_eq!(answer["code"], wanted);
        lab.sim.advance(300);
        assert_eq!(state(&lab, &id), TrueState::Pending);
    }
    assert_ne!(lab.token().await, before);
    lab.sim
        .fault(Fault::always(FaultKind::TokenExpired).on("applivery.organization"))
        .unwrap();
    let (status, body) = lab.get(lab.applivery_url("")).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!(4005))
    );
}

#[tokio::test]
async fn a_command_goes_out_just_before_its_cancel() {
    let lab = lab().await;
    lab.sim
        .fault(Fault::always(FaultKind::GoesOutFirst))
        .unwrap();
    let (id, answer) = cancel(&lab).await;
    assert_eq!(
        answer.unwrap().json::<Value>().await.unwrap()["data"],
        json!([])
    );
    assert_eq!(state(&lab, &id), TrueState::Sent);

    let device = lab.applivery_device(0);
    let id = lab.applivery_pending(&device).await[0].clone();
    let (status, body) = lab
        .post(lab.commands_url(&device, &format!("/{id}/cancel")))
        .await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(5106))
    );
}

#[tokio::test]
async fn an_accepted_cancel_comes_to_something_else() {
    for (fault, wanted) in [
        (FaultKind::ExecutedAllTheSame, TrueState::Sent),
        (FaultKind::ExpiresAllTheSame, TrueState::Expired),
        (FaultKind::StaysPending, TrueState::Pending),
    ] {
        let lab = lab().await;
        lab.sim
            .fault(Fault::always(fault).on("enos.cancel"))
            .unwrap();
        let (id, answer) = cancel(&lab).await;
        let answer: Value = answer.unwrap().json().await.unwrap();
        assert_eq!(answer["data"][0]["commandId"], id);
        lab.sim.advance(300);
        assert_eq!(state(&lab, &id), wanted);
        lab.sim.advance(61_000);
        if wanted == TrueState::Sent {
            assert!(matches!(
                state(&lab, &id),
                TrueState::Succeeded | TrueState::Failed | TrueState::TimedOut
            ));
        } else {
            assert_eq!(state(&lab, &id), wanted);
        }
    }
}

#[tokio::test]
async fn an_answer_names_another_command() {
    let lab = lab().await;
    lab.sim
        .fault(Fault::always(FaultKind::AnotherCommand).on("enos.cancel"))
        .unwrap();
    lab.sim
        .fault(Fault::always(FaultKind::AnotherCommand).on("applivery.get"))
        .unwrap();
    let (id, answer) = cancel(&lab).await;
    let answer: Value = answer.unwrap().json().await.unwrap();
    assert!(answer["data"][0]["commandId"].is_string());
    assert_ne!(answer["data"][0]["commandId"], id);
    lab.sim.advance(300);
    assert_eq!(
        state(&lab, &id),
        TrueState::Cancelled,
        "it did what it was asked"
    );
    let device = lab.applivery_device(0);
    let id = lab.applivery_pending(&device).await[0].clone();
    let (_, body) = lab.get(lab.commands_url(&device, &format!("/{id}"))).await;
    assert_ne!(crate::support::id_of(&body["data"]), id);
}

#[tokio::test]
async fn a_rule_can_be_about_one_device_or_one_command() {
    let lab = lab().await;
    let devices = lab.about.enos.devices.clone();
    let ids = lab.enos_cached(&devices[0]).await;
    // The device is asked for by its asset, and named here by its keys.
    let other_form = lab.sim.ledger_of(&devices[0]).unwrap().commands[0].also[0].clone();
    assert!(other_form.starts_with("enos:key:"));
    lab.sim
        .fault(
            Fault::always(http(503))
                .device(&other_form)
                .command(&ids[1]),
        )
        .unwrap();
    let status = async |device: &str, id: &str| {
        let query = lab.enos_query("get", device, &format!("&commandId={id}"));
        lab.enos_send("commands", &query, None)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(status(&devices[0], &ids[0]).await, 200);
    assert_eq!(status(&devices[0], &ids[1]).await, 503);
    assert_eq!(status(&devices[1], &ids[1]).await, 200);
}
