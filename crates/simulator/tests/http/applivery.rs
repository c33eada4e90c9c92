//! Applivery: what is refused, and how devices take and lose commands.

use countermand_simulator::AddCommands;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Lab, id_of, lab};

fn refused(status: u16, code: u32, answer: &(StatusCode, Value)) {
    assert_eq!(
        (answer.0.as_u16(), &answer.1["error"]["code"]),
        (status, &json!(code)),
        "{answer:?}"
    );
    assert_eq!(answer.1["status"], false);
    assert!(answer.1["error"]["message"].is_string());
}

#[tokio::test]
async fn a_missing_token_and_a_wrong_one_are_told_apart() {
    let lab = lab().await;
    let url = lab.commands_url(&lab.applivery_device(0), "");
    for (token, code) in [(None, 4002), (Some("wrong"), 4004)] {
        let mut request = lab.http.get(&url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], code);
    }
}

#[tokio::test]
async fn what_is_unknown_or_malformed_is_refused_as_documented() {
    let lab = lab().await;
    let device = lab.applivery_device(0);
    let id = lab.applivery_pending(&device).await[0].clone();
    let nowhere = "0123456789abcdef01234567";
    refused(404, 3001, &lab.get(lab.commands_url(nowhere, "")).await);
    refused(
        404,
        3001,
        &lab.get(lab.commands_url("NOSUCHSERIAL", "")).await,
    );
    refused(
        404,
        3001,
        &lab.get(lab.commands_url(&device, &format!("/{nowhere}")))
            .await,
    );
    refused(
        404,
        3001,
        &lab.post(lab.commands_url(&device, &format!("/{nowhere}/cancel")))
            .await,
    );
    let base = &lab.about.applivery.base_url;
    refused(
        404,
        3001,
        &lab.get(format!("{base}/organizations/{nowhere}")).await,
    );
    refused(404, 1002, &lab.get(format!("{base}/nothing")).await);
    refused(
        404,
        1002,
        &lab.get(lab.commands_url(&device, &format!("/{id}/cancel")))
            .await,
    );
    refused(
        422,
        3000,
        &lab.get(lab.commands_url("not%2Fa%20device", "")).await,
    );
    refused(
        422,
        3000,
        &lab.get(lab.commands_url(&device, "/short")).await,
    );
    refused(422, 3000, &lab.get(format!("{base}/organizations/a")).await);
    refused(
        422,
        3000,
        &lab.get(lab.commands_url(&device, "?page=0")).await,
    );
    // Nothing of this cancelled anything.
    assert_eq!(lab.applivery_pending(&device).await.len(), 4);
}

#[tokio::test]
async fn the_organisation_is_found_by_id_and_by_slug() {
    let lab = lab().await;
    let (status, by_id) = lab.get(lab.applivery_url("")).await;
    assert_eq!(status, StatusCode::OK);
    let slug = by_id["data"]["slug"].as_str().unwrap();
    let url = format!("{}/organizations/{slug}", lab.about.applivery.base_url);
    assert_eq!(lab.get(url).await.1, by_id);
    assert_eq!(by_id["data"]["id"], lab.about.applivery.org);
}

#[tokio::test]
async fn pages_hold_every_command_once_newest_first() {
    let lab = lab().await;
    let device = lab.applivery_device(1);
    let mut seen: Vec<String> = Vec::new();
    let mut created: Vec<String> = Vec::new();
    let mut page = 1;
    loop {
        let rest = format!("?page={page}&limit=50&sort=createdAt:desc");
        let (_, answer) = lab.get(lab.commands_url(&device, &rest)).await;
        let data = &answer["data"];
        for item in data["items"].as_array().unwrap() {
            seen.push(id_of(item).to_owned());
            created.push(item["createdAt"].as_str().unwrap().to_owned());
        }
        assert_eq!((&data["page"], &data["limit"]), (&json!(page), &json!(50)));
        assert_eq!(
            (&data["totalDocs"], &data["totalPages"]),
            (&json!(133), &json!(3))
        );
        assert_eq!(data["hasPrevPage"], page > 1);
        assert_eq!(data["pagingCounter"], (page - 1) * 50 + 1);
        if data["hasNextPage"] == false {
            assert_eq!(data["nextPage"], Value::Null);
            break;
        }
        page += 1;
        assert_eq!(data["nextPage"], page);
    }
    assert_eq!((page, seen.len()), (3, 133));
    assert!(
        created.windows(2).all(|pair| pair[0] >= pair[1]),
        "{created:?}"
    );
    let (_, oldest) = lab
        .get(lab.commands_url(&device, "?limit=1&sort=createdAt:asc"))
        .await;
    assert_eq!(id_of(&oldest["data"]["items"][0]), seen[132]);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 133);
}

