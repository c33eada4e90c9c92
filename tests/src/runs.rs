//! Runs, each held to what must hold of any run.

use countermand_client::{
    Client, Journal, Observer, Plan, RunOptions, RunResult, StopHandle, Unfinished, read_journal,
};
use countermand_core_model::{CommandId, DeviceRef};

use crate::{Break, Paper, Stage, everything_on, rows, these};

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

/// A run that was broken off as often as was asked, and resumed each time.
pub struct BrokenOff {
    /// The end of it.
    pub result: RunResult,
    /// Its whole journal.
    pub journal: Vec<u8>,
    /// How often it really was broken off.
    pub deaths: usize,
}

impl Running {
    /// Runs `plan` with a journal. The process dies at each of these, and another one goes on from what was
    /// written. Asserts what must hold of any run; none where the plan was not yet written down whole.
    pub async fn run_broken_off(
        self,
        stage: &Stage,
        connect: impl Fn() -> Client,
        plan: Plan,
        breaks: &[Break],
    ) -> Option<BrokenOff> {
        let planned = rows::names(&plan);
        let begun = rows::Begun::now(stage);
        let mut breaks = breaks.iter();
        let mut plan = Some(plan);
        let mut written = Vec::new();
        let mut deaths = 0;
        loop {
            let client = connect();
            let mut paper = Paper::with(written);
            if let Some(at) = breaks.next() {
                paper = paper.breaking(*at);
            }
            let going = self.process(&client, paper.clone(), plan.take());
            let ended = tokio::select! {
                ended = going => Some(ended),
                () = paper.died() => None,
            };
            written = paper.bytes();
            match ended {
                Some(None) => return None,
                Some(Some(result)) => {
                    rows::are_true(stage, begun, &planned, &result);
                    return Some(BrokenOff {
                        result,
                        journal: written,
                        deaths,
                    });
                }
                None => deaths += 1,
            }
        }
    }

    /// One process: begins with a plan, or goes on with what is written.
    async fn process(
        &self,
        client: &Client,
        paper: Paper,
        plan: Option<Plan>,
    ) -> Option<RunResult> {
        let timer = client.timer();
        let (options, stop, observe) = (self.options, &self.stop, self.observe.clone());
        if let Some(plan) = plan {
            let journal = Journal::create(paper, timer, client.header()).await;
            let journal = journal.unwrap();
            let run = client.run_recorded(plan, options, stop, observe, &journal);
            return Some(run.await);
        }
        let bytes = paper.bytes();
        let mut reader = read_journal(&bytes[..]);
        let unfinished = Unfinished::replay(reader.by_ref()).ok()?;
        if !unfinished.is_planned() {
            return None;
        }
        client.check_header(unfinished.header()).unwrap();
        let end = reader.end();
        paper.cut(usize::try_from(end.bytes).unwrap());
        let journal = Journal::go_on(paper, timer, end);
        let resume = client.resume(unfinished, options, stop, observe, &journal);
        Some(resume.await)
    }
}
