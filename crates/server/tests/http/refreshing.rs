//! Groups are read again at the issuer while a session goes on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    house::exported,
    issuer::{REFRESH_TOKEN, Says, plain},
    oidc::{Site, plain_site, session},
    secrets::Written,
    wire::Answer,
};

const MINUTE: Duration = Duration::from_secs(60);
const FRESH: Duration = Duration::from_secs(15 * 60);

/// An issuer that gives refresh tokens.
fn refreshing() -> Says {
    let mut says = plain();
    says.token["refresh_token"] = json!("{{refresh_token}}");
    says
}

impl Site {
    /// Reads something, in the session of whoever came back so.
    async fn reads(&self, back: &Answer) -> u16 {
        let org = self.simulator.description().applivery.org;
        let target = format!("/relay/fleet/organizations/{org}");
        let headers = format!("Cookie: {}\r\n", session(back));
        self.house.ask("GET", &target, &headers, "").await.status
    }

    /// What may be done at the first connection.
    async fn role(&self, back: &Answer) -> Value {
        self.offered(back).await["connections"][0]["role"].clone()
    }

    fn refreshes(&self) -> usize {
        let seen = self.issuer.seen("POST /token");
        seen.iter()
            .filter(|(_, body)| body.contains("grant_type=refresh_token"))
            .count()
    }

