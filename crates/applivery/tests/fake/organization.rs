//! The check that a token works.

use countermand_applivery::OrganizationFound;
use countermand_transport::{ApiError, ApiErrorKind, fake::FakeTransport};

use crate::support::{client, now};

fn check(status: u16, data: &str) -> Result<OrganizationFound, ApiError> {
    let body = format!(r#"{{"status":true,"data":{data}}}"#);
    now(client(&FakeTransport::new().answer(status, body)).check())
}

#[test]
fn from_the_slug_to_the_id() {
    let found = check(
        200,
        r#"{"id":"507f1f77bcf86cd799439012","slug":"acme","name":"Acme Ltd"}"#,
    )
    .unwrap();
    assert_eq!(found.id.unwrap().as_str(), "507f1f77bcf86cd799439012");
    assert_eq!(found.slug.unwrap().as_str(), "acme");
    assert_eq!(found.name.as_deref(), Some("Acme Ltd"));
}

#[test]
fn either_name_is_enough() {
    assert!(check(200, r#"{"_id":"507f1f77bcf86cd799439012"}"#).is_ok());
    assert!(check(200, r#"{"slug":"ACME"}"#).is_ok());
}

#[test]
fn what_is_no_organization_or_another_is_unreadable() {
    for data in [
        "null",
        "[]",
        "{}",
        r#"{"name":"Acme"}"#,
        r#"{"id":"?","slug":""}"#,
        r#"{"id":"507f1f77bcf86cd799439012","slug":"other"}"#,
    ] {
        let error = check(200, data).unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{data}");
    }
}
