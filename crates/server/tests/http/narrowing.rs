//! What narrows a cancel is never cut off or read for absent: a malformed target is refused whole.

use crate::{
    house::{ALICE, house, simulated, simulator},
    passing::{enos_target, hold, truth},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_cancel_is_refused_and_nothing_leaves() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let held = hold(&simulator, "enos", "stop_turbine");
    let narrow = enos_target(&simulator, &held, "cancel");
    let (wide, command) = narrow.split_once("&commandId=").unwrap();
    for target in [
        format!("{wide}#&commandId={command}"),
        format!("{wide}&#commandId={command}"),
        format!("{wide}&commandId=#{command}"),
        format!("{wide}#"),
        format!("#{wide}"),
        format!("{wide};commandId={command}"),
        format!("{wide}&commandId="),
        format!("{wide}&commandId=%20"),
        format!("{wide}&commandId"),
        format!("{wide}&commandid={command}"),
        format!("{wide}&CommandId={command}"),
        format!("{wide}&commandId={command}&commandId={command}"),
        format!("{wide}&commandId={command}&command%49d={command}"),
        format!("{wide}&commandId=%"),
        format!("{wide}&commandId=%zz"),
        format!("{wide}&commandId=%3"),
        format!("{wide}%"),
        format!("{wide}%26commandId={command}"),
        format!("{wide}%26commandId%3D{command}"),
        format!("{wide}?commandId={command}"),
        format!("{wide}&"),
        format!("{wide}&&"),
        format!("{wide}&=7"),
        format!("{wide}&id=7"),
        format!("{wide}&commandId%20={command}"),
        format!("{wide}&{}", wide.rsplit_once('&').unwrap().1),
    ] {
        let asked = house.ask_as(ALICE, "POST", &target, "").await;
        assert_eq!(asked.status, 400, "{target}: {asked:?}");
    }
    simulator.advance(60_000);
    assert_eq!(truth(&simulator, &held), "pending");
    assert!(house.audited("sending").is_empty());
    // A second request of the same connection is looked at, too, and the first one is answered.
    let (addr, own) = (house.server.addr(), house.own(ALICE));
    let get = enos_target(&simulator, &held, "get");
    let text = format!(
        "GET {get} HTTP/1.1\r\nHost: {addr}\r\n{own}\r\nPOST {wide}#&commandId={command} HTTP/1.1\r\nHost: {addr}\r\n{own}Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let answer = house.raw(text.into_bytes()).await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("HTTP/1.1 400"), "{answer:?}");
    assert!(house.audited("sending").is_empty());
    assert_eq!(house.ask_as(ALICE, "POST", &narrow, "").await.status, 200);
    let all = house.ask_as(ALICE, "POST", wide, "").await;
    assert_eq!(all.status, 200, "{all:?}");
    let lines = house.audited("sending");
    assert_eq!(lines[0]["command"], held.command.as_str());
    assert!(lines[1].get("command").is_none(), "{lines:?}");
}
