//! `countermand check`: what it says of a good connection, and of each thing that may be wrong.

use serde_json::Value;

use crate::{
    authority::Authority,
    countermand::{Countermand, Ended, countermand, text},
    proxy::Proxy,
    run_server::{RunServer, Story},
    saved_files::folder,
    simulator::{Simulator, VENDORS},
    stub_server::{Reply, StubServer, page},
};

const TOKEN: &str = "t0ken-that-nobody-sees";

/// The checks with their results, in order.
fn results(ended: &Ended) -> Vec<(String, String)> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    let rows = ended.rows();
    rows.iter()
        .map(|row| (text(row, "check"), text(row, "result")))
        .collect()
}

#[track_caller]
fn assert_result(ended: &Ended, check: &str, result: &str) {
    let all = results(ended);
    let found = all.iter().find(|(name, _)| name == check);
    assert_eq!(
        found.map(|(_, result)| result.as_str()),
        Some(result),
        "{check}: {ended:#?}"
    );
}

fn at(base_url: &str) -> Countermand {
    countermand([
        "check",
        "--output",
        "json",
        "--provider",
        "applivery",
        "--org",
        "org-one",
    ])
    .args(["--base-url", base_url])
    .env("COUNTERMAND_TOKEN", TOKEN)
    .env("RUST_LOG", "trace")
}

#[test]
fn a_good_connection_is_ok_and_no_cancel_is_tried() {
    let simulator = Simulator::start();
    let secrets = simulator.secrets();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    for vendor in VENDORS {
        let ended = simulator
            .countermand(vendor, &["check", "--output", "json"])
            .env("RUST_LOG", "trace")
            .run()
            .exits(0)
            .hides(&secrets);
        let expected = [
            ("configuration", "ok"),
            ("profile", "ok"),
            ("proxy", "ok"),
            ("host", "ok"),
            ("tls", "ok"),
            ("clock", "ok"),
            ("key", "ok"),
            ("organization", "ok"),
            ("devices", "ok"),
            ("commands", "ok"),
            ("cancel", "not_tried"),
        ];
        let expected = expected.map(|(check, result)| (check.to_owned(), result.to_owned()));
        assert_eq!(results(&ended), expected, "{ended:#?}");
        let shown = simulator.countermand(vendor, &["check"]).run().exits(0);
        assert_eq!(shown.stdout.lines().count(), 11, "{shown:#?}");
        shown
            .says_out("ok         organization")
            .says_out("not tried  cancel")
            .hides(&secrets);
        assert_eq!(simulator.requests(&format!("{vendor}.cancel")), 0);
    }
}

#[test]
fn a_refused_key_is_told_from_another_organization() {
    let simulator = Simulator::start();
    let refused = simulator
        .countermand("applivery", &["check", "--output", "json"])
        .env("COUNTERMAND_TOKEN", TOKEN)
        .run()
        .exits(1)
        .hides(&[TOKEN]);
    assert_result(&refused, "clock", "ok");
    assert_result(&refused, "key", "failed");
    assert_result(&refused, "organization", "not_tried");
    assert_result(&refused, "cancel", "not_tried");
    let help = refused.rows().into_iter().find(|row| row["check"] == "key");
    assert!(help.unwrap()["help"].as_str().unwrap().contains("new key"));

    let other = simulator
        .countermand(
            "applivery",
            &[
                "check",
                "--output",
                "json",
                "--org",
                "507f1f77bcf86cd799439011",
            ],
        )
        .run()
        .exits(1);
    assert_result(&other, "key", "ok");
    assert_result(&other, "organization", "failed");

    let missing = countermand([
        "check",
        "--output",
        "json",
        "--provider",
        "applivery",
        "--org",
        "org-one",
    ])
    .args(["--base-url", &simulator.text("applivery", "base_url")])
    .run()
    .exits(1);
    assert_result(&missing, "host", "ok");
    assert_result(&missing, "key", "failed");
}

#[test]
fn what_the_key_may_not_read_is_named() {
    let server = StubServer::start(|asked| {
        if asked.target.contains("/devices") || asked.target.contains("Device") {
            return Reply::Json(
                403,
                r#"{"status":false,"error":{"code":"4003","message":"no"}}"#.to_owned(),
            );
        }
        Reply::Json(
            200,
            r#"{"status":true,"data":{"items":[],"id":"org-one","name":"One"}}"#.to_owned(),
        )
    });
    let ended = at(&server.base_url()).run().exits(1).hides(&[TOKEN]);
    assert_result(&ended, "devices", "failed");
    assert_result(&ended, "commands", "not_tried");
}

