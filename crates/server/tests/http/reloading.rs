//! Who may what is read again while it runs: whoever is taken out is out with the next request.

use countermand_server::access::{
    AccessConfig, Grant, Grants, ProxyConfig, ReloadError, SignIn, StaticToken,
};
use countermand_simulator::Simulator;

use crate::{
    house::{ALICE, BOB, CAROL, House, house, house_with, sha256, simulated, simulator},
    passing::{applivery_path, hold},
};

fn token(name: &str, text: &str) -> StaticToken {
    StaticToken::new(name, &sha256(text)).unwrap()
}

fn access(house: &House, sign_in: SignIn, operators: &[&str], viewers: &[&str]) -> AccessConfig {
    let grants =
        |names: &[&str]| -> Vec<Grant> { names.iter().map(|name| name.parse().unwrap()).collect() };
    let mut access = AccessConfig::new(sign_in);
    for name in house.server.relay().unwrap().connections() {
        let of = Grants {
            operators: grants(operators),
            viewers: grants(viewers),
        };
        access.grants.insert(name.clone(), of);
    }
    access
}

async fn session(house: &House, token: &str) -> String {
    let own = format!("Origin: {}\r\n", house.server.origin());
    let body = format!(r#"{{"token":"{token}"}}"#);
    let opened = house.ask("POST", "/relay/sign-in", &own, &body).await;
    assert_eq!(opened.status, 204, "{opened:?}");
    let set = opened.header("set-cookie").unwrap();
    format!("{own}Cookie: {}\r\n", set.split(';').next().unwrap())
}

fn target(simulator: &Simulator) -> String {
    format!(
        "/relay/fleet/organizations/{}",
        simulator.description().applivery.org
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_taken_away_opens_nothing_and_its_sessions_end() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let target = target(&simulator);
    let (alice, carol) = (session(&house, ALICE).await, session(&house, CAROL).await);
    assert_eq!(house.ask("GET", &target, &alice, "").await.status, 200);
    let tokens = SignIn::Tokens(vec![token("bob", BOB), token("carol", CAROL)]);
    let wanted = access(&house, tokens, &["alice", "carol"], &["bob"]);
    assert_eq!(house.server.reload_access(wanted).await, Ok(true));
    assert_eq!(
        house.ask("GET", &target, &alice, "").await.status,
        401,
        "the session"
    );
    assert_eq!(
        house.ask_as(ALICE, "GET", &target, "").await.status,
        401,
        "the token"
    );
    assert_eq!(house.ask("GET", &target, &carol, "").await.status, 200);
    // The same name with another token: the old session was opened with what is gone.
    let tokens = SignIn::Tokens(vec![token("carol", "another-t0ken-0123456789")]);
    let wanted = access(&house, tokens, &["carol"], &[]);
    assert_eq!(house.server.reload_access(wanted).await, Ok(true));
    assert_eq!(house.ask("GET", &target, &carol, "").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changes_in_a_session_that_is_open() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let held = hold(&simulator, "applivery", "LOCK");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
    let alice = session(&house, ALICE).await;
    let with = |operators: &[&str], viewers: &[&str]| {
        access(&house, crate::house::tokens(), operators, viewers)
    };
    house
        .server
        .reload_access(with(&["carol"], &["alice"]))
        .await
        .unwrap();
    assert_eq!(
        house.ask("POST", &cancel, &alice, "").await.status,
        403,
        "reads only"
    );
    house
        .server
        .reload_access(with(&["carol"], &[]))
        .await
        .unwrap();
    assert_eq!(
        house.ask("POST", &cancel, &alice, "").await.status,
        404,
        "nothing"
    );
    let offered = house
        .ask("GET", "/connections.json", &alice, "")
        .await
        .json();
    assert_eq!(offered["relay"]["connections"], serde_json::json!([]));
    house
        .server
        .reload_access(with(&["Alice "], &[]))
        .await
        .unwrap();
    assert_eq!(house.ask("POST", &cancel, &alice, "").await.status, 200);
    // A connection that is not in it any more is nobody's.
    let gone = AccessConfig::new(crate::house::tokens());
    house.server.reload_access(gone).await.unwrap();
    assert_eq!(
        house
            .ask("GET", &target(&simulator), &alice, "")
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_changes_nothing() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let target = target(&simulator);
    let shared = SignIn::Tokens(vec![token("alice", ALICE), token("bob", ALICE)]);
    let wanted = access(&house, shared, &[], &[]);
    assert!(matches!(
        house.server.reload_access(wanted).await,
        Err(ReloadError::SharedToken(..))
    ));
    assert_eq!(house.ask_as(ALICE, "GET", &target, "").await.status, 200);
    // Another way to sign in takes a restart; who may what does not.
    let proxy = SignIn::Proxy(ProxyConfig {
        header: "x-user".parse().unwrap(),
        groups_header: None,
        from: vec!["127.0.0.0/8".parse().unwrap()],
    });
    let wanted = access(&house, proxy, &["carol"], &[]);
    assert_eq!(house.server.reload_access(wanted).await, Ok(false));
    assert_eq!(house.ask_as(ALICE, "GET", &target, "").await.status, 404);
    assert_eq!(house.ask_as(CAROL, "GET", &target, "").await.status, 200);
    let as_carol = "X-User: carol\r\n";
    assert_eq!(house.ask("GET", &target, as_carol, "").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_believed_from_where_it_is_now() {
    let simulator = simulator().await;
    let proxy = |from: &str| {
        SignIn::Proxy(ProxyConfig {
            header: "x-user".parse().unwrap(),
            groups_header: None,
            from: vec![from.parse().unwrap()],
        })
    };
    let house = house_with(simulated(&simulator), proxy("127.0.0.0/8")).await;
    let target = target(&simulator);
    let alice = "X-User: alice\r\n";
    assert_eq!(house.ask("GET", &target, alice, "").await.status, 200);
    let wanted = access(&house, proxy("10.0.0.0/8"), &["alice"], &[]);
    assert_eq!(house.server.reload_access(wanted).await, Ok(true));
    assert_eq!(house.ask("GET", &target, alice, "").await.status, 401);
    let failed = house.audited("sign_in_failed");
    assert_eq!(failed[0]["kind"], "foreign_peer");
}
