//! The audit: before anything leaves, whole at the end, and nothing without it.

use std::{fs::File, io::BufReader};

use countermand_server::audit::{AuditSummary, CancelResponse, read};

use crate::{
    house::ALICE,
    passing::{applivery_path, both, hold},
};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_sealed_in_good_order_and_every_change_of_it_is_found() {
    let (house, simulator) = both().await;
    for _ in 0..3 {
        let held = hold(&simulator, "applivery", "LOCK");
        let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
        assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
    }
    let path = house.server.relay().unwrap().audit().to_owned();
    let open = AuditSummary::of(&mut read(BufReader::new(File::open(&path).unwrap()))).unwrap();
    assert!(!open.sealed);
    house.server.stop().await;
    let bytes = std::fs::read(&path).unwrap();
    let summary = AuditSummary::of(&mut read(bytes.as_slice())).unwrap();
    assert!(summary.sealed);
    assert_eq!((summary.cancels, summary.without_answer), (3, 0));
    assert_eq!(summary.answers.get(&CancelResponse::Taken), Some(&3));
    assert_eq!(summary.who.get("alice"), Some(&3));
    // One byte of any line but the last is changed.
    let last = bytes[..bytes.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap();
    for at in (0..last).step_by(37) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(
            AuditSummary::of(&mut read(changed.as_slice())).is_err(),
            "byte {at}"
        );
    }
    // A line is taken out.
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for out in 0..lines.len() - 1 {
        let mut rest = lines.clone();
        rest.remove(out);
        assert!(
            AuditSummary::of(&mut read(rest.concat().as_slice())).is_err(),
            "line {out}"
        );
    }
}
