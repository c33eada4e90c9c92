//! Cancels that were sent without approval, by connection and person.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use countermand_relay_api::ApprovalRule;

use super::{need::ApprovalNeed, stored_approval::Key};

/// How long a cancel without approval counts.
pub(super) const WINDOW: Duration = Duration::from_secs(60 * 60);

/// The cancels of the window, by connection and person.
#[derive(Default)]
pub(super) struct UnapprovedCancels(HashMap<(String, String), VecDeque<(Duration, Key)>>);

impl UnapprovedCancels {
    /// Returns what one more cancel needs. Where that is nothing, it is counted.
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
        let of = (connection.to_owned(), who.to_owned());
        let alone = self.0.entry(of).or_default();
        while alone
            .front()
            .is_some_and(|(at, ..)| now.saturating_sub(*at) >= WINDOW)
        {
            alone.pop_front();
        }
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
