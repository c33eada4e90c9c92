//! What a provider may answer to a cancel.

use bytes::Bytes;
use countermand_core_model::CommandState;
use countermand_transport::{
    ApiErrorKind, Attempts, CancelEffect, Transport, TransportError, fake::FakeTransport,
};

use crate::support::{ID, OTHER_ID, cancel, cancel_over, device, id, now};

#[test]
fn taken_without_a_command() {
    for (status, body) in [
        (200, ""),
        (204, ""),
        (200, "null"),
        (200, "{}"),
        (200, r#"{"status":true}"#),
        (200, r#"{"status":true,"data":null}"#),
        (200, r#"{"status":true,"data":{}}"#),
        (200, r#"{"canceled":"OK"}"#),
        (200, r#"{"canceled":true}"#),
        (202, r#"{"status":true,"data":{"canceled":"OK"}}"#),
        (200, r#"{"status":true,"error":null}"#),
        (200, r#"{"status":true,"data":{"status":"CANCELLED"}}"#),
        (
            200,
            r#"{"status":true,"data":{"id":"123","status":"CANCELLED"}}"#,
        ),
    ] {
        let answer = cancel(status, body).unwrap();
        assert!(
            answer.value.commands.is_empty(),
            "{body}: no id is invented"
        );
    }
}

#[test]
fn taken_with_the_command_wherever_it_stands() {
    for body in [
        format!(r#"{{"status":true,"data":{{"id":"{ID}","status":"PENDING"}}}}"#),
        format!(r#"{{"data":{{"_id":"{ID}","status":"PENDING"}}}}"#),
        format!(r#"{{"id":"{ID}","status":"PENDING"}}"#),
    ] {
        let answer = cancel(200, body.clone()).unwrap();
        let states: Vec<_> = answer
            .value
            .commands
            .iter()
            .map(|command| (command.id.as_str(), command.state))
            .collect();
        assert_eq!(states, [(ID, CommandState::Pending)], "{body}");
    }
}

#[test]
fn another_command_stays_another() {
    let body = format!(r#"{{"status":true,"data":{{"id":"{OTHER_ID}","status":"CANCELLED"}}}}"#);
    let answer = cancel(200, body).unwrap();
    assert_eq!(answer.value.commands[0].id.as_str(), OTHER_ID);
}

#[test]
fn message_and_request_id_are_kept() {
    let transport = FakeTransport::new().answer_with(
        200,
        &[("x-request-id", "from-header")],
        r#"{"status":true,"message":"queued"}"#,
    );
    let word = cancel_over(&transport).unwrap().value.word;
    assert_eq!(word.message.as_deref(), Some("queued"));
    assert_eq!(word.request_id.as_deref(), Some("from-header"));
}

#[test]
fn what_is_neither_yes_nor_no_leaves_it_open() {
    for body in [
        r#"{"canceled":false}"#,
        r#"{"canceled":"KO"}"#,
        r#"{"status":true,"data":{"cancelled":false}}"#,
        r#"{"status":"error","message":"no"}"#,
        r#"{"status":0}"#,
        r#""OK""#,
        "[]",
        "false",
        "OK",
        "<html>",
        r#"{"status":tr"#,
    ] {
        let error = cancel(200, body).unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{body}");
        assert_eq!(error.cancel_effect(), CancelEffect::Unknown, "{body}");
    }
}

/// A transport whose answers say how many requests left for them.
struct Counted(FakeTransport);

impl Transport for Counted {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut response = self.0.send(request).await?;
        response.extensions_mut().insert(Attempts(3));
        Ok(response)
    }
}

#[test]
fn attempts_are_told_either_way() {
    let fake = FakeTransport::new().answer(200, "{}").answer(500, "");
    let client = countermand_applivery::Applivery::new(
        countermand_transport::BoxTransport::new(Counted(fake)),
        countermand_transport::BaseUrl::parse("https://api.example").unwrap(),
        countermand_applivery::OrganizationId::parse("acme").unwrap(),
    );
    let (device, id) = (device(), id());
    assert_eq!(now(client.cancel(&device, &id)).unwrap().attempts, 3);
    assert_eq!(now(client.cancel(&device, &id)).unwrap_err().attempts(), 3);
}
