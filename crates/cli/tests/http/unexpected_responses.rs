//! Answers that are not the vendor's, or not whole.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{
    countermand::{Countermand, countermand},
    stub_server::{Reply, StubServer, page},
};

const ID: &str = "507f1f77bcf86cd799439011";
const TOKEN: &str = "t0ken-of-lies";

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_TOKEN", TOKEN)
        .env("RUST_LOG", "trace")
}

fn pending() -> String {
    format!(r#"{{"id":"{ID}","status":"PENDING","config":{{"metadata":{{"type":"LOCK"}}}}}}"#)
}

#[test]
fn html_broken_json_and_redirects_are_errors_that_say_so() {
    let answers: [fn() -> Reply; 5] = [
        || Reply::Html("<html>Sign in</html>".to_owned()),
        || Reply::Json(200, r#"{"status":true,"data":{"items":["#.to_owned()),
        || Reply::Json(200, r#"{"status":true}"#.to_owned()),
        || Reply::Truncated(r#"{"status":true,"#.to_owned()),
        || Reply::Redirect("http://127.0.0.1:1/elsewhere".to_owned()),
    ];
    for answer in answers {
        let server = StubServer::start(move |_| answer());
        let ended = with_keys(&server, &["list", "dev1", "--output", "json"])
            .run()
            .exits(1)
            .says("countermand: applivery:dev1 could not be listed: ")
            .hides(&[TOKEN]);
        assert_eq!(ended.stdout, "[]\n");
        with_keys(&server, &["show", "dev1", ID])
            .run()
            .exits(1)
            .prints_nothing();
        let asked = server.requests();
        assert!(
            asked
                .iter()
                .all(|asked| !asked.target.contains("elsewhere"))
        );
    }
}

#[test]
fn a_cancel_whose_answer_is_no_answer_is_read_again() {
    // The command is cancelled by the first cancel, whatever is answered to it.
    let answers: [fn() -> Reply; 4] = [
        || Reply::Nothing,
        || Reply::Html("<html>Sign in</html>".to_owned()),
        || Reply::Truncated(r#"{"status":true,"#.to_owned()),
        || Reply::Json(502, String::new()),
    ];
    for answer in answers {
        let done = AtomicBool::new(false);
        let server = StubServer::start(move |asked| {
            let item = if done.load(Ordering::SeqCst) {
                pending().replace("PENDING", "CANCELLED")
            } else {
                pending()
            };
            match asked.method.as_str() {
                "POST" => {
                    done.store(true, Ordering::SeqCst);
                    answer()
                }
                _ if asked.target.contains(ID) => {
                    Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#))
                }
                _ => page(&item),
            }
        });
        let ended = with_keys(&server, &["cancel", "dev1", "--command", ID, "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(0)
            .hides(&[TOKEN]);
        assert_eq!(ended.rows()[0]["outcome"], "cancelled");
    }
}

#[test]
fn a_cancel_after_which_nothing_can_be_read_is_unknown_and_its_target_is_there() {
    let gone = AtomicBool::new(false);
    let server = StubServer::start(move |asked| {
        if asked.method == "POST" {
            gone.store(true, Ordering::SeqCst);
        }
        if gone.load(Ordering::SeqCst) {
            return Reply::Nothing;
        }
        match asked.target.contains(ID) {
            true => Reply::Json(200, format!(r#"{{"status":true,"data":{}}}"#, pending())),
            false => page(&pending()),
        }
    });
    let ended = with_keys(&server, &["cancel", "dev1", "--command", ID, "--yes"])
        .args(["--output", "json", "--verify-for", "1s"])
        .run()
        .exits(4)
        .says("Check it again")
        .hides(&[TOKEN]);
    let rows = ended.rows();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["outcome"], &rows[0]["id"]),
        (&"unknown".into(), &ID.into())
    );
    assert!(!ended.stderr.contains("cancelled"), "{ended:?}");
}

#[test]
fn what_may_wait_and_may_not_is_left_out_of_everything_and_that_is_said() {
    // Pending and done at once: the vendor contradicts itself.
    let item = pending().replace(r#""config":{"#, r#""config":{"done":true,"#);
    let server = StubServer::start(move |_| page(&item));
    let ended = with_keys(&server, &["cancel", "dev1", "--all-pending", "--yes"])
        .args(["--output", "json"])
        .run()
        .exits(3)
        .says("1 command left out")
        .says("No pending command is known");
    assert_eq!(ended.stdout, "[]\n");
    assert!(server.requests().iter().all(|asked| asked.method == "GET"));
}

#[test]
fn a_word_that_is_not_known_is_left_out_of_everything_and_that_is_no_success() {
    for word in ["QUEUED", "NOT_NOW", "TRIED"] {
        let item = pending().replace("PENDING", word);
        let done = AtomicBool::new(false);
        let server = StubServer::start(move |asked| {
            if asked.method == "POST" {
                done.store(true, Ordering::SeqCst);
            }
            let item = match done.load(Ordering::SeqCst) {
                true => item.replace(word, "CANCELLED"),
                false => item.clone(),
            };
            match asked.target.contains(ID) {
                true => Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)),
                false => page(&item),
            }
        });
        for arguments in [
            &["cancel", "dev1", "--all-pending", "--yes"][..],
            &["cancel", "dev1", "--all-pending", "--dry-run"],
            &["cancel", "dev1", "--all-pending", "--kind", "LOCK", "--yes"],
            // It has no time: it may have been given before that.
            &[
                "cancel",
                "dev1",
                "--all-pending",
                "--created-before",
                "2h",
                "--yes",
            ],
        ] {
            with_keys(&server, arguments)
                .args(["--output", "json"])
                .run()
                .exits(3)
                .says("1 command left out");
        }
        let listed = with_keys(&server, &["list", "dev1", "--state", "pending"])
            .args(["--output", "json"])
            .run()
            .exits(3)
            .says("1 command left out");
        assert!(listed.rows().is_empty());
        with_keys(&server, &["list", "dev1"]).run().exits(0);
        assert!(server.requests().iter().all(|asked| asked.method == "GET"));
        // Named by its id, it is cancelled.
        let ended = with_keys(&server, &["cancel", "dev1", "--command", ID, "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(0);
        assert_eq!(ended.rows()[0]["outcome"], "cancelled");
    }
}

#[test]
fn a_list_that_promises_more_than_it_sends_is_not_whole() {
    for rest in [
        r#""hasNextPage":false,"totalDocs":3"#,
        r#""totalDocs":3,"limit":100"#,
        r#""hasNextPage":false,"nextPage":2"#,
        r#""hasNextPage":false,"totalPages":2,"totalDocs":1"#,
        r#""hasNextPage":true"#,
    ] {
        for items in [pending(), String::new()] {
            if items.is_empty() && !rest.contains('3') && !rest.contains("true") {
                continue;
            }
            let cancelled = AtomicBool::new(false);
            let body = items.clone();
            let server = StubServer::start(move |asked| {
                if asked.method == "POST" {
                    cancelled.store(true, Ordering::SeqCst);
                }
                let item = match cancelled.load(Ordering::SeqCst) {
                    true => body.replace("PENDING", "CANCELLED"),
                    false => body.clone(),
                };
                match asked.target.contains(ID) {
                    true => Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)),
                    false => Reply::Json(
                        200,
                        format!(r#"{{"status":true,"data":{{"items":[{item}],{rest}}}}}"#),
                    ),
                }
            });
            let listed = with_keys(&server, &["list", "dev1", "--output", "json"])
                .run()
                .exits(3)
                .says("may be incomplete");
            assert_eq!(listed.rows().len(), usize::from(!items.is_empty()));
            let ended = with_keys(&server, &["cancel", "dev1", "--all-pending", "--yes"])
                .args(["--output", "json"])
                .run()
                .exits(3)
                .says("may be incomplete");
            let rows = ended.rows();
            assert_eq!(rows.len(), usize::from(!items.is_empty()), "{rest}");
            assert!(rows.iter().all(|row| row["outcome"] == "cancelled"));
        }
    }
}

#[test]
fn a_broken_item_is_told_and_hides_no_other() {
    let broken = [
        r#"{"id":"507f1f77bcf86cd799439012","status":NaN}"#,
        r#"{"id":"507f1f77bcf86cd799439012","n":-Infinity}"#,
        "{\"id\":\"507f1f77bcf86cd799439012\",\"n\":\"a\u{1}\"}",
        r#"{"id":"nonsense"}"#,
    ];
    for broken in broken {
        let server = StubServer::start(move |_| page(&format!("{},{broken}", pending())));
        let ended = with_keys(&server, &["list", "dev1", "--output", "json"])
            .run()
            .exits(3)
            .says("1 entry left out");
        assert_eq!(ended.rows()[0]["id"], ID);
        let ended = with_keys(&server, &["cancel", "dev1", "--all-pending", "--dry-run"])
            .args(["--output", "json"])
            .run()
            .exits(3);
        assert_eq!(ended.rows()[0]["outcome"], "planned");
    }
}

#[test]
fn what_is_said_beside_cancelled_may_take_it_back() {
    // What the reads show after the cancel, and what that comes to.
    for (after, outcome) in [
        (
            r#""status":"CANCELLED","config":{"done":true}"#,
            "cancelled",
        ),
        (r#""status":"CANCELED","done":false"#, "cancelled"),
        (r#""config":{"done":true,"error":{"code":1}}"#, "cancelled"),
        (
            r#""status":"CANCELLED","config":{"done":true,"response":{"type":"WIPE"}},"_config":{"done":true,"response":{"type":"WIPE"}}"#,
            "accepted",
        ),
        (
            r#""status":"CANCELLED","response":{},"done":true"#,
            "accepted",
        ),
        (
            r#""status":"CANCELLED","_config":{"error":{"code":"13"}}"#,
            "accepted",
        ),
        (
            r#""status":"SENT","config":{"done":true,"error":{"code":1}}"#,
            "accepted",
        ),
        (
            r#""status":"CANCELLED","errorCode":"UNSUPPORTED""#,
            "accepted",
        ),
        (
            r#""status":"SUCCESS","config":{"done":true,"metadata":{"startLostModeStatus":{"status":"RESET_PASSWORD_RECENTLY"}}}"#,
            "lost_race",
        ),
    ] {
        let done = AtomicBool::new(false);
        let server = StubServer::start(move |asked| {
            if asked.method == "POST" {
                done.store(true, Ordering::SeqCst);
                return Reply::Json(
                    200,
                    r#"{"status":true,"data":{"canceled":"OK"}}"#.to_owned(),
                );
            }
            let item = match done.load(Ordering::SeqCst) {
                true => format!(r#"{{"id":"{ID}",{after}}}"#),
                false => pending(),
            };
            match asked.target.contains(ID) {
                true => Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)),
                false => page(&item),
            }
        });
        let ended = with_keys(&server, &["cancel", "dev1", "--command", ID, "--yes"])
            .args(["--output", "json", "--verify-for", "1s"])
            .run();
        assert_eq!(ended.rows()[0]["outcome"], outcome, "{after}");
        let (status, state) = match outcome {
            "cancelled" => (0, "cancelled"),
            "accepted" => (3, "unknown"),
            _ => (3, "failed"),
        };
        assert_eq!(ended.rows()[0]["after"], state, "{after}");
        ended.exits(status);
    }
}
