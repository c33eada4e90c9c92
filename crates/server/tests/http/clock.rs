//! A clock that is put forward.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use countermand_core_model::Timestamp;
use countermand_transport::{BoxFuture, Timer, TokioTimer};

/// The machine's clock, and how far it was put forward. It waits as long as the machine does.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    machine: TokioTimer,
    ahead: Arc<AtomicU64>,
}

impl Clock {
    pub fn advance(&self, duration: Duration) {
        self.ahead.fetch_add(duration.as_secs(), Ordering::SeqCst);
    }

    pub fn ahead(&self) -> Duration {
        Duration::from_secs(self.ahead.load(Ordering::SeqCst))
    }
}

impl Timer for Clock {
    fn now(&self) -> Timestamp {
        let ahead = i64::try_from(self.ahead().as_millis()).unwrap();
        Timestamp::from_millis(self.machine.now().as_millis() + ahead).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic() + self.ahead()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.machine.sleep(duration)
    }
}
