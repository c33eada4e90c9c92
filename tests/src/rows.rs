//! What holds for the rows of every run, whatever happened.

use std::collections::HashSet;

use countermand_client::{Plan, RunResult};
use countermand_core_model::{
    CancelOutcome, CancelReport, CommandId, CommandState, DeviceRef, Provider,
};
use countermand_simulator::TrueState;

use crate::{Exchange, TestBed};

/// A target's name.
pub type Name = (DeviceRef, CommandId);

/// The targets of a plan.
pub fn names(plan: &Plan) -> Vec<Name> {
    plan.targets()
        .map(|target| (target.device().clone(), target.id().clone()))
        .collect()
}

/// The outcomes, in the order of the rows.
pub fn outcomes(result: &RunResult) -> Vec<CancelOutcome> {
    result.reports.iter().map(|report| report.outcome).collect()
}

/// The row of a target.
pub fn row<'a>(result: &'a RunResult, id: &CommandId) -> &'a CancelReport {
    let mut rows = result.reports.iter().filter(|report| report.id.same(id));
    let row = rows.next().unwrap_or_else(|| panic!("{id} has no row"));
    assert!(rows.next().is_none(), "{id} has two rows");
    row
}

/// When a run began.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// By the simulator's clock.
    at_ms: i64,
    /// So many exchanges had ended.
    exchanges: usize,
}

impl Begun {
    /// Now.
    pub fn now(bed: &TestBed) -> Self {
        Self {
            at_ms: bed.simulator.now_ms(),
            exchanges: bed.wire.exchanges().len(),
        }
    }
}

/// Asserts what must hold of any run over `planned`: one row per target in the order of the plan, and no
/// row that says what the ledger does not.
pub fn assert_all(bed: &TestBed, begun: Begun, planned: &[Name], result: &RunResult) {
    let rows: Vec<Name> = result
        .reports
        .iter()
        .map(|report| (report.device.clone(), report.id.clone()))
        .collect();
    let in_plan: HashSet<&Name> = planned.iter().collect();
    let kept: Vec<&Name> = rows.iter().filter(|row| in_plan.contains(row)).collect();
    assert_eq!(
        kept,
        planned.iter().collect::<Vec<_>>(),
        "one row per target, in order"
    );
    let distinct: HashSet<&Name> = rows.iter().collect();
    assert_eq!(distinct.len(), rows.len(), "no row twice: {rows:?}");
    for report in &result.reports {
        let beyond = !in_plan.contains(&(report.device.clone(), report.id.clone()));
        is_true(bed, begun, report, beyond);
    }
    let exchanges = bed.wire.exchanges();
    no_cancel_was_repeated_blindly(&exchanges[begun.exchanges..], &rows);
}

/// Asserts that a row says nothing that the ledger does not.
fn is_true(bed: &TestBed, begun: Begun, report: &CancelReport, beyond_plan: bool) {
    let truth = bed.truth(&report.device, &report.id);
    let processed = truth
        .cancels
        .iter()
        .filter(|cancel| cancel.at_ms > begun.at_ms);
    let accepted = processed.clone().any(|cancel| cancel.accepted);
    let cancels = processed.count();
    let because = format!("{report:?}\n{truth:?}");
    assert_ne!(report.outcome, CancelOutcome::Planned, "{because}");
    assert!(report.attempts as usize >= cancels, "attempts: {because}");
    match report.outcome {
        CancelOutcome::Cancelled => {
            assert_eq!(truth.state, TrueState::Cancelled, "{because}");
            assert_eq!(report.after, Some(CommandState::Cancelled), "{because}");
        }
        CancelOutcome::Expired => assert_eq!(truth.state, TrueState::Expired, "{because}"),
        CancelOutcome::LostRace => {
            assert!(truth.sent_ms.is_some(), "{because}");
            assert!(
                cancels > 0 || beyond_plan || report.attempts > 0,
                "{because}"
            );
        }
        // What a vendor had no time for left, and was not executed.
        CancelOutcome::NotSent => assert_eq!(cancels, 0, "{because}"),
        CancelOutcome::AlreadyDelivered | CancelOutcome::AlreadyFinished => {
            assert_eq!(cancels, 0, "{because}");
            assert_eq!(report.attempts, 0, "{because}");
        }
        CancelOutcome::NotFound | CancelOutcome::Denied | CancelOutcome::Rejected => {
            assert!(!accepted, "{because}");
        }
        CancelOutcome::Accepted => assert!(accepted || beyond_plan, "{because}"),
        CancelOutcome::Unknown => assert!(report.attempts > 0, "{because}"),
        CancelOutcome::Planned => panic!("a real run planned only: {because}"),
    }
}

/// Asserts that a cancel was sent again only where the one before was surely not executed, or where a
/// reading that began after it showed the command still waiting.
pub fn no_cancel_was_repeated_blindly(exchanges: &[Exchange], names: &[Name]) {
    for (device, id) in names {
        let id = id.as_str();
        let cancels: Vec<&Exchange> = exchanges
            .iter()
            .filter(|exchange| exchange.is_cancel())
            .filter(|exchange| {
                exchange
                    .command
                    .as_deref()
                    .is_some_and(|command| command.eq_ignore_ascii_case(id))
            })
            .collect();
        for pair in cancels.windows(2) {
            let [first, second] = pair else { continue };
            let cleared = exchanges.iter().any(|exchange| {
                exchange.began > first.ended
                    && exchange.ended < second.began
                    && !exchange.is_cancel()
                    && exchange.shows_pending(id)
            });
            assert!(
                cleared || was_surely_not_executed(device.provider(), first),
                "{device} {id}: sent again blindly after {first:?}"
            );
        }
    }
}

fn was_surely_not_executed(vendor: Provider, cancel: &Exchange) -> bool {
    let Ok((status, body)) = &cancel.answer else {
        return false;
    };
    let refused = [1001, 1203]
        .iter()
        .any(|code| body.contains(&format!(":{code},")));
    matches!(status, 429 | 503) || (vendor == Provider::Enos && (*status == 401 || refused))
}
