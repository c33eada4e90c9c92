//! Methods that a route takes.

use axum::response::Response;
use http::{Method, request::Parts};

use crate::error_response::Refusal;

/// Checks the method of a request.
///
/// # Errors
/// The response that names the allowed ones.
pub(super) fn only(
    parts: &Parts,
    allowed: &'static [Method],
    names: &'static str,
) -> Result<(), Box<Response>> {
    match allowed.contains(&parts.method) {
        true => Ok(()),
        false => Err(Box::new(Refusal::Method(names).response(None))),
    }
}
