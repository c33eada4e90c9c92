//! What somebody cancelled at a connection without approval, and when.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{ApprovalRule, Key, Needs};

/// Cancels without approval count for so long.
pub(super) const WINDOW: Duration = Duration::from_secs(60 * 60);

/// By connection and person.
#[derive(Default)]
pub(super) struct Alone(HashMap<(String, String), VecDeque<(Duration, Key)>>);

impl Alone {
    /// What one more needs; where that is nothing, it counts.
    pub(super) fn needs(
        &mut self,
        rule: &ApprovalRule,
        now: Duration,
        connection: &str,
        who: &str,
        key: Key,
    ) -> Needs {
        let Some(most) = rule.targets else {
            return Needs::Nothing;
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
            return Needs::Nothing;
        }
        if alone.len() >= most {
            return Needs::Approval;
        }
        alone.push_back((now, key));
        Needs::Nothing
    }
}
