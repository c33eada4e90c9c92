//! EnOS: tokens, hashes, signatures, replays.

use countermand_simulator::{Config, TokenErrorField};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Lab, lab, sha256};

struct Signed {
    query: String,
    token: String,
    timestamp: String,
    signature: String,
}

async fn signed(lab: &Lab) -> Signed {
    let query = lab.enos_query("search", &lab.about.enos.devices[0], "");
    let token = lab.token().await;
    let timestamp = lab.next_timestamp();
    let signature = lab.sign(&token, &query, "", &timestamp);
    Signed {
        query,
        token,
        timestamp,
        signature,
    }
}

async fn send(lab: &Lab, signed: &Signed) -> (StatusCode, Value) {
    let url = format!(
        "{}/connect-service/v2.1/commands?{}",
        lab.about.enos.base_url, signed.query
    );
    let mut request = lab.http.post(url);
    for (name, value) in [
        ("apim-accesstoken", &signed.token),
        ("apim-timestamp", &signed.timestamp),
        ("apim-signature", &signed.signature),
    ] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_token_stays_the_same_until_it_expires() {
    let lab = lab().await;
    let first = lab.token_call("get", lab.credentials()).await;
    assert_eq!(
        (&first["status"], &first["msg"]),
        (&json!(0), &json!("SUCCESS"))
    );
    assert_eq!(first["business"], "apim-token-service");
    assert_eq!(first["data"]["expire"], 7_200);
    let token = lab.token().await;
    assert_eq!(first["data"]["accessToken"], token);
    lab.sim.advance(7_199_000);
    let later = lab.token_call("get", lab.credentials()).await;
    assert_eq!(
        (&later["data"]["accessToken"], &later["data"]["expire"]),
        (&json!(token), &json!(1))
    );
    lab.sim.advance(1_000);
    assert_ne!(lab.token().await, token);
}

#[tokio::test]
async fn a_number_is_taken_as_timestamp_too() {
    let lab = lab().await;
    let mut body = lab.credentials();
    body["timestamp"] = json!(body["timestamp"].as_str().unwrap().parse::<i64>().unwrap());
    assert_eq!(lab.token_call("get", body).await["status"], 0);
}

#[tokio::test]
async fn refreshing_needs_the_current_token_and_gives_a_new_one() {
    let lab = lab().await;
    let old = lab.token().await;
    let refresh = |token: &str| {
        let mut body = lab.credentials();
        body["accessToken"] = json!(token);
        lab.token_call("refresh", body)
    };
    assert_eq!(refresh("another").await["status"], 1204);
    assert_eq!(
        lab.token_call("refresh", lab.credentials()).await["status"],
        1202
    );
    lab.sim.advance(3_600_000);
    let renewed = refresh(&old).await;
    assert_eq!(
        (&renewed["status"], &renewed["data"]["expire"]),
        (&json!(0), &json!(7_200))
    );
    assert_ne!(renewed["data"]["accessToken"], old);
    assert_eq!(
        lab.token().await,
        renewed["data"]["accessToken"].as_str().unwrap()
    );
    assert_eq!(refresh(&old).await["status"], 1204);
}

#[tokio::test]
async fn a_refreshed_tokens_predecessor_is_taken_for_a_minute() {
    let lab = lab().await;
    let mut old = signed(&lab).await;
    let mut body = lab.credentials();
    body["accessToken"] = json!(old.token);
    lab.token_call("refresh", body).await;
    lab.sim.advance(59_999);
    assert_eq!(send(&lab, &old).await.1["code"], 0);
    lab.sim.advance(1);
    old.timestamp = lab.next_timestamp();
    old.signature = lab.sign(&old.token, &old.query, "", &old.timestamp);
    assert_eq!(send(&lab, &old).await.1["code"], 1203);
}

#[tokio::test]
async fn the_token_service_refuses_with_the_documented_codes() {
    let lab = lab().await;
    let with = |name: &str, value: Value| {
        let mut body = lab.credentials();
        body[name] = value;
        body
    };
    let timestamp = "not a number";
    let (key, secret) = (&lab.about.enos.app_key, &lab.about.enos.app_secret);
    let mut odd = with("timestamp", json!(timestamp));
    odd["encryption"] = json!(sha256(&format!("{key}{timestamp}{secret}")));
    let upper = lab.credentials()["encryption"]
        .as_str()
        .unwrap()
        .to_uppercase();
    for (body, code) in [
        (with("appKey", json!("")), 1202),
        (with("encryption", json!(null)), 1202),
        (with("appKey", json!("unknown")), 1002),
        (with("encryption", json!("00")), 1003),
        (with("encryption", json!(upper)), 1003),
        (with("appKey", json!(7)), 1004),
        (odd, 1004),
        (json!([]), 1004),
    ] {
        let answer = lab.token_call("get", body.clone()).await;
        assert_eq!(answer["status"], code, "{body}");
        assert_eq!(answer["data"], Value::Null);
    }
}

#[tokio::test]
async fn a_right_signature_is_taken_once_and_a_wrong_one_never() {
    let lab = lab().await;
    let mut request = signed(&lab).await;
    assert_eq!(send(&lab, &request).await.1["code"], 0);
    assert_eq!(send(&lab, &request).await.1["code"], 1001, "a replay");
    request.timestamp = lab.next_timestamp();
    assert_eq!(
        send(&lab, &request).await.1["code"],
        1003,
        "signed with another timestamp"
    );
    let fresh = signed(&lab).await;
    let other = Signed {
        query: format!("{}&x=1", fresh.query),
        ..fresh
    };
    assert_eq!(
        send(&lab, &other).await.1["code"],
        1003,
        "signed without a parameter"
    );
}

#[tokio::test]
async fn the_body_is_signed_too() {
    let lab = lab().await;
    let request = signed(&lab).await;
    let url = format!(
        "{}/connect-service/v2.1/commands?{}",
        lab.about.enos.base_url, request.query
    );
    let response = lab
        .http
        .post(url)
        .header("apim-accesstoken", &request.token)
        .header("apim-timestamp", &request.timestamp)
        .header("apim-signature", &request.signature)
        .body("{}");
    let answer: Value = response.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["code"], 1003);
}

