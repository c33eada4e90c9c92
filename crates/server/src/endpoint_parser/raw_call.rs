//! A request before it is parsed into a call.

use bytes::Bytes;
use http::Method;

use super::query::Query;

/// The parts of a request that make a call.
#[derive(Debug)]
pub(crate) struct RawCall<'a> {
    pub(crate) method: &'a Method,
    /// The path below the connection's, segment by segment, decoded.
    pub(crate) segments: &'a [&'a str],
    pub(crate) query: Query,
    pub(crate) body: &'a Bytes,
}
