//! Applivery: the shapes that the documents leave open, all of which a client has to take.

use std::collections::BTreeSet;

use countermand_simulator::{ACTIVATION_CODE_PREFIX, AppliveryCancelAnswer, NEW_PASSWORD_PREFIX};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{config, lab, lab_with};

#[tokio::test]
async fn devices_differ_in_what_the_documents_leave_open() {
    let lab = lab_with(countermand_simulator::Config {
        devices: 24,
        ..config()
    })
    .await;
    let mut seen = BTreeSet::new();
    for n in 0..24 {
        let (_, list) = lab
            .get(lab.commands_url(&lab.applivery_device(n), "?limit=500"))
            .await;
        for item in list["data"]["items"].as_array().unwrap() {
            seen.insert(if item["id"].is_string() { "id" } else { "_id" });
            seen.insert(match &item["mdmUser"] {
                Value::String(_) => "user as text",
                Value::Object(_) => "user as object",
                _ => "no user",
            });
            seen.insert(match &item["config"]["metadata"]["duration"] {
                Value::String(text) if text.contains('.') => "duration with fraction",
                Value::String(_) => "duration as text",
                _ => "duration as number",
            });
            let time = item["createdAt"].as_str().unwrap();
            seen.insert(match time.split_once('.') {
                None => "no fraction",
                Some((_, rest)) => match rest.bytes().take_while(u8::is_ascii_digit).count() {
                    3 => "3 digits",
                    6 => "6 digits",
                    9 => "9 digits",
                    _ => "other digits",
                },
            });
            seen.insert(if time.ends_with('Z') {
                "UTC"
            } else {
                "another offset"
            });
            seen.insert(
                match (
                    item["config"]["done"].is_boolean(),
                    item["_config"]["done"].is_boolean(),
                ) {
                    (true, true) => "done in both",
                    (true, false) => "done in config",
                    (false, true) => "done in _config",
                    (false, false) => "done nowhere",
                },
            );
            seen.insert(if item["status"].is_null() {
                "no status"
            } else {
                "a status"
            });
        }
    }
    let wanted = BTreeSet::from([
        "id",
        "_id",
        "user as text",
        "user as object",
        "no user",
        "duration with fraction",
        "duration as text",
        "duration as number",
        "no fraction",
        "3 digits",
        "6 digits",
        "9 digits",
        "UTC",
        "another offset",
        "done in both",
        "done in config",
        "done in _config",
        "no status",
        "a status",
    ]);
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn two_kinds_carry_a_secret_that_clients_must_hide() {
    let lab = lab().await;
    let (_, list) = lab
        .get(lab.commands_url(&lab.applivery_device(0), "?limit=500"))
        .await;
    let metadata = |kind: &str| {
        let items = list["data"]["items"].as_array().unwrap();
        let found = items
            .iter()
            .find(|item| item["config"]["metadata"]["type"] == kind);
        found.unwrap()["config"]["metadata"].clone()
    };
    let password = metadata("RESET_PASSWORD")["newPassword"].clone();
    assert!(password.as_str().unwrap().starts_with(NEW_PASSWORD_PREFIX));
    let code = metadata("ADD_ESIM")["addEsimParams"]["activationCode"].clone();
    assert!(code.as_str().unwrap().starts_with(ACTIVATION_CODE_PREFIX));
}

#[tokio::test]
async fn an_accepted_cancel_is_answered_in_any_of_the_known_ways() {
    let lab = lab().await;
    let device = lab.applivery_device(0);
    for (id, (answer, status, data)) in lab.applivery_pending(&device).await.iter().zip([
        (
            AppliveryCancelAnswer::Published,
            StatusCode::OK,
            Some(json!("PENDING")),
        ),
        (
            AppliveryCancelAnswer::Pending,
            StatusCode::OK,
            Some(json!("PENDING")),
        ),
        (AppliveryCancelAnswer::CanceledOk, StatusCode::OK, None),
        (AppliveryCancelAnswer::Empty, StatusCode::NO_CONTENT, None),
    ]) {
        lab.sim
            .change_options(|options| options.applivery_cancel_answer = answer);
        let (got, body) = lab
            .post(lab.commands_url(&device, &format!("/{id}/cancel")))
            .await;
        assert_eq!(got, status);
        match (answer, data) {
            (_, Some(word)) => {
                assert_eq!(body["data"]["status"], word);
                assert_eq!(
                    body["data"]["config"]["done"],
                    answer == AppliveryCancelAnswer::Published
                );
            }
            (AppliveryCancelAnswer::CanceledOk, None) => {
                assert_eq!(body, json!({"status": true, "data": {"canceled": "OK"}}));
            }
            (_, None) => assert_eq!(body, Value::Null),
        }
    }
    lab.sim.advance(500);
    assert!(lab.applivery_pending(&device).await.is_empty());
}
