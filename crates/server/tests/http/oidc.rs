//! Sign-in at issuers as they are: products with their own ways, and those that mean harm.

use std::{collections::HashMap, fs, path::Path, sync::Arc};

use countermand_core_model::Secret;
use countermand_server::access::{Grants, IssuerUrl, OidcConfig, SignIn};
use countermand_simulator::Simulator;
use countermand_transport::SharedTimer;
use serde_json::{Value, json};

use crate::{
    house::{House, simulated, simulator, start_at},
    issuer::{ACCESS_TOKEN, CLIENT_ID, CODE, Says, StubIssuer, plain},
    wire::Answer,
};

const PLAIN_HOST: &str = "https://id.example";

pub struct Site {
    pub house: House,
    pub issuer: StubIssuer,
    pub simulator: Simulator,
}

async fn site(
    says: Says,
    hosts: &[String],
    config: impl FnOnce(&StubIssuer) -> OidcConfig,
) -> Site {
    let issuer = StubIssuer::start(says, hosts).await;
    let simulator = simulator().await;
    let mut connections = simulated(&simulator);
    for connection in &mut connections {
        connection.grants = Grants {
            operators: vec!["group:ops".parse().unwrap()],
            viewers: vec!["*".parse().unwrap()],
        };
    }
    let sign_in = SignIn::Oidc(config(&issuer));
    let timer: SharedTimer = Arc::new(issuer.clock.clone());
    let folder = tempfile::tempdir().unwrap();
    let house = start_at(folder, connections, sign_in, None, Some(timer)).await;
    let house = house.unwrap();
    Site {
        house,
        issuer,
        simulator,
    }
}

pub async fn plain_site(says: Says) -> Site {
    site(says, &[PLAIN_HOST.to_owned()], |issuer| {
        OidcConfig::new(IssuerUrl::parse(&issuer.base).unwrap(), CLIENT_ID)
    })
    .await
}

/// A server whose people sign in at an issuer, for tests of other subjects. Keep what comes with it.
pub async fn issued() -> (House, impl Sized) {
    let Site {
        house,
        issuer,
        simulator,
    } = plain_site(plain()).await;
    (house, (issuer, simulator))
}

/// What a browser has when it was sent to the issuer.
struct Away {
    cookie: String,
    query: HashMap<String, String>,
}

impl Site {
    async fn depart(&self) -> Away {
        let sent = self.house.ask("GET", "/relay/sign-in", "", "").await;
        assert_eq!(sent.status, 303, "{sent:?}");
        let set = sent.header("set-cookie").unwrap();
        for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=600"] {
            assert!(set.contains(attribute), "{set}");
        }
        let location = sent.header("location").unwrap();
        let (page, query) = location.split_once('?').unwrap();
        assert!(page.starts_with(&self.issuer.base), "{location}");
        let query = openidconnect::url::form_urlencoded::parse(query.as_bytes());
        Away {
            cookie: set.split(';').next().unwrap().to_owned(),
            query: query.into_owned().collect(),
        }
    }

    async fn come_back(&self, away: &Away, query: &str) -> Answer {
        let target = format!("/relay/signed-in?{query}");
        let headers = format!("Cookie: {}\r\n", away.cookie);
        self.house.ask("GET", &target, &headers, "").await
    }

    /// Out and back.
    pub async fn sign_in(&self) -> Answer {
        let away = self.depart().await;
        self.issuer.expect(&away.query["nonce"]);
        let query = format!("code={CODE}&state={}", away.query["state"]);
        self.come_back(&away, &query).await
    }

    /// What is offered to whoever came back so.
    pub async fn offered(&self, back: &Answer) -> Value {
        let headers = format!("Cookie: {}\r\n", session(back));
        let asked = self
            .house
            .ask("GET", "/connections.json", &headers, "")
            .await;
        asked.json()["relay"].clone()
    }

    /// Signs in, and is not let in for this reason; nothing secret is told or written.
    async fn is_refused(&self, kind: &str) -> String {
        let before = self.house.audited("sign_in_failed").len();
        let back = self.sign_in().await;
        assert!(
            back.status >= 400 && !back.head.to_ascii_lowercase().contains("-session"),
            "{kind}: {back:?}"
        );
        let failed = self.house.audited("sign_in_failed");
        assert_eq!(failed.len(), before + 1, "{kind}: {failed:?}");
        let line = failed.last().unwrap();
        assert_eq!(line["kind"], kind, "{}", back.body);
        assert_eq!(
            (&line["way"], &line["peer"]),
            (&json!("oidc"), &json!("127.0.0.1"))
        );
        let written = self.house.audit();
        for secret in [CODE, ACCESS_TOKEN, "eyJ"] {
            assert!(!back.body.contains(secret), "{back:?}");
            assert!(!Value::from(written.clone()).to_string().contains(secret));
        }
        back.body
    }
}

