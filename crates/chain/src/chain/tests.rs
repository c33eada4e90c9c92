//! Whoever waits for a line may stop waiting at any time, and a store that failed may be well again.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, Waker},
};

use countermand_core_model::Timestamp;
use countermand_transport::{BoxFuture, fake::FakeTimer};

use super::*;
use crate::line::Lines;

#[derive(Serialize)]
struct Said {
    word: u32,
}

impl Entry for Said {
    fn truncated(&self) -> Self {
        Self { word: self.word }
    }
}

/// A store whose appends take several polls, and that can be out of room.
#[derive(Clone, Default)]
struct Slow {
    bytes: Arc<Mutex<Vec<u8>>>,
    has_no_room: Arc<AtomicBool>,
    torn: Arc<Mutex<Option<usize>>>,
}

/// Pending so many times.
struct Later(u32);

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl JournalStore for Slow {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            Later(2).await;
            self.take(&bytes)?;
            Later(2).await;
            Ok(())
        })
    }

    fn restore(&self) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            Later(1).await;
            if let Some(length) = self.torn.lock().unwrap().take() {
                self.bytes.lock().unwrap().truncate(length);
            }
            Ok(())
        })
    }
}

impl Slow {
    fn take(&self, bytes: &[u8]) -> Result<(), JournalError> {
        let mut all = self.bytes.lock().unwrap();
        if self.has_no_room.load(Ordering::Relaxed) {
            self.torn.lock().unwrap().get_or_insert(all.len());
            all.extend_from_slice(&bytes[..bytes.len() / 2]);
            return Err(JournalError::new(JournalErrorKind::System, "no room"));
        }
        all.extend_from_slice(bytes);
        Ok(())
    }

    /// How many whole lines it holds, all of one chain.
    fn lines(&self) -> u64 {
        let bytes = self.bytes.lock().unwrap().clone();
        let mut lines = Lines::of(bytes.as_slice(), "a chain", |_| None);
        while let Some(line) = lines.next_line() {
            line.unwrap();
        }
        assert!(!lines.end().torn);
        lines.end().lines
    }
}

fn chain(store: &Slow) -> Chain {
    let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
    Chain::new(store.clone(), Arc::new(timer))
}

/// Polls so many times and then drops; says whether it had ended.
fn break_off_after<F: Future>(polls: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(ended) = future.as_mut().poll(&mut context) {
            return Some(ended);
        }
    }
    None
}

fn wait<F: Future>(future: F) -> F::Output {
    break_off_after(1_000, future).unwrap()
}

#[test]
fn a_commit_that_is_broken_off_anywhere_leaves_a_whole_chain_that_goes_on() {
    for polls in 0..12 {
        for more in 0..12 {
            let store = Slow::default();
            let chain = chain(&store);
            wait(chain.commit(&Said { word: 0 })).unwrap();
            let _ = break_off_after(polls, chain.commit(&Said { word: 1 }));
            let _ = break_off_after(more, chain.commit(&Said { word: 2 }));
            assert!(chain.failure().is_none(), "{polls} {more}");
            wait(chain.commit(&Said { word: 3 })).unwrap();
            // A commit that was never polled queued nothing; every other one is there, once.
            let queued = u64::from(polls > 0) + u64::from(more > 0);
            assert_eq!(store.lines(), 2 + queued, "{polls} {more}");
        }
    }
}

#[test]
fn what_failed_is_written_when_there_is_room_again_and_nothing_twice() {
    for polls in 0..12 {
        let store = Slow::default();
        let chain = chain(&store);
        wait(chain.commit(&Said { word: 0 })).unwrap();
        store.has_no_room.store(true, Ordering::Relaxed);
        assert!(wait(chain.commit(&Said { word: 1 })).is_err());
        assert!(!chain.note(&Said { word: 2 }), "it is not queued");
        assert!(wait(chain.recover()).is_err(), "there is no room yet");
        assert!(chain.failure().is_some());
        let _ = break_off_after(polls, chain.recover());
        store.has_no_room.store(false, Ordering::Relaxed);
        let _ = break_off_after(polls, chain.recover());
        if chain.failure().is_some() {
            wait(chain.recover()).unwrap();
        }
        wait(chain.commit(&Said { word: 3 })).unwrap();
        assert_eq!(store.lines(), 3, "{polls}");
    }
}

#[test]
fn lines_are_linked_anew_behind_others() {
    let mut bytes = Vec::new();
    let mut last = Link::START;
    for number in 0..3 {
        line::add(
            &mut bytes,
            &mut last,
            &serde_json::json!({"number": number}),
        )
        .unwrap();
    }
    let behind = Link::of(b"another line");
    let (mut anew, mut end) = (Vec::new(), behind);
    assert_eq!(line::relink(&mut anew, &mut end, &bytes).unwrap(), 3);
    let (mut expected, mut expected_end) = (Vec::new(), behind);
    for number in 0..3 {
        let body = serde_json::json!({"number": number});
        line::add(&mut expected, &mut expected_end, &body).unwrap();
    }
    assert_eq!((anew, end), (expected, expected_end));
    for broken in [
        &b"{\"prev\":\"00\"}\n"[..],
        b"\n",
        &bytes[..bytes.len() - 1],
    ] {
        assert!(line::relink(&mut Vec::new(), &mut Link::START.clone(), broken).is_err());
    }
    assert_eq!(Link::parse(end.as_str()), Some(end));
    assert_eq!(Link::parse(&end.as_str().to_uppercase()), None);
    assert_eq!(Link::parse("00"), None);
    assert_eq!(Link::of(b"").to_bytes()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
}
