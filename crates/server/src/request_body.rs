//! Request bodies, limited in size and time.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body::Body as _;

use crate::response::Refusal;

/// How long a body may take: a client that sends one byte a second is not waited for.
const LONGEST: Duration = Duration::from_secs(15);

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Refusal> {
    // A body that is announced as too large is not read at all.
    let says = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if says.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > most)) {
        return Err(Refusal::TooLarge);
    }
    // Most are reads, which have none.
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    match tokio::time::timeout(LONGEST, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // Too large, or cut off: then nobody is there to read the difference.
        Ok(Err(_)) => Err(Refusal::TooLarge),
        Err(_) => Err(Refusal::Timeout),
    }
}
