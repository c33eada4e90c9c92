//! Keys that change while the server runs.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use countermand_core_model::Secret;
use countermand_server::{KeySource, Keys, Renewal};
use countermand_simulator::Simulator;

use crate::{
    house::{ALICE, House, house, simulated, simulator},
    run_houses::{client, held, judge, plan},
};

/// What a secret's command would print, and how often it ran.
#[derive(Clone)]
struct Vault {
    holds: Arc<Mutex<Result<String, String>>>,
    asked: Arc<AtomicU32>,
}

impl Vault {
    fn holding(text: &str) -> Self {
        Self {
            holds: Arc::new(Mutex::new(Ok(text.to_owned()))),
            asked: Arc::default(),
        }
    }

    fn put(&self, holds: Result<&str, &str>) {
        *self.holds.lock().unwrap() = holds.map(str::to_owned).map_err(str::to_owned);
    }

    fn source(&self) -> KeySource {
        let vault = self.clone();
        KeySource::new(move || {
            vault.asked.fetch_add(1, Ordering::Relaxed);
            let holds = vault.holds.lock().unwrap().clone();
            holds.map(|token| Keys::applivery(Secret::from(token)))
        })
    }
}

/// A server that begins with this token.
async fn with_token(simulator: &Simulator, token: &str, vault: &Vault) -> House {
    let mut connections = simulated(simulator);
    connections.truncate(1);
    connections[0].keys = Keys::applivery(Secret::from(token));
    connections[0].key_source = Some(vault.source());
    house(connections).await
}

async fn list(house: &House, simulator: &Simulator) -> u16 {
    let org = simulator.description().applivery.org;
    let path = format!(
        "/relay/fleet/organizations/{org}/mdm/android/enterprise/devices?page=1&limit=100&sort=createdAt%3Adesc"
    );
    house.ask_as(ALICE, "GET", &path, "").await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_is_fetched_again_and_the_request_is_answered() {
    let simulator = simulator().await;
    let right = simulator.description().applivery.token;
    let vault = Vault::holding(&right);
    let house = with_token(&simulator, "an-0ld-t0ken-0123456789", &vault).await;
    assert_eq!(list(&house, &simulator).await, 200);
    assert_eq!(list(&house, &simulator).await, 200);
    assert_eq!(vault.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_with_the_new_key() {
    let (simulator, devices) = held(10, 2).await;
    let vault = Vault::holding(&simulator.description().applivery.token);
    let house = with_token(&simulator, "an-0ld-t0ken-0123456789", &vault).await;
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    house.run_in(id, "finished").await;
    judge(&simulator, &devices, &house.journal(id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_every_key_is_believed_for_a_while() {
    let simulator = simulator().await;
    let vault = Vault::holding("another-wr0ng-t0ken-0123");
    let house = with_token(&simulator, "an-0ld-t0ken-0123456789", &vault).await;
    for _ in 0..5 {
        assert_eq!(list(&house, &simulator).await, 401);
    }
    assert_eq!(vault.asked.load(Ordering::Relaxed), 1, "once in a while");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_told_to_the_old_key_is_used_until_the_new_one_works() {
    let simulator = simulator().await;
    let right = simulator.description().applivery.token;
    let vault = Vault::holding(&right);
    let house = with_token(&simulator, &right, &vault).await;
    let renew = || async {
        let renewals = house.server.relay().unwrap().renew_keys().await;
        assert_eq!(list(&house, &simulator).await, 200);
        renewals[0].1
    };
    assert_eq!(renew().await, Renewal::Same);
    vault.put(Ok("a-wr0ng-t0ken-0123456789"));
    assert_eq!(renew().await, Renewal::Refused);
    vault.put(Err("the vault is closed"));
    assert_eq!(renew().await, Renewal::NotFetched);
    let old = with_token(
        &simulator,
        "an-0ld-t0ken-0123456789",
        &Vault::holding(&right),
    )
    .await;
    let renewals = old.server.relay().unwrap().renew_keys().await;
    assert_eq!(renewals[0].1, Renewal::Replaced);
    assert_eq!(list(&old, &simulator).await, 200);
}
