//! EnOS: what a cancel names, and what it is answered when nothing can be cancelled.

use countermand_simulator::{AddCommands, CancelAll, NotCached, SetState, TrueState};
use serde_json::{Value, json};

use crate::support::{Lab, enos_device, lab};

async fn code(lab: &Lab, query: &str) -> Value {
    let answer: Value = lab
        .enos_send("commands", query, None)
        .await
        .json()
        .await
        .unwrap();
    assert!(answer["requestId"].is_string(), "{query}: {answer}");
    answer["code"].clone()
}

#[tokio::test]
async fn what_is_missing_wrong_or_said_twice_is_refused() {
    let lab = lab().await;
    let org = lab.about.enos.org.clone();
    let [by_asset, by_key] = [0, 1].map(|n: usize| enos_device(&lab.about.enos.devices[n]));
    let product = by_key.split('&').next().unwrap();
    for action in ["get", "cancel"] {
        let id = "&commandId=2278935391225618432";
        for (query, wanted) in [
            (format!("action={action}&{by_asset}{id}"), 99_400),
            (format!("action={action}&orgId={org}{id}"), 99_400),
            (format!("action={action}&orgId={org}&{product}{id}"), 99_400),
            (
                format!("action={action}&orgId={org}&{by_asset}&{by_key}{id}"),
                99_400,
            ),
            (format!("action={action}&orgId=o1&{by_asset}{id}"), 99_403),
            (
                format!("action={action}&orgId={org}&assetId=nowhere1{id}"),
                99_404,
            ),
            (
                format!("action={action}&orgId={org}&{by_asset}{id}"),
                99_404,
            ),
        ] {
            assert_eq!(code(&lab, &query).await, wanted, "{query}");
        }
    }
    assert_eq!(
        code(&lab, &format!("action=get&orgId={org}&{by_asset}")).await,
        99_400
    );
    let gone = lab
        .enos_send("commands", &format!("action=nothing&orgId={org}"), None)
        .await;
    assert_eq!(gone.status().as_u16(), 404);
    assert_eq!(lab.enos_cached(&lab.about.enos.devices[0]).await.len(), 6);
}

#[tokio::test]
async fn a_blank_command_is_no_command_so_everything_is_cancelled() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let answer = lab.enos("cancel", &device, "&commandId=%20", None).await;
    assert_eq!(answer["data"].as_array().unwrap().len(), 6);
    assert_eq!(lab.sim.ledger().requests["enos.cancel_all"].received, 1);
}

#[tokio::test]
async fn what_is_not_cached_any_more_is_answered_as_chosen() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let order = AddCommands {
        state: TrueState::Succeeded,
        ..AddCommands::to(&device)
    };
    let id = lab.sim.add_commands(&order).unwrap()[0].command.clone();
    let cancel = || lab.enos("cancel", &device, "&commandId=ID", None);
    assert_eq!(cancel().await["code"], 99_404);
    lab.sim
        .change_options(|options| options.enos_not_cached = NotCached::Empty);
    let more = format!("&commandId={id}");
    let cancel = || lab.enos("cancel", &device, &more, None);
    let empty = cancel().await;
    assert_eq!((&empty["code"], &empty["data"]), (&json!(0), &json!([])));
    lab.sim.change_options(|options| {
        options.enos_not_cached = NotCached::Error {
            code: 99_400,
            msg: "not cached".to_owned(),
        };
    });
    let error = cancel().await;
    assert_eq!(
        (&error["code"], &error["msg"]),
        (&json!(99_400), &json!("not cached"))
    );
    let truth = lab.ledger_of(&device, &id).await;
    assert_eq!(truth["state"], "succeeded");
    assert_eq!(truth["cancels"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_installation_may_refuse_to_cancel_everything() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    lab.sim
        .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
    assert_eq!(lab.enos("cancel", &device, "", None).await["code"], 99_400);
    lab.sim.advance(300);
    let cached = lab.enos_cached(&device).await;
    assert_eq!(cached.len(), 6);
    let one = lab
        .enos(
            "cancel",
            &device,
            &format!("&commandId={}", cached[0]),
            None,
        )
        .await;
    assert_eq!(one["code"], 0);
}

#[tokio::test]
async fn only_created_can_be_cancelled() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    for state in [
        TrueState::Sent,
        TrueState::Succeeded,
        TrueState::Failed,
        TrueState::TimedOut,
        TrueState::Expired,
        TrueState::Cancelled,
    ] {
        let id = lab.sim.add_commands(&AddCommands::to(&device)).unwrap()[0]
            .command
            .clone();
        lab.sim
            .set_state(&SetState {
                device: device.clone(),
                command: id.clone(),
                state,
            })
            .unwrap();
        let before = lab.enos_state(&device, &id).await;
        let answer = lab
            .enos("cancel", &device, &format!("&commandId={id}"), None)
            .await;
        assert!(
            answer["code"] == 99_400 || answer["data"] == json!([]),
            "{state:?} {answer}"
        );
        assert_eq!(lab.enos_state(&device, &id).await, before);
    }
}

#[tokio::test]
async fn an_error_is_as_likely_as_an_empty_list_and_the_same_each_time() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let order = AddCommands {
        state: TrueState::Succeeded,
        count: 40,
        ..AddCommands::to(&device)
    };
    let mut errors = 0;
    for added in lab.sim.add_commands(&order).unwrap() {
        let more = format!("&commandId={}", added.command);
        let answer = lab.enos("cancel", &device, &more, None).await;
        let again = lab.enos("cancel", &device, &more, None).await;
        assert_eq!(answer["code"], again["code"]);
        errors += u32::from(answer["code"] == 99_400);
    }
    assert!((10..=30).contains(&errors), "{errors} of 40");
}
