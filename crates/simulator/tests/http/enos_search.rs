//! EnOS: searching commands and devices.

use std::collections::BTreeSet;

use countermand_simulator::{AddCommands, DEVICE_SECRET_PREFIX};
use serde_json::{Value, json};

use crate::support::{START_MS, lab};

#[tokio::test]
async fn without_a_body_the_newest_hundred_come() {
    let lab = lab().await;
    let device = lab.about.enos.devices[1].clone();
    let answer = lab.enos("search", &device, "", None).await;
    assert_eq!((&answer["code"], &answer["msg"]), (&json!(0), &json!("OK")));
    assert_eq!(answer["data"].as_array().unwrap().len(), 100);
    assert_eq!(
        answer["pagination"],
        json!({"sortedBy": null, "pageNo": 1, "pageSize": 100, "totalSize": 123})
    );
    assert_eq!(answer["requestId"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn pages_hold_every_command_once_newest_first() {
    let lab = lab().await;
    let device = lab.about.enos.devices[1].clone();
    let mut ids = Vec::new();
    let mut times = Vec::new();
    for page in 1..=4 {
        let body = json!({"pagination": {"pageNo": page, "pageSize": 50}}).to_string();
        let answer = lab.enos("search", &device, "", Some(&body)).await;
        for item in answer["data"].as_array().unwrap() {
            ids.push(item["commandId"].as_str().unwrap().to_owned());
            times.push(item["createTime"].as_i64().unwrap());
        }
        assert_eq!(answer["pagination"]["totalSize"], 123);
    }
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]));
    assert!(
        ids.iter()
            .all(|id| id.len() == 19 && id.bytes().all(|b| b.is_ascii_digit()))
    );
    let all: BTreeSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), all.len()), (123, 123));
    let rounded: BTreeSet<u64> = ids
        .iter()
        .map(|id| id.parse::<f64>().unwrap() as u64)
        .collect();
    assert!(
        rounded.len() < 123,
        "a floating-point number must not be able to tell them apart"
    );
}

#[tokio::test]
async fn expressions_select() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let order = AddCommands {
        kind: Some("stop_turbine".to_owned()),
        ..AddCommands::to(&device)
    };
    let added = lab.sim.add_commands(&order).unwrap()[0].command.clone();
    let search = async |expression: &str| {
        let body = json!({"expression": expression}).to_string();
        let answer = lab.enos("search", &device, "", Some(&body)).await;
        assert_eq!(answer["code"], 0, "{expression}");
        answer["data"].as_array().unwrap().clone()
    };
    assert_eq!(search("state = 1").await.len(), 7);
    assert!(
        search("state in (2,3,5)")
            .await
            .iter()
            .all(|c| [2, 3, 5].contains(&c["state"].as_u64().unwrap()))
    );
    let newest = search("createTime >= '2026-09-21 14:13:20' and state = 1").await;
    assert_eq!(START_MS, 1_790_000_000_000, "the time above");
    assert_eq!(
        newest
            .iter()
            .map(|c| c["commandId"].as_str().unwrap())
            .collect::<Vec<_>>(),
        [added.as_str()]
    );
    let stops = search("commandName.default like 'stop turb'").await;
    assert!(!stops.is_empty() && stops.iter().all(|c| c["tslIdentifier"] == "stop_turbine"));
}

#[tokio::test]
async fn what_cannot_be_read_is_99400() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    for body in [
        r#"{"expression":"state = 1 or state = 2"}"#,
        r#"{"expression":"commandId = '1'"}"#,
        r#"{"expression":7}"#,
        r#"{"pagination":{"pageNo":0}}"#,
        r#"{"pagination":{"pageSize":"50"}}"#,
        r#"{"projection":"commandId"}"#,
        "not json",
    ] {
        let answer = lab.enos("search", &device, "", Some(body)).await;
        assert_eq!(answer["code"], 99_400, "{body}");
        assert!(answer["requestId"].is_string());
    }
}

#[tokio::test]
async fn a_projection_leaves_the_named_fields() {
    let lab = lab().await;
    let body = r#"{"projection":["commandId","state"],"pagination":{"pageNo":1,"pageSize":1}}"#;
    let answer = lab
        .enos("search", &lab.about.enos.devices[0], "", Some(body))
        .await;
    let keys: Vec<_> = answer["data"][0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(keys, ["commandId", "state"]);
}

#[tokio::test]
async fn devices_differ_in_what_the_documents_leave_open() {
    let lab = lab().await;
    let mut seen = BTreeSet::new();
    for device in &lab.about.enos.devices {
        let answer = lab.enos("search", device, "", None).await;
        for item in answer["data"].as_array().unwrap() {
            seen.insert(if item["createTime"].is_string() {
                "time as text"
            } else {
                "time as number"
            });
            seen.insert(if item.get("createLocaltime").is_some() {
                "Localtime"
            } else {
                "LocalTime"
            });
            seen.insert(match &item["inputData"] {
                Value::Null => "no input",
                Value::Object(_) => "input as object",
                _ => "bare input",
            });
            seen.insert(if item["outputData"].is_null() {
                "no output"
            } else {
                "some output"
            });
        }
    }
    let wanted = BTreeSet::from([
        "time as text",
        "time as number",
        "Localtime",
        "LocalTime",
        "no input",
        "input as object",
        "bare input",
        "no output",
        "some output",
    ]);
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn devices_are_searched_and_their_secret_can_be_left_out() {
    let lab = lab().await;
    let query = format!("action=search&orgId={}", lab.about.enos.org);
    let search = async |body: Value| -> Value {
        lab.enos_send("devices", &query, Some(&body.to_string()))
            .await
            .json()
            .await
            .unwrap()
    };
    let all = search(json!({})).await;
    let items = all["data"].as_array().unwrap();
    assert_eq!(
        (items.len(), &all["pagination"]["totalSize"]),
        (12, &json!(12))
    );
    assert!(
        items[0]["deviceSecret"]
            .as_str()
            .unwrap()
            .starts_with(DEVICE_SECRET_PREFIX)
    );
    assert!(items[0]["deviceName"]["i18nValue"]["zh_CN"].is_string());
    assert!(items[2]["deviceName"].is_string());

    let without = json!({"projection": ["assetId", "deviceName"], "pagination": {"pageNo": 2, "pageSize": 5}});
    let page = search(without).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 5);
    assert_eq!(page["data"][0]["assetId"], items[5]["assetId"]);
    assert_eq!(page["data"][0].get("deviceSecret"), None);

    let key = items[4]["deviceKey"].as_str().unwrap();
    let by_key = search(json!({"expression": format!("deviceKey = '{key}'")})).await;
    assert_eq!(by_key["data"], json!([items[4]]));
    let turbines = search(json!({"expression": "deviceName like 'TURBINE'"})).await;
    assert_eq!(turbines["pagination"]["totalSize"], 4);
    let offline = search(json!({"expression": "status = 'offline'"})).await;
    let first = &offline["data"][0];
    assert_eq!(
        (&first["assetId"], &first["status"]),
        (&items[0]["assetId"], &json!("offline"))
    );
    let too_many = search(json!({"pagination": {"pageNo": 1, "pageSize": 201}})).await;
    assert_eq!(too_many["code"], 99_400);
}
