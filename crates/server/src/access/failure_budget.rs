//! Limits the lines about failed sign-ins, in total and for each peer: failures on purpose must neither fill the disk
//! nor hide those of others.

use std::{collections::HashMap, net::IpAddr, sync::Mutex, time::Duration};

use countermand_transport::SharedTimer;

use crate::lock::lock;

/// At most about 14,000 lines a day.
const OF_ALL: Allowance = Allowance {
    burst: 100,
    every: Duration::from_secs(6),
};
const OF_ONE_PEER: Allowance = Allowance {
    burst: 20,
    every: Duration::from_secs(30),
};

/// How many peers are kept. Beyond that the one with the oldest failure is forgotten.
const MOST_PEERS: usize = 1_000;

/// A token bucket: `burst` lines at once, and one more in each interval.
struct Allowance {
    burst: u32,
    every: Duration,
}

/// The rest of an allowance.
#[derive(Clone, Copy)]
struct Left {
    lines: u32,
    since: Duration,
    seen: Duration,
}

impl Left {
    fn of(allowance: &Allowance, now: Duration) -> Self {
        Self {
            lines: allowance.burst,
            since: now,
            seen: now,
        }
    }

    fn refill(&mut self, allowance: &Allowance, now: Duration) {
        self.seen = now;
        let passed = now.saturating_sub(self.since);
        let more = u32::try_from(passed.as_secs() / allowance.every.as_secs()).unwrap_or(u32::MAX);
        self.lines = self.lines.saturating_add(more).min(allowance.burst);
        self.since = match self.lines == allowance.burst {
            true => now,
            false => self.since + allowance.every * more,
        };
    }
}

/// The budget of lines about failed sign-ins.
pub(crate) struct FailureBudget {
    timer: SharedTimer,
    inner: Mutex<Inner>,
}

struct Inner {
    all: Left,
    peers: HashMap<IpAddr, Left>,
    unwritten: u64,
}

impl FailureBudget {
    pub(crate) fn new(timer: SharedTimer) -> Self {
        let now = timer.monotonic();
        Self {
            timer,
            inner: Mutex::new(Inner {
                all: Left::of(&OF_ALL, now),
                peers: HashMap::new(),
                unwritten: 0,
            }),
        }
    }

    /// Takes a line for a failure of `peer`, and returns how many failures before it were not written. `None` where the
    /// budget is used up.
    pub(crate) fn take(&self, peer: IpAddr) -> Option<u64> {
        let now = self.timer.monotonic();
        let mut inner = lock(&self.inner);
        let inner = &mut *inner;
        inner.all.refill(&OF_ALL, now);
        if !inner.peers.contains_key(&peer) && inner.peers.len() >= MOST_PEERS {
            let silent = inner.peers.iter().min_by_key(|(_, left)| left.seen);
            if let Some(silent) = silent.map(|(peer, _)| *peer) {
                inner.peers.remove(&silent);
            }
        }
        let left = inner
            .peers
            .entry(peer.to_canonical())
            .or_insert_with(|| Left::of(&OF_ONE_PEER, now));
        left.refill(&OF_ONE_PEER, now);
        if inner.all.lines == 0 || left.lines == 0 {
            inner.unwritten += 1;
            return None;
        }
        inner.all.lines -= 1;
        left.lines -= 1;
        Some(std::mem::take(&mut inner.unwritten))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countermand_core_model::Timestamp;
    use countermand_transport::fake::FakeTimer;

    use super::*;

    #[test]
    fn one_peer_cannot_take_it_all_and_what_was_left_out_is_counted() {
        let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
        let budget = FailureBudget::new(Arc::new(timer.clone()));
        let peer = |number: u32| IpAddr::from(number.to_be_bytes());
        let mut taken = 0;
        for _ in 0..1_000 {
            taken += u32::from(budget.take(peer(1)).is_some());
        }
        assert_eq!(taken, OF_ONE_PEER.burst);
        assert_eq!(budget.take(peer(2)), Some(980), "another one is heard");
        assert_eq!(budget.take(peer(2)), Some(0));
        // Everybody together: a thousand peers.
        let many = (3..10_000).filter(|number| budget.take(peer(*number)).is_some());
        assert_eq!(
            many.count(),
            (OF_ALL.burst - OF_ONE_PEER.burst - 2) as usize
        );
        timer.advance(OF_ALL.every);
        assert!(budget.take(peer(20_000)).is_some());
        assert!(budget.take(peer(20_001)).is_none());
        timer.advance(Duration::from_secs(24 * 60 * 60));
        assert!(budget.take(peer(1)).is_some());
    }
}
