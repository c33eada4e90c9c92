//! Servers whose runs are looked at, and plans for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use countermand_client::{
    Client, Connection, Credentials, ListedCommand, ListedDevice, Plan, read_journal,
};
use countermand_core_model::{
    AllPending, CommandId, CommandTarget, DeviceRef, Organization, Provider, Secret,
};
use countermand_simulator::{AddCommands, Simulator};
use countermand_transport::{BaseUrl, ReqwestTransport, TokioTimer};
use serde_json::{Value, json};

use crate::{
    house::{ALICE, House, START_MS},
    passing::Held,
};

/// How long something may take that should take seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A simulator whose cancels show at once, with commands that wait until they are cancelled.
pub async fn held(count: u32, devices: usize) -> (Simulator, Vec<String>) {
    let simulator = crate::house::simulator().await;
    simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = 0;
        options.enos_cancel_delay_ms = 0;
    });
    let names: Vec<String> = simulator.description().applivery.devices[3..3 + devices].to_vec();
    for device in &names {
        let order = json!({"device": device, "kind": "LOCK", "count": count, "hold": true});
        let order: AddCommands = serde_json::from_value(order).unwrap();
        simulator.add_commands(&order).unwrap();
    }
    (simulator, names)
}

/// A client of the simulator's Applivery.
pub fn client(simulator: &Simulator) -> Client {
    let said = simulator.description().applivery;
    let connection = Connection::new(
        Organization::parse(Provider::Applivery, &said.org).unwrap(),
        BaseUrl::parse(&said.base_url).unwrap(),
        Credentials::applivery(Secret::from(said.token)),
    );
    let backend = ReqwestTransport::new().unwrap();
    let timer = Arc::new(TokioTimer::default());
    Client::connect(connection.unwrap(), backend, timer).unwrap()
}

/// A client of one of the simulator's vendors.
pub fn client_of(simulator: &Simulator, provider: Provider) -> Client {
    let said = simulator.description();
    let (org, base, credentials) = match provider {
        Provider::Applivery => return client(simulator),
        _ => (
            said.enos.org,
            said.enos.base_url,
            Credentials::enos(said.enos.app_key.into(), said.enos.app_secret.into()),
        ),
    };
    let org = Organization::parse(provider, &org).unwrap();
    let connection = Connection::new(org, BaseUrl::parse(&base).unwrap(), credentials);
    let timer = Arc::new(TokioTimer::default());
    Client::connect(connection.unwrap(), ReqwestTransport::new().unwrap(), timer).unwrap()
}

/// The text of a plan of these commands, of which the requester says that they are of this kind.
pub fn plan_of(client: &Client, held: &[Held], kind: &str) -> String {
    let commands = held.iter().map(|held| {
        let id = CommandId::parse(client.provider(), &held.command).unwrap();
        let target = CommandTarget::new(held.device.parse().unwrap(), id).unwrap();
        ListedCommand {
            kind: kind.to_owned(),
            ..ListedCommand::unread(target)
        }
    });
    let plan = Plan::listed(commands);
    String::from_utf8(client.encode_whole_plan(&plan).unwrap()).unwrap()
}

/// The text of a plan that cancels everything on these devices.
pub fn plan(client: &Client, devices: &[String]) -> String {
    let devices = devices.iter().map(|device| {
        let device: DeviceRef = device.parse().unwrap();
        ListedDevice::unread(AllPending::on(device))
    });
    let plan = Plan::everything_on(devices);
    String::from_utf8(client.encode_whole_plan(&plan).unwrap()).unwrap()
}

/// Asks until `is_so` holds, and returns what it was asked last.
pub async fn until<T, F: Future<Output = T>>(
    ask: impl Fn() -> F,
    is_so: impl Fn(&T) -> bool,
    what: &str,
) -> T {
    let since = Instant::now();
    loop {
        let found = ask().await;
        if is_so(&found) {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl House {
    /// Starts a run and returns it.
    pub async fn start_run(&self, plan: &str) -> Value {
        let body = json!({"plan": plan, "reason": "a wrong lock", "ticket": "OPS-7", "verify_for": 5, "concurrency": 2});
        let answer = self
            .ask_as(ALICE, "POST", "/relay/fleet/runs", &body.to_string())
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    /// Starts a run of a connection that asks for approval, and waits until it was read.
    pub async fn ask_for_run(&self, connection: &str, plan: &str) -> Value {
        let runs = format!("/relay/{connection}/runs");
        let body =
            json!({"plan": plan, "reason": "a wrong order", "ticket": "OPS-7", "verify_for": 5});
        let answer = self.ask_as(ALICE, "POST", &runs, &body.to_string()).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let approval = format!("/relay/{connection}/approvals/{id}");
        let read = || async {
            let answer = self.ask_as(ALICE, "GET", &approval, "").await;
            answer.status == 404 || answer.json()["is_reading"].is_null()
        };
        until(read, |is_read| *is_read, "read").await;
        let run = format!("{runs}/{id}");
        self.ask_as(ALICE, "GET", &run, "").await.json()
    }

    /// Waits until a run of this connection is in this state.
    pub async fn run_at(&self, connection: &str, id: &str, state: &str) -> Value {
        let path = format!("/relay/{connection}/runs/{id}");
        let ask = || async { self.ask_as(ALICE, "GET", &path, "").await.json() };
        until(ask, |run| run["state"] == state, state).await
    }

    pub async fn run(&self, id: &str) -> Value {
        self.ask_as(ALICE, "GET", &format!("/relay/fleet/runs/{id}"), "")
            .await
            .json()
    }

    /// Waits until a run is in this state.
    pub async fn run_in(&self, id: &str, state: &str) -> Value {
        until(|| self.run(id), |run| run["state"] == state, state).await
    }

    /// The journal of a run, as it comes in parts.
    pub async fn journal(&self, id: &str) -> String {
        let mut text = String::new();
        loop {
            let from = text.lines().count() + 1;
            let path = format!("/relay/fleet/runs/{id}/journal?from={from}");
            let answer = self.ask_as(ALICE, "GET", &path, "").await;
            assert_eq!(answer.status, 200, "{answer:?}");
            if answer.body.is_empty() {
                return text;
            }
            text.push_str(&answer.body);
        }
    }
}

/// The journal is whole and sealed, every held command has one outcome in it, and that is the truth.
pub fn judge(simulator: &Simulator, devices: &[String], journal: &str) {
    let mut reader = read_journal(journal.as_bytes());
    let run = countermand_client::UnfinishedRun::replay(reader.by_ref()).unwrap();
    assert!(run.is_finished() && !reader.end().torn);
    let mut outcomes = BTreeMap::new();
    for report in run.reports() {
        let before = outcomes.insert(report.id.to_string(), report.outcome.as_str());
        assert_eq!(before, None, "{} has two rows", report.id);
    }
    let mut truth = BTreeSet::new();
    for device in devices {
        for command in simulator.ledger_of(device).unwrap().commands {
            // Others cancelled some before the test.
            let is_cancelled = command.cancelled_ms.is_some_and(|at| at >= START_MS);
            let outcome = outcomes.get(&command.command).copied();
            assert_eq!(
                is_cancelled,
                outcome == Some("cancelled"),
                "{command:?} {outcome:?}"
            );
            assert!(command.cancels.len() <= 1, "cancelled twice: {command:?}");
            truth.insert(command.command);
        }
    }
    assert!(outcomes.keys().all(|id| truth.contains(id)));
}
