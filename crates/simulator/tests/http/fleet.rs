//! The fleet: the same for a seed, of any size, and alive when asked to be.

use std::time::{Duration, Instant};

use countermand_simulator::{Config, Simulator, StartError, TrueState};

use crate::support::{START_MS, config, lab, lab_with};

#[tokio::test]
async fn a_seed_makes_the_fleet_whatever_is_looked_at_first() {
    let (one, two) = (lab().await, lab().await);
    assert_eq!(one.about.enos.devices, two.about.enos.devices);
    assert_eq!(one.about.applivery.token, two.about.applivery.token);
    let devices: Vec<&String> = one
        .about
        .enos
        .devices
        .iter()
        .chain(&one.about.applivery.devices)
        .collect();
    for device in &devices {
        one.sim.ledger_of(device).unwrap();
    }
    one.sim.advance(7_200_000);
    two.sim.advance(7_200_000);
    for device in devices.iter().rev() {
        two.sim.ledger_of(device).unwrap();
    }
    assert_eq!(one.sim.ledger(), two.sim.ledger());
    let other = lab_with(Config {
        seed: 2,
        ..config()
    })
    .await;
    assert_ne!(one.about.enos.devices, other.about.enos.devices);
    assert_ne!(one.about.enos.app_secret, other.about.enos.app_secret);
}

#[tokio::test]
async fn the_description_is_the_contracts_line() {
    let lab = lab().await;
    let line = serde_json::to_value(&lab.about).unwrap();
    let keys = |vendor: &str| {
        line[vendor]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys("applivery"), ["base_url", "org", "token", "devices"]);
    assert_eq!(
        keys("enos"),
        ["base_url", "org", "app_key", "app_secret", "devices"]
    );
    assert_eq!(
        line["applivery"]["base_url"],
        format!("http://{}/v1", lab.sim.addr())
    );
    assert_eq!(
        line["enos"]["base_url"],
        format!("http://{}", lab.sim.addr())
    );
    assert_eq!(
        (
            lab.about.applivery.devices.len(),
            lab.about.enos.devices.len()
        ),
        (12, 12)
    );
    let by_asset = lab
        .about
        .enos
        .devices
        .iter()
        .filter(|device| device.starts_with("enos:asset:"));
    assert_eq!(by_asset.count(), 6);
    let debug = format!("{:?} {:?}", lab.about, lab.sim);
    for secret in [
        &lab.about.applivery.token,
        &lab.about.enos.app_key,
        &lab.about.enos.app_secret,
    ] {
        assert!(!debug.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn most_commands_are_old_and_over_and_every_state_occurs() {
    let lab = lab_with(Config {
        devices: 60,
        ..config()
    })
    .await;
    for device in lab
        .about
        .enos
        .devices
        .iter()
        .chain(&lab.about.applivery.devices)
    {
        lab.sim.ledger_of(device).unwrap();
    }
    lab.sim.advance(1);
    let commands = lab.sim.ledger().commands;
    let count = |state| {
        commands
            .iter()
            .filter(|command| command.state == state)
            .count()
    };
    let waiting = count(TrueState::Pending) + count(TrueState::Sent);
    assert!(
        waiting * 4 < commands.len(),
        "{waiting} of {}",
        commands.len()
    );
    for state in [
        TrueState::Pending,
        TrueState::Sent,
        TrueState::Succeeded,
        TrueState::Failed,
        TrueState::Cancelled,
        TrueState::Expired,
        TrueState::TimedOut,
    ] {
        assert!(count(state) > 0, "{state:?}");
    }
    assert!(commands.iter().all(|command| command.created_ms < START_MS));
}

#[tokio::test]
async fn a_hundred_thousand_devices_start_at_once() {
    let begun = Instant::now();
    let lab = lab_with(Config {
        devices: 100_000,
        ..config()
    })
    .await;
    let url = lab.applivery_url("/mdm/android/enterprise/devices?page=1000&limit=100");
    let (_, page) = lab.get(url).await;
    assert_eq!(page["data"]["totalDocs"], 100_000);
    assert_eq!(page["data"]["items"].as_array().unwrap().len(), 100);
    let last = crate::support::id_of(&page["data"]["items"][99]).to_owned();
    let (_, list) = lab.get(lab.commands_url(&last, "")).await;
    assert_eq!(list["status"], true);
    // A debug build on a busy machine; what matters is that nothing grows with the fleet.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(lab.about.enos.devices.len(), 10_000);

    let too_many = Config {
        devices: 5_000_000,
        ..config()
    };
    let error = Simulator::start(too_many).await.unwrap_err();
    assert!(matches!(
        error,
        StartError::TooManyDevices { devices: 5_000_000 }
    ));
}

#[tokio::test]
async fn with_traffic_new_commands_keep_arriving() {
    let lab = lab_with(Config {
        traffic: true,
        devices: 20,
        ..config()
    })
    .await;
    let look = || {
        for device in lab
            .about
            .enos
            .devices
            .iter()
            .chain(&lab.about.applivery.devices)
        {
            lab.sim.ledger_of(device).unwrap();
        }
        lab.sim
            .ledger()
            .commands
            .into_iter()
            .filter(|c| c.created_ms > START_MS)
            .count()
    };
    assert_eq!(look(), 0);
    lab.sim.advance(600_000);
    let after_ten_minutes = look();
    assert!(after_ten_minutes > 20, "{after_ten_minutes}");
    lab.sim.advance(600_000);
    assert!(look() > after_ten_minutes);
}

#[tokio::test]
async fn it_stops_and_frees_its_address() {
    let lab = lab().await;
    let addr = lab.sim.addr();
    lab.sim.stop().await;
    assert!(tokio::net::TcpStream::connect(addr).await.is_err());
    let again = Simulator::start(Config {
        listen: addr,
        ..config()
    })
    .await
    .unwrap();
    assert_eq!(again.addr(), addr);
    let taken = Simulator::start(Config {
        listen: addr,
        ..config()
    })
    .await
    .unwrap_err();
    assert!(matches!(taken, StartError::Listen { .. }));
}
