//! The decoder's rules for a command, and for the answer around it.

use bytes::Bytes;
use countermand_core_model::{CommandState, Timestamp};
use countermand_transport::{ApiErrorKind, CancelEffect};

use crate::support::{ID, OTHER_ID, get, get_data};

fn at(text: &str) -> Option<Timestamp> {
    let time = Timestamp::parse_rfc3339(text);
    assert!(time.is_some());
    time
}

#[test]
fn every_member_may_be_missing_null_or_of_another_type() {
    for data in [
        "{}",
        r#"{"id":null,"_id":null,"status":null,"config":null,"_config":null,"createdAt":null}"#,
        r#"{"config":{"metadata":null,"name":null},"_config":{"metadata":[]}}"#,
        r#"{"config":{"metadata":"x","name":{}},"_config":3,"createdAt":5,"type":[]}"#,
        r#"{"config":{"metadata":{"type":1,"createTime":{},"duration":[],"errorCode":null}}}"#,
        r#"{"unknown":{"deep":[{}]},"config":{"unknown":1}}"#,
    ] {
        let command = get_data(data);
        assert_eq!(command.id.as_str(), ID, "{data}");
        assert_eq!(command.kind, "UNKNOWN", "{data}");
        assert_eq!(command.state, CommandState::Unknown, "{data}");
        assert_eq!(
            (command.name, command.created_at, command.expires_at),
            (None, None, None),
            "{data}"
        );
        assert_eq!(command.raw.unwrap().as_str(), data);
    }
}

