//! When the devices of a sweep are listed: until all are known, and then again, to learn who has come back.

use std::time::Duration;

use countermand_transport::ApiError;

use crate::cancel::refusal;

/// How often the devices are listed, where the list fails or is not whole.
const ATTEMPTS: u32 = 5;

/// The wait before the devices are listed again. It doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The devices are listed again, to learn who has come back, after so many looks for each request that it takes: it costs
/// at most a twentieth of the budget.
const LOOKS_PER_REQUEST: usize = 20;

/// They are listed again at most this often.
const LISTED_EVERY: Duration = Duration::from_secs(30);

/// Fewer devices than this are looked at in any order.
const WORTH_ORDERING: usize = 50;

/// The lists of the devices.
#[derive(Default)]
pub(super) struct Passes {
    /// How many failed in a row.
    failed: u32,
    /// All devices are known, or will not become known. Further lists only tell who has come back.
    is_over: bool,
    /// Requests that the list under way took.
    requests: usize,
    /// Requests that the latest whole list took.
    cost: usize,
    /// When it began.
    began: Duration,
    /// Looks since.
    looks: usize,
    /// None is begun before this time.
    not_before: Duration,
}

impl Passes {
    /// Returns the lists of so many devices that were named: they only tell of contacts.
    pub(super) fn of_named(devices: usize) -> Self {
        Self {
            is_over: devices < WORTH_ORDERING,
            ..Self::default()
        }
    }

    /// Returns whether the devices are to be listed `now`, while so many silent ones are still to be looked at.
    pub(super) fn is_due(&self, now: Duration, silent: usize) -> bool {
        if !self.is_over {
            return now >= self.not_before;
        }
        self.cost > 0
            && silent >= WORTH_ORDERING
            && self.looks >= self.cost * LOOKS_PER_REQUEST
            && now.saturating_sub(self.began) >= LISTED_EVERY
    }

    /// Returns when the devices are to be listed, if not all are known.
    pub(super) fn due(&self) -> Option<Duration> {
        (!self.is_over).then_some(self.not_before)
    }

    pub(super) fn begin(&mut self, now: Duration) {
        self.began = now;
        self.looks = 0;
        self.requests = 1;
    }

    pub(super) fn take_page(&mut self) {
        self.requests += 1;
    }

    pub(super) fn looked(&mut self) {
        self.looks += 1;
    }

    /// Takes in the end of a whole list.
    pub(super) fn take_whole(&mut self) {
        self.cost = self.requests;
        self.failed = 0;
        self.is_over = true;
    }

    /// Takes in a list that failed, or was not whole. Returns whether no other is made, and devices stay unknown.
    pub(super) fn take_failure(&mut self, error: Option<&ApiError>, now: Duration) -> bool {
        // A list that only was to tell who has come back may fail.
        if self.is_over {
            return false;
        }
        self.failed += 1;
        let is_final = error.is_some_and(|error| refusal(error).is_some());
        self.is_over = is_final || self.failed >= ATTEMPTS;
        let wait = FIRST_WAIT * 2_u32.pow(self.failed - 1);
        let asked = error.and_then(ApiError::retry_after);
        let wait = asked.map_or(wait, |asked| asked.max(wait));
        self.not_before = now.saturating_add(wait);
        self.is_over
    }
}