#[tokio::test]
async fn devices_are_listed_filtered_and_reached_by_serial_number_too() {
    let lab = lab().await;
    let devices =
        |rest: &str| lab.get(lab.applivery_url(&format!("/mdm/android/enterprise/devices{rest}")));
    let (_, first) = devices("?page=1&limit=5").await;
    let (_, last) = devices("?page=3&limit=5").await;
    assert_eq!(first["data"]["totalDocs"], 12);
    assert_eq!(
        (
            first["data"]["hasNextPage"].clone(),
            last["data"]["hasNextPage"].clone()
        ),
        (json!(true), json!(false))
    );
    assert_eq!(last["data"]["items"].as_array().unwrap().len(), 2);
    let one = &first["data"]["items"][3];
    assert_eq!(id_of(one), lab.applivery_device(3));
    let user = one["mdmUser"]["id"].as_str().unwrap();
    let (_, of_user) = devices(&format!("?mdm-user={user}")).await;
    assert_eq!(of_user["data"]["items"], json!([one]));
    let serial = one["serialNumber"].as_str().unwrap();
    let by_serial = lab.get(lab.commands_url(serial, "")).await;
    assert_eq!(
        by_serial,
        lab.get(lab.commands_url(&lab.applivery_device(3), ""))
            .await
    );
}

#[tokio::test]
async fn the_devices_of_all_platforms_come_on_one_page_and_are_filtered() {
    let lab = lab().await;
    let devices = |rest: &str| lab.get(lab.applivery_url(&format!("/mdm/devices{rest}")));
    let (_, all) = devices("?page=1&limit=10000").await;
    assert_eq!(all["data"]["limit"], 10_000);
    assert_eq!(all["data"]["items"].as_array().unwrap().len(), 12);
    let one = &all["data"]["items"][3];
    assert_eq!(id_of(one), lab.applivery_device(3));
    let of = |name: &str| one[name].as_str().unwrap().to_owned();
    for query in [
        format!("search={}", of("serialNumber").to_lowercase()),
        format!("serialNumber={}", of("serialNumber")),
        format!("imei={}&state=ACTIVE", of("imei")),
    ] {
        let (_, found) = devices(&format!("?{query}")).await;
        assert_eq!(found["data"]["items"], json!([one]), "{query}");
    }
    let (_, none) = devices("?state=DELETED").await;
    assert_eq!(none["data"]["totalDocs"], 0);
}

async fn truth(lab: &Lab, id: &str) -> Value {
    lab.ledger_of(&lab.about.applivery.devices[4], id).await
}

#[tokio::test]
async fn a_device_takes_its_commands_when_it_asks_and_not_before() {
    let lab = lab().await;
    let (text, device) = (
        lab.about.applivery.devices[4].clone(),
        lab.applivery_device(4),
    );
    lab.sim.set_online(&text, Some(false)).unwrap();
    let order = AddCommands {
        kind: Some("REBOOT".to_owned()),
        ..AddCommands::to(&text)
    };
    let id = lab.sim.add_commands(&order).unwrap()[0].command.clone();
    lab.sim.advance(600_000);
    assert_eq!(truth(&lab, &id).await["state"], "pending");
    lab.sim.set_online(&text, Some(true)).unwrap();
    let (_, sent) = lab.get(lab.commands_url(&device, &format!("/{id}"))).await;
    assert_eq!(sent["data"]["status"], "SENT");
    let refusal = lab
        .post(lab.commands_url(&device, &format!("/{id}/cancel")))
        .await;
    refused(400, 5106, &refusal);
    lab.sim.advance(60_000);
    let (_, done) = lab.get(lab.commands_url(&device, &format!("/{id}"))).await;
    assert_eq!(done["data"]["config"]["done"], true);
    assert!(matches!(
        truth(&lab, &id).await["state"].as_str().unwrap(),
        "succeeded" | "failed"
    ));
}

#[tokio::test]
async fn a_command_expires_when_its_validity_ends() {
    let lab = lab().await;
    let (text, device) = (
        lab.about.applivery.devices[4].clone(),
        lab.applivery_device(4),
    );
    lab.sim.set_online(&text, Some(false)).unwrap();
    let order = AddCommands {
        ttl_s: 600,
        ..AddCommands::to(&text)
    };
    let id = lab.sim.add_commands(&order).unwrap()[0].command.clone();
    lab.sim.advance(599_999);
    assert_eq!(truth(&lab, &id).await["state"], "pending");
    lab.sim.advance(1);
    assert_eq!(truth(&lab, &id).await["state"], "expired");
    let (_, read) = lab.get(lab.commands_url(&device, &format!("/{id}"))).await;
    assert_eq!(read["data"]["status"], "EXPIRED");
    assert_eq!(read["data"]["config"]["error"], Value::Null);
}
