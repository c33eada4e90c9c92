//! Plans of sweeps.

use countermand_core_model::{DeviceRef, Filter, KindName, SearchText, SeverityLevel};

use super::*;
use crate::{
    Sweep, SweepScope,
    plan::file::parse::{NAMES_NOTHING, NO_SWEEP, NOT_ALONE},
};

fn wipes() -> Filter {
    Filter {
        kinds: KindName::parse_list("kind", "WIPE").unwrap(),
        created_after: Timestamp::from_millis(1_770_724_000_000),
        severity: Some(SeverityLevel::Destructive),
        ..Filter::default()
    }
}

fn device(name: u8) -> DeviceRef {
    format!("enos:asset:d{name}").parse().unwrap()
}

fn written(sweep: &Sweep) -> String {
    let plan = Plan::sweeping(sweep.clone());
    let kept = client().encode_whole_plan(&plan).unwrap();
    assert_eq!(client().encode_plan(&plan).unwrap(), kept);
    String::from_utf8(kept).unwrap()
}

fn read(text: &str) -> Result<SavedPlan, ChainError> {
    let (mut bytes, mut last) = (Vec::new(), Link::START);
    for text in text.lines() {
        let mut line: serde_json::Value = serde_json::from_str(text).unwrap();
        line.as_object_mut().unwrap().shift_remove("prev");
        line::add(&mut bytes, &mut last, &line).unwrap();
    }
    SavedPlan::read(&*bytes)
}

fn fleet() -> Sweep {
    Sweep::new(wipes()).unwrap().at_most(Some(100))
}

#[test]
fn a_sweep_is_one_line() {
    let text = written(&fleet());
    assert!(text.contains("\"version\":3"), "{text}");
    let line = r#""event":"sweep","filter":{"kinds":["WIPE"],"created_after":"2026-02-10T11:46:40Z","severity":"destructive"},"scope":"organization","at_most":100}"#;
    assert!(text.contains(line), "{text}");
    let saved = read(&text).unwrap();
    client().check_plan(&saved).unwrap();
    assert_eq!(saved.sweep, Some(fleet()));
    let plan = saved.into_plan(Timestamp::from_millis(9).unwrap());
    assert_eq!(plan.sweep(), Some(&fleet()));
    assert_eq!(plan.targets().count(), 0);
    assert_eq!(
        plan.asked_at, None,
        "it looks for what matches when its run does"
    );
}

#[test]
fn every_scope_is_read_as_it_was_written() {
    for scope in [
        SweepScope::Organization,
        SweepScope::Search("Lager Süd".to_owned()),
        SweepScope::Devices(vec![device(1), device(2)]),
    ] {
        let sweep = Sweep::new(wipes()).unwrap().over(scope);
        assert_eq!(read(&written(&sweep)).unwrap().sweep, Some(sweep));
    }
    let text = Sweep::new(Filter {
        text: Some(SearchText::parse("text", "Stop").unwrap()),
        ..Filter::default()
    });
    let text = text.unwrap();
    assert_eq!(read(&written(&text)).unwrap().sweep, Some(text));
}

#[test]
fn devices_count_and_too_many_are_refused() {
    let sweep = fleet().over(SweepScope::Devices((0..5).map(device).collect()));
    let text = written(&sweep);
    assert!(SavedPlan::read_at_most(text.as_bytes(), 5).is_ok());
    let error = SavedPlan::read_at_most(text.as_bytes(), 4).unwrap_err();
    assert_eq!(error.to_string(), "it has more than 4 targets and devices");
}

#[test]
fn a_sweep_stands_alone() {
    let text = written(&fleet());
    let lines: Vec<&str> = text.lines().collect();
    let with = |line: &str, before: bool| {
        let mut lines = lines.clone();
        lines.insert(if before { 1 } else { 2 }, line);
        read(&lines.join("\n")).unwrap_err()
    };
    let others = [
        r#"{"event":"target","device":"enos:asset:a","id":"1"}"#,
        r#"{"event":"everything","device":"enos:asset:a"}"#,
        r#"{"event":"unlisted","device":"enos:asset:a","message":"no answer"}"#,
        r#"{"event":"incomplete","device":"enos:asset:a"}"#,
    ];
    for other in others {
        for (before, line) in [(true, 3), (false, 3)] {
            let error = with(other, before);
            assert!(
                matches!(error, ChainError::Contradiction { what, line: found } if what == NOT_ALONE && found == line),
                "{other}: {error}"
            );
        }
    }
    let error = with(lines[1], false);
    assert!(
        matches!(error, ChainError::Contradiction { line: 3, .. }),
        "{error}"
    );
}

#[test]
fn only_version_3_has_a_sweep_and_it_has_one() {
    let text = written(&fleet());
    for older in ["1", "2"] {
        let older = text.replace("\"version\":3", &format!("\"version\":{older}"));
        assert_eq!(read(&older).unwrap_err().line(), Some(2));
    }
    let lines: Vec<&str> = text.lines().collect();
    let without = [lines[0], lines[2]].join("\n");
    let error = read(&without).unwrap_err();
    assert!(matches!(error, ChainError::End(NO_SWEEP)), "{error}");
}

#[test]
fn what_would_mean_everything_is_refused() {
    let text = written(&fleet());
    let at =
        |more: &str| format!(r#"{{"event":"sweep","filter":{{{more}}},"scope":"organization"}}"#);
    let with = |line: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1] = line;
        read(&lines.join("\n")).unwrap_err()
    };
    for empty in ["", r#""created_after":"2026-02-10T11:46:40Z""#] {
        let error = with(&at(empty));
        assert!(
            matches!(
                error,
                ChainError::Contradiction {
                    line: 2,
                    what: NAMES_NOTHING
                }
            ),
            "{error}"
        );
    }
    for strange in [
        at(r#""kinds":["WIPE"],"states":["sent"]"#),
        at(r#""kinds":[" "]"#),
        at(r#""text":" ""#),
        r#"{"event":"sweep","filter":{"kinds":["WIPE"]}}"#.to_owned(),
        r#"{"event":"sweep","filter":{"kinds":["WIPE"]},"scope":"everywhere"}"#.to_owned(),
        r#"{"event":"sweep","filter":{"kinds":["WIPE"]},"scope":{"search":" "}}"#.to_owned(),
        r#"{"event":"sweep","filter":{"kinds":["WIPE"]},"scope":{"devices":[]}}"#.to_owned(),
        r#"{"event":"sweep","filter":{"kinds":["WIPE"]},"scope":{"devices":["applivery:a"]}}"#
            .to_owned(),
        r#"{"event":"sweep","filter":{"kinds":["WIPE"]},"scope":"organization","at_most":0}"#
            .to_owned(),
    ] {
        assert_eq!(with(&strange).line(), Some(2), "{strange}");
    }
}

proptest! {
    #[test]
    fn a_changed_byte_of_a_sweep_is_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = written(&fleet()).into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(SavedPlan::read(&*bytes).is_err());
    }
}
