//! The requests for approval that are kept, and their limits: nobody blocks others with their own.

use std::time::Duration;

use countermand_relay_api::{Approval, ApprovalRule, ApprovalState};

use super::{
    answers::{ApprovalNeed, DecisionError, RequestError},
    recent::RecentOf,
    stored_approval::{Key, MOST_ATTEMPTS, StoredApproval, is_open},
};
use crate::{audit::Decision, provider::CancelTarget};

/// How long a request waits for a decision.
pub(super) const WAITS: Duration = Duration::from_secs(60 * 60);

/// How long an approval holds without being used: longer than a provider may ask a run to pause.
pub(super) const IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long an approval holds at most.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How many open requests one person may have at a connection, and with how many targets together.
const MOST_OF_ONE: usize = 20;
const MOST_TARGETS_OF_ONE: usize = 40_000;

/// How many requests are kept of a connection: beyond that the oldest closed one is removed.
const MOST: usize = 200;
const MOST_TARGETS: usize = 100_000;

/// How much one person may request within an hour: each target is a line of the audit.
const MOST_TARGETS_AN_HOUR: usize = 100_000;
const MOST_AN_HOUR: usize = 200;

/// Everything that is kept of requests.
#[derive(Default)]
pub(super) struct Ledger {
    /// The oldest first.
    pub(super) requests: Vec<StoredApproval>,
    /// Cancels that were sent without approval.
    unapproved: RecentOf<Key>,
    /// For how many targets each request was, and when.
    recent: RecentOf<usize>,
}

impl Ledger {
    /// Returns the request with this id, where it is in this state.
    pub(super) fn find(&mut self, id: &str, state: ApprovalState) -> Option<&mut StoredApproval> {
        let mut requests = self.requests.iter_mut();
        requests.find(|request| request.approval.id == id && request.approval.state == state)
    }

    /// Makes room for one more request.
    ///
    /// # Errors
    /// Where what is kept is still open.
    pub(super) fn make_room(
        &mut self,
        now: Duration,
        more: &StoredApproval,
    ) -> Result<(), RequestError> {
        let count = more.uses.len();
        let theirs = self.requests.iter().filter(|request| {
            request.connection == more.connection
                && request.approval.by == more.approval.by
                && is_open(request.approval.state)
        });
        let open: Vec<usize> = theirs.map(|request| request.uses.len()).collect();
        if open.len() >= MOST_OF_ONE || open.iter().sum::<usize>() + count > MOST_TARGETS_OF_ONE {
            return Err(RequestError::Full(
                "You have asked for as much as can wait: no more than 20 requests with 40000 targets together. Withdraw one, or wait until it is decided about and over.",
            ));
        }
        let recent = self.recent.of(now, &more.connection, &more.approval.by);
        let targets: usize = recent.iter().map(|(_, count)| count).sum();
        if recent.len() >= MOST_AN_HOUR || targets + count > MOST_TARGETS_AN_HOUR {
            return Err(RequestError::Full(
                "You have asked too often within an hour: no more than 200 requests with 100000 targets together.",
            ));
        }
        self.evict(&more.connection, count)?;
        let recent = self.recent.of(now, &more.connection, &more.approval.by);
        recent.push_back((now, count));
        Ok(())
    }

    /// Removes the oldest requests of a connection that open nothing any more, until `count` more targets fit.
    fn evict(&mut self, connection: &str, count: usize) -> Result<(), RequestError> {
        let is_of = |request: &StoredApproval| request.connection == connection;
        loop {
            let kept = self.requests.iter().filter(|request| is_of(request));
            let (mut requests, mut targets) = (0, 0);
            for request in kept {
                requests += 1;
                targets += request.uses.len();
            }
            if requests < MOST && targets + count <= MOST_TARGETS {
                return Ok(());
            }
            let mut all = self.requests.iter();
            let over = all.position(|request| is_of(request) && !is_open(request.approval.state));
            let over = over.ok_or(RequestError::Full(
                "Others have to be decided about and over first: no more than 200 requests, with 100000 targets together, are kept of a connection.",
            ))?;
            self.requests.remove(over);
        }
    }

    pub(super) fn expire(&mut self, now: Duration) {
        for request in &mut self.requests {
            let since = now.saturating_sub(request.since);
            let idle = now.saturating_sub(request.used);
            let is_over = match request.approval.state {
                ApprovalState::Waiting => since >= WAITS,
                ApprovalState::Approved => idle >= IDLE || since >= LONGEST,
                _ => false,
            };
            if is_over {
                request.approval.state = ApprovalState::Expired;
            }
        }
    }

    /// Returns the approvals of `who` that may still cover a cancel.
    pub(super) fn approved(
        &self,
        connection: &str,
        who: &str,
        target: &CancelTarget,
    ) -> impl Iterator<Item = &StoredApproval> {
        let key = Key::of(target);
        self.requests.iter().filter(move |request| {
            let is_theirs = request.approval.state == ApprovalState::Approved
                && request.connection == connection
                && request.approval.by == who;
            let one = request.uses.get(&key).filter(|_| is_theirs);
            one.is_some_and(|one| !one.is_taken && one.attempts < MOST_ATTEMPTS)
        })
    }

    pub(super) fn open(
        &mut self,
        connection: &str,
        id: &str,
        who: &str,
        decision: Decision,
    ) -> Result<&mut StoredApproval, DecisionError> {
        let approval = self
            .requests
            .iter_mut()
            .find(|request| request.approval.id == id && request.connection == connection)
            .ok_or(DecisionError::Unknown)?;
        let Approval {
            by,
            state,
            decided_by,
            unread,
            ..
        } = &approval.approval;
        let (is_theirs, is_approvers) = (
            by == who,
            *state == ApprovalState::Approved && decided_by.as_deref() == Some(who),
        );
        match (decision, *state) {
            (Decision::Approved | Decision::Declined, _) if is_theirs => {
                Err(DecisionError::Yourself)
            }
            (Decision::Withdrawn, _) if !is_theirs && !is_approvers => {
                Err(DecisionError::OnlyWhoAsked)
            }
            (Decision::Approved, ApprovalState::Waiting) if *unread > 0 => {
                Err(DecisionError::Unread)
            }
            (_, ApprovalState::Waiting) | (Decision::Withdrawn, ApprovalState::Approved) => {
                Ok(approval)
            }
            _ => Err(DecisionError::Over),
        }
    }

    /// Returns what one more cancel without approval needs. Where that is nothing, it is counted.
    pub(super) fn needs(
        &mut self,
        rule: &ApprovalRule,
        now: Duration,
        connection: &str,
        who: &str,
        key: Key,
    ) -> ApprovalNeed {
        let Some(most) = rule.targets else {
            return ApprovalNeed::Nothing;
        };
        let alone = self.unapproved.of(now, connection, who);
        // A repetition is no further target.
        if alone.iter().any(|(_, known)| *known == key) {
            return ApprovalNeed::Nothing;
        }
        if alone.len() >= most {
            return ApprovalNeed::Approval;
        }
        alone.push_back((now, key));
        ApprovalNeed::Nothing
    }
}
