//! Checkpoints: whoever owns the disk can rewrite the audit, and not what was signed.

#![cfg(unix)]

use std::fs;

use countermand_chain::line::{Link, add, relink};
use countermand_server::audit::{Checkpoint, NoteSigner, SignedNote};
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand, signal, text},
    http,
    serving::{dist, on_free_port, serve},
};

const TOKEN: &str = "alice-t0ken-0123456789abcdef";

/// The SHA-256 of [`TOKEN`].
const HASH: &str = "6ad9712d37dfe8645771be2dd0068a5b49912e6499a4a70a75c2a4adb5410650";

/// A server's folder, after somebody had signed in and it had stopped, twice.
struct Audited(TempDir);

impl Audited {
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let config = format!(
            "[audit]\nfolder = 'audit'\ncheckpoint_file = 'elsewhere'\nkeep_days = 400\n\
             [[sign_in.token]]\nname = 'alice'\nsha256 = '{HASH}'\n\
             [connection.fleet]\nprovider = 'applivery'\norg = 'acme'\n\
             base_url = 'http://127.0.0.1:1'\ntoken_command = 'echo t0ken-t0ken-t0ken'\noperators = ['alice']\n"
        );
        fs::write(this.path("serve.toml"), config).unwrap();
        for _ in 0..2 {
            this.sign_in_once();
        }
        this
    }

    fn sign_in_once(&self) {
        let dist = dist();
        let mut served = serve(on_free_port(&dist).args(["--config", &self.path("serve.toml")]));
        let own = format!("Origin: http://{}\r\n", served.authority);
        let body = format!(r#"{{"token":"{TOKEN}"}}"#);
        let entered = http::send_with(&served.authority, "POST", "/relay/sign-in", &own, &body);
        assert_eq!(entered.status, 204, "{entered:?}");
        signal(&served.child, "TERM");
        assert_eq!(served.child.wait().unwrap().code(), Some(0));
    }

    fn path(&self, name: &str) -> String {
        text(&self.0.path().join(name))
    }

    fn key(&self) -> String {
        let key = countermand([
            "serve",
            "audit",
            "key",
            "--config",
            &self.path("serve.toml"),
        ])
        .run();
        key.exits(0).stdout.trim().to_owned()
    }

    fn verify(&self, args: &[&str]) -> Countermand {
        countermand(["verify", "--config", &self.path("serve.toml")]).args(args)
    }

    async fn database(&self) -> SqliteConnection {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(self.path("audit/store.sqlite"));
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    /// Has somebody else signed in, and the chain whole again: everything that can be done without the key.
    async fn rewrite(&self) {
        let mut database = self.database().await;
        let parts: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT first_line, bytes FROM audit ORDER BY first_line")
                .fetch_all(&mut database)
                .await
                .unwrap();
        let mut last = Link::START;
        for (first_line, bytes) in parts {
            let bytes = String::from_utf8(bytes)
                .unwrap()
                .replace("alice", "mallory");
            let mut anew = Vec::new();
            for (before, line) in (first_line - 1..).zip(bytes.split_inclusive('\n')) {
                let mut body: Value = serde_json::from_str(line).unwrap();
                if body["event"] == "checkpoint" {
                    body["note"] = forged(body["note"].as_str().unwrap(), last, before).into();
                    body.as_object_mut().unwrap().shift_remove("prev");
                    add(&mut anew, &mut last, &body).unwrap();
                } else {
                    relink(&mut anew, &mut last, line.as_bytes()).unwrap();
                }
            }
            sqlx::query("UPDATE audit SET bytes = $2 WHERE first_line = $1")
                .bind(first_line)
                .bind(anew)
                .execute(&mut database)
                .await
                .unwrap();
        }
        sqlx::query("UPDATE audit_head SET last_sha256 = $1")
            .bind(last.as_str())
            .execute(&mut database)
            .await
            .unwrap();
    }
}

/// Returns the note about these lines, with the signature of another one.
fn forged(note: &str, last: Link, lines: i64) -> String {
    let (_, signature) = note.rsplit_once("\n\n").unwrap();
    let mut checkpoint = Checkpoint::parse(&SignedNote::parse(note).unwrap()).unwrap();
    checkpoint.last = last;
    assert_eq!(checkpoint.lines, u64::try_from(lines).unwrap());
    format!("{checkpoint}\n{signature}")
}

#[tokio::test]
async fn a_line_that_is_rewritten_in_the_store_is_found_by_whoever_has_the_key() {
    let audited = Audited::new();
    let (key, elsewhere) = (audited.key(), audited.path("elsewhere"));
    audited
        .verify(&[])
        .run()
        .exits(0)
        .says_out("signatures not checked");
    audited
        .verify(&["--key", &key, "--checkpoints", &elsewhere])
        .run()
        .exits(0)
        .says_out("signed by the key; up to line")
        .says_out("2 of 2 are as the log says");
    let other = NoteSigner::generate("countermand-audit").unwrap();
    let other = other.public().to_string();
    audited
        .verify(&["--key", &other])
        .run()
        .exits(1)
        .says("no checkpoint is signed by");
    audited.verify(&["--key", &key, &other]).run().exits(0);
    audited.verify(&["--key", "nonsense"]).run().exits(2);
    audited.rewrite().await;
    audited.verify(&[]).run().exits(0);
    audited
        .verify(&["--key", &key])
        .run()
        .exits(1)
        .says("line 5: the checkpoint's signature is wrong");
    audited
        .verify(&["--checkpoints", &elsewhere])
        .run()
        .exits(1)
        .says("line 4")
        .says("is not what it was when a checkpoint was signed");
}

#[tokio::test]
async fn what_is_cut_off_at_the_end_is_found_by_whoever_kept_the_checkpoints() {
    let audited = Audited::new();
    let key = audited.key();
    let mut database = audited.database().await;
    for statement in [
        "DELETE FROM audit WHERE first_line > 5",
        "UPDATE audit_head SET lines = 5, last_sha256 = (SELECT last_sha256 FROM audit WHERE first_line = 5)",
    ] {
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }
    drop(database);
    audited.verify(&["--key", &key]).run().exits(0);
    audited
        .verify(&["--key", &key, "--checkpoints", &audited.path("elsewhere")])
        .run()
        .exits(1)
        .says("it ends at line 5")
        .says("lines are missing at its end");
}

#[test]
fn an_export_and_a_folder_are_checked_as_the_store_is() {
    let audited = Audited::new();
    let (key, folder) = (audited.key(), audited.0.path().join("exports"));
    fs::create_dir(&folder).unwrap();
    let earlier = audited.path("audit/audit-2026-01-01T000000Z-1.ndjson");
    let mut lines = Vec::new();
    let header = serde_json::json!({"at": "2026-01-01T00:00:00Z", "event": "header",
        "format": "countermand audit", "version": 2, "countermand": "0.1.0"});
    let sealed = serde_json::json!({"at": "2026-01-01T00:00:00Z", "event": "sealed", "cancels": 0, "answers": {}});
    let mut last = Link::START;
    for line in [header, sealed] {
        add(&mut lines, &mut last, &line).unwrap();
    }
    fs::write(&earlier, &lines).unwrap();
    fs::copy(&earlier, folder.join("audit-2026-01-01T000000Z-1.ndjson")).unwrap();
    audited.sign_in_once();
    let export = text(&folder.join("export.ndjson"));
    let run = || {
        countermand([
            "serve",
            "audit",
            "export",
            "--config",
            &audited.path("serve.toml"),
        ])
        .args(["--out", &export])
        .run()
    };
    run().exits(0).prints_nothing();
    run().exits(2).says("refusing to overwrite it");
    countermand(["verify", &export, "--key", &key])
        .run()
        .exits(0);
    countermand(["verify", &text(&folder)]).run().exits(0);
    let journal = audited.path("serve.toml");
    countermand(["verify", &journal, "--key", &key])
        .run()
        .exits(2);
    fs::write(
        folder.join("audit-2026-01-01T000000Z-1.ndjson"),
        [&lines[..], b"x"].concat(),
    )
    .unwrap();
    countermand(["verify", &text(&folder)])
        .run()
        .exits(1)
        .says("is not what it was when a later one named it");
}
