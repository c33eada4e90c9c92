//! The sweeps that are under way: a second one for the same would spend the same requests twice.

use countermand_client::{SavedPlan, Sweep};
use countermand_store::{RunRecord, StoreError};

use super::{
    progress::is_of_sweep,
    shared::{RunConnection, Shared},
};

impl Shared {
    /// Returns a run of a connection that does what `sweep` would do, and that nobody has asked to stop; one that waits for
    /// an approval only where `sweep` would wait, too.
    pub(super) async fn same_under_way(
        &self,
        connection: &str,
        sweep: &Sweep,
        would_wait: bool,
    ) -> Result<Option<RunRecord>, StoreError> {
        let Some(config) = self.connections.get(connection) else {
            return Ok(None);
        };
        let running = self.store.running().await?.into_iter();
        let mut open: Vec<String> = running
            .filter(|run| run.connection == connection && run.stop_by.is_none())
            .map(|run| run.id)
            .collect();
        if would_wait {
            let waiting = self.store.approval_requests(connection, OPEN).await?;
            let waiting = waiting.into_iter().filter(|run| {
                let approval = run.approval.as_ref();
                approval.is_some_and(|approval| approval.stage.is_open())
            });
            open.extend(waiting.map(|run| run.id));
        }
        for id in open {
            let Some(run) = self.store.run(connection, &id).await? else {
                continue;
            };
            let approval = run.approval.as_ref();
            let waits = approval.is_some_and(|approval| approval.stage.is_open());
            if (would_wait || !waits)
                && is_of_sweep(&run.progress)
                && self
                    .sweep_of(&id, config)
                    .await?
                    .is_some_and(|one| one.covers(sweep))
            {
                return Ok(Some(run));
            }
        }
        Ok(None)
    }

    /// Returns what a run looks for, if it is a sweep.
    pub(super) async fn sweep_of(
        &self,
        id: &str,
        connection: &RunConnection,
    ) -> Result<Option<Sweep>, StoreError> {
        let plan = self.store.plan(id).await?;
        // One that cannot be read is not under way either.
        let plan = plan.and_then(|bytes| SavedPlan::read(bytes.as_slice()).ok());
        let sweep = plan.and_then(|plan| plan.sweep);
        Ok(sweep.map(|sweep| sweep.with_severity_rules(connection.severity_rules.clone())))
    }
}

/// How many runs that wait are looked through.
const OPEN: u32 = 200;
