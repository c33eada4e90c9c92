//! Signs combined: what is concluded never goes against one of them.

use countermand_core_model::CommandState;
use proptest::prelude::*;

use crate::support::get_data;

/// What a sign says on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Nothing of whether it ran.
    Silent,
    /// It has not gone out.
    Waits,
    /// It was cancelled.
    Cancelled,
    /// It will not run, and was not cancelled.
    Expired,
    /// It went out, or ran, or cannot be read.
    Went,
}

use Reading::{Cancelled, Expired, Silent, Waits, Went};

type Sign = (&'static str, Reading);

const STATUS: &[Sign] = &[
    ("", Silent),
    (r#""status":null"#, Silent),
    (r#""status":"PENDING""#, Waits),
    (r#""status":"CANCELLED""#, Cancelled),
    (r#""status":"canceled""#, Cancelled),
    (r#""status":"EXPIRED""#, Expired),
    (r#""status":"SENT""#, Went),
    (r#""status":"SUCCESS""#, Went),
    (r#""status":"FAILED""#, Went),
    (r#""status":"TRIED""#, Went),
    (r#""status":"QUEUED""#, Went),
    (r#""status":7"#, Went),
];
const ERROR: &[Sign] = &[
    ("", Silent),
    (r#""error":null"#, Silent),
    (r#""error":{"code":1}"#, Cancelled),
    (r#""error":{"code":"1","message":"CANCELLED"}"#, Cancelled),
    (r#""error":{"code":13}"#, Went),
    (r#""error":{"code":"INTERNAL"}"#, Went),
    (r#""error":{}"#, Went),
    (r#""error":"the device could not""#, Went),
    (r#""error":{"code":0}"#, Went),
];
const RESPONSE: &[Sign] = &[
    ("", Silent),
    (r#""response":null"#, Silent),
    (r#""response":{}"#, Went),
    (r#""response":{"type":"WIPE"}"#, Went),
    (r#""response":"done""#, Went),
];
const METADATA: &[Sign] = &[
    ("", Silent),
    (r#""type":"WIPE""#, Silent),
    (r#""errorCode":"COMMAND_ERROR_CODE_UNSPECIFIED""#, Silent),
    (r#""errorCode":"INVALID_VALUE""#, Went),
    (r#""startLostModeStatus":{"status":"SUCCESS"}"#, Went),
    (
        r#""stopLostModeStatus":{"status":"NOT_IN_LOST_MODE"}"#,
        Went,
    ),
    (r#""esimStatus":{"status":"PENDING_USER_ACTION"}"#, Went),
    (r#""esimStatus":{"status":"SOMETHING_NEW"}"#, Went),
    (
        r#""requestDeviceInfoStatus":{"status":"USER_DECLINED"}"#,
        Went,
    ),
    (
        r#""clearAppsDataStatus":{"results":{"a.b":{"clearingResult":"APP_NOT_FOUND"}}}"#,
        Went,
    ),
];
const DONE: &[&str] = &["", r#""done":null"#, r#""done":true"#, r#""done":false"#];

/// A place with these members: `config`, `_config`, or the top level.
#[derive(Clone, Debug)]
struct Place {
    members: String,
    readings: Vec<Reading>,
}

fn join(members: &[&str]) -> String {
    let members = members.iter().filter(|member| !member.is_empty());
    members.copied().collect::<Vec<_>>().join(",")
}

fn place(done: &'static str, signs: [Sign; 3], metadata: Sign, is_flat: bool) -> Place {
    let inner = match (metadata.0, is_flat) {
        ("", _) => String::new(),
        (flat, true) => flat.to_owned(),
        (nested, false) => format!(r#""metadata":{{{nested}}}"#),
    };
    Place {
        members: join(&[done, signs[0].0, signs[1].0, signs[2].0, &inner]),
        readings: signs.iter().chain([&metadata]).map(|sign| sign.1).collect(),
    }
}

fn any_place(is_top: bool) -> impl Strategy<Value = Place> {
    let sign = |of: &'static [Sign]| {
        // Mostly silent: otherwise nearly everything contradicts itself.
        prop_oneof![2 => Just(("", Silent)), 1 => prop::sample::select(of)]
    };
    (
        prop::sample::select(DONE),
        [sign(STATUS), sign(ERROR), sign(RESPONSE)],
        sign(METADATA),
        any::<bool>(),
    )
        .prop_map(move |(done, signs, metadata, flat)| place(done, signs, metadata, is_top && flat))
}

/// Checks the state of a command whose signs say this.
fn check(data: &str, readings: &[Reading]) {
    let state = get_data(data).state;
    let says = |reading: Reading| readings.contains(&reading);
    match state {
        CommandState::Cancelled => {
            assert!(says(Cancelled) && !says(Went) && !says(Expired), "{data}");
        }
        CommandState::Expired => {
            assert!(says(Expired) && !says(Went) && !says(Cancelled), "{data}");
        }
        CommandState::Pending => assert!(says(Waits), "{data}"),
        _ => {}
    }
}

/// One place at a time, and all its signs with one another.
#[test]
fn every_combination_in_one_place() {
    for status in STATUS {
        for error in ERROR {
            for response in RESPONSE {
                for metadata in METADATA {
                    for done in DONE {
                        let place = place(done, [*status, *error, *response], *metadata, false);
                        let Place { members, readings } = &place;
                        check(&format!("{{{members}}}"), readings);
                        let only =
                            |reading| readings.iter().all(|one| [Silent, reading].contains(one));
                        if only(Cancelled) && status.1 == Cancelled {
                            let state = get_data(&format!("{{{members}}}")).state;
                            assert_eq!(state, CommandState::Cancelled, "{members}");
                        }
                        // What reached the device is not pending.
                        if response.1 == Went || metadata.1 == Went {
                            let state = get_data(&format!("{{{members}}}")).state;
                            assert_ne!(state, CommandState::Pending, "{members}");
                        }
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn any_combination_in_three_places(
        top in any_place(true),
        config in any_place(false),
        underscored in any_place(false),
    ) {
        let data = join(&[
            &top.members,
            &format!(r#""config":{{{}}}"#, config.members),
            &format!(r#""_config":{{{}}}"#, underscored.members),
        ]);
        let readings = [top.readings, config.readings, underscored.readings].concat();
        check(&format!("{{{data}}}"), &readings);
    }
}
