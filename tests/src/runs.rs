//! Runs, each held to what must hold of any run.

use countermand_client::{Client, Observer, Plan, RunOptions, RunResult, StopHandle};
use countermand_core_model::{CommandId, DeviceRef};

use crate::{Stage, everything_on, rows, these};

/// How a test runs what it plans.
#[derive(Clone, Default)]
pub struct Running {
    /// The client's own options.
    pub options: RunOptions,
    /// What stops the run.
    pub stop: StopHandle,
    /// Who is told.
    pub observe: Option<Observer>,
}

impl Running {
    /// One cancel after the other.
    pub fn one_by_one() -> Self {
        let mut this = Self::default();
        this.options.concurrency = 1;
        this
    }

    /// With somebody who is told.
    #[must_use]
    pub fn told(mut self, observe: Observer) -> Self {
        self.observe = Some(observe);
        self
    }

    /// Runs `plan`, and asserts what must hold of any run.
    pub async fn run(self, stage: &Stage, client: &Client, plan: Plan) -> RunResult {
        let planned = rows::names(&plan);
        let begun = rows::Begun::now(stage);
        let result = client
            .run(plan, self.options, &self.stop, self.observe)
            .await;
        rows::are_true(stage, begun, &planned, &result);
        result
    }

    /// Cancels these commands.
    pub async fn cancel(
        self,
        stage: &Stage,
        client: &Client,
        device: &DeviceRef,
        ids: &[CommandId],
    ) -> RunResult {
        let plan = client.plan_commands(these(device, ids)).await;
        assert_eq!(plan.targets().count(), ids.len());
        self.run(stage, client, plan).await
    }

    /// Cancels everything that waits on these devices.
    pub async fn cancel_everything(
        self,
        stage: &Stage,
        client: &Client,
        devices: &[DeviceRef],
    ) -> RunResult {
        let plan = client.plan_everything(everything_on(devices)).await;
        self.run(stage, client, plan).await
    }
}
