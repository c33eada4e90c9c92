//! Clocks that stand still until a test moves them.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};

use countermand_core_model::Timestamp;
use countermand_transport::{BoxFuture, SharedTimer, Timer, fake::FakeTimer};

/// What a clock was asked to wait when nobody waited.
pub(crate) const NO_WAIT: [Duration; 0] = [];

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Thu, 12 Feb 2026 08:30:00 GMT.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_millis(1_770_885_000_000).unwrap()
}

/// One that jumps over every wait, as it is and as the layers take it.
pub(crate) fn jumping() -> (FakeTimer, SharedTimer) {
    let timer = FakeTimer::starting_at(start());
    (timer.clone(), Arc::new(timer))
}

/// One whose waits really wait, until the test moves it on.
#[derive(Clone, Default)]
pub(crate) struct SteppedTimer(Arc<Mutex<Steps>>);

#[derive(Default)]
struct Steps {
    now: Duration,
    wakers: Vec<Waker>,
}

impl SteppedTimer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn shared(&self) -> SharedTimer {
        Arc::new(self.clone())
    }

    /// Moves on, and wakes whoever waits.
    pub(crate) fn advance(&self, by: Duration) {
        let wakers = {
            let mut steps = self.0.lock().unwrap();
            steps.now += by;
            std::mem::take(&mut steps.wakers)
        };
        for waker in wakers {
            waker.wake();
        }
    }
}

impl Timer for SteppedTimer {
    fn now(&self) -> Timestamp {
        let millis = i64::try_from(self.monotonic().as_millis()).unwrap();
        start().plus_millis(millis).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let this = self.clone();
        let until = this.monotonic() + duration;
        Box::pin(poll_fn(move |context| {
            let mut steps = this.0.lock().unwrap();
            if steps.now >= until {
                return Poll::Ready(());
            }
            steps.wakers.push(context.waker().clone());
            Poll::Pending
        }))
    }
}
