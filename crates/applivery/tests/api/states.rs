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
    (
        r#""status":"SENT","config":{"done":true,"error":{"code":1}}"#,
        Cancelled,
    ),
    (
        r#""config":{"done":true,"error":{"code":1},"metadata":{"errorCode":"UNKNOWN"}}"#,
        Cancelled,
    ),
    (r#""config":{"done":true,"error":{"code":13}}"#, Failed),
    (r#""config":{"done":true,"error":{}}"#, Failed),
    (r#""config":{"done":true,"error":"boom"}"#, Failed),
    (
        r#""status":"CANCELLED","config":{"done":true,"error":{"code":13}}"#,
        Failed,
    ),
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
    (r#""status":"tried""#, Sent),
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
    // Past its validity: the vendor's word rules.
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
