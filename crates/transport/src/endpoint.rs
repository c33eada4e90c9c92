//! An endpoint: a request out, a response in, no I/O either way.

use bytes::Bytes;
use http::{Request, Response};

use crate::{ApiError, Attempts, BaseUrl, RequestClass, Route, Transport};

/// One endpoint of a provider, with its parameters filled in.
pub trait Endpoint {
    /// What a good answer decodes to.
    type Output;

    /// Which endpoint.
    const ROUTE: Route;
    /// Whether it can be sent again without harm.
    const CLASS: RequestClass;

    /// The request, without authentication: a layer adds that to each attempt.
    ///
    /// # Errors
    /// When a value cannot stand in a request.
    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError>;

    /// Decodes an answer of any status.
    ///
    /// # Errors
    /// When the provider refused, or the answer cannot be read.
    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError>;
}

/// A decoded answer.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// What it decoded to.
    pub value: T,
    /// How many requests left for it.
    pub attempts: u32,
}

/// Calls `endpoint` over `transport`.
///
/// # Errors
/// What kept the answer away, or what the provider said instead, with the number of requests that left.
pub async fn call<E: Endpoint>(
    transport: &impl Transport,
    base: &BaseUrl,
    endpoint: &E,
) -> Result<Answer<E::Output>, ApiError> {
    let mut request = endpoint.request(base)?;
    request.extensions_mut().insert(E::ROUTE);
    request.extensions_mut().insert(E::CLASS);
    let response = transport.send(request).await?;
    let attempts = Attempts::of(&response);
    match endpoint.decode(&response) {
        Ok(value) => Ok(Answer { value, attempts }),
        Err(error) => Err(error.with_attempts(attempts)),
    }
}
