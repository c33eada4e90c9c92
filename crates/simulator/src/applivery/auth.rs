//! `Authorization: Bearer <token>`.

use http::header::AUTHORIZATION;

use crate::applivery::errors;
use crate::fleet::identity::Identity;
use crate::server::reply::Reply;
use crate::server::request::Request;

pub(super) fn check(identity: &Identity, request: &Request) -> Result<(), Reply> {
    let header = request.header(AUTHORIZATION.as_str()).unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(errors::no_auth_token());
    }
    if token.trim() != identity.applivery_token() {
        return Err(errors::invalid_token());
    }
    Ok(())
}
