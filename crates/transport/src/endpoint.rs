//! An endpoint: a request out, a response in, no I/O either way.

use bytes::Bytes;
use http::{Request, Response};

use crate::{ApiError, Attempts, BaseUrl, RequestClass, Route, Transport};

/// A call of an endpoint, with its parameters.
pub trait Endpoint {
    /// The decoded answer.
    type Output;

    /// The route.
    const ROUTE: Route;
    /// Whether it can be sent again without harm.
    const CLASS: RequestClass;

    /// The request, without authentication: a layer adds that to each attempt.
    ///
    /// # Errors
    /// When a value is not valid in a request.
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
    /// The decoded value.
    pub value: T,
    /// How many requests were sent for it.
    pub attempts: u32,
}

/// Calls `endpoint` over `transport`.
///
/// # Errors
/// The failure or the provider's error, with the number of requests that were sent.
pub async fn call<E: Endpoint>(
    transport: &impl Transport,
    base: &BaseUrl,
    endpoint: &E,
) -> Result<Answer<E::Output>, ApiError> {
    let response = answer(transport, base, endpoint).await?;
    let attempts = Attempts::of(&response);
    match endpoint.decode(&response) {
        Ok(value) => Ok(Answer { value, attempts }),
        Err(error) => Err(error.with_attempts(attempts)),
    }
}

/// Sends the request of `endpoint`, and returns the answer.
pub(crate) async fn answer<E: Endpoint>(
    transport: &impl Transport,
    base: &BaseUrl,
    endpoint: &E,
) -> Result<Response<Bytes>, ApiError> {
    let mut request = endpoint.request(base)?;
    request.extensions_mut().insert(E::ROUTE);
    request.extensions_mut().insert(E::CLASS);
    Ok(transport.send(request).await?)
}
