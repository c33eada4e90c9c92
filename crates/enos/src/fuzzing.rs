//! Decoders without an endpoint of their own, for the fuzz targets.

use std::time::Duration;

use bytes::Bytes;
use countermand_core_model::Secret;
use countermand_transport::ApiError;
use http::Response;

use crate::wire::{Envelope, Grant};

/// The token in an answer of the token service, and how long it is valid.
///
/// # Errors
/// When there is none in it.
pub fn token(response: &Response<Bytes>) -> Result<(Secret, Option<Duration>), ApiError> {
    let grant = Grant::of(&Envelope::open(response)?)?;
    Ok((grant.token, grant.holds_for))
}
