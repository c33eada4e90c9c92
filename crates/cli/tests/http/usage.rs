//! Wrong usage: exit status 2, nothing on standard output, and nothing is sent.

use crate::{
    countermand::{Countermand, countermand},
    stub_server::{StubServer, page},
};

const ID: &str = "507f1f77bcf86cd799439011";

/// A good connection to a server that remembers who came.
fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(arguments)
        .env("COUNTERMAND_PROVIDER", "applivery")
        .env("COUNTERMAND_BASE_URL", server.base_url())
        .env("COUNTERMAND_ORG", "org-one")
        .env("COUNTERMAND_TOKEN", "t0ken-of-usage")
}

#[test]
fn the_connection_of_these_tests_is_good() {
    let server = StubServer::start(|_| page(""));
    with_keys(&server, &["list", "dev1"]).run().exits(0);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_sent() {
    let server = StubServer::start(|_| page(""));
    for (arguments, named) in [
        (&["cancel", "dev1", "--yes"][..], "--command"),
        (&["cancel", "--all-pending", "--yes"], "No device given"),
        (
            &["cancel", "dev1", "--all-pending", "--command", ID, "--yes"],
            "--command",
        ),
        (
            &["cancel", "dev1", "--command", "", "--yes"],
            "emmCommandId",
        ),
        (
            &["cancel", "dev1", "--command", " ", "--yes"],
            "emmCommandId",
        ),
        (
            &["cancel", "dev1", "--command", "1,2", "--yes"],
            "emmCommandId",
        ),
        (&["cancel", "dev1", "--command", "--yes"], "--command"),
        (&["cancel", "dev1", "--command=", "--yes"], "emmCommandId"),
        (&["cancel", "", "--all-pending", "--yes"], "emmDeviceId"),
        (&["cancel", " ", "--all-pending", "--yes"], "emmDeviceId"),
        (
            &["cancel", "applivery:", "--all-pending", "--yes"],
            "emmDeviceId",
        ),
        (
            &["cancel", "dev1", "", "--all-pending", "--yes"],
            "emmDeviceId",
        ),
        (
            &["cancel", "dev1", "dev2", "--command", ID, "--yes"],
            "one device",
        ),
        (&["cancel", "dev1", "--all-pending"], "--yes"),
        (
            &["cancel", "dev1", "--all-pending", "--yes", "--rate", "fast"],
            "--rate",
        ),
        (
            &[
                "cancel",
                "dev1",
                "--all-pending",
                "--yes",
                "--concurrency",
                "0",
            ],
            "--concurrency",
        ),
        (
            &[
                "cancel",
                "dev1",
                "--all-pending",
                "--yes",
                "--verify-for",
                "15",
            ],
            "--verify-for",
        ),
        (
            &["cancel", "dev1", "--all-pending", "--yes", "--journal", "."],
            "exists",
        ),
        (
            &["cancel", "dev1", "--all-pending", "--plan-out", "."],
            "exists",
        ),
        (
            &["cancel", "dev1", "--command", ID, "--yes", "--text", "x"],
            "--text",
        ),
        (
            &["cancel", "dev1", "--kind", "LOCK", "--yes"],
            "--all-pending",
        ),
        (&["cancel", "dev1", "--plan", "x", "--yes"], "--plan"),
        (
            &["cancel", "--plan", "no-such-plan", "--yes"],
            "no-such-plan",
        ),
        (
            &["cancel", "--devices-from", "no-such-list", "--all-pending"],
            "no-such-list",
        ),
        (
            &["cancel", "--devices-from", "-", "--all-pending", "--yes"],
            "No device in",
        ),
        (
            &["list", "dev1", "--created-after", "yesterday"],
            "--created-after",
        ),
        (&["list", "--devices-from", "/dev/null"], "No device in"),
        (&["list"], "No device given"),
        (&["list", "dev1", "--state", "waiting"], "--state"),
        (&["list", "dev1", "--output", "xml"], "--output"),
        (&["list", "a/b"], "emmDeviceId"),
        (&["list", "enos:asset:x"], "device"),
        (&["list", "dev1", "--org", ""], "--org"),
        (&["list", "dev1", "--provider", "apple"], "--provider"),
        (
            &["list", "dev1", "--base-url", "ftp://127.0.0.1"],
            "--base-url",
        ),
        (
            &["list", "dev1", "--base-url", "http://10.0.0.1/v1"],
            "--insecure-http",
        ),
        (&["list", "dev1", "--profile", "none"], "profile"),
        (&["list", "dev1", "--token", "t0ken-of-usage"], "--token"),
        (&["show", "dev1", "1"], "emmCommandId"),
        (&["show", "dev1"], "COMMAND_ID"),
        (&["resume", "no-such-journal", "--yes"], "no-such-journal"),
        (&["verify", "no-such-journal"], "no-such-journal"),
        (&["verify", "."], "folder"),
        (&["simulate", "--listen", "0.0.0.0:0"], "--listen"),
        (&["simulate", "--devices", "0"], "--devices"),
        (&["serve", "--listen", "0.0.0.0:0"], "--listen"),
        (&["serve", "--connect", "https://a;script-src"], "--connect"),
        (&["completions", "cmd"], "cmd"),
        (&[], "Usage"),
    ] {
        with_keys(&server, arguments)
            .run()
            .exits(2)
            .prints_nothing()
            .says(named)
            .hides(&["t0ken-of-usage"]);
    }
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}

#[test]
fn what_is_missing_is_named_with_every_place_it_can_come_from() {
    let device = "applivery:dev1";
    let base = ["list", device, "--base-url", "http://127.0.0.1:9/v1"];
    countermand(base)
        .run()
        .exits(2)
        .says("--org")
        .says("COUNTERMAND_ORG");
    countermand(base)
        .args(["--org", "org-one"])
        .run()
        .exits(2)
        .says("COUNTERMAND_TOKEN")
        .says("token_command");
    countermand(["list", "enos:asset:a", "--org", "o"])
        .run()
        .exits(2)
        .says("--base-url");
    let enos = [
        "list",
        "enos:asset:a",
        "--org",
        "o",
        "--base-url",
        "http://127.0.0.1:9",
    ];
    countermand(enos).run().exits(2).says("COUNTERMAND_APP_KEY");
    countermand(enos)
        .env("COUNTERMAND_APP_KEY", "k")
        .run()
        .exits(2)
        .says("COUNTERMAND_APP_SECRET");
    countermand(["devices"]).run().exits(2).says("--provider");
    countermand(["list", "dev1"])
        .run()
        .exits(2)
        .says("--provider");
    countermand(["list", "applivery:a", "enos:asset:a"])
        .run()
        .exits(2)
        .says("--provider");
}

#[test]
fn an_empty_key_is_a_missing_one() {
    countermand(["list", "applivery:dev1", "--org", "org-one"])
        .env("COUNTERMAND_TOKEN", "")
        .run()
        .exits(2)
        .says("COUNTERMAND_TOKEN");
    countermand(["list", "applivery:dev1", "--org", "org-one"])
        .env("COUNTERMAND_TOKEN", "  ")
        .run()
        .exits(2)
        .says("COUNTERMAND_TOKEN");
}

#[test]
fn help_version_and_completions() {
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["cancel", "--help"],
        &["cancel", "--version"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["completions", "fish"],
    ] {
        let ended = countermand(arguments).run().exits(0);
        assert!(ended.stdout.contains("countermand"), "{ended:?}");
    }
    let help = countermand(["--help"]).run().stdout;
    for word in ["COUNTERMAND_TOKEN", "COUNTERMAND_CONFIG", "Exit status"] {
        assert!(help.contains(word), "{word}");
    }
}
