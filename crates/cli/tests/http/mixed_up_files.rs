//! A plan where a journal is wanted, and the other way round: the right command is named.

use crate::{countermand::text, simulator::Simulator};

#[test]
fn a_file_of_another_kind_is_named_with_the_command_that_takes_it() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    simulator.waiting(&device, 1);
    let folder = crate::saved_files::folder();
    let [plan, journal, other, empty] =
        ["a.plan", "a.journal", "a.txt", "empty"].map(|name| text(&folder.path().join(name)));
    let run = |arguments: &[&str]| simulator.countermand("applivery", arguments).run();
    let cancel = ["cancel", &device, "--all-pending"];
    run(&[&cancel[..], &["--plan-out", &plan]].concat()).exits(0);
    run(&[&cancel[..], &["--yes", "--journal", &journal]].concat()).exits(0);
    std::fs::write(&other, "{\"format\":\"something else\"}\n").unwrap();
    std::fs::write(&empty, "").unwrap();
    let before = std::fs::read(&plan).unwrap();
    for (arguments, says) in [
        (
            &["resume", &plan, "--yes"][..],
            "a.plan is a plan, not a journal; use \"cancel --plan\".",
        ),
        (
            &["verify", &plan],
            "a.plan is a plan, not a journal; use \"cancel --plan\".",
        ),
        (
            &["cancel", "--plan", &journal, "--yes"],
            "a.journal is a journal, not a plan; use \"resume\".",
        ),
        (&["resume", &other, "--yes"], "a.txt is not a journal."),
        (&["verify", &other], "a.txt is not a journal."),
        (
            &["cancel", "--plan", &other, "--yes"],
            "a.txt is not a plan.",
        ),
        (&["verify", &empty], "empty is not a journal: it is empty"),
        (
            &["resume", &empty, "--yes"],
            "empty is not a journal: it is empty",
        ),
    ] {
        run(arguments).exits(2).prints_nothing().says(says);
    }
    assert_eq!(std::fs::read(&plan).unwrap(), before);
    let again = [&cancel[..], &["--yes", "--journal", &journal]].concat();
    run(&again)
        .exits(2)
        .says("a.journal already exists; refusing to overwrite it");
    let again = [&cancel[..], &["--plan-out", &plan]].concat();
    run(&again)
        .exits(2)
        .says("a.plan already exists; refusing to overwrite it.");
}
