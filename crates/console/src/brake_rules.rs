//! Brake rules of the page's server: what two operators agreed on beforehand.

use countermand_core_model::Timestamp;
use countermand_relay_api::{self as api, BrakeRuleList, BrakeRuleState, SweepTerms};

use super::brake;
use crate::text::brake as text;

/// A rule that counts, or that somebody has to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrakeRule {
    /// Its id.
    pub id: String,
    /// Who proposed it.
    pub by: String,
    /// The second operator who signed it; nobody has yet if none.
    pub signed_by: Option<String>,
    /// When it ends.
    pub valid_until: Option<Timestamp>,
    /// Whether the server may brake by itself.
    pub automatic: bool,
    /// Why.
    pub reason: Option<String>,
    sweep: SweepTerms,
}

impl BrakeRule {
    /// Reads those that count or wait for a signature, the newest first, and how many cannot be read here.
    pub fn read_list(text: &str) -> Option<(Vec<Self>, usize)> {
        let list: BrakeRuleList<Option<api::BrakeRule>> = serde_json::from_str(text).ok()?;
        let unread = list.rules.iter().filter(|rule| rule.is_none()).count();
        let rules = list.rules.into_iter().flatten().filter_map(Self::of);
        Some((rules.collect(), unread))
    }

    fn of(rule: api::BrakeRule) -> Option<Self> {
        let counts = matches!(
            rule.state,
            BrakeRuleState::Proposed | BrakeRuleState::InForce
        );
        counts.then(|| Self {
            signed_by: rule
                .signed_by
                .filter(|_| rule.state == BrakeRuleState::InForce),
            valid_until: Timestamp::parse_rfc3339(&rule.valid_until),
            id: rule.id,
            by: rule.by,
            automatic: rule.automatic,
            reason: rule.reason,
            sweep: rule.sweep,
        })
    }

    /// Returns what may be braked where, in a sentence; none where this page does not understand all of it.
    pub fn summary(&self, organization: &str, at: impl Fn(Timestamp) -> String) -> Option<String> {
        brake::summary_of(&self.sweep, organization, at)
    }

    /// Says who signed it, until when it counts, and whether nobody has to press.
    pub fn standing(&self, at: impl Fn(Timestamp) -> String) -> String {
        let signed = match &self.signed_by {
            Some(second) => text::rule_in_force(&self.by, second),
            None => text::rule_proposed(&self.by),
        };
        let until = self.valid_until.map(|until| text::rule_until(&at(until)));
        let automatic = self.automatic.then(|| text::rule_automatic().to_owned());
        let said = [Some(signed), until, automatic];
        said.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"rules":[
        {"id":"b-3","sweep":{"filter":{"kinds":["WIPE"]},"scope":"organization"},"automatic":true,"state":"in_force",
         "valid_until":"2026-02-13T12:00:00Z","by":"alice","signed_by":"bob"},
        {"id":"b-2","sweep":{"filter":{"kinds":["LOCK"]},"scope":"organization"},"state":"proposed",
         "valid_until":"2026-02-13T12:00:00Z","by":"alice","signed_by":"nobody yet"},
        {"id":"b-1","sweep":{"filter":{"kinds":["WIPE"]},"scope":"organization"},"state":"revoked","by":"alice"},
        {"id":"b-0","sweep":{"filter":{"of_a_newer_server":1},"scope":"organization"},"state":"in_force"}]}"#;

    #[test]
    fn what_counts_or_waits_is_listed_and_what_is_not_understood_is_counted() {
        let (rules, unread) = BrakeRule::read_list(LIST).unwrap();
        assert_eq!(unread, 1);
        let [in_force, proposed] = rules.try_into().unwrap();
        let noon = |_| "noon".to_owned();
        assert_eq!(
            in_force.standing(noon),
            "In force: signed by alice and bob. Valid until noon. The server may brake automatically."
        );
        assert_eq!(
            in_force.summary("acme", noon).unwrap(),
            "WIPE, created at any time, on all devices of acme."
        );
        assert_eq!(
            proposed.standing(noon),
            "Proposed by alice. A second operator must sign it. Valid until noon."
        );
        assert_eq!(BrakeRule::read_list("<html>"), None);
    }
}
