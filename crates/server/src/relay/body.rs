//! Bodies of requests: small, and soon here.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_LENGTH};

use crate::answers::Refusal;

/// How long a body may take to come. A client that sends one byte a second is not waited for.
const LONGEST: Duration = Duration::from_secs(15);

/// The whole body, where it has at most `most` bytes.
pub(super) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Refusal> {
    // What says that it is too large is not begun.
    let says = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if says.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > most)) {
        return Err(Refusal::TooLarge);
    }
    match tokio::time::timeout(LONGEST, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // Too long, or broken off: nobody is left to be told the difference.
        Ok(Err(_)) => Err(Refusal::TooLarge),
        Err(_) => Err(Refusal::Timeout),
    }
}
