//! No secret in any URL, log, error or Debug output, whatever the vendor does with it.
//!
//! One test and no other: everything that this process logs is caught.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, extract::State, response::IntoResponse};
use countermand_core_model::{Provider, Secret};
use countermand_simulator::{
    ACTIVATION_CODE_PREFIX, AddCommands, DEVICE_SECRET_PREFIX, Fault, NEW_PASSWORD_PREFIX,
};
use countermand_tests::{
    BOTH, Keys, TestBed, TestRun, cancel_of, get_of, http_answer, list_of, targets_of,
};
use http::{HeaderMap, StatusCode, Uri};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Everything that came to light, by where.
#[derive(Default)]
struct Seen(Vec<(String, String)>);

impl Seen {
    fn add(&mut self, place: &str, text: String) {
        self.0.push((place.to_owned(), text));
    }

    fn debug(&mut self, place: &str, value: &dyn std::fmt::Debug) {
        self.add(place, format!("{value:?}\n{value:#?}"));
    }

    fn error(&mut self, place: &str, error: &dyn std::error::Error) {
        self.debug(place, &error);
        let mut next = Some(error);
        while let Some(error) = next {
            self.add(place, error.to_string());
            next = error.source();
        }
    }

    fn has_none_of(&self, secrets: &[String]) {
        for secret in secrets {
            assert!(secret.len() >= 12, "a secret that would be found anywhere");
            for (place, text) in &self.0 {
                // Not shown: the output of a test is output as well.
                assert!(!text.contains(secret.as_str()), "{place} shows a secret");
            }
        }
    }
}

/// Uses everything that a client has, and keeps what comes to light.
async fn use_it_all(bed: &TestBed, vendor: Provider, place: &str, seen: &mut Seen) {
    let client = bed.client(vendor);
    seen.debug(place, &client);
    seen.debug(place, &TestBed::connection(vendor, bed.keys(vendor)));
    let device = bed.device(vendor, 0);
    let ids = bed.add_waiting(&device, 3);
    match client.check().await {
        Ok(found) => seen.debug(place, &found),
        Err(error) => seen.error(place, &error),
    }
    match client.devices(None).await {
        Ok(listing) => {
            seen.debug(place, &listing);
            seen.add(place, serde_json::to_string(&listing.items).unwrap());
        }
        Err(error) => seen.error(place, &error),
    }
    match client.list(&device, None).await {
        Ok(listing) => {
            seen.debug(place, &listing);
            seen.add(place, serde_json::to_string(&listing.items).unwrap());
            for command in &listing.items {
                for json in [&command.raw, &command.request].into_iter().flatten() {
                    seen.add(place, format!("{} {}", json.as_str(), json.pretty()));
                }
            }
        }
        Err(error) => seen.error(place, &error),
    }
    for id in &ids {
        match client.get(&device, id).await {
            Ok(command) => seen.debug(place, &command),
            Err(error) => seen.error(place, &error),
        }
    }
    let plan = client.plan_commands(targets_of(&device, &ids)).await;
    seen.debug(place, &plan);
    seen.debug(place, &plan.dry_run());
    let result = TestRun::default().run(bed, &client, plan).await;
    seen.debug(place, &result);
    seen.add(place, serde_json::to_string(&result.reports).unwrap());
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(bed, &client, devices)
        .await;
    seen.debug(place, &result);
    for exchange in bed.wire.exchanges() {
        seen.add(place, exchange.line);
    }
}

fn own_secrets(bed: &TestBed) -> Vec<String> {
    let applivery = bed.keys(Provider::Applivery);
    let enos = bed.keys(Provider::Enos);
    let mut secrets = vec![applivery.key, enos.secret];
    secrets.extend(bed.wire.tokens());
    secrets
}

