//! What is listed and shown is what is true.

use std::cmp::Reverse;

use countermand_core_model::{Command, CommandId, CommandState, DeviceRef, Provider, Timestamp};
use countermand_simulator::{Fault, FaultKind, LedgerEntry, TrueState};
use countermand_tests::{BOTH, TestBed, expected_state, get_of};
use countermand_transport::ApiErrorKind;

fn newest_first(mut truths: Vec<LedgerEntry>) -> Vec<LedgerEntry> {
    truths.reverse();
    truths.sort_by_key(|truth| Reverse(truth.created_ms));
    truths
}

fn ids(truths: &[LedgerEntry]) -> Vec<&str> {
    truths.iter().map(|truth| truth.command.as_str()).collect()
}

fn listed(commands: &[Command]) -> Vec<&str> {
    commands.iter().map(|command| command.id.as_str()).collect()
}

/// Some devices print no fractions of a second.
fn same_second(shown: Option<Timestamp>, true_ms: i64) -> bool {
    shown.is_some_and(|shown| shown.as_millis() / 1_000 == true_ms / 1_000)
}

#[tokio::test]
async fn a_list_is_every_command_as_it_is_newest_first() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        for device in bed.devices(vendor) {
            bed.add(&device, TrueState::Sent, 30);
            let listing = client.list(&device, None).await.unwrap();
            let truths = newest_first(bed.truths(&device));
            assert!(listing.is_whole(), "{device}");
            assert_eq!(listed(&listing.items), ids(&truths), "{device}");
            for (command, truth) in listing.items.iter().zip(&truths) {
                let because = format!("{command:?}\n{truth:?}");
                assert_eq!(
                    command.state,
                    expected_state(vendor, truth.state),
                    "{because}"
                );
                assert!(
                    same_second(command.created_at, truth.created_ms),
                    "{because}"
                );
                // An instant one of EnOS is sent when its turn comes, or fails: it never expires.
                let is_instant = truth.expires_ms == truth.created_ms;
                assert!(
                    (is_instant && command.expires_at.is_none())
                        || same_second(command.expires_at, truth.expires_ms),
                    "{because}"
                );
                assert_eq!(command.device, device, "{because}");
                assert_eq!(&command.org, client.org(), "{because}");
                if vendor == Provider::Applivery {
                    assert_eq!(command.kind, truth.kind, "{because}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_list_of_one_state_is_what_is_in_that_state() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        for device in [bed.device(vendor, 1), bed.device(vendor, 3)] {
            bed.add(&device, TrueState::Sent, 30);
            for state in CommandState::ALL {
                let listing = client.list(&device, Some(state)).await.unwrap();
                let mut truths = newest_first(bed.truths(&device));
                truths.retain(|truth| expected_state(vendor, truth.state) == state);
                assert_eq!(listed(&listing.items), ids(&truths), "{device} {state}");
            }
        }
    }
}

#[tokio::test]
async fn one_command_is_the_same_as_in_the_list() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        for device in bed.devices(vendor) {
            let listing = client.list(&device, None).await.unwrap();
            for command in listing.items.iter().take(6) {
                let got = client.get(&device, &command.id).await.unwrap();
                assert_eq!(&got, command);
            }
        }
    }
}

#[tokio::test]
async fn every_name_of_a_device_leads_to_it() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 1);
        let truths = newest_first(bed.truths(&device));
        let others = &truths[0].also;
        assert!(!others.is_empty());
        for name in others {
            let name: DeviceRef = name.parse().unwrap();
            let listing = client.list(&name, None).await.unwrap();
            assert_eq!(listed(&listing.items), ids(&truths), "{name}");
            assert!(listing.items.iter().all(|command| command.device == name));
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 0);
        let (nobody, nothing, code) = match vendor {
            Provider::Applivery => (
                "applivery:65e8c0ffee65e8c0ffee65e8",
                "65e8c0ffee65e8c0ffee65e8",
                3001,
            ),
            _ => ("enos:asset:NoSuchAsset", "1234567890123456789", 99404),
        };
        let nobody: DeviceRef = nobody.parse().unwrap();
        let nothing = CommandId::parse(vendor, nothing).unwrap();
        let errors = [
            client.get(&device, &nothing).await.unwrap_err(),
            client.get(&nobody, &nothing).await.unwrap_err(),
            client.list(&nobody, None).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ApiErrorKind::NotFound, "{error}");
            let found = error
                .word()
                .code
                .as_ref()
                .and_then(countermand_core_model::ProviderCode::number);
            assert_eq!(found, Some(code), "{error}");
            assert_eq!(
                error.word().request_id.is_some(),
                vendor == Provider::Enos,
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_about_another_command_is_not_taken_for_this_one() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        bed.fault(Fault::always(FaultKind::AnotherCommand).on(get_of(vendor)));
        let error = client.get(&device, &ids[1]).await.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{error}");
    }
}

#[tokio::test]
async fn every_device_is_listed_and_a_search_finds_any_text_that_is_shown() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let all = client.devices(None).await.unwrap();
        assert!(all.is_whole());
        assert_eq!(all.items.len(), 6);
        let numbers: Vec<_> = (0..6).map(|n| bed.device(vendor, n)).collect();
        for (place, device) in numbers.iter().enumerate() {
            // EnOS names a device in two ways; either leads to the same commands.
            let truths = bed.truths(device);
            let names: Vec<String> = truths
                .iter()
                .flat_map(|truth| truth.also.iter().cloned().chain([truth.device.clone()]))
                .collect();
            let found = all
                .items
                .iter()
                .find(|found| names.contains(&found.device.to_string()));
            let found = found.unwrap_or_else(|| panic!("{device} is not listed"));
            let name = found.name.clone().unwrap();
            assert!(name.ends_with(&format!("{:03}", place + 1)), "{name}");
            for text in [name.to_uppercase(), name.to_lowercase()] {
                let hits = client.devices(Some(&text)).await.unwrap();
                assert!(hits.items.contains(found), "{text}");
                assert!(hits.items.len() < 6, "{text} finds everything");
            }
        }
        let none = client.devices(Some("no such text anywhere")).await.unwrap();
        assert!(none.items.is_empty() && none.is_whole());
    }
}
