use std::{io, sync::Arc};

use countermand_chain::{ChainError, Link, line};
use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, Organization, Provider, Secret, Timestamp,
};
use countermand_transport::{
    BaseUrl,
    fake::{FakeTimer, FakeTransport},
};
use proptest::prelude::*;

mod sweeps;

use super::{
    parse::{AFTER_SEAL, CUT_OFF, MISCOUNTED},
    *,
};
use crate::{
    Client, Connection, Credentials, Gaps, Plan, Planned,
    plan::{ObservedCommand, ObservedState},
};

fn client() -> Client {
    let connection = Connection::new(
        Organization::parse(Provider::Enos, "o15").unwrap(),
        BaseUrl::parse("https://apim.example").unwrap(),
        Credentials::enos(
            Secret::from("k3y-of-the-app"),
            Secret::from("s3cr3t-of-the-app"),
        ),
    );
    let timer = FakeTimer::starting_at(Timestamp::from_millis(1_770_724_800_000).unwrap());
    Client::connect(connection.unwrap(), FakeTransport::new(), Arc::new(timer)).unwrap()
}

fn planned(id: &str, seen: ObservedState) -> Planned {
    let id = CommandId::parse(Provider::Enos, id).unwrap();
    Planned {
        target: CommandTarget::new("enos:asset:a".parse().unwrap(), id).unwrap(),
        seen,
    }
}

fn plan() -> Plan {
    let seen = |state| {
        ObservedState::Command(ObservedCommand {
            state,
            kind: "service invocation".into(),
            name: Some("Größe".into()),
            created_at: Timestamp::from_millis(5),
            expires_at: None,
        })
    };
    let gone = || countermand_core_model::InvalidValue::new("device", "must be known", "x").into();
    Plan {
        commands: vec![
            planned("1", seen(CommandState::Pending)),
            planned("2", seen(CommandState::TimedOut)),
            planned("3", ObservedState::Error(Arc::new(gone()))),
        ],
        gaps: Gaps {
            problems: vec![("enos:key:p/d".parse().unwrap(), gone())],
            incomplete: vec!["enos:asset:b".parse().unwrap()],
            ..Gaps::default()
        },
        ..Plan::default()
    }
}

fn kept() -> Vec<u8> {
    client().encode_plan(&plan()).unwrap()
}

fn lines() -> Vec<Vec<u8>> {
    kept()
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

fn broken(bytes: &[u8]) -> ChainError {
    SavedPlan::read(bytes).expect_err("damage that was not found")
}

#[test]
fn what_is_kept_is_read() {
    let read = SavedPlan::read(&*kept()).unwrap();
    assert_eq!(read.provider, Provider::Enos);
    assert_eq!(read.base_url.as_str(), "https://apim.example");
    assert_eq!(read.org.as_str(), "o15");
    assert_eq!(read.made_at.as_millis(), 1_770_724_800_000);
    let before: Vec<_> = read.targets.iter().map(|target| target.before).collect();
    assert_eq!(
        before,
        [
            Some(CommandState::Pending),
            Some(CommandState::TimedOut),
            None
        ]
    );
    for (read, planned) in read.targets.iter().zip(&plan().commands) {
        assert_eq!(read.target, planned.target);
        assert_eq!(read.kind, planned.kind());
        assert_eq!(read.name.as_deref(), planned.name());
        assert_eq!(read.created_at, planned.created_at());
    }
    assert_eq!(read.unlisted.len(), 1);
    assert_eq!(read.incomplete.len(), 1);
    client().check_plan(&read).unwrap();
}

#[test]
fn an_empty_plan_is_a_plan() {
    let kept = client().encode_plan(&Plan::default()).unwrap();
    assert!(SavedPlan::read(&*kept).unwrap().targets.is_empty());
}

#[test]
fn no_secret_is_in_it() {
    let text = String::from_utf8(kept()).unwrap();
    assert!(
        !text.contains("k3y-of") && !text.contains("s3cr3t"),
        "{text}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_changed_byte_is_found_and_its_line_named(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let bytes = kept();
        let last = lines().pop().unwrap().len();
        let at = at.index(bytes.len() - last);
        prop_assume!(bytes[at] != byte);
        let mut changed = bytes.clone();
        changed[at] = byte;
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        let found = broken(&changed);
        match (line, &found) {
            (1, ChainError::OtherFormat(_) | ChainError::OtherVersion { .. }) => {}
            _ => prop_assert_eq!(found.line(), Some(line), "{:?}", found),
        }
    }

    #[test]
    fn whatever_its_end_lacks_it_is_refused(cut in any::<prop::sample::Index>()) {
        let bytes = kept();
        let found = broken(&bytes[..cut.index(bytes.len())]);
        prop_assert!(matches!(found, ChainError::End(CUT_OFF) | ChainError::OtherFormat(_)), "{:?}", found);
    }
}

#[test]
fn a_removed_line_and_one_too_many_are_found() {
    let lines = lines();
    for at in 1..lines.len() - 1 {
        let mut without = lines.clone();
        without.remove(at);
        assert_eq!(broken(&without.concat()).line(), Some(at as u64));
    }
    let mut more = lines.concat();
    more.extend_from_slice(b"{");
    assert!(matches!(broken(&more), ChainError::End(AFTER_SEAL)));
    // A chain made anew, without one of the targets, does not fit its seal.
    let (mut bytes, mut last) = (Vec::new(), Link::START);
    for (at, text) in lines.iter().enumerate().filter(|(at, _)| *at != 1) {
        let mut line: serde_json::Value = serde_json::from_slice(text).unwrap();
        line.as_object_mut().unwrap().shift_remove("prev");
        line::add(&mut bytes, &mut last, &line).unwrap_or_else(|error| panic!("{at}: {error}"));
    }
    assert!(matches!(broken(&bytes), ChainError::End(MISCOUNTED)));
}

#[test]
fn other_things_are_no_plan() {
    let header = String::from_utf8(lines()[0].clone()).unwrap();
    for text in [
        "",
        "\n",
        "{}\n",
        &header.replace("countermand plan", "countermand journal"),
    ] {
        assert!(
            matches!(broken(text.as_bytes()), ChainError::OtherFormat(_)),
            "{text:?}"
        );
    }
    let newer = header.replace("\"version\":1", "\"version\":4,\"more\":0");
    assert!(matches!(
        broken(newer.as_bytes()),
        ChainError::OtherVersion {
            found: 4,
            known: 3,
            ..
        }
    ));
    let more = header.replace("\"version\":1", "\"version\":1,\"more\":0");
    assert_eq!(broken(more.as_bytes()).line(), Some(1));
}

#[test]
fn a_target_of_the_other_vendor_is_refused() {
    let mut command = Command::new(
        Organization::parse(Provider::Applivery, "acme").unwrap(),
        "applivery:a".parse().unwrap(),
        CommandId::parse(Provider::Applivery, "65a1b2c3d4e5f60718293a4b").unwrap(),
    );
    command.state = CommandState::Pending;
    let strange = Plan {
        commands: vec![Planned {
            target: CommandTarget::new(command.device.clone(), command.id.clone()).unwrap(),
            seen: ObservedState::of(&command),
        }],
        ..Plan::default()
    };
    let kept = client().encode_plan(&strange).unwrap();
    assert_eq!(broken(&kept).line(), Some(2));
}

#[test]
fn a_file_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan");
    client().save_plan(&plan(), &path).unwrap();
    let first = std::fs::read(&path).unwrap();
    assert_eq!(first, kept());
    let error = client().save_plan(&Plan::default(), &path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read(&path).unwrap(), first);
}