/// What is asked of a device in secret: the vendor shows it, nobody else does.
fn payload_secrets() -> Vec<String> {
    [
        NEW_PASSWORD_PREFIX,
        ACTIVATION_CODE_PREFIX,
        DEVICE_SECRET_PREFIX,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Answers everything with all that it was sent, wherever there is room for it.
async fn echo(
    State(token): State<Arc<str>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let mut sent = vec![uri.to_string(), String::from_utf8_lossy(&body).into_owned()];
    sent.extend(
        headers
            .values()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
    );
    let sent = sent.join(" ");
    let as_json = serde_json::Value::from(sent.clone());
    let answer = if uri.path().ends_with("/token/get") {
        format!(
            r#"{{"status":0,"msg":"SUCCESS","data":{{"accessToken":"{token}","expire":7200}}}}"#
        )
    } else if uri.path().contains("connect-service") {
        format!(r#"{{"code":99400,"msg":{as_json},"requestId":{as_json},"data":{as_json}}}"#)
    } else {
        format!(
            r#"{{"status":false,"error":{{"code":5050,"message":{as_json},"data":{as_json}}}}}"#
        )
    };
    let kind = [
        ("content-type", "application/json".to_owned()),
        ("x-request-id", sent.clone()),
        ("x-echo", sent),
    ];
    (StatusCode::OK, kind, answer)
}

async fn against_an_echo(seen: &mut Seen) -> Vec<String> {
    let token: Arc<str> = "ECHOED-ACCESS-TOKEN-0123456789".into();
    let router = Router::new().fallback(echo).with_state(Arc::clone(&token));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let bed = TestBed::start().await;
    for vendor in BOTH {
        let keys = Keys {
            base_url: match vendor {
                Provider::Applivery => format!("http://{address}/v1"),
                _ => format!("http://{address}"),
            },
            ..bed.keys(vendor)
        };
        let client = bed.client_with(vendor, keys);
        let device = bed.device(vendor, 0);
        let ids = bed.add_waiting(&device, 2);
        let place = format!("{vendor} against an echo");
        let errors = [
            client.check().await.unwrap_err(),
            client.devices(None).await.unwrap_err(),
            client.list(&device, None).await.unwrap_err(),
            client.get(&device, &ids[0]).await.unwrap_err(),
        ];
        for error in &errors {
            let said = error.to_string();
            // It is the echo that is read here: what is no secret is in it.
            assert!(said.contains("[redacted]"), "{place}: no echo in it");
            seen.error(&place, error);
        }
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        seen.debug(&place, &plan);
        seen.debug(&place, &plan.dry_run());
        let result = TestRun::default().run(&bed, &client, plan).await;
        seen.debug(&place, &result);
    }
    let mut secrets = own_secrets(&bed);
    secrets.push(token.to_string());
    secrets
}

/// The vendor shows the key that it was sent in what it says of single calls.
async fn with_keys_in_every_message(seen: &mut Seen) -> Vec<String> {
    let bed = TestBed::start().await;
    for vendor in BOTH {
        // So that there is an access token to show.
        bed.client(vendor).check().await.unwrap();
        // Its own: a connection knows no other's.
        let shown = match vendor {
            Provider::Applivery => bed.keys(vendor).key,
            _ => {
                let token = bed.wire.tokens().pop().unwrap();
                format!("{} and {token}", bed.keys(vendor).secret)
            }
        };
        let in_vain = match vendor {
            Provider::Applivery => http_answer(
                400,
                format!(
                    r#"{{"status":false,"error":{{"code":5050,"message":"you sent {shown}"}}}}"#
                ),
            ),
            _ => http_answer(
                200,
                format!(
                    r#"{{"code":99400,"msg":"you sent {shown}","requestId":"{shown}","data":"{shown}"}}"#
                ),
            ),
        };
        for operation in [cancel_of(vendor), get_of(vendor), list_of(vendor)] {
            let fault = Fault {
                skip: 3,
                ..Fault::always(in_vain.clone()).on(operation)
            };
            bed.fault(fault);
        }
        use_it_all(
            &bed,
            vendor,
            &format!("{vendor} with its keys in messages"),
            seen,
        )
        .await;
    }
    own_secrets(&bed)
}

#[tokio::test]
async fn no_secret_comes_to_light() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let mut seen = Seen::default();
    let mut secrets = payload_secrets();
    // Everything goes well.
    let bed = TestBed::start().await;
    for vendor in BOTH {
        for kind in ["RESET_PASSWORD", "ADD_ESIM"] {
            let order = AddCommands {
                kind: Some(kind.to_owned()),
                hold: true,
                ..AddCommands::to(&bed.device(vendor, 0).to_string())
            };
            bed.simulator.add_commands(&order).unwrap();
        }
        use_it_all(&bed, vendor, vendor.as_str(), &mut seen).await;
    }
    // The vendor did show what must not be seen: it is not for want of secrets that none was found.
    let bodies: Vec<String> = bed
        .wire
        .exchanges()
        .into_iter()
        .filter_map(|exchange| Some(exchange.answer.ok()?.1))
        .collect();
    for prefix in [NEW_PASSWORD_PREFIX, ACTIVATION_CODE_PREFIX] {
        assert!(bodies.iter().any(|body| body.contains(prefix)), "{prefix}");
    }
    assert_eq!(bed.wire.tokens().len(), 1);
    secrets.extend(own_secrets(&bed));

    // The key is wrong, the vendor repeats it, a server echoes everything.
    for vendor in BOTH {
        let mut keys = bed.keys(vendor);
        keys.key = "a-key-that-nobody-knows".to_owned();
        let client = bed.client_with(vendor, keys);
        seen.error("a wrong key", &client.check().await.unwrap_err());
        seen.debug("a wrong key", &client);
    }
    secrets.push("a-key-that-nobody-knows".to_owned());
    secrets.extend(with_keys_in_every_message(&mut seen).await);
    secrets.extend(against_an_echo(&mut seen).await);
    seen.debug("a secret", &Secret::from(secrets[3].clone()));

    let log = log.text();
    assert!(
        log.contains("countermand") && log.contains("applivery.cancel_command"),
        "nothing logged"
    );
    assert!(log.contains("enos.cancel_command"), "nothing logged");
    seen.add("the log", log);
    seen.has_none_of(&secrets);
}
