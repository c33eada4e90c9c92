//! Disk full, and room again: what is true is in the audit in the end, and it is whole.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use countermand_chain::{JournalError, JournalErrorKind, JournalStore};
use countermand_core_model::{
    CommandId, DeviceRef, Provider, ProviderCode, ProviderDetail, Timestamp,
};
use countermand_transport::{BoxFuture, SharedTimer, fake::FakeTimer};

use super::{writer::Number, *};
use crate::{provider::CancelTarget, tasks::Tasks};

/// A disk that can be full, and then keeps half of what it is given.
#[derive(Clone, Default)]
struct Disk {
    bytes: Arc<Mutex<Vec<u8>>>,
    whole: Arc<Mutex<usize>>,
    is_full: Arc<AtomicBool>,
}

impl JournalStore for Disk {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            let mut all = self.bytes.lock().unwrap();
            if self.is_full.load(Ordering::Relaxed) {
                all.extend_from_slice(&bytes[..bytes.len() / 2]);
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                return Err(JournalError::new(
                    JournalErrorKind::System,
                    "the journal /secret/place",
                )
                .because(full));
            }
            all.extend(bytes);
            *self.whole.lock().unwrap() = all.len();
            Ok(())
        })
    }

    fn restore(&self) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            let whole = *self.whole.lock().unwrap();
            self.bytes.lock().unwrap().truncate(whole);
            Ok(())
        })
    }
}

async fn audit(disk: &Disk) -> Audit {
    let timer: SharedTimer = Arc::new(FakeTimer::starting_at(Timestamp::from_millis(0).unwrap()));
    let audit = Audit::over(
        disk.clone(),
        Some("s1".to_owned()),
        None,
        timer,
        Tasks::new(),
    );
    audit.write(&Entry::header()).await.unwrap();
    audit
}

fn target() -> CancelTarget {
    CancelTarget {
        device: DeviceRef::parse_for(Provider::Applivery, "A1").unwrap(),
        command: Some(CommandId::parse(Provider::Applivery, &"a".repeat(24)).unwrap()),
    }
}

async fn send(audit: &Audit) -> Result<Number, JournalError> {
    let sending = Sending {
        who: "alice",
        connection: "fleet",
        target: &target(),
    };
    audit.sending(sending).await
}

fn taken() -> (CancelResponse, Option<u16>, ProviderDetail) {
    (CancelResponse::Taken, Some(200), ProviderDetail::default())
}

fn forbidden(device: String) -> Entry {
    Entry::Forbidden {
        who: "bob".to_owned(),
        connection: "fleet".to_owned(),
        device,
        command: None,
        why: "role".to_owned(),
    }
}

#[tokio::test]
async fn a_full_disk_loses_no_answer_and_the_audit_goes_on_when_there_is_room() {
    let disk = Disk::default();
    let audit = audit(&disk).await;
    let first = send(&audit).await.unwrap();
    disk.is_full.store(true, Ordering::Relaxed);
    let (answer, status, word) = taken();
    audit.record_response(first, answer, status, word).await;
    assert_eq!(audit.reason().as_deref(), Some("no storage space"));
    for _ in 0..3 {
        assert!(send(&audit).await.is_err(), "nothing leaves");
        audit.forbidden("bob", &forbidden("A1".to_owned())).await;
    }
    disk.is_full.store(false, Ordering::Relaxed);
    let second = send(&audit).await.unwrap();
    assert_eq!(audit.failure().map(|error| error.to_string()), None);
    let (answer, status, word) = taken();
    audit.record_response(second, answer, status, word).await;
    audit.seal().await;
    let bytes = disk.bytes.lock().unwrap().clone();
    let summary = AuditSummary::of(&mut read(bytes.as_slice())).unwrap();
    assert!(summary.sealed);
    assert_eq!(summary.without_answer, 0);
    assert_eq!(summary.answers.get(&CancelResponse::Taken), Some(&2));
    assert_eq!(summary.events.get("unwritten"), Some(&1));
}

#[tokio::test]
async fn a_line_that_failed_says_later_that_its_cancel_did_not_leave() {
    let disk = Disk::default();
    let audit = audit(&disk).await;
    disk.is_full.store(true, Ordering::Relaxed);
    assert!(send(&audit).await.is_err());
    disk.is_full.store(false, Ordering::Relaxed);
    audit.seal().await;
    let bytes = disk.bytes.lock().unwrap().clone();
    let summary = AuditSummary::of(&mut read(bytes.as_slice())).unwrap();
    assert_eq!((summary.cancels, summary.without_answer), (1, 0));
    assert_eq!(summary.answers.get(&CancelResponse::NotSent), Some(&1));
}

#[tokio::test]
async fn whoever_may_nothing_fills_no_disk_and_every_refusal_counts() {
    let disk = Disk::default();
    let audit = audit(&disk).await;
    for _ in 0..5_000 {
        audit.forbidden("bob", &forbidden("x".repeat(60_000))).await;
    }
    audit.seal().await;
    let bytes = disk.bytes.lock().unwrap().clone();
    assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
    let (mut written, mut counted) = (0, 0);
    for entry in read(bytes.as_slice()) {
        match entry.unwrap().1.entry {
            Entry::Forbidden { .. } => written += 1,
            Entry::ForbiddenMore { who, count } => {
                assert_eq!(who, "bob");
                counted += count;
            }
            _ => {}
        }
    }
    assert_eq!(written + counted, 5_000);
}

#[tokio::test]
async fn nothing_stands_behind_the_seal() {
    let disk = Disk::default();
    let audit = audit(&disk).await;
    audit.seal().await;
    assert!(send(&audit).await.is_err());
    assert!(audit.write(&forbidden("A1".to_owned())).await.is_err());
    let bytes = disk.bytes.lock().unwrap().clone();
    assert!(
        AuditSummary::of(&mut read(bytes.as_slice()))
            .unwrap()
            .sealed
    );
}

#[test]
fn whatever_text_is_too_long_is_shortened() {
    use countermand_chain::Entry as _;
    let long = "x".repeat(1 << 20);
    let sending = Entry::Sending {
        cancel: 7,
        who: long.clone(),
        connection: "fleet".to_owned(),
        device: long.clone(),
        command: Some(long.clone()),
        approval: None,
    };
    let answered = Entry::Answered {
        cancel: 7,
        answer: CancelResponse::Lost,
        status: Some(500),
        vendor_code: Some(ProviderCode::Text(long.clone())),
        message: Some(long.clone()),
        request_id: Some("r-1".to_owned()),
    };
    for (entry, length) in [(sending, 3 * 600), (answered, 3 * 5000)] {
        let short = serde_json::to_string(&entry.truncated()).unwrap();
        assert!(short.len() < length, "{}", short.len());
        let read: Entry = serde_json::from_str(&short).unwrap();
        assert_eq!(read, entry.truncated());
        assert_eq!(read.event(), entry.event());
    }
}
