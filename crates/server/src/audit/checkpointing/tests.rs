//! What is signed, what is removed, and what a store that was out of reach has in the end.

use std::{path::Path, sync::Arc};

use countermand_core_model::{Secret, Timestamp};
use countermand_store::{Store, StoreLocation};
use countermand_transport::{SharedTimer, Timer as _, fake::FakeTimer};
use tempfile::TempDir;

use super::*;
use crate::{
    audit::{AuditConfig, AuditSummary, NoteKey, SignedNote, next_lines, read},
    metrics::Metrics,
    notices::{Destination, NoticeKind, Notices, Way, Webhook},
    tasks::Tasks,
};

struct Stored {
    folder: TempDir,
    store: Store,
    timer: Arc<FakeTimer>,
    audit: Audit,
}

async fn begin(
    server: &str,
    folder: &Path,
    store: &Store,
    timer: &Arc<FakeTimer>,
    keep_days: Option<u32>,
) -> Audit {
    let mut config = AuditConfig::new(folder.to_owned());
    config.checkpoint_file = Some(folder.join("elsewhere"));
    config.keep_days = keep_days;
    let timer: SharedTimer = Arc::clone(timer) as SharedTimer;
    let notices = notices(store, &timer).await;
    Audit::begin(config, server, store.clone(), notices, timer, Tasks::new())
        .await
        .unwrap()
}

/// Two destinations, to which nothing is delivered: one that keeps checkpoints, and people.
async fn notices(store: &Store, timer: &SharedTimer) -> Notices {
    let destination = |name| {
        let (url, secret) = ("https://hooks.example/", "a-key-of-more-than-24-bytes");
        let webhook = Webhook::new(&Secret::from(url), &Secret::from(secret), Vec::new());
        Destination::new(name, Way::Webhook(webhook.unwrap())).unwrap()
    };
    let mut keeper = destination("keeper");
    keeper.kinds = [NoticeKind::Checkpoint].into();
    let destinations = vec![keeper, destination("people")];
    let (store, timer) = (store.clone(), Arc::clone(timer));
    let metrics = Arc::new(Metrics::new());
    let notices = Notices::begin(destinations, store, timer, "https://c.example", metrics).unwrap();
    notices.stop().await;
    notices
}

async fn stored(keep_days: Option<u32>) -> Stored {
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    let store = Store::open(&file).await.unwrap();
    let start = Timestamp::from_millis(1_790_000_000_000).unwrap();
    let timer = Arc::new(FakeTimer::starting_at(start));
    let audit = begin("s1", folder.path(), &store, &timer, keep_days).await;
    Stored {
        folder,
        store,
        timer,
        audit,
    }
}

impl Stored {
    async fn exported(&self) -> String {
        let (mut bytes, mut from) = (Vec::new(), 1);
        while let Some((lines, next)) = next_lines(&self.store, from).await.unwrap() {
            bytes.extend(lines);
            from = next;
        }
        String::from_utf8(bytes).unwrap()
    }

    async fn note(&self, who: &str) {
        let who = who.to_owned();
        self.audit.write(&Entry::SignedOut { who }).await.unwrap();
    }

    /// What waits to be delivered: the notes of it.
    async fn told(&self, destination: &str) -> String {
        let now = self.timer.now();
        let claimed = self.store.claim_notices(destination, now, now, 100);
        let claimed = claimed.await.unwrap();
        let bodies = claimed
            .iter()
            .map(|one| serde_json::from_str(&one.body).unwrap());
        let notes =
            bodies.map(|body: serde_json::Value| format!("{}\n", body["note"].as_str().unwrap()));
        notes.collect()
    }

    fn key(&self) -> NoteKey {
        let config = AuditConfig::new(self.folder.path().to_owned());
        config.signer().unwrap().public().clone()
    }
}

fn summary(audit: &str) -> AuditSummary {
    AuditSummary::of(&mut read(audit.as_bytes())).unwrap()
}

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn what_was_written_is_signed_once_an_hour_and_what_was_not_is_not() {
    let stored = stored(None).await;
    let checkpoints = async || {
        let audit = stored.exported().await;
        summary(&audit)
            .events
            .get("checkpoint")
            .copied()
            .unwrap_or(0)
    };
    stored.audit.keep_honest_and_short().await;
    assert_eq!(checkpoints().await, 1, "at the start");
    stored.note("alice").await;
    stored.audit.keep_honest_and_short().await;
    assert_eq!(checkpoints().await, 1, "not yet");
    stored.timer.advance(HOUR);
    stored.audit.keep_honest_and_short().await;
    assert_eq!(checkpoints().await, 2);
    stored.timer.advance(HOUR);
    stored.audit.keep_honest_and_short().await;
    assert_eq!(checkpoints().await, 2, "nothing was written since");
    stored.audit.seal().await;
    assert_eq!(checkpoints().await, 3, "at the end");
    let (audit, key) = (stored.exported().await, stored.key());
    assert!(summary(&audit).sealed);
    let mut kept = Vec::new();
    for line in read(audit.as_bytes()) {
        if let Entry::Checkpoint { note } = line.unwrap().1.entry {
            let parsed = SignedNote::parse(&note).unwrap();
            assert_eq!(key.has_signed(&parsed), Some(true));
            assert_eq!(Checkpoint::parse(&parsed).unwrap().origin, key.name());
            kept.push(format!("{note}\n"));
        }
    }
    let elsewhere = std::fs::read_to_string(stored.folder.path().join("elsewhere")).unwrap();
    assert_eq!(elsewhere, kept.concat());
    assert_eq!(stored.told("keeper").await, kept.concat());
    assert_eq!(stored.told("people").await, "");
}

