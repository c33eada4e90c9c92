//! No secret in anything that is printed, whatever is asked for and whatever the vendor answers.

use crate::{
    countermand::{Countermand, countermand},
    simulator::{Simulator, VENDORS},
    stub_server::{Reply, StubServer},
};

const TOKEN: &str = "t0ken-that-nobody-sees";

#[test]
fn no_run_shows_a_key_though_everything_is_logged() {
    let simulator = Simulator::start();
    let secrets = simulator.secrets();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let id = simulator.waiting(&device, 2);
        for arguments in [
            &["list", &device][..],
            &["list", &device, "--output", "json"],
            &["show", &device, &id[0], "--output", "json"],
            &["devices", "--output", "csv"],
            &["cancel", &device, "--command", &id[0], "--dry-run"],
            &["cancel", &device, "--command", &id[0], "--yes"],
            &[
                "cancel",
                &device,
                "--all-pending",
                "--yes",
                "--output",
                "json",
            ],
        ] {
            for level in [
                "trace",
                "hyper=trace,reqwest=trace,h2=trace,rustls=trace,trace",
            ] {
                let ended = simulator
                    .countermand(vendor, arguments)
                    .env("RUST_LOG", level)
                    .run()
                    .exits(0)
                    .hides(&secrets);
                for target in ["hyper", "reqwest", "h2::", "rustls"] {
                    assert!(!ended.stderr.contains(target), "{target}: {ended:?}");
                }
                let headers = [
                    "apim-accesstoken",
                    "apim-signature",
                    "authorization",
                    "orgId=",
                ];
                for header in headers {
                    assert!(!ended.stderr.contains(header), "{header}: {ended:?}");
                }
            }
        }
    }
}

#[test]
fn the_log_is_there_when_it_is_asked_for() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    simulator
        .countermand("applivery", &["list", &device])
        .env("RUST_LOG", "trace")
        .run()
        .exits(0)
        .says("applivery.list");
    let silent = simulator
        .countermand("applivery", &["list", &device])
        .run()
        .exits(0);
    assert_eq!(silent.stderr, "");
}

fn with_token(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_TOKEN", TOKEN)
        .env("RUST_LOG", "trace")
}

#[test]
fn a_vendor_that_echoes_the_key_is_not_repeated() {
    let id = "507f1f77bcf86cd799439011";
    for status in [200, 400, 401, 403, 404, 422] {
        let server = StubServer::start(move |asked| {
            let token = asked.token();
            assert_eq!(token, TOKEN);
            let body = match status {
                200 => format!(
                    r#"{{"status":true,"data":{{"id":"{id}","_id":"{id}","status":"PENDING {token}",
                    "name":"{token}","config":{{"name":"a {token}","metadata":{{"type":"{token}","x":"{token}"}}}},
                    "items":[{{"id":"{id}","_id":"{id}","status":"{token}","name":"{token}","serialNumber":"S1",
                    "config":{{"name":"a {token}","metadata":{{"type":"{token}"}}}}}}],"hasNextPage":false}}}}"#
                ),
                _ => format!(
                    r#"{{"status":false,"error":{{"code":"{token}","message":"bad token {token}"}}}}"#
                ),
            };
            Reply::Json(status, body)
        });
        for arguments in [
            &["list", "dev1"][..],
            &["list", "dev1", "--output", "json"],
            &["list", "dev1", "--output", "csv"],
            &["show", "dev1", id],
            &["show", "dev1", id, "--output", "json"],
            &["devices"],
            &["devices", "--output", "json"],
            &["cancel", "dev1", "--command", id, "--dry-run"],
            &[
                "cancel",
                "dev1",
                "--command",
                id,
                "--yes",
                "--verify-for",
                "0s",
            ],
            &[
                "cancel",
                "dev1",
                "--all-pending",
                "--yes",
                "--output",
                "json",
                "--verify-for",
                "0s",
            ],
        ] {
            let ended = with_token(&server, arguments).run().hides(&[TOKEN]);
            assert_ne!(ended.status, Some(2), "it was asked: {ended:?}");
        }
        assert!(!server.requests().is_empty());
    }
}

#[test]
fn a_key_that_cannot_be_one_is_not_shown() {
    let server = StubServer::start(|_| Reply::Nothing);
    for token in [
        "t0ken-that\nnobody-sees",
        "t0ken-that\u{1b}nobody-sees",
        "t0ken-that-n\u{f6}body-sees",
    ] {
        let ended = countermand(["list", "applivery:dev1", "--org", "org-one"])
            .args(["--base-url", &server.base_url()])
            .env("COUNTERMAND_TOKEN", token)
            .env("RUST_LOG", "trace")
            .run()
            .hides(&["t0ken-that", "body-sees"]);
        assert!(matches!(ended.status, Some(1 | 2)), "{ended:?}");
    }
}

#[test]
fn a_secret_that_was_put_on_the_command_line_is_not_repeated() {
    for arguments in [
        [
            "list",
            "dev1",
            "--base-url",
            "https://me:t0ken-that-nobody-sees@host/v1",
        ],
        [
            "list",
            "dev1",
            "--base-url",
            "https://host/v1?key=t0ken-that-nobody-sees",
        ],
        [
            "list",
            "dev1",
            "--token=t0ken-that-nobody-sees",
            "--output=json",
        ],
    ] {
        countermand(["--provider", "applivery", "--org", "org-one"])
            .args(arguments)
            .env("COUNTERMAND_TOKEN", "x")
            .run()
            .exits(2)
            .hides(&[TOKEN]);
    }
}
