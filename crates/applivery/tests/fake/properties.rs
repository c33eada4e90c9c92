//! Whatever comes: no panic, no secret, no command that was not named.

use countermand_transport::fake::FakeTransport;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ID, cancel, client, device, get, list, now};

const SECRET: &str = "hunter22-and-more";

/// Names that the decoder reads, and some that it does not.
const NAMES: &[&str] = &[
    "id",
    "_id",
    "status",
    "data",
    "items",
    "error",
    "code",
    "message",
    "msg",
    "config",
    "_config",
    "metadata",
    "type",
    "createTime",
    "duration",
    "errorCode",
    "startLostModeStatus",
    "clearAppsDataStatus",
    "results",
    "esimStatus",
    "done",
    "name",
    "response",
    "createdAt",
    "mdmUser",
    "hasNextPage",
    "limit",
    "totalDocs",
    "canceled",
    "requestId",
    "@type",
    "organization",
    "slug",
    "hardwareInfo",
    "x",
];

fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "PENDING",
            "CANCELLED",
            "SENT",
            "LOCK",
            ID,
            "3600s",
            "1.5s",
            "2026-02-10T12: 00:00Z",
            "OK",
        ])
        .prop_map(Value::from),
    ]
}

/// JSON of the provider's names, with secrets strewn in.
fn any_json() -> impl Strategy<Value = Value> {
    any_leaf().prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NAMES), inner.clone()), 0..8).prop_map(
                |members| {
                    members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect()
                }
            ),
            inner.prop_map(|value| json!({
                "newPassword": SECRET, "addEsimParams": {"activationCode": SECRET}, "config": value,
            })),
        ]
    })
}

/// The provider's example, of which one member is replaced or taken away.
fn any_mutation() -> impl Strategy<Value = Value> {
    let example: Value = serde_json::from_str(include_str!("../fixtures/cancel-200.json")).unwrap();
    let mut paths = Vec::new();
    all_paths(&example, String::new(), &mut paths);
    (prop::sample::select(paths), prop::option::of(any_json())).prop_map(move |(path, value)| {
        let mut mutation = example.clone();
        mutation["data"]["config"]["metadata"]["newPassword"] = SECRET.into();
        mutation["data"]["_config"]["metadata"]["activationCode"] = json!({"value": SECRET});
        match value {
            Some(value) => {
                if let Some(place) = mutation.pointer_mut(&path) {
                    *place = value;
                }
            }
            None => {
                let (parent, name) = path.rsplit_once('/').unwrap_or_default();
                if let Some(Value::Object(members)) = mutation.pointer_mut(parent) {
                    members.shift_remove(name);
                }
            }
        }
        mutation
    })
}

fn all_paths(value: &Value, path: String, paths: &mut Vec<String>) {
    if let Value::Object(members) = value {
        for (name, member) in members {
            all_paths(member, format!("{path}/{name}"), paths);
        }
    }
    paths.push(path);
}

/// Puts `body` to every decoder, and searches what comes out.
fn put_to_every_decoder(status: u16, body: &[u8]) {
    let mut shown = String::new();
    let mut show = |text: String| shown.push_str(&text);
    match get(status, body.to_vec()) {
        Ok(command) => {
            assert_eq!(command.id.as_str(), ID);
            show(format!("{command:?}"));
            show(serde_json::to_string(&command).unwrap());
        }
        Err(error) => show(format!("{error} {error:?}")),
    }
    match cancel(status, body.to_vec()) {
        Ok(answer) => show(format!("{answer:?}")),
        Err(error) => show(format!("{error} {error:?}")),
    }
    let pages = || {
        (0..3).fold(FakeTransport::new(), |fake, _| {
            fake.answer(status, body.to_vec())
        })
    };
    match list(&pages()) {
        Ok(listing) => show(format!("{listing:?}")),
        Err(error) => show(format!("{error} {error:?}")),
    }
    match now(client(&pages()).devices(None)) {
        Ok(listing) => show(format!("{listing:?}")),
        Err(error) => show(format!("{error} {error:?}")),
    }
    match now(client(&pages()).check()) {
        Ok(found) => show(format!("{found:?}")),
        Err(error) => show(format!("{error} {error:?}")),
    }
    assert!(!shown.contains(SECRET), "{shown}");
}

proptest! {
    #[test]
    fn any_json_of_the_vendors_names(
        value in any_json(),
        enveloped in any::<bool>(),
        status in prop::sample::select(vec![200_u16, 204, 302, 400, 401, 403, 404, 429, 500, 503]),
    ) {
        let value = if enveloped { json!({"status": true, "data": value}) } else { value };
        put_to_every_decoder(status, value.to_string().as_bytes());
    }

    #[test]
    fn any_list_of_the_vendors_names(values in prop::collection::vec(any_json(), 0..5), rest in any_json()) {
        let value = json!({"status": true, "data": {"items": values, "hasNextPage": rest}});
        put_to_every_decoder(200, value.to_string().as_bytes());
    }

    #[test]
    fn any_mutation_of_the_example(value in any_mutation()) {
        put_to_every_decoder(200, value.to_string().as_bytes());
    }

    #[test]
    fn the_example_cut_off_or_damaged(at in 0..700_usize, byte in any::<u8>(), cut in any::<bool>()) {
        let mut body = include_bytes!("../fixtures/cancel-200.json").to_vec();
        let at = at.min(body.len() - 1);
        if cut { body.truncate(at) } else { body[at] = byte }
        // A damaged id may name another command, which is refused; nothing else may come of it.
        if let Ok(command) = get(200, body.clone()) {
            prop_assert_eq!(command.id.as_str(), ID);
            prop_assert_eq!(command.device.to_string(), format!("applivery:{}", device()));
        }
        let _ = cancel(200, body);
    }

    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..200), status in 200_u16..600) {
        put_to_every_decoder(status, &body);
    }
}
