//! A server that is killed in the middle: what it sent is in the audit, and the next one goes on in the same chain.

#![cfg(unix)]

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use countermand_test_postgres::Postgres;
use serde_json::Value;

use crate::{
    countermand::{countermand, signal, text},
    http,
    serving::{Served, dist, on_free_port, serve},
    simulator::Simulator,
};

const TOKEN: &str = "alice-t0ken-0123456789abcdef";

/// The SHA-256 of [`TOKEN`].
const HASH: &str = "6ad9712d37dfe8645771be2dd0068a5b49912e6499a4a70a75c2a4adb5410650";

fn killed_in_the_middle(store: Option<&str>) {
    let (simulator, dist, folder) = (Simulator::start(), dist(), tempfile::tempdir().unwrap());
    fs::write(
        folder.path().join("token"),
        simulator.text("applivery", "token"),
    )
    .unwrap();
    let file = folder.path().join("serve.toml");
    let store = store.map_or_else(String::new, |store| format!("store = '{store}'\n"));
    let org = simulator.text("applivery", "org");
    let config = format!(
        "audit = 'audit'\n{store}[[sign_in.token]]\nname = 'alice'\nsha256 = '{HASH}'\n\
         [connection.fleet]\nprovider = 'applivery'\norg = '{org}'\nbase_url = '{}'\n\
         token_file = 'token'\nrate = '1000000/h, burst 10000'\noperators = ['alice']\n",
        simulator.text("applivery", "base_url"),
    );
    fs::write(&file, config).unwrap();
    let file = text(&file);
    let start = || serve(on_free_port(&dist).args(["--log", "off", "--config", &file]));
    let verify = || countermand(["verify", "--output", "json", "--config", &file]).run();
    let device = simulator.device("applivery", 3);
    let ids = simulator.waiting(&device, 120);
    let cancel = |served: &Served, id: &str| {
        let device = device.trim_start_matches("applivery:");
        let path = format!(
            "/relay/fleet/organizations/{org}/mdm/android/enterprise/devices/{device}/commands/{id}/cancel"
        );
        let own = format!(
            "Origin: http://{}\r\nAuthorization: Bearer {TOKEN}\r\n",
            served.authority
        );
        std::panic::catch_unwind(|| {
            http::send_with(&served.authority, "POST", &path, &own, "").status
        })
    };
    let mut served = start();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for part in ids.chunks(30) {
            let (served, is_over, cancel) = (&served, &is_over, &cancel);
            scope.spawn(move || {
                for id in part {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let _ = cancel(served, id);
                }
            });
        }
        thread::sleep(Duration::from_millis(150));
        signal(&served.child, "KILL");
        is_over.store(true, Ordering::Relaxed);
    });
    served.child.wait().unwrap();
    let rows = verify().exits(3).rows();
    let is_in = |rows: &[Value], id: &str| rows.iter().any(|row| row["command"] == id);
    let mut cancelled = 0;
    for id in &ids {
        if simulator.truth(id) == "cancelled" {
            cancelled += 1;
            assert!(is_in(&rows, id), "{id} was sent, and is not in the audit");
        }
    }
    assert!(cancelled > 0, "nothing was sent before");
    let mut served = start();
    let next = simulator.waiting(&device, 1).remove(0);
    assert_eq!(cancel(&served, &next).unwrap(), 200);
    signal(&served.child, "TERM");
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    let after = verify();
    assert!(matches!(after.status, Some(0 | 3)), "{after:?}");
    assert_eq!(after.rows().len(), rows.len() + 1);
    assert!(is_in(&after.rows(), &next));
}

#[test]
fn killed_over_a_file_the_chain_is_whole_and_goes_on() {
    killed_in_the_middle(None);
}

#[test]
fn killed_over_a_database_the_chain_is_whole_and_goes_on() {
    let postgres = Postgres::start_durable().unwrap();
    killed_in_the_middle(Some(&postgres.database().unwrap()));
}
