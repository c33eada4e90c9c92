//! No room for the journal: nothing is sent that is not in it.

#![cfg(unix)]

use crate::{
    countermand::{countermand, text},
    saved_files::{assert_journal_matches, assert_rows_match, folder},
    simulator::{Simulator, VENDORS},
};

/// Makes the system refuse to let a file grow beyond so many blocks of 512 bytes, as a full disk would.
fn at_most(blocks: u32) -> String {
    format!("trap '' XFSZ; ulimit -f {blocks}")
}

#[test]
fn a_journal_that_cannot_be_written_stops_the_run_before_what_it_cannot_hold() {
    let mut stopped_in_the_middle = 0;
    for vendor in VENDORS {
        // From too little for the plan to almost enough for the run.
        for blocks in [8, 20, 32, 44] {
            let simulator = Simulator::start();
            let folder = folder();
            let device = simulator.device(vendor, 3);
            let ids = simulator.waiting(&device, 40);
            let path = folder.path().join("journal");
            let ended = simulator
                .countermand(vendor, &["cancel", &device, "--yes", "--output", "json"])
                .args(["--concurrency", "4", "--journal", &text(&path), "--command"])
                .args(&ids)
                .after(&at_most(blocks))
                .run()
                .says("the journal cannot be written")
                .says(&text(&path));
            let rows = ended.rows();
            assert_eq!(rows.len(), ids.len(), "every target has its row");
            let has = |outcome: &str| rows.iter().any(|row| row["outcome"] == outcome);
            let sent = simulator.requests(&format!("{vendor}.cancel"));
            let exit = match (sent, has("unknown")) {
                (0, _) => 1,
                (_, true) => 4,
                (_, false) => 3,
            };
            assert_eq!(ended.status, Some(exit), "{blocks}: {ended:?}");
            assert_journal_matches(&simulator, &path);
            assert_rows_match(&simulator, &rows);
            stopped_in_the_middle += u32::from(sent > 0 && has("not_sent"));

            // With room again, it goes on from where it was.
            let whole = countermand(["verify"]).arg(&path).run();
            assert_eq!(whole.status, Some(3), "{whole:?}");
            let resumed = simulator
                .countermand(vendor, &["resume", "--yes", "--output", "json"])
                .arg(&path)
                .run();
            if sent == 0 && resumed.stderr.contains("before its plan was complete") {
                resumed.exits(1);
                continue;
            }
            let resumed = resumed.exits(0);
            assert_eq!(resumed.rows().len(), ids.len());
            assert_journal_matches(&simulator, &path);
            assert_rows_match(&simulator, &resumed.rows());
            countermand(["verify"]).arg(&path).run().exits(0);
        }
    }
    assert!(stopped_in_the_middle > 1, "the sizes do not fit any more");
}

#[test]
fn without_room_for_the_header_nothing_is_begun() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    let path = folder.path().join("journal");
    simulator
        .countermand("applivery", &["cancel", &device, "--yes", "--command", &id])
        .args(["--journal", &text(&path)])
        .after(&at_most(0))
        .run()
        .exits(1)
        .says("cannot be written");
    assert!(!path.exists());
    assert_eq!(simulator.truth(&id), "pending");
}

#[test]
fn without_room_for_its_first_line_nobody_named_a_journal_and_nothing_is_sent() {
    let (simulator, folder) = (Simulator::start(), folder());
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 1);
    let run = |more: &[&str]| {
        simulator
            .countermand("applivery", &["cancel", &device, "--all-pending", "--yes"])
            .args(more)
            .env("XDG_STATE_HOME", folder.path())
            .after(&at_most(0))
            .run()
    };
    run(&[]).exits(2).prints_nothing().says("--no-journal");
    assert_eq!(simulator.requests("applivery.cancel"), 0);
    let kept = std::fs::read_dir(folder.path().join("countermand/runs")).unwrap();
    assert_eq!(kept.count(), 0, "nothing is left of it");
    run(&["--no-journal"]).exits(0);
}
