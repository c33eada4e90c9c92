//! How many requests are kept: nobody blocks anybody else with theirs.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    time::Duration,
};

use countermand_core_model::InvalidValue;

use super::{
    Inner,
    request::{StoredApproval, is_open},
};

/// So many open requests of one person, with so many targets together, at one connection.
const MOST_OF_ONE: usize = 20;
const MOST_TARGETS_OF_ONE: usize = 40_000;

/// So many of everybody at one connection: the oldest that opens nothing any more goes.
const MOST: usize = 200;
const MOST_TARGETS: usize = 100_000;

/// So many targets one person asks for within an hour: each is a line of the audit.
const MOST_TARGETS_AN_HOUR: usize = 100_000;
const MOST_AN_HOUR: usize = 200;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Why something cannot be asked for.
#[derive(Debug)]
pub(crate) enum NotAsked {
    /// It means nothing.
    Invalid(InvalidValue),
    /// Others have to be decided about first.
    Full(&'static str),
    /// It cannot be written down.
    Unwritten,
}

impl From<InvalidValue> for NotAsked {
    fn from(invalid: InvalidValue) -> Self {
        Self::Invalid(invalid)
    }
}

impl fmt::Display for NotAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::Full(why) => f.write_str(why),
            Self::Unwritten => f.write_str("It cannot be written down."),
        }
    }
}

/// Who asked at which connection within the last hour: when, and for how many.
#[derive(Default)]
pub(super) struct Asking(HashMap<(String, String), VecDeque<(Duration, usize)>>);

impl Inner {
    /// Makes room for one more request; an error where what is kept is still open.
    pub(super) fn make_room(
        &mut self,
        now: Duration,
        more: &StoredApproval,
    ) -> Result<(), NotAsked> {
        let count = more.uses.len();
        let of_connection = |asked: &StoredApproval| asked.connection == more.connection;
        let is_theirs =
            |asked: &StoredApproval| of_connection(asked) && asked.approval.by == more.approval.by;
        let open: Vec<usize> = self
            .asked
            .iter()
            .filter(|asked| is_theirs(asked) && is_open(asked.approval.state))
            .map(|asked| asked.uses.len())
            .collect();
        if open.len() >= MOST_OF_ONE || open.iter().sum::<usize>() + count > MOST_TARGETS_OF_ONE {
            return Err(NotAsked::Full(
                "You have asked for as much as can wait: no more than 20 requests with 40000 targets together. Withdraw one, or wait until it is decided about and over.",
            ));
        }
        let key = (more.connection.clone(), more.approval.by.clone());
        let recent = self.asking.0.entry(key).or_default();
        while recent
            .front()
            .is_some_and(|(at, _)| now.saturating_sub(*at) >= HOUR)
        {
            recent.pop_front();
        }
        let targets: usize = recent.iter().map(|(_, count)| count).sum();
        if recent.len() >= MOST_AN_HOUR || targets + count > MOST_TARGETS_AN_HOUR {
            return Err(NotAsked::Full(
                "You have asked too often within an hour: no more than 200 requests with 100000 targets together.",
            ));
        }
        loop {
            let kept = self.asked.iter().filter(|asked| of_connection(asked));
            let (mut requests, mut targets) = (0, 0);
            for asked in kept {
                requests += 1;
                targets += asked.uses.len();
            }
            if requests < MOST && targets + count <= MOST_TARGETS {
                recent.push_back((now, count));
                return Ok(());
            }
            let over = self
                .asked
                .iter()
                .position(|asked| of_connection(asked) && !is_open(asked.approval.state));
            let Some(over) = over else {
                return Err(NotAsked::Full(
                    "Others have to be decided about and over first: no more than 200 requests, with 100000 targets together, are kept of a connection.",
                ));
            };
            self.asked.remove(over);
        }
    }
}