#[test]
fn a_host_that_does_not_answer_ends_it() {
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let ended = at(&format!("http://{free}/v1")).run().exits(1);
    assert_result(&ended, "host", "failed");
    assert_result(&ended, "tls", "not_tried");
    assert_result(&ended, "key", "not_tried");
    countermand(["check", "--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &format!("http://{free}/v1")])
        .run()
        .exits(1)
        .says_out("Nothing listens there");
    let unknown = at("https://no-such-host.invalid/v1").run().exits(1);
    assert_result(&unknown, "host", "failed");
}

#[test]
fn a_certificate_of_an_own_authority_is_explained() {
    let (authority, folder) = (Authority::new(), folder());
    let server = StubServer::start_tls(authority.tls_for(&["127.0.0.1"]), |_| page(""));
    let base_url = format!("https://{}/v1", server.authority());
    let ended = at(&base_url).run().exits(1);
    assert_result(&ended, "host", "ok");
    assert_result(&ended, "tls", "failed");
    assert!(ended.stdout.contains("ca_file"), "{ended:#?}");
    assert!(
        server.requests().is_empty(),
        "no key is sent to who is not trusted"
    );
    let trusted = at(&base_url)
        .env("SSL_CERT_FILE", text(&authority.file(folder.path())))
        .run();
    assert_result(&trusted, "tls", "ok");
    // It says no time.
    assert_result(&trusted, "clock", "not_tried");
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let server = StubServer::start(|_| page(""));
    let proxy = Proxy::http(server.authority(), Some("bWU6cHIweHktcGFzc3cwcmQ="));
    let through = |user: &str| {
        at("http://vendor.example/v1")
            .arg("--insecure-http")
            .env("HTTP_PROXY", format!("http://{user}{}", proxy.authority()))
            .run()
            .hides(&["pr0xy-passw0rd", TOKEN])
    };
    let good = through("me:pr0xy-passw0rd@");
    assert_result(&good, "proxy", "ok");
    assert_result(&good, "host", "ok");
    assert_result(&good, "tls", "warning");
    assert!(good.stdout.contains(proxy.authority()), "{good:#?}");
    let refused = through("").exits(1);
    assert_result(&refused, "tls", "failed");
    assert!(refused.stdout.contains("USER:PASSWORD"), "{refused:#?}");
}

#[test]
fn a_clock_that_is_wrong_is_said() {
    for (date, result) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "failed"),
        ("yesterday", "not_tried"),
    ] {
        let server = StubServer::start(move |_| Reply::Dated(date.to_owned()));
        let ended = at(&server.base_url()).run().exits(1);
        assert_result(&ended, "clock", result);
    }
}

#[test]
fn what_is_not_configured_is_said_with_what_to_do() {
    let none = countermand(["check", "--output", "json"]).run().exits(1);
    assert_result(&none, "configuration", "ok");
    assert_result(&none, "profile", "failed");
    assert_result(&none, "host", "not_tried");
    assert!(none.stdout.contains("countermand profile add"), "{none:#?}");
    let broken = countermand(["check", "--profile", "work", "--output", "json"])
        .config("[profile.work]\ntoken = 's3cr3t-t0ken'")
        .run()
        .exits(1)
        .hides(&["s3cr3t"]);
    assert_result(&broken, "configuration", "failed");
    assert_result(&broken, "profile", "failed");
    countermand(["check", "extra"]).run().exits(2);
}

#[test]
fn the_connection_of_a_server() {
    let server = RunServer::start(Simulator::start(), Story::default());
    let ended = server
        .countermand(&["check", "--output", "json"])
        .run()
        .exits(0);
    assert_result(&ended, "profile", "not_tried");
    assert_result(&ended, "key", "ok");
    assert_result(&ended, "organization", "ok");
    assert_result(&ended, "commands", "ok");
    let refused = countermand(["check", "--output", "json", "--server", &server.url()])
        .env("COUNTERMAND_SERVER_TOKEN", TOKEN)
        .run()
        .exits(1)
        .hides(&[TOKEN]);
    assert_result(&refused, "host", "ok");
    assert_result(&refused, "key", "failed");
}
