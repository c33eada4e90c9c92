//! The two-person rule: which cancels a second operator has to approve, and what the approver is shown.
//!
//! A run that may need an approval is read at the provider first. What was read is what the approver sees, what the
//! approval is bound to, and what runs. Where an approval stands is in the store, so it is the same at every instance.

mod reading;
mod rule;
mod shown;

use std::time::Duration;

pub(crate) use reading::{ReadError, read};
pub(crate) use rule::{Rule, target_key};
pub(crate) use shown::{standing, summary, with_short_sweep, with_targets};

/// How long a run waits for a decision.
pub(crate) const WAITS: Duration = Duration::from_secs(60 * 60);

/// How long a run is read at most, how long an approved one has to begin, and how long one that was stopped may be
/// resumed with the same approval.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a cancel counts that was sent without approval, and a request for one.
pub(crate) const WINDOW: Duration = Duration::from_secs(60 * 60);

/// How many runs of one person may wait at a connection.
pub(crate) const MOST_OPEN: u64 = 20;

/// How much one person may ask for within [`WINDOW`]: each target is a line of the audit.
pub(crate) const MOST_TARGETS_AN_HOUR: u64 = 100_000;

/// How many runs one person may ask for within [`WINDOW`].
pub(crate) const MOST_RUNS_AN_HOUR: u64 = 200;

/// How many approvals a list has.
pub(crate) const LISTED: u32 = 200;
