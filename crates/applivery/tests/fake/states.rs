//! Where a command stands: one row per way of saying it.

use countermand_core_model::CommandState::{
    self, Cancelled, Expired, Failed, Pending, Sent, Succeeded, Unknown,
};

use crate::support::get_data;

/// The members beside the id, and the state they mean.
const ROWS: &[(&str, CommandState)] = &[
    // 1. An ended operation with an error; an error code.
    (r#""config":{"done":true,"error":{"code":1}}"#, Cancelled),
    (r#""_config":{"done":true,"error":{"code":1}}"#, Cancelled),
    (
        r#""config":{"done":true},"_config":{"error":{"code":1}}"#,
        Cancelled,
    ),
    (r#""config":{"done":true,"error":{"code":"1"}}"#, Cancelled),
    (
        r#""config":{"done":true,"error":{"code":"Cancelled"}}"#,
        Cancelled,
    ),
    (
        r#""status":"PENDING","config":{"done":true,"error":{"code":1}}"#,
        Cancelled,
    ),
    (r#""config":{"error":{"code":1}}"#, Cancelled),
    (r#""done":true,"error":{"code":1.0}"#, Cancelled),
    (r#""done":true,"error":"CANCELLED""#, Cancelled),
    (
        r#""done":true,"error":{"code":499,"status":"CANCELLED"}"#,
        Cancelled,
    ),
    (
        r#""done":true,"error":{"code":13,"status":"CANCELLED"}"#,
        Unknown,
    ),
    (r#""done":true,"error":[{"code":1}]"#, Unknown),
    (r#""done":true,"error":1"#, Unknown),
    (r#""config":{"done":false,"error":{"code":1}}"#, Unknown),
    // Never over the head of a sign that it went out or ran.
    (
        r#""status":"SENT","config":{"done":true,"error":{"code":1}}"#,
        Unknown,
    ),
    (
        r#""status":"QUEUED","config":{"done":true,"error":{"code":1}}"#,
        Unknown,
    ),
    (
        r#""config":{"done":true,"error":{"code":1},"metadata":{"errorCode":"UNKNOWN"}}"#,
        Unknown,
    ),
    (r#""config":{"done":true,"error":{"code":13}}"#, Failed),
    (r#""config":{"done":true,"error":{}}"#, Failed),
    (r#""config":{"done":true,"error":"boom"}"#, Failed),
    (
        r#""status":"CANCELLED","config":{"done":true,"error":{"code":13}}"#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","config":{"done":true,"response":{"type":"WIPE"}},"_config":{"done":true,"response":{"type":"WIPE"}}"#,
        Unknown,
    ),
    (r#""status":"CANCELLED","done":true,"response":{}"#, Unknown),
    (
        r#""status":"CANCELLED","config":{"status":"SUCCESS"}"#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","metadata":{"errorCode":"API_LEVEL"}"#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","_config":{"metadata":{"esimStatus":{"status":"NEW_WORD"}}}"#,
        Unknown,
    ),
    // What is not looked into may hold any sign; an id holds none.
    (
        r#""status":"CANCELLED","config":[{"done":true,"response":{}}]"#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","_config":"{\"response\":{}}""#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","config":{"metadata":[{"errorCode":"API_LEVEL"}]}"#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","metadata":"{\"esimStatus\":1}""#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","_config":"507f1f77bcf86cd799439011""#,
        Cancelled,
    ),
    (r#""status":"EXPIRED","config":{"response":{}}"#, Unknown),
    (
        r#""status":"EXPIRED","config":{"done":true,"error":{"code":13}}"#,
        Unknown,
    ),
    (
        r#""status":"EXPIRED","config":{"done":true,"error":{"code":4}}"#,
        Expired,
    ),
    (r#""status":"EXPIRED","config":{"done":true}"#, Expired),
    (
        r#""status":"SUCCESS","config":{"done":true,"error":{"code":13}}"#,
        Failed,
    ),
    (
        r#""config":{"metadata":{"errorCode":"INVALID_VALUE"}}"#,
        Failed,
    ),
    (
        r#""_config":{"metadata":{"errorCode":"API_LEVEL"}}"#,
        Failed,
    ),
    (
        r#""errorCode":"MANAGEMENT_MODE","status":"PENDING""#,
        Failed,
    ),
    (
        r#""config":{"metadata":{"errorCode":3}},"status":"PENDING""#,
        Failed,
    ),
    (
        r#""status":"PENDING","config":{"metadata":{"errorCode":"COMMAND_ERROR_CODE_UNSPECIFIED"}}"#,
        Pending,
    ),
    (
        r#""status":"PENDING","config":{"metadata":{"errorCode":"command_error_code_unspecified"}}"#,
        Pending,
    ),
    (
        r#""status":"PENDING","config":{"metadata":{"errorCode":0}}"#,
        Pending,
    ),
    (
        r#""status":"PENDING","config":{"metadata":{"errorCode":null}}"#,
        Pending,
    ),
    (
        r#""status":"PENDING","config":{"metadata":{"errorCode":""}}"#,
        Pending,
    ),
    // An error without an end is no end.
    (
        r#""status":"PENDING","config":{"error":{"code":1}}"#,
        Pending,
    ),
    (
        r#""status":"PENDING","config":{"done":false,"error":{"code":13}}"#,
        Pending,
    ),
    (r#""config":{"done":true,"error":null}"#, Succeeded),
    // "No error" as an error says nothing.
    (r#""config":{"done":true,"error":{"code":0}}"#, Unknown),
    // 2. The status.
    (r#""status":"CANCELLED""#, Cancelled),
    (r#""status":"canceled""#, Cancelled),
    (r#""status":"Cancelled","config":{"done":false}"#, Cancelled),
    (r#""status":"CANCELED","done":false"#, Cancelled),
    (r#""status":"cancelled","config":{"done":true}"#, Cancelled),
    (r#""status":"EXPIRED""#, Expired),
    (r#""status":"FAILED""#, Failed),
    (r#""status":"error""#, Failed),
    (r#""status":"DONE""#, Succeeded),
    (r#""status":"success""#, Succeeded),
    (r#""status":"SUCCEEDED""#, Succeeded),
    (r#""status":"completed""#, Succeeded),
    (r#""status":"Acknowledged""#, Succeeded),
    (r#""status":"SENT""#, Sent),
    (r#""status":"delivered""#, Sent),
    (r#""status":"IN_PROGRESS""#, Sent),
    (r#""status":"inProgress""#, Sent),
    (r#""status":"in-progress""#, Sent),
    // It may be cancellable, as for the Apple sibling, or have gone out.
    (r#""status":"tried""#, Unknown),
    (r#""status":"TRIED","config":{"done":false}"#, Unknown),
    (r#""status":"SENT","config":{"done":true}"#, Sent),
    // 3. Pending.
    (r#""status":"PENDING""#, Pending),
    (
        r#""status":"pending","config":{"done":false},"_config":{"done":false}"#,
        Pending,
    ),
    (r#""status":"Pending","config":{},"_config":null"#, Pending),
    (r#""status":"PENDING","config":{"done":null}"#, Pending),
    (r#""status":"PENDING","config":{"done":true}"#, Unknown),
    (r#""status":"PENDING","_config":{"done":true}"#, Unknown),
    (r#""status":"PENDING","config":{"response":{}}"#, Unknown),
    (r#""status":"PENDING","response":{},"done":true"#, Unknown),
    (
        r#""status":"SENT","config":{"done":true,"response":{}}"#,
        Succeeded,
    ),
    (
        r#""status":"FAILED","config":{"done":true,"response":{}}"#,
        Unknown,
    ),
    // Past its validity: the provider's word rules.
    (
        r#""status":"PENDING","config":{"metadata":{"createTime":"2001-01-01T00:00:00Z","duration":"1s"}}"#,
        Pending,
    ),
    // 4. No status.
    (r#""config":{"done":true}"#, Succeeded),
    (r#""_config":{"done":true,"response":{}}"#, Succeeded),
    (r#""status":null,"config":{"done":true}"#, Succeeded),
    // 5. Anything else.
    (r#""mdmUser":null"#, Unknown),
    (r#""config":{"done":false}"#, Unknown),
    (r#""config":{"response":{}}"#, Unknown),
    (r#""status":"QUEUED""#, Unknown),
    (r#""status":"QUEUED","config":{"done":true}"#, Unknown),
    (r#""status":"NOT_PENDING""#, Unknown),
    (r#""status":"""#, Unknown),
    (r#""status":"","config":{"done":true}"#, Unknown),
    (r#""status":true,"config":{"done":true}"#, Unknown),
    (r#""status":3"#, Unknown),
    (r#""status":{"a":1},"config":{"done":true}"#, Unknown),
    // Where both operations carry it and disagree, it is never guessed.
    (
        r#""status":"PENDING","config":{"done":true},"_config":{"done":false}"#,
        Unknown,
    ),
    (
        r#""status":"CANCELLED","config":{"done":false},"_config":{"done":true}"#,
        Unknown,
    ),
    (
        r#""config":{"done":true},"_config":{"done":false,"error":{"code":1}}"#,
        Unknown,
    ),
    (
        r#""config":{"done":true,"error":{"code":1}},"_config":{"error":{"code":13}}"#,
        Unknown,
    ),
    (
        r#""config":{"done":true,"error":{"code":1}},"_config":{"done":true,"error":{"code":1}}"#,
        Cancelled,
    ),
    (
        r#""config":{"done":true,"error":{"code":1}},"_config":{"done":true,"error":null}"#,
        Cancelled,
    ),
    // Neither true nor false is no answer.
    (r#""status":"PENDING","config":{"done":"true"}"#, Unknown),
    (r#""status":"SENT","config":{"done":1}"#, Unknown),
    // Operations that are none say nothing.
    (r#""status":"PENDING","config":"x","_config":[]"#, Pending),
];

#[test]
fn every_row() {
    for (members, state) in ROWS {
        let command = get_data(&format!("{{{members}}}"));
        assert_eq!(command.state, *state, "{members}");
    }
}

/// A status of the command's own type outranks the error code, which outranks the operation's error.
#[test]
fn the_status_of_the_type_comes_first() {
    let typed = |member: &str, word: &str| format!(r#""{member}":{{"status":"{word}"}}"#);
    let app = |word: &str| {
        format!(
            r#""clearAppsDataStatus":{{"results":{{"a":{{"clearingResult":"SUCCESS"}},"b":{{"clearingResult":"{word}"}}}}}}"#
        )
    };
    let mut rows = vec![
        (app("SUCCESS"), Succeeded),
        (app("CLEARING_RESULT_UNSPECIFIED"), Succeeded),
        (app("APP_NOT_FOUND"), Failed),
        (app("APP_PROTECTED"), Failed),
        (app("API_LEVEL"), Failed),
        (app("NEW_WORD"), Unknown),
        (
            r#""clearAppsDataStatus":{"results":{"a":"APP_NOT_FOUND"}}"#.to_owned(),
            Failed,
        ),
        (
            r#""clearAppsDataStatus":{"results":[{"packageName":"a","clearingResult":"APP_NOT_FOUND"}]}"#
                .to_owned(),
            Failed,
        ),
        (r#""clearAppsDataStatus":{"results":7}"#.to_owned(), Unknown),
        (r#""esimStatus":"IN_PROGRESS""#.to_owned(), Sent),
        (r#""esimStatus":[]"#.to_owned(), Unknown),
        (r#""esimStatus":{"status":3}"#.to_owned(), Unknown),
    ];
    for (member, words) in [
        (
            "startLostModeStatus",
            &[
                ("SUCCESS", Succeeded),
                ("ALREADY_IN_LOST_MODE", Succeeded),
                ("RESET_PASSWORD_RECENTLY", Failed),
                ("USER_EXIT_LOST_MODE_RECENTLY", Failed),
            ][..],
        ),
        (
            "stopLostModeStatus",
            &[("SUCCESS", Succeeded), ("NOT_IN_LOST_MODE", Succeeded)],
        ),
        (
            "esimStatus",
            &[
                ("SUCCESS", Succeeded),
                ("IN_PROGRESS", Sent),
                ("PENDING_USER_ACTION", Sent),
                ("ERROR_SETUP_IN_PROGRESS", Failed),
                ("ERROR_USER_DENIED", Failed),
                ("INTERNAL_ERROR", Failed),
                ("ERROR_ICC_ID_NOT_FOUND", Failed),
                ("ERROR_MULTIPLE_ACTIVE_ESIMS_NO_AVAILABLE_SLOT", Failed),
            ],
        ),
        (
            "requestDeviceInfoStatus",
            &[
                ("SUCCEEDED", Succeeded),
                ("PENDING_USER_ACTION", Sent),
                ("USER_DECLINED", Failed),
                ("UNSUPPORTED", Failed),
            ],
        ),
    ] {
        rows.extend(
            words
                .iter()
                .map(|(word, state)| (typed(member, word), *state)),
        );
        rows.push((typed(member, "NEW_WORD"), Unknown));
    }
    for (members, state) in rows {
        for place in [
            format!(r#""config":{{"done":true,"response":{{}},"metadata":{{{members}}}}}"#),
            format!(r#""status":"SUCCESS","_config":{{"done":true,"metadata":{{{members}}}}}"#),
            format!(r#""status":"PENDING","metadata":{{{members}}}"#),
            format!(r#""status":"FAILED",{members}"#),
            format!(r#""config":{{"metadata":{{"errorCode":"UNKNOWN",{members}}}}}"#),
            format!(r#""done":true,"error":{{"code":13}},{members}"#),
        ] {
            let command = get_data(&format!("{{{place}}}"));
            assert_eq!(command.state, state, "{place}");
        }
        for claim in [
            r#""status":"CANCELLED""#,
            r#""status":"EXPIRED""#,
            r#""config":{"done":true,"error":{"code":1}}"#,
        ] {
            let command = get_data(&format!("{{{claim},{members}}}"));
            assert_eq!(command.state, Unknown, "{claim} {members}");
        }
    }
    for silent in [
        typed("startLostModeStatus", "STATUS_UNSPECIFIED"),
        r#""esimStatus":{}"#.to_owned(),
        r#""clearAppsDataStatus":{"results":{}}"#.to_owned(),
        r#""clearAppsDataStatus":null"#.to_owned(),
    ] {
        for (claim, state) in [("PENDING", Pending), ("CANCELLED", Cancelled)] {
            let command = get_data(&format!(r#"{{"status":"{claim}",{silent}}}"#));
            assert_eq!(command.state, state, "{claim} {silent}");
        }
    }
}

#[test]
fn the_vendors_word_is_kept_as_it_was_sent() {
    for (status, word) in [
        (r#""PENDING""#, Some("PENDING")),
        (r#""cAnCeLlEd ""#, Some("cAnCeLlEd ")),
        (r#""QUEUED""#, Some("QUEUED")),
        ("3", Some("3")),
        ("true", Some("true")),
        ("null", None),
    ] {
        let command = get_data(&format!(r#"{{"status":{status}}}"#));
        assert_eq!(command.vendor_state.as_deref(), word, "{status}");
    }
}