#[tokio::test]
async fn a_token_that_is_missing_unknown_or_expired_is_refused() {
    let lab = lab().await;
    let request = signed(&lab).await;
    let (status, body) = send(
        &lab,
        &Signed {
            token: String::new(),
            ..signed(&lab).await
        },
    )
    .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        body,
        json!({"message": "Invalid authentication credentials"})
    );
    let no_signature = Signed {
        signature: String::new(),
        ..signed(&lab).await
    };
    assert_eq!(send(&lab, &no_signature).await.1["code"], 1202);
    let unknown = Signed {
        token: "APITOKEN-OTHER".to_owned(),
        ..signed(&lab).await
    };
    assert_eq!(send(&lab, &unknown).await.1["code"], 1203);
    lab.control("tokens/expire", json!({})).await;
    let (status, body) = send(&lab, &request).await;
    assert_eq!((status, &body["code"]), (StatusCode::OK, &json!(1203)));
    assert!(body["requestId"].is_string());

    lab.sim.change_options(|options| {
        options.enos_token_error_http = 401;
        options.enos_token_error_field = TokenErrorField::Status;
    });
    let (status, body) = send(&lab, &request).await;
    assert_eq!(
        (status, &body["status"]),
        (StatusCode::UNAUTHORIZED, &json!(1203))
    );
    assert_eq!(body.get("code"), None);
}

#[tokio::test]
async fn a_clock_that_is_far_off_is_refused_where_that_is_checked() {
    let lab = lab().await;
    assert_eq!(
        lab.sim.options().enos_clock_window_ms,
        None,
        "a manual clock"
    );
    lab.sim
        .change_options(|options| options.enos_clock_window_ms = Some(300_000));
    let token = lab.token().await;
    let late = signed(&lab).await;
    lab.sim.advance(301_000);
    assert_eq!(send(&lab, &late).await.1["code"], 1004);
    assert_eq!(
        lab.token_call("get", lab.credentials()).await["status"],
        1004
    );
    assert!(!token.is_empty());

    let real = crate::support::lab_with(Config::default()).await;
    assert_eq!(real.sim.options().enos_clock_window_ms, Some(300_000));
    let now_ms = real.sim.now_ms().to_string();
    let (key, secret) = (&real.about.enos.app_key, &real.about.enos.app_secret);
    let body = json!({"appKey": key, "timestamp": now_ms, "encryption": sha256(&format!("{key}{now_ms}{secret}"))});
    assert_eq!(real.token_call("get", body).await["status"], 0);
}

#[tokio::test]
async fn a_proof_of_the_secret_holds_for_one_request() {
    let lab = lab().await;
    let body = lab.credentials();
    assert_eq!(lab.token_call("get", body.clone()).await["status"], 0);
    let again = lab.token_call("get", body.clone()).await;
    assert_eq!(again["status"], 1001, "{again}");
    let mut refresh = body;
    refresh["accessToken"] = json!("x");
    assert_eq!(lab.token_call("refresh", refresh).await["status"], 1001);
}

#[tokio::test]
async fn a_plus_is_a_blank_and_signed_as_one() {
    let lab = lab().await;
    let mut signed = signed(&lab).await;
    let query = signed.query.clone();
    signed.signature = lab.sign(
        &signed.token,
        &format!("{query}&x=a%20b"),
        "",
        &signed.timestamp,
    );
    signed.query = format!("{query}&x=a+b");
    assert_eq!(send(&lab, &signed).await.1["code"], 0);
}

#[tokio::test]
async fn keys_are_plain_uuids() {
    let lab = lab().await;
    for key in [&lab.about.enos.app_key, &lab.about.enos.app_secret] {
        let lengths: Vec<usize> = key.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{key}");
    }
}