#[test]
fn either_id_names_the_command() {
    for data in [
        format!(r#"{{"id":"{ID}"}}"#),
        format!(r#"{{"_id":"{ID}"}}"#),
        format!(r#"{{"id":"{ID}","_id":"{ID}"}}"#),
        format!(r#"{{"id":null,"_id":"{}"}}"#, ID.to_uppercase()),
        format!(r#"{{"id":"abc123","_id":"{ID}"}}"#),
    ] {
        assert_eq!(get_data(&data).id.as_str(), ID, "{data}");
    }
}

#[test]
fn an_answer_about_another_command_is_an_error() {
    for data in [
        format!(r#"{{"id":"{OTHER_ID}","status":"CANCELLED"}}"#),
        format!(r#"{{"_id":"{OTHER_ID}"}}"#),
        format!(r#"{{"id":"{ID}","_id":"{OTHER_ID}"}}"#),
        r#"{"id":"123"}"#.to_owned(),
        r#"{"id":""}"#.to_owned(),
        r#"{"id":7}"#.to_owned(),
        r#"{"id":{"$oid":"507f1f77bcf86cd799439011"}}"#.to_owned(),
        format!(r#"{{"id":"{ID}","id":"{OTHER_ID}"}}"#),
    ] {
        let error = get(200, format!(r#"{{"status":true,"data":{data}}}"#)).unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{data}");
        assert_eq!(error.cancel_effect(), CancelEffect::Unknown, "{data}");
        assert!(!error.to_string().contains(OTHER_ID), "{error}");
    }
}

#[test]
fn what_describes_it_comes_from_three_places_in_their_order() {
    let all = r#"{"config":{"metadata":{"type":"A","createTime":"2026-01-01T00:00:00Z","duration":"1s"}},
        "_config":{"metadata":{"type":"B","createTime":"2026-01-02T00:00:00Z","duration":"2s"}},
        "type":"C","createTime":"2026-01-03T00:00:00Z","duration":"3s","createdAt":"2026-01-04T00:00:00Z"}"#;
    let second = all.replacen("metadata", "nothing", 1);
    let third = second.replacen("metadata", "nothing", 1);
    for (data, kind, created, expires) in [
        (all, "A", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        (&second, "B", "2026-01-02T00:00:00Z", "2026-01-02T00:00:02Z"),
        (&third, "C", "2026-01-03T00:00:00Z", "2026-01-03T00:00:03Z"),
    ] {
        let command = get_data(data);
        assert_eq!(command.kind, kind);
        assert_eq!(command.created_at, at(created));
        assert_eq!(command.expires_at, at(expires));
    }
}

#[test]
fn a_value_that_does_not_parse_gives_way_to_the_next() {
    let command = get_data(
        r#"{"config":{"metadata":{"type":" ","createTime":"yesterday","duration":"long"}},
        "_config":{"metadata":{"type":"WIPE","createTime":"2026-02-10T12:00:00.5+02:00","duration":3.5}}}"#,
    );
    assert_eq!(command.kind, "WIPE");
    assert_eq!(command.created_at, at("2026-02-10T10:00:00.500Z"));
    assert_eq!(command.expires_at, at("2026-02-10T10:00:04Z"));
}

#[test]
fn an_unknown_kind_is_kept() {
    let command = get_data(r#"{"config":{"metadata":{"@type":"x","type":"newThing"}}}"#);
    assert_eq!(command.kind, "newThing");
}

#[test]
fn it_expires_only_where_both_its_beginning_and_its_duration_are_given() {
    let created =
        r#"{"config":{"metadata":{"createTime":"2026-01-01T00:00:00Z"}},"status":"PENDING"}"#;
    assert_eq!(get_data(created).expires_at, None, "no default is claimed");
    let since_creation = r#"{"createdAt":"2026-01-01T00:00:00Z","duration":"10s"}"#;
    let command = get_data(since_creation);
    assert_eq!(command.created_at, at("2026-01-01T00:00:00Z"));
    assert_eq!(command.expires_at, None);
    let beyond = r#"{"createTime":"9999-12-31T23:59:59Z","duration":"9000000000000s"}"#;
    assert_eq!(get_data(beyond).expires_at, None);
}

#[test]
fn name_and_request_come_from_either_operation() {
    let command = get_data(
        r#"{"config":{"name":" "},"_config":{"name":"operations/1","metadata":{"type":"LOCK"}}}"#,
    );
    assert_eq!(command.name.as_deref(), Some("operations/1"));
    assert_eq!(command.request.unwrap().as_str(), r#"{"type":"LOCK"}"#);
    let command = get_data(
        r#"{"config":{"name":"first","metadata":{"a":1}},"_config":{"name":"second","metadata":{"b":1}}}"#,
    );
    assert_eq!(command.name.as_deref(), Some("first"));
    assert_eq!(command.request.unwrap().as_str(), r#"{"a":1}"#);
}

#[test]
fn a_byte_order_mark_and_white_space_are_no_part_of_it() {
    let body = format!("\u{feff}\r\n {{\"status\":true,\"data\":{{\"id\":\"{ID}\"}}}} \n");
    assert_eq!(get(200, body).unwrap().id.as_str(), ID);
}

#[test]
fn what_is_not_the_vendors_answer_is_unreadable() {
    let bodies: [&[u8]; 18] = [
        b"",
        b"null",
        b"<html><body>Sign in</body></html>",
        b"{\"status\":true,\"data\":{\"id\":\"507f1f77bcf86",
        b"{\"status\":true,\"data\":{}} trailing",
        b"{\"status\":true,\"data\":{\"status\":\"\xff\"}}",
        b"[]",
        b"\"OK\"",
        b"true",
        b"{}",
        b"{\"status\":true}",
        b"{\"status\":true,\"data\":null}",
        b"{\"status\":true,\"data\":[]}",
        b"{\"status\":true,\"data\":\"x\"}",
        b"{\"id\":\"507f1f77bcf86cd799439011\",\"status\":\"PENDING\"}",
        b"{\"data\":{},\"data\":{}}",
        b"\xef\xbb\xbf",
        b"\xff\xfe{\0}\0",
    ];
    for body in bodies {
        let error = get(200, Bytes::from_static(body)).unwrap_err();
        assert_eq!(
            error.kind(),
            ApiErrorKind::Unreadable,
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn nesting_without_end_is_no_crash() {
    let deep = "[".repeat(100_000);
    assert!(get(200, deep.clone()).is_err());
    assert!(get(200, format!(r#"{{"status":true,"data":{deep}"#)).is_err());
    let closed = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let command = get_data(&format!(r#"{{"id":"{ID}","x":{closed},"status":"SENT"}}"#));
    assert_eq!(command.state, CommandState::Sent);
}
