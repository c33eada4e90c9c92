//! No credential in anything that leaves the process: every answer, every line of the audit, every event that
//! is logged at any level, every metric.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use countermand_simulator::{Fault, FaultKind};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    house::{ALICE, BOB, exported},
    passing::{applivery_path, both, enos_target, hold},
};

const GUESSED: &str = "unknown-t0ken";

/// What is logged.
#[derive(Clone, Default)]
pub struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// Takes everything that this process logs from now on.
    pub fn begin() -> Self {
        use tracing_subscriber::{Layer, layer::SubscriberExt};
        let logged = Self::default();
        let ours = tracing_subscriber::filter::Targets::new()
            .with_target("countermand_server", tracing::Level::TRACE)
            .with_target("countermand_transport", tracing::Level::TRACE)
            .with_target("countermand_enos", tracing::Level::TRACE)
            .with_target("countermand_applivery", tracing::Level::TRACE);
        let lines = tracing_subscriber::fmt::layer().with_writer(logged.clone());
        let subscriber = tracing_subscriber::registry().with(lines.with_filter(ours));
        tracing::subscriber::set_global_default(subscriber).unwrap();
        logged
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_leaves_the_process_has_a_key_in_it() {
    let logged = Written::begin();
    let (house, simulator) = both().await;
    let mut left = String::new();
    let mut session = String::new();
    for round in 0..2 {
        if round == 1 {
            for kind in [FaultKind::LostAfter, FaultKind::Html] {
                simulator
                    .fault(Fault::always(kind.clone()).on("applivery.cancel").times(1))
                    .unwrap();
                simulator
                    .fault(Fault::always(kind).on("enos.cancel").times(1))
                    .unwrap();
            }
        }
        for token in [ALICE, BOB, GUESSED] {
            let lock = hold(&simulator, "applivery", "LOCK");
            let stop = hold(&simulator, "enos", "stop_turbine");
            let (path, get) = (
                applivery_path(&simulator, &lock),
                enos_target(&simulator, &stop, "get"),
            );
            let mut requests = vec![
                ("GET", "/connections.json".to_owned()),
                ("GET", "/metrics".to_owned()),
                ("GET", path.clone()),
                ("POST", format!("{path}/cancel")),
                ("GET", get),
                ("POST", enos_target(&simulator, &stop, "cancel")),
                ("POST", "/relay/sign-out".to_owned()),
                ("GET", "/relay/fleet/organizations/other".to_owned()),
            ];
            if token == GUESSED {
                // No more than are compared.
                requests.truncate(3);
            }
            for (method, target) in requests {
                let answer = house.ask_as(token, method, &target, "").await;
                left.push_str(&answer.head);
                left.push_str(&answer.body);
            }
            let own = format!("Origin: {}\r\n", house.server.origin());
            let body = format!(r#"{{"token":"{token}"}}"#);
            let opened = house.ask("POST", "/relay/sign-in", &own, &body).await;
            if let Some(cookie) = opened.header("set-cookie") {
                // The session is for the browser that asked, and for nobody else.
                session = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
            }
        }
    }
    left.push_str(&exported(&house.store));
    left.push_str(&format!("{:?}", house.server));
    house.server.stop().await;
    let logged = logged.text();
    assert!(logged.contains("answered"), "nothing was logged: {logged}");
    left.push_str(&logged);
    let said = simulator.description();
    let secrets = [
        said.applivery.token.as_str(),
        &said.enos.app_key,
        &said.enos.app_secret,
        ALICE,
        BOB,
        GUESSED,
        &session,
    ];
    for secret in secrets {
        assert!(secret.len() > 8);
        assert!(!left.contains(secret), "{secret} left the process");
        // Nor by halves.
        assert!(
            !left.contains(&secret[..secret.len() / 2 + 4]),
            "half of {secret}"
        );
    }
    assert!(!left.contains("apim-signature"));
}
