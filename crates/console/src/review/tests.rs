//! Tests of the review.

use countermand_core_model::{Command, CommandState};

use super::*;
use crate::testing::{command, device, target};

fn review_keeping(provider: Provider, meant: &[Command], kept: &[Command]) -> Review {
    let mut gathering = Gathering::new(provider);
    meant.iter().for_each(|one| gathering.add(one.into()));
    kept.iter().for_each(|one| gathering.keep(one.into()));
    let targets = meant.iter().map(target).collect();
    gathering.finish(Scope::Commands(targets), None, 0)
}

fn review(meant: &[Command]) -> Review {
    review_keeping(Provider::Applivery, meant, &[])
}

fn pending(device: &str, number: u32, kind: &str) -> Command {
    command(device, number, kind, CommandState::Pending)
}

fn many(count: u32) -> Vec<Command> {
    (0..count)
        .map(|number| pending("applivery:A", number, "LOCK"))
        .collect()
}

#[test]
fn groups_by_kind_and_device_the_gravest_first() {
    let review = review(&[
        pending("applivery:A", 1, "REBOOT"),
        pending("applivery:B", 4, "LOCK"),
        pending("applivery:A", 2, "LOCK"),
        pending("applivery:B", 3, "WIPE"),
        pending("applivery:B", 5, "LOCK"),
        pending("applivery:B", 6, "SELF_DESTRUCT"),
    ]);
    let shown: Vec<(&str, usize, usize)> = review
        .groups
        .iter()
        .map(|group| (group.kind.as_str(), group.total, group.devices.len()))
        .collect();
    assert_eq!(
        shown,
        [
            ("WIPE", 1, 1),
            ("SELF_DESTRUCT", 1, 1),
            ("LOCK", 3, 2),
            ("REBOOT", 1, 1)
        ]
    );
    // A came first; B's two locks did not come one after the other.
    assert_eq!(review.groups[2].devices, [(0, 1), (1, 2)]);
    assert_eq!((review.total, review.device_count()), (6, 2));
}

#[test]
fn a_path_to_a_command_does_not_make_a_group_of_its_own() {
    let mut two = [
        pending("applivery:A", 1, "LOCK"),
        pending("applivery:A", 2, "LOCK"),
    ];
    for (number, command) in two.iter_mut().enumerate() {
        command.name = Some(format!("enterprises/e/operations/{number}"));
    }
    assert_eq!(review(&two).groups.len(), 1);
    two[0].name = Some("Night shift".into());
    assert_eq!(review(&two).groups.len(), 2);
}

#[test]
fn from_fifty_on_the_number_is_typed() {
    let few = review(&many(49));
    assert!(few.may_go(""));
    let fifty = review(&many(50));
    assert_eq!(fifty.to_be_typed(), Some(Typed::Number(50)));
    for typed in ["", "49", "5O", "all", "-50", "050"] {
        assert!(!fifty.may_go(typed), "{typed}");
    }
    assert!(fifty.may_go("50") && fifty.may_go(" 50 "));
}

#[test]
fn a_number_may_be_typed_as_it_is_shown() {
    let wanted = Typed::Number(12_345);
    for typed in ["12345", "12,345", "12.345", "12\u{202f}345"] {
        assert!(wanted.is(typed), "{typed}");
    }
    for typed in ["12,34", "12,3456", "12345x", ",", ""] {
        assert!(!wanted.is(typed), "{typed}");
    }
}

#[test]
fn nothing_is_nothing_to_confirm() {
    assert!(!review(&[]).may_go(""));
    let everything = || Scope::Everything(vec![AllPending::on(device("applivery:A"))]);
    let gathered = || Gathering::new(Provider::Applivery);
    assert!(!gathered().finish(everything(), None, 0).may_go(""));
    // What was never read may hold something: the plan reads it.
    assert!(gathered().finish(everything(), None, 1).may_go(""));
    assert!(
        !gathered()
            .finish(Scope::Commands(Vec::new()), None, 1)
            .may_go("")
    );
}

#[test]
fn the_whole_organisation_wants_its_id() {
    let whole = Whole {
        organization: Organization::parse(Provider::Applivery, "acme-mobile").unwrap(),
        listed_to_the_end: true,
    };
    let scope = Scope::Everything(vec![AllPending::on(device("applivery:A"))]);
    let review = Gathering::new(Provider::Applivery).finish(scope, Some(whole), 1);
    for typed in ["", "1", "acme", "ACME-MOBILE"] {
        assert!(!review.may_go(typed), "{typed}");
    }
    assert!(review.may_go(" acme-mobile "));
}

