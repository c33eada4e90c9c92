//! Who guesses is stopped, at every instance and after a restart, and nobody else is.

use std::net::{Ipv4Addr, SocketAddr};

use countermand_server::StoreLocation;
use countermand_store::Store;
use countermand_test_postgres::Postgres;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
};

use crate::{
    house::{ALICE, House, exported, house, launched, simulated, simulator, start_over, tokens},
    run_houses::until,
    wire::{Answer, parse},
};

/// How many guesses are compared.
const ALLOWED: usize = 10;

const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn own(house: &House) -> String {
    format!("Origin: {}\r\n", house.server.origin())
}

fn body(token: &str) -> String {
    format!(r#"{{"token":"{token}"}}"#)
}

impl House {
    async fn guess(&self, number: usize) -> Answer {
        let guess = format!("guess-{number}");
        self.ask_as(&guess, "GET", "/relay/fleet/organizations/x", "")
            .await
    }

    async fn guesses(&self, times: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for number in 0..times {
            statuses.push(self.guess(number).await.status);
        }
        statuses
    }

    async fn sign_in(&self, token: &str) -> Answer {
        let own = own(self);
        self.ask("POST", "/relay/sign-in", &own, &body(token)).await
    }

    /// As [`Self::sign_in`], from another address.
    async fn sign_in_elsewhere(&self, token: &str) -> Answer {
        let addr: SocketAddr = self.server.addr();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((ELSEWHERE, 0).into()).unwrap();
        let mut stream = socket.connect(addr).await.unwrap();
        let (own, body) = (own(self), body(token));
        let request = format!(
            "POST /relay/sign-in HTTP/1.1\r\nHost: {addr}\r\n{own}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        parse(&answer).unwrap()
    }
}

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|found| **found == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guessing_loop_is_cut_and_nobody_elsewhere_or_in_a_session_is_kept_out() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let before = house.sign_in(ALICE).await;
    assert_eq!(before.status, 204);
    let statuses = house.guesses(40).await;
    assert_eq!(count(&statuses, 401), ALLOWED, "{statuses:?}");
    assert_eq!(count(&statuses, 429), 40 - ALLOWED, "{statuses:?}");
    let limited = house.guess(0).await;
    let wait: u64 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{limited:?}");
    assert!(limited.body.contains("Too many sign-ins"), "{limited:?}");
    // The right one is not told from a wrong one, in either way.
    let org = simulator.description().applivery.org;
    let target = format!("/relay/fleet/organizations/{org}");
    assert_eq!(house.ask_as(ALICE, "GET", &target, "").await.status, 429);
    let refused = house.sign_in(ALICE).await;
    assert_eq!(
        (refused.status, refused.header("set-cookie")),
        (429, None),
        "{refused:?}"
    );
    assert!(refused.header("retry-after").is_some());
    let info = house.ask_as(ALICE, "GET", "/connections.json", "").await;
    assert_eq!(info.json()["relay"]["user"], serde_json::Value::Null);
    // Whoever has a session is in, whatever else comes from there.
    let cookie = before.header("set-cookie").unwrap().split(';').next();
    let session = format!("{}Cookie: {}\r\n", own(&house), cookie.unwrap());
    assert_eq!(house.ask("GET", &target, &session, "").await.status, 200);
    let with_guess = format!("{session}Authorization: Bearer guess\r\n");
    assert_eq!(house.ask("GET", &target, &with_guess, "").await.status, 200);
    // The right person at another address signs in.
    assert_eq!(house.sign_in_elsewhere(ALICE).await.status, 204);
    let kinds: Vec<_> = house
        .audited("sign_in_failed")
        .iter()
        .map(|line| line["kind"].clone())
        .collect();
    assert_eq!(kinds[..ALLOWED], vec!["unknown_token"; ALLOWED]);
    assert_eq!(kinds[ALLOWED], "too_many_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_guesses_at_once_no_more_are_compared() {
    let simulator = simulator().await;
    let house = std::sync::Arc::new(house(simulated(&simulator)).await);
    let guesses: Vec<_> = (0..40)
        .map(|number| {
            let house = house.clone();
            tokio::spawn(async move { house.guess(number).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for guess in guesses {
        statuses.push(guess.await.unwrap());
    }
    assert_eq!(count(&statuses, 401), ALLOWED, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_forgives_nothing() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    house.guesses(ALLOWED).await;
    house.server.stop().await;
    assert_eq!(
        exported(&house.store).matches("unknown_token").count(),
        ALLOWED
    );
    let is_free = || async { Store::open(&house.store).await.is_ok() };
    until(is_free, |free| *free, "the store is left").await;
    let house = start_over(house.folder, simulated(&simulator), tokens(), None).await;
    let house = house.unwrap();
    assert_eq!(house.sign_in(ALICE).await.status, 429);
    assert_eq!(house.guess(0).await.status, 429);
    assert_eq!(house.sign_in_elsewhere(ALICE).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_one_for_every_instance() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let simulator = simulator().await;
    let start = || {
        let folder = tempfile::tempdir().unwrap();
        start_over(folder, simulated(&simulator), tokens(), Some(store.clone()))
    };
    let (one, other) = (start().await.unwrap(), start().await.unwrap());
    let mut statuses = Vec::new();
    for number in 0..20 {
        statuses.push(one.guess(number).await.status);
        statuses.push(other.guess(number).await.status);
    }
    // Each instance may have compared one more before it heard of the last one at the other.
    let compared = count(&statuses, 401);
    assert!(
        (ALLOWED..=ALLOWED + 1).contains(&compared),
        "{compared}: {statuses:?}"
    );
    assert_eq!(one.sign_in(ALICE).await.status, 429);
    assert_eq!(other.sign_in(ALICE).await.status, 429);
    assert_eq!(other.sign_in_elsewhere(ALICE).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_not_guessed_either() {
    let simulator = simulator().await;
    let (house, links) = launched(simulated(&simulator)).await;
    let link = format!("/launch?token={}", links.mint().unwrap());
    let mut statuses = Vec::new();
    for number in 0..20 {
        let guess = format!("/launch?token=guess-{number}");
        statuses.push(house.ask("GET", &guess, "", "").await.status);
    }
    assert_eq!(count(&statuses, 403), ALLOWED, "{statuses:?}");
    let limited = house.ask("GET", &link, "", "").await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").is_some(), "{limited:?}");
    assert!(limited.body.starts_with("Too many"), "{limited:?}");
}
