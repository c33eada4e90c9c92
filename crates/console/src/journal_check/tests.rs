//! Journals as the client writes them, checked.

use countermand_client::{AnswerKind, CancelOutcome, Header, RecordedAnswer, RowStage};
use countermand_core_model::{
    CancelReport, Command, CommandState, Organization, Provider, ProviderDetail, SeverityRules,
};
use countermand_transport::{BaseUrl, SharedTimer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;
use crate::{
    run_status::JournalState,
    testing::{Stopped, at, command, target},
};

/// The lines of `entries`, chained as the client chains them.
pub(crate) fn journal(entries: &[Value]) -> Vec<u8> {
    let mut text = String::new();
    let mut prev = "0".repeat(64);
    for entry in entries {
        let mut line = serde_json::Map::new();
        line.insert("prev".to_owned(), prev.clone().into());
        line.insert("at".to_owned(), json!(at(0).to_string()));
        line.extend(entry.as_object().unwrap().clone());
        let line = Value::Object(line).to_string();
        prev = Sha256::digest(&line)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        text.push_str(&line);
        text.push('\n');
    }
    text.into_bytes()
}

fn entry(entry: &Entry) -> Value {
    serde_json::to_value(entry).unwrap()
}

fn header() -> Value {
    json!({
        "event": "header", "format": "countermand journal", "version": 1, "run": "r1",
        "provider": "applivery", "base_url": "https://api.example.com/v1", "org": "acme-mobile",
        "countermand": "0.1.0",
    })
}

fn lock(number: u32) -> Command {
    command("applivery:A", number, "LOCK", CommandState::Pending)
}

fn planned(count: u32) -> Vec<Value> {
    let mut lines = vec![header()];
    for number in 0..count {
        let command = lock(number);
        lines.push(entry(&Entry::Target {
            target: number as usize,
            device: command.device,
            id: command.id,
            kind: Some("LOCK".to_owned()),
            name: None,
            created_at: None,
            before: Some(CommandState::Pending),
            outcome: None,
            detail: ProviderDetail::default(),
        }));
    }
    lines.push(entry(&Entry::Planned {
        targets: count as usize,
    }));
    lines
}

fn settled(number: u32, outcome: CancelOutcome) -> Value {
    let command = lock(number);
    let mut report = CancelReport::new(command.device, command.id);
    report.outcome = outcome;
    report.attempts = 1;
    entry(&Entry::settled(number as usize, &report))
}

fn sending(target: usize) -> Value {
    entry(&Entry::Sending { target })
}

fn answered(target: usize) -> Value {
    entry(&Entry::Answered {
        target,
        answer: RecordedAnswer {
            kind: AnswerKind::Taken,
            outcome: None,
            attempts: 1,
            detail: ProviderDetail::default(),
        },
    })
}

fn check(bytes: Vec<u8>) -> Result<Checked, ChainError> {
    let mut check = Check::of(bytes);
    while check.step() {}
    check.end()
}

#[test]
fn a_run_that_was_broken_off_says_what_is_left_and_what_is_in_doubt() {
    let mut lines = planned(3);
    lines.extend([
        sending(0),
        answered(0),
        settled(0, CancelOutcome::Cancelled),
        sending(1),
    ]);
    let checked = check(journal(&lines)).unwrap();
    let open = Open {
        in_doubt: 1,
        to_send: 1,
        to_list: 0,
        unlisted: 0,
        partly_listed: 0,
    };
    assert_eq!(checked.verdict(), JournalStatus::Unfinished(open));
    assert_eq!(open.total(), 2);
    let past = checked.past(SeverityRules::default());
    let status = past.status();
    assert_eq!(status.progress.total, 3);
    assert_eq!(status.progress.count(CancelOutcome::Cancelled), 1);
    assert_eq!(status.progress.count(CancelOutcome::Unknown), 1);
    assert_eq!(status.progress.count(CancelOutcome::NotSent), 1);
    let titles: Vec<_> = past
        .rows(crate::results::ResultFilter::ALL, 0, 9)
        .into_iter()
        .map(|row| row.title)
        .collect();
    assert!(titles.iter().all(|title| title == "LOCK"));
    assert_eq!(titles.len(), 3);

    let resumed = Run::going(
        RunWatch::of_journal(&checked.run, SeverityRules::default()),
        JournalState::Written,
    );
    let status = resumed.status();
    assert_eq!((status.progress.done, status.progress.total), (1, 3));
    assert!(status.goes_on());
    assert_eq!(
        resumed.row(&target(&lock(1))).map(|row| row.stage),
        Some(RowStage::Queued)
    );
}

#[test]
fn a_sealed_run_is_whole_and_over() {
    let mut lines = planned(1);
    lines.extend([
        sending(0),
        answered(0),
        settled(0, CancelOutcome::Cancelled),
        entry(&Entry::Sealed {
            targets: 1,
            outcomes: [(CancelOutcome::Cancelled, 1)].into(),
        }),
    ]);
    let checked = check(journal(&lines)).unwrap();
    assert_eq!(checked.verdict(), JournalStatus::Sealed);
    assert!(!checked.past(SeverityRules::default()).status().goes_on());
}

#[test]
fn a_plan_that_was_not_whole_means_that_nothing_was_sent() {
    let mut lines = planned(2);
    lines.pop();
    assert_eq!(
        check(journal(&lines)).unwrap().verdict(),
        JournalStatus::NotBegun
    );
}

#[test]
fn a_changed_line_is_named() {
    let mut lines = planned(3);
    lines.push(sending(0));
    let text = String::from_utf8(journal(&lines)).unwrap();
    let changed = text.replacen("LOCK", "WIPE", 1);
    assert_ne!(text, changed);
    let broken = check(changed.into_bytes()).unwrap_err();
    assert_eq!(verdict_of(&broken), JournalStatus::Broken { line: Some(2) });
    assert_eq!(
        verdict_of(&check(Vec::new()).unwrap_err()),
        JournalStatus::Broken { line: None }
    );
}

#[test]
fn what_the_vendor_named_beyond_the_plan_is_told_as_such() {
    let mut lines = planned(1);
    let more = lock(9);
    lines.extend([
        sending(0),
        answered(0),
        entry(&Entry::Beyond {
            target: 1,
            device: more.device.clone(),
            id: more.id.clone(),
            created_at: None,
            with: 0,
            attempts: 1,
        }),
        settled(0, CancelOutcome::Cancelled),
    ]);
    let past = check(journal(&lines))
        .unwrap()
        .past(SeverityRules::default());
    let beyond: Vec<bool> = past
        .rows(crate::results::ResultFilter::ALL, 0, 9)
        .iter()
        .map(|row| row.is_unplanned)
        .collect();
    assert_eq!(beyond.iter().filter(|beyond| **beyond).count(), 1);
}

#[test]
fn the_header_here_is_the_clients() {
    let org = Organization::parse(Provider::Applivery, "acme-mobile").unwrap();
    let base = BaseUrl::parse("https://api.example.com/v1").unwrap();
    let timer: SharedTimer = std::sync::Arc::new(Stopped);
    let mut real = serde_json::to_value(Entry::Header(Header::new(org, base, &timer))).unwrap();
    real["run"] = json!("r1");
    assert_eq!(real, header());
}