#[tokio::test]
async fn old_lines_go_and_what_is_left_says_so() {
    let stored = stored(Some(7)).await;
    for day in 0..20 {
        stored.note(&format!("day-{day}")).await;
        stored.audit.keep_honest_and_short().await;
        stored.timer.advance(24 * HOUR);
    }
    stored.audit.seal().await;
    let audit = stored.exported().await;
    assert!(
        !audit.contains("day-10") && audit.contains("day-12"),
        "{audit}"
    );
    assert!(!audit.contains("\"event\":\"header\""));
    let found = summary(&audit);
    let (through, at) = found.removed.unwrap();
    assert!(through > 10 && at > found.first_at.unwrap(), "{found:?}");
    assert!(found.sealed);
    let mut reader = read(audit.as_bytes());
    let first = reader.next().unwrap().unwrap();
    assert_eq!(
        (first.0, first.1.entry.event()),
        (through + 1, "checkpoint")
    );
    // Whoever takes lines away without a word is found.
    let behind = audit.rfind("\"event\":\"checkpoint\"").unwrap();
    let cut = audit
        .get(audit.get(..behind).unwrap().rfind('\n').unwrap() + 1..)
        .unwrap();
    let error = AuditSummary::of(&mut read(cut.as_bytes())).unwrap_err();
    assert!(
        error.to_string().contains("first lines are missing"),
        "{error}"
    );
}

#[tokio::test]
async fn a_store_that_is_held_by_others_loses_no_line_and_doubles_none() {
    let stored = stored(None).await;
    let path = stored.folder.path().join("store.sqlite");
    let holder = Store::open_beside(&StoreLocation::File(path))
        .await
        .unwrap();
    // As long as this adds lines, nobody else does.
    let (held, is_held) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let may_go = Mutex::new(may_go);
    let holding = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let now = Timestamp::from_millis(0).unwrap();
        let build = move |_: &AuditHead| {
            held.send(()).unwrap();
            lock(&may_go).recv().unwrap();
            None
        };
        let held = holder.append_audit(b"none", now, &build);
        runtime.unwrap().block_on(held).unwrap();
    });
    tokio::task::spawn_blocking(move || is_held.recv().unwrap())
        .await
        .unwrap();
    let entry = |who: &str| Entry::SignedOut {
        who: who.to_owned(),
    };
    assert!(stored.audit.write(&entry("alice")).await.is_err());
    assert_eq!(
        stored.audit.reason().as_deref(),
        Some("the store cannot be used")
    );
    assert!(
        !stored.audit.queue(&entry("bob")),
        "nothing is queued meanwhile"
    );
    go.send(()).unwrap();
    holding.await.unwrap();
    stored.note("carol").await;
    stored.audit.seal().await;
    let audit = stored.exported().await;
    assert!(summary(&audit).sealed);
    for (who, times) in [("alice", 1), ("bob", 0), ("carol", 1)] {
        assert_eq!(audit.matches(who).count(), times, "{who}");
    }
}

#[tokio::test]
async fn audits_in_files_are_named_once() {
    let stored = stored(None).await;
    std::fs::write(stored.folder.path().join("audit-2026-1.ndjson"), "old\n").unwrap();
    for server in ["s2", "s3"] {
        stored.audit.seal().await;
        begin(
            server,
            stored.folder.path(),
            &stored.store,
            &stored.timer,
            None,
        )
        .await;
    }
    let audit = stored.exported().await;
    assert_eq!(
        audit
            .matches("\"event\":\"earlier_file\",\"file\":\"audit-2026-1.ndjson\"")
            .count(),
        1
    );
    let _ = summary(&audit);
}

#[cfg(unix)]
#[tokio::test]
async fn an_own_key_is_for_its_owner_alone_and_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let stored = stored(None).await;
    let path = stored.folder.path().join("checkpoint-key");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(stored.key(), stored.key());
    std::fs::write(&path, "PRIVATE+KEY+s3cr3t").unwrap();
    let error = AuditConfig::new(stored.folder.path().to_owned())
        .signer()
        .unwrap_err();
    let error = countermand_client::error_chain(&error);
    assert!(
        error.contains("checkpoint-key") && !error.contains("s3cr3t"),
        "{error}"
    );
}