#[test]
fn on_enos_each_device_says_who_comes_forward_and_the_gravest_is_first() {
    let (a, b) = ("enos:asset:a", "enos:asset:b");
    let meant = [
        pending(a, 1, "service invocation"),
        pending(b, 2, "service invocation"),
        pending(b, 3, "service invocation"),
    ];
    let kept = [
        pending(a, 5, "service invocation"),
        pending(b, 6, "measurement point setting"),
        pending("enos:asset:c", 1, "service invocation"),
    ];
    let review = review_keeping(Provider::Enos, &meant, &kept);
    let shown: Vec<(String, usize, usize)> = review
        .next_out
        .iter()
        .map(|next| (next.device.to_string(), next.cancelled, next.forward))
        .collect();
    assert_eq!(shown, [(b.to_owned(), 2, 1), (a.to_owned(), 1, 1)]);
}

#[test]
fn applivery_has_no_queue_to_promise_anything_of() {
    let review = review_keeping(
        Provider::Applivery,
        &[pending("applivery:A", 1, "LOCK")],
        &[pending("applivery:A", 2, "WIPE")],
    );
    assert!(review.next_out.is_empty());
}

#[test]
fn the_list_is_searched_and_bounded() {
    let meant: Vec<Command> = (0..30)
        .map(|number| pending(&format!("applivery:T{number}"), number, "LOCK"))
        .chain([pending("applivery:X", 99, "WIPE")])
        .collect();
    let review = review(&meant);
    let (found, more) = review.matching("", 10, &|_| None);
    assert_eq!((found.len(), more), (10, true));
    assert_eq!(found[0], (0, 0), "the gravest first");
    let (found, more) = review.matching(" t1", 20, &|_| None);
    assert_eq!((found.len(), more), (11, false), "T1 and T10 to T19");
    assert_eq!(review.matching("wipe", 20, &|_| None).0, [(0, 0)]);
    assert!(review.matching("nowhere", 20, &|_| None).0.is_empty());
    let till = |_: &DeviceRef| Some("Till 7".to_owned());
    assert!(!review.matching("TILL", 20, &till).0.is_empty());
}

#[test]
fn a_hundred_thousand_are_gathered_at_once() {
    // By the work and not by a clock: each device and each kind is kept once, whatever the order.
    let kinds = ["LOCK", "WIPE", "REBOOT"];
    let meant: Vec<Command> = (0..100_000_u32)
        .map(|number| {
            let device = format!("applivery:D{}", number % 4_999);
            pending(&device, number, kinds[number as usize % 3])
        })
        .collect();
    let mut gathering = Gathering::new(Provider::Applivery);
    meant.iter().for_each(|one| gathering.add(one.into()));
    let review = gathering.finish(Scope::Commands(Vec::new()), None, 0);
    assert_eq!((review.total, review.devices.len()), (100_000, 4_999));
    assert_eq!(review.groups.len(), 3);
    for group in &review.groups {
        let counted: usize = group.devices.iter().map(|(_, count)| count).sum();
        assert_eq!((counted, group.devices.len()), (group.total, 4_999));
    }
}

#[test]
fn what_is_of_a_kind_says_so_and_its_summary_has_the_gravest_first() {
    let mut gathering = Gathering::new(Provider::Applivery);
    for (number, kind) in [(1, "LOCK"), (2, "WIPE"), (3, "LOCK")] {
        let one = command("applivery:A", number, kind, CommandState::Pending);
        gathering.add((&one).into());
    }
    let devices = vec![AllPending::on(device("applivery:A"))];
    let kind = KindName::parse("kind", "LOCK").unwrap();
    let review = gathering.finish(Scope::OfKind(kind.clone(), devices), None, 1);
    assert_eq!(review.summary(), "1 × WIPE, 2 × LOCK");
    assert_eq!(review.scope.kind(), Some(&kind));
    assert_eq!(review.device_count(), 1);
    assert!(review.may_go(""));
}

#[test]
fn each_provider_has_its_own_kinds() {
    let of = |provider| kind_severity::kinds(provider).collect::<Vec<_>>();
    assert_eq!(
        of(Provider::Enos),
        ["measurement point setting", "service invocation"]
    );
    let kinds = of(Provider::Applivery);
    assert_eq!((kinds[0], kinds.len()), ("WIPE", 11));
}