    fn groups(&self, groups: Value) {
        self.issuer.change(|says| says.id_token["groups"] = groups);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_taken_away_is_gone_within_fifteen_minutes() {
    let site = plain_site(refreshing()).await;
    let back = site.sign_in().await;
    assert_eq!(site.role(&back).await, "operator");
    site.groups(json!([]));
    site.issuer.clock.advance(FRESH - MINUTE);
    assert_eq!(site.role(&back).await, "operator");
    assert_eq!(site.refreshes(), 0);
    site.issuer.clock.advance(MINUTE);
    assert_eq!(site.role(&back).await, "viewer");
    assert_eq!(site.refreshes(), 1);
    assert_eq!(site.reads(&back).await, 200, "it goes on");
    // And what is given is there, with the next refresh token.
    site.groups(json!(["ops"]));
    for round in 2..6 {
        site.issuer.clock.advance(FRESH);
        assert_eq!(site.role(&back).await, "operator");
        assert_eq!(site.refreshes(), round);
    }
    assert_eq!(site.house.audited("session_ended").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_over_when_the_issuer_ends_it_or_says_another_name() {
    let refused = |says: &mut Says| says.refresh = Some((400, json!({"error": "invalid_grant"})));
    let renamed = |says: &mut Says| says.id_token["email"] = json!("bob@acme.example");
    let another = |says: &mut Says| says.id_token["sub"] = json!("2");
    let unsigned = |says: &mut Says| says.signature = Some("AAAA".repeat(64));
    let for_others = |says: &mut Says| says.id_token["aud"] = json!("another");
    let changes: [fn(&mut Says); 5] = [refused, renamed, another, unsigned, for_others];
    for change in changes {
        let site = plain_site(refreshing()).await;
        let back = site.sign_in().await;
        assert_eq!(site.reads(&back).await, 200);
        site.issuer.change(change);
        site.issuer.clock.advance(FRESH);
        assert_eq!(site.reads(&back).await, 401);
        site.issuer.change(|says| *says = refreshing());
        assert_eq!(site.reads(&back).await, 401, "it does not come back");
        let ended = site.house.audited("session_ended");
        assert_eq!(ended.len(), 1, "{ended:?}");
        assert_eq!(
            (&ended[0]["who"], &ended[0]["by"]),
            (&json!("ada@acme.example"), &json!("issuer"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_away_is_waited_for_and_not_for_ever() {
    let site = plain_site(refreshing()).await;
    let back = site.sign_in().await;
    let away = |says: &mut Says| says.refresh = Some((503, json!({})));
    site.issuer.change(away);
    site.issuer.clock.advance(FRESH);
    for _ in 0..3 {
        assert_eq!(site.role(&back).await, "operator");
    }
    assert_eq!(site.refreshes(), 1, "it is not asked with each request");
    site.issuer.clock.advance(MINUTE);
    assert_eq!(site.role(&back).await, "operator");
    assert_eq!(site.refreshes(), 2);
    site.issuer.clock.advance(14 * MINUTE);
    assert_eq!(site.reads(&back).await, 401, "half an hour");
    site.issuer.change(|says| says.refresh = None);
    assert_eq!(site.reads(&back).await, 401, "asked a moment ago");
    site.issuer.clock.advance(MINUTE);
    assert_eq!(site.role(&back).await, "operator", "it is there again");
    assert_eq!(site.house.audited("session_ended").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_ask_once() {
    let mut says = refreshing();
    says.refresh_takes = Duration::from_millis(500);
    let site = plain_site(says).await;
    let back = site.sign_in().await;
    site.groups(json!([]));
    site.issuer.clock.advance(FRESH);
    let roles = futures_util::future::join_all((0..20).map(|_| site.role(&back))).await;
    assert!(roles.iter().all(|role| role == "viewer"), "{roles:?}");
    assert_eq!(site.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_meanwhile_loses_nothing() {
    let mut says = refreshing();
    says.refresh_takes = Duration::from_millis(500);
    let site = plain_site(says).await;
    let back = site.sign_in().await;
    site.issuer.clock.advance(FRESH);
    let reading = tokio::time::timeout(Duration::from_millis(200), site.reads(&back));
    assert!(reading.await.is_err(), "it takes longer");
    assert_eq!(site.reads(&back).await, 200);
    assert_eq!(site.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_ends_the_session_and_locks_nobody_out() {
    let site = plain_site(refreshing()).await;
    let back = site.sign_in().await;
    // What it gives is not kept: the token before counts no more.
    site.issuer
        .change(|says| says.token["refresh_token"] = Value::Null);
    site.issuer.clock.advance(FRESH);
    assert_eq!(site.reads(&back).await, 200);
    site.issuer.clock.advance(FRESH);
    assert_eq!(site.reads(&back).await, 401);
    let back = site.sign_in().await;
    assert_eq!(site.reads(&back).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_issuer_gives_no_refresh_token_a_session_is_as_it_was() {
    let site = plain_site(plain()).await;
    let back = site.sign_in().await;
    site.groups(json!([]));
    site.issuer.clock.advance(3 * FRESH);
    assert_eq!(site.role(&back).await, "operator");
    assert_eq!(site.refreshes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refresh_token_is_nowhere_in_the_clear() {
    let logged = Written::begin();
    let site = plain_site(refreshing()).await;
    let back = site.sign_in().await;
    site.issuer.clock.advance(FRESH);
    assert_eq!(site.reads(&back).await, 200);
    assert_eq!(site.refreshes(), 1);
    // An issuer that repeats it in its errors.
    let repeats =
        json!({"error": format!("{REFRESH_TOKEN}-2"), "error_description": REFRESH_TOKEN});
    site.issuer
        .change(|says| says.refresh = Some((500, repeats)));
    site.issuer.clock.advance(FRESH);
    assert_eq!(site.reads(&back).await, 200);
    assert_eq!(site.refreshes(), 2);
    let cookie = session(&back).split_once('=').unwrap().1.to_owned();
    let Site { house, .. } = site;
    let mut left = format!("{:?}", house.server);
    house.server.stop().await;
    left.push_str(&exported(&house.store));
    let logged = logged.text();
    assert!(logged.contains("cannot be asked again"), "{logged}");
    left.push_str(&logged);
    let folder = house.folder.path().join("audit");
    let mut has_the_session = false;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let has = |part: &str| {
            bytes
                .windows(part.len())
                .any(|found| found == part.as_bytes())
        };
        has_the_session |= has("ada@acme.example");
        for secret in [REFRESH_TOKEN, cookie.as_str()] {
            assert!(!has(&secret[..12]), "{secret}");
        }
    }
    assert!(has_the_session, "the files are the store's");
    for secret in [REFRESH_TOKEN, cookie.as_str()] {
        assert!(!left.contains(&secret[..12]), "{secret}");
    }
}
