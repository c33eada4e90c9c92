//! The schemas say what is written.

#![cfg(feature = "openapi")]
#![allow(clippy::unwrap_used, reason = "a test may end the program")]

use std::collections::BTreeSet;

use countermand_relay_api::{
    Approval, ApprovalRule, ApprovalState, ApprovalTarget, ConnectionInfo, DecisionRequest,
    ReadAgain, ReadTarget, RequiredNotes, Run, RunApproval, RunList, RunRequest, RunState,
    SessionInfo, SignInMethod, SignInRequest, WatchState, WatchSurge, WatchedKind,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

fn schema<T: ToSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

/// Of a value with nothing in it, exactly the required fields are written, and those that are `null` may be.
fn is_written<T: Serialize + ToSchema>(emptiest: &T) {
    let (schema, name) = (schema::<T>(), T::name());
    let written = serde_json::to_value(emptiest).unwrap();
    let written = written.as_object().unwrap();
    let required: BTreeSet<&str> = match schema["required"].as_array() {
        Some(required) => required.iter().map(|name| name.as_str().unwrap()).collect(),
        None => BTreeSet::new(),
    };
    let keys: BTreeSet<&str> = written.keys().map(String::as_str).collect();
    assert_eq!(keys, required, "{name}");
    for (field, property) in schema["properties"].as_object().unwrap() {
        let may_be_null = property.to_string().contains("\"null\"");
        let is_null = written.get(field) == Some(&Value::Null);
        assert_eq!(may_be_null, is_null, "{name}.{field}: {property}");
    }
}

#[test]
fn what_is_always_written_is_required() {
    is_written(&Run::default());
    is_written(&RunList::default());
    is_written(&ReadAgain::default());
    is_written(&ReadTarget::default());
    is_written(&ApprovalTarget::default());
    is_written(&ApprovalRule::default());
    is_written(&ConnectionInfo::default());
    is_written(&RequiredNotes::default());
    is_written(&WatchState::default());
    is_written(&WatchedKind::default());
    is_written(&WatchSurge::default());
    is_written(&RunApproval {
        state: ApprovalState::Waiting,
        decided_by: None,
    });
    is_written(&SessionInfo {
        sign_in: SignInMethod::Token,
        user: None,
        connections: Vec::new(),
    });
    let text = r#"{"id":"r","state":"waiting"}"#;
    is_written::<Approval>(&serde_json::from_str(text).unwrap());
}

#[test]
fn requests_take_no_other_fields() {
    for schema in [
        schema::<RunRequest>(),
        schema::<DecisionRequest>(),
        schema::<SignInRequest>(),
    ] {
        assert_eq!(schema["additionalProperties"], false, "{schema}");
    }
    let bounds = &schema::<RunRequest>()["properties"];
    assert_eq!(bounds["concurrency"]["minimum"], 1);
    assert_eq!(bounds["concurrency"]["maximum"], 64);
    assert_eq!(bounds["reason"]["maxLength"], 500);
}

#[test]
fn no_server_says_that_it_does_not_know() {
    let words = schema::<RunState>()["enum"].clone();
    assert!(!words.as_array().unwrap().contains(&json!("unknown")));
    for word in words.as_array().unwrap() {
        let state: RunState = serde_json::from_value(word.clone()).unwrap();
        assert_eq!(state.as_str(), word);
        assert_ne!(state, RunState::Unknown);
    }
    assert_eq!(words.as_array().unwrap().len(), 6);
}
