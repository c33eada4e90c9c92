//! A provider that none of the crates knows: one file of facts, one file of calls.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod api;
mod descriptor;
mod server;

use std::sync::Arc;

use countermand_client::{
    Client, Connection, Credentials, Journal, StopHandle, UnfinishedRun, add_provider, read_journal,
};
use countermand_core_model::{
    AllPending, CancelOutcome, CommandState, Keys, Organization, Provider, Secret,
};
use countermand_tests::{FailingStore, rows::outcomes};
use countermand_transport::{BaseUrl, TokioTimer};
use server::Server;

fn client(server: &Server, key: &str) -> Client {
    let provider = add_provider(&api::DRIVER).unwrap();
    let base = provider.descriptor().default_base_url.unwrap();
    let keys = Keys::new(provider, |_| Ok::<_, ()>(Secret::from(key)));
    let connection = Connection::new(
        Organization::parse(provider, "acme").unwrap(),
        BaseUrl::parse(base).unwrap(),
        Credentials::Keys(keys.unwrap()),
    );
    let timer = Arc::new(TokioTimer::new());
    Client::connect(connection.unwrap(), server.clone(), timer).unwrap()
}

fn server() -> Server {
    Server::with_commands(&[("red", "a"), ("red", "bb"), ("red", "ccc"), ("blue", "a1")])
}

#[tokio::test]
async fn its_words_are_read_as_any_providers() {
    let provider = add_provider(&api::DRIVER).unwrap();
    assert_eq!("toy".parse::<Provider>(), Ok(provider));
    assert_eq!(serde_json::to_string(&provider).unwrap(), r#""toy""#);
    let device: countermand_core_model::DeviceRef = "toy:red".parse().unwrap();
    assert_eq!(device.provider(), provider);
    assert_eq!(device.to_string(), "toy:red");
    for text in ["toy:", "toy:Red", "toy:a:b", "toys:red"] {
        assert!(text.parse::<countermand_core_model::DeviceRef>().is_err());
    }
}

#[tokio::test]
async fn it_is_checked_and_listed() {
    let server = server();
    assert!(client(&server, "open").check().await.is_ok());
    let refused = client(&server, "shut").check().await.unwrap_err();
    assert!(refused.refuses_connection());
    let client = client(&server, "open");
    let devices = client.devices(Some("RED")).await.unwrap();
    let [device] = devices.items.as_slice() else {
        panic!("{devices:?}")
    };
    let listing = client.list_waiting(&device.device).await.unwrap();
    let ids: Vec<&str> = listing.items.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["ccc", "bb", "a"], "newest first");
}

#[tokio::test]
async fn what_waits_is_planned_cancelled_and_read_again() {
    let server = server();
    let client = client(&server, "open");
    let everything = AllPending::on("toy:red".parse().unwrap());
    let plan = client.plan_everything(vec![everything]).await;
    let result = client.run(plan).start().finish().await;
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 3]);
    assert!(
        result
            .reports
            .iter()
            .all(|row| row.after == Some(CommandState::Cancelled))
    );
    assert_eq!(server.cancelled(), ["ccc", "bb", "a"], "as its order says");
}

#[tokio::test]
async fn a_run_that_was_stopped_is_resumed_from_its_journal() {
    let server = server();
    let first = client(&server, "open");
    let devices = ["toy:red", "toy:blue"].map(|device| device.parse().unwrap());
    let everything = devices.map(AllPending::on);
    let plan = first.plan_everything(everything.into()).await;
    let store = FailingStore::default();
    let journal = Journal::create(store.clone(), first.timer(), first.header());
    let (journal, stop) = (journal.await.unwrap(), StopHandle::new());
    stop.stop();
    let stopped = first.run(plan).stop_handle(&stop).journal(&journal);
    let stopped = stopped.start().finish().await;
    assert_eq!(outcomes(&stopped), [CancelOutcome::NotSent; 4]);

    let second = client(&server, "open");
    let bytes = store.bytes();
    let mut reader = read_journal(&bytes[..]);
    let unfinished = UnfinishedRun::replay(reader.by_ref()).unwrap();
    second.check_header(unfinished.header()).unwrap();
    let journal = Journal::go_on(store, second.timer(), reader.end());
    let resumed = second.resume(unfinished, &journal).start().finish().await;
    assert_eq!(outcomes(&resumed), [CancelOutcome::Cancelled; 4]);
    assert_eq!(server.cancelled().len(), 4);
}
