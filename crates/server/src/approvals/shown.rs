//! Approvals as the contract tells them.

use countermand_client::{ChainError, SavedPlan, SavedTarget};
use countermand_relay_api::{
    Approval, ApprovalState, ApprovalTarget, RunApproval, ScopeTerms, SweepTerms,
};
use countermand_store::{ApprovalStage, RunRecord};

use crate::sweep_terms::terms;

/// Returns where an approval stands; none where nobody had to approve.
const fn state_of(stage: ApprovalStage) -> Option<ApprovalState> {
    Some(match stage {
        ApprovalStage::Unneeded => return None,
        ApprovalStage::Reading | ApprovalStage::Waiting => ApprovalState::Waiting,
        ApprovalStage::Approved => ApprovalState::Approved,
        ApprovalStage::Declined => ApprovalState::Declined,
        ApprovalStage::Withdrawn => ApprovalState::Withdrawn,
        ApprovalStage::Expired => ApprovalState::Expired,
    })
}

/// Returns where the approval of a run stands.
pub(crate) fn standing(run: &RunRecord) -> Option<RunApproval> {
    let approval = run.approval.as_ref()?;
    Some(RunApproval {
        state: state_of(approval.stage)?,
        decided_by: approval.decided_by.clone(),
    })
}

/// Returns the approval of a run of `count` commands without them; none where nobody had to approve.
pub(crate) fn summary(run: &RunRecord, count: usize) -> Option<Approval> {
    let approval = run.approval.as_ref()?;
    let RunApproval { state, decided_by } = standing(run)?;
    Some(Approval {
        id: run.id.clone(),
        by: run.by.clone(),
        at: run.at.to_string(),
        reason: run.reason.clone(),
        ticket: run.ticket.clone(),
        state,
        decided_by,
        count,
        is_reading: approval.stage == ApprovalStage::Reading,
        plan_sha256: approval.sha256.clone(),
        sweep: None,
        targets: Vec::new(),
    })
}

/// Returns an approval with the commands of the plan that was read.
///
/// # Errors
/// When the plan is broken.
pub(crate) fn with_targets(approval: Approval, plan: &[u8]) -> Result<Approval, ChainError> {
    let plan = SavedPlan::read(plan)?;
    Ok(Approval {
        sweep: plan.sweep.as_ref().and_then(terms),
        targets: plan.targets.into_iter().map(shown).collect(),
        ..approval
    })
}

/// The most devices of a sweep in a list of approvals.
const FEW: usize = 100;

/// Returns an approval as a list has it: a sweep of many devices is left out.
pub(crate) fn with_short_sweep(approval: Approval, plan: &[u8]) -> Result<Approval, ChainError> {
    let sweep = SavedPlan::read(plan)?.sweep.as_ref().and_then(terms);
    let is_short = |sweep: &SweepTerms| match &sweep.scope {
        ScopeTerms::Devices(devices) => devices.len() <= FEW,
        ScopeTerms::Organization | ScopeTerms::Search(_) => true,
    };
    Ok(Approval {
        sweep: sweep.filter(is_short),
        ..approval
    })
}

fn shown(target: SavedTarget) -> ApprovalTarget {
    ApprovalTarget {
        device: target.target.device().to_string(),
        command: target.target.id().to_string(),
        kind: target.kind,
        name: target.name,
        state: target.before.map(|state| state.to_string()),
        created_at: target.created_at.map(|at| at.to_string()),
    }
}
