//! Failed sign-ins, one after the other from one address.

use std::{collections::HashMap, net::IpAddr, sync::Mutex, time::Duration};

use crate::lock::lock;

/// How long a row lasts, from its first failure.
pub(super) const ROW: Duration = Duration::from_secs(600);

/// How many addresses are kept. Beyond that the one whose row began first is forgotten.
const MOST_PEERS: usize = 1_000;

/// How many rows are told of within an hour: whoever fails on purpose from many addresses fills no mailbox.
const TOLD_AN_HOUR: u32 = 30;

const HOUR: Duration = Duration::from_secs(3_600);

/// The rows of this process.
#[derive(Debug, Default)]
pub(super) struct FailureRows(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    rows: HashMap<IpAddr, Row>,
    told: u32,
    hour: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    failures: u32,
    since: Duration,
}

impl FailureRows {
    /// Counts a failure of `peer` at `now`, and returns how many its row has.
    pub(super) fn count(&self, peer: IpAddr, now: Duration) -> u32 {
        let rows = &mut lock(&self.0).rows;
        rows.retain(|_, row| now.saturating_sub(row.since) < ROW);
        if !rows.contains_key(&peer) && rows.len() >= MOST_PEERS {
            let oldest = rows.iter().min_by_key(|(_, row)| row.since);
            if let Some(oldest) = oldest.map(|(peer, _)| *peer) {
                rows.remove(&oldest);
            }
        }
        let row = rows.entry(peer).or_insert(Row {
            failures: 0,
            since: now,
        });
        row.failures = row.failures.saturating_add(1);
        row.failures
    }

    /// Returns whether a row may be told of at `now`, and counts it.
    pub(super) fn may_tell(&self, now: Duration) -> bool {
        let mut inner = lock(&self.0);
        if now.saturating_sub(inner.hour) >= HOUR {
            (inner.hour, inner.told) = (now, 0);
        }
        inner.told += 1;
        inner.told <= TOLD_AN_HOUR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn each_address_has_a_row_of_ten_minutes() {
        let rows = FailureRows::default();
        let minute = |minutes: u64| Duration::from_secs(60 * minutes);
        assert_eq!(rows.count(peer(1), minute(0)), 1);
        assert_eq!(rows.count(peer(1), minute(9)), 2);
        assert_eq!(rows.count(peer(2), minute(9)), 1);
        assert_eq!(rows.count(peer(1), minute(10)), 1, "a new row");
        for number in 10..10 + 2_000 {
            assert_eq!(rows.count(peer(number), minute(11)), 1);
        }
        assert!(lock(&rows.0).rows.len() <= MOST_PEERS);
    }

    #[test]
    fn so_many_are_told_of_within_an_hour() {
        let rows = FailureRows::default();
        let told = (0..100).filter(|_| rows.may_tell(HOUR * 7)).count();
        assert_eq!(told, TOLD_AN_HOUR as usize);
        assert!(rows.may_tell(HOUR * 8));
    }
}
