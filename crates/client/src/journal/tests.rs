//! The journal as others use it: written, damaged, read.

mod chain;
mod commits;
#[cfg(feature = "file")]
mod files;
mod seal;
mod to_list;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

#[cfg(feature = "file")]
use countermand_chain::FileJournal;
use countermand_chain::{
    ChainEnd, ChainError, JournalError, JournalErrorKind, JournalStore, Timed, line,
};
use countermand_core_model::{
    CancelOutcome, CommandId, CommandState, DeviceRef, Organization, Provider, ProviderCode,
    ProviderDetail, Timestamp,
};
use countermand_transport::{BaseUrl, BoxFuture, SharedTimer, fake::FakeTimer};

use super::*;
use crate::StopReason;

/// Keeps what is appended in memory. Clones share it.
#[derive(Clone, Debug, Default)]
struct Memory {
    appended: Arc<Mutex<Vec<Vec<u8>>>>,
    /// Appends from this one on fail.
    fails_from: Option<usize>,
}

impl Memory {
    fn bytes(&self) -> Vec<u8> {
        self.appended.lock().unwrap().concat()
    }
}

impl JournalStore for Memory {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            // Others come to queue their lines meanwhile.
            tokio::task::yield_now().await;
            let mut appended = self.appended.lock().unwrap();
            appended.push(bytes);
            match self.fails_from {
                Some(from) if appended.len() > from => Err(JournalError::new(
                    JournalErrorKind::System,
                    "the memory cannot be written",
                )
                .because(std::io::Error::from(std::io::ErrorKind::StorageFull))),
                _ => Ok(()),
            }
        })
    }
}

fn timer() -> SharedTimer {
    Arc::new(FakeTimer::starting_at(
        Timestamp::from_millis(1_770_724_800_000).unwrap(),
    ))
}

fn header() -> Header {
    Header::new(
        Organization::parse(Provider::Enos, "o15").unwrap(),
        BaseUrl::parse("https://apim.example").unwrap(),
        &timer(),
    )
}

fn device() -> DeviceRef {
    "enos:asset:a".parse().unwrap()
}

fn id(text: &str) -> CommandId {
    CommandId::parse(Provider::Enos, text).unwrap()
}

fn target(number: usize, outcome: Option<CancelOutcome>) -> Entry {
    Entry::Target {
        target: number,
        device: device(),
        id: id(&(100 + number).to_string()),
        kind: Some("service invocation".to_owned()),
        name: None,
        created_at: Timestamp::from_millis(1_770_724_700_123),
        before: Some(CommandState::Pending),
        outcome,
        detail: ProviderDetail::default(),
    }
}

fn settled(target: usize, outcome: CancelOutcome) -> Entry {
    Entry::Settled {
        target,
        outcome,
        before: Some(CommandState::Pending),
        after: Some(CommandState::Cancelled),
        detail: ProviderDetail {
            request_id: Some("r-1".to_owned()),
            ..ProviderDetail::default()
        },
        attempts: 1,
    }
}

/// A run with every kind of line.
fn run() -> Vec<Entry> {
    let message = Some("Größe \"x\"\u{1b}".to_owned());
    vec![
        target(0, None),
        target(1, None),
        target(2, Some(CancelOutcome::AlreadyFinished)),
        Entry::Everything {
            device: device(),
            first: 0,
            count: 2,
            newest_seen: Timestamp::from_millis(1),
        },
        Entry::Unlisted {
            device: "enos:key:p%2Fq/d".parse().unwrap(),
            message: "no".to_owned(),
        },
        Entry::Incomplete { device: device() },
        Entry::Planned { targets: 3 },
        Entry::SendingEverything {
            device: device(),
            first: 0,
            count: 2,
        },
        Entry::AnsweredEverything {
            device: device(),
            first: 0,
            count: 2,
            answer: RecordedAnswer {
                kind: AnswerKind::Lost,
                outcome: None,
                attempts: 1,
                detail: ProviderDetail {
                    message: message.clone(),
                    ..ProviderDetail::default()
                },
            },
        },
        Entry::Sending { target: 1 },
        Entry::Answered {
            target: 1,
            answer: RecordedAnswer {
                kind: AnswerKind::Refused,
                outcome: Some(CancelOutcome::Denied),
                attempts: 2,
                detail: ProviderDetail {
                    code: Some(ProviderCode::Number(-99403)),
                    message,
                    request_id: Some("r".to_owned()),
                },
            },
        },
        Entry::Read {
            target: 0,
            state: CommandState::TimedOut,
        },
        Entry::Beyond {
            target: 3,
            device: device(),
            id: id("900"),
            created_at: None,
            with: 0,
            attempts: 1,
        },
        Entry::Stopped {
            reason: StopReason::TooManyFailures,
        },
        Entry::Resumed {
            countermand: "0.1.0".to_owned(),
        },
        Entry::Seen {
            target: 1,
            before: None,
            outcome: None,
            detail: ProviderDetail {
                code: Some(ProviderCode::Text("E1".to_owned())),
                ..ProviderDetail::default()
            },
        },
        settled(0, CancelOutcome::LostRace),
        settled(1, CancelOutcome::Denied),
        settled(3, CancelOutcome::Cancelled),
        seal(&[
            (CancelOutcome::Cancelled, 1),
            (CancelOutcome::LostRace, 1),
            (CancelOutcome::AlreadyFinished, 1),
            (CancelOutcome::Denied, 1),
        ]),
    ]
}

fn seal(outcomes: &[(CancelOutcome, usize)]) -> Entry {
    Entry::Sealed {
        targets: outcomes.iter().map(|(_, count)| count).sum(),
        outcomes: BTreeMap::from_iter(outcomes.iter().copied()),
    }
}

/// The bytes of a journal of these entries behind its header.
fn written(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut last = line::Link::START;
    let at = timer().now();
    let header = Entry::Header(header());
    for entry in std::iter::once(&header).chain(entries) {
        line::add(&mut bytes, &mut last, &Timed { at, entry }).unwrap();
    }
    bytes
}

/// The entries behind the header, and where the journal ends.
fn read_all(bytes: &[u8]) -> Result<(Vec<Entry>, ChainEnd), ChainError> {
    let mut reader = read(bytes);
    let mut entries = Vec::new();
    for (place, entry) in reader.by_ref().enumerate() {
        let (number, entry) = entry?;
        assert_eq!(number, place as u64 + 1);
        entries.push(entry);
    }
    assert!(matches!(entries.remove(0), Entry::Header(_)));
    let end = reader.end();
    assert!(reader.next().is_none());
    Ok((entries, end))
}
