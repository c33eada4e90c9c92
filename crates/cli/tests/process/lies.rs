//! Answers that are not the vendor's, or not whole.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{
    countermand::{Countermand, countermand},
    liar::{Liar, Reply, page},
};

const ID: &str = "507f1f77bcf86cd799439011";
const TOKEN: &str = "t0ken-of-lies";

fn with_keys(liar: &Liar, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &liar.base_url()])
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
        let liar = Liar::start(move |_| answer());
        let ended = with_keys(&liar, &["list", "dev1", "--output", "json"])
            .run()
            .exits(1)
            .says("countermand: applivery:dev1: ")
            .hides(&[TOKEN]);
        assert_eq!(ended.stdout, "[]\n");
        with_keys(&liar, &["show", "dev1", ID])
            .run()
            .exits(1)
            .prints_nothing();
        let asked = liar.asked();
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
        let liar = Liar::start(move |asked| {
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
        let ended = with_keys(&liar, &["cancel", "dev1", "--command", ID, "--yes"])
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
    let liar = Liar::start(move |asked| {
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
    let ended = with_keys(&liar, &["cancel", "dev1", "--command", ID, "--yes"])
        .args(["--output", "json", "--verify-for", "1s"])
        .run()
        .exits(4)
        .says("Read it again")
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
    let liar = Liar::start(move |_| page(&item));
    let ended = with_keys(&liar, &["cancel", "dev1", "--all-pending", "--yes"])
        .args(["--output", "json"])
        .run()
        .exits(0)
        .says("1 command left out")
        .says("nothing is known to wait");
    assert_eq!(ended.stdout, "[]\n");
    assert!(liar.asked().iter().all(|asked| asked.method == "GET"));
}
