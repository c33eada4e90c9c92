//! Runs, each held to what must hold of any run.

use countermand_client::{
    Client, Journal, Observer, Plan, RunOptions, RunResult, StopHandle, UnfinishedRun, read_journal,
};
use countermand_core_model::{CommandId, DeviceRef};

use crate::{Break, FailingStore, TestBed, everything_on, rows, targets_of};

/// How a test runs what it plans.
#[derive(Clone, Default)]
pub struct TestRun {
    /// The client's own options.
    pub options: RunOptions,
    /// What stops the run.
    pub stop: StopHandle,
    /// Who is told.
    pub observe: Option<Observer>,
}

impl TestRun {
    /// One cancel after the other.
    pub fn one_by_one() -> Self {
        let mut this = Self::default();
        this.options.concurrency = 1;
        this
    }

    /// With somebody who is told.
    #[must_use]
    pub fn observed_by(mut self, observe: Observer) -> Self {
        self.observe = Some(observe);
        self
    }

    /// Runs `plan`, and asserts what must hold of any run.
    pub async fn run(self, bed: &TestBed, client: &Client, plan: Plan) -> RunResult {
        let planned = rows::names(&plan);
        let begun = rows::Begun::now(bed);
        let result = client
            .run(plan)
            .options(self.options)
            .stop_handle(&self.stop)
            .observe(self.observe)
            .start()
            .finish()
            .await;
        rows::assert_all(bed, begun, &planned, &result);
        result
    }

    /// Cancels these commands.
    pub async fn cancel(
        self,
        bed: &TestBed,
        client: &Client,
        device: &DeviceRef,
        ids: &[CommandId],
    ) -> RunResult {
        let plan = client.plan_commands(targets_of(device, ids)).await;
        assert_eq!(plan.targets().count(), ids.len());
        self.run(bed, client, plan).await
    }

    /// Cancels everything that waits on these devices.
    pub async fn cancel_everything(
        self,
        bed: &TestBed,
        client: &Client,
        devices: &[DeviceRef],
    ) -> RunResult {
        let plan = client.plan_everything(everything_on(devices)).await;
        self.run(bed, client, plan).await
    }
}

/// A run that was broken off as often as was asked, and resumed each time.
pub struct Interrupted {
    /// The end of it.
    pub result: RunResult,
    /// Its whole journal.
    pub journal: Vec<u8>,
    /// How often it really was broken off.
    pub deaths: usize,
}

impl TestRun {
    /// Runs `plan` with a journal. The process dies at each of these, and another one goes on from what was
    /// written. Asserts what must hold of any run; none where the plan was not yet written down whole.
    pub async fn run_broken_off(
        self,
        bed: &TestBed,
        connect: impl Fn() -> Client,
        plan: Plan,
        breaks: &[Break],
    ) -> Option<Interrupted> {
        let planned = rows::names(&plan);
        let begun = rows::Begun::now(bed);
        let mut breaks = breaks.iter();
        let mut plan = Some(plan);
        let mut written = Vec::new();
        let mut deaths = 0;
        loop {
            let client = connect();
            let mut store = FailingStore::with(written);
            if let Some(at) = breaks.next() {
                store = store.breaking(*at);
            }
            let going = self.process(&client, store.clone(), plan.take());
            let ended = tokio::select! {
                ended = going => Some(ended),
                () = store.died() => None,
            };
            written = store.bytes();
            match ended {
                Some(None) => return None,
                Some(Some(result)) => {
                    rows::assert_all(bed, begun, &planned, &result);
                    return Some(Interrupted {
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
        store: FailingStore,
        plan: Option<Plan>,
    ) -> Option<RunResult> {
        let timer = client.timer();
        let (options, stop, observe) = (self.options, &self.stop, self.observe.clone());
        if let Some(plan) = plan {
            let journal = Journal::create(store, timer, client.header()).await;
            let journal = journal.unwrap();
            let run = client
                .run(plan)
                .options(options)
                .stop_handle(stop)
                .observe(observe)
                .journal(&journal)
                .start()
                .finish();
            return Some(run.await);
        }
        let bytes = store.bytes();
        let mut reader = read_journal(&bytes[..]);
        let unfinished = UnfinishedRun::replay(reader.by_ref()).ok()?;
        if !unfinished.is_planned() {
            return None;
        }
        client.check_header(unfinished.header()).unwrap();
        let end = reader.end();
        store.cut(usize::try_from(end.bytes).unwrap());
        let journal = Journal::go_on(store, timer, end);
        let resume = client
            .resume(unfinished, &journal)
            .options(options)
            .stop_handle(stop)
            .observe(observe)
            .start()
            .finish();
        Some(resume.await)
    }
}
