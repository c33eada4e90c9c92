//! Values as people write them: any case, dates, and durations of several units.

use crate::{
    countermand::{Countermand, countermand},
    stub_server::{StubServer, page},
};

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--org", "org-one", "--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_TOKEN", "t0ken-of-values")
}

/// Two commands, of 19 November at 23:59:59 and of 20 November at midnight.
fn two_days() -> StubServer {
    let item = |id: char, at: &str| {
        format!(
            r#"{{"id":"507f1f77bcf86cd79943901{id}","status":"PENDING","createdAt":"{at}","config":{{"metadata":{{"type":"LOCK"}}}}}}"#
        )
    };
    let items = [
        item('1', "2020-11-19T23:59:59Z"),
        item('2', "2020-11-20T00:00:00Z"),
    ];
    StubServer::start(move |_| page(&items.join(",")))
}

#[test]
fn case_makes_no_difference() {
    let server = two_days();
    let arguments = ["list", "dev1", "--provider", "Applivery"];
    let ended = with_keys(&server, &arguments)
        .args(["--state", "Pending", "-o", "JSON"])
        .run()
        .exits(0);
    assert_eq!(ended.rows().len(), 2);
    let ended = with_keys(&server, &arguments)
        .args(["--state", "ALL", "--output", "Ndjson"])
        .run()
        .exits(0);
    assert_eq!(ended.stdout.lines().count(), 2);
}

#[test]
fn a_date_is_its_start_in_utc() {
    let server = two_days();
    for (option, value, last_digits) in [
        ("--created-after", "2020-11-20", &["2"][..]),
        ("--created-before", "2020-11-20", &["1"]),
        ("--created-after", "2020-11-19T23:59", &["2", "1"]),
        ("--created-after", "2020-11-20 00:00Z", &["2"]),
        ("--created-after", "2020-11-20T00:59+01:00", &["2", "1"]),
        ("--created-before", "2020-11-20T01:00+01:00", &["1"]),
    ] {
        let arguments = ["list", "applivery:dev1", option, value, "-o", "json"];
        let ended = with_keys(&server, &arguments)
            .env("TZ", "America/New_York")
            .run()
            .exits(0);
        let rows = ended.rows();
        let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), last_digits.len(), "{option} {value}: {ids:?}");
        for (id, digit) in ids.iter().zip(last_digits) {
            assert!(id.ends_with(digit), "{option} {value}: {ids:?}");
        }
    }
}

#[test]
fn durations_have_several_units_and_weeks() {
    let server = two_days();
    for (option, value) in [
        ("--created-before", "2w"),
        ("--created-before", "1h30m"),
        ("--created-after", "3d12h"),
    ] {
        with_keys(&server, &["list", "applivery:dev1", option, value])
            .run()
            .exits(if option == "--created-before" { 0 } else { 3 });
    }
    let arguments = ["cancel", "applivery:dev1", "--all-pending", "--dry-run"];
    for (option, value, status) in [
        ("--verify-for", "1m30s", 0),
        ("--watch", "1h30m", 0),
        ("--watch", "1d", 0),
        ("--verify-for", "30m1h", 2),
        ("--watch", "2d", 2),
    ] {
        with_keys(&server, &arguments)
            .args([option, value])
            .run()
            .exits(status);
    }
}
