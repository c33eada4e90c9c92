//! The issuer ends sessions, and nobody else does.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::{
    issuer::{CLIENT_ID, plain},
    oidc::{Site, plain_site},
    wire::Answer,
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap().as_secs()
}

impl Site {
    /// What a logout token has to have.
    fn logout(&self, jti: &str) -> Value {
        json!({
            "iss": self.issuer.base, "aud": CLIENT_ID, "iat": now(), "exp": now() + 120, "jti": jti, "sub": "1",
            "events": {EVENT: {}},
        })
    }

    async fn order(&self, claims: &Value) -> Answer {
        self.order_with(claims, &plain().header, None).await
    }

    async fn order_with(&self, claims: &Value, header: &Value, signature: Option<&str>) -> Answer {
        let token = self.issuer.logout_token(claims, header, signature);
        self.post(&format!("logout_token={token}")).await
    }

    async fn post(&self, body: &str) -> Answer {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        let target = "/relay/back-channel-logout";
        self.house.ask("POST", target, headers, body).await
    }

    /// Signs in, in a session of the issuer's.
    async fn session(&self, sub: &str, sid: Option<&str>) -> Answer {
        self.issuer.change(|says| {
            says.id_token["sub"] = json!(sub);
            says.userinfo["sub"] = json!(sub);
            says.id_token["sid"] = json!(sid);
            says.id_token["email"] = json!(format!("{sub}@acme.example"));
        });
        let back = self.sign_in().await;
        assert!(self.is_in(&back).await, "{back:?}");
        back
    }

    async fn is_in(&self, back: &Answer) -> bool {
        !self.offered(back).await["user"].is_null()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_issuer_ends_the_sessions_that_it_names() {
    let site = plain_site(plain()).await;
    let here = site.session("1", Some("here")).await;
    let there = site.session("1", Some("there")).await;
    let other = site.session("2", Some("other")).await;
    let mut one = site.logout("one");
    one["sid"] = json!("here");
    let done = site.order(&one).await;
    assert_eq!(
        (done.status, done.header("cache-control")),
        (200, Some("no-store")),
        "{done:?}"
    );
    assert!(!site.is_in(&here).await, "at once");
    assert!(site.is_in(&there).await && site.is_in(&other).await);
    assert_eq!(site.order(&site.logout("two")).await.status, 200);
    assert!(!site.is_in(&there).await);
    assert!(site.is_in(&other).await);
    let mut by_session = site.logout("three");
    by_session["sub"] = Value::Null;
    by_session["sid"] = json!("other");
    assert_eq!(site.order(&by_session).await.status, 200);
    assert!(!site.is_in(&other).await);
    // Nobody is signed in: that is what was ordered.
    assert_eq!(site.order(&site.logout("four")).await.status, 200);
    let ended = site.house.audited("session_ended");
    let people: Vec<&Value> = ended.iter().map(|line| &line["who"]).collect();
    assert_eq!(
        people,
        ["1@acme.example", "1@acme.example", "2@acme.example"]
    );
    assert!(
        ended
            .iter()
            .all(|line| line["by"] == "issuer" && line["peer"] == "127.0.0.1")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_order_is_named_and_it_ends_nothing() {
    let site = plain_site(plain()).await;
    let back = site.session("1", Some("here")).await;
    let with = |name: &str, value: Value| {
        let mut claims = site.logout("wrong");
        claims[name] = value;
        claims
    };
    let header = plain().header;
    let none = json!({"alg": "none"});
    let wrong = "AAAA".repeat(64);
    let good = site.logout("wrong");
    for (claims, header, signature, why) in [
        (with("aud", json!("another")), &header, None, "(aud)"),
        (with("iss", json!("https://x")), &header, None, "(iss)"),
        (with("iat", json!(now() - 600)), &header, None, "ago (iat)"),
        (with("iat", json!(now() + 600)), &header, None, "(iat)"),
        (with("exp", json!(now() - 1)), &header, None, "(exp)"),
        (with("nonce", json!("n")), &header, None, "nonce"),
        (with("events", Value::Null), &header, None, "(events)"),
        (with("jti", Value::Null), &header, None, "(jti)"),
        (with("sub", Value::Null), &header, None, "(sub)"),
        (good.clone(), &header, Some(wrong.as_str()), "not signed"),
        (good.clone(), &none, Some(""), "not signed"),
    ] {
        let refused = site.order_with(&claims, header, signature).await;
        assert_eq!(refused.status, 400, "{why}: {refused:?}");
        assert_eq!(refused.header("cache-control"), Some("no-store"));
        let said = refused.json();
        assert_eq!(said["error"], "invalid_request");
        let words = said["error_description"].as_str().unwrap();
        assert!(words.contains(why), "{why}: {words}");
    }
    for body in ["", "logout_token=", "logout_token=a&logout_token=b", "{}"] {
        assert_eq!(site.post(body).await.status, 400, "{body}");
    }
    assert!(site.is_in(&back).await);
    // The first that is good counts, and no second time.
    assert_eq!(site.order(&good).await.status, 200);
    assert!(!site.is_in(&back).await);
    let back = site.session("1", Some("here")).await;
    let again = site.order(&good).await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("used before (jti)"), "{again:?}");
    assert!(site.is_in(&back).await);
    // An identity token is none, though the same key signed it.
    let mut identity = site.logout("identity");
    identity["nonce"] = json!("n");
    identity["events"] = Value::Null;
    assert_eq!(site.order(&identity).await.status, 400);
    assert!(site.is_in(&back).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_issuer_there_are_no_orders() {
    let simulator = crate::house::simulator().await;
    let house = crate::house::house(crate::house::simulated(&simulator)).await;
    let target = "/relay/back-channel-logout";
    let answer = house.ask("POST", target, "", "logout_token=a").await;
    assert_eq!(answer.status, 404);
    let site = plain_site(plain()).await;
    assert_eq!(site.house.ask("GET", target, "", "").await.status, 405);
}
