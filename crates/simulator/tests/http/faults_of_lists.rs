//! Lists that lie about their pages.

use countermand_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Lab, lab};

async fn applivery(lab: &Lab, fault: FaultKind, page: u32) -> Value {
    lab.sim.clear_faults();
    lab.sim
        .fault(Fault::always(fault).on("applivery.list"))
        .unwrap();
    let rest = format!("?page={page}&limit=50");
    lab.get(lab.commands_url(&lab.applivery_device(1), &rest))
        .await
        .1["data"]
        .clone()
}

async fn enos(lab: &Lab, fault: FaultKind, page: u32) -> Value {
    lab.sim.clear_faults();
    lab.sim
        .fault(Fault::always(fault).on("enos.search"))
        .unwrap();
    let body = json!({"pagination": {"pageNo": page, "pageSize": 50}}).to_string();
    lab.enos("search", &lab.about.enos.devices[1], "", Some(&body))
        .await
}

#[tokio::test]
async fn the_same_page_comes_again_and_again() {
    let lab = lab().await;
    let [first, second, far] = [
        applivery(&lab, FaultKind::PageRepeated, 1).await,
        applivery(&lab, FaultKind::PageRepeated, 2).await,
        applivery(&lab, FaultKind::PageRepeated, 99).await,
    ];
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    assert_eq!(
        (&first["items"], &second["items"]),
        (&second["items"], &far["items"])
    );
    assert_eq!(
        (&far["hasNextPage"], &far["page"]),
        (&json!(true), &json!(99))
    );

    let (first, far) = (
        enos(&lab, FaultKind::PageRepeated, 1).await,
        enos(&lab, FaultKind::PageRepeated, 99).await,
    );
    assert_eq!(first["data"].as_array().unwrap().len(), 50);
    assert_eq!(first["data"], far["data"]);
    assert_eq!(far["pagination"]["pageNo"], 99);
    assert_eq!(far["pagination"]["totalSize"], 1_000_000);
}

#[tokio::test]
async fn paging_parameters_are_ignored() {
    let lab = lab().await;
    let data = applivery(&lab, FaultKind::PagingIgnored, 2).await;
    assert_eq!(
        (&data["page"], &data["limit"], &data["hasNextPage"]),
        (&json!(1), &json!(100), &json!(true))
    );
    let answer = enos(&lab, FaultKind::PagingIgnored, 2).await;
    assert_eq!(
        (
            &answer["pagination"]["pageNo"],
            &answer["pagination"]["pageSize"]
        ),
        (&json!(1), &json!(100))
    );
}

#[tokio::test]
async fn there_is_always_a_next_page_or_nothing_is_said_about_it() {
    let lab = lab().await;
    let past = applivery(&lab, FaultKind::HasNextAlways, 9).await;
    assert_eq!(
        (&past["hasNextPage"], &past["items"]),
        (&json!(true), &json!([]))
    );
    let silent = applivery(&lab, FaultKind::HasNextMissing, 3).await;
    let keys = ["hasNextPage", "nextPage", "totalPages", "totalDocs"];
    assert!(
        keys.iter().all(|key| silent.get(*key).is_none()),
        "{silent}"
    );
    assert_eq!(
        (&silent["limit"], silent["items"].as_array().unwrap().len()),
        (&json!(50), 33)
    );
    let items = applivery(&lab, FaultKind::ItemsOnly, 1).await;
    assert_eq!(
        items.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["items"]
    );
    let bare = applivery(&lab, FaultKind::BareArray, 1).await;
    assert_eq!(bare.as_array().unwrap().len(), 50);

    let past = enos(&lab, FaultKind::HasNextAlways, 9).await;
    assert_eq!(
        (&past["data"], &past["pagination"]["totalSize"]),
        (&json!([]), &json!(1_000_000))
    );
    assert_eq!(
        enos(&lab, FaultKind::HasNextMissing, 1)
            .await
            .get("pagination"),
        None
    );
}
