//! Brake rules as the contract tells them.

use countermand_core_model::Timestamp;
use countermand_relay_api::{BrakeRule, BrakeRuleState, SweepTerms};
use countermand_store::{BrakeRuleRecord, BrakeRuleState as Decided};

/// Returns a rule as the contract tells it at this time; none where it cannot be read.
pub(crate) fn described(rule: BrakeRuleRecord, now: Timestamp) -> Option<BrakeRule> {
    let sweep: SweepTerms = serde_json::from_str(&rule.sweep).ok()?;
    let is_over = now >= rule.valid_until;
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    Some(BrakeRule {
        state: match rule.state {
            Decided::Declined => BrakeRuleState::Declined,
            Decided::Revoked => BrakeRuleState::Revoked,
            Decided::Proposed | Decided::Signed if is_over => BrakeRuleState::Expired,
            Decided::Proposed => BrakeRuleState::Proposed,
            Decided::Signed => BrakeRuleState::InForce,
        },
        id: rule.id,
        sweep,
        automatic: rule.automatic,
        reason: rule.reason,
        valid_until: rule.valid_until.to_string(),
        by: rule.proposed_by,
        at: rule.proposed_at.to_string(),
        signed_by: rule.signed_by,
        signed_at: time(rule.signed_at),
        ended_by: rule.ended_by,
        ended_at: time(rule.ended_at),
    })
}
