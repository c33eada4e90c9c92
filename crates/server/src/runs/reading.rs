//! Reads a run that a second person may have to approve, before anybody decides about it.

use countermand_relay_api::ApprovalRule;
use countermand_store::ReadPlan;

use super::{
    order::sha256,
    progress, telling,
    worker::{Hindrance, Work},
};
use crate::approvals::{self, Rule, WINDOW};

impl Work<'_> {
    /// Reads at the provider what the run would cancel, and has it wait for somebody to decide; or go on, where nobody
    /// has to.
    pub(super) async fn read_for_approval(&self) -> Result<(), Hindrance> {
        let (store, audit) = (&self.shared.store, &self.shared.audit);
        // Where the rule was taken away since it was asked for, nobody has to approve it any more.
        let none = ApprovalRule::default();
        let rule = Rule {
            rule: self.connection.approval.as_ref().unwrap_or(&none),
            severity_rules: &self.connection.severity_rules,
        };
        let plan = store.plan(&self.lease.run).await?;
        let plan = plan.ok_or(Hindrance::NoPlan)?;
        let client = &self.connection.client;
        let reading = approvals::read(client, &self.lease.run, &plan, self.record.at, rule);
        let read = tokio::select! {
            read = reading => read?,
            // It was taken back, or the process ends: then another one reads it.
            () = self.active.stop.stopped() => {
                store.release(self.lease).await?;
                return Ok(());
            }
            () = self.shared.give_up.notified() => return Ok(()),
        };
        for entry in &read.entries {
            audit.queue(entry);
        }
        // What the approver sees is in the audit.
        audit.flush().await.map_err(|_| Hindrance::Audit)?;
        let is_alone = !read.is_named
            && match rule.rule.targets {
                None => true,
                Some(most) => {
                    let (connection, by) = (&self.record.connection, &self.record.by);
                    let (most, now) = (most as u64, self.shared.timer.now());
                    let counted =
                        store.count_unapproved(connection, by, &read.keys, most, now, WINDOW);
                    counted.await?
                }
            };
        let now = self.shared.timer.now();
        let wanted = match is_alone {
            true => Vec::new(),
            false => telling::approval_wanted(
                &self.shared.notices,
                &self.record,
                read.total,
                read.sweep,
                now,
            ),
        };
        let is_sweep = progress::is_of_sweep(&self.record.progress);
        let plan = ReadPlan {
            bytes: &read.bytes,
            sha256: &sha256(&read.bytes),
            targets: read.total as u64,
            progress: &progress::not_begun(read.total, is_sweep),
            needs_approval: !is_alone,
            at: now,
            notices: &wanted,
        };
        // Where it was taken back meanwhile, it is over.
        if store.keep_read_plan(self.lease, &plan).await? {
            self.shared.notices.added();
        }
        Ok(())
    }
}