/// The session's cookie of whoever came back so.
pub fn session(back: &Answer) -> &str {
    let cookies = back.headers("set-cookie");
    let session = cookies.iter().find(|set| set.contains("session"));
    let session = session.unwrap_or_else(|| panic!("{back:?}"));
    session.split(';').next().unwrap()
}

/// Every product of the fixtures.
fn products() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/issuers");
    let mut products: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect();
    products.sort_by(|(one, _), (other, _)| one.cmp(other));
    products
}

fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

async fn of_product(product: &Value, secret: Option<&str>) -> Site {
    let hosts = texts(&product["hosts"]);
    let says = Says {
        discovery: product["discovery"].clone(),
        more_keys: product["more_keys"].clone(),
        token: product["token"].clone(),
        id_token: product["id_token"].clone(),
        userinfo: product["userinfo"].clone(),
        ..plain()
    };
    site(says, &hosts, |issuer| {
        let configured = &product["configured"];
        let url = issuer.here(configured["issuer"].as_str().unwrap(), &hosts);
        let mut config = OidcConfig::new(IssuerUrl::parse(&url).unwrap(), CLIENT_ID);
        config.client_secret = secret.map(Secret::from);
        if let Some(claim) = configured["user_claim"].as_str() {
            config.user_claim = claim.to_owned();
        }
        config.groups_claim = configured["groups_claim"].as_str().map(str::to_owned);
        config
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_every_product_sign_in() {
    let products = products();
    assert!(products.len() >= 10, "{}", products.len());
    for (name, product) in products {
        let secret = product["client_secret"].as_str();
        let site = of_product(&product, secret).await;
        let back = site.sign_in().await;
        assert_eq!(
            (back.status, back.header("location")),
            (303, Some("/")),
            "{name}: {back:?}"
        );
        let offered = site.offered(&back).await;
        assert_eq!(offered["user"], product["expected"]["name"], "{name}");
        let is_operator = texts(&product["expected"]["groups"]).contains(&"ops".to_owned());
        let role = if is_operator { "operator" } else { "viewer" };
        assert_eq!(offered["connections"][0]["role"], role, "{name}");
        let signed_in = site.house.audited("signed_in");
        assert_eq!(signed_in[0]["who"], product["expected"]["name"], "{name}");
        site.house.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_at_the_end_of_the_configured_issuer_is_one_more_or_less() {
    for (name, mut product) in products() {
        let issuer = product["configured"]["issuer"].as_str().unwrap();
        let other = match issuer.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{issuer}/"),
        };
        product["configured"]["issuer"] = other.into();
        let secret = product["client_secret"].as_str();
        let site = of_product(&product, secret).await;
        let back = site.sign_in().await;
        assert_eq!(back.status, 303, "{name}: {back:?}");
        site.house.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_goes_where_the_issuer_takes_it() {
    let secret = "s3cr3t: of a & client+/=";
    let mut says = plain();
    let with = |methods: Value, says: &mut Says| {
        says.discovery["token_endpoint_auth_methods_supported"] = methods;
    };
    for (methods, in_body) in [
        (json!(["client_secret_basic", "client_secret_post"]), false),
        (json!(null), false),
        (json!(["client_secret_post"]), true),
    ] {
        with(methods.clone(), &mut says);
        let site = site(says.clone(), &[PLAIN_HOST.to_owned()], |issuer| {
            let issuer = IssuerUrl::parse(&issuer.base).unwrap();
            let mut config = OidcConfig::new(issuer, CLIENT_ID);
            config.client_secret = Some(Secret::from(secret));
            config
        })
        .await;
        assert_eq!(site.sign_in().await.status, 303);
        let (head, body) = site.issuer.seen("POST /token").pop().unwrap();
        assert_eq!(
            head.contains("Sensitive") || head.contains("Basic "),
            !in_body,
            "{methods}: {head}"
        );
        assert_eq!(
            body.contains("client_secret=s3cr3t%3A+of+a+%26+client%2B%2F%3D"),
            in_body,
            "{body}"
        );
        assert!(body.contains("code_verifier="), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_are_not_used_may_have_any_form() {
    let site = plain_site(plain()).await;
    let odd = [
        ("updated_at", json!("2026-11-29T01:02:03Z")),
        ("updated_at", json!(1.5)),
        ("phone_number_verified", json!("true")),
        ("address", json!("Main Street 1")),
        ("locale", json!(["de"])),
        ("birthdate", json!(0)),
        ("auth_time", json!("yesterday")),
        ("amr", json!("pwd")),
        ("name", json!(null)),
        ("picture", json!({"url": 1})),
        ("at_hash", json!(1)),
    ];
    for (name, value) in odd {
        site.issuer
            .change(|says| says.id_token[name] = value.clone());
        let back = site.sign_in().await;
        assert_eq!(back.status, 303, "{name} {value}: {back:?}");
    }
    for (name, value) in [
        ("expires_in", json!("3599")),
        ("expires_in", json!(null)),
        ("expires_in", json!(3599.5)),
        ("token_type", json!("bearer")),
        ("token_type", json!(null)),
        ("scope", json!(["openid"])),
        ("refresh_token", json!(null)),
    ] {
        site.issuer.change(|says| says.token[name] = value.clone());
        let back = site.sign_in().await;
        assert_eq!(back.status, 303, "{name} {value}: {back:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_others_or_of_others_lets_nobody_in() {
    for (name, value, kind) in [
        ("azp", json!("another"), "id_token_authorized_party"),
        (
            "aud",
            json!(["another", "{{client_id}}"]),
            "id_token_authorized_party",
        ),
        ("aud", json!("another"), "id_token_audience"),
        ("iss", json!("https://evil.example"), "id_token_issuer"),
        ("nonce", json!("another"), "id_token_nonce"),
        ("exp", json!("{{past}}"), "id_token_expired"),
        ("email_verified", json!(false), "email_not_verified"),
        ("email_verified", json!("false"), "email_not_verified"),
        ("email", json!("ada\u{200b}@acme.example"), "invalid_name"),
    ] {
        let mut says = plain();
        says.id_token[name] = value;
        plain_site(says).await.is_refused(kind).await;
    }
    let mut says = plain();
    says.id_token["aud"] = json!(["another", "{{client_id}}"]);
    says.id_token["azp"] = json!("{{client_id}}");
    assert_eq!(plain_site(says).await.sign_in().await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_in_the_tokens_issuer_is_another_issuer() {
    let mut says = plain();
    says.id_token["iss"] = json!(format!("{PLAIN_HOST}/"));
    let site = plain_site(says).await;
    site.is_refused("id_token_issuer").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_issuers_key_did_not_sign_lets_nobody_in() {
    let wrong = "AAAA".repeat(64);
    for (header, signature) in [
        (json!({"alg": "RS256", "kid": "another"}), None),
        (json!({"alg": "none"}), Some(String::new())),
        (json!({"alg": "HS256"}), Some(wrong.clone())),
        (json!({"alg": "RS256"}), Some(wrong.clone())),
        (json!({"alg": "ES256"}), None),
        (json!({"alg": "XX1"}), None),
    ] {
        let says = Says {
            header,
            signature,
            ..plain()
        };
        plain_site(says)
            .await
            .is_refused("id_token_signature")
            .await;
    }
    let says = Says {
        header: json!({"alg": "RS256", "crit": ["b64"], "b64": false}),
        ..plain()
    };
    plain_site(says)
        .await
        .is_refused("id_token_malformed")
        .await;
    // Without a name of the key, the one key is it.
    let says = Says {
        header: json!({"alg": "RS256"}),
        ..plain()
    };
    assert_eq!(plain_site(says).await.sign_in().await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn false_in_the_token_is_not_overruled_by_asking() {
    let mut says = plain();
    says.id_token = json!({
        "iss": PLAIN_HOST, "aud": "{{client_id}}", "sub": "1", "nonce": "{{nonce}}", "iat": "{{iat}}", "exp": "{{exp}}",
        "email_verified": false,
    });
    says.userinfo = json!({"sub": "1", "email": "ada@acme.example"});
    plain_site(says.clone())
        .await
        .is_refused("email_not_verified")
        .await;
    // And the other way round: the token is silent.
    says.id_token["email_verified"] = Value::Null;
    says.id_token["email"] = json!("ada@acme.example");
    says.userinfo = json!({"sub": "1", "email_verified": "false"});
    plain_site(says.clone())
        .await
        .is_refused("email_not_verified")
        .await;
    says.userinfo = json!({"sub": "2", "email_verified": true});
    plain_site(says).await.is_refused("userinfo").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_the_issuers_own_words_are_not() {
    let mut says = plain();
    says.token = json!({"error": "invalid_client", "error_description": format!("bad {CODE}")});
    says.token_status = 401;
    let words = plain_site(says).await.is_refused("code_refused").await;
    assert!(
        words.contains("did not accept this server's request"),
        "{words}"
    );
    let mut says = plain();
    says.token = json!({"access_token": ACCESS_TOKEN});
    plain_site(says).await.is_refused("no_id_token").await;
    let mut says = plain();
    says.id_token["email"] = Value::Null;
    let words = plain_site(says).await.is_refused("no_name").await;
    assert!(words.contains("the claim that names people"), "{words}");
    // Sent back without a code.
    let site = plain_site(plain()).await;
    let away = site.depart().await;
    let query = format!(
        "error=access_denied&error_description={CODE}&state={}",
        away.query["state"]
    );
    let back = site.come_back(&away, &query).await;
    assert_eq!(back.status, 403);
    assert!(back.body.contains("did not sign you in"), "{back:?}");
    assert_eq!(
        site.house.audited("sign_in_failed")[0]["kind"],
        "denied_by_issuer"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_calls_itself_otherwise_or_is_none_is_said_to_be_so() {
    let mut says = plain();
    says.discovery["issuer"] = json!("https://another.example");
    let site = plain_site(says).await;
    let sent = site.house.ask("GET", "/relay/sign-in", "", "").await;
    // Its description is at the address of the issuer that it says it is, so here it is not found at all.
    assert_eq!(sent.status, 502, "{sent:?}");
    let mut says = plain();
    says.discovery["token_endpoint"] = json!("http://id.example/token");
    let sent = plain_site(says).await;
    let answer = sent.house.ask("GET", "/relay/sign-in", "", "").await;
    assert_eq!(
        answer.status, 502,
        "a secret would go out in the clear: {answer:?}"
    );
    assert_eq!(
        sent.house.audited("sign_in_failed")[0]["kind"],
        "issuer_metadata"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_who_begin_push_nobody_out() {
    let site = plain_site(plain()).await;
    let away = site.depart().await;
    for _ in 0..1_100 {
        site.depart().await;
    }
    site.issuer.expect(&away.query["nonce"]);
    let query = format!("code={CODE}&state={}", away.query["state"]);
    let back = site.come_back(&away, &query).await;
    assert_eq!(back.status, 303, "{back:?}");
    let again = site.come_back(&away, &query).await;
    assert_eq!(again.status, 403, "once: {again:?}");
    // All of that is one discovery.
    assert_eq!(site.issuer.seen("openid-configuration").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_written_down_and_do_not_fill_the_disk() {
    let site = plain_site(plain()).await;
    let mut compared = 0;
    for _ in 0..200 {
        let away = Away {
            cookie: "a=b".to_owned(),
            query: HashMap::new(),
        };
        let back = site.come_back(&away, "code=guess&state=guess").await;
        match back.status {
            403 => compared += 1,
            _ => assert_eq!(back.status, 429, "{back:?}"),
        }
    }
    assert_eq!(compared, 10);
    let failed = site.house.audited("sign_in_failed");
    assert!((1..=25).contains(&failed.len()), "{}", failed.len());
    assert!(!Value::from(failed).to_string().contains("guess"));
    let metrics = site.house.ask("GET", "/metrics", "", "").await;
    for (kind, times) in [("not_begun", 10), ("too_many_failed", 190)] {
        let counted =
            format!(r#"countermand_sign_in_failures_total{{way="oidc",kind="{kind}"}} {times}"#);
        assert!(metrics.body.contains(&counted), "{}", metrics.body);
    }
}
