//! What gateways before EnOS say about the token and the signature, and what stands beside it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::{
    countermand::{Countermand, countermand},
    stub_server::{Reply, StubServer},
};

const APP_KEY: &str = "5acb82e7-a11e-4300-9164-c8b20b638e8b";
const APP_SECRET: &str = "0f1e2d3c-4b5a-4697-8877-665544332211";
/// "user:" and the app secret, as a proxy writes them.
const BASIC: &str = "dXNlcjowZjFlMmQzYy00YjVhLTQ2OTctODg3Ny02NjU1NDQzMzIyMTE=";
const ID: &str = "2278935391225618432";
const DEVICE: &str = "enos:asset:A1";

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "enos", "--org", "o1"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_APP_KEY", APP_KEY)
        .env("COUNTERMAND_APP_SECRET", APP_SECRET)
        .env("RUST_LOG", "trace")
}

fn command(state: u8) -> Value {
    json!({"commandId": ID, "orgId": "o1", "assetId": "A1", "commandType": 2, "state": state,
           "commandName": {"defaultValue": "set up"}, "pendingTtl": 3600, "tslIdentifier": "setUp",
           "createTime": 1_760_000_000_000_i64,
           "inputData": {"params": [{"name": "newPassword", "value": "hunter22"}, {"name": "user", "value": "bob"}],
                         "sessionKey": "hunter22", "productKey": "pk-stays", "note": APP_SECRET, "proxy": BASIC}})
}

/// A gateway that refuses every third call in these words, and cancels when it is asked to.
fn gateway(status: u16, refusal: Value) -> StubServer {
    let calls = AtomicUsize::new(0);
    let cancels = AtomicUsize::new(0);
    StubServer::start(move |asked| {
        if asked.target.contains("/apim-token-service/") {
            let number = calls.load(Ordering::SeqCst);
            let token = format!("APITOKEN-hunter22-{number:06}");
            let data = json!({"accessToken": token, "expire": 7200});
            return Reply::Json(200, json!({"status": 0, "data": data}).to_string());
        }
        let is_cancel = asked.target.contains("action=cancel");
        if calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(3) {
            return Reply::Json(status, refusal.to_string());
        }
        let cancelled = cancels.fetch_add(usize::from(is_cancel), Ordering::SeqCst) > 0;
        let state = if cancelled { 2 } else { 1 };
        let data = if asked.target.contains("action=get") {
            command(state)
        } else {
            json!([command(state)])
        };
        let pagination = json!({"pageNo": 1, "pageSize": 50, "totalSize": 1});
        let body = json!({"code": 0, "msg": "OK", "data": data, "pagination": pagination});
        Reply::Json(200, body.to_string())
    })
}

#[test]
fn every_refusal_of_token_or_signature_is_got_over_and_no_secret_beside_it_is_shown() {
    let hidden = ["hunter22", APP_SECRET, &BASIC[8..40]];
    for (status, refusal) in [
        (
            200,
            json!({"apim_status": 4011, "apim_refreshtoken": "hunter22"}),
        ),
        (
            200,
            json!({"apim_status": "4012", "apim_refreshtoken": "hunter22"}),
        ),
        (
            200,
            json!({"status": 401, "message": "apim_refreshtoken=hunter22"}),
        ),
        (200, json!({"code": "497", "msg": "timestamp"})),
        (200, json!({"code": 498, "msg": "token hunter22"})),
        (200, json!({"code": 1203})),
        (498, json!({})),
        (403, json!({"apim_status": 497, "code": "FAIL"})),
    ] {
        for arguments in [
            &["list", DEVICE, "--output", "json"][..],
            &["show", DEVICE, ID, "--output", "json"],
        ] {
            let ended = with_keys(&gateway(status, refusal.clone()), arguments)
                .run()
                .exits(0)
                .hides(&hidden);
            assert!(ended.stdout.contains(ID), "{refusal} {ended:?}");
            if arguments[0] == "show" {
                for shown in ["pk-stays", "bob", "[redacted]"] {
                    assert!(ended.stdout.contains(shown), "{shown} {ended:?}");
                }
            }
        }
        let ended = with_keys(
            &gateway(status, refusal.clone()),
            &[
                "cancel",
                DEVICE,
                "--command",
                ID,
                "--yes",
                "--output",
                "json",
            ],
        )
        .run()
        .exits(0)
        .hides(&hidden);
        assert!(
            ended.stdout.contains("\"cancelled\""),
            "{refusal} {ended:?}"
        );
    }
}

#[test]
fn a_gateway_that_never_takes_a_token_is_asked_a_few_times_and_the_word_is_told() {
    let server = StubServer::start(|asked| {
        let body = if asked.target.contains("/apim-token-service/") {
            json!({"status": 0, "data": {"accessToken": "APITOKEN-hunter22", "expire": 7200}})
        } else {
            json!({"apim_status": 4011, "apim_refreshtoken": "hunter22", "msg": "use hunter22"})
        };
        Reply::Json(200, body.to_string())
    });
    with_keys(&server, &["list", DEVICE])
        .run()
        .exits(1)
        .says("code 4011")
        .hides(&["hunter22", APP_SECRET]);
    let calls = |part: &str| {
        let asked = server.requests();
        asked
            .iter()
            .filter(|asked| asked.target.contains(part))
            .count()
    };
    assert_eq!((calls("/token/"), calls("/commands")), (3, 3));
}
