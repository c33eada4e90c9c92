//! A timer that lives by the simulator's clock.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use countermand_core_model::Timestamp;
use countermand_simulator::Simulator;
use countermand_transport::{BoxFuture, Timer};
use tokio::sync::Notify;

/// So often everything else that can run is let run before it counts as waiting for time to pass.
const TURNS: usize = 32;

/// The simulator's clock as a [`Timer`]: the clock stands still while anything is on its way over HTTP or
/// being computed, and jumps to the next moment that somebody waits for once nothing else is left to do.
///
/// So a run that reads again for fifteen seconds takes milliseconds, a limit on an attempt never strikes
/// because the machine is busy, and what happens when is the same on every machine. Needs tokio's
/// single-threaded runtime, on which "everything else that can run" has an end. Clones are the same timer.
#[derive(Clone)]
pub struct SimulatedTime(Arc<Shared>);

struct Shared {
    simulator: Arc<Simulator>,
    start_ms: i64,
    waiting: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Default)]
struct Waiting {
    /// Requests on their way.
    requests: usize,
    /// Who waits for time to pass: by the moment, then in the order in which they came.
    sleepers: BTreeMap<(i64, u64), Option<Waker>>,
    next: u64,
}

impl SimulatedTime {
    /// The clock of `simulator`, which must be a manual one.
    pub fn of(simulator: Arc<Simulator>) -> Self {
        let this = Self(Arc::new(Shared {
            start_ms: simulator.now_ms(),
            simulator,
            waiting: Mutex::default(),
            changed: Notify::new(),
        }));
        let driven = this.clone();
        tokio::spawn(async move {
            loop {
                driven.0.changed.notified().await;
                driven.jump().await;
            }
        });
        this
    }

    /// Something is on its way over HTTP until what this gives is dropped.
    pub(crate) fn request(&self) -> OnItsWay {
        self.0.waiting.lock().unwrap().requests += 1;
        // A request takes its time, and no two leave at the same moment: so the ledger has an order.
        self.0.simulator.advance(1);
        OnItsWay(self.clone())
    }

    /// To the next moment that somebody waits for, if there is nothing else left to do.
    async fn jump(&self) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        let mut waiting = self.0.waiting.lock().unwrap();
        let Some((&(due_ms, _), _)) = waiting.sleepers.first_key_value() else {
            return;
        };
        if waiting.requests > 0 {
            return;
        }
        let left_ms = due_ms - self.0.simulator.now_ms();
        self.0
            .simulator
            .advance(u32::try_from(left_ms.max(0)).unwrap());
        let later = waiting.sleepers.split_off(&(due_ms, u64::MAX));
        for waker in std::mem::replace(&mut waiting.sleepers, later).into_values() {
            waker.into_iter().for_each(Waker::wake);
        }
    }

    fn lie_down(&self, due_ms: i64) -> Sleeper {
        let mut waiting = self.0.waiting.lock().unwrap();
        waiting.next += 1;
        let place = (due_ms, waiting.next);
        waiting.sleepers.insert(place, None);
        self.0.changed.notify_one();
        Sleeper {
            time: self.clone(),
            place,
        }
    }
}

impl Timer for SimulatedTime {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.simulator.now_ms()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.simulator.now_ms() - self.0.start_ms).unwrap())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let ms = i64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap();
        let sleeper = self.lie_down(self.0.simulator.now_ms() + ms);
        Box::pin(async move { poll_fn(|cx| sleeper.poll(cx)).await })
    }
}

/// Waits until its place is taken out.
struct Sleeper {
    time: SimulatedTime,
    place: (i64, u64),
}

impl Sleeper {
    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut waiting = self.time.0.waiting.lock().unwrap();
        match waiting.sleepers.get_mut(&self.place) {
            Some(waker) => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let mut waiting = self.time.0.waiting.lock().unwrap();
        waiting.sleepers.remove(&self.place);
        // Somebody else may be the next to wait for.
        self.time.0.changed.notify_one();
    }
}

/// See [`SimulatedTime::request`].
pub(crate) struct OnItsWay(SimulatedTime);

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.0.0.waiting.lock().unwrap().requests -= 1;
        self.0.0.changed.notify_one();
    }
}
