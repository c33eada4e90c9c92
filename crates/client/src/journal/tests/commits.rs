//! Many at once: few appends, one order, and one end.

use std::{error::Error, sync::atomic::Ordering};

use futures_util::{FutureExt, future::join_all};

use super::*;

#[tokio::test]
async fn many_commits_at_once_are_few_appends_in_one_order() {
    let memory = Memory::default();
    let journal = Journal::create(memory.clone(), timer(), header())
        .await
        .unwrap();
    for number in 0..1000 {
        journal.chain().note(&target(number, None));
    }
    let commits = (0..1000).map(|target| {
        let (journal, memory) = (journal.clone(), memory.clone());
        async move {
            journal
                .chain()
                .commit(&Entry::Sending { target })
                .await
                .unwrap();
            // Durable now, whoever wrote it.
            let line = format!(r#""sending","target":{target}}}"#);
            let text = String::from_utf8(memory.bytes()).unwrap();
            assert!(text.contains(&line), "{target}");
        }
    });
    join_all(commits).await;
    let appends = memory.appended.lock().unwrap().len();
    assert!(appends <= 10, "{appends} appends for 1000 commits");
    let (entries, end) = read_all(&memory.bytes()).unwrap();
    assert_eq!(entries.len(), 2000);
    assert_eq!(end.lines, 2001);
}

#[tokio::test]
async fn what_is_noted_is_durable_with_the_next_flush() {
    let memory = Memory::default();
    let journal = Journal::create(memory.clone(), timer(), header())
        .await
        .unwrap();
    let before = memory.bytes();
    journal.chain().note(&target(0, None));
    assert_eq!(memory.bytes(), before);
    journal.chain().flush().await.unwrap();
    assert_eq!(read_all(&memory.bytes()).unwrap().0, [target(0, None)]);
    journal.chain().flush().await.unwrap();
    assert_eq!(memory.appended.lock().unwrap().len(), 2, "nothing was new");
}

#[tokio::test]
async fn a_journal_gone_on_with_is_one_chain() {
    let first = written(&run()[..8]);
    let (_, end) = read_all(&first).unwrap();
    let memory = Memory::default();
    memory.appended.lock().unwrap().push(first);
    let journal = Journal::go_on(memory.clone(), timer(), end);
    for entry in &run()[8..] {
        journal.chain().commit(entry).await.unwrap();
    }
    assert_eq!(read_all(&memory.bytes()).unwrap().0, run());
}

#[tokio::test]
async fn after_one_failure_nothing_further_is_written() {
    let memory = Memory {
        fails_from: Some(2),
        ..Memory::default()
    };
    let journal = Journal::create(memory.clone(), timer(), header())
        .await
        .unwrap();
    journal.chain().commit(&target(0, None)).await.unwrap();
    assert!(journal.failure().is_none());
    let sending = Entry::Sending { target: 0 };
    let failed = join_all((0..5).map(|_| journal.chain().commit(&sending))).await;
    for result in failed {
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), "the memory cannot be written");
        assert!(error.source().is_some());
    }
    assert!(journal.failure().is_some());
    journal.chain().note(&sending);
    assert!(journal.chain().commit(&sending).await.is_err());
    assert!(journal.chain().flush().await.is_err());
    assert_eq!(memory.appended.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_header_that_cannot_be_written_makes_no_journal() {
    let memory = Memory {
        fails_from: Some(0),
        ..Memory::default()
    };
    assert!(Journal::create(memory, timer(), header()).await.is_err());
}

#[tokio::test]
async fn an_append_that_nobody_waits_for_any_more_is_carried_on_by_the_next() {
    let memory = Memory::default();
    let journal = Journal::create(memory.clone(), timer(), header())
        .await
        .unwrap();
    let entry = target(0, None);
    {
        let mut commit = std::pin::pin!(journal.chain().commit(&entry));
        assert!((&mut commit).now_or_never().is_none(), "it is under way");
    }
    journal.chain().commit(&target(1, None)).await.unwrap();
    let (entries, _) = read_all(&memory.bytes()).unwrap();
    assert_eq!(
        entries,
        [target(0, None), target(1, None)],
        "whole, and once"
    );
}

/// A store that says whether two appends ever ran at once.
#[derive(Clone, Default)]
struct OneAtATime(Arc<std::sync::atomic::AtomicUsize>);

impl JournalStore for OneAtATime {
    fn append(&self, _: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            assert_eq!(self.0.fetch_add(1, Ordering::SeqCst), 0);
            tokio::task::yield_now().await;
            self.0.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_appends_never_run_at_once() {
    let journal = Journal::create(OneAtATime::default(), timer(), header())
        .await
        .unwrap();
    let tasks = (0..64).map(|target| {
        let journal = journal.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                journal
                    .chain()
                    .commit(&Entry::Sending { target })
                    .await
                    .unwrap();
            }
        })
    });
    for task in join_all(tasks).await {
        task.unwrap();
    }
}

#[tokio::test]
async fn a_text_of_any_length_leaves_a_line_that_can_be_read() {
    let memory = Memory::default();
    let journal = Journal::create(memory.clone(), timer(), header())
        .await
        .unwrap();
    let mut long = settled(0, CancelOutcome::Rejected);
    if let Entry::Settled { detail, .. } = &mut long {
        // Cut where a character of three bytes stands.
        detail.message = Some("a€".repeat(8 << 20));
        detail.code = Some(ProviderCode::Text("x".repeat(2 << 20)));
    }
    journal.chain().note(&target(0, None));
    journal.chain().note(&long);
    journal.chain().commit(&target(1, None)).await.unwrap();
    let (entries, _) = read_all(&memory.bytes()).unwrap();
    let Entry::Settled { detail, .. } = &entries[1] else {
        panic!("{:?}", entries[1].event());
    };
    let message = detail.message.as_deref().unwrap();
    assert!(message.starts_with("a€a€") && message.ends_with('…'));
    assert!(message.len() < 17 << 10);
    assert_eq!(entries[2], target(1, None));
}
